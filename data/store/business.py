"""Business cases and applications in the store."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.business_case import BusinessCase
from data.schema import application, passport
from data.schema_register import business_case
from data.store.rows import AnyRow, insert_one

FIELDS = ("will_post", "will_not_post", "posts_from", "posts_to")


def put(tx: Connection, passport_id: int, case: BusinessCase) -> None:
    """Store the business case of a passport in place of the one before."""
    tx.execute(delete(business_case).where(business_case.c.passport_id == passport_id))
    values: dict[str, Any] = {name: getattr(case, name) for name in FIELDS}
    tx.execute(insert(business_case).values(passport_id=passport_id, special=list(case.special), **values))


def get(tx: Connection, passport_id: int) -> BusinessCase:
    """Return the business case of a passport, an empty one when nothing more is known."""
    row = tx.execute(select(*business_case.c).where(business_case.c.passport_id == passport_id)).first()
    return _case(row) if row else BusinessCase()


def everything(tx: Connection) -> dict[int, BusinessCase]:
    """Return the business cases by the number of their passport."""
    return {row.passport_id: _case(row) for row in tx.execute(select(*business_case.c))}


def apply(tx: Connection, passport_id: int, person_id: int | None, department: str, note: str, now: datetime) -> int:
    """Record who applied for a passport, and what they add; return the application's number."""
    values = {"submitted_at": now, "submitted_by": person_id, "department": department, "note": note}
    number = insert_one(tx, insert(application).values(**values))
    tx.execute(update(passport).where(passport.c.id == passport_id).values(application_id=number))
    return number


def application_of(tx: Connection, passport_id: int) -> AnyRow | None:
    """Return the application behind a passport: submitted_at, submitted_by, note; None where it was imported."""
    a = application.c
    query = select(a.submitted_at, a.submitted_by, a.note).join_from(passport, application)
    return tx.execute(query.where(passport.c.id == passport_id)).first()


def complete(tx: Connection, passport_id: int, values: dict[str, Any]) -> None:
    """Change the columns of a passport that an applicant fills in."""
    tx.execute(update(passport).where(passport.c.id == passport_id).values(**values))


def _case(row: AnyRow) -> BusinessCase:
    return BusinessCase(**{name: getattr(row, name) for name in FIELDS}, special=tuple(row.special))
