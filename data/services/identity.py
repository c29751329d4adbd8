"""Signing in someone whom another service vouches for: it says who they are, the store says what they may do.

A person is known by what the service calls them for ever (issuer and subject), never by an address that may be given to
someone else later; the address only finds them at their first sign-in. The session is ours, as after a password.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from data.errors import NotAllowed, NotFound
from data.model import Person, Role
from data.schema_work import identity
from data.services.people import SESSION, digest
from data.store import ledger, people
from data.store.engine import Store

UNKNOWN = "{} is signed in there, but has no part in postreeve. Ask its administrator to add you."
TAKEN = (
    "{} is already known here as someone else's address at that service. The administrator must look at it: "
    "an address may have been given to a new person."
)
CLOSED = "{} may not sign in to postreeve any more. Ask its administrator."


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the service says: who vouches, their lasting id there, address and name, and the roles of their groups.

    `roles` is None where roles are kept here alone.
    """

    issuer: str
    subject: str
    email: str
    name: str = ""
    roles: Collection[Role] | None = None


def sign_in(store: Store, vouched: Vouched) -> str:
    """Return a session token; raise `NotAllowed` for someone who has no part in postreeve."""
    now = store.now()
    with store.write() as tx:
        person = _person(tx, store, vouched)
        if not person.active:
            raise NotAllowed(CLOSED.format(vouched.email))
        if vouched.roles is not None and set(vouched.roles) != person.roles:
            people.set_roles(tx, int(person.id or 0), vouched.roles, now)
            detail = {"roles": sorted(vouched.roles), "by": vouched.issuer}
            ledger.append(tx, now, "system", "person.roles", f"person:{person.id}", detail)
        token = secrets.token_urlsafe(32)
        people.forget_sessions(tx, now)
        people.add_session(tx, digest(token), int(person.id or 0), now, now + SESSION)
        ledger.append(tx, now, f"person:{person.id}", "person.sign_in", f"person:{person.id}", {"by": vouched.issuer})
    return token


def _person(tx: Connection, store: Store, vouched: Vouched) -> Person:
    """Return who this is, linking them at their first sign-in."""
    c = identity.c
    same = c.issuer == vouched.issuer, c.subject == vouched.subject
    known = tx.scalar(select(c.person_id).where(*same))
    if known is not None:
        return people.by_id(tx, known)
    try:
        found = people.get(tx, vouched.email)
    except NotFound:
        if not vouched.roles:
            raise NotAllowed(UNKNOWN.format(vouched.email)) from None
        found = people.by_id(tx, people.ensure(tx, vouched.email, store.now(), vouched.name))
    other = select(c.id).where(c.person_id == found.id, c.issuer == vouched.issuer)
    if tx.scalar(other) is not None:
        raise NotAllowed(TAKEN.format(vouched.email))
    values = {"person_id": found.id, "issuer": vouched.issuer, "subject": vouched.subject}
    tx.execute(insert(identity).values(**values, linked_at=store.now()))
    ledger.append(tx, store.now(), "system", "person.linked", f"person:{found.id}", {"issuer": vouched.issuer})
    return found


def unlink(store: Store, actor: str, email: str) -> int:
    """Forget who a person is to other services, so that the next one with their address is linked; return how many."""
    with store.write() as tx:
        found = people.get(tx, email)
        gone = tx.execute(identity.delete().where(identity.c.person_id == found.id)).rowcount
        people.end_sessions(tx, int(found.id or 0), store.now())
        ledger.append(tx, store.now(), actor, "person.unlinked", f"person:{found.id}", {"links": gone})
        return gone
