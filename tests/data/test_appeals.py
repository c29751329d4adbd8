"""After a decision: taken back, looked at anew by someone else, closed. Nothing is wiped out."""

from collections.abc import Callable

import pytest

from classifier.scan import scan
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import Alert, AlertStatus, Decision, Judgement, Outcome, Person, Role
from data.services import appeals, owning, people, review
from data.services.actors import shell
from data.services.review import Seen
from data.store import alerts
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, JUDGE, NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer
from tests.support.posts import item, store_items

TRAINING = Decision(Judgement.UPHELD, Outcome.TRAINING, "H1", "It belittles.", words="Shall we talk it over?")


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer; account bins has twelve alerts."""
    post_and_scan(store, "bins", [f"what a clown, number {n}" for n in range(12)])
    return reviewer(store)


@pytest.fixture
def jo(store: Store) -> Person:
    """The owner of account bins."""
    return people.add(store, shell(), "owner@bins.example", "Jo", [Role.OWNER], None)


@pytest.fixture
def uma(store: Store) -> Person:
    """Another reviewer."""
    return people.add(store, shell(), "uma@council.example", "Uma", [Role.REVIEWER], None)


def get(store: Store, number: int = 1) -> Alert:
    with store.read() as tx:
        return alerts.get(tx, number)


def seen(store: Store, number: int = 1) -> Seen:
    return review.seen(get(store, number))


def test_a_decision_is_taken_back_and_stays_on_record(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    assert appeals.undo(store, rita, seen(store), "Wrong alert.").status is AlertStatus.OPEN
    with store.read() as tx:
        [kept] = alerts.reviews(tx, 1)
        last = alerts.events(tx, 1)[-1]
        assert alerts.upheld_rate(tx, "H1") == (0, 0)
    assert kept.undone_at == store.now()
    assert (last.action, last.detail) == ("undo", {"review": kept.id, "reason": "Wrong alert."})
    decide(store, rita, 1, NOT_UPHELD)
    assert get(store).status is AlertStatus.DECIDED


@pytest.mark.parametrize(("words", "message"), [(" ", "Say in a few words"), ("Oh.", "is open: there is no decision")])
def test_taking_back_needs_a_reason_and_a_decision(store: Store, rita: Person, words: str, message: str) -> None:
    with pytest.raises(IllegalStep, match=message):
        appeals.undo(store, rita, seen(store), words)


def test_only_who_decided_takes_back(store: Store, rita: Person, uma: Person) -> None:
    decide(store, rita, 1, UPHELD)
    with pytest.raises(NotAllowed, match="someone else's"):
        appeals.undo(store, uma, seen(store), "I disagree.")


def test_only_the_last_ten_can_be_taken_back(store: Store, rita: Person) -> None:
    for number in range(1, 13):
        decide(store, rita, number, UPHELD)
    with pytest.raises(IllegalStep, match="last 10 decisions"):
        appeals.undo(store, rita, seen(store, 2), "Late thought.")
    assert appeals.undo(store, rita, seen(store, 3), "Late thought.").status is AlertStatus.OPEN
    assert appeals.undo(store, rita, seen(store, 2), "Late thought.").status is AlertStatus.OPEN  # one came free


def test_an_undo_counts_only_for_what_was_seen(store: Store, rita: Person, jo: Person) -> None:
    decide(store, rita, 1, UPHELD)
    before = seen(store)
    appeals.appeal(store, jo, before, "Please look again.")
    with pytest.raises(Conflict):
        appeals.undo(store, rita, before, "Wrong alert.")


def test_an_appeal_is_decided_by_someone_else(store: Store, rita: Person, jo: Person, uma: Person) -> None:
    decide(store, rita, 1, UPHELD)
    assert appeals.appeal(store, jo, seen(store), "It was about the circus.").status is AlertStatus.APPEALED
    with pytest.raises(IllegalStep, match="someone else hears the appeal"):
        decide(store, rita, 1, UPHELD)
    decide(store, uma, 1, NOT_UPHELD)
    with store.read() as tx:
        assert [r.text for r in alerts.replies(tx, 1)] == ["It was about the circus."]
        assert [r.judgement for r in alerts.reviews(tx, 1)] == ["upheld", "not_upheld"]
    assert owning.mine(store, jo)[0].mistakes == 1


def test_a_decision_on_an_appeal_is_taken_back_to_the_appeal(
    store: Store, rita: Person, jo: Person, uma: Person
) -> None:
    decide(store, rita, 1, UPHELD)
    appeals.appeal(store, jo, seen(store), "It was about the circus.")
    decide(store, uma, 1, UPHELD)
    assert appeals.undo(store, uma, seen(store), "I read it too fast.").status is AlertStatus.APPEALED
    with pytest.raises(IllegalStep, match="hears the appeal"):
        decide(store, rita, 1, UPHELD)


@pytest.mark.parametrize("given", [NOT_UPHELD])
def test_what_does_not_count_against_a_post_is_not_appealed(
    store: Store, rita: Person, jo: Person, given: Decision
) -> None:
    decide(store, rita, 1, given)
    with pytest.raises(IllegalStep, match="no decision that counts against"):
        appeals.appeal(store, jo, seen(store), "Still.")


def test_an_appeal_is_its_holders_in_time_and_in_words(
    store: Store, rita: Person, jo: Person, clock: FakeClock, person: Callable[..., Person]
) -> None:
    decide(store, rita, 1, CANNOT_TELL)
    with pytest.raises(IllegalStep, match="Say in a few words"):
        appeals.appeal(store, jo, seen(store), "  ")
    with pytest.raises(NotAllowed, match="does not hold account bins"):
        appeals.appeal(store, person(store, "al@council.example", Role.OWNER), seen(store), "Please.")
    with pytest.raises(NotAllowed):
        appeals.appeal(store, rita, seen(store), "Please.")
    clock.move(days=21)
    with pytest.raises(IllegalStep, match="the policy gives 20 days"):
        appeals.appeal(store, jo, seen(store), "Please.")


def test_closing_waits_for_the_days_of_an_appeal(store: Store, rita: Person, clock: FakeClock) -> None:
    decide(store, rita, 1, UPHELD)
    with pytest.raises(IllegalStep, match="may still ask for another look"):
        appeals.close(store, rita, seen(store))
    clock.move(days=21)
    assert appeals.close(store, rita, seen(store)).status is AlertStatus.CLOSED
    store_items(store, "bins", item(1, "bins are out"))
    assert get(store).status is AlertStatus.CLOSED


def test_what_was_offered_is_gone_with_the_decision(store: Store, rita: Person, jo: Person) -> None:
    from data.services import supporting

    decide(store, rita, 1, TRAINING)
    [offer] = supporting.offered(store, jo)
    assert (offer.text, offer.kind, offer.alert_id) == ("Shall we talk it over?", "training", 1)
    appeals.undo(store, rita, seen(store), "Wrong alert.")
    assert supporting.offered(store, jo) == []


def test_what_was_decided_on_an_appeal_stands(store: Store, rita: Person, jo: Person, uma: Person) -> None:
    decide(store, rita, 1, TRAINING)
    appeals.appeal(store, jo, seen(store), "It was a joke among friends.")
    decide(store, uma, 1, TRAINING)
    with pytest.raises(IllegalStep, match="what they decided stands"):
        appeals.appeal(store, jo, seen(store), "And again.")
    assert get(store).status is AlertStatus.DECIDED


def test_other_words_may_be_appealed_against_anew(store: Store, rita: Person, jo: Person, uma: Person) -> None:
    decide(store, rita, 1, TRAINING)
    appeals.appeal(store, jo, seen(store), "It was a joke.")
    decide(store, uma, 1, TRAINING)
    store_items(store, "bins", item(1, "what a clown, and what a fool"))
    list(scan(store, JUDGE))
    assert get(store).status is AlertStatus.OPEN
    decide(store, rita, 1, TRAINING)
    assert appeals.appeal(store, jo, seen(store), "Still a joke.").status is AlertStatus.APPEALED


def test_what_was_decided_on_an_appeal_is_taken_back_into_it(
    store: Store, rita: Person, jo: Person, uma: Person
) -> None:
    decide(store, rita, 1, TRAINING)
    appeals.appeal(store, jo, seen(store), "It was a joke.")
    decide(store, uma, 1, TRAINING)
    assert appeals.undo(store, uma, seen(store), "Too fast.").status is AlertStatus.APPEALED
