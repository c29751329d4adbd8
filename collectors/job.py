"""One account in a round of collecting: what serves it, how far it has come, and what it failed of."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from collectors.base import Collector, Cursor, Fetched, Http, Page
from collectors.progress import Progress
from collectors.recheck import Rechecks, own_state
from data import holder
from data.errors import CollectError
from data.model import Account, Platform
from data.store import runs

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)  # longer than any single answer and the waits before it
INTERRUPTED = "The collection was interrupted before its end; the next one takes it up again."
TAKEN_OVER = "Another process took this account over, since this one was silent for too long; it goes on from there."


@dataclass(frozen=True, slots=True)
class Tools:
    """What collecting needs from outside: a collector for a platform, a guarded client for each account, and what an
    account may cost in a calendar month (UTC), in US dollars, on the platforms that are paid for.

    Of threads that share an interpreter's lock only one can think at a time. Whoever parses, or has
    the store to write, holds `thinking`, so that no transaction is drawn out by what others parse meanwhile.
    """

    collector: Callable[[str], Collector]
    client: Callable[[], Http]
    zone: str
    workers: int = 8
    caps: Mapping[Platform, float] = field(default_factory=dict)
    holder: str = field(default_factory=holder.new)
    thinking: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was opened: its number, its start, where collection stood then, and until when it was complete."""

    run_id: int
    started: datetime
    standing: runs.Standing | None
    complete_until: datetime | None = None

    @property
    def state(self) -> Mapping[str, str]:
        """What the cursor held, empty before the first complete run."""
        return self.standing.state if self.standing else {}


@dataclass(slots=True, eq=False)
class Job:
    """One account in a round. `last` is the last page of its list, not stored yet: it is committed with the run's end.

    `failure` is the code and the sentence of what went wrong; `over` says that its budget ended,
    `taken_up` that a worker has begun;
    `known_as` is the platform's lasting id of the account, as it was on the register.
    """

    account: Account
    http: Http
    begun: Begun
    full: bool
    holder: str
    progress: Progress = field(default_factory=Progress)
    collector: Rechecks | None = None
    last: tuple[Fetched, Page] | None = None
    failure: tuple[str, str] | None = None
    over: bool = False
    taken_up: bool = False
    known_as: str = ""

    @property
    def waits(self) -> bool:
        """Whether single posts are still to be asked for."""
        return self.collector is not None and self.failure is None

    def fail(self, error: Exception) -> None:
        """Put down what went wrong; a mistake of ours goes into the log too, with nothing of what it says shown."""
        if isinstance(error, CollectError):
            self.failure, self.over = (error.code, str(error)), error.code == "budget"
        else:
            self.failure = our_own(self.account, error)


def lease_of(account_id: str) -> str:
    """Return the name of the lease that whoever collects an account holds."""
    return f"collect:{account_id}"


def cursor_at(standing: runs.Standing | None) -> Cursor:
    """Return where a collector goes on."""
    return Cursor(standing.format, own_state(standing.state)) if standing else Cursor()


def our_own(account: Account, error: Exception) -> tuple[str, str]:
    """Put a mistake of ours into the log; return its code and its sentence, with nothing of what it says."""
    log.error("collecting %s", account.id, exc_info=error)
    return "internal", f"postreeve itself failed ({type(error).__name__}); please report it."
