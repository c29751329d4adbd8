"""A filled store, made once and copied for each test, and the people of its council."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.store.engine import Store, create_or_upgrade, open_store
from tests.support import filled
from tests.support.clock import FakeClock
from tests.support.filled import Council

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Council]:
    """The file of a filled store, closed, and its people."""
    path = tmp_path_factory.mktemp("filled") / "postreeve.db"
    store, _ = create_or_upgrade(f"sqlite:///{path}", FakeClock(NOON))
    people = filled.staff(store, filled.PASSWORD)
    filled.fill(store)
    with store.read() as tx:
        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path, people


@pytest.fixture
def council(template: tuple[Path, Council]) -> Council:
    """The people of the filled store."""
    return template[1]


@pytest.fixture
def sqlite_store(template: tuple[Path, Council], tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    """A filled store of the test's own."""
    path = tmp_path / "postreeve.db"
    shutil.copy(template[0], path)
    store = open_store(f"sqlite:///{path}", clock)
    yield store
    store.close()
