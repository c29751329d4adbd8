"""Workers: the processes that collect, scan and answer what screens ask, and when they were last seen."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from data.schema_work import worker
from data.store.rows import Rows, insert_one


def begin(tx: Connection, holder: str, now: datetime) -> int:
    """Record that a worker began; return its number."""
    return insert_one(tx, insert(worker).values(holder=holder, started_at=now, seen_at=now))


def seen(tx: Connection, number: int, doing: str, now: datetime) -> None:
    """Record a worker's sign of life."""
    tx.execute(update(worker).where(worker.c.id == number).values(seen_at=now, doing=doing))


def end(tx: Connection, number: int, now: datetime) -> None:
    """Record that a worker ended as it should."""
    tx.execute(update(worker).where(worker.c.id == number).values(stopped_at=now, seen_at=now, doing=""))


def at_work(tx: Connection, since: datetime) -> Rows:
    """Return the workers that were seen at `since` or later and have not ended, newest first."""
    c = worker.c
    query = select(*c).where(c.stopped_at.is_(None), c.seen_at >= since)
    return tx.execute(query.order_by(c.id.desc())).all()


def last_seen(tx: Connection) -> datetime | None:
    """Return when any worker was last seen, None when there never was one."""
    found: datetime | None = tx.scalar(select(func.max(worker.c.seen_at)))
    return found
