"""Models that learnt from reviews: accepted, listed, rolled back, and barred once a review is gone."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person, Role
from data.services import models
from data.services.actors import shell
from data.services.models import Kept, Standing
from data.store import ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import AT, NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer

A, B, C = (letter * 64 for letter in "def")
MANIFEST = {"name": "small+reviews", "adapted": {"base": "0" * 64}}


def kept(model_hash: str, lost: int = 0) -> Kept:
    return Kept(model_hash, "small", MANIFEST, AT, 3, lost)


@pytest.fixture
def rows(store: Store) -> list[tuple[int, object]]:
    """Three decisions, as (number, time)."""
    post_and_scan(store, "bins", ["what a clown", "the clown was late", "clown of the day"])
    rita = reviewer(store)
    for n, decision in enumerate((UPHELD, NOT_UPHELD, UPHELD), 1):
        decide(store, rita, n, decision)
    return [(n, store.now()) for n in (1, 2, 3)]


def accept(store: Store, clock: FakeClock, model_hash: str, rows: list[tuple[int, object]]) -> None:
    clock.move(hours=1)
    models.accept(store, shell(), model_hash, MANIFEST, rows)  # type: ignore[arg-type]


def erase(store: Store, sql: str) -> None:
    with store.write() as tx:
        tx.execute(text("DELETE FROM support"))  # what a decision offered goes before the decision
        tx.execute(text(sql))


def test_without_any_the_shipped_one_is_used(store: Store) -> None:
    assert models.standing(store) == Standing((), None)
    assert models.standing(store).usable is None
    assert models.standing(store).barred is None


def test_an_accepted_model_is_in_use_with_its_reviews(
    store: Store, clock: FakeClock, rows: list[tuple[int, object]]
) -> None:
    accept(store, clock, A, rows)
    found = models.standing(store)
    assert (found.chosen, found.usable, found.barred) == (A, A, None)
    [one] = found.kept
    assert (one.hash, one.name, one.manifest, one.learnt, one.lost) == (A, "small+reviews", MANIFEST, 3, 0)
    with store.read() as tx:
        actions = [(e.action, e.subject) for e in ledger.entries(tx)][-2:]
    assert actions == [("model.accept", f"model:{A}"), ("model.use", f"model:{A}")]


def test_accepting_the_same_model_again_doubles_nothing(
    store: Store, clock: FakeClock, rows: list[tuple[int, object]]
) -> None:
    accept(store, clock, A, rows)
    accept(store, clock, A, rows)
    [one] = models.standing(store).kept
    assert one.learnt == 3


def test_rolling_back_and_forth(store: Store, clock: FakeClock, rows: list[tuple[int, object]]) -> None:
    accept(store, clock, A, rows[:2])
    accept(store, clock, B, rows)
    assert models.standing(store).usable == B
    assert models.use(store, shell(), A[:8], "B flags too much.") == A
    assert models.standing(store).usable == A
    assert models.use(store, shell(), "shipped", "Neither is good.") is None
    assert models.standing(store).usable is None
    assert models.use(store, shell(), B.upper(), "After all.") == B
    with store.read() as tx:
        used = [json.loads(e.detail or "")["reason"] for e in ledger.entries(tx) if e.action == "model.use"]
    assert used[2:] == ["B flags too much.", "Neither is good.", "After all."]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM review WHERE id = 3",
        "UPDATE version SET text = '' WHERE id = 3",
        "UPDATE evidence SET erased_at = '2026-11-22 13:00:00', payload = NULL WHERE id = 3",
        "UPDATE review SET at = '2026-11-22 13:00:00' WHERE id = 3",
    ],
    ids=["review gone", "text gone", "evidence erased", "number given again"],
)
def test_a_model_whose_review_is_gone_may_not_be_used(
    store: Store, clock: FakeClock, rows: list[tuple[int, object]], sql: str
) -> None:
    accept(store, clock, A, rows[:2])
    accept(store, clock, B, rows)
    erase(store, sql)
    found = models.standing(store)
    assert (found.chosen, found.usable) == (B, A)
    assert found.barred is not None
    assert (found.barred.hash, found.barred.learnt, found.barred.lost) == (B, 3, 1)
    with pytest.raises(IllegalStep, match=r"1 of the 3 reviews it learnt from are gone .* train --from-reviews"):
        models.use(store, shell(), B, "It was better.")


def test_a_review_taken_back_does_not_bar_a_model(
    store: Store, clock: FakeClock, rows: list[tuple[int, object]]
) -> None:
    accept(store, clock, A, rows)
    erase(store, "UPDATE review SET undone_at = '2026-11-22 13:00:00' WHERE id = 3")
    assert models.standing(store).usable == A


def test_a_fall_back_never_leads_to_what_was_rolled_back() -> None:
    assert Standing((kept(A, 1), kept(B), kept(C)), A).usable is None
    assert Standing((kept(A), kept(B, 1), kept(C)), B).usable == A
    assert Standing((kept(A), kept(B, 1), kept(C, 1)), C).usable == A
    assert Standing((kept(A), kept(B)), None).usable is None


@pytest.mark.parametrize("named", ["bbbb", "bbbbbb", "", "zzzzzzzz"])
def test_a_name_must_mean_one_model(named: str) -> None:
    both = (kept("b" * 10 + "1" * 54), kept("b" * 10 + "2" * 54))
    with pytest.raises(NotFound, match="postreeve model list"):
        models.named_in(both, named)
    assert models.named_in(both, "b" * 10 + "2") is both[1]


def test_a_roll_back_needs_a_reason(sqlite_store: Store) -> None:
    with pytest.raises(IllegalStep, match="reason"):
        models.use(sqlite_store, shell(), "shipped", " ")
    assert models.standing(sqlite_store).chosen is None


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_administrators_choose(sqlite_store: Store, person: Callable[..., Person], role: Role) -> None:
    someone = person(sqlite_store, "x@council.example", role)
    with pytest.raises(NotAllowed, match="manage models"):
        models.use(sqlite_store, someone, "shipped", "Because.")
    with pytest.raises(NotAllowed, match="manage models"):
        models.accept(sqlite_store, someone, A, MANIFEST, [(1, AT + timedelta(hours=1))])
    assert models.standing(sqlite_store) == Standing((), None)
