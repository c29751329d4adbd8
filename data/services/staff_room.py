"""The people of the register as the administrator's page needs them: who is here, and what may be done to them.

The last administrator who may sign in keeps the role: from a page nobody can lock everyone out. The shell still can.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from sqlalchemy import Connection

from data.errors import IllegalStep, NotFound
from data.model import Person, Role
from data.permissions import Action, check
from data.services import identity
from data.services import people as service
from data.services.actors import ref
from data.services.people import SHORTEST_PASSWORD
from data.store import ledger, people
from data.store.engine import Store

LAST = "{} is the last administrator who may sign in. Give someone else that role first."
KNOWN = "{} is known here already. Change them below."


@dataclass(frozen=True, slots=True)
class Member:
    """A person, how many sign-ins of theirs are live, the end of the longest, and how they sign in."""

    person: Person
    signed_in: int
    until: datetime | None
    password: bool
    linked: int


def everyone(store: Store, actor: Person) -> list[Member]:
    """Return everyone with their roles, in the order of their addresses."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.read() as tx:
        live, doors = people.live_sessions(tx, store.now()), people.doors(tx)
        return [_member(person, live, doors) for person in people.everyone(tx)]


def join(store: Store, actor: Person, email: str, name: str, roles: Iterable[Role], password: str) -> Person:
    """Add someone new; without a password they sign in through the council's service. Refuses who is known."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.read() as tx:
        try:
            raise IllegalStep(KNOWN.format(people.get(tx, email).email))
        except NotFound:
            pass
    return service.add(store, actor, email, name.strip(), roles, password or None)


def set_roles(store: Store, actor: Person, email: str, roles: Iterable[Role]) -> Person:
    """Give a person exactly these roles; raise `IllegalStep` where nobody would be left to administer."""
    check(actor, Action.MANAGE_PEOPLE)
    wanted = set(roles)
    first = service.anyone if Role.ADMINISTRATOR in wanted else _keep_one
    return service.set_roles(store, actor, email, wanted, first)


def set_active(store: Store, actor: Person, email: str, active: bool) -> None:
    """Let a person in again, or no longer; their sign-ins end at once."""
    check(actor, Action.MANAGE_PEOPLE)
    service.set_active(store, actor, email, active, service.anyone if active else _keep_one)


def set_password(store: Store, actor: Person, email: str, password: str) -> None:
    """Set a person's password; it is kept as a hash and never shown again. Their sign-ins end."""
    check(actor, Action.MANAGE_PEOPLE)
    if len(password) < SHORTEST_PASSWORD:
        raise IllegalStep(f"A password has at least {SHORTEST_PASSWORD} characters.")
    hashed = PasswordHasher().hash(password)
    with store.write() as tx:
        found = people.get(tx, email)
        people.set_password_hash(tx, int(found.id or 0), hashed)
        people.end_sessions(tx, int(found.id or 0), store.now())
        ledger.append(tx, store.now(), ref(actor), "person.password", f"person:{found.id}")


def sign_out(store: Store, actor: Person, email: str) -> None:
    """End all sign-ins of a person; they may sign in again."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.write() as tx:
        found = people.get(tx, email)
        people.end_sessions(tx, int(found.id or 0), store.now())
        ledger.append(tx, store.now(), ref(actor), "person.signed_out", f"person:{found.id}")


def unlink(store: Store, actor: Person, email: str) -> int:
    """Forget who a person is to other services; return how many links there were."""
    check(actor, Action.MANAGE_PEOPLE)
    return identity.unlink(store, ref(actor), email)


def _keep_one(tx: Connection, found: Person) -> None:
    able = {p.email for p in people.everyone(tx) if p.active and Role.ADMINISTRATOR in p.roles}
    if able == {found.email}:
        raise IllegalStep(LAST.format(found.email))


def _member(person: Person, live: dict[int, tuple[int, datetime]], doors: dict[int, tuple[bool, int]]) -> Member:
    number = int(person.id or 0)
    signed_in, until = live.get(number, (0, None))
    return Member(person, signed_in, until, *doors[number])
