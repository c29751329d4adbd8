"""Requests of people about their data, and complaints, with what is due when."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.schema_rights import rights_case
from data.store.rows import AnyRow, Rows, insert_one


def add(tx: Connection, **values: Any) -> int:
    """Write a request down; return its number."""
    return insert_one(tx, insert(rights_case).values(**values))


def get(tx: Connection, number: int) -> AnyRow | None:
    """Return one request, or None."""
    return tx.execute(select(*rights_case.c).where(rights_case.c.id == number)).first()


def change(tx: Connection, number: int, **values: Any) -> None:
    """Change a request."""
    tx.execute(update(rights_case).where(rights_case.c.id == number).values(**values))


def everything(tx: Connection) -> Rows:
    """Return all requests: those that are open first, what is due soonest at the top."""
    c = rights_case.c
    return tx.execute(select(*c).order_by(c.closed_at.is_not(None), c.due.is_(None), c.due, c.id)).all()


def of_person(tx: Connection, names: list[str]) -> Rows:
    """Return the requests of someone under any of their names."""
    return tx.execute(select(*rights_case.c).where(rights_case.c.person.in_(names)).order_by(rights_case.c.id)).all()


def is_overdue(row: AnyRow, today: date) -> bool:
    """Say whether a request should have been acknowledged, or answered, before today."""
    late = row.due is not None and row.due < today
    silent = row.acknowledge_by is not None and row.acknowledge_by < today and row.acknowledged_at is None
    return row.closed_at is None and (late or silent)
