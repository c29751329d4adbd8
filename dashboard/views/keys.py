"""Keys: which ones someone wants on the page of an alert. None unless they say so."""

from collections.abc import Mapping

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.keys import Step
from data.model import Person
from data.services import keys
from data.services.anchoring import anchor_head

LEAD = (
    "Keys for the page of an alert. There are none unless you choose them here: a key that stands alone can be pressed "
    "by mistake, or by a program that you speak to. Tab, Enter and Space work everywhere without any of this."
)
HOW = (
    "Name a letter or digit but C and R, alone or with Ctrl, Alt or Shift: T, Alt+T, Ctrl+Shift+4. One without Ctrl or "
    "Alt does nothing while you write in a field. A key held down or pressed again counts once, and no key decides on "
    "words that were not shown to you. Leave a field empty to have no key for it."
)
STEPS: Mapping[Step, str] = {
    Step.SHOW: "Show the words",
    Step.TAKE: "Take this alert",
    Step.ASK: "Ask the owner first",
    Step.RECORD: "Record the decision that is filled in",
}


def show(at: Desk, person: Person) -> None:
    """Draw the keys this person has, to be changed."""
    has = keys.mine(at.store, person)
    ui.title("Keys")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    ui.html(present.paragraphs([HOW]))
    with st.form(key="keys", enter_to_submit=False):
        for step, label in STEPS.items():
            st.text_input(label, has.get(step, ""), key=f"keys-{step}", max_chars=20, placeholder="None")
        st.form_submit_button("Keep these keys", type="primary", on_click=keep, args=(at,))
    ui.link("queue", "Back to the review queue")


def keep(at: Desk) -> None:
    """Callback: keep what the form holds."""

    def act(person: Person) -> Said:
        typed = {step: str(st.session_state.get(f"keys-{step}") or "") for step in Step}
        chosen = keys.choose(at.store, person, typed)
        anchor_head(at.store, at.settings)
        told = [f"{chosen[step]}: {STEPS[step].lower()}" for step in STEPS if step in chosen]
        words = f"Your keys: {'; '.join(told)}." if told else "You have no keys now."
        return Said(0, True, words, "pr-title")

    at.attempt(act)
