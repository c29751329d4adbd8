"""The review of alerts as a service, the same for the dashboard and the shell.

Each step is one transaction: read the alert, check the permission and the state, change it on condition that it is
still the
one that was seen, record the event and the audit row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data import review
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import Alert, AlertStatus, Decision, Person
from data.permissions import Action, check
from data.policy import Policy
from data.services.actors import ref
from data.services.policy import current, of_alert
from data.store import accounts, alerts, ledger, links, opinions, people, support
from data.store.engine import Store
from data.store.rows import Rows

DWELL = timedelta(seconds=1)
UNSEEN = "Alert {} changed since you opened it, so your reply was not recorded. Read it again, then reply."
CHANGED = "Alert {} was changed by someone else meanwhile. Nothing was recorded; look at it again."


@dataclass(frozen=True, slots=True)
class Seen:
    """The alert a person has before their eyes: the step is taken only if it is still exactly this one."""

    alert_id: int
    revision: int
    version_id: int


def seen(alert: Alert) -> Seen:
    """Return what stands for an alert as it was read."""
    return Seen(alert.id, alert.revision, alert.version_id)


def claim(store: Store, actor: Person, what: Seen) -> Alert:
    """Take an alert for a while, so that no two people work on it; a claim of one's own is renewed."""
    with store.write() as tx:
        old = checked(tx, actor, Action.CLAIM, what, store.now())
        until = store.now() + timedelta(minutes=current(tx, store.now()).policy.claim_minutes)
        return take_step(tx, store, actor, old, "claim", {"claimed_by": actor.id, "claim_until": until})


def release(store: Store, actor: Person, what: Seen) -> Alert:
    """Give an alert back to the queue."""
    with store.write() as tx:
        old = checked(tx, actor, Action.CLAIM, what, store.now())
        return take_step(tx, store, actor, old, "release", {"claimed_by": None, "claim_until": None})


def ask_reply(store: Store, actor: Person, what: Seen) -> Alert:
    """Ask the account's owner for their side; the reply window of the policy begins."""
    with store.write() as tx:
        old = checked(tx, actor, Action.ASK_REPLY, what, store.now())
        asked = {"reply_asked_at": store.now(), "claimed_by": None, "claim_until": None}
        return take_step(tx, store, actor, old, "ask_reply", asked)


def reply(
    store: Store, actor: Person, alert_id: int, text: str, companion: str = "", what: Seen | None = None
) -> Alert:
    """Record the owner's words, and who stands beside them if they name someone. Only a holder may reply.

    With `what` they count only for the alert as it was seen: words about another wording are no reply to this one.
    """
    if not text.strip():
        raise IllegalStep("A reply needs words.")
    now = store.now()
    with store.write() as tx:
        old = alerts.get(tx, alert_id)
        if actor.id is None or old.account_id not in links.answers_for(tx, actor.id):
            raise NotAllowed(f"{actor.email} does not hold account {old.account_id}, so cannot reply for it.")
        if what is not None and (old.revision, old.version_id) != (what.revision, what.version_id):
            raise Conflict(UNSEEN.format(alert_id))
        reply_id = alerts.add_reply(tx, alert_id, actor.id, text, now, companion.strip())
        return take_step(tx, store, actor, old, "reply", {"replied_at": now}, reply=reply_id)


def decide(store: Store, actor: Person, what: Seen, decision: Decision) -> Alert:
    """Record a judgement and, apart from it, an outcome, under the policy the alert was raised by.

    Where the policy wants two reviewers for such an outcome, it is kept as the first opinion until another has looked.
    Raises `Conflict` when the alert is no longer the one seen, `IllegalStep` for what the rules forbid, `NotAllowed`
    for people
    without the role or with the account in their hands.
    """
    now = store.now()
    with store.write() as tx:
        old = checked(tx, actor, Action.DECIDE, what, now)
        number, policy = of_alert(tx, old.id)
        review.check_decision(old, decision, policy, now, accounts.get(tx, old.account_id).kind)
        _check_dwell(tx, old, actor, now)
        _check_fresh_eyes(tx, old, actor)
        looked = opinions.on_version(tx, old.id, old.version_id)
        free = {"claimed_by": None, "claim_until": None}
        if old.status is AlertStatus.SECOND_LOOK:
            given = opinions.add(tx, old, int(actor.id or 0), decision, now, answers=looked[-1].id)
            if not review.agree(opinions.decision(looked[-1]), decision):
                return take_step(tx, store, actor, old, "differ", free, opinions=[looked[-1].id, given])
        elif old.status is not AlertStatus.APPEALED and review.needs_second_look(
            decision, policy, _since(tx, old, looked)
        ):
            given = opinions.add(tx, old, int(actor.id or 0), decision, now)
            return take_step(tx, store, actor, old, "second_look", free, opinion=given)
        return _settle(tx, store, actor, old, decision, number, policy)


