"""Alerts with exactly the same words: one decision for all of them, only after their number was written down."""

from collections.abc import Collection

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk
from data.model import Alert, AlertStatus, Decision, Person
from data.services import queueing
from data.services.reading import AlertCase
from data.services.review import Seen

TOLD = "Exactly these words stand in {} nobody has decided on: {}."
ASK = "To record this decision on all {0}, write {0} here. Leave it empty for this one alone"
MOST_NAMED = 10


def ask(at: Desk, person: Person, case: AlertCase, key: str) -> None:
    """Draw the question, when other alerts have exactly the same words."""
    if case.alert.status not in (AlertStatus.OPEN, AlertStatus.CLAIMED):
        return
    others = queueing.alike(at.store, person, [case.alert.id]).get(case.alert.id, ())
    if not others:
        return
    named = present.joined([str(number) for number in others[:MOST_NAMED]])
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    ui.html(
        present.paragraphs([TOLD.format(present.count(len(others), "other alert", "other alerts"), f"{named}{more}")])
    )
    st.text_input(ASK.format(len(others) + 1), key=f"together-{key}", max_chars=9, autocomplete="off")


def agreed(at: Desk, person: Person, seen: Seen, key: str) -> tuple[Alert, ...]:
    """Return the other alerts to decide on: those whose number was written down."""
    return queueing.agreed(at.store, person, seen.alert_id, str(st.session_state.get(f"together-{key}") or ""))


def record(at: Desk, person: Person, seen: Seen, others: Collection[Alert], decision: Decision) -> str:
    """Record the same decision on the others; say how many, and what was left."""
    if not others:
        return ""
    found = queueing.decide_others(at.store, person, seen, others, decision)
    said = f" The same is recorded on {present.count(len(found.recorded), 'other alert', 'other alerts')}."
    if found.left:
        number, why = next(iter(found.left.items()))
        left = present.count(len(found.left), "alert was", "alerts were")
        said += (
            f" {left} left as it was; alert {number}: {why}"
            if len(found.left) == 1
            else (f" {left} left as they were; the first, alert {number}: {why}")
        )
    return said
