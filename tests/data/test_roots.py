"""Runs and their roots: nothing is put in or taken out between the audit log and the evidence."""

from pathlib import Path

import pytest
from sqlalchemy import text

from data.audit import merkle_root
from data.model import Platform, RunResult
from data.services.verify import verify
from data.store import ledger, posts, runs
from data.store.engine import Store
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
        posts.record(tx, "bins", [item(9)], posts.Receipt(run, "0" * 64, filled.now()))
        root = merkle_root(posts.run_digests(tx, run))
        runs.finish(tx, run, RunResult("bins", Platform.FEED, "ok", "", ""), root, filled.now())
    assert problems(filled) == f"run {run}: the audit log does not know it"


def test_a_run_that_is_at_work_is_no_problem(filled: Store) -> None:
    store_items(filled, "bins", item(5))
    assert problems(filled) == ""


def test_roots_of_older_runs_over_payloads_alone_still_hold(filled: Store) -> None:
    with filled.write() as tx:
        run = runs.begin(tx, "bins", filled.now())
        posts.record(tx, "bins", [item(9)], posts.Receipt(run, "0" * 64, filled.now()))
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
