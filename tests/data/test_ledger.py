"""The audit log in the store: numbered without a hole, chained, findable by subject."""

import pytest
from sqlalchemy import text

from data.audit import GENESIS, first_break
from data.store import ledger
from data.store.engine import Store
from tests.support.clock import FakeClock


def write(store: Store, *actions: str, subject: str = "alert:1") -> list[int]:
    with store.write() as tx:
        return [
            ledger.append(tx, store.now(), "someone", action, subject, {"n": n}) for n, action in enumerate(actions)
        ]


def test_an_empty_log_has_the_first_link_for_its_head(store: Store) -> None:
    with store.read() as tx:
        assert ledger.head(tx) == (0, GENESIS)
        assert list(ledger.entries(tx)) == []


def test_rows_are_numbered_and_chained(store: Store) -> None:
    assert write(store, "a", "b") == [1, 2]
    assert write(store, "c") == [3]
    with store.read() as tx:
        entries, head = list(ledger.entries(tx)), ledger.head(tx)
    assert [e.action for e in entries] == ["a", "b", "c"]
    assert [e.prev for e in entries[1:]] == [e.hash for e in entries[:-1]]
    assert head == (3, entries[-1].hash)
    assert first_break(entries, head) is None


def test_the_same_detail_has_another_commitment_each_time(store: Store) -> None:
    write(store, "a")
    write(store, "a")
    with store.read() as tx:
        first, second = ledger.entries(tx)
    assert first.detail == second.detail
    assert first.detail_hash != second.detail_hash


def test_a_detail_holds_any_text(store: Store) -> None:
    words = 'Welsh ŵ, emoji 🚧, "quotes", \\ and \u202e'
    with store.write() as tx:
        ledger.append(tx, store.now(), "someone", "a", "x:1", {"words": words})
    with store.read() as tx:
        [entry] = ledger.entries(tx)
        assert first_break([entry], ledger.head(tx)) is None
    assert entry.detail is not None
    assert "🚧" in entry.detail


def test_recent_is_of_one_subject_and_newest_first(store: Store) -> None:
    write(store, "a", "b")
    write(store, "other", subject="alert:2")
    write(store, "c")
    with store.read() as tx:
        assert [e.action for e in ledger.recent(tx, "alert:1")] == ["c", "b", "a"]
        assert [e.action for e in ledger.recent(tx, "alert:1", limit=1)] == ["c"]
        assert ledger.recent(tx, "alert:9") == []


def test_times_come_back_as_they_were(store: Store, clock: FakeClock) -> None:
    write(store, "a")
    clock.move(seconds=0.123456)
    write(store, "b")
    with store.read() as tx:
        times = [e.at for e in ledger.entries(tx)]
    assert (times[1] - times[0]).total_seconds() == pytest.approx(0.123456, abs=1e-6)
    assert times[1] == clock.now


def test_a_rolled_back_row_leaves_no_hole(store: Store) -> None:
    write(store, "a")

    def fail() -> None:
        with store.write() as tx:
            ledger.append(tx, store.now(), "someone", "lost", "x:1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert write(store, "b") == [2]


def test_the_head_is_one_row_whatever_happens(store: Store) -> None:
    write(store, *"abcdefgh")
    with store.read() as tx:
        assert tx.execute(text("SELECT count(*), max(id) FROM audit_head")).one() == (1, 1)
