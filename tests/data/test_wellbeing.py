"""Reviewer safety: what a reviewer judged is counted once, by the council's days, and seen by them alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from data.config import Settings
from data.errors import IllegalStep, NotAllowed
from data.model import Decision, Judgement, Outcome, Person, Role
from data.services import wellbeing
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer

AddPerson = Callable[..., Person]
SETTINGS = Settings(review_pause=2, review_limit=3)


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer, with five alerts waiting. It is Sunday."""
    post_and_scan(store, "bins", [f"clown number {n}" for n in range(5)])
    return reviewer(store)


def test_nothing_judged_is_nothing_seen(store: Store, rita: Person) -> None:
    assert wellbeing.load(store, rita, SETTINGS) == wellbeing.Load(0, 0, 0, 0, False, False)


def test_the_harmful_share_is_counted_today_and_this_week(store: Store, rita: Person, clock: FakeClock) -> None:
    clock.move(days=-1)
    decide(store, rita, 1, UPHELD)
    clock.move(days=1)
    decide(store, rita, 2, UPHELD)
    decide(store, rita, 3, NOT_UPHELD)
    found = wellbeing.load(store, rita, SETTINGS)
    assert (found.today, found.harmful_today, found.week, found.harmful_week) == (2, 1, 3, 2)
    assert not found.pause
    decide(store, rita, 4, UPHELD)
    found = wellbeing.load(store, rita, SETTINGS)
    assert (found.pause, found.full) == (True, False)
    decide(store, rita, 5, UPHELD)
    assert wellbeing.load(store, rita, SETTINGS).full
    clock.move(days=1)  # Monday
    assert wellbeing.load(store, rita, SETTINGS) == wellbeing.Load(0, 0, 0, 0, False, False)


def test_a_post_of_which_there_is_no_telling_is_not_harmful(store: Store, rita: Person) -> None:
    decide(store, rita, 1, CANNOT_TELL)
    found = wellbeing.load(store, rita, SETTINGS)
    assert (found.today, found.harmful_today) == (1, 0)


def test_others_decisions_are_not_one_s_own(store: Store, rita: Person, person: AddPerson) -> None:
    uma = person(store, "uma@council.example", Role.REVIEWER)
    decide(store, uma, 1, UPHELD)
    assert wellbeing.load(store, rita, SETTINGS).today == 0
    assert wellbeing.load(store, uma, SETTINGS).today == 1


def test_two_looks_of_one_person_at_one_alert_count_once(store: Store, rita: Person, person: AddPerson) -> None:
    """The first opinion and the decision are two rows; for the person it is one post."""
    from data.policy import DEFAULT
    from data.services.actors import shell
    from data.services.policy import put_in_force

    text = DEFAULT.read_text(encoding="utf-8").replace("second_look = []", 'second_look = ["training"]')
    put_in_force(store, shell(), text.replace('version = "2026-11"', 'version = "two"'), "two.toml")
    post_and_scan(store, "parks", ["clown in the park"])
    uma = person(store, "uma@council.example", Role.REVIEWER)
    training = Decision(Judgement.UPHELD, Outcome.TRAINING, "H1", "It belittles.")
    decide(store, rita, 6, training)
    decide(store, uma, 6, training)
    assert [wellbeing.load(store, who, SETTINGS).today for who in (rita, uma)] == [1, 1]


@pytest.mark.parametrize(
    ("noon", "moved"),
    [(datetime(2026, 3, 29, 12, tzinfo=UTC), 23), (datetime(2026, 10, 25, 12, tzinfo=UTC), 25)],
)
def test_the_day_is_the_council_s_own_when_the_clocks_change(
    store: Store, rita: Person, clock: FakeClock, noon: datetime, moved: int
) -> None:
    """Both days begin at midnight in London; the first has 23 hours and the second 25."""
    clock.move(seconds=(noon - clock()).total_seconds())
    begin = datetime(2026, 3, 29, 0, tzinfo=UTC) if moved == 23 else datetime(2026, 10, 24, 23, tzinfo=UTC)
    clock.move(seconds=(begin - clock()).total_seconds() - 1)
    decide(store, rita, 1, UPHELD)
    clock.move(seconds=1)
    decide(store, rita, 2, UPHELD)
    clock.move(hours=moved - 1)
    found = wellbeing.load(store, rita, SETTINGS)
    assert (found.today, found.week) == (1, 2)
    clock.move(hours=1)
    assert wellbeing.load(store, rita, SETTINGS).today == 0


def test_nought_asks_for_neither(store: Store, rita: Person) -> None:
    for number in range(1, 6):
        decide(store, rita, number, UPHELD)
    found = wellbeing.load(store, rita, Settings(review_pause=0))
    assert (found.harmful_today, found.pause, found.full) == (5, False, False)


def test_at_the_limit_the_rest_is_for_others(store: Store, rita: Person) -> None:
    for number in (1, 2, 3):
        with store.read() as tx:
            wellbeing.check_limit(tx, store, rita, SETTINGS)
        decide(store, rita, number, UPHELD)
    with store.read() as tx, pytest.raises(IllegalStep, match=r"judged 3 harmful posts today, and .* limit is 3"):
        wellbeing.check_limit(tx, store, rita, SETTINGS)


def test_it_is_there_for_reviewers_alone(store: Store, person: AddPerson) -> None:
    with pytest.raises(NotAllowed):
        wellbeing.load(store, person(store, "p@council.example", Role.PANEL), SETTINGS)
