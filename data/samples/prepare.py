"""Puts the synthetic council into a store: its register, and people to sign in as."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from data import register
from data.clock import local_day
from data.errors import StoreError
from data.model import Role
from data.samples import council
from data.services import people
from data.services import register as service
from data.services.actors import shell
from data.store import accounts
from data.store.engine import Store

REVIEWER = f"reviewer@{council.DOMAIN}"
ROLES = (Role.REVIEWER, Role.PANEL, Role.ADMINISTRATOR)
NOT_OURS = "The store {} holds another register than the demonstration's. Choose another folder with --dir."


@dataclass(frozen=True, slots=True)
class SignIn:
    """Someone to sign in to the demonstration as: a password made for this run."""

    email: str
    password: str


def source_port(store: Store) -> int:
    """Return the port that the feeds of an earlier demonstration in this store were served on, 0 for a fresh store."""
    with store.read() as tx:
        known = accounts.everything(tx)
    if not known:
        return 0
    if {a.id for a in known} != {row["id"] for row in council.accounts()}:
        raise StoreError(NOT_OURS.format(store.path or store))
    return urlsplit(known[0].url).port or 0


def prepare(store: Store, port: int) -> SignIn:
    """Import the register when the store is fresh, and give the reviewer a new password; return how to sign in."""
    if source_port(store) == 0:
        content = council.register_csv(f"http://127.0.0.1:{port}", local_day(store.now(), str(council.ZONE)))
        service.import_entries(store, shell(), register.read(content, "register.csv"), "the synthetic council")
    password = secrets.token_urlsafe(12)
    people.add(store, shell(), REVIEWER, "Rowan Reeve, communications", ROLES, password)
    return SignIn(REVIEWER, password)
