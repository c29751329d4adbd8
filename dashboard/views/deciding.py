"""Taking an alert and deciding on it: each press carries what was seen, and counts only if it is still so."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.errors import Conflict, IllegalStep
from data.model import Alert, AlertStatus, Category, Characteristic, Decision, Judgement, Outcome, Person
from data.policy import Policy
from data.services import reading, review
from data.services.anchoring import anchor_head
from data.services.reading import AlertCase
from data.services.review import Seen

HELD = "You hold this account, so someone else reviews this alert. You can reply as its owner instead."
ONCE = "Your decision on alert {} was recorded once; this further press was ignored."
NOT_READ = "The words of this version of the post were not shown to you yet. Show them, then decide."
FIELDS = ("judgement", "clause", "outcome", "categories", "characteristics", "reason")


def steps(at: Desk, person: Person, case: AlertCase, read: bool) -> None:
    """Draw what this person can do with the alert now, or why there is nothing to do."""
    alert = case.alert
    if case.held:
        ui.html(present.paragraphs([HELD]))
    elif alert.status in (AlertStatus.DECIDED, AlertStatus.CLOSED):
        onward(at, person, case)
    elif taken_by_other(at, alert, person):
        until = present.short(alert.claim_until, at.settings.zone)
        name = case.names.get(alert.claimed_by or 0, "another reviewer")
        ui.html(present.paragraphs([f"This alert is with {name} until {until}. Take another one meanwhile."]))
        onward(at, person, case)
    elif not is_mine(at, alert, person):
        take(at, case)
    elif not read:
        ui.html(present.paragraphs(["You have taken this alert. Show the words to decide on it."]))
        give_back(at, case)
    else:
        form(at, case)
        st.button(
            "Ask the owner first",
            key=f"ask-{alert.id}-{alert.revision}",
            on_click=ask,
            args=(at, case.policy, review.seen(alert)),
            disabled=alert.reply_asked_at is not None and alert.replied_at is None,
        )
        give_back(at, case)


def is_mine(at: Desk, alert: Alert, person: Person) -> bool:
    """Say whether this person holds the alert at the moment."""
    held = alert.status is AlertStatus.CLAIMED and alert.claim_until is not None and alert.claim_until > at.store.now()
    return held and alert.claimed_by == person.id


def taken_by_other(at: Desk, alert: Alert, person: Person) -> bool:
    """Say whether someone else holds the alert at the moment."""
    held = alert.status is AlertStatus.CLAIMED and alert.claim_until is not None and alert.claim_until > at.store.now()
    return held and alert.claimed_by != person.id


def can_take(at: Desk, case: AlertCase) -> bool:
    """Say whether the alert could be taken now by someone who does not hold it yet."""
    if case.held or case.alert.status in (AlertStatus.DECIDED, AlertStatus.CLOSED, AlertStatus.AWAITING_REPLY):
        return False
    until = case.alert.claim_until
    return not (case.alert.status is AlertStatus.CLAIMED and until is not None and until > at.store.now())


def take(at: Desk, case: AlertCase) -> None:
    """Offer to take the alert."""
    ui.heading("Decide")
    if case.alert.status is AlertStatus.AWAITING_REPLY:
        asked = present.short(case.alert.reply_asked_at, at.settings.zone)
        ui.html(
            present.paragraphs(
                [f"The owner was asked on {asked} and has {case.policy.reply_window_days} days to reply."]
            )
        )
        return
    minutes = case.policy.claim_minutes
    ui.html(
        present.paragraphs(
            [
                f"Take the alert to decide on it. It is then yours for {minutes} minutes, so that nobody works on it twice."
            ]
        )
    )
    st.button(
        "Take this alert",
        key=f"take-{case.alert.id}-{case.alert.revision}",
        on_click=claim,
        args=(at, review.seen(case.alert)),
    )


def form(at: Desk, case: AlertCase) -> None:
    """Draw the decision form; its widgets belong to this alert and this version of the post."""
    alert, key = case.alert, stem(review.seen(case.alert))
    ui.heading("Decide")
    gravest = case.hits[0].clause if case.hits else ""
    clauses = [c.id for c in case.policy.clauses]
    titles = {c.id: f"{c.id}. {c.title}" for c in case.policy.clauses}
    with st.form(key=f"decide-{key}", enter_to_submit=False):
        st.radio(
            "Was the flag right?",
            list(present.JUDGEMENTS),
            index=None,
            key=f"judgement-{key}",
            format_func=lambda j: present.markdown(present.JUDGEMENTS[j]),
        )
        st.selectbox(
            "Which clause is it about?",
            clauses,
            index=clauses.index(gravest) if gravest in clauses else 0,
            key=f"clause-{key}",
            format_func=lambda c: titles[c],
        )
        st.radio(
            "What follows?",
            list(present.OUTCOMES),
            index=None,
            key=f"outcome-{key}",
            format_func=lambda o: present.markdown(present.OUTCOMES[o]),
            captions=[present.OUTCOME_NOTES[o] for o in present.OUTCOMES],
        )
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
        st.text_area(
            "Reason (required)",
            key=f"reason-{key}",
            help="One or two factual sentences. The owner and the panel may read them.",
        )
        st.form_submit_button(
            "Record decision",
            type="primary",
            key=f"record-{key}",
            on_click=record,
            args=(at, case.policy, review.seen(alert)),
        )
    advice(case, key)


def advice(case: AlertCase, key: str) -> None:
    """Offer the clause's guidance as words to send to the owner."""
    clause = case.policy.clause(case.hits[0].clause) if case.hits else None
    if clause is not None:
        st.text_area(
            "Words you can send to the owner",
            clause.guidance,
            key=f"advice-{key}",
            height=170,
            help="Change them as you like and copy them. They are not stored or sent from here.",
        )


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
    )


