"""Taking an alert and deciding on it: each press carries what was seen, and counts only if it is still so."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboard import filters, present, shortcuts, ui
from dashboard.desk import Desk, Said
from dashboard.views import after, load, together
from data import review as review_rules
from data.clock import local_day
from data.errors import Conflict, IllegalStep
from data.keys import Step
from data.model import AccountKind, Alert, AlertStatus, Category, Characteristic, Decision, Judgement, Outcome, Person
from data.policy import Policy
from data.services import reading, review
from data.services.anchoring import anchor_head
from data.services.reading import AlertCase
from data.services.review import Seen

MEMBER = (
    "This is a councillor’s account, there by the member’s own choice. A councillor is no employee: what can follow is "
    "no action, advice, or a referral to the monitoring officer."
)
BARRED = "You had a part in what is looked at anew, so someone else decides on this alert."
SECOND = "Someone else has looked at this alert too. What they thought is shown once you have recorded what you think."
HELD = "You hold this account, so someone else reviews this alert. You can reply as its owner instead."
ONCE = "Your step on alert {} is recorded, once; a further press was ignored."
NOT_READ = "The words of this version of the post were not shown to you yet. Show them, then decide."
HEARD_FIRST = (AlertStatus.OPEN, AlertStatus.CLAIMED)  # the owner was not asked yet
STRAGGLING = timedelta(seconds=3)  # how long presses on the page before may still arrive
FIELDS = ("judgement", "clause", "outcome", "categories", "characteristics", "reason", "words", "due")


def steps(at: Desk, person: Person, case: AlertCase, read: bool) -> None:
    """Draw what this person can do with the alert now, or why there is nothing to do."""
    alert, holder = case.alert, held_by(at, case.alert)
    load.tell(at, person)
    if case.held:
        tell(HELD)
    elif alert.status in review_rules.FINISHED:
        after.steps(at, person, case)
        onward(at, person, case)
    elif case.barred:
        tell(BARRED)
        onward(at, person, case)
    elif holder not in (None, person.id):
        until = present.short(alert.claim_until, at.settings.zone)
        name = case.names.get(holder or 0, "another reviewer")
        tell(f"This alert is with {name} until {until}. Take another one meanwhile.")
        onward(at, person, case)
    elif waits_for_owner(at, case):
        asked = present.short(alert.reply_asked_at, at.settings.zone)
        tell(f"The owner was asked on {asked} and has {case.policy.reply_window_days} days to reply.")
        onward(at, person, case)
    elif can_take(at, case):
        take(case, at)
    elif not read:
        tell("Show the words to decide on this alert.")
        give_back(at, case)
    else:
        form(at, person, case)


def tell(sentence: str) -> None:
    """Draw a sentence."""
    ui.html(present.paragraphs([sentence]))


def held_by(at: Desk, alert: Alert) -> int | None:
    """Return the number of whoever holds the alert at the moment, None when nobody does."""
    held = alert.status is AlertStatus.CLAIMED and alert.claim_until is not None and alert.claim_until > at.store.now()
    return alert.claimed_by if held else None


def waits_for_owner(at: Desk, case: AlertCase) -> bool:
    """Say whether the owner was asked and still has time to reply."""
    asked = case.alert.status is AlertStatus.AWAITING_REPLY
    return asked and not review_rules.reply_chance_given(case.alert, case.policy, at.store.now())


def can_take(at: Desk, case: AlertCase) -> bool:
    """Say whether the alert could be taken now by someone who does not hold it yet."""
    takeable = case.alert.status in (AlertStatus.OPEN, AlertStatus.CLAIMED)
    return takeable and not case.held and held_by(at, case.alert) is None


def take(case: AlertCase, at: Desk) -> None:
    """Offer to take the alert."""
    ui.heading("Decide")
    minutes = case.policy.claim_minutes
    tell(f"Take the alert to decide on it. It is then yours for {minutes} minutes, so that nobody works on it twice.")
    seen = review.seen(case.alert)
    key, step = f"take-{seen.alert_id}-{seen.revision}", shortcuts.of(Step.TAKE)
    st.button("Take this alert", key=key, on_click=claim, args=(at, seen), shortcut=step)


def form(at: Desk, person: Person, case: AlertCase) -> None:
    """Draw the decision form beside the words for the owner; its widgets belong to this alert in this version."""
    key = stem(review.seen(case.alert))
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        ui.heading("Decide")
        if case.alert.status is AlertStatus.SECOND_LOOK:
            tell(SECOND)
        with st.form(key=f"decide-{key}", enter_to_submit=False):
            judged(case, key)
            followed(case, key)
            confirmed(key)
            support(at, case, key)
            st.text_area("Reason, in a factual sentence or two (required)", key=f"reason-{key}")
            seen = review.seen(case.alert)
            together.ask(at, person, case, key)
            st.form_submit_button(
                "Record decision",
                type="primary",
                key=f"record-{key}",
                on_click=record,
                args=(at, case.policy, seen),
                shortcut=shortcuts.of(Step.RECORD),
            )
    with right:
        if case.alert.status in HEARD_FIRST:
            ask_first(at, case)
        after.interim(at, case)
        if case.alert.status is AlertStatus.CLAIMED:
            give_back(at, case)


def judged(case: AlertCase, key: str) -> None:
    """Ask whether the flag was right, and under which clause."""
    st.radio(
        "Was the flag right?",
        list(present.JUDGEMENTS),
        index=None,
        key=f"judgement-{key}",
        format_func=lambda j: present.markdown(present.JUDGEMENTS[j]),
    )
    clauses = {c.id: f"{c.id}. {c.title}" for c in case.policy.clauses}
    gravest = case.hits[0].clause if case.hits else ""
    first = list(clauses).index(gravest) if gravest in clauses else 0
    st.selectbox(
        "Which clause is it about?", list(clauses), index=first, key=f"clause-{key}", format_func=lambda c: clauses[c]
    )


def followed(case: AlertCase, key: str) -> None:
    """Ask what follows: advice first, nothing chosen beforehand. A councillor's account has outcomes of its own."""
    kind = case.account.kind
    if kind is AccountKind.COUNCILLOR:
        tell(MEMBER)
    allowed = [outcome for outcome in present.OUTCOMES if outcome in review_rules.outcomes(kind)]
    st.radio(
        "What follows?",
        allowed,
        index=None,
        key=f"outcome-{key}",
        format_func=lambda o: present.markdown(present.outcome(o, kind)),
        captions=[present.OUTCOME_NOTES[o] for o in allowed],
    )


