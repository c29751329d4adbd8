"""Which decisions a model may learn from: those in force, with their words, for administrators alone."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import text

from classifier.scan import scan
from data.errors import NotAllowed
from data.model import Category, Characteristic, Decision, Judgement, Media, Outcome, Part, Person, Role
from data.services import judged
from data.services.actors import shell
from data.services.judged import Judged
from data.store import ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import Rehearsed
from tests.support.judgements import CANNOT_TELL, NOT_UPHELD, UPHELD, another, appeal, decide, post_and_scan, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row

WHY = {"purpose": "fewer mistaken alerts", "dpia": "DPIA-9", "notice": "2026-01-05"}


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer, and three alerts on the account bins."""
    post_and_scan(store, "bins", ["what a clown", "the clown was late", "clown of the day", "bins are out"])
    return reviewer(store)


def found(store: Store) -> list[tuple[int, str, bool]]:
    return [(r.review_id, r.text, r.upheld) for r in judged.judgements(store, shell(), WHY).rows]


def run(store: Store, sql: str) -> None:
    with store.write() as tx:
        tx.execute(text(sql))


def test_decisions_come_with_words_account_and_what_was_confirmed(store: Store, rita: Person) -> None:
    both = Decision(
        Judgement.UPHELD, Outcome.TRAINING, "D1", "Both.", (Category.DISCRIMINATION,), (Characteristic.AGE,)
    )
    decide(store, rita, 1, both)
    decide(store, rita, 2, NOT_UPHELD)
    everything = judged.judgements(store, shell(), WHY)
    one, two = everything.rows
    assert one == Judged(
        one.review_id,
        store.now(),
        "bins",
        1,
        "what a clown",
        True,
        frozenset({Category.DISCRIMINATION}),
        frozenset({Characteristic.AGE}),
    )
    assert (two.text, two.upheld, two.categories) == ("the clown was late", False, frozenset())
    assert (everything.assessed, everything.upheld_versions) == (4, 1)


def test_no_action_says_nothing_about_the_judgement(store: Store, rita: Person) -> None:
    decide(store, rita, 1, Decision(Judgement.UPHELD, Outcome.NO_ACTION, "H1", "It is right, and settled."))
    assert found(store) == [(1, "what a clown", True)]


def test_undecided_and_undecidable_teach_nothing(store: Store, rita: Person) -> None:
    decide(store, rita, 1, CANNOT_TELL)
    assert found(store) == []


def test_what_was_taken_back_is_left_out(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    decide(store, rita, 2, NOT_UPHELD)
    run(store, "UPDATE review SET undone_at = '2026-11-22 12:00:00' WHERE id = 1")
    assert found(store) == [(2, "the clown was late", False)]


def test_an_appeal_suspends_a_decision_and_the_next_one_replaces_it(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    appeal(store, 1)
    assert found(store) == []
    decide(store, another(store), 1, NOT_UPHELD)
    assert found(store) == [(2, "what a clown", False)]


def test_an_appeal_that_ends_in_cannot_tell_leaves_nothing(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    appeal(store, 1)
    decide(store, another(store), 1, CANNOT_TELL)
    assert found(store) == []


def test_a_decision_overturned_after_the_words_changed_is_left_out_too(store: Store, rita: Person) -> None:
    """An appeal goes on while the post is edited: the old words keep no judgement that was overturned."""
    decide(store, rita, 1, UPHELD)
    appeal(store, 1)
    post_and_scan(store, "bins", ["what a kind clown"], known=True)
    decide(store, another(store), 1, NOT_UPHELD)
    assert found(store) == [(2, "what a kind clown", False)]


def test_old_and_new_words_of_a_post_have_their_own_judgements(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    post_and_scan(store, "bins", ["what a kind clown"], known=True)
    decide(store, rita, 1, NOT_UPHELD)
    assert found(store) == [(1, "what a clown", True), (2, "what a kind clown", False)]


def test_the_words_are_those_that_were_judged(store: Store) -> None:
    """Own words with their warning and alternative texts, or the words passed on, never both."""
    add(store, row("parks"))
    pictured = item(1, "At the fair", warning="clown", media=(Media("image", "https://c.example/1.png", "a face"),))
    store_items(store, "parks", item(2, "worth reading", shared_text="those people again"), pictured)
    lines = Rehearsed({"clown": (Category.HARASSMENT, "x"), "those people": (Category.THREAT, "x")})
    list(scan(store, lines))
    rita = reviewer(store)
    decide(store, rita, 1, UPHELD)
    decide(store, rita, 2, UPHELD)
    assert [words for _, words, _ in found(store)] == ["At the fair\nclown\na face", "those people again"]
    with store.read() as tx:
        assert set(tx.scalars(text("SELECT cause FROM alert"))) == {Part.OWN, Part.SHARED}


def test_erased_words_are_not_there(store: Store, rita: Person) -> None:
    for n in (1, 2, 3):
        decide(store, rita, n, UPHELD)
    run(store, "UPDATE evidence SET erased_at = '2026-11-22 12:00:00', payload = NULL WHERE id = 1")
    run(store, "UPDATE version SET text = '' WHERE id = 2")
    assert found(store) == [(3, "clown of the day", True)]


def test_reading_to_learn_is_audited_with_its_purpose(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    found(store)
    with store.read() as tx:
        newest = list(ledger.entries(tx))[-1]
    assert (newest.action, newest.subject) == ("reviews.read_to_learn", "reviews")
    assert json.loads(newest.detail or "") == {**WHY, "reviews": 1}
    assert "clown" not in (newest.detail or "")


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_administrators_may_have_them(sqlite_store: Store, person: Callable[..., Person], role: Role) -> None:
    someone = person(sqlite_store, "x@council.example", role)
    with pytest.raises(NotAllowed, match="manage models; that takes the role administrator"):
        judged.judgements(sqlite_store, someone, WHY)


def test_a_review_counts_as_lost_when_gone_erased_or_another(store: Store, rita: Person, clock: FakeClock) -> None:
    there = {1: clock(), 2: clock()}
    clock.move(hours=1)
    assert judged.lost([(1, there[1])], there) == 0
    assert judged.lost([(3, there[1])], there) == 1
    assert judged.lost([(1, clock()), (2, there[2])], there) == 1  # a number that was given again
