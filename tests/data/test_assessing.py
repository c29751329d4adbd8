"""A department assesses itself: who may, what is kept, and that no alert has a part in it."""

import inspect
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from data import assessment
from data.assessment import CAPABILITIES, STAGES, Capability, Stage
from data.errors import IllegalStep, NotAllowed
from data.model import Person, Role
from data.services import assessing, departments, people
from data.services.actors import shell
from data.services.erasure import Asked, erase_person
from data.store import assessing as stored
from data.store import ledger, staff
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.register import add, row
from tests.support.rights import Office, office, posted, told

ZONE = "Europe/London"
EVIDENCE = "Each of us asked first at least once; minutes of the May meeting."
Rows = Callable[[Store, str], list[tuple[object, ...]]]


@pytest.fixture
def who(store: Store) -> Office:
    """Bins and parks are of Environment; the museum is of Culture."""
    made = office(store)
    add(store, row("museum", department="Culture"))
    return made


@pytest.fixture
def panel(store: Store) -> Person:
    return people.add(store, shell(), "pat@council.example", "Pat Lowe", [Role.PANEL], None)


def record(store: Store, actor: Person, stage: Stage = Stage.ENGAGED, department: str = "Environment") -> int:
    return assessing.assess(store, actor, department, Capability.CULTURE, stage, EVIDENCE, "Head of service")


def test_there_are_four_capabilities_and_four_stages_in_order() -> None:
    assert [CAPABILITIES[c][0] for c in Capability] == [
        "A learning and performance culture",
        "Planning for learning",
        "Access to learning",
        "Access to feedback",
    ]
    assert list(STAGES) == list(Stage) == ["engaged", "established", "accomplished", "exemplary"]


def test_a_department_s_person_records_it_and_the_history_stays(store: Store, who: Office, clock: FakeClock) -> None:
    assert assessing.mine(store, who.owner) == ("Environment",)
    record(store, who.owner)
    clock.move(days=200)
    assessing.assess(store, who.owner, "Environment", Capability.FEEDBACK, Stage.ENGAGED, f" {EVIDENCE}\n", " A  team ")
    record(store, who.owner, Stage.ESTABLISHED)
    [found] = assessing.overview(store, who.owner, ZONE)
    assert {c: row.stage for c, row in found.now.items()} == {
        Capability.CULTURE: "established",
        Capability.FEEDBACK: "engaged",
    }
    assert [(row.capability, row.stage) for row in found.history] == [
        ("culture", "established"),
        ("feedback", "engaged"),
        ("culture", "engaged"),
    ]
    assert (found.history[1].evidence, found.history[1].said_by) == (EVIDENCE, "A team")
    assert (found.history[0].at - found.history[2].at).days == 200
    with store.read() as tx:
        entries = [e for e in ledger.entries(tx) if e.action == "department.assess"]
    assert [e.actor for e in entries] == [f"person:{who.owner.id}"] * 3


def test_who_may_for_which_department(store: Store, who: Office, panel: Person) -> None:
    for person in (panel, who.admin):
        assert assessing.mine(store, person) == ("Culture", "Environment")
        record(store, person, Stage.ENGAGED if person is panel else Stage.ESTABLISHED, "Culture")
    with pytest.raises(NotAllowed, match="Culture is not a department that you may assess"):
        record(store, who.owner, department="Culture")
    with pytest.raises(NotAllowed, match="Nowhere is not"):
        record(store, panel, department="Nowhere")
    assert assessing.mine(store, who.reviewer) == ()
    with pytest.raises(NotAllowed, match="assess department"):
        record(store, who.reviewer)


def test_where_one_works_counts_too(store: Store, who: Office) -> None:
    new = people.add(store, shell(), "kim@council.example", "Kim", [Role.OWNER], None)
    assert assessing.mine(store, new) == ()
    with pytest.raises(NotAllowed):
        record(store, new, department="Culture")
    with store.write() as tx:
        staff.set_work(tx, int(new.id or 0), "Culture", None, None, store.now())
    assert assessing.mine(store, new) == ("Culture",)
    record(store, new, department="Culture")


