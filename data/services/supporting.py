"""What a holder does with support and with a decision: takes up advice or training, says how the review was."""

from sqlalchemy import Connection

from data.errors import IllegalStep, NotAllowed
from data.model import Judgement, Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import alerts, ledger, links, support
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

NOT_YOURS = "There is no advice or training {} on an account of yours. See My accounts for what there is."
NO_DECISION = "There is no decision on an alert {} of yours to say something about."


def offered(store: Store, actor: Person) -> Rows:
    """Return the advice and training offered to the holder of accounts, newest first."""
    check(actor, Action.REPLY)
    with store.read() as tx:
        return support.of_accounts(tx, links.answers_for(tx, int(actor.id or 0)))


def take_up(store: Store, actor: Person, support_id: int) -> None:
    """Record that a holder took an offer up; once is enough."""
    check(actor, Action.REPLY)
    now = store.now()
    with store.write() as tx:
        known = {row.id: row for row in support.of_accounts(tx, links.answers_for(tx, int(actor.id or 0)))}
        if support_id not in known:
            raise NotAllowed(NOT_YOURS.format(support_id))
        if support.take_up(tx, support_id, int(actor.id or 0), now):
            ledger.append(tx, now, ref(actor), "support.taken_up", f"support:{support_id}")


def rate(store: Store, actor: Person, alert_id: int, answers: tuple[bool, bool, bool], note: str = "") -> None:
    """Record how a holder found the last decision on an alert of theirs: fair, clear, useful. Once a decision."""
    check(actor, Action.REPLY)
    now = store.now()
    with store.write() as tx:
        decided = _decided(tx, actor, alert_id)
        if any(row.person_id == actor.id for row in support.ratings(tx, [decided.id])):
            raise IllegalStep(f"You said already how you found the decision on alert {alert_id}. Thank you.")
        number = support.rate(tx, decided.id, int(actor.id or 0), answers, note.strip(), now)
        ledger.append(
            tx, now, ref(actor), "review.rated", f"alert:{alert_id}", {"rating": number, "review": decided.id}
        )


def _decided(tx: Connection, actor: Person, alert_id: int) -> AnyRow:
    """Return the decision that stands on an alert, if it may be told to this holder: one that was upheld."""
    held = links.answers_for(tx, int(actor.id or 0))
    mine = alerts.of_accounts(tx, held, alert_id) is not None
    standing = alerts.standing(alerts.reviews(tx, alert_id)) if mine else None
    if standing is None or standing.judgement == Judgement.NOT_UPHELD:
        raise NotAllowed(NO_DECISION.format(alert_id))
    return standing
