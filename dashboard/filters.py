"""What is asked for of the queue, in the address: links keep it, and the next alert is one of those that fit."""

import streamlit as st

from dashboard import present, ui
from data.model import AlertStatus, Person, Platform, Severity
from data.services.queueing import Beside
from data.store.narrowing import Narrow

NAMES = ("words", "clause", "severity", "department", "platform", "older", "mine", "stage")
OLDER = {0: "Any age", 1: "More than a day", 3: "More than 3 days", 7: "More than a week", 30: "More than 30 days"}
STAGES = {
    "": "Any",
    AlertStatus.OPEN: "Open",
    AlertStatus.AWAITING_REPLY: "Waiting for the owner",
    AlertStatus.SECOND_LOOK: "Waiting for a second look",
    AlertStatus.APPEALED: "Appealed",
}
LONGEST = 200  # characters of one part of the address


def address() -> dict[str, str]:
    """Return the parts of the address that narrow the queue."""
    return {name: text for name in NAMES if (text := st.query_params.get(name, "")[:LONGEST])}


def asked(person: Person) -> Narrow:
    """Return what the address asks for; what makes no sense there asks for nothing."""
    known = address()
    older = known.get("older", "")
    return Narrow(
        words=known.get("words", ""),
        clause=known.get("clause", ""),
        severity=known["severity"] if known.get("severity") in set(Severity) else "",
        department=known.get("department", ""),
        platform=known.get("platform", ""),
        older=int(older) if older.isascii() and older.isdecimal() and len(older) < 5 else 0,
        mine=int(person.id or 0) if known.get("mine") else 0,
        stage=known["stage"] if known.get("stage") in STAGES else "",
    )


def form(beside: Beside) -> None:
    """Draw the search and the filters; pressed, they go into the address."""
    now = address()
    with (
        st.expander("Search and narrow the queue", expanded=bool(now), key="queue-narrow"),
        st.form(key="queue-form", border=False),
    ):
        st.text_input("Words of the post", now.get("words", ""), key="narrow-words", max_chars=LONGEST)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            clauses = {key: f"{key}. {title}" for key, title in beside.clauses.items()}
            _choice("Clause", "clause", {"": "Any"} | clauses)
            _choice("Severity", "severity", {"": "Any"} | {str(s): w for s, w in present.SEVERITIES.items()})
            _choice("Waits for", "stage", {str(s): w for s, w in STAGES.items()})
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _choice("Department", "department", {"": "Any"} | {d: d for d in beside.departments})
            platforms = {str(p): present.PLATFORMS[Platform(p)] for p in beside.platforms}
            _choice("Platform", "platform", {"": "Any"} | platforms)
            _choice("Opened", "older", {str(days or ""): words for days, words in OLDER.items()})
        st.checkbox("Only those that I have taken", bool(now.get("mine")), key="narrow-mine")
        st.form_submit_button("Search", type="primary", on_click=into_address)
    if now:
        st.button("Show the whole queue again", key="narrow-clear", on_click=clear)


def _choice(words: str, name: str, options: dict[str, str]) -> None:
    now = st.query_params.get(name, "")
    index = [*options].index(now) if now in options else 0
    st.selectbox(words, [*options], index, key=f"narrow-{name}", format_func=lambda key: options[key])


def into_address() -> None:
    """Callback: put what is asked for into the address."""
    values = {name: st.session_state.get(f"narrow-{name}") for name in NAMES}
    values["mine"] = "yes" if values["mine"] else ""
    st.query_params.from_dict({name: str(text).strip() for name, text in values.items() if str(text or "").strip()})


def clear() -> None:
    """Callback: ask for the whole queue."""
    for name in NAMES:
        st.session_state.pop(f"narrow-{name}", None)
    st.query_params.clear()


def link(path: str, label: str, **more: str | int) -> None:
    """Draw a link to a page of ours that keeps what is asked for."""
    ui.link(path, label, **address(), **more)
