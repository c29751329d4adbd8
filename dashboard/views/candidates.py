"""Not on the register: names in own posts that look like the council's, to be applied for or dismissed."""

from html import escape

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person, Platform
from data.services import candidates
from data.services.anchoring import anchor_head
from data.store.rows import AnyRow

LEAD = (
    "These names stand in posts of accounts on the register and look like the council’s own. Nothing of them is "
    "collected. Have them applied for, or dismiss them; what stays of a dismissed name is only a mark to know it by."
)
WHY = {
    "name": "The name holds one of the council’s words.",
    "linked": "Corporate accounts link to it again and again.",
}
SHOWN = 50


def show(at: Desk, person: Person) -> None:
    """Draw what waits."""
    rows = candidates.listed(at.store, person)
    ui.title("Not on the register")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    if not at.settings.council_names:
        none = "No words of the council are set (council_names), so only names that are linked often can be found."
        ui.html(present.paragraphs([none], "pr-soft"))
    if not rows:
        ui.html(present.paragraphs(["No such name waits. They are looked for once a day while a worker is at work."]))
    for row in rows[:SHOWN]:
        one(row, at)
    if len(rows) > SHOWN:
        ui.html(present.paragraphs([f"And {len(rows) - SHOWN} more, once these are dealt with."]))


def one(row: AnyRow, at: Desk) -> None:
    """Draw one name with the post that has it, and what can be done."""
    platform = present.PLATFORMS[Platform(row.platform)] if row.platform else "platform not said"
    with st.container(key=f"candidate-{row.id}", gap="xsmall"):
        ui.html(f'<h2 class="pr-heading"><bdi>{escape(row.handle)}</bdi> ({escape(platform)})</h2>')
        posts = present.count(row.posts, "post")
        ui.html(present.paragraphs([f"{WHY[row.why]} In {posts}; the newest is one of {row.account_id}."]))
        ui.outward(row.url, "Open that post", "That post has no address.")
        ui.outward(candidates.address(row), "Open the profile", "Where the profile is, the post does not say.")
        ui.link("apply", "Apply for it", candidate=row.id)
        with st.form(key=f"dismiss-{row.id}", enter_to_submit=False, border=False):
            st.text_input("Why it is not the council’s, without its name", key=field(row.id))
            st.form_submit_button("Dismiss it", on_click=dismiss, args=(at, row.id))


def field(number: int) -> str:
    """Return what the field of a reason is named by."""
    return f"dismiss-{number}-reason"


def dismiss(at: Desk, number: int) -> None:
    """Callback: set a name aside."""

    def act(person: Person) -> Said:
        candidates.dismiss(at.store, person, number, str(st.session_state.get(field(number)) or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, "It is set aside, and its name is not kept.", "pr-title")

    at.attempt(act)
