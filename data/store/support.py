"""Advice and training given with decisions, and how holders found the reviews. Neither counts against anyone."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from data.model import Decision
from data.schema import rating, review, support
from data.store.rows import Rows, insert_one


def add(tx: Connection, review_id: int, account_id: str, given: Decision, due: date, now: datetime) -> int:
    """Store the advice or training that a decision offers."""
    values = {"review_id": review_id, "account_id": account_id, "kind": given.outcome, "text": given.words}
    return insert_one(tx, insert(support).values(**values, due=due, given_at=now))


def of_accounts(tx: Connection, account_ids: Collection[str]) -> Rows:
    """Return what was offered to the holders of some accounts, newest first, without what was taken back."""
    c = support.c
    query = select(*c, review.c.alert_id).join_from(support, review)
    query = query.where(c.account_id.in_(account_ids), review.c.undone_at.is_(None))
    return tx.execute(query.order_by(c.id.desc())).all()


def take_up(tx: Connection, support_id: int, person_id: int, now: datetime) -> bool:
    """Record that an offer was taken up; return False when it was already."""
    c = support.c
    changed = update(support).where(c.id == support_id, c.taken_up_at.is_(None))
    return tx.execute(changed.values(taken_up_at=now, taken_up_by=person_id)).rowcount == 1


def rate(
    tx: Connection, review_id: int, person_id: int, answers: tuple[bool, bool, bool], note: str, now: datetime
) -> int:
    """Store how a holder found a review: fair, clear, useful."""
    fair, clear, useful = answers
    values = {"review_id": review_id, "person_id": person_id, "fair": fair, "clear": clear, "useful": useful}
    return insert_one(tx, insert(rating).values(**values, note=note, at=now))


def ratings(tx: Connection, review_ids: Collection[int]) -> Rows:
    """Return what holders said of these reviews."""
    return tx.execute(select(*rating.c).where(rating.c.review_id.in_(review_ids)).order_by(rating.c.id)).all()


def rated(tx: Connection) -> tuple[int, int, int, int]:
    """Return how many reviews were rated, and how many as fair, as clear, as useful."""
    c = rating.c
    yes = [func.count().filter(column.is_(True)) for column in (c.fair, c.clear, c.useful)]
    row = tx.execute(select(func.count(), *yes).select_from(rating)).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])
