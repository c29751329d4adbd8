"""Two reviewers where the policy asks for them: apart from each other, and never the same person."""

import pytest

from data.errors import IllegalStep
from data.model import AlertStatus, Decision, Judgement, Outcome, Person, Role
from data.policy import default
from data.services import appeals, people, reading, review
from data.services.actors import shell
from data.services.policy import put_in_force
from data.store import alerts, opinions
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import UPHELD, decide, post_and_scan, reviewer

REFER = Decision(Judgement.UPHELD, Outcome.REFER, "H1", "It belittles a resident, and not for the first time.")
NO = Decision(Judgement.NOT_UPHELD, Outcome.NO_ACTION, "H1", "A circus came to town.")


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer; the policy asks for two at a referral, and the owner has replied to the one alert."""
    put_in_force(store, shell(), default().content.replace("second_look = []", 'second_look = ["refer"]'), "p")
    post_and_scan(store, "bins", ["what a clown"])
    jo = people.add(store, shell(), "owner@bins.example", "Jo", [Role.OWNER], None)
    review.reply(store, jo, 1, "It was about the circus.")
    return reviewer(store)


@pytest.fixture
def otto(store: Store) -> Person:
    """A second reviewer."""
    return people.add(store, shell(), "otto@council.example", "Otto", [Role.SECOND_REVIEWER], None)


def status(store: Store) -> AlertStatus:
    with store.read() as tx:
        return alerts.get(tx, 1).status


def test_a_referral_waits_for_a_second_look(store: Store, rita: Person, otto: Person) -> None:
    decide(store, rita, 1, REFER)
    assert status(store) is AlertStatus.SECOND_LOOK
    case = reading.alert_case(store, otto, 1)
    assert case.reviews == []  # nothing is decided, and the second does not see what the first thought
    assert "belittles" not in str([event.detail for event in case.events])
    decide(store, otto, 1, REFER)
    assert status(store) is AlertStatus.DECIDED
    [kept] = reading.alert_case(store, otto, 1).reviews
    assert (kept.reviewer_id, kept.outcome) == (otto.id, "refer")


def test_what_needs_no_second_look_is_decided_at_once(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    assert status(store) is AlertStatus.DECIDED


def test_nobody_takes_both_looks(store: Store, rita: Person) -> None:
    decide(store, rita, 1, REFER)
    with pytest.raises(IllegalStep, match="second look is someone else's"):
        decide(store, rita, 1, REFER)


def test_two_who_differ_talk_and_then_one_decides(store: Store, rita: Person, otto: Person) -> None:
    decide(store, rita, 1, REFER)
    decide(store, otto, 1, NO)
    assert status(store) is AlertStatus.OPEN
    decide(store, rita, 1, REFER)
    assert status(store) is AlertStatus.DECIDED
    with store.read() as tx:
        assert opinions.pairs(tx) == [("upheld", "not_upheld")]
        assert opinions.had_a_part(tx, 1) == {rita.id, otto.id}


def test_who_gave_an_opinion_does_not_hear_the_appeal(
    store: Store, rita: Person, otto: Person, clock: FakeClock
) -> None:
    decide(store, rita, 1, REFER)
    decide(store, otto, 1, REFER)
    clock.move(hours=1)
    jo = next(p for p in people.everyone(store) if p.email == "owner@bins.example")
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 1))
    appeals.appeal(store, jo, seen, "It was about the circus.")
    for one in (rita, otto):
        with pytest.raises(IllegalStep, match="someone else hears the appeal"):
            decide(store, one, 1, NO)
    uma = people.add(store, shell(), "uma@council.example", "Uma", [Role.REVIEWER], None)
    decide(store, uma, 1, REFER)  # an appeal is heard by one: two have looked already
    assert status(store) is AlertStatus.DECIDED


def test_a_decision_that_was_taken_back_has_used_up_its_opinions(
    store: Store, rita: Person, otto: Person, clock: FakeClock
) -> None:
    decide(store, rita, 1, REFER)
    decide(store, otto, 1, REFER)
    clock.move(minutes=1)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 1))
    appeals.undo(store, otto, seen, "Too fast.")
    clock.move(minutes=1)
    decide(store, rita, 1, REFER)
    assert status(store) is AlertStatus.SECOND_LOOK
