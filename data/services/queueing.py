"""What stands beside the queue: choices to narrow it, one's own last decisions, and alerts with the very same words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from data.errors import IllegalStep, PostreeveError
from data.model import Alert, Decision, Person
from data.permissions import Action, check
from data.services import review
from data.services.actors import ref
from data.services.appeals import RECENT
from data.services.review import Seen
from data.store import alerts, ledger, narrowing
from data.store.engine import Store
from data.store.narrowing import Narrow
from data.store.rows import Rows

CHANGED = (
    "There are {} alerts with exactly these words now. Write {} to record the decision on all of them, or leave the "
    "field empty for this one alone."
)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the queue can be narrowed by, how many alerts fit what is asked, and one's own last decisions."""

    clauses: Mapping[str, str]
    departments: tuple[str, ...]
    platforms: tuple[str, ...]
    fit: int
    own: Rows


@dataclass(frozen=True, slots=True)
class Together:
    """What came of one decision for several alerts: those it was recorded on, and those left, each with the reason."""

    recorded: tuple[int, ...]
    left: Mapping[int, str]


def beside(store: Store, actor: Person, asked: Narrow) -> Beside:
    """Return what stands beside a page of the queue."""
    check(actor, Action.SEE_QUEUE)
    with store.read() as tx:
        departments, platforms = narrowing.places(tx)
        return Beside(
            clauses=narrowing.clauses(tx),
            departments=tuple(departments),
            platforms=tuple(platforms),
            fit=narrowing.count(tx, asked, store.now()) if asked != Narrow() else _waiting(alerts.counts(tx)),
            own=narrowing.own_decisions(tx, int(actor.id or 0), RECENT),
        )


def alike(store: Store, actor: Person, alert_ids: Collection[int]) -> Mapping[int, tuple[int, ...]]:
    """Return, for each alert, the others that nobody has decided on with exactly the same words."""
    check(actor, Action.SEE_QUEUE)
    with store.read() as tx:
        return narrowing.alike(tx, alert_ids)


def agreed(store: Store, actor: Person, alert_id: int, number: str) -> tuple[Alert, ...]:
    """Return the other alerts with the same words, when `number` names how many they are with this one.

    Empty means this one alone; any other number raises `IllegalStep` and says what it is now.
    """
    check(actor, Action.DECIDE)
    if not number.strip():
        return ()
    with store.read() as tx:
        others = narrowing.waiting(tx, alerts.get(tx, alert_id))
        if number.strip() != str(len(others) + 1):
            raise IllegalStep(CHANGED.format(len(others) + 1, len(others) + 1))
        return tuple(alerts.get(tx, other) for other in others)


def decide_others(store: Store, actor: Person, first: Seen, others: Collection[Alert], decision: Decision) -> Together:
    """Record the same decision on alerts with the same words, each on its own, as it was when they were counted.

    What the rules forbid on one of them (its owner was not heard, another reviewer has it) leaves that one as it is.
    """
    check(actor, Action.DECIDE)
    recorded, left = [], {}
    for other in others:
        try:
            review.decide(store, actor, review.seen(other), decision)
            recorded.append(other.id)
        except PostreeveError as error:
            left[other.id] = str(error)
    with store.write() as tx:
        detail = {"recorded": recorded, "left": sorted(left)}
        ledger.append(tx, store.now(), ref(actor), "alert.decide_together", f"alert:{first.alert_id}", detail)
    return Together(tuple(recorded), left)


def _waiting(counts: Mapping[str, int]) -> int:
    return sum(counts.get(status, 0) for status in alerts.WAITING)