def confirmed(key: str) -> None:
    """Ask which kinds of harm and which characteristics the reviewer confirms; nothing is chosen beforehand."""
    st.multiselect(
        "Kinds of harm you confirm, if any",
        list(Category),
        key=f"categories-{key}",
        placeholder="None chosen",
        format_func=lambda c: present.CATEGORIES[c],
    )
    st.multiselect(
        "Protected characteristics you confirm, if any",
        list(Characteristic),
        key=f"characteristics-{key}",
        placeholder="None chosen",
        format_func=lambda c: present.CHARACTERISTICS[c],
    )


def support(at: Desk, case: AlertCase, key: str) -> None:
    """Ask for the words and the day that go with advice or training; the clause's guidance is filled in."""
    clause = case.policy.clause(case.hits[0].clause) if case.hits else None
    label = "Words for the owner: with advice or training they stand on the owner’s own page"
    st.text_area(label, clause.guidance if clause is not None else "", key=f"words-{key}", height=200)
    first = local_day(at.store.now(), at.settings.zone)
    day = first + timedelta(days=case.policy.support_days)
    st.date_input("To be taken up by", day, min_value=first, key=f"due-{key}", format="DD/MM/YYYY")


def ask_first(at: Desk, case: AlertCase) -> None:
    """Offer to ask the owner before deciding."""
    ui.heading("Hear the owner first")
    days = case.policy.reply_window_days
    ui.html(
        present.paragraphs([f"The owner then has {days} days to reply. Nothing adverse can be recorded before that."])
    )
    seen = review.seen(case.alert)
    key = f"ask-{case.alert.id}-{case.alert.revision}"
    step = shortcuts.of(Step.ASK)
    st.button("Ask the owner first", key=key, on_click=ask, args=(at, case.policy, seen), shortcut=step)


def stem(seen: Seen) -> str:
    """Return what the widgets of one alert in one version are named by."""
    return f"{seen.alert_id}-{seen.version_id}"


def drafted(fields: Mapping[str, Any]) -> Decision:
    """Return the decision a form holds; raise `IllegalStep` naming what is missing."""
    missing = [
        words
        for name, words in (("judgement", "whether the flag was right"), ("outcome", "what follows"))
        if fields.get(name) is None
    ]
    if not str(fields.get("reason") or "").strip():
        missing.append("a reason in words")
    if missing:
        raise IllegalStep(
            f"The form still lacks {present.joined(missing)}. Fill it in and press Record decision again."
        )
    return Decision(
        judgement=Judgement(fields["judgement"]),
        outcome=Outcome(fields["outcome"]),
        clause=str(fields["clause"]),
        reason=str(fields["reason"]).strip(),
        categories=tuple(Category(c) for c in fields.get("categories") or ()),
        characteristics=tuple(Characteristic(c) for c in fields.get("characteristics") or ()),
        words=str(fields.get("words") or "").strip(),
        due=fields.get("due"),
    )


