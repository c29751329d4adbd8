"""What the store promises on both databases: one snapshot a reader, writers one after another, nothing told wrongly."""

import hashlib
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from data import anchor
from data.audit import merkle_root
from data.model import Platform, RunResult
from data.services import verify as service
from data.services.verify import verify
from data.store import intake, ledger, posts, runs
from data.store.engine import Store, create_or_upgrade
from data.store.posts import Receipt
from tests.support.posts import item
from tests.support.register import add, row


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with one finished run of two posts, recorded as `collectors.run` does."""
    add(store, row("bins"))
    collected(store, 1, 2)
    return store


def collected(store: Store, *numbers: int) -> int:
    """Store posts in one finished run; return its number."""
    with store.write() as tx:
        run = runs.begin(tx, "bins", store.now())
        intake.record(tx, "bins", [item(n) for n in numbers], Receipt(run, "0" * 64, store.now()))
        close(store, tx, run)
    return run


def close(store: Store, tx: object, run: int) -> None:
    digests = posts.run_digests(tx, run)  # type: ignore[arg-type]
    root = merkle_root(digests)
    runs.finish(tx, run, RunResult("bins", Platform.FEED, "ok", "", ""), root, store.now())  # type: ignore[arg-type]
    detail = {"run": run, "evidence": len(digests), "root": root}
    ledger.append(tx, store.now(), "collector", "collect", "account:bins", detail)  # type: ignore[arg-type]


def forge(store: Store, *statements: str) -> None:
    with store.write() as tx:
        for statement in statements:
            tx.execute(text(statement))


def test_a_reader_sees_one_state_whatever_others_write(store: Store) -> None:
    with store.read() as tx:
        head = ledger.head(tx)
        with store.write() as other:
            ledger.append(other, store.now(), "x", "y", "z")
        assert len(list(ledger.entries(tx))) == head[0]


def test_writers_that_lock_in_different_orders_do_not_deadlock(store: Store) -> None:
    add(store, row("bins"))
    meet, done = threading.Barrier(2), list[str]()

    def write(first: bool) -> None:
        with store.write() as tx:
            steps = [lambda: ledger.append(tx, store.now(), "x", "y", "z"), lambda: tx.execute(touch)]
            for step in steps if first else reversed(steps):
                step()
                with suppress(threading.BrokenBarrierError):
                    meet.wait(0.2)  # only where both are let in at once do they meet, and then deadlock
        done.append("committed")

    touch = text("UPDATE account SET department = 'x'")
    threads = [threading.Thread(target=write, args=(first,)) for first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["committed", "committed"]


def test_an_error_of_the_database_repeats_no_words_of_people(filled: Store) -> None:
    query = text("INSERT INTO reply (alert_id, at, text) VALUES (99, :at, :words)")
    with pytest.raises(IntegrityError) as caught, filled.write() as tx:
        tx.execute(query, {"at": "2026-11-22 12:00:00", "words": "what the owner confided"})
    assert "confided" not in str(caught.value)


def test_a_new_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    create_or_upgrade(f"sqlite:///{tmp_path}/s.db")[0].close()
    assert {p.stat().st_mode & 0o777 for p in tmp_path.glob("s.db*")} == {0o600}


def test_evidence_digest_and_root_changed_together_are_found_by_the_log(filled: Store, tmp_path: Path) -> None:
    assert verify(filled, tmp_path / "none").problems == ()
    forged = hashlib.sha256(b"forged").hexdigest()
    with filled.read() as tx:
        root = merkle_root([forged, posts.run_digests(tx, 1)[1]])
    value = "'\\x666f72676564'" if filled.path is None else "x'666f72676564'"
    forge(
        filled,
        f"UPDATE evidence SET payload = {value}, payload_sha256 = '{forged}' WHERE id = 1",
        f"UPDATE collection_run SET merkle_root = '{root}'",
    )
    assert verify(filled, tmp_path / "none").problems == ("run 1: its evidence is not what it was",)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE collection_run SET merkle_root = NULL", "run 1: its evidence"),
        ("UPDATE version SET text = 'never said' WHERE id = 1", "version 1: its words"),
        ("UPDATE audit_detail SET detail = '{}' WHERE seq = 3", "detail of row 3 was changed"),
    ],
)
def test_more_forgeries_are_named(filled: Store, tmp_path: Path, statement: str, told: str) -> None:
    forge(filled, statement)
    assert any(told in p for p in verify(filled, tmp_path / "none").problems)


def test_a_newest_version_that_was_deleted_is_missed(filled: Store, tmp_path: Path) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", filled.now())
        intake.record(tx, "bins", [item(1, "worse")], Receipt(run, "0" * 64, filled.now()))
        close(filled, tx, run)
    forge(filled, "UPDATE post SET version_id = 1 WHERE id = 1", "DELETE FROM version WHERE number = 2")
    assert verify(filled, tmp_path / "none").problems == ("evidence 3: the version it belongs to is missing",)


def test_a_run_taken_for_killed_goes_on_and_verifies(filled: Store, tmp_path: Path) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", filled.now())
        intake.record(tx, "bins", [item(3)], Receipt(run, "0" * 64, filled.now()))
        close(filled, tx, run)
        runs.take_up(tx, run)
        intake.record(tx, "bins", [item(4)], Receipt(run, "0" * 64, filled.now()))
        assert runs.unfinished(tx, "bins") == [run]
    assert verify(filled, tmp_path / "none").problems == ()
    with filled.write() as tx:
        close(filled, tx, run)
    assert verify(filled, tmp_path / "none").problems == ()


def test_what_others_anchor_meanwhile_is_no_cut(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reads(file: Path) -> list[anchor.Anchored]:
        with filled.write() as tx:  # someone works on between verify's steps
            ledger.append(tx, filled.now(), "x", "y", "z")
        with filled.read() as tx:
            anchor.append(file, ledger.head(tx), filled.now())
        return known(file)

    known = anchor.read
    monkeypatch.setattr(service.anchor, "read", reads)
    assert verify(filled, tmp_path / "a").problems == ()


def test_anchoring_looks_at_the_last_line_alone(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("no line of ours\n" * 1000)
    for _ in range(2):
        with filled.read() as tx:
            anchor.append(file, ledger.head(tx), filled.now())
    read = anchor.read(file)
    assert (len(read), [a.valid for a in read[-2:]]) == (1001, [False, True])
