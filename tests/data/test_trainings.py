"""Training records, a support for people: no service here knows of alerts."""

from datetime import date
from pathlib import Path

import pytest

from data.config import Settings
from data.errors import ConfigError, IllegalStep, NotAllowed
from data.services import panels, trainings
from data.services.actors import shell
from data.store import staff
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.office import ZONE, Office, applied
from tests.support.office import staff as add_staff

ON = date(2026, 11, 1)


@pytest.fixture
def who(store: Store) -> Office:
    return add_staff(store)


def test_a_course_is_recorded_with_what_goes_with_it(store: Store, who: Office) -> None:
    more = {"refresher": date(2027, 11, 1), "talk": date(2026, 12, 1)}
    trainings.add(store, who.admin, who.owner.email, " Posting well ", ON, policies=["customer_care"], **more)  # type: ignore[arg-type]
    [row] = trainings.mine(store, who.owner)
    assert (row.course, row.completed_on, row.refresher_due, row.policies, row.talk_on) == (
        "Posting well",
        ON,
        date(2027, 11, 1),
        ["customer_care"],
        date(2026, 12, 1),
    )
    assert trainings.mine(store, who.deputy) == []
    assert [r.email for r in trainings.listed(store, who.admin)] == [who.owner.email]


@pytest.mark.parametrize(
    ("course", "more", "told"),
    [
        (" ", {}, "name of the course"),
        ("A", {"refresher": ON}, "not after"),
        ("A", {"policies": ["gossip"]}, "gossip is no policy"),
    ],
)
def test_what_a_record_needs(store: Store, who: Office, course: str, more: dict[str, object], told: str) -> None:
    with pytest.raises(IllegalStep, match=told):
        trainings.add(store, who.admin, who.owner.email, course, ON, **more)  # type: ignore[arg-type]


def test_anyone_who_posts_may_ask_once_and_a_course_answers_it(store: Store, who: Office) -> None:
    number = trainings.ask(store, who.owner)
    with pytest.raises(IllegalStep, match="asked for training already"):
        trainings.ask(store, who.owner)
    with pytest.raises(NotAllowed):
        trainings.ask(store, who.pat)
    with pytest.raises(IllegalStep, match="named person"):
        trainings.ask(store, shell())
    assert trainings.add(store, who.admin, who.owner.email, "Posting well", ON) == number
    assert trainings.ask(store, who.owner) > number


def test_only_who_manages_people_sees_everyone_s(store: Store, who: Office) -> None:
    for other in (who.owner, who.pat):
        with pytest.raises(NotAllowed):
            trainings.listed(store, other)
        with pytest.raises(NotAllowed):
            trainings.add(store, other, who.owner.email, "A", ON)


def test_the_panel_is_told_whether_the_owner_is_trained_and_it_forbids_nothing(
    store: Store, who: Office, clock: FakeClock
) -> None:
    applied(store, who.owner)
    assert "No completed training" in "".join(panels.dossier(store, who.pat, ZONE, "bins").warnings)
    assert panels.dossier(store, who.pat, ZONE, "bins").hindrances == ()
    trainings.add(store, who.admin, who.owner.email, "A", ON, refresher=date(2026, 12, 1))
    assert panels.dossier(store, who.pat, ZONE, "bins").warnings == ()
    clock.move(days=10)
    assert "No completed training" in "".join(panels.dossier(store, who.pat, ZONE, "bins").warnings)


def test_a_course_to_come_is_none_completed(store: Store, who: Office) -> None:
    trainings.add(store, who.admin, who.owner.email, "A", date(2026, 12, 1))
    with store.read() as tx:
        assert not staff.trained(tx, int(who.owner.id or 0), date(2026, 11, 22))
        assert staff.trained(tx, int(who.owner.id or 0), date(2026, 12, 1))


def test_the_policies_have_their_addresses_and_the_quorum_its_bounds() -> None:
    from data.config import load

    found = trainings.addresses(Settings(customer_care_url="https://c.example"))
    assert found == {"dignity_at_work": "", "customer_care": "https://c.example"}
    assert set(found) == set(trainings.POLICIES)
    assert load(environment={}).panel_quorum == 1
    assert load(environment={"POSTREEVE_PANEL_QUORUM": "3"}).panel_quorum == 3
    for wrong in ("0", "-1", "101", "three"):
        with pytest.raises(ConfigError, match=r"(?i)panel_quorum"):
            load(environment={"POSTREEVE_PANEL_QUORUM": wrong})


def test_training_knows_of_no_alert() -> None:
    root = Path(__file__).resolve().parents[2]
    for name in ("data/services/trainings.py", "data/store/staff.py", "dashboard/views/training.py"):
        source = (root / name).read_text(encoding="utf-8")
        assert "import alerts" not in source
        assert "alert." not in source.replace("no alert.", "")
