"""The silence alarm: which accounts with a live passport were not collected for too long, and whether anyone works.

An alert that never came because a post was never collected is the worst failure, and the quietest.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from data.clock import local_day
from data.store import accounts, runs, workers
from data.store.engine import Store

WORKER_IS_GONE = timedelta(minutes=5)  # a worker gives a sign of life every minute


@dataclass(frozen=True, slots=True)
class Silent:
    """An account that was last collected completely at `since`, None when it never was."""

    account_id: str
    handle: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """What is at work: live accounts, those silent for too long, and when any worker was last seen."""

    live: int
    silent: tuple[Silent, ...]
    worker_at_work: bool
    worker_seen: datetime | None

    @property
    def all_silent(self) -> bool:
        """Whether not one live account is being collected: it is the service that fails, not the accounts."""
        return self.live > 0 and len(self.silent) == self.live


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether a worker gives signs of life, and when one last did."""

    at_work: bool
    last: datetime | None


def worker(store: Store) -> Seen:
    """Return whether anyone is there to collect, scan and answer."""
    with store.read() as tx:
        return Seen(bool(workers.at_work(tx, store.now() - WORKER_IS_GONE)), workers.last_seen(tx))


def health(store: Store, zone: str, hours: float) -> Health:
    """Return what is at work; an account is silent when its last complete collection is more than `hours` ago."""
    now = store.now()
    limit = now - timedelta(hours=hours)
    with store.read() as tx:
        passports = accounts.newest_passports(tx)
        live = accounts.live(passports.values(), local_day(now, zone))
        moved, registered = runs.moved(tx), accounts.registered_at(tx)
        found = [a for a in accounts.everything(tx) if a.id in live and moved.get(a.id, registered[a.id]) < limit]
    silent = tuple(Silent(a.id, a.handle, moved.get(a.id)) for a in found)
    seen = worker(store)
    return Health(len(live), silent, seen.at_work, seen.last)
