"""Questions of holders to officers: answered with advice, and then gone."""

import streamlit as st

from dashboard import present, ui, words
from dashboard.desk import Desk, Said
from data.model import Person
from data.services import drafts
from data.store.rows import AnyRow

LEAD = (
    "Holders of accounts ask before they post. Who asks is not shown, and when you have answered, the question and the "
    "draft are deleted. None of it may be held against anyone."
)


def show(at: Desk, person: Person) -> None:
    """Draw the questions that wait."""
    waiting = drafts.waiting(at.store, person)
    ui.title("Questions")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    if not waiting:
        ui.html(present.paragraphs(["No question waits for an answer."]))
    for row in waiting:
        one(at, row)


def one(at: Desk, row: AnyRow) -> None:
    """Draw one question with the draft and the field for the answer."""
    ui.heading(f"Asked on {present.short(row.asked_at, at.settings.zone)}")
    ui.html(words.plain("The question", str(row.subject.get("question", ""))))
    if row.subject.get("text"):
        ui.html(words.plain("The draft", str(row.subject["text"])))
    with st.form(key=f"advise-{row.id}", enter_to_submit=False):
        st.text_area("Your advice", key=field(row.id), height=140)
        st.form_submit_button("Send the advice", type="primary", on_click=send, args=(at, row.id))


def field(number: int) -> str:
    """Return what the field of an answer is named by."""
    return f"advise-{number}-words"


def send(at: Desk, number: int) -> None:
    """Callback: answer a question."""

    def act(person: Person) -> Said:
        drafts.advise(at.store, person, number, str(st.session_state.get(field(number)) or ""))
        return Said(0, True, "Your advice is sent; the question and the draft are deleted.", "pr-title")

    at.attempt(act)
