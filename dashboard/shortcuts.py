"""The keys of whoever looks at the page of an alert, read once for each drawing of it."""

import streamlit as st

from dashboard.desk import Desk
from data.keys import NONE, Keys, Step
from data.model import Person
from data.services import keys

KEPT = "shortcuts"


def read(at: Desk, person: Person) -> None:
    """Read this person's keys for the buttons that are drawn next."""
    st.session_state[KEPT] = keys.mine(at.store, person)


def of(step: Step) -> str | None:
    """Return the key of a step, None when there is none."""
    kept: Keys = st.session_state.get(KEPT, NONE)
    return kept.get(step)
