"""What a page asks of the worker because it may take long: ask, wait while others are served, and show what came."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person
from data.services import asking, silence
from data.store.rows import AnyRow

ASKED = "The worker has been asked. The answer comes on this page."


def button(at: Desk, kind: str, label: str, about: Callable[[], dict[str, Any]] = dict) -> None:
    """Offer to ask; `about` says at the press what exactly is asked."""
    st.button(label, key=f"ask-{kind}", on_click=ask, args=(at, kind, about))


def ask(at: Desk, kind: str, about: Callable[[], dict[str, Any]]) -> None:
    """Callback: put the request before the worker."""

    def act(person: Person) -> Said:
        asking.ask(at.store, person, kind, **about())
        return Said(0, True, ASKED, shown=False)

    at.attempt(act)


def answer(at: Desk, person: Person, kind: str) -> AnyRow | None:
    """Return the request made last once it is answered well; else say what it waits for, or why it failed."""
    row = asking.newest(at.store, person, kind)
    if row is None:
        return None
    if row.done_at is None:
        _wait(at, person, kind)
        return None
    if row.error:
        ui.html(f'<div class="pr-said pr-said-bad"><pre class="pr-plain">{present.value(row.error)}</pre></div>')
        return None
    return row


@st.fragment(run_every=1.0)
def _wait(at: Desk, person: Person, kind: str) -> None:
    row = asking.newest(at.store, person, kind)
    if row is None or row.done_at is not None:
        st.rerun()
    no_worker(at)


def no_worker(at: Desk) -> None:
    """Say that the answer is on its way, or that nobody is there to give it."""
    seen = silence.worker(at.store)
    if seen.at_work:
        ui.html(present.paragraphs(["The worker is at it …"]))
        return
    since = f"since {present.short(seen.last, at.settings.zone)}" if seen.last else "yet"
    ui.refusal(f"Nothing answers: no worker has been at work {since}. Start one: postreeve watch")
