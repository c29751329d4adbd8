"""The keys someone has chosen for the review, as a service: one's own, and nobody else's."""

from collections.abc import Mapping

from data import keys
from data.errors import NotAllowed
from data.keys import Keys, Step
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import key_choices, ledger
from data.store.engine import Store


def mine(store: Store, actor: Person) -> Keys:
    """Return one's own keys; none for who has chosen none."""
    check(actor, Action.SEE_QUEUE)
    with store.read() as tx:
        return key_choices.of(tx, _number(actor))


def choose(store: Store, actor: Person, typed: Mapping[Step, str]) -> Keys:
    """Keep keys for oneself in place of those before; raise `IllegalStep` for what is none."""
    check(actor, Action.SEE_QUEUE)
    chosen, number = keys.understood(typed), _number(actor)
    with store.write() as tx:
        key_choices.put(tx, number, chosen, store.now())
        ledger.append(tx, store.now(), ref(actor), "keys.chosen", f"person:{number}", {"keys": dict(chosen)})
    return chosen


def _number(actor: Person) -> int:
    if actor.id is None:
        raise NotAllowed("Keys are chosen by a person of the register, for themselves; sign in first.")
    return actor.id
