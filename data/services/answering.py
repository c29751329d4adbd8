"""Reading the sample: one post at a time, its words covered until asked for, and nothing of score, clause or stratum.

Nobody gets a post of an account that they hold. Each reading is in the audit log. An answer is no decision; only where
something is urgent can the reader open an alert, under a clause and with a reason, by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from data.clock import local_day
from data.config import Settings
from data.errors import Conflict, IllegalStep, NotAllowed, NotFound
from data.model import Account, Category, Judgement, Person, Version
from data.permissions import Action, check
from data.policy import Clause
from data.services import raising, wellbeing
from data.services.actors import ref
from data.services.policy import current
from data.services.raising import Urgent
from data.services.sampling import check_on
from data.store import accounts, ledger, people, samples
from data.store.engine import Store
from data.store.rows import AnyRow

LEASE = timedelta(minutes=20)
TAKEN = "Someone else has answered this post meanwhile, so nothing was recorded. The next one is shown."


@dataclass(frozen=True, slots=True)
class Item:
    """A post of the sample as a reader gets it; how it was placed is left out on purpose."""

    id: int
    account: Account
    version: Version
    left: int


def following(store: Store, actor: Person, settings: Settings) -> Item | None:
    """Return the next post for this reader, None when none is left for them. Raises `UseError` while it is off."""
    check(actor, Action.ANSWER_SAMPLE)
    check_on(settings, local_day(store.now(), settings.zone))
    with store.read() as tx:
        number = int(actor.id or 0)
        row = samples.waiting(tx, number, people.held(tx, number), store.now())
        if row is None:
            return None
        return Item(row.id, accounts.get(tx, row.account_id), raising.version_of(tx, row), samples.count_waiting(tx))


def clauses(store: Store) -> tuple[Clause, ...]:
    """Return the clauses in force, under which a reader can open an alert."""
    with store.write() as tx:  # the first time puts the shipped policy in force
        return current(tx, store.now()).policy.clauses


def uncover(store: Store, actor: Person, settings: Settings, item_id: int) -> None:
    """Take a post for a while and record that its words are read; raise `IllegalStep` at the council's limit."""
    check(actor, Action.ANSWER_SAMPLE)
    now = store.now()
    check_on(settings, local_day(now, settings.zone))
    with store.write() as tx:
        row = _open(tx, actor, item_id)
        if row.taken_by not in (None, actor.id) and row.taken_until > now:
            raise Conflict("Someone else has begun to read this post. The next one is shown.")
        wellbeing.check_limit(tx, store, actor, settings)
        samples.change(tx, item_id, taken_by=actor.id, taken_until=now + LEASE)
        ledger.append(tx, now, ref(actor), "sample.read", f"sample:{item_id}")


def answer(
    store: Store,
    actor: Person,
    item_id: int,
    judgement: Judgement,
    categories: Sequence[Category] = (),
    urgent: Urgent | None = None,
) -> int | None:
    """Record what a reader thinks of a post; return the number of the alert if it was urgent and one was opened."""
    check(actor, Action.ANSWER_SAMPLE)
    now = store.now()
    if categories and judgement is not Judgement.UPHELD:
        raise IllegalStep("A kind of harm is named only of a post that is harmful.")
    if urgent is not None and (judgement is not Judgement.UPHELD or not urgent.reason.strip()):
        raise IllegalStep("An alert is opened about a harmful post alone, and with a reason in words.")
    with store.write() as tx:
        row = _open(tx, actor, item_id)
        if row.taken_by != actor.id:
            raise Conflict("The words of this post were not shown to you yet, or someone else reads them now.")
        opened = raising.open_alert(tx, store, actor, row, urgent) if urgent is not None else None
        given = {"judgement": judgement, "categories": list(categories), "alert_id": opened}
        samples.change(tx, item_id, answered_by=actor.id, answered_at=now, **given)
        ledger.append(tx, now, ref(actor), "sample.answer", f"sample:{item_id}", {"judgement": judgement})
    return opened


def _open(tx: Connection, actor: Person, item_id: int) -> AnyRow:
    """Return an item that waits for an answer, which this person may give."""
    row = samples.get(tx, item_id)
    if row is None:
        raise NotFound(f"There is no post {item_id} in a sample.")
    if actor.id is None:
        raise NotAllowed("Reading the sample is the work of a named person.")
    if people.holds(tx, actor.id, row.account_id):
        raise NotAllowed(f"{actor.email} holds this account; someone else reads its posts.")
    if row.answered_at is not None:
        raise Conflict(TAKEN)
    if row.erased_at is not None:
        raise Conflict("The words of this post were erased meanwhile. The next one is shown.")
    return row
