"""The schema: every column says what it means, and the migrations give exactly the tables that the code knows."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from data.errors import StoreError
from data.schema import UtcTime, metadata
from data.store.engine import Store, create_or_upgrade, open_store
from tests.support.clock import FakeClock


def test_every_table_and_column_has_a_comment() -> None:
    silent = [f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in t.columns if not c.comment]
    assert silent == []
    assert [t.name for t in metadata.sorted_tables if not t.comment] == []


def test_every_moment_says_utc() -> None:
    moments = [c for t in metadata.sorted_tables for c in t.columns if isinstance(c.type, UtcTime)]
    assert len(moments) > 30
    assert [c.name for c in moments if not (c.comment or "").endswith("UTC")] == []


def test_migrations_give_the_tables_of_the_code(store: Store) -> None:
    with store.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_creating_again_keeps_the_store(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    assert create_or_upgrade(url)[1] == "kept"


def test_a_missing_store_is_not_created_by_opening_it(tmp_path: object, clock: FakeClock) -> None:
    with pytest.raises(StoreError, match=r"There is no store at .* init"):
        open_store(f"sqlite:///{tmp_path}/none.db", clock)


def test_a_file_that_is_no_database_is_named(tmp_path: object) -> None:
    with open(f"{tmp_path}/x.db", "w") as out:  # noqa: PTH123
        out.write("hello, this is a letter and not a database" * 20)
    with pytest.raises(StoreError, match="not a postreeve store"):
        open_store(f"sqlite:///{tmp_path}/x.db")


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(StoreError):
        Store(url)


def test_a_password_is_in_no_repr() -> None:
    assert "hunter2" not in repr(Store("postgresql://me:hunter2@localhost/x"))


def test_a_time_without_a_zone_is_refused(sqlite_store: Store) -> None:
    from datetime import datetime

    from sqlalchemy.exc import StatementError

    from data.store import ledger

    with pytest.raises(StatementError, match="without a zone"), sqlite_store.write() as tx:
        ledger.append(tx, datetime(2026, 1, 1), "a", "b", "c")
