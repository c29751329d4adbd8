"""A department's own assessment: where it stands, what that rests on, how it was before, and the form to record it."""

from collections.abc import Sequence

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.assessment import CAPABILITIES, LONGEST, STAGES, Capability, Stage
from data.errors import IllegalStep
from data.model import Person
from data.services import assessing
from data.services.anchoring import anchor_head
from data.services.assessing import Assessed
from data.store.rows import AnyRow

LEAD = "How departments assess themselves. They say it and what it rests on; no figure of alerts has a part in it."
NOTE = "Departments stand in the order of their names. It is no league table: each is compared with its own past alone."


def show(at: Desk, person: Person) -> None:
    """Draw the departments this person may read, and the form where they may record."""
    found = assessing.overview(at.store, person, at.settings.zone)
    ui.title("Own assessment")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    ui.html(present.facts([STAGES[stage] for stage in Stage]))
    if not found:
        ui.html(present.paragraphs(["There is no department on the register that you belong to."]))
    elif len(found) > 1:
        ui.html(present.paragraphs([NOTE]))
    for one in found:
        department(at, one)
    if mine := assessing.mine(at.store, person):
        form(at, mine)


def department(at: Desk, one: Assessed) -> None:
    """Draw one department: where it stands, and its history."""
    ui.heading(one.department)
    if not one.history:
        ui.html(present.paragraphs(["Not assessed yet."]))
        return
    ui.html(present.table(f"{one.department}: where it stands", HEADER, [standing(at, one, c) for c in Capability]))
    older = [row for row in one.history if row not in one.now.values()]
    if older:
        rows = [(*told(row.capability, row.stage), row.evidence, row.said_by, when(at, row)) for row in older]
        with st.expander(f"How {present.markdown(one.department)} assessed itself before", key=f"old-{older[0].id}"):
            ui.html(present.table(f"{one.department}: earlier assessments, newest first", HEADER, rows))


HEADER = ["Capability", "Stage", "What it rests on", "Who says so", "When"]


def standing(at: Desk, one: Assessed, capability: Capability) -> tuple[str, ...]:
    """Return the line of a capability; one that was not assessed says so."""
    row = one.now.get(capability)
    if row is None:
        return CAPABILITIES[capability][0], "not assessed", "–", "–", "–"
    return (*told(capability, row.stage), row.evidence, row.said_by, when(at, row))


def told(capability: str, stage: str) -> tuple[str, str]:
    """Return what a capability and a stage are called."""
    return CAPABILITIES[Capability(capability)][0], STAGES[Stage(stage)][0]


def when(at: Desk, row: AnyRow) -> str:
    """Return when an assessment was made."""
    return present.short(row.at, at.settings.zone)


def stage_of(one: Assessed, capability: Capability) -> str:
    """Return the stage of a department in one capability."""
    row = one.now.get(capability)
    return STAGES[Stage(row.stage)][0] if row is not None else "not assessed"


def table(found: Sequence[Assessed]) -> str:
    """Return all departments and capabilities as one table, for the trends."""
    rows = [(one.department, *(stage_of(one, capability) for capability in Capability)) for one in found]
    return present.table("Departments by name", ["Department", *(CAPABILITIES[c][0] for c in Capability)], rows)


def form(at: Desk, departments: Sequence[str]) -> None:
    """Draw the form that records an assessment."""
    ui.heading("Record an assessment")
    ui.html(present.facts([CAPABILITIES[capability] for capability in Capability]))
    with st.form(key="assess", enter_to_submit=False):
        only = 0 if len(departments) == 1 else None
        st.selectbox("Department", list(departments), only, key="assess-department", placeholder="Choose one")
        st.selectbox(
            "Capability",
            list(Capability),
            None,
            key="assess-capability",
            placeholder="Choose one",
            format_func=lambda c: CAPABILITIES[c][0],
        )
        st.radio("Stage", list(Stage), None, key="assess-stage", format_func=lambda s: ": ".join(STAGES[s]))
        st.text_area("What it rests on (required)", key="assess-evidence", height=120, max_chars=LONGEST)
        st.text_input("Who in the department says so (required)", key="assess-by", max_chars=200)
        st.form_submit_button("Record the assessment", type="primary", on_click=record, args=(at,))


def record(at: Desk) -> None:
    """Callback: record what the form holds."""

    def act(person: Person) -> Said:
        state = st.session_state
        chosen = [state.get(f"assess-{name}") for name in ("department", "capability", "stage")]
        if None in chosen:
            raise IllegalStep("Choose the department, the capability and the stage, then press Record again.")
        words = (str(state.get("assess-evidence") or ""), str(state.get("assess-by") or ""))
        assessing.assess(at.store, person, str(chosen[0]), Capability(str(chosen[1])), Stage(str(chosen[2])), *words)
        anchor_head(at.store, at.settings)
        return Said(0, True, "The assessment is recorded; what stood before stays below it.", "pr-title")

    at.attempt(act)
