"""Runs and their roots: nothing is put in or taken out between the audit log and the evidence."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data.audit import merkle_root
from data.model import Platform, Role, RunResult
from data.services import people
from data.services.actors import shell
from data.services.erasure import Asked, erase_person
from data.services.verify import verify
from data.store import intake, leases, ledger, posts, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import item, store_items
from tests.support.register import add, row
from tests.support.rights import collected

NOWHERE = Path("no anchor here")


@pytest.fixture
def filled(store: Store) -> Store:
    add(store, row("bins"))
    collected(store, "bins", 1, 2)
    collected(store, "bins", 3)
    return store


def problems(store: Store, *statements: str) -> str:
    with store.write() as tx:
        for statement in statements:
            tx.execute(text(statement.replace(":", r"\:")))
    return "\n".join(verify(store, NOWHERE).problems)


def test_nothing_is_wrong_at_first(filled: Store) -> None:
    assert problems(filled) == ""


@pytest.mark.parametrize(
    "change",
    [
        "rule = 'another/1'",
        "removed = '[\"$.author\"]'",
        "original_sha256 = 'ff'",
        "response_sha256 = 'ff'",
        "received_at = '2026-11-20 12:00:00.000000'",
    ],
)
def test_every_column_that_an_erasure_leaves_is_covered(filled: Store, change: str) -> None:
    assert problems(filled, f"UPDATE evidence SET {change} WHERE id = 2") == "run 1: its evidence is not what it was"


@pytest.mark.parametrize("change", ["content_sha256 = 'ff'", "number = 2", "post_id = 3"])
def test_what_it_is_evidence_of_is_covered(filled: Store, change: str) -> None:
    if "post_id" in change:
        change += ", number = 7"
    assert "run 1: its evidence is not what it was" in problems(filled, f"UPDATE version SET {change} WHERE id = 2")


def test_words_changed_with_their_digest_still_show(filled: Store) -> None:
    forged = posts.content_digest(item(2, "never said"))
    told = problems(filled, f"UPDATE version SET text = 'never said', content_sha256 = '{forged}' WHERE id = 2")
    assert told == "run 1: its evidence is not what it was"


def test_evidence_of_no_run_is_told(filled: Store) -> None:
    told = problems(filled, "UPDATE evidence SET run_id = NULL WHERE id = 3")
    assert "evidence 3: no run accounts for it" in told
    assert "run 2: its evidence is not what it was" in told


def test_a_run_taken_out_with_all_it_brought_is_told(filled: Store) -> None:
    gone = (
        "DELETE FROM version WHERE id = 3",
        "DELETE FROM evidence WHERE run_id = 2",
        "DELETE FROM post WHERE id = 3",
    )
    assert (
        problems(filled, *gone, "DELETE FROM collection_run WHERE id = 2") == "run 2: it is missing with its evidence"
    )


def test_a_run_put_in_with_a_root_that_fits_is_told(filled: Store) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", filled.now())
        intake.record(tx, "bins", [item(9)], posts.Receipt(run, "0" * 64, filled.now()))
        root = merkle_root(posts.run_digests(tx, run))
        runs.finish(tx, run, RunResult("bins", Platform.FEED, "ok", "", ""), root, filled.now())
    assert problems(filled) == f"run {run}: the audit log does not know it"


def planted(store: Store, run: int, account: str = "bins") -> None:
    """Put a post into a run, with a root that fits it where the run has ended."""
    with store.write() as tx:
        intake.record(tx, account, [item(99, "never said")], posts.Receipt(run, "0" * 64, store.now()))
        root = merkle_root(posts.run_leaves(tx, run))
        change = text("UPDATE collection_run SET merkle_root = :root WHERE id = :run AND finished_at IS NOT NULL")
        tx.execute(change, {"root": root, "run": run})


def finished(store: Store, run: int, action: str = "collect", **detail: object) -> None:
    """End a run as collecting and importing do, with its row in the audit log."""
    with store.write() as tx:
        root = merkle_root(leaves := posts.run_leaves(tx, run))
        runs.finish(tx, run, RunResult("bins", Platform.FEED, "ok", "", ""), root, store.now())
        told = {"run": run, "evidence": len(leaves), "root": root, "leaf": posts.LEAF, **detail}
        ledger.append(tx, store.now(), "collector", action, "account:bins", told)


@pytest.mark.parametrize("run", [1, 2])
def test_a_post_put_into_a_run_is_told(filled: Store, run: int) -> None:
    planted(filled, run)
    assert problems(filled) == f"run {run}: there is more evidence in it than the audit log knows"


def test_a_run_put_in_that_never_ended_is_told(filled: Store, clock: FakeClock) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", filled.now())
    planted(filled, run)
    assert problems(filled) == ""  # it may be at work
    clock.move(days=2)
    assert f"run {run}: the audit log does not know all its evidence, and it has not ended" in problems(filled)
    assert "not ended" in problems(filled, f"UPDATE collection_run SET started_at = '2099-01-01' WHERE id = {run}")


def test_a_run_that_is_opened_again_to_put_a_post_in_is_told(filled: Store, clock: FakeClock) -> None:
    clock.move(days=2)
    planted(filled, 2)
    told = problems(filled, "UPDATE collection_run SET finished_at = NULL, merkle_root = NULL WHERE id = 2")
    assert told.startswith("run 2: the audit log does not know all its evidence")


def test_a_run_that_was_killed_before_it_brought_anything_is_no_problem(filled: Store, clock: FakeClock) -> None:
    with filled.write() as tx:
        runs.begin(tx, "bins", filled.now())
        runs.take_up(tx, 2)
    clock.move(days=30)
    assert problems(filled) == ""


def test_a_long_run_is_at_work_as_long_as_its_account_is_held(filled: Store, clock: FakeClock) -> None:
    store_items(filled, "bins", item(5))
    clock.move(days=3)
    with filled.write() as tx:
        leases.take(tx, "collect:bins", "me", filled.now(), filled.now() + timedelta(minutes=10), lambda _: False)
    assert problems(filled) == ""
    clock.move(minutes=11)
    assert "has not ended since" in problems(filled)
    assert "has not ended since" in problems(filled, "UPDATE lease SET until = '2099-01-01 00:00:00'")


def test_a_run_that_was_taken_up_again_is_no_problem(filled: Store, clock: FakeClock) -> None:
    with filled.write() as tx:
        runs.take_up(tx, 2)
    planted(filled, 2)
    assert problems(filled) == ""
    clock.move(minutes=5)
    finished(filled, 2)
    clock.move(days=30)
    assert problems(filled) == ""


def erased_import(store: Store, run: int | None = None) -> int:
    """Import a file named after a person who is erased later, or end a run with it; return the run's number."""
    owner = people.add(store, shell(), "owen@council.example", "Owen Tarrant", [Role.OWNER], None)
    if run is None:
        with store.write() as tx:
            run = runs.begin(tx, "bins", store.now())
    planted(store, run)
    finished(store, run, "archive.import", file="Owen Tarrant.zip")
    erase_person(store, Asked(shell(), "asked for"), owner.email)
    return run


