"""Notices: what someone is told of, how often and where. One's own, and nobody else's."""

from collections.abc import Mapping

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person
from data.notice import ALWAYS, OFFICERS, Frequency, Kind, Preference, Reach
from data.permissions import Action, may
from data.services import outbox, preferences
from data.services.anchoring import anchor_head

LEAD = (
    "A notice says that something waits and where to look. It never holds the words of a post, a name or a score. "
    "It goes to the address you sign in with."
)
ALWAYS_SAID = (
    "If you hold an account you are always told when your side is asked for, when you are asked to hide or correct a "
    "post, and when a review is decided: nobody is judged unheard."
)
KINDS: Mapping[Kind, str] = {
    Kind.URGENT: "Something urgent: when it is your turn",
    Kind.APPEAL: "An appeal that someone else is to hear",
    Kind.QUESTION: "A question that waits for an officer",
    Kind.SILENCE: "Accounts that are not being collected",
    Kind.RENEWAL: "An account of yours is due for renewal: 60, 30 and 7 days before",
    Kind.SUPPORT_DUE: "Advice or training that was offered to you is due",
}
FREQUENCIES = {Frequency.DAILY: "Every day", Frequency.WEEKLY: "Every Monday", Frequency.NEVER: "Never"}
REACHES = {Reach.EMAIL: "By e-mail", Reach.TEAM: "I read the team’s channel; no e-mail about the team’s work"}
SHOWN = 10


def show(at: Desk, person: Person) -> None:
    """Draw what this person has chosen, to be changed."""
    has = preferences.mine(at.store, person)
    ui.title("Notices")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    if may(person, Action.REPLY):
        ui.html(present.paragraphs([ALWAYS_SAID]))
    with st.form(key="notices", enter_to_submit=False):
        for kind in preferences.kinds(person):
            st.checkbox(KINDS[kind], kind not in has.off, key=f"notices-{kind}")
        st.selectbox(
            "A digest of what waits for you",
            list(FREQUENCIES),
            list(FREQUENCIES).index(has.digest),
            key="notices-digest",
            format_func=lambda frequency: FREQUENCIES[frequency],
        )
        if any(may(person, action) for action in OFFICERS.values()):
            officer(at, person, has)
        st.form_submit_button("Keep this", type="primary", on_click=keep, args=(at,))


def officer(at: Desk, person: Person, has: Preference) -> None:
    """Ask an officer for which departments, and where."""
    there = preferences.departments(at.store, person)
    st.multiselect(
        "Only accounts of these departments; all when none is chosen",
        there,
        [name for name in there if name in has.departments],
        key="notices-departments",
        placeholder="All departments",
    )
    st.radio(
        "Where",
        list(REACHES),
        list(REACHES).index(has.reach),
        key="notices-reach",
        format_func=lambda reach: REACHES[reach],
    )


def chosen(person: Person, has: Preference) -> Preference:
    """Return what the form holds; what it does not ask stays as it was."""
    state = st.session_state
    asked = {kind: bool(state.get(f"notices-{kind}", kind not in has.off)) for kind in preferences.kinds(person)}
    off = {kind for kind, on in asked.items() if not on} | (has.off - set(asked) - ALWAYS)
    return Preference(
        frozenset(off),
        frozenset(state.get("notices-departments", has.departments)),
        Frequency(state.get("notices-digest", has.digest)),
        Reach(state.get("notices-reach", has.reach)),
    )


def keep(at: Desk) -> None:
    """Callback: keep what the form holds."""

    def act(person: Person) -> Said:
        preferences.choose(at.store, person, chosen(person, preferences.mine(at.store, person)))
        anchor_head(at.store, at.settings)
        return Said(0, True, "That is how you are told from now on.", "pr-title")

    at.attempt(act)


def failing(at: Desk, person: Person) -> None:
    """On Home: say which notices could not be sent, and why; nothing when all went out."""
    rows = outbox.failing(at.store, person)
    if not rows:
        return
    ui.heading("Notices that could not be sent")
    for row in rows[:SHOWN]:
        to = row.email or "the team’s channel"
        given_up = present.short(row.given_up_at, at.settings.zone, "")
        state = f"Given up on {given_up}." if given_up else "It is tried again."
        words = row.kind.replace("_", " ").capitalize()
        ui.html(present.paragraphs([f"{words}, to {to}: {row.error} {state}"], "pr-soft pr-under"))
    if len(rows) > SHOWN:
        ui.html(present.paragraphs([f"And {len(rows) - SHOWN} more."]))
