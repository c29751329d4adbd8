"""What is done beside and after a decision: an interim step, taking a decision back, closing, the two opinions."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data import review as rules
from data.model import AlertStatus, Decision, Person
from data.services import appeals, review
from data.services import interim as interim_steps
from data.services.anchoring import anchor_head
from data.services.reading import AlertCase
from data.services.review import Seen

INTERIM = (
    "If the post should not stay up while this is looked at, ask for it to be hidden or corrected now. That is not a "
    "finding, stands in no report, and ends with the decision."
)
UNDO = "If it was a mistake, take it back: the alert then waits as it did before. Your decision stays on record."


def steps(at: Desk, person: Person, case: AlertCase) -> None:
    """Offer what may follow a decision: taking one's own back, or closing the alert."""
    last = case.standing
    if last is None or case.alert.status is not AlertStatus.DECIDED:
        return
    if last.reviewer_id == person.id:
        with st.expander("Take your decision back", key=f"back-{stem(case)}"):
            ui.html(present.paragraphs([UNDO]))
            worded(at, case, "undo", "Why it is taken back", "Take the decision back")
    if rules.appeal_over(last.at, case.policy, at.store.now()):
        ui.html(present.paragraphs(["The owner’s days to ask for another look are over."]))
        st.button("Close the alert", key=f"close-{stem(case)}", on_click=close, args=(at, review.seen(case.alert)))


def interim(at: Desk, case: AlertCase) -> None:
    """Offer to ask for the post to be hidden or corrected now, or to take that back."""
    ui.heading("Until it is decided")
    if case.alert.interim_at is None:
        ui.html(present.paragraphs([INTERIM]))
        worded(at, case, "interim", "Why now", "Ask to hide or correct it now")
        return
    asked = present.short(case.alert.interim_at, at.settings.zone)
    ui.html(present.paragraphs([f"The owner was asked on {asked} to hide or correct the post: {case.interim_reason}"]))
    worded(at, case, "lift", "Why it is no longer needed", "Take the request back")


def worded(at: Desk, case: AlertCase, step: str, label: str, press: str) -> None:
    """Draw a step that needs a reason in words."""
    seen = review.seen(case.alert)
    with st.form(key=f"{step}-{stem(case)}", enter_to_submit=False, border=False):
        st.text_input(label, key=field(step, seen))
        st.form_submit_button(press, on_click=act, args=(at, step, seen))


def stem(case: AlertCase) -> str:
    """Return what the widgets of one alert in one state are named by."""
    return f"{case.alert.id}-{case.alert.revision}"


def field(step: str, seen: Seen) -> str:
    """Return what the reason's field is named by: this step on the alert as it was seen."""
    return f"{step}-{seen.alert_id}-{seen.revision}-reason"


DONE = {
    "undo": (appeals.undo, "Your decision on alert {} is taken back; the alert waits again."),
    "interim": (interim_steps.ask, "It is recorded that the owner of alert {}’s post is asked to hide or correct it."),
    "lift": (interim_steps.lift, "The request to hide or correct the post of alert {} is taken back."),
}


def act(at: Desk, step: str, seen: Seen) -> None:
    """Callback: take a step that needs a reason, on exactly what was seen."""

    def taken(person: Person) -> Said:
        service, words = DONE[step]
        service(at.store, person, seen, str(st.session_state.get(field(step, seen)) or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, words.format(seen.alert_id), "pr-title")

    at.attempt(taken)


def close(at: Desk, seen: Seen) -> None:
    """Callback: close the alert."""

    def closed(person: Person) -> Said:
        appeals.close(at.store, person, seen)
        anchor_head(at.store, at.settings)
        return Said(0, True, f"Alert {seen.alert_id} is closed.", "pr-title")

    at.attempt(closed)


def said(now: AlertCase, decision: Decision) -> str:
    """Say what a recorded decision led to."""
    number, outcome = now.alert.id, present.OUTCOMES[decision.outcome].lower()
    if now.alert.status is AlertStatus.SECOND_LOOK:
        waits = f"the policy asks for a second look before “{outcome}” counts."
        return f"What you think of alert {number} is recorded; {waits}"
    if now.events[-1].action == "differ":
        return f"You and the first reviewer of alert {number} differ. Talk it over; one of you then decides."
    return f"Your decision on alert {number} is recorded, with the outcome: {outcome}."


def opinions(at: Desk, case: AlertCase) -> None:
    """Draw what two reviewers thought apart from each other, once there are two."""
    if case.opinions:
        ui.heading("What two reviewers thought, apart from each other")
        rows = [
            (
                case.names.get(row.person_id, "a reviewer"),
                present.JUDGEMENTS[row.judgement],
                present.OUTCOMES[row.outcome],
                row.reason,
                present.short(row.at, at.settings.zone),
            )
            for row in case.opinions
        ]
        heads = ["Who", "Was the flag right", "What follows", "Reason", "When"]
        ui.html(present.table("Opinions, oldest first", heads, rows, hidden=True))
