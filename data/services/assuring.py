"""What people assure: "still mine, still right" every six months, and that a lapsed account is no longer public."""

from data.errors import IllegalStep, NotAllowed
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.services.belonging import check_office, note
from data.store import accounts, assurances, ledger, links
from data.store.engine import Store


def still_right(store: Store, actor: Person, account_id: str) -> None:
    """Record that a holder says: still mine, still right."""
    _say(store, actor, account_id, assurances.STILL_RIGHT, "")


def not_right(store: Store, actor: Person, account_id: str, reason: str) -> None:
    """Record that a holder says something is no longer right; the administrator finds it among the tasks."""
    if not reason.strip():
        raise IllegalStep("Say in a few words what is no longer right.")
    _say(store, actor, account_id, assurances.NOT_RIGHT, reason.strip())


def settle(store: Store, actor: Person, number: int, how: str) -> None:
    """Record that something a holder said to be wrong was dealt with."""
    check(actor, Action.CHANGE_REGISTER)
    if not how.strip():
        raise IllegalStep("Say in a few words how it was dealt with.")
    with store.write() as tx:
        if not assurances.settle(tx, number, ref(actor), how.strip(), store.now()):
            raise IllegalStep(f"There is no task {number} of a holder that waits; see: postreeve account tasks")
        ledger.append(tx, store.now(), ref(actor), "assurance.settle", f"assurance:{number}", {"how": how})


def settle_lapse(store: Store, actor: Person, account_id: str, reason: str) -> None:
    """Record that someone made sure a lapsed or closed account is no longer public in the council's name."""
    check_office(actor)
    if not reason.strip():
        raise IllegalStep("Say in a few words how you made sure of it.")
    with store.write() as tx:
        accounts.get(tx, account_id)
        if actor.id is None:
            raise NotAllowed("That an account is gone is confirmed by a named person; say who with --by.")
        assurances.add(tx, account_id, actor.id, assurances.SETTLED_LAPSE, reason.strip(), store.now())
        note(tx, actor, account_id, "settle_lapse", store.now(), reason=reason)


def _say(store: Store, actor: Person, account_id: str, what: str, reason: str) -> None:
    check(actor, Action.REPLY)
    with store.write() as tx:
        person_id = int(actor.id or 0)
        if not any(row.account_id == account_id and row.link in links.HOLDS for row in links.of_person(tx, person_id)):
            raise NotAllowed(f"{actor.email} does not hold account {account_id}, so cannot speak for it.")
        assurances.add(tx, account_id, person_id, what, reason, store.now())
        note(tx, actor, account_id, what, store.now())