def record(at: Desk, policy: Policy, seen: Seen) -> None:
    """Callback: record the decision on exactly what was seen, then go on to the next alert."""

    def act(person: Person) -> Said:
        if (seen.alert_id, seen.revision) in mine():
            return Said(0, True, ONCE.format(seen.alert_id), "pr-title")
        if (seen.alert_id, seen.version_id) not in st.session_state.get("uncovered", set()):
            raise Conflict(NOT_READ)
        decision = drafted({name: st.session_state.get(f"{name}-{stem(seen)}") for name in FIELDS})
        review.decide(at.store, person, seen, decision)
        mine().add((seen.alert_id, seen.revision))
        anchor_head(at.store, at.settings)
        outcome = present.OUTCOMES[decision.outcome].lower()
        return go_on(
            at,
            person,
            policy,
            seen,
            f"Your decision on alert {seen.alert_id} is recorded, with the outcome: {outcome}.",
        )

    at.attempt(act)


def ask(at: Desk, policy: Policy, seen: Seen) -> None:
    """Callback: ask the owner for their side, then go on to the next alert."""

    def act(person: Person) -> Said:
        review.ask_reply(at.store, person, seen)
        anchor_head(at.store, at.settings)
        done = f"It is recorded that the owner is asked about alert {seen.alert_id}; they have {policy.reply_window_days} days."
        return go_on(at, person, policy, seen, done)

    at.attempt(act)


def claim(at: Desk, seen: Seen) -> None:
    """Callback: take the alert."""

    def act(person: Person) -> Said:
        taken = review.claim(at.store, person, seen)
        until = present.short(taken.claim_until, at.settings.zone)
        return Said(0, True, f"Alert {seen.alert_id} is yours until {until}.", "pr-words")

    at.attempt(act)


def release(at: Desk, seen: Seen) -> None:
    """Callback: give the alert back to the queue."""

    def act(person: Person) -> Said:
        review.release(at.store, person, seen)
        return Said(0, True, f"Alert {seen.alert_id} is back in the queue.", "pr-title")

    at.attempt(act)


def go_on(at: Desk, person: Person, policy: Policy, seen: Seen, done: str) -> Said:
    """Turn the page to the next alert; return what to say."""
    found = reading.next_alert(at.store, person, policy, seen.alert_id)
    if found is None:
        st.query_params.clear()
        return Said(0, True, f"{done} No further alert waits for you.", "pr-title")
    st.query_params["alert"] = str(found)
    return Said(0, True, f"{done} This is the next alert, number {found}.", "pr-title")


def give_back(at: Desk, case: AlertCase) -> None:
    """Offer to give the alert back."""
    key = f"release-{case.alert.id}-{case.alert.revision}"
    st.button(
        "Give it back to the queue", key=key, type="tertiary", on_click=release, args=(at, review.seen(case.alert))
    )


def onward(at: Desk, person: Person, case: AlertCase) -> None:
    """Link to the next alert."""
    found = reading.next_alert(at.store, person, case.policy, case.alert.id)
    if found is None:
        ui.html(present.paragraphs(["No further alert waits for you."]))
    else:
        ui.link("alert", f"Go to the next alert, number {found}", alert=found)


def mine() -> set[tuple[int, int]]:
    """Return which alerts, in which revision, this session has decided."""
    decided: set[tuple[int, int]] = st.session_state.setdefault("decided", set())
    return decided
