"""Views that people keep for themselves, in the store."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from data.schema_insight import saved_view
from data.store.rows import Rows


def of(tx: Connection, person_id: int) -> Rows:
    """Return someone's views by their name: id, name, query."""
    c = saved_view.c
    return tx.execute(select(c.id, c.name, c.query).where(c.person_id == person_id).order_by(c.name, c.id)).all()


def put(tx: Connection, person_id: int, name: str, query: str, now: datetime) -> None:
    """Keep a view in place of one of the same name."""
    drop(tx, person_id, name)
    tx.execute(insert(saved_view).values(person_id=person_id, name=name, query=query, at=now))


def drop(tx: Connection, person_id: int, name: str) -> bool:
    """Forget a view; say whether there was one."""
    c = saved_view.c
    return tx.execute(delete(saved_view).where(c.person_id == person_id, c.name == name)).rowcount > 0