def _since(tx: Connection, old: Alert, looked: Rows) -> int:
    """Return how many opinions there are since the last decision: one that was taken back has used up its own."""
    decided = [event.at for event in alerts.events(tx, old.id) if event.action == "decide"]
    return sum(not decided or opinion.at > decided[-1] for opinion in looked)


def _settle(
    tx: Connection, store: Store, actor: Person, old: Alert, decision: Decision, number: int, policy: Policy
) -> Alert:
    """Record the decision itself, and what it offers the owner."""
    now = store.now()
    review_id = alerts.add_review(tx, old, int(actor.id or 0), decision, number, now)
    if decision.outcome in review.SUPPORT:
        due = decision.due or now.date() + timedelta(days=policy.support_days)
        support.add(tx, review_id, old.account_id, decision, due, now)
    values = {"decided_at": now, "claimed_by": None, "claim_until": None, "interim_at": None}
    parts = {"judgement": decision.judgement, "outcome": decision.outcome, "clause": decision.clause}
    return take_step(tx, store, actor, old, "decide", values, review=review_id, version=old.version_id, **parts)


def checked(tx: Connection, actor: Person, action: Action, what: Seen, now: datetime) -> Alert:
    """Return the alert that a reviewer saw, once nothing speaks against their step on it."""
    check(actor, action)
    old = alerts.get(tx, what.alert_id)
    if actor.id is None:
        raise NotAllowed("A review is the work of a named person; say who with --by.")
    if people.holds(tx, actor.id, old.account_id):
        raise NotAllowed(f"{actor.email} owns or deputises for {old.account_id}; someone else must review it.")
    if (old.revision, old.version_id) != (what.revision, what.version_id):
        raise Conflict(CHANGED.format(old.id))
    review.check_claim(old, actor.id, now)
    return old


def _check_fresh_eyes(tx: Connection, old: Alert, actor: Person) -> None:
    """Refuse whoever had a part in what is looked at anew: the first opinion, or the decision appealed against."""
    if not barred(tx, old, actor):
        return
    if old.status is AlertStatus.SECOND_LOOK:
        raise IllegalStep(f"You gave the first opinion on alert {old.id}; the second look is someone else's.")
    raise IllegalStep(f"You had a part in the decision on alert {old.id}; someone else hears the appeal.")


def barred(tx: Connection, alert: Alert, person: Person) -> bool:
    """Say whether this person had a part in what someone else is to look at anew."""
    if alert.status is AlertStatus.SECOND_LOOK:
        looked = opinions.on_version(tx, alert.id, alert.version_id)
        return bool(looked[-1].person_id == person.id)
    return alert.status is AlertStatus.APPEALED and person.id in opinions.had_a_part(tx, alert.id)


def _check_dwell(tx: Connection, old: Alert, actor: Person, now: datetime) -> None:
    if old.status is not AlertStatus.CLAIMED or old.claimed_by != actor.id:
        return
    taken = [event.at for event in alerts.events(tx, old.id) if event.action == "claim"]
    if taken and now - max(taken) < DWELL:
        raise Conflict(f"Alert {old.id} came up only just now, so nothing was recorded; read it first.")


def take_step(
    tx: Connection, store: Store, actor: Person, old: Alert, action: str, values: dict[str, Any], **detail: Any
) -> Alert:
    """Change an alert from the state it was read in, with its event and its audit row; raise `Conflict` if it moved."""
    status = review.step(old.status, action)
    if not alerts.change(tx, old, status=status, **values):
        raise Conflict(CHANGED.format(old.id))
    alerts.add_event(tx, old.id, store.now(), actor.email, action, (old.status, status), **detail)
    ledger.append(tx, store.now(), ref(actor), f"alert.{action}", f"alert:{old.id}", detail)
    return alerts.get(tx, old.id)


def note_read(store: Store, actor: Person, alert_id: int) -> None:
    """Record that a person uncovered the text of an alert: reading sensitive items is audited too."""
    check(actor, Action.SEE_QUEUE)
    with store.write() as tx:
        ledger.append(tx, store.now(), ref(actor), "alert.read", f"alert:{alert_id}")
