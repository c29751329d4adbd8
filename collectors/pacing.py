"""When each account is collected next: busy ones often, quiet ones seldom, none later than a day.

The wait after a run is a quarter of the account's usual time between two posts, over the last fortnight, within the
bounds that `watch --every` and a day set. After failures it doubles each time, up to a quarter of a day: a server that
is down is not knocked at every few minutes, and one that is back is soon noticed. What was cut off, or left more to
read, goes on at once or after the shortest wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from collectors.job import lease_of
from data import holder
from data.clock import local_day
from data.store import accounts, leases, posts, runs
from data.store.engine import Store

WINDOW = timedelta(days=14)
DAY = timedelta(days=1)
LONGEST_AFTER_FAILURES = timedelta(hours=6)
SHARE = 4  # of the usual time between two posts: one part is waited


@dataclass(frozen=True, slots=True)
class Pace:
    """What tells how often to ask: posts in the last `WINDOW`, the start of the last run, failures since the last good
    one, and whether the last one left more to read."""

    posts: int
    last: datetime | None
    failures: int
    unfinished: bool = False


def wait_after(pace: Pace, every: timedelta, slowest: timedelta = DAY) -> timedelta:
    """Return how long to wait after the start of the last run; `every` is the shortest wait, `slowest` the longest."""
    if pace.failures:
        doubled: timedelta = every * 2 ** min(pace.failures, 16)
        return max(min(doubled, LONGEST_AFTER_FAILURES), every)
    if pace.unfinished:
        return every
    usual: timedelta = DAY if pace.posts == 0 else WINDOW / (pace.posts * SHARE)
    return max(min(usual, slowest - every), every)


def due_at(pace: Pace, every: timedelta, now: datetime, slowest: timedelta = DAY) -> datetime:
    """Return when an account is to be collected next: now, where it never was."""
    return now if pace.last is None else pace.last + wait_after(pace, every, slowest)


class Pacing:
    """Which accounts of a store with a live passport are due, and when the next one is."""

    def __init__(self, store: Store, zone: str, every: timedelta, slowest: timedelta = DAY) -> None:
        self.store, self.zone, self.every, self.slowest = store, zone, every, slowest

    def due(self) -> dict[str, datetime]:
        """Return when each live account is to be collected next, the first one first."""
        now = self.store.now()
        with self.store.read() as tx:
            live = accounts.live(accounts.newest_passports(tx).values(), local_day(now, self.zone))
            found = {i: self._due(tx, i, now) for i in live}
        return dict(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))

    def _due(self, tx: Connection, account_id: str, now: datetime) -> datetime:
        last = runs.last(tx, account_id)
        if last and not last[0][1] and not leases.held(tx, lease_of(account_id), now, holder.gone):
            return now  # cut off in the middle, and nobody is at it: what it left is taken up at once
        return due_at(pace(posts.since(tx, account_id, now - WINDOW), last), self.every, now, self.slowest)

    def now_due(self) -> list[str]:
        """Return the accounts to collect now."""
        now = self.store.now()
        return [account_id for account_id, at in self.due().items() if at <= now]

    def next_due(self) -> datetime | None:
        """Return when the next account is due, None when no passport is live."""
        return next(iter(self.due().values()), None)


def pace(posts_lately: int, last_runs: Sequence[tuple[datetime, str, str]]) -> Pace:
    """Return an account's pace from its last runs, newest first: (start, outcome, code)."""
    outcomes = [outcome for _, outcome, _ in last_runs]
    more = bool(last_runs) and last_runs[0][2] == "unfinished"
    good = next((n for n, outcome in enumerate(outcomes) if outcome not in ("failed", "")), len(outcomes))
    return Pace(posts_lately, last_runs[0][0] if last_runs else None, outcomes[:good].count("failed"), more)