def test_a_department_reads_its_own_and_the_register_s_roles_all(store: Store, who: Office, panel: Person) -> None:
    record(store, panel, department="Culture")
    assert [one.department for one in assessing.overview(store, who.owner, ZONE)] == ["Environment"]
    for reader in (who.reviewer, panel, who.admin):
        found = assessing.overview(store, reader, ZONE)
        assert [(one.department, len(one.history)) for one in found] == [("Culture", 1), ("Environment", 0)]
    stranger = Person("x@y.example", "X", frozenset())
    with pytest.raises(NotAllowed):
        assessing.overview(store, stranger, ZONE)


@pytest.mark.parametrize(
    ("evidence", "by", "said"),
    [
        ("", "Head", "what the assessment rests on"),
        (" \n", "Head", "what the assessment rests on"),
        ("x" * 2001, "Head", "2,000 characters"),
        (EVIDENCE, " ", "who in the department"),
        (EVIDENCE, "x" * 201, "who in the department"),
    ],
)
def test_evidence_and_who_says_so_are_needed(store: Store, who: Office, evidence: str, by: str, said: str) -> None:
    with pytest.raises(IllegalStep, match=said):
        assessing.assess(store, who.owner, "Environment", Capability.CULTURE, Stage.ENGAGED, evidence, by)


def test_a_second_press_records_nothing(store: Store, who: Office) -> None:
    record(store, who.owner)
    with pytest.raises(IllegalStep, match="recorded twice"):
        record(store, who.owner)
    record(store, who.owner, Stage.ESTABLISHED)
    record(store, who.owner, Stage.ENGAGED)  # going back is a change
    assert len(assessing.overview(store, who.owner, ZONE)[0].history) == 3


def test_it_is_told_as_it_stood_on_a_day(store: Store, who: Office, panel: Person, clock: FakeClock) -> None:
    record(store, panel)
    clock.move(days=40)
    record(store, panel, Stage.EXEMPLARY)
    day = (store.now() - timedelta(days=10)).date()
    stage = {one.department: one.now for one in assessing.overview(store, panel, ZONE, day)}["Environment"]
    assert stage[Capability.CULTURE].stage == "engaged"
    assert assessing.overview(store, panel, ZONE, date(2026, 1, 1))[1].history == ()


def test_a_department_that_has_no_account_any_more_keeps_its_record(store: Store, who: Office, panel: Person) -> None:
    record(store, panel, department="Culture")
    departments.move(store, "museum", "Leisure", None, "Reorganised.")
    names = [one.department for one in assessing.overview(store, panel, ZONE)]
    assert names == ["Culture", "Environment", "Leisure"]


def test_no_alert_changes_it(store: Store, who: Office, panel: Person) -> None:
    record(store, who.owner)
    before = assessing.overview(store, panel, ZONE)
    posted(store, "what a clown")
    told(store, who, 1, "Sorry.")
    assert assessing.overview(store, panel, ZONE) == before
    for module in (assessing, stored, assessment):
        assert "import alert" not in inspect.getsource(module)
        assert "rollup" not in inspect.getsource(module)


def test_an_erased_person_is_named_nowhere_in_it(store: Store, who: Office, panel: Person, rows: Rows) -> None:
    said = "Pat Lowe showed us how."
    assessing.assess(store, panel, "Culture", Capability.LEARNING, Stage.ENGAGED, said, "Pat Lowe")
    erase_person(store, Asked(who.admin, "They asked."), panel.email)
    [(evidence, by)] = rows(store, "SELECT evidence, said_by FROM self_assessment")
    assert "Lowe" not in f"{evidence} {by}"
    assert "showed us how." in str(evidence)
