"""People as a service: add, give roles, set a password, sign in and out.

Passwords are kept as Argon2id hashes; wrong ones are throttled: after five in a row no further one is looked at for a
while, which doubles each time. What is said of a refusal is always the same: it tells nobody who is known here. A
sign-in is a random token of which the store keeps only the digest.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection

from data.errors import IllegalStep, NotAllowed
from data.model import Person, Role
from data.permissions import Action, check
from data.register import CHECKS
from data.services.actors import ref
from data.store import ledger, people
from data.store.engine import Store

SESSION = timedelta(hours=8)
FREE_TRIES = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(hours=1)
SHORTEST_PASSWORD = 12
REFUSED = (
    "The e-mail address or the password is not right, or there were too many wrong ones in a row: after five, wait a "
    "while and try again."
)


Before = Callable[[Connection, Person], None]  # what is asked before a person is changed


def anyone(tx: Connection, found: Person) -> None:
    """Let anyone be changed."""


def add(store: Store, actor: Person, email: str, name: str, roles: Iterable[Role], password: str | None) -> Person:
    """Add a person, or change the name, roles and password of one who is there; return them."""
    check(actor, Action.MANAGE_PEOPLE)
    if password is not None and len(password) < SHORTEST_PASSWORD:
        raise IllegalStep(f"A password has at least {SHORTEST_PASSWORD} characters.")
    if problem := CHECKS["owner_email"](email.strip()):
        raise IllegalStep(f"Nobody was added: {problem}.")
    now, granted = store.now(), sorted(set(roles))
    hashed = PasswordHasher().hash(password) if password is not None else None
    with store.write() as tx:
        person_id = people.ensure(tx, email, now, name)
        people.set_roles(tx, person_id, granted, now)
        if name:
            people.set_name(tx, person_id, name)
        if hashed is not None:
            people.set_password_hash(tx, person_id, hashed)
            people.end_sessions(tx, person_id, now)  # whoever knew the old one is out
        detail = {"roles": granted, "password": hashed is not None}
        ledger.append(tx, now, ref(actor), "person.roles", f"person:{person_id}", detail)
        return people.by_id(tx, person_id)


def set_roles(store: Store, actor: Person, email: str, roles: Iterable[Role], first: Before = anyone) -> Person:
    """Give a person exactly these roles; return them. `first` may refuse, in the same transaction."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.write() as tx:
        found, granted = people.get(tx, email), sorted(set(roles))
        first(tx, found)
        people.set_roles(tx, int(found.id or 0), granted, store.now())
        ledger.append(tx, store.now(), ref(actor), "person.roles", f"person:{found.id}", {"roles": granted})
        return people.get(tx, email)


def set_active(store: Store, actor: Person, email: str, active: bool, first: Before = anyone) -> None:
    """Let a person in again, or no longer. `first` may refuse, in the same transaction."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.write() as tx:
        found = people.get(tx, email)
        first(tx, found)
        people.set_active(tx, int(found.id or 0), active)
        if not active:
            people.end_sessions(tx, int(found.id or 0), store.now())
        ledger.append(tx, store.now(), ref(actor), "person.active", f"person:{found.id}", {"active": active})


def everyone(store: Store) -> list[Person]:
    """Return all people."""
    with store.read() as tx:
        return people.everyone(tx)


def sign_in(store: Store, email: str, password: str) -> str:
    """Return a session token for the right password; raise `NotAllowed` otherwise, without saying what was wrong.

    The hash takes its time before the transaction, which would keep every other writer waiting; what was tried
    counts only if it was tried against the hash that still stands, and whether it may be looked at is settled inside.
    """
    with store.read() as tx:
        tried = people.sign_in_row(tx, email)
    matches = _matches(tried.password_hash if tried else None, password)
    now = store.now()
    with store.write() as tx:
        row = people.sign_in_row(tx, email)
        locked = row is not None and row.locked_until is not None and row.locked_until > now
        same = row is not None and tried is not None and row.password_hash == tried.password_hash
        good = matches and same and row is not None and row.active and not locked
        if row is not None and not locked:
            failed = 0 if good else row.failed_signins + 1
            people.note_sign_in(tx, row.id, failed, now + _lock(failed) if failed >= FREE_TRIES else None)
            if not good:  # tries behind a lock are not noted: nobody shall fill the log
                ledger.append(tx, now, "system", "person.sign_in_failed", f"person:{row.id}", {"in_a_row": failed})
        token = secrets.token_urlsafe(32)
        if good and row is not None:
            people.forget_sessions(tx, now)
            people.add_session(tx, digest(token), row.id, now, now + SESSION)
            ledger.append(tx, now, f"person:{row.id}", "person.sign_in", f"person:{row.id}")
    if not good:
        raise NotAllowed(REFUSED)
    return token


def who(store: Store, token: str | None) -> Person | None:
    """Return the person a session token belongs to, with their present roles, or None."""
    if not token:
        return None
    with store.read() as tx:
        return people.session_person(tx, digest(token), store.now())


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    with store.write() as tx:
        people.end_session(tx, digest(token), store.now())


def _matches(password_hash: str | None, password: str) -> bool:
    hasher = PasswordHasher()
    stored = password_hash or _DUMMY  # the same work for a name nobody has
    try:
        return hasher.verify(stored, password) and password_hash is not None
    except VerificationError:
        return False


def _lock(failed: int) -> timedelta:
    doublings: int = min(failed - FREE_TRIES, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def digest(token: str) -> str:
    """Return what the store keeps of a session's token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


_DUMMY = "$argon2id$v=19$m=65536,t=3,p=4$UnvzDHA0/K8snvdLXs6tmA$Gxu186jScqfUTy3ndEC6jMM1Y1d/H68ani62pdtUPls"
