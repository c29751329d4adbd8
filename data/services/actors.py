"""Who acts: a person of the register, or whoever works at the shell of the machine that holds the store."""

import getpass

from sqlalchemy import Connection

from data.errors import NotAllowed
from data.model import Person, Role
from data.store import people


def shell() -> Person:
    """Return the user of this shell: someone who can read the store's files may administer it."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):
        login = "unknown"
    return Person(email=f"shell:{login}", name=login, roles=frozenset({Role.ADMINISTRATOR}))


def ref(actor: Person) -> str:
    """Return how the audit log names an actor: by number, never by name or address, since its rows last for ever."""
    return f"person:{actor.id}" if actor.id is not None else actor.email


def number_of(text: str) -> int | None:
    """Return the number in "person:12", None for anything else."""
    kind, _, number = text.partition(":")
    return int(number) if kind == "person" and number.isascii() and number.isdecimal() else None


def named(tx: Connection, email: str | None) -> Person:
    """Return the person called `email`, or the shell's user when none is named; refuse one who has left."""
    if not email:
        return shell()
    found = people.get(tx, email)
    if not found.active:
        raise NotAllowed(f"{email} is no longer active on this register.")
    return found
