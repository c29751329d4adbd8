"""What the times beside the alerts are told from: steps of passports, and advice given."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from data.model import PassportState
from data.schema import passport, passport_event, review, support
from data.store.rows import Rows


def approvals(tx: Connection, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return (applied, approved) of every passport that was first approved in a time and had been applied for."""
    e = passport_event.c
    applied = select(e.passport_id, func.min(e.at).label("at")).where(e.action == "apply").group_by(e.passport_id)
    approved = select(e.passport_id, func.min(e.at).label("at")).where(e.action == "approve").group_by(e.passport_id)
    first, then = applied.subquery(), approved.subquery()
    query = select(first.c.at, then.c.at.label("approved")).join_from(
        first, then, first.c.passport_id == then.c.passport_id
    )
    return [(row.at, row.approved) for row in tx.execute(query) if begin <= row.approved < end]


def waiting(tx: Connection) -> int:
    """Return how many applications wait for the panel."""
    query = select(func.count()).select_from(passport).where(passport.c.state == PassportState.APPLIED)
    return int(tx.scalar(query) or 0)


def first_advice(tx: Connection, begin: datetime, end: datetime) -> Rows:
    """Return by account when it was first given advice or training in a time: account_id, at."""
    c = support.c
    query = select(c.account_id, func.min(c.given_at).label("at")).join_from(support, review)
    query = query.where(review.c.undone_at.is_(None), c.given_at >= begin, c.given_at < end)
    return tx.execute(query.group_by(c.account_id).order_by(c.account_id)).all()
