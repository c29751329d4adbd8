"""What a sample is drawn from: one part, one finding, one period; and what becomes of it when words or people go."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from classifier.scan import scan
from data import anchor
from data.model import Category, Judgement, Person, PostKind, Role
from data.reports.sampling import Candidate
from data.schema import version
from data.schema_samples import sample_draw, sample_item
from data.services import erasure, estimating, people, sampling
from data.services.actors import shell
from data.services.erasure import Asked as Erasing
from data.services.sampling import Asked
from data.services.verify import verify
from data.store import samples
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row
from tests.support.sampled import ON, answer_all

AddPerson = Callable[..., Person]
JUDGE = WordJudge({"clown": Category.HARASSMENT})
BEGIN, END = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def september(store: Store, clock: FakeClock) -> Store:
    """A store on 13 September, with one account and no posts."""
    clock.move(days=-70)
    add(store, row("bins"))
    return store


def framed(store: Store) -> tuple[list[Candidate], set[str], int]:
    with store.read() as tx:
        return samples.frame(tx, BEGIN, END)


def test_own_words_count_and_not_those_passed_on(september: Store) -> None:
    store_items(
        september, "bins", item(1, "Fine", kind=PostKind.QUOTE, shared_text="what a clown"), item(2, "Fine too")
    )
    list(scan(september, JUDGE))
    found, models, unassessed = framed(september)
    assert sorted((one.version_id, one.flagged) for one in found) == [(1, False), (2, False)]
    assert (models, unassessed) == ({JUDGE.hash}, 0)


def test_the_newest_finding_places_a_version_and_any_model_s_alert_makes_it_flagged(september: Store) -> None:
    store_items(september, "bins", item(1, "what a clown"), item(2, "a bear"))
    list(scan(september, JUDGE))
    later = WordJudge({"bear": Category.HARASSMENT}, hash="e" * 64)
    list(scan(september, later))
    found, models, _ = framed(september)
    by_version = {one.version_id: one for one in found}
    assert models == {later.hash}
    assert all(one.flagged for one in found)
    assert sorted(one.score for one in by_version.values()) == [0.001, 0.9]


def test_each_version_of_a_post_is_one_of_the_frame(september: Store, clock: FakeClock) -> None:
    store_items(september, "bins", item(1, "First words"))
    clock.move(hours=1)
    store_items(september, "bins", item(1, "Other words"))
    list(scan(september, JUDGE))
    assert sorted(one.version_id for one in framed(september)[0]) == [1, 2]


@pytest.mark.parametrize(
    ("seen", "inside"),
    [
        (BEGIN - timedelta(seconds=1), False),
        (BEGIN, True),
        (END - timedelta(seconds=1), True),
        (END, False),
    ],
)
def test_the_day_a_version_was_first_seen_decides(september: Store, seen: datetime, inside: bool) -> None:
    store_items(september, "bins", item(1, "Words"))
    list(scan(september, JUDGE))
    with september.write() as tx:
        tx.execute(version.update().values(seen_at=seen))
    assert bool(framed(september)[0]) is inside


def test_what_could_not_be_assessed_is_counted_and_not_drawn(september: Store) -> None:
    store_items(september, "bins", item(1, "Words"), item(2, "More words"))
    list(scan(september, JUDGE))
    from data.schema import finding

    with september.write() as tx:
        tx.execute(finding.update().where(finding.c.version_id == 1).values(assessed="none", score=None))
    found, _, unassessed = framed(september)
    assert ([one.version_id for one in found], unassessed) == ([2], 1)


@pytest.fixture
def drawn(september: Store, clock: FakeClock) -> Store:
    """The same store on 22 November, with a sample of its sixty posts."""
    words = ["what a clown", *(f"Post {n} by Rita Moss" for n in range(1, 60))]
    store_items(september, "bins", *[item(n, text) for n, text in enumerate(words)])
    list(scan(september, JUDGE))
    clock.move(days=70)
    sampling.draw(september, shell(), ON, Asked(seed="feed"))
    return september


def broken(store: Store) -> list[str]:
    """Return what does not verify; the runs of these tests never end, which is no fault of a sample."""
    return [p for p in verify(store, anchor.place(store, "")).problems if "it has not ended since" not in p]


def rita(store: Store) -> Person:
    return people.add(store, shell(), "rita@council.example", "Rita Moss", [Role.REVIEWER], None)


def items(store: Store) -> list[tuple[object, ...]]:
    c = sample_item.c
    with store.read() as tx:
        return [tuple(r) for r in tx.execute(select(c.version_id, c.stratum, c.probability).order_by(c.position))]


def test_the_same_seed_on_the_same_store_draws_the_same(drawn: Store) -> None:
    first = items(drawn)
    with drawn.write() as tx:
        tx.execute(sample_item.delete())
        tx.execute(sample_draw.delete())
    sampling.draw(drawn, shell(), ON, Asked(seed="feed"))
    assert items(drawn) == first
    with drawn.write() as tx:
        tx.execute(sample_item.delete())
        tx.execute(sample_draw.delete())
    sampling.draw(drawn, shell(), ON, Asked(seed="another"))
    assert items(drawn) != first


def test_a_draw_without_a_seed_makes_one_of_its_own(drawn: Store, clock: FakeClock) -> None:
    with drawn.write() as tx:
        tx.execute(sample_item.delete())
        tx.execute(sample_draw.delete())
    one = sampling.draw(drawn, shell(), ON, Asked())
    assert len(one.seed) == 32
    assert one.seed != "feed"


def test_the_audit_log_verifies_with_a_sample_in_it(drawn: Store) -> None:
    answer_all(drawn, rita(drawn), lambda _: Judgement.NOT_UPHELD)
    assert broken(drawn) == []


def test_an_erased_post_leaves_its_place_in_the_estimate_and_no_words(drawn: Store) -> None:
    answer_all(drawn, rita(drawn), lambda _: Judgement.NOT_UPHELD)
    before = estimating.estimate(drawn, shell())
    with drawn.read() as tx:
        number = tx.scalar(select(version.c.post_id).join_from(sample_item, version).limit(1))
    erasure.erase_post(drawn, Erasing(shell(), "Asked for."), int(number or 0))
    after = estimating.estimate(drawn, shell())
    assert (after.missed, after.strata, after.possible) == (before.missed, before.strata, before.possible)
    assert broken(drawn) == []


def test_a_reader_who_is_erased_is_a_number_on_their_answers(drawn: Store) -> None:
    who = rita(drawn)
    answer_all(drawn, who, lambda _: Judgement.NOT_UPHELD)
    people.set_active(drawn, shell(), who.email, active=False)
    erasure.erase_person(drawn, Erasing(shell(), "Has left."), who.email)
    with drawn.read() as tx:
        answered = set(tx.scalars(select(sample_item.c.answered_by)))
        assert people.everyone(drawn)[0].email != who.email
    assert answered == {who.id}
    assert estimating.estimate(drawn, shell()).unanswered == 0


def test_two_draws_of_two_periods_are_two_estimates(drawn: Store, clock: FakeClock) -> None:
    clock.move(days=-69)
    clock.move(days=30)
    store_items(drawn, "bins", *[item(n, f"Post {n}") for n in range(200, 230)])
    list(scan(drawn, JUDGE))
    clock.move(days=100)
    second = sampling.draw(drawn, shell(), ON, Asked(date(2026, 10, 1), date(2026, 12, 31), size=20, seed="b"))
    assert (second.id, second.size) == (2, 20)
    assert estimating.estimate(drawn, shell()).draw.id == 2
    assert estimating.estimate(drawn, shell(), 1).population == 59
    assert estimating.estimate(drawn, shell(), 2).population == 30
