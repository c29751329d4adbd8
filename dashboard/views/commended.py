"""Posts that went well: commended where they are read, shown to those who hold the account."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person
from data.permissions import Action, may
from data.services import commending
from data.services.anchoring import anchor_head
from data.store.rows import AnyRow, Rows

ASK = "The holders of the account see the reason, and it stands in the dossier. Write it without names."
OPENING = 60  # characters of a post, to choose it by


def mine(at: Desk, person: Person, account_id: str) -> None:
    """Draw what is commended of an account for someone who holds it."""
    rows = [row for row in commending.of_mine(at.store, person) if row.account_id == account_id and row.reason]
    if rows:
        ui.heading("Commended", 3)
        ui.html(present.bullets(f"Your post of {published(at, row)}: {row.reason}" for row in rows))


def form(at: Desk, person: Person, account_id: str, posts: Rows) -> None:
    """Draw what is commended of an account; where words are shown (`posts`), with the form that commends one."""
    standing = commending.of_account(at.store, person, account_id)
    if standing:
        ui.heading("Commended posts")
    for row in standing:
        one(at, person, row)
    if posts and may(person, Action.COMMEND):
        ui.heading("Commend a post")
        ui.html(present.paragraphs([ASK]))
        with st.form(key=f"commend-{account_id}", enter_to_submit=False):
            said = {row.id: f"{published(at, row)}: {opening(row.text)}" for row in posts if row.text}
            st.selectbox("Which post", list(said), None, key=f"commend-post-{account_id}", format_func=said.__getitem__)
            st.text_area("What went well", key=f"commend-reason-{account_id}", max_chars=commending.LONGEST, height=80)
            st.form_submit_button("Commend it", on_click=commend, args=(at, account_id))


def one(at: Desk, person: Person, row: AnyRow) -> None:
    """Draw one commendation, with the way to take back one's own."""
    with st.container(key=f"commended-{row.id}", gap="xsmall"):
        ui.html(present.facts([(f"The post of {published(at, row)}", row.reason or "The words were erased.")]))
        if may(person, Action.COMMEND) and (row.person_id == person.id or may(person, Action.DECIDE_PASSPORT)):
            words = f"Take commendation {row.id} back"
            st.button(words, key=f"commend-back-{row.id}", type="tertiary", on_click=back, args=(at, row.id))


def published(at: Desk, row: AnyRow) -> str:
    """Return when a post was published."""
    return present.short(row.published_at, at.settings.zone, "an unknown day")


def opening(text: str) -> str:
    """Return the beginning of a post."""
    words = " ".join(text.split())
    return words if len(words) <= OPENING else f"{words[:OPENING]}…"


def commend(at: Desk, account_id: str) -> None:
    """Callback: commend the chosen post."""

    def act(person: Person) -> Said:
        post = st.session_state.get(f"commend-post-{account_id}")
        if post is None:
            return Said(0, False, "Choose which post, then press Commend it again.", "pr-said")
        commending.commend(at.store, person, int(post), str(st.session_state.get(f"commend-reason-{account_id}") or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, "The post is commended; the holders of the account see why.", "pr-title")

    at.attempt(act)


def back(at: Desk, number: int) -> None:
    """Callback: take a commendation back."""

    def act(person: Person) -> Said:
        commending.withdraw(at.store, person, number)
        anchor_head(at.store, at.settings)
        return Said(0, True, "The commendation is taken back.", "pr-title")

    at.attempt(act)