def test_an_import_named_after_someone_who_was_erased_is_no_problem(filled: Store) -> None:
    erased_import(filled)
    assert problems(filled) == ""


def test_one_that_was_taken_up_again_is_none_either(filled: Store, clock: FakeClock) -> None:
    clock.move(hours=1)
    with filled.write() as tx:
        runs.take_up(tx, 2)
    erased_import(filled, 2)
    assert problems(filled) == ""


def test_an_erased_row_stands_for_no_other_run(filled: Store, clock: FakeClock) -> None:
    erased_import(filled)
    for minutes in (0, 60):  # at the very time of the import, and at another
        clock.move(minutes=minutes)
        with filled.write() as tx:
            run = runs.begin(tx, "bins", filled.now())
            intake.record(tx, "bins", [item(100 + run)], posts.Receipt(run, "0" * 64, filled.now()))
            root = merkle_root(posts.run_leaves(tx, run))
            runs.finish(tx, run, RunResult("bins", Platform.FEED, "ok", "", ""), root, filled.now())
        assert f"run {run}: the audit log does not know it" in problems(filled)


def test_a_run_that_is_at_work_is_no_problem(filled: Store) -> None:
    store_items(filled, "bins", item(5))
    assert problems(filled) == ""


def test_roots_of_older_runs_over_payloads_alone_still_hold(filled: Store) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", filled.now())
        intake.record(tx, "bins", [item(9)], posts.Receipt(run, "0" * 64, filled.now()))
        root = merkle_root(posts.run_digests(tx, run))
        runs.finish(tx, run, RunResult("bins", Platform.FEED, "ok", "", ""), root, filled.now())
        detail = {"run": run, "evidence": 1, "root": root}
        ledger.append(tx, filled.now(), "collector", "collect", "account:bins", detail)
    assert problems(filled) == ""
    assert f"run {run}" in problems(filled, f"UPDATE evidence SET payload_sha256 = 'ff' WHERE run_id = {run}")


def test_a_value_that_cannot_be_read_is_told_and_stops_nothing(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    collected(sqlite_store, "bins", 1, 2)
    collected(sqlite_store, "bins", 3)
    told = problems(
        sqlite_store,
        "UPDATE evidence SET removed = '[' WHERE id = 1",
        "UPDATE evidence SET payload = 7 WHERE id = 3",
        "UPDATE audit_log SET at = 'noon' WHERE seq = 2",
    )
    for words in ("run 1: its evidence cannot be read", "evidence 3: changed", "row 2 cannot be read"):
        assert words in told
