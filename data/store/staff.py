"""Where people work, and what training they have had, in the store."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.schema import audit_detail, audit_log, person
from data.schema_register import employment, training_record
from data.store.rows import AnyRow, Rows, insert_one

WORK = ("department", "line_manager_id", "last_day")


def works(tx: Connection, person_id: int) -> AnyRow | None:
    """Return where a person works now: id, department, line_manager_id, last_day, since; None when not known."""
    c = employment.c
    query = select(*c).where(c.person_id == person_id, c.until.is_(None)).order_by(c.id.desc())
    return tx.execute(query).first()


def set_work(
    tx: Connection, person_id: int, department: str, manager_id: int | None, last_day: date | None, now: datetime
) -> bool:
    """Record where a person works from now on; False when nothing changed. What was before keeps its dates."""
    old = works(tx, person_id)
    new: dict[str, Any] = dict(zip(WORK, (department, manager_id, last_day), strict=True))
    if old is not None and all(getattr(old, name) == value for name, value in new.items()):
        return False
    end_work(tx, person_id, now)
    tx.execute(insert(employment).values(person_id=person_id, since=now, **new))
    return True


def end_work(tx: Connection, person_id: int, now: datetime) -> None:
    """Record that a person left."""
    c = employment.c
    tx.execute(update(employment).where(c.person_id == person_id, c.until.is_(None)).values(until=now))


def has_left(tx: Connection, person_id: int) -> bool:
    """Say whether a person's work here, or a place of theirs, ended once; what `works` says is another matter."""
    c = employment.c
    return tx.scalar(select(c.id).where(c.person_id == person_id, c.until.is_not(None)).limit(1)) is not None


def shut_out(tx: Connection, person_id: int) -> bool:
    """Say whether an administrator shut a person out and has not let them in again; also when the detail is erased."""
    c = audit_log.c
    query = select(audit_detail.c.detail).join_from(audit_log, audit_detail).order_by(c.seq.desc()).limit(1)
    last = tx.execute(query.where(c.subject == f"person:{person_id}", c.action == "person.active")).first()
    return last is not None and (last.detail is None or not json.loads(last.detail)["active"])


def gone_by(tx: Connection, today: date) -> Rows:
    """Return the people whose last day lies before `today` and who still count as here: person_id, last_day."""
    c = employment.c
    query = select(c.person_id, c.last_day).where(c.until.is_(None), c.last_day < today)
    return tx.execute(query.order_by(c.person_id)).all()


def train(tx: Connection, person_id: int, values: dict[str, Any]) -> int:
    """Add a training record, or complete the one that the person asked for; return its number."""
    c = training_record.c
    asked: int | None = tx.scalar(select(c.id).where(c.person_id == person_id, c.completed_on.is_(None)))
    if asked is not None:
        tx.execute(update(training_record).where(c.id == asked).values(**values))
        return asked
    return insert_one(tx, insert(training_record).values(person_id=person_id, **values))


def trainings(tx: Connection, person_id: int | None = None) -> Rows:
    """Return training records, the newest first: id, person_id, email, name, course, completed_on, refresher_due, …"""
    c = training_record.c
    shown = (c.id, c.person_id, person.c.email, person.c.name, c.course, c.completed_on, c.refresher_due)
    query = select(*shown, c.policies, c.talk_on, c.noted_at).join_from(training_record, person)
    query = query if person_id is None else query.where(c.person_id == person_id)
    return tx.execute(query.order_by(c.id.desc())).all()


def trained(tx: Connection, person_id: int, today: date) -> bool:
    """Say whether a completed training of the person is on record whose refresher is not overdue."""
    done = [row for row in trainings(tx, person_id) if row.completed_on is not None and row.completed_on <= today]
    return any(row.refresher_due is None or row.refresher_due >= today for row in done)
