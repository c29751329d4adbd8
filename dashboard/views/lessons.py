"""Lessons: the page for everyone, and the form by which a reviewer draws one from a decided alert."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import AlertStatus, Person
from data.permissions import Action, may
from data.review import FINISHED
from data.services import lessons
from data.services.anchoring import anchor_head
from data.services.reading import AlertCase

LEAD = "What others can learn from decided alerts. No lesson names anyone, an account, or repeats what a post said."
NONE = "No lesson has been shared yet. Reviewers share one beside an alert that is decided."
ASK = (
    "A sentence or two that helps others to write well. Everyone who works here reads it, so it may not name the "
    "account or its people, or repeat the post’s words."
)


def show(at: Desk, person: Person) -> None:
    """Draw all lessons, newest first."""
    found = lessons.listed(at.store, person)
    ui.title("Lessons")
    ui.message()
    ui.html(present.paragraphs([LEAD if found else NONE], "pr-lead"))
    if found:
        rows = [(f"{row.at:%B %Y}", row.text) for row in found]
        ui.html(present.table("Lessons, newest first", ["Month", "Lesson"], rows))


def form(at: Desk, person: Person, case: AlertCase) -> None:
    """Draw the lessons drawn from an alert, with the way to take one back, and the form for one."""
    alert: AlertStatus = case.alert.status
    if alert not in FINISHED or not may(person, Action.SHARE_LESSON):
        return
    number = case.alert.id
    with st.expander("Share a lesson from this alert", key=f"lessons-{number}"):
        for row in lessons.of_alert(at.store, person, number):
            ui.html(present.facts([("Shared", present.short(row.at, at.settings.zone)), ("Lesson", row.text)]))
            st.button(f"Take lesson {row.id} back", key=f"lesson-back-{row.id}", on_click=back, args=(at, row.id))
        ui.html(present.paragraphs([ASK]))
        with st.form(key=f"lesson-{number}", enter_to_submit=False, border=False):
            st.text_area("The lesson", key=f"lesson-text-{number}", height=100, max_chars=lessons.LONGEST)
            st.form_submit_button("Share it", on_click=share, args=(at, number))


def share(at: Desk, number: int) -> None:
    """Callback: share a lesson."""

    def act(person: Person) -> Said:
        lessons.share(at.store, person, number, str(st.session_state.get(f"lesson-text-{number}") or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, "The lesson is shared; everyone who works here can read it under Lessons.", "pr-title")

    at.attempt(act)


def back(at: Desk, lesson: int) -> None:
    """Callback: take a lesson back."""

    def act(person: Person) -> Said:
        lessons.withdraw(at.store, person, lesson)
        anchor_head(at.store, at.settings)
        return Said(0, True, f"Lesson {lesson} is taken back.", "pr-title")

    at.attempt(act)
