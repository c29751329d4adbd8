"""After a decision: the reviewer takes it back, the owner asks for another look, or it is closed."""

from data import review as rules
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import Alert, AlertStatus, Judgement, Person
from data.permissions import Action, check
from data.services.policy import of_alert
from data.services.review import CHANGED, Seen, checked, take_step
from data.store import alerts, links
from data.store.engine import Store
from data.store.rows import Rows

RECENT = 10  # of one's own decisions that may still be taken back
HEARD = "Someone else has looked at alert {} anew already; what they decided stands. A complaint is still open to you."
HOLDERS_ONLY = "{} does not hold account {}, so cannot ask for another look at alert {}."


def undo(store: Store, actor: Person, what: Seen, reason: str) -> Alert:
    """Take back one's own decision, one of the last ten; the alert waits for a person as it did before.

    Nothing is wiped out: the decision stays on record as taken back, and this is an event of its own.
    """
    if not reason.strip():
        raise IllegalStep("Say in a few words why the decision is taken back.")
    now = store.now()
    with store.write() as tx:
        old = checked(tx, actor, Action.DECIDE, what, now)
        last = alerts.standing(alerts.reviews(tx, old.id))
        if old.status is not AlertStatus.DECIDED or last is None:
            raise IllegalStep(f"Alert {old.id} is {old.status.replace('_', ' ')}: there is no decision to take back.")
        if last.reviewer_id != actor.id:
            raise NotAllowed(f"The decision on alert {old.id} is someone else's; only they can take it back.")
        if last.id not in alerts.latest_of(tx, int(actor.id or 0), RECENT):
            raise IllegalStep(f"Only your last {RECENT} decisions can be taken back; this one is older.")
        alerts.take_back(tx, last.id, now)
        back = _backwards(alerts.events(tx, old.id))
        return take_step(tx, store, actor, old, back, {"decided_at": None}, review=last.id, reason=reason.strip())


def appeal(store: Store, actor: Person, what: Seen, text: str) -> Alert:
    """Ask, as a holder of the account, that someone else decides anew. Their words are kept with the alert.

    What was decided on an appeal stands, until other words open the alert again.
    """
    if not text.strip():
        raise IllegalStep("Say in a few words what should be looked at again.")
    now = store.now()
    check(actor, Action.REPLY)
    with store.write() as tx:
        old = alerts.get(tx, what.alert_id)
        if actor.id is None or old.account_id not in links.answers_for(tx, actor.id):
            raise NotAllowed(HOLDERS_ONLY.format(actor.email, old.account_id, old.id))
        if (old.revision, old.version_id) != (what.revision, what.version_id):
            raise Conflict(CHANGED.format(old.id))
        rules.step(old.status, "appeal")
        last = alerts.standing(alerts.reviews(tx, old.id))
        if last is None or last.judgement == Judgement.NOT_UPHELD:
            raise IllegalStep(f"Alert {old.id} has no decision that counts against the post.")
        if alerts.heard(alerts.events(tx, old.id)):
            raise IllegalStep(HEARD.format(old.id))
        rules.check_appeal(last.at, of_alert(tx, old.id)[1], now)
        reply_id = alerts.add_reply(tx, old.id, actor.id, text, now)
        return take_step(tx, store, actor, old, "appeal", {"replied_at": now}, reply=reply_id, review=last.id)


def close(store: Store, actor: Person, what: Seen) -> Alert:
    """Close a decided alert once the owner's days to ask for another look have passed."""
    now = store.now()
    with store.write() as tx:
        old = checked(tx, actor, Action.DECIDE, what, now)
        last = alerts.standing(alerts.reviews(tx, old.id))
        if last is not None and not rules.appeal_over(last.at, of_alert(tx, old.id)[1], now):
            raise IllegalStep(
                f"The owner may still ask for another look at alert {old.id}; it can be closed after that."
            )
        return take_step(tx, store, actor, old, "close", {})


def _backwards(events: Rows) -> str:
    """Return the step that leads to where the alert was before its last decision."""
    return "undo_appeal" if alerts.heard(events) else "undo"
