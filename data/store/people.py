"""People, their roles, their passwords' hashes and their sign-ins."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from data.errors import NotFound
from data.model import Person, Role
from data.schema import account_person, person, person_role, session
from data.schema_work import identity
from data.store.rows import AnyRow, insert_one


def ensure(tx: Connection, email: str, now: datetime, name: str = "") -> int:
    """Return the id of the person with this e-mail address, adding them when they are new."""
    email = email.strip().lower()
    found = tx.scalar(select(person.c.id).where(person.c.email == email))
    if found is not None:
        return int(found)
    values = {"email": email, "name": name or email, "active": True, "created_at": now}
    return insert_one(tx, insert(person).values(values))


def get(tx: Connection, email: str) -> Person:
    """Return a person with their present roles; raise `NotFound`."""
    row = tx.execute(select(*person.c).where(person.c.email == email.strip().lower())).first()
    if row is None:
        raise NotFound(f"Nobody is known under {email}. Add them with: postreeve user add {email} --role ROLE")
    return _person(tx, row)


def by_id(tx: Connection, person_id: int) -> Person:
    """Return a person by number; raise `NotFound`."""
    row = tx.execute(select(*person.c).where(person.c.id == person_id)).first()
    if row is None:
        raise NotFound(f"Nobody is known under number {person_id}.")
    return _person(tx, row)


def everyone(tx: Connection) -> list[Person]:
    """Return all people in the order of their e-mail addresses."""
    return [_person(tx, row) for row in tx.execute(select(*person.c).order_by(person.c.email)).all()]


def set_roles(tx: Connection, person_id: int, roles: Iterable[Role], now: datetime) -> None:
    """Give a person exactly these roles from now on; what they lose is dated, not deleted."""
    wanted, had = set(roles), _roles(tx, person_id)
    ended = person_role.c.person_id == person_id, person_role.c.until.is_(None)
    for role in had - wanted:
        tx.execute(update(person_role).where(*ended, person_role.c.role == role).values(until=now))
    for role in sorted(wanted - had):
        tx.execute(insert(person_role).values(person_id=person_id, role=role, since=now))


def set_active(tx: Connection, person_id: int, active: bool) -> None:
    """Let a person sign in, or not; ends their sign-ins at the next look when not."""
    tx.execute(update(person).where(person.c.id == person_id).values(active=active))


def set_password_hash(tx: Connection, person_id: int, password_hash: str) -> None:
    """Store an Argon2id hash and forget earlier failures."""
    values = {"password_hash": password_hash, "failed_signins": 0, "locked_until": None}
    tx.execute(update(person).where(person.c.id == person_id).values(**values))


def sign_in_row(tx: Connection, email: str) -> AnyRow | None:
    """Return id, active, password_hash, failed_signins and locked_until of a person, or None."""
    c = person.c
    query = select(c.id, c.active, c.password_hash, c.failed_signins, c.locked_until)
    return tx.execute(query.where(c.email == email.strip().lower())).first()


def note_sign_in(tx: Connection, person_id: int, failed: int, locked_until: datetime | None) -> None:
    """Record how many wrong passwords came in a row, and until when no further one is looked at."""
    values = {"failed_signins": failed, "locked_until": locked_until}
    tx.execute(update(person).where(person.c.id == person_id).values(**values))


def add_session(tx: Connection, token_hash: str, person_id: int, now: datetime, expires: datetime) -> None:
    """Store a sign-in under the digest of its token."""
    values = {"token_hash": token_hash, "person_id": person_id, "created_at": now, "expires_at": expires}
    tx.execute(insert(session).values(**values))


def forget_sessions(tx: Connection, now: datetime) -> None:
    """Delete the sign-ins whose time is over."""
    tx.execute(delete(session).where(session.c.expires_at <= now))


def session_person(tx: Connection, token_hash: str, now: datetime) -> Person | None:
    """Return who a live sign-in belongs to: not ended, not past its time, the person still active."""
    s = session.c
    query = select(s.person_id).where(s.token_hash == token_hash, s.revoked_at.is_(None), s.expires_at > now)
    person_id = tx.scalar(query)
    found = by_id(tx, person_id) if person_id is not None else None
    return found if found and found.active else None


def end_session(tx: Connection, token_hash: str, now: datetime) -> None:
    """End a sign-in."""
    tx.execute(update(session).where(session.c.token_hash == token_hash).values(revoked_at=now))


def end_sessions(tx: Connection, person_id: int, now: datetime) -> None:
    """End all sign-ins of a person."""
    live = session.c.person_id == person_id, session.c.revoked_at.is_(None)
    tx.execute(update(session).where(*live).values(revoked_at=now))


def set_name(tx: Connection, person_id: int, name: str) -> None:
    """Change the name a person is shown by."""
    tx.execute(update(person).where(person.c.id == person_id).values(name=name))


def holds(tx: Connection, person_id: int, account_id: str) -> bool:
    """Say whether the person owns, deputises or line-manages the account today."""
    c = account_person.c
    query = select(c.id).where(c.person_id == person_id, c.account_id == account_id, c.until.is_(None))
    return tx.execute(query.limit(1)).first() is not None


def held(tx: Connection, person_id: int) -> set[str]:
    """Return the ids of the accounts that the person holds today."""
    c = account_person.c
    return set(tx.scalars(select(c.account_id).where(c.person_id == person_id, c.until.is_(None))))


def names(tx: Connection, person_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people by number."""
    query = select(person.c.id, person.c.name).where(person.c.id.in_(set(person_ids)))
    return {int(row.id): str(row.name) for row in tx.execute(query)}


def live_sessions(tx: Connection, now: datetime) -> dict[int, tuple[int, datetime]]:
    """Return by person how many sign-ins are live, and when the longest ends."""
    c = session.c
    query = select(c.person_id, func.count(), func.max(c.expires_at)).where(c.revoked_at.is_(None), c.expires_at > now)
    return {int(who): (int(n), until) for who, n, until in tx.execute(query.group_by(c.person_id))}


def doors(tx: Connection) -> dict[int, tuple[bool, int]]:
    """Return by person whether there is a password, and how many services vouch for them."""
    vouched = select(func.count()).where(identity.c.person_id == person.c.id).scalar_subquery()
    rows = tx.execute(select(person.c.id, person.c.password_hash.is_not(None), vouched))
    return {int(who): (bool(password), int(linked)) for who, password, linked in rows}


def _roles(tx: Connection, person_id: int) -> set[Role]:
    query = select(person_role.c.role).where(person_role.c.person_id == person_id, person_role.c.until.is_(None))
    return {Role(r) for r in tx.scalars(query)}


def _person(tx: Connection, row: AnyRow) -> Person:
    bare = Person(email=row.email, name=row.name, active=row.active, id=row.id)
    return replace(bare, roles=frozenset(_roles(tx, row.id)))
