"""Posts, versions, runs, coverage and findings in the store, on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest

from data.errors import NotFound
from data.model import AccountSnapshot, Category, Gap, Media
from data.store import accounts, findings, intake, ledger, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt
from tests.support.clock import FakeClock
from tests.support.posts import BASE, WordJudge, item, store_items
from tests.support.register import add, row


@pytest.fixture
def filled(store: Store) -> Store:
    add(store, row("bins"))
    return store


def test_a_post_is_stored_once_however_often_it_comes(filled: Store) -> None:
    assert store_items(filled, "bins", item(1), item(2)) == posts.Tally(2, 0, 0)
    assert store_items(filled, "bins", item(2), item(1), item(3)).new == 1
    with filled.read() as tx:
        assert posts.count(tx) == 3
        assert posts.count(tx, "bins") == 3


def test_a_page_with_the_same_post_twice_keeps_the_newer(filled: Store) -> None:
    assert store_items(filled, "bins", item(1, "second"), item(1, "first")).new == 1
    with filled.read() as tx:
        assert [v.text for v in posts.versions(tx, 1)] == ["second"]


def test_an_edit_is_a_new_version(filled: Store) -> None:
    store_items(filled, "bins", item(1, "Tusday"))
    assert store_items(filled, "bins", item(1, "Tuesday")) == posts.Tally(0, 1, 0)
    with filled.read() as tx:
        assert [(v.number, v.text) for v in posts.versions(tx, 1)] == [(1, "Tusday"), (2, "Tuesday")]
        assert posts.of_account(tx, "bins")[0].text == "Tuesday"


@pytest.mark.parametrize(
    "change", [{"warning": "flood"}, {"media": (Media("image", "u", "alt"),)}, {"shared_text": "x"}]
)
def test_whatever_a_reader_sees_makes_a_version(filled: Store, change: dict[str, object]) -> None:
    store_items(filled, "bins", item(1, "same"))
    assert store_items(filled, "bins", item(1, "same", **change)).changed == 1


def test_overlap_counts_only_what_an_earlier_complete_run_had(filled: Store, clock: FakeClock) -> None:
    store_items(filled, "bins", item(1))
    before = clock.now
    clock.move(hours=1)
    with filled.write() as tx:
        run = runs.begin(tx, "bins", clock.now)
        intake.record(tx, "bins", [item(2)], Receipt(run, "0" * 64, clock.now))
        tally = intake.record(tx, "bins", [item(2)], Receipt(run, "0" * 64, clock.now, known_until=before))
        assert (tally.same, tally.overlap) == (1, 0)
        assert intake.record(tx, "bins", [item(1)], Receipt(run, "0" * 64, clock.now, known_until=before)).overlap == 1


def test_what_is_missing_is_marked_gone_and_comes_back(filled: Store, clock: FakeClock) -> None:
    store_items(filled, "bins", item(1), item(2), item(3))
    clock.move(hours=1)
    start = clock.now
    store_items(filled, "bins", item(3))
    with filled.write() as tx:
        assert posts.mark_gone(tx, "bins", start, BASE + timedelta(hours=1, minutes=30), clock.now) == 1
        assert posts.get(tx, 2).gone_at == clock.now  # type: ignore[union-attr]
        assert posts.get(tx, 1).gone_at is None  # type: ignore[union-attr]
        assert posts.mark_gone(tx, "bins", start, None, clock.now) == 1
    clock.move(hours=1)
    store_items(filled, "bins", item(2))
    with filled.read() as tx:
        assert posts.get(tx, 2).gone_at is None  # type: ignore[union-attr]


def test_many_posts_at_once_keep_their_order_and_evidence(filled: Store) -> None:
    assert store_items(filled, "bins", *(item(n, f"text {n}") for n in range(1200))).new == 1200
    with filled.read() as tx:
        rows = findings.pending(tx, "none", 0, 5000)
        assert [v.text for v in rows] == [f"text {v.id - 1}" for v in rows] or len({v.text for v in rows}) == 1200
        page = posts.of_account(tx, "bins", limit=10)
        older = posts.of_account(tx, "bins", before=page[-1].id, limit=10)
    assert {r.id for r in page}.isdisjoint({r.id for r in older})


def test_coverage_grows_and_a_gap_interrupts_it(filled: Store, clock: FakeClock) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", clock.now)
        runs.extend_coverage(tx, "bins", BASE, clock.now, run)
        clock.move(hours=1)
        runs.extend_coverage(tx, "bins", BASE, clock.now, run)
        assert len(runs.coverage_of(tx, "bins")) == 1
        runs.record_gap(tx, "bins", Gap(clock.now, clock.now + timedelta(hours=2), "too many"), run)
        clock.move(hours=3)
        runs.extend_coverage(tx, "bins", clock.now - timedelta(hours=1), clock.now, run)
        assert [c.complete for c in runs.coverage_of(tx, "bins")] == [True, False, True]
        assert runs.gap_counts(tx) == {"bins": 1}


def test_a_cursor_and_its_time(filled: Store, clock: FakeClock) -> None:
    with filled.write() as tx:
        assert runs.standing(tx, "bins") is None
        runs.move_cursor(tx, "bins", 1, {"etag": "x"}, BASE, clock.now)
        runs.move_cursor(tx, "bins", 1, {"etag": "y"}, None, clock.now)
        standing = runs.standing(tx, "bins")
    assert standing == runs.Standing(1, {"etag": "y"}, None, clock.now)


def test_a_snapshot_is_kept_only_when_it_changed(filled: Store, clock: FakeClock) -> None:
    with filled.write() as tx:
        assert runs.record_snapshot(tx, "bins", AccountSnapshot(clock.now, name="Bins"))
        assert not runs.record_snapshot(tx, "bins", AccountSnapshot(clock.now + timedelta(hours=1), name="Bins"))
        assert runs.record_snapshot(tx, "bins", AccountSnapshot(clock.now, name="Bins", biography="We collect."))


def test_a_finding_is_stored_once_a_model(filled: Store, clock: FakeClock) -> None:
    store_items(filled, "bins", item(1, "you lot"))
    judge = WordJudge({"lot": Category.HARASSMENT})
    with filled.write() as tx:
        findings.register_model(tx, judge.hash, "m", judge.manifest, clock.now)
        [version] = findings.pending(tx, judge.hash, 0, 10)
        [(found,)] = judge.findings([version], explain=True)
        first = findings.record(tx, [(version.id, found)], clock.now)
        assert findings.record(tx, [(version.id, found)], clock.now) == first
        assert findings.pending(tx, judge.hash, 0, 10) == []
        assert len(findings.pending(tx, judge.hash, 0, 10, everything=True)) == 1
        assert findings.count_pending(tx, "another") == 1
        assert found.explanation is not None
        findings.explain(tx, first[0], found.explanation)
        again = findings.explanation_of(tx, first[0], version.text)
    assert again == found.explanation


def test_what_nobody_knows_is_said(filled: Store) -> None:
    with filled.read() as tx, pytest.raises(NotFound, match="postreeve account list"):
        accounts.get(tx, "none")
    with filled.read() as tx, pytest.raises(NotFound, match=r"no passport|postreeve account"):
        accounts.passport_of(tx, "none")


def test_an_error_rolls_everything_back(filled: Store, clock: FakeClock) -> None:
    with filled.read() as tx:
        before = ledger.head(tx)

    def fail() -> None:
        with filled.write() as tx:
            ledger.append(tx, clock.now, "a", "b", "c")
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    with filled.read() as tx:
        assert ledger.head(tx) == before
