"""The outbox: notices put down once, taken when they are due, and what became of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from data.schema import person
from data.schema_notices import notice
from data.store.rows import AnyRow, Rows

CHUNK = 400
OPEN = notice.c.next_at.is_not(None)


def known(tx: Connection, causes: Collection[str]) -> set[tuple[str, str]]:
    """Return (cause, recipient) of those that were put down before for any of these causes."""
    c, found, every = notice.c, set(), sorted(causes)
    for start in range(0, len(every), CHUNK):
        rows = tx.execute(select(c.cause, c.recipient).where(c.cause.in_(every[start : start + CHUNK])))
        found |= {(row.cause, row.recipient) for row in rows}
    return found


def put(tx: Connection, rows: Iterable[Mapping[str, Any]], now: datetime) -> int:
    """Put notices down (kind, cause, recipient, person_id, channel), to be sent from now on; return how many."""
    values = [{**row, "put_at": now, "next_at": now, "tries": 0, "error": ""} for row in rows]
    if values:
        tx.execute(insert(notice), values)
    return len(values)


def due(tx: Connection, now: datetime) -> Rows:
    """Return the notices to be tried now, in the order in which they were put down, with their address."""
    query = select(*notice.c, person.c.email).join_from(notice, person, isouter=True)
    return tx.execute(query.where(notice.c.next_at <= now).order_by(notice.c.id)).all()


def settle(tx: Connection, number: int, column: str, now: datetime, error: str | None = None) -> None:
    """Note that a notice was sent, given up or dropped (`column`: sent_at, given_up_at, dropped_at)."""
    values = {column: now, "next_at": None} | ({} if error is None else {"error": error})
    tx.execute(update(notice).where(notice.c.id == number).values(**values))


def postpone(tx: Connection, number: int, tries: int, error: str, again: datetime) -> None:
    """Note a failure, and when to try again."""
    tx.execute(update(notice).where(notice.c.id == number).values(tries=tries, error=error, next_at=again))


def waiting(tx: Connection) -> int:
    """Return how many notices are still to be sent."""
    return int(tx.scalar(select(func.count()).select_from(notice).where(OPEN)) or 0)


def failing(tx: Connection, since: datetime) -> Rows:
    """Return the notices that were given up at `since` or later, or failed and are tried again, newest first."""
    c = notice.c
    again = OPEN & (c.tries > 0)
    query = select(*c, person.c.email).join_from(notice, person, isouter=True)
    return tx.execute(query.where(or_(c.given_up_at >= since, again)).order_by(c.id.desc())).all()


def first_put(tx: Connection, cause: str) -> AnyRow | None:
    """Return when the first notice of a cause was put down (`put_at`), and whether any of `cause:…` was opened."""
    c = notice.c
    of = c.cause.startswith(f"{cause}:", autoescape=True)
    row = tx.execute(select(func.min(c.put_at).label("put_at"), func.max(c.opened_at).label("opened_at")).where(of))
    return row.first()


def mark_opened(tx: Connection, cause: str, now: datetime) -> bool:
    """Note that someone looked at what an urgent notice leads to; say whether nobody had before."""
    c = notice.c
    of = c.cause.startswith(f"{cause}:", autoescape=True), c.opened_at.is_(None)
    return tx.execute(update(notice).where(*of).values(opened_at=now)).rowcount > 0


def causes(tx: Connection, kind: str) -> set[str]:
    """Return the causes of a kind that notices were put down for."""
    return set(tx.scalars(select(notice.c.cause).where(notice.c.kind == kind)))


def forget(tx: Connection, gone: Collection[str]) -> None:
    """Delete the notices of some causes."""
    tx.execute(delete(notice).where(notice.c.cause.in_(gone)))


def forget_before(tx: Connection, moment: datetime) -> int:
    """Delete settled notices put down before `moment`; return how many."""
    return tx.execute(delete(notice).where(notice.c.next_at.is_(None), notice.c.put_at < moment)).rowcount
