"""Please look now: where an urgent notice leads. What to think of first, and the way to the alert."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk
from dashboard.views import post
from data.model import Person
from data.permissions import Action, check
from data.services import notices
from data.services.anchoring import anchor_head

LEAD = (
    "Something on an account of the council may mean that somebody is in danger. It is a possibility and no finding: "
    "read it, then decide what is needed. Now that you have opened this, nobody else is asked, unless you "
    "hold the account yourself."
)
CHECKLIST = (
    (
        "Police",
        "If anyone is in immediate danger, ring 999 first. Otherwise, if it may be a crime, speak to 101 or your "
        "liaison officer, and keep the post as evidence: postreeve has kept it already.",
    ),
    (
        "Safeguarding",
        "If a child or an adult at risk is named or may be meant, tell your safeguarding lead today, by their own "
        "procedure and not in a chat.",
    ),
    (
        "Support for the owner",
        "The account may have been taken over, and whoever holds it may be frightened or unwell. Ring them; they are "
        "not presumed to have written it.",
    ),
    (
        "For now",
        "If it should not stay up, ask the holders on the alert to hide or correct it now. That is not a finding.",
    ),
    ("Advice", "Check with your legal and HR advisers before anything that counts against a person."),
)


def show(at: Desk, person: Person) -> None:
    """Draw the checklist, and note that the notice was opened."""
    check(person, Action.CLAIM)
    alert_id = post.number(st.query_params.get("alert", ""), "Review queue")
    if notices.opened(at.store, person, alert_id):
        anchor_head(at.store, at.settings)
    ui.title("Please look now")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    for name, words in CHECKLIST:
        ui.heading(name)
        ui.html(present.paragraphs([words]))
    ui.link("alert", "Open the alert", alert=alert_id)
    ui.link("queue", "Open the review queue")
