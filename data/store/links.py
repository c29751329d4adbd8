"""Who holds which account, dated: links that begin, end, and stood on a day."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select, update

from data.model import PassportState
from data.schema import account, account_person, passport, person
from data.store.rows import AnyRow, Rows

OWNER, DEPUTY, MAY_POST, LINE_MANAGER = "owner", "deputy", "may_post", "line_manager"
LINKS = (OWNER, DEPUTY, MAY_POST, LINE_MANAGER)
HOLDS = (OWNER, DEPUTY)
OVER = (PassportState.REFUSED, PassportState.CLOSED)


def of_account(tx: Connection, account_id: str) -> Rows:
    """Return the links of an account that stand now: id, link, person_id, email, name, since; owners first."""
    c = account_person.c
    rows = tx.execute(_links().where(c.account_id == account_id, c.until.is_(None)).order_by(c.id)).all()
    return sorted(rows, key=lambda row: LINKS.index(row.link) if row.link in LINKS else len(LINKS))


def stood(tx: Connection, account_id: str, from_at: datetime, to_at: datetime) -> Rows:
    """Return the links of an account that stood at any time from `from_at` up to, not including, `to_at`."""
    c = account_person.c
    then = c.since < to_at, or_(c.until.is_(None), c.until > from_at)
    return tx.execute(_links().where(c.account_id == account_id, *then).order_by(c.since, c.id)).all()


def one(tx: Connection, account_id: str, person_id: int, link: str) -> AnyRow | None:
    """Return a link that stands now, None when there is none."""
    c = account_person.c
    query = _links().where(c.account_id == account_id, c.person_id == person_id, c.link == link, c.until.is_(None))
    return tx.execute(query).first()


def end(tx: Connection, link_ids: Iterable[int], at: datetime) -> None:
    """End links; they stay on record with their dates."""
    tx.execute(update(account_person).where(account_person.c.id.in_(list(link_ids))).values(until=at))


def of_person(tx: Connection, person_id: int) -> Rows:
    """Return the links of a person that stand now: id, account_id, link."""
    c = account_person.c
    query = select(c.id, c.account_id, c.link).where(c.person_id == person_id, c.until.is_(None))
    return tx.execute(query.order_by(c.account_id, c.id)).all()


def owned(tx: Connection) -> Rows:
    """Return every account that somebody owns now: account_id, person_id, since."""
    c = account_person.c
    return tx.execute(_links().where(c.link == OWNER, c.until.is_(None)).order_by(c.account_id, c.id)).all()


def ownerless(tx: Connection) -> list[str]:
    """Return the accounts that nobody owns now and whose newest passport has not ended."""
    c, p = account_person.c, passport.c
    nobody = ~exists().where(c.account_id == account.c.id, c.link == OWNER, c.until.is_(None))
    newest = select(p.state).where(p.account_id == account.c.id).order_by(p.id.desc()).limit(1).scalar_subquery()
    query = select(account.c.id).where(nobody, or_(newest.is_(None), newest.not_in(OVER)))
    return list(tx.scalars(query.order_by(account.c.id)))


def deputies(rows: Rows) -> int:
    """Return how many people own or deputise for an account, each counted once."""
    return len({row.person_id for row in rows if row.link in HOLDS})


def answers_for(tx: Connection, person_id: int) -> set[str]:
    """Return the accounts that a person owns, deputises for or may post to: not those they only line-manage."""
    c = account_person.c
    mine: ColumnElement[bool] = (c.person_id == person_id) & c.until.is_(None) & (c.link != LINE_MANAGER)
    return set(tx.scalars(select(c.account_id).where(mine)))


def _links() -> Select[Any]:
    c = account_person.c
    shown = (c.id, c.account_id, c.link, c.person_id, person.c.email, person.c.name, c.since, c.until)
    return select(*shown).join_from(account_person, person)
