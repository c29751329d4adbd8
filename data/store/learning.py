"""Commended posts and lessons in the store."""

from datetime import datetime

from sqlalchemy import Connection, Select, func, insert, select, update

from data.model import AlertStatus
from data.schema import account, account_person, alert, person, post, review, version
from data.schema_insight import commendation, lesson
from data.store.rows import AnyRow, Rows, insert_one

FINISHED = (AlertStatus.DECIDED, AlertStatus.CLOSED)


def commend(tx: Connection, post_id: int, person_id: int, reason: str, now: datetime) -> int:
    """Store that someone commends a post; return the number."""
    return insert_one(tx, insert(commendation).values(post_id=post_id, person_id=person_id, reason=reason, at=now))


def commendations(tx: Connection, account_id: str, begin: datetime, end: datetime) -> Rows:
    """Return what is commended of an account's posts of a time, oldest post first: id, post_id, at, reason,
    published_at, text (both empty once erased)."""
    counted = func.coalesce(post.c.published_at, post.c.first_seen_at)
    query = _commended().where(post.c.account_id == account_id, counted >= begin, counted < end)
    return tx.execute(query.order_by(counted, commendation.c.id)).all()


def of_accounts(tx: Connection, account_ids: set[str]) -> Rows:
    """Return everything commended of some accounts, newest first, in the same columns."""
    query = _commended().where(post.c.account_id.in_(account_ids))
    return tx.execute(query.order_by(commendation.c.id.desc())).all()


def between(tx: Connection, begin: datetime, end: datetime) -> Rows:
    """Return the reasons of all posts of a time that are commended, oldest first: post_id, counted, reason."""
    counted = func.coalesce(post.c.published_at, post.c.first_seen_at)
    query = select(post.c.id.label("post_id"), counted.label("counted"), commendation.c.reason)
    query = query.join_from(commendation, post).where(commendation.c.withdrawn_at.is_(None))
    return tx.execute(query.where(counted >= begin, counted < end).order_by(counted, commendation.c.id)).all()


def commendation_of(tx: Connection, number: int) -> AnyRow | None:
    """Return one commendation that stands: id, post_id, person_id; None when there is none."""
    c = commendation.c
    return tx.execute(select(c.id, c.post_id, c.person_id).where(c.id == number, c.withdrawn_at.is_(None))).first()


def by_person(tx: Connection, post_id: int, person_id: int) -> bool:
    """Say whether someone commends a post already."""
    c = commendation.c
    query = select(c.id).where(c.post_id == post_id, c.person_id == person_id, c.withdrawn_at.is_(None))
    return tx.scalar(query.limit(1)) is not None


def withdraw_commendation(tx: Connection, number: int, now: datetime) -> None:
    """Take a commendation back."""
    tx.execute(update(commendation).where(commendation.c.id == number).values(withdrawn_at=now))


def share(tx: Connection, alert_id: int, person_id: int, text: str, now: datetime) -> int:
    """Store a lesson; return its number."""
    return insert_one(tx, insert(lesson).values(alert_id=alert_id, person_id=person_id, text=text, at=now))


def lessons(tx: Connection) -> Rows:
    """Return the lessons that stand, newest first: id, at, text. None of an alert that waits for a decision again."""
    c = lesson.c
    query = select(c.id, c.at, c.text).join_from(lesson, alert).where(c.withdrawn_at.is_(None), c.text != "")
    return tx.execute(query.where(alert.c.status.in_(FINISHED)).order_by(c.id.desc())).all()


def lessons_of(tx: Connection, alert_id: int) -> Rows:
    """Return the lessons of an alert that stand, oldest first: id, at, text, person_id."""
    c = lesson.c
    query = select(c.id, c.at, c.text, c.person_id).where(c.alert_id == alert_id, c.withdrawn_at.is_(None))
    return tx.execute(query.order_by(c.id)).all()


def lesson_of(tx: Connection, number: int) -> AnyRow | None:
    """Return a lesson that stands: id, alert_id, person_id; None when there is none."""
    c = lesson.c
    return tx.execute(select(c.id, c.alert_id, c.person_id).where(c.id == number, c.withdrawn_at.is_(None))).first()


def withdraw_lesson(tx: Connection, number: int, now: datetime) -> None:
    """Take a lesson back."""
    tx.execute(update(lesson).where(lesson.c.id == number).values(withdrawn_at=now))


def people_of(tx: Connection, account_id: str) -> list[str]:
    """Return the names of everyone who holds an account or ever did."""
    c = account_person.c
    return list(
        tx.scalars(select(person.c.name).distinct().join_from(account_person, person).where(c.account_id == account_id))
    )


def handle_of(tx: Connection, account_id: str) -> str:
    """Return what an account is called on its platform."""
    return str(tx.scalar(select(account.c.handle).where(account.c.id == account_id)) or "")


def upheld(tx: Connection, post_id: int) -> bool:
    """Say whether a person upheld an alert on a post, by a decision that was not taken back."""
    r = review.c
    newest = select(func.max(r.id)).join_from(review, alert).where(alert.c.post_id == post_id, r.undone_at.is_(None))
    query = select(r.id).where(r.id.in_(newest.group_by(r.alert_id)), r.judgement == "upheld")
    return tx.scalar(query.limit(1)) is not None


def _commended() -> Select[tuple[object, ...]]:
    c = commendation.c
    query = select(c.id, c.post_id, c.at, c.reason, c.person_id, post.c.account_id, post.c.published_at, version.c.text)
    query = query.join_from(commendation, post).join(version, version.c.id == post.c.version_id)
    return query.where(c.withdrawn_at.is_(None))
