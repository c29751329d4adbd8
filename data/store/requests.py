"""What screens ask of the worker: asked, taken under a lease, answered. A page never waits for a network or a model."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from data.schema import request
from data.store.rows import AnyRow, Rows, insert_one


def ask(tx: Connection, kind: str, subject: Mapping[str, Any], asked_by: str, now: datetime) -> int:
    """Put a request down; return its number."""
    values = {"kind": kind, "subject": dict(subject), "asked_by": asked_by, "asked_at": now}
    return insert_one(tx, insert(request).values(**values, result={}, lease_by="", error=""))


def take(tx: Connection, kinds: Collection[str], holder: str, now: datetime, until: datetime) -> AnyRow | None:
    """Take the oldest request of these kinds that nobody is at, under a lease; None when there is none."""
    c = request.c
    free = or_(c.lease_until.is_(None), c.lease_until <= now)
    query = select(*c).where(c.kind.in_(kinds), c.done_at.is_(None), free).order_by(c.id).limit(1)
    row = tx.execute(query).first()
    if row is not None:
        leased = update(request).where(c.id == row.id)
        tx.execute(leased.values(lease_by=holder, lease_until=until, heartbeat_at=now))
    return row


def answer(
    tx: Connection, number: int, subject: Mapping[str, Any], result: Mapping[str, Any], now: datetime, error: str = ""
) -> None:
    """Answer a request. `subject` takes the place of what was asked: nothing of a draft is kept in it."""
    ended = update(request).where(request.c.id == number)
    tx.execute(ended.values(subject=dict(subject), result=dict(result), error=error, done_at=now, lease_until=None))


def get(tx: Connection, number: int) -> AnyRow | None:
    """Return one request, or None."""
    return tx.execute(select(*request.c).where(request.c.id == number)).first()


def of(tx: Connection, asked_by: str, kinds: Collection[str]) -> Rows:
    """Return what someone asked, newest first."""
    c = request.c
    return tx.execute(select(*c).where(c.asked_by == asked_by, c.kind.in_(kinds)).order_by(c.id.desc())).all()


def newest(tx: Connection, kind: str) -> AnyRow | None:
    """Return the request of a kind that was made last, by whomever; None when there was none."""
    return tx.execute(select(*request.c).where(request.c.kind == kind).order_by(request.c.id.desc()).limit(1)).first()


def newest_answered(tx: Connection, kind: str) -> AnyRow | None:
    """Return the request of a kind that was answered well last; None when there is none."""
    c = request.c
    query = select(*c).where(c.kind == kind, c.done_at.is_not(None), c.error == "")
    return tx.execute(query.order_by(c.id.desc()).limit(1)).first()


def keep(tx: Connection, holder: str, now: datetime, until: datetime) -> None:
    """Renew the leases of what someone is at: an answer may take long."""
    c = request.c
    own = update(request).where(c.lease_by == holder, c.done_at.is_(None), c.lease_until.is_not(None))
    tx.execute(own.values(lease_until=until, heartbeat_at=now))


def waiting(tx: Connection, kinds: Collection[str]) -> Rows:
    """Return the unanswered requests of some kinds, oldest first."""
    c = request.c
    return tx.execute(select(*c).where(c.kind.in_(kinds), c.done_at.is_(None)).order_by(c.id)).all()


def waiting_kinds(tx: Connection) -> dict[str, int]:
    """Return how many requests wait for an answer, by kind."""
    c = request.c
    rows = tx.execute(select(c.kind, func.count()).where(c.done_at.is_(None)).group_by(c.kind))
    return {str(kind): int(number) for kind, number in rows}


def count_waiting(tx: Connection) -> int:
    """Return how many requests wait for an answer."""
    return int(tx.scalar(select(func.count()).where(request.c.done_at.is_(None))) or 0)


def forget(tx: Connection, number: int) -> None:
    """Delete a request with its answer."""
    tx.execute(delete(request).where(request.c.id == number))


def forget_before(tx: Connection, kinds: Collection[str], moment: datetime) -> int:
    """Delete requests of some kinds asked before `moment`; return how many."""
    c = request.c
    return tx.execute(delete(request).where(c.kind.in_(kinds), c.asked_at < moment)).rowcount
