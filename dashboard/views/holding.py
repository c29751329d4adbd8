"""What a holder can do once something is decided: ask for another look, say how the review was, take up support."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data import review as rules
from data.model import AlertStatus, Person
from data.services import appeals, review, supporting
from data.services.anchoring import anchor_head
from data.services.reading import AlertCase
from data.services.review import Seen
from data.store.rows import AnyRow

APPEAL = (
    "If you see it otherwise, say so. Someone who had no part in this decision then looks at the post and your words "
    "anew."
)
HEARD = "Someone else has looked anew, and what they decided stands. A complaint is still open to you."
OVER = "The days to ask for another look are over; a complaint is still open to you."
SUPPORT = "Advice and training are support. They never count against you, and stand in no report about you."
QUESTIONS = (("fair", "Was it fair?"), ("clear", "Was it clear?"), ("useful", "Was it useful?"))


def after_decision(at: Desk, case: AlertCase) -> None:
    """Draw what follows a decision: the way to another look, and the questions about the review."""
    last = case.standing
    if case.alert.status is AlertStatus.APPEALED:
        ui.html(present.paragraphs(["You asked for another look. Someone else will decide anew."]))
    elif case.alert.status is AlertStatus.DECIDED and last is not None:
        if case.heard:
            ui.html(present.paragraphs([HEARD]))
        elif rules.appeal_over(last.at, case.policy, at.store.now()):
            ui.html(present.paragraphs([OVER]))
        else:
            another_look(at, case)
    if last is not None:
        questions(at, case, last)


def another_look(at: Desk, case: AlertCase) -> None:
    """Offer to ask that someone else decides anew."""
    seen = review.seen(case.alert)
    ui.html(present.paragraphs([APPEAL, f"You can ask within {case.policy.appeal_days} days of the decision."]))
    with st.form(key=f"appeal-{seen.alert_id}-{seen.revision}", enter_to_submit=False):
        st.text_area("What should be looked at again?", key=named("appeal", seen), height=120)
        st.form_submit_button("Ask for another look", on_click=ask_again, args=(at, seen))


def questions(at: Desk, case: AlertCase, last: AnyRow) -> None:
    """Ask how the review was, once a decision."""
    seen = review.seen(case.alert)
    with (
        st.expander("How was this review?", key=f"rating-{last.id}"),
        st.form(key=f"rate-{last.id}", enter_to_submit=False),
    ):
        for name, words in QUESTIONS:
            st.radio(words, ["Yes", "No"], index=None, key=named(name, seen), horizontal=True)
        st.text_input("Anything to add", key=named("note", seen))
        st.form_submit_button("Send", on_click=rate, args=(at, seen))


def support(at: Desk, person: Person) -> None:
    """Draw the advice and training offered to this person."""
    offers = supporting.offered(at.store, person)
    if not offers:
        return
    ui.heading("Advice and training for you")
    ui.html(present.paragraphs([SUPPORT], "pr-soft"))
    for offer in offers:
        one(at, offer)


def one(at: Desk, offer: AnyRow) -> None:
    """Draw one offer, with the way to say that it was taken up."""
    with st.container(key=f"support-{offer.id}", gap="xsmall"):
        when = f"to be taken up by {present.day(offer.due)}"
        if offer.taken_up_at is not None:
            when = f"taken up on {present.short(offer.taken_up_at, at.settings.zone)}"
        ui.heading(f"{present.OUTCOMES[offer.kind]}, {when}", 3)
        ui.html(present.paragraphs([offer.text or "The communications team will be in touch."]))
        ui.link("my-alert", f"It came with alert {offer.alert_id}", alert=offer.alert_id)
        if offer.taken_up_at is None:
            st.button("I have taken this up", key=f"take-up-{offer.id}", on_click=take_up, args=(at, offer.id))


def named(what: str, seen: Seen) -> str:
    """Return what a field is named by: this alert as it was seen."""
    return f"{what}-{seen.alert_id}-{seen.revision}"


def ask_again(at: Desk, seen: Seen) -> None:
    """Callback: ask for another look, on exactly what was seen."""

    def act(person: Person) -> Said:
        appeals.appeal(at.store, person, seen, str(st.session_state.get(named("appeal", seen)) or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, f"It is recorded: someone else decides anew on alert {seen.alert_id}.", "pr-title")

    at.attempt(act)


def rate(at: Desk, seen: Seen) -> None:
    """Callback: record how the review was; all three questions want an answer."""

    def act(person: Person) -> Said:
        given = [st.session_state.get(named(name, seen)) for name, _ in QUESTIONS]
        if None in given:
            return Said(0, False, "Please answer all three questions, then press Send again.", "pr-said")
        fair, clear, useful = (answer == "Yes" for answer in given)
        note = str(st.session_state.get(named("note", seen)) or "")
        supporting.rate(at.store, person, seen.alert_id, (fair, clear, useful), note)
        return Said(0, True, "Thank you. What you said of the review is recorded.", "pr-title")

    at.attempt(act)


def take_up(at: Desk, support_id: int) -> None:
    """Callback: record that an offer was taken up."""

    def act(person: Person) -> Said:
        supporting.take_up(at.store, person, support_id)
        return Said(0, True, "Thank you. It is recorded that you have taken it up.", "pr-title")

    at.attempt(act)
