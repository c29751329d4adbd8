"""Sending what is due: one process at a time, each notice at least once, and after a crash at most once more.

A notice is marked as sent in a transaction of its own after it went out. Killed in between, the next round sends it
again under the same Message-ID. The lease keeps two processes from sending side by side.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from data import holder
from data.errors import NotAllowed, NoticeError
from data.model import Person
from data.notice import DAILY_KINDS, Kind, next_try
from data.permissions import Action, check
from data.services.notices import Plan, Planned
from data.store import leases, ledger, outbox
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

LEASE, NAME = timedelta(minutes=5), "notices"
SHOWN = timedelta(days=14)
Deliver = Callable[[AnyRow, Planned], bool]  # sends one; False when there is nothing to say after all


@dataclass(slots=True)
class Tally:
    """What a round came to; `busy` says that another process is at it."""

    sent: int = 0
    dropped: int = 0
    failures: list[str] = field(default_factory=list)
    waiting: int = 0
    busy: bool = False


def send_due(store: Store, planned: Plan, deliver: Deliver) -> Tally:
    """Send what is due and still planned. `deliver` raises `NoticeError` for what could not be sent."""
    me, tally = holder.new(), Tally()
    with store.write() as tx:
        now = store.now()
        tally.busy = leases.take(tx, NAME, me, now, now + LEASE, holder.gone) is not None
    if tally.busy:
        return tally
    try:
        _round(store, planned, deliver, me, tally)
    finally:
        with store.write() as tx:
            leases.release(tx, NAME, me)
    with store.read() as tx:
        tally.waiting = outbox.waiting(tx)
    return tally


def failing(store: Store, actor: Person) -> Rows:
    """Return what could not be sent of late, newest first: given up, or tried again."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.read() as tx:
        return outbox.failing(tx, store.now() - SHOWN)


def _round(store: Store, planned: Plan, deliver: Deliver, me: str, tally: Tally) -> None:
    with store.read() as tx:
        rows = outbox.due(tx, store.now())
    closed: set[str] = set()  # channels that nothing gets through
    for row in rows:
        if row.channel in closed:
            continue
        wanted = planned.get((row.cause, row.recipient))
        if wanted is None:
            _drop(store, row)
            tally.dropped += 1
            continue
        _hold(store, me)
        try:
            went = deliver(row, wanted)
        except NoticeError as error:
            _failed(store, row, error)
            tally.failures.append(f"{row.kind.replace('_', ' ')} notice {row.id}: {error}")
            closed |= {row.channel} if error.channel else set()
            continue
        _settle(store, row, "sent_at" if went else "dropped_at")
        tally.sent, tally.dropped = tally.sent + went, tally.dropped + (not went)


def _hold(store: Store, me: str) -> None:
    """Lengthen the lease; raise `NotAllowed` when another process has it by now."""
    with store.write() as tx:
        if not leases.extend(tx, NAME, me, store.now() + LEASE):
            raise NotAllowed("Another process has taken over the sending of notices; this one stops.")


def _drop(store: Store, row: AnyRow) -> None:
    """Set aside what is not called for any more; a digest that never got out was a failure all the same."""
    with store.write() as tx:
        failed = row.tries > 0 and Kind(row.kind) in DAILY_KINDS
        outbox.settle(tx, row.id, "given_up_at" if failed else "dropped_at", store.now())


def _failed(store: Store, row: AnyRow, error: NoticeError) -> None:
    now = store.now()
    again = None if error.final else next_try(row.put_at, row.tries + 1, now)
    with store.write() as tx:
        outbox.postpone(tx, row.id, row.tries + 1, str(error), again or now)
        if again is None:
            outbox.settle(tx, row.id, "given_up_at", now)
            _note(store, tx, row, "notice.given_up")


def _settle(store: Store, row: AnyRow, column: str) -> None:
    with store.write() as tx:
        outbox.settle(tx, row.id, column, store.now(), "")
        if column == "sent_at":
            _note(store, tx, row, "notice.sent")


def _note(store: Store, tx: Connection, row: AnyRow, action: str) -> None:
    """Write down who was told of what; not of digests, which are many, nor of questions, which leave no trace."""
    if row.kind not in (Kind.DIGEST, Kind.QUESTION):
        detail = {"kind": row.kind, "cause": row.cause, "channel": row.channel}
        ledger.append(tx, store.now(), "system", action, row.recipient, detail)
