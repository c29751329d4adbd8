"""How much waits for one person, or for the team: the numbers of a digest, and nothing but numbers."""

from collections.abc import Mapping

from data.model import AlertStatus, Person
from data.notice import Preference
from data.permissions import Action, may
from data.services import office, owning, silence, stranded, supporting
from data.services.drafts import ADVICE
from data.services.notices import Rules
from data.store import candidates, outbox, requests, waiting
from data.store.engine import Store


def of_person(store: Store, rules: Rules, person: Person, wish: Preference) -> Mapping[str, int]:
    """Return what waits for a person by its kind, only what is not nothing."""
    found: dict[str, int] = {}
    if may(person, Action.REPLY):
        found |= _of_holder(store, person)
    if may(person, Action.SEE_QUEUE):
        found |= of_team(store, wish)
    if may(person, Action.DECIDE_PASSPORT) or may(person, Action.CHANGE_REGISTER):
        found |= _of_office(store, rules, person)
    return {name: number for name, number in found.items() if number}


def of_team(store: Store, wish: Preference | None = None) -> Mapping[str, int]:
    """Return what waits for the reviewers, in the departments that one of them looks after or in all."""
    with store.read() as tx:
        alerts = waiting.to_review(tx, wish.departments if wish else ())
        questions = len(requests.waiting(tx, (ADVICE,)))
    numbers = {
        "to_review": alerts.get(AlertStatus.OPEN, 0) + alerts.get(AlertStatus.CLAIMED, 0),
        "second_look": alerts.get(AlertStatus.SECOND_LOOK, 0),
        "appealed": alerts.get(AlertStatus.APPEALED, 0),
        "questions": questions,
    }
    return {name: number for name, number in numbers.items() if number}


def _of_holder(store: Store, person: Person) -> dict[str, int]:
    offered = supporting.offered(store, person)
    return {
        "replies": sum(len(held.asked) for held in owning.mine(store, person)),
        "support": sum(row.taken_up_at is None for row in offered),
    }


def _of_office(store: Store, rules: Rules, person: Person) -> dict[str, int]:
    tasks = [task.kind for task in office.tasks(store, person, rules.zone)]
    found = {"panel": sum(kind in office.PANEL for kind in tasks)} if may(person, Action.DECIDE_PASSPORT) else {}
    if may(person, Action.CHANGE_REGISTER):
        silent = silence.health(store, rules.zone, rules.silence_hours).silent
        with store.read() as tx:
            unregistered = len(candidates.waiting(tx))
            unsent = len(outbox.failing(tx, store.now()))
            nobody = len(stranded.found(tx))
        found |= {"office": sum(kind in office.OFFICE for kind in tasks), "silent": len(silent)}
        found |= {"candidates": unregistered, "unsent": unsent, "stranded": nobody}
    return found
