"""Sittings of the panel in the store: who was there, how they voted, the minute."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from data.panel import Seat
from data.schema import panel_member, passport, passport_event, person
from data.schema_register import panel_sitting
from data.store.rows import Rows


def record(
    tx: Connection, event_id: int, seats: Iterable[tuple[int, Seat]], quorum: int, counted: int, minute: str
) -> None:
    """Store how a decision was come to; `seats` are (person, seat)."""
    values = {"quorum": quorum, "counted": counted, "minute": minute}
    tx.execute(insert(panel_sitting).values(passport_event_id=event_id, **values))
    for person_id, seat in seats:
        there = {"person_id": person_id, "vote": seat.vote, "interest": seat.interest}
        tx.execute(insert(panel_member).values(passport_event_id=event_id, **there))


def of_account(tx: Connection, account_id: str) -> Rows:
    """Return the sittings about an account, oldest first: event_id, at, action, quorum, counted, minute."""
    e, s = passport_event.c, panel_sitting.c
    query = select(e.id.label("event_id"), e.at, e.action, s.quorum, s.counted, s.minute)
    query = query.join_from(panel_sitting, passport_event).join(passport)
    return tx.execute(query.where(passport.c.account_id == account_id).order_by(e.id)).all()


def members(tx: Connection, account_id: str) -> Rows:
    """Return who sat in the sittings about an account: event_id, email, name, vote, interest."""
    m = panel_member.c
    query = select(m.passport_event_id.label("event_id"), person.c.email, person.c.name, m.vote, m.interest)
    query = query.join_from(panel_member, person).join(passport_event).join(passport)
    return tx.execute(query.where(passport.c.account_id == account_id).order_by(m.id)).all()
