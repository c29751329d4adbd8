"""Departments' own assessments in the store: appended, never changed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.schema import account, account_person
from data.schema_insight import self_assessment
from data.store import staff
from data.store.links import HOLDS
from data.store.rows import Rows, insert_one


def add(
    tx: Connection,
    department: str,
    capability: str,
    stage: str,
    told: tuple[str, str],
    person: int | None,
    now: datetime,
) -> int:
    """Append an assessment; `told` is what it rests on and who says so. Return its number."""
    evidence, said_by = told
    values = {"department": department, "capability": capability, "stage": stage, "person_id": person, "at": now}
    return insert_one(tx, insert(self_assessment).values(**values, evidence=evidence, said_by=said_by))


def of(tx: Connection, departments: Collection[str], until: datetime | None = None) -> Rows:
    """Return the assessments of departments, oldest first, those before a moment when one is given."""
    c = self_assessment.c
    query = select(*c).where(c.department.in_(departments))
    return tx.execute((query if until is None else query.where(c.at < until)).order_by(c.id)).all()


def departments(tx: Connection) -> set[str]:
    """Return every department that has an account or has assessed itself."""
    return {*tx.scalars(select(account.c.department)), *tx.scalars(select(self_assessment.c.department))} - {""}


def departments_of(tx: Connection, person_id: int) -> set[str]:
    """Return the departments someone belongs to: where they work, and those of the accounts they answer for."""
    c = account_person.c
    query = select(account.c.department).join_from(account_person, account)
    held = tx.scalars(query.where(c.person_id == person_id, c.until.is_(None), c.link.in_(HOLDS)))
    work = staff.works(tx, person_id)
    return {*held, work.department if work is not None else ""} - {""}
