"""What people confirm of accounts, and the choices of members, in the store."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from data.schema import person
from data.schema_register import assurance, member_choice
from data.store.rows import AnyRow, Rows, insert_one

STILL_RIGHT, NOT_RIGHT, SETTLED_LAPSE = "still_right", "not_right", "settled_lapse"


def add(tx: Connection, account_id: str, person_id: int, what: str, reason: str, now: datetime) -> int:
    """Record what someone confirms, or says is wrong; return its number."""
    values = {"account_id": account_id, "person_id": person_id, "at": now, "what": what, "reason": reason}
    return insert_one(tx, insert(assurance).values(**values))


def last(tx: Connection, what: str) -> dict[str, datetime]:
    """Return when each account was last confirmed so."""
    c = assurance.c
    query = select(c.account_id, func.max(c.at).label("at")).where(c.what == what).group_by(c.account_id)
    return {row.account_id: row.at for row in tx.execute(query)}


def waiting(tx: Connection, account_ids: Collection[str] | None = None) -> Rows:
    """Return what was said to be wrong and is not settled: id, account_id, name, email, at, reason."""
    c = assurance.c
    shown = (c.id, c.account_id, person.c.name, person.c.email, c.at, c.reason)
    query = select(*shown).join_from(assurance, person).where(c.what == NOT_RIGHT, c.settled_at.is_(None))
    query = query if account_ids is None else query.where(c.account_id.in_(account_ids))
    return tx.execute(query.order_by(c.at, c.id)).all()


def settle(tx: Connection, number: int, by: str, how: str, now: datetime) -> bool:
    """Record that something said to be wrong was dealt with; False when it was before, or nobody said it."""
    c = assurance.c
    open_one = c.id == number, c.what == NOT_RIGHT, c.settled_at.is_(None)
    values = {"settled_at": now, "settled_by": by, "settled_how": how}
    return tx.execute(update(assurance).where(*open_one).values(**values)).rowcount == 1


def join(tx: Connection, account_id: str, person_id: int, at: datetime) -> None:
    """Record a member's own choice."""
    tx.execute(insert(member_choice).values(account_id=account_id, person_id=person_id, joined_at=at, reason=""))


def choice(tx: Connection, account_id: str) -> AnyRow | None:
    """Return the choice that stands for a councillor's account: id, person_id, joined_at; None when there is none."""
    c = member_choice.c
    query = select(c.id, c.person_id, c.joined_at).where(c.account_id == account_id, c.withdrawn_at.is_(None))
    return tx.execute(query.order_by(c.id.desc())).first()


def take_back(tx: Connection, account_id: str, reason: str, now: datetime) -> None:
    """Record that the choice of a member stands no longer."""
    c = member_choice.c
    stands = c.account_id == account_id, c.withdrawn_at.is_(None)
    tx.execute(update(member_choice).where(*stands).values(withdrawn_at=now, reason=reason))
