"""What notices someone wants, as a service: one's own, and nobody else's."""

from collections.abc import Collection

from data.errors import IllegalStep, NotAllowed
from data.model import Person
from data.notice import ALWAYS, HOLDERS, OFFICERS, Kind, Preference
from data.permissions import Action, may
from data.services.actors import ref
from data.store import accounts, ledger, preferences
from data.store.engine import Store


def mine(store: Store, actor: Person) -> Preference:
    """Return one's own preference."""
    with store.read() as tx:
        return preferences.of(tx, _number(actor))


def departments(store: Store, actor: Person) -> tuple[str, ...]:
    """Return the departments on the register, to choose from."""
    _number(actor)
    with store.read() as tx:
        return tuple(sorted({account.department for account in accounts.everything(tx)} - {""}))


def kinds(actor: Person) -> tuple[Kind, ...]:
    """Return the kinds that someone with these roles gets and may switch off."""
    for_me = {kind for kind, action in OFFICERS.items() if may(actor, action)}
    for_me |= HOLDERS - ALWAYS if may(actor, Action.REPLY) else set()
    return tuple(kind for kind in Kind if kind in for_me)


def choose(store: Store, actor: Person, wanted: Preference) -> None:
    """Keep what someone wants for themselves; raise `IllegalStep` for what cannot be chosen."""
    number = _number(actor)
    if held := sorted(wanted.off & ALWAYS):
        raise IllegalStep(f"These always come, so that nobody is judged unheard: {_words(held)}.")
    if Kind.DIGEST in wanted.off:
        raise IllegalStep("To have no digest, choose that it comes never.")
    if unknown := wanted.departments - set(departments(store, actor)):
        raise IllegalStep(f"There is no department {sorted(unknown)[0]} on the register.")
    now = store.now()
    with store.write() as tx:
        preferences.put(tx, number, wanted, now)
        detail = {"off": sorted(wanted.off), "departments": sorted(wanted.departments), "digest": wanted.digest}
        ledger.append(tx, now, ref(actor), "notices.chosen", f"person:{number}", detail | {"reach": wanted.reach})


def _number(actor: Person) -> int:
    if actor.id is None or not actor.active:
        raise NotAllowed("Notices are chosen by a person of the register, for themselves; sign in first.")
    return actor.id


def _words(kinds: Collection[Kind]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in kinds)
