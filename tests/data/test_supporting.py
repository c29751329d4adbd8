"""Support and interim steps: dated, told to the holder, and never counted against anyone."""

from datetime import date

import pytest

from data.errors import IllegalStep, NotAllowed
from data.model import AlertStatus, Decision, Judgement, Outcome, Person, Role
from data.services import interim, owning, people, review, supporting
from data.services.actors import shell
from data.services.review import Seen
from data.store import alerts, ledger, support
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer

DUE = date(2026, 12, 1)
TRAINING = Decision(Judgement.UPHELD, Outcome.TRAINING, "H1", "It belittles.", words="A short course?", due=DUE)


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer; accounts bins and parks have two alerts and one."""
    post_and_scan(store, "bins", ["what a clown", "clown of the day"])
    post_and_scan(store, "parks", ["clown in the park"])
    return reviewer(store)


@pytest.fixture
def jo(store: Store) -> Person:
    """The owner of account bins."""
    return people.add(store, shell(), "owner@bins.example", "Jo", [Role.OWNER], None)


def seen(store: Store, number: int = 1) -> Seen:
    with store.read() as tx:
        return review.seen(alerts.get(tx, number))


def test_training_has_its_day_and_is_taken_up_once(store: Store, rita: Person, jo: Person, clock: FakeClock) -> None:
    decide(store, rita, 1, TRAINING)
    [offer] = supporting.offered(store, jo)
    assert (offer.due, offer.account_id, offer.taken_up_at) == (DUE, "bins", None)
    supporting.take_up(store, jo, offer.id)
    first = store.now()
    clock.move(days=1)
    supporting.take_up(store, jo, offer.id)
    [offer] = supporting.offered(store, jo)
    assert (offer.taken_up_at, offer.taken_up_by) == (first, jo.id)
    with store.read() as tx:
        assert [e.action for e in ledger.entries(tx)].count("support.taken_up") == 1


def test_advice_is_due_after_the_days_of_the_policy(store: Store, rita: Person, jo: Person) -> None:
    decide(store, rita, 1, UPHELD)
    assert supporting.offered(store, jo)[0].due == date(2026, 12, 22)
    decide(store, rita, 2, NOT_UPHELD)
    assert len(supporting.offered(store, jo)) == 1


def test_others_offers_are_not_named(store: Store, rita: Person, jo: Person) -> None:
    decide(store, rita, 3, TRAINING)
    assert supporting.offered(store, jo) == []
    for number in (1, 99):
        with pytest.raises(NotAllowed, match="There is no advice or training"):
            supporting.take_up(store, jo, number)
    with pytest.raises(NotAllowed):
        supporting.offered(store, rita)


def test_a_holder_says_once_how_the_review_was(store: Store, rita: Person, jo: Person) -> None:
    decide(store, rita, 1, UPHELD)
    supporting.rate(store, jo, 1, (True, True, False), " Thank you. ")
    with pytest.raises(IllegalStep, match="You said already"):
        supporting.rate(store, jo, 1, (True, True, True))
    with store.read() as tx:
        assert support.rated(tx) == (1, 1, 1, 0)
        [kept] = support.ratings(tx, [1])
    assert (kept.note, kept.person_id) == ("Thank you.", jo.id)


@pytest.mark.parametrize("number", [2, 3, 99])
def test_only_a_decision_of_ones_own_is_rated(store: Store, rita: Person, jo: Person, number: int) -> None:
    decide(store, rita, 3, UPHELD)
    with pytest.raises(NotAllowed, match="There is no decision"):
        supporting.rate(store, jo, number, (True, True, True))


def test_an_interim_step_is_seen_by_the_holder_and_ends_with_the_decision(
    store: Store, rita: Person, jo: Person
) -> None:
    assert owning.mine(store, jo)[0].told == ()
    asked = interim.ask(store, rita, seen(store), "It names where someone lives.")
    assert (asked.status, asked.interim_at) == (AlertStatus.OPEN, store.now())
    assert [row.id for row in owning.mine(store, jo)[0].told] == [1]
    assert owning.my_alert(store, jo, 1).interim_reason == "It names where someone lives."
    with pytest.raises(IllegalStep, match="were asked already"):
        interim.ask(store, rita, seen(store), "Again.")
    decide(store, rita, 1, NOT_UPHELD)
    with store.read() as tx:
        assert alerts.get(tx, 1).interim_at is None
    assert owning.mine(store, jo)[0].told == ()


def test_an_interim_step_is_lifted(store: Store, rita: Person, jo: Person) -> None:
    with pytest.raises(IllegalStep, match="Nobody was asked"):
        interim.lift(store, rita, seen(store), "No need.")
    interim.ask(store, rita, seen(store), "It names where someone lives.")
    assert interim.lift(store, rita, seen(store), "It was hidden.").interim_at is None
    assert owning.mine(store, jo)[0].told == ()
    for step in (interim.ask, interim.lift):
        with pytest.raises(IllegalStep, match="few words"):
            step(store, rita, seen(store), " ")
    with pytest.raises(NotAllowed):
        interim.ask(store, jo, seen(store), "I would rather.")
