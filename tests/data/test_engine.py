"""What a database cannot do is told in a sentence, and nothing half done stays."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from data.errors import StoreError
from data.store import engine, ledger
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.postgres import Cluster


def test_a_lock_that_is_never_given_up_is_told(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/postreeve.db", clock)
    other = sqlite3.connect(tmp_path / "postreeve.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"stopped working: .*locked.*run the command again"), store.write():
        pytest.fail("Two writers at once.")
    other.execute("ROLLBACK")
    with store.write() as tx:
        ledger.append(tx, clock(), "system", "test", "store")
    other.close()
    store.close()


def fill(store: Store) -> None:
    """Write more than there is room for."""
    with store.write() as tx:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        ledger.append(tx, store.now(), "system", "test", "before")
        ledger.append(tx, store.now(), "system", "test", "x" * 10_000_000)


def test_a_full_disk_is_told_and_nothing_stays(sqlite_store: Store) -> None:
    with pytest.raises(StoreError, match="full"):
        fill(sqlite_store)
    with sqlite_store.read() as tx:
        assert [entry for entry in ledger.entries(tx) if entry.action == "test"] == []


def test_a_server_that_goes_away_is_told_without_its_password(postgres: Cluster, clock: FakeClock) -> None:
    store, _ = create_or_upgrade(postgres.new_database(), clock)
    with pytest.raises(StoreError, match="stopped working") as told, store.write() as tx:
        tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert "password" not in str(told.value).lower()
    with store.read() as tx:
        assert tx.scalar(text("SELECT 1")) == 1
    store.close()


def test_a_server_that_is_not_there_is_told_at_once(clock: FakeClock) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as told:
        engine.open_store("postgresql://someone:s3cret@127.0.0.1:9/none", clock)
    assert "s3cret" not in str(told.value)
