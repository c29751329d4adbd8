"""Fixtures for every room, and the table of what this machine lacks.

A test that needs something the machine may lack (PostgreSQL, nginx, Node, Chromium) calls `pytest.skip("needs …")`.
Such skips are listed at the end; with CI=true in the environment they are failures.
"""

import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text

from data.model import Person, Role
from data.services import people
from data.services.actors import shell
from data.store.engine import Store, create_or_upgrade, open_store
from tests.support.clock import FakeClock
from tests.support.postgres import Cluster

SKIPPED: Counter[str] = Counter()
LACKS = "lacks"
settings.register_profile("untimed", deadline=None)  # how long an example takes says more of the machine than of us
settings.load_profile("untimed")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note skips for the table; in CI make them failures."""
    report = (yield).get_result()  # type: ignore[misc]
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.user_properties.append((LACKS, reason.removeprefix("Skipped: ")))
        if os.environ.get("CI") == "true":
            report.outcome = "failed"
            report.longrepr = f"In CI nothing is skipped: {reason}"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what is lacking; where several processes run tests, this one hears of all."""
    SKIPPED.update(reason for name, reason in report.user_properties if name == LACKS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what this machine lacks."""
    if SKIPPED:
        terminalreporter.section("what this machine lacks")
        for reason, count in SKIPPED.most_common():
            terminalreporter.line(f"{count:>5} tests  {reason}")


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until it is told to move; 22 November 2026, noon UTC."""
    return FakeClock(datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL of the tests' own, on a socket in a short temporary folder."""
    cluster = Cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an SQLite store with nothing in it, made once: every test has a copy."""
    path = tmp_path_factory.mktemp("empty") / "postreeve.db"
    store, _ = create_or_upgrade(f"sqlite:///{path}")
    store.close()
    with closing(sqlite3.connect(path)) as found:
        found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def sqlite_store(tmp_path: Path, empty_store: Path, clock: FakeClock) -> Iterator[Store]:
    """A fresh store on SQLite."""
    shutil.copy(empty_store, tmp_path / "postreeve.db")
    store = open_store(f"sqlite:///{tmp_path}/postreeve.db", clock)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, empty_store: Path, clock: FakeClock) -> Iterator[Store]:
    """A fresh store, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(empty_store, tmp_path / "postreeve.db")
        url = f"sqlite:///{tmp_path}/postreeve.db"
    else:
        url = request.getfixturevalue("postgres").new_store()
    made = open_store(url, clock)
    yield made
    made.close()


@pytest.fixture
def person(clock: FakeClock) -> Callable[..., Person]:
    """Add a person with roles to a store."""

    def add(store: Store, email: str, *roles: Role, password: str | None = None) -> Person:
        return people.add(store, shell(), email, email.split("@")[0].title(), roles, password)

    return add


@pytest.fixture
def rows() -> Callable[[Store, str], list[tuple[object, ...]]]:
    """Run a query and return its rows, for tests that look behind the services."""

    def query(store: Store, sql: str) -> list[tuple[object, ...]]:
        with store.read() as tx:
            return [tuple(row) for row in tx.execute(text(sql))]

    return query


@pytest.fixture
def day() -> timedelta:
    """One day."""
    return timedelta(days=1)