def record(at: Desk, policy: Policy, seen: Seen) -> None:
    """Callback: record the decision on exactly what was seen, then go on to the next alert.

    Streamlit may break a callback off at any touch of its session when a further press arrives, and run it anew. So
    nothing of Streamlit is touched between the decision and the anchor, and a repeat is known by the store alone.
    """

    def act(person: Person) -> Said:
        if (seen.alert_id, seen.version_id) not in st.session_state.get("uncovered", set()):
            raise Conflict(NOT_READ)
        decision = drafted({name: st.session_state.get(f"{name}-{stem(seen)}") for name in FIELDS})
        others = together.agreed(at, person, seen, stem(seen))
        try:
            review.decide(at.store, person, seen, decision)
        except Conflict:
            if not is_repeat(at, person, seen, "decide", decision):
                raise
            return go_on(at, person, policy, seen, ONCE.format(seen.alert_id))
        more = together.record(at, person, seen, others, decision)
        anchor_head(at.store, at.settings)
        done = after.said(reading.alert_case(at.store, person, seen.alert_id), decision)
        return go_on(at, person, policy, seen, f"{done}{more}")

    at.attempt(act)


def ask(at: Desk, policy: Policy, seen: Seen) -> None:
    """Callback: ask the owner for their side, then go on to the next alert."""

    def act(person: Person) -> Said:
        try:
            review.ask_reply(at.store, person, seen)
        except Conflict:
            if not is_repeat(at, person, seen, "ask_reply"):
                raise
            return go_on(at, person, policy, seen, ONCE.format(seen.alert_id))
        anchor_head(at.store, at.settings)
        days = policy.reply_window_days
        done = f"It is recorded that the owner is asked about alert {seen.alert_id}; they have {days} days."
        return go_on(at, person, policy, seen, done)

    at.attempt(act)


def is_repeat(at: Desk, person: Person, seen: Seen, action: str, decision: Decision | None = None) -> bool:
    """Say whether this very step, with the same words, is what changed the alert since it was seen."""
    case = reading.alert_case(at.store, person, seen.alert_id)
    last = case.events[-1]
    own_step = case.alert.revision == seen.revision + 1 and (last.action, last.actor) == (action, person.email)
    if decision is None or not own_step:
        return own_step
    row = case.reviews[-1]
    judged = (row.judgement, row.outcome, row.clause, row.reason, row.categories, row.characteristics)
    wanted = (decision.judgement, decision.outcome, decision.clause, decision.reason)
    return judged == (*wanted, list(decision.categories), list(decision.characteristics))


def claim(at: Desk, seen: Seen) -> None:
    """Callback: take the alert."""

    def act(person: Person) -> Said:
        taken = claimed(at, person, seen)
        until = present.short(taken.claim_until, at.settings.zone)
        return Said(0, True, f"Alert {seen.alert_id} is yours until {until}.", "pr-words")

    at.attempt(act)


def claimed(at: Desk, person: Person, seen: Seen) -> Alert:
    """Take the alert; a further press on one that is this person's already, and unchanged, takes nothing twice."""
    try:
        return review.claim(at.store, person, seen)
    except Conflict:
        now = reading.alert_case(at.store, person, seen.alert_id).alert
        if held_by(at, now) == person.id and now.version_id == seen.version_id:
            return now
        raise


def release(at: Desk, seen: Seen) -> None:
    """Callback: give the alert back to the queue."""

    def act(person: Person) -> Said:
        review.release(at.store, person, seen)
        return Said(0, True, f"Alert {seen.alert_id} is back in the queue.", "pr-title")

    at.attempt(act)


def go_on(at: Desk, person: Person, policy: Policy, seen: Seen, done: str) -> Said:
    """Turn the page to the next alert; return what to say."""
    found = reading.next_alert(at.store, person, policy, seen.alert_id, filters.asked(person))
    st.session_state["turned"] = (str(seen.alert_id), str(found or ""), at.store.now())
    turn_to(str(found or ""))
    if found is None:
        return Said(0, True, f"{done} {none_left()}", "pr-title", about=seen.alert_id)
    said = f"{done} Below stands another alert. This is the next alert, number {found}."
    return Said(0, True, said, "pr-title", about=seen.alert_id)


def followed_turn(at: Desk, alert: str) -> str:
    """Return the alert to show: a press that left the browser before it heard of the turned page still names the old
    one."""
    before, after, turned_at = st.session_state.get("turned", ("", "", None))
    if turned_at is None or alert != before or at.store.now() - turned_at > STRAGGLING:
        return alert
    turn_to(after)
    return str(after)


def turn_to(alert: str) -> None:
    """Put an alert into the address, or none; what is asked for of the queue stays there."""
    st.query_params.from_dict(filters.address() | ({"alert": alert} if alert else {}))


def give_back(at: Desk, case: AlertCase) -> None:
    """Offer to give the alert back."""
    key = f"release-{case.alert.id}-{case.alert.revision}"
    st.button(
        "Give it back to the queue", key=key, type="tertiary", on_click=release, args=(at, review.seen(case.alert))
    )


def onward(at: Desk, person: Person, case: AlertCase) -> None:
    """Link to the next alert."""
    found = reading.next_alert(at.store, person, case.policy, case.alert.id, filters.asked(person))
    if found is None:
        ui.html(present.paragraphs([none_left()]))
    else:
        filters.link("alert", f"Go to the next alert, number {found}", alert=found)


def none_left() -> str:
    """Say that there is no further alert for this person."""
    return "No further alert that fits waits for you." if filters.address() else "No further alert waits for you."
