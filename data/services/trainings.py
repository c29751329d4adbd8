"""Training records as a service: added, asked for, listed. Training is support; it stands beside no alert."""

from collections.abc import Collection, Mapping
from datetime import date

from data.config import Settings
from data.errors import IllegalStep
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import ledger, people, staff
from data.store.engine import Store
from data.store.rows import Rows

POLICIES: Mapping[str, str] = {
    "dignity_at_work": "Dignity at work (for staff)",
    "customer_care": "Customer care (for residents)",
}


def addresses(settings: Settings) -> Mapping[str, str]:
    """Return where the council's own policies are to be read, by name; empty where no address is set."""
    return {"dignity_at_work": settings.dignity_at_work_url, "customer_care": settings.customer_care_url}


def add(
    store: Store,
    actor: Person,
    email: str,
    course: str,
    on: date,
    *,
    refresher: date | None = None,
    policies: Collection[str] = (),
    talk: date | None = None,
) -> int:
    """Record a completed course of a person; return the record's number."""
    check(actor, Action.MANAGE_PEOPLE)
    if not course.strip():
        raise IllegalStep("A training record needs the name of the course.")
    if strange := sorted(set(policies) - set(POLICIES)):
        raise IllegalStep(f"{strange[0]} is no policy here; there are {', '.join(POLICIES)}.")
    if refresher is not None and refresher <= on:
        raise IllegalStep(f"The refresher is due on {refresher}, which is not after {on}.")
    values = {"course": course.strip(), "completed_on": on, "refresher_due": refresher, "talk_on": talk}
    with store.write() as tx:
        found = people.get(tx, email)
        more = {"policies": sorted(policies), "noted_at": store.now(), "noted_by": ref(actor)}
        number = staff.train(tx, int(found.id or 0), values | more)
        ledger.append(tx, store.now(), ref(actor), "training.add", f"person:{found.id}", {"training": number})
        return number


def ask(store: Store, actor: Person, course: str = "") -> int:
    """Record that someone asks for training for themselves; nobody needs an alert for that. Return its number."""
    check(actor, Action.APPLY)
    if actor.id is None:
        raise IllegalStep("Training is asked for by a named person.")
    values = {"course": course.strip(), "policies": [], "noted_at": store.now(), "noted_by": ref(actor)}
    with store.write() as tx:
        if any(row.completed_on is None for row in staff.trainings(tx, actor.id)):
            raise IllegalStep("You have asked for training already; the communications team will be in touch.")
        number = staff.train(tx, actor.id, values)
        ledger.append(tx, store.now(), ref(actor), "training.ask", f"person:{actor.id}", {"training": number})
        return number


def listed(store: Store, actor: Person, email: str = "") -> Rows:
    """Return training records, the newest first: everyone's, or one person's."""
    check(actor, Action.MANAGE_PEOPLE)
    with store.read() as tx:
        return staff.trainings(tx, int(people.get(tx, email).id or 0) if email else None)


def mine(store: Store, actor: Person) -> Rows:
    """Return a person's own training records."""
    check(actor, Action.REPLY)
    with store.read() as tx:
        return staff.trainings(tx, int(actor.id or 0))
