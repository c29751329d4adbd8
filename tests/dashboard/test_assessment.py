"""Own assessment, the page and the table in the trends: recorded by those who may, with its history, no league."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.screens import named
from dashboard.views import assessment as view
from data.assessment import Capability, Stage
from data.model import Person
from data.services import assessing
from data.store.engine import Store
from tests.support.filled import Council
from tests.support.opened import fill, refused
from tests.support.screen import buttons, opened, press, words

RECORD = "Record the assessment"
EVIDENCE = "Minutes of <b>May</b>, and the list of who asked first."


def record(store: Store, who: Person, department: str, stage: Stage = Stage.ENGAGED) -> None:
    """Record an assessment of one capability."""
    assessing.assess(store, who, department, Capability.CULTURE, stage, EVIDENCE, "The head of service")


def filled(page: AppTest, stage: Stage = Stage.ESTABLISHED) -> AppTest:
    """Fill the form in."""
    fill(page, "assess-capability", Capability.FEEDBACK)
    next(r for r in page.radio if r.key == "assess-stage").set_value(stage)
    fill(page, "assess-evidence", EVIDENCE)
    return fill(page, "assess-by", "Kim <i>")


def test_a_department_s_person_records_it(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.owner, "assessment")
    assert "Not assessed yet." in words(page)
    box = next(b for b in page.selectbox if b.key == "assess-department")
    assert list(box.options) == ["Culture", "Environment", "Highways"]
    assert "Choose the department, the capability and the stage" in words(press(page, RECORD))
    fill(filled(page), "assess-department", "Highways")
    said = words(press(page, RECORD))
    assert "The assessment is recorded" in said
    assert "Highways: where it stands" in said
    assert "Minutes of &lt;b&gt;May&lt;/b&gt;" in said
    assert "Kim &lt;i&gt;" in said


def test_what_stood_before_stays_below(sqlite_store: Store, council: Council) -> None:
    record(sqlite_store, council.panel, "Highways")
    record(sqlite_store, council.panel, "Highways", Stage.ACCOMPLISHED)
    page = words(opened(sqlite_store, council.panel, "assessment"))
    assert page.index(">Accomplished<") < page.index("Highways: earlier assessments, newest first")
    assert "Highways: earlier assessments, newest first" in page


def test_evidence_is_asked_for(sqlite_store: Store, council: Council) -> None:
    page = filled(opened(sqlite_store, council.administrator, "assessment"))
    fill(page, "assess-department", "Culture")
    fill(page, "assess-evidence", "  ")
    assert "Say in a few sentences what the assessment rests on" in words(press(page, RECORD))
    assert assessing.overview(sqlite_store, council.panel, "Europe/London")[0].history == ()


@pytest.mark.parametrize("role", ["reviewer", "second"])
def test_others_read_and_do_not_record(sqlite_store: Store, council: Council, role: str) -> None:
    record(sqlite_store, council.panel, "Culture")
    page = opened(sqlite_store, getattr(council, role), "assessment")
    assert RECORD not in buttons(page)
    assert "Culture: where it stands" in words(page)
    assert not refused(page)


def test_departments_stand_by_name_and_not_by_stage(sqlite_store: Store, council: Council) -> None:
    record(sqlite_store, council.panel, "Highways", Stage.EXEMPLARY)
    record(sqlite_store, council.panel, "Culture", Stage.ENGAGED)
    page = words(opened(sqlite_store, council.panel, "assessment"))
    places = [page.index(f'<h2 class="pr-heading">{name}</h2>') for name in ("Culture", "Environment", "Highways")]
    assert places == sorted(places)
    assert view.NOTE in page


def test_trends_have_it_as_a_table_of_its_own(sqlite_store: Store, council: Council) -> None:
    assert "No department has assessed itself yet." in words(opened(sqlite_store, council.panel, "trends"))
    record(sqlite_store, council.panel, "Culture", Stage.ESTABLISHED)
    page = words(opened(sqlite_store, council.panel, "trends"))
    table = page[page.index("<caption>Departments by name</caption>") :]
    assert "A learning and performance culture" in table
    assert ">Established<" in table
    assert ">not assessed<" in table
    assert "What it rests on, and how it was before" in page
    assert EVIDENCE not in page


def test_a_view_of_an_earlier_time_tells_it_as_it_stood(sqlite_store: Store, council: Council) -> None:
    record(sqlite_store, council.panel, "Culture")
    [one] = [a for a in assessing.overview(sqlite_store, council.panel, "Europe/London") if a.history]
    assert view.stage_of(one, Capability.CULTURE) == "Engaged"
    assert view.stage_of(one, Capability.LEARNING) == "not assessed"


def test_the_navigation_names_it_to_departments(sqlite_store: Store, council: Council) -> None:
    assert named(council.owner, "assessment")
    assert not named(council.reviewer, "assessment")
    assert named(council.reviewer, "lessons")
    assert named(council.owner, "lessons")
