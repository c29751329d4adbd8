"""Pre-election windows as rows."""

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from data.schema_samples import election_window
from data.store.rows import Rows, insert_one


def add(tx: Connection, area: str, first: date, last: date, source: str, actor: str, now: datetime) -> int:
    """Put a window down; return its number."""
    values = {"area": area, "first": first, "last": last, "source": source, "added_by": actor, "added_at": now}
    return insert_one(tx, insert(election_window).values(**values))


def standing(tx: Connection) -> Rows:
    """Return the windows that were not taken back, the next to begin last."""
    c = election_window.c
    return tx.execute(select(*c).where(c.withdrawn_at.is_(None)).order_by(c.first, c.id)).all()


def withdraw(tx: Connection, number: int, actor: str, now: datetime) -> bool:
    """Take a window back; return False when there is none that stands."""
    c = election_window.c
    there = update(election_window).where(c.id == number, c.withdrawn_at.is_(None))
    return tx.execute(there.values(withdrawn_at=now, withdrawn_by=actor)).rowcount == 1
