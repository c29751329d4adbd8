"""Addresses of stores: each that cannot be one is refused in a sentence, and none shows its password."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StoreError
from data.store.engine import Store, create_or_upgrade, holds_a_store, open_store, version
from tests.support.clock import FakeClock

UNREADABLE = "The store's address cannot be read. Use sqlite:///FILE or postgresql://USER@HOST/NAME"
NO_FILE = "The store's address names no file, so nothing would be kept. Use sqlite:///FILE"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", UNREADABLE),
        ("postreeve.db", UNREADABLE),
        ("/var/lib/postreeve.db", UNREADABLE),
        ("postgresql://u:secret@h:port/x", UNREADABLE),
        ("postgresql://u:secret@[::1/x", UNREADABLE),
        ("sqlite://", NO_FILE),
        ("sqlite:///", NO_FILE),
        ("sqlite:///:memory:", NO_FILE),
        ("sqlite:///a\0b", NO_FILE),
        ("sqlite:///" + "a" * 5000, NO_FILE),
        ("mysql://u:secret@h/x", "The store must be SQLite or PostgreSQL, not mysql."),
        ("oracle://u:secret@h/x", "The store must be SQLite or PostgreSQL, not oracle."),
    ],
)
def test_what_is_no_store_is_refused_by_whatever_opens_it(url: str, said: str) -> None:
    for use in (Store, open_store, create_or_upgrade):
        with pytest.raises(StoreError) as caught:
            use(url)
        assert str(caught.value) == said
        assert caught.value.exit_code == 2


def test_a_place_where_no_file_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"The store .*file/x\.db cannot be created: .*\. Choose another place\."):
        create_or_upgrade(f"sqlite:///{tmp_path}/file/x.db")
    with pytest.raises(StoreError, match=r"cannot be opened: .*unable to open database file"):
        create_or_upgrade(f"sqlite:///{tmp_path}")


def test_a_store_that_is_missing_is_not_made_by_asking_for_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no store at .*x\.db\. Create one with: postreeve --store .* init"):
        open_store(f"sqlite:///{tmp_path}/x.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database", b"\x00" * 4096, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_another_file_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(content)
    for use in (open_store, create_or_upgrade):
        with pytest.raises(StoreError):
            use(f"sqlite:///{file}")
    assert file.read_bytes() == content


def test_another_version_is_told_with_the_way_out(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreError, match=r"is of version 0001, this postreeve needs \w+\. Run: postreeve init"):
        open_store(str(sqlite_store.url))


def test_a_new_store_is_for_its_owner_alone_and_a_second_init_keeps_it(tmp_path: Path, clock: FakeClock) -> None:
    url = f"sqlite:///{tmp_path}/deep/down/postreeve.db"
    store, done = create_or_upgrade(url, clock)
    assert done == "created"
    assert store.path is not None
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert holds_a_store(store)
    store.close()
    again, done = create_or_upgrade(url, clock)
    assert done == "kept"
    assert version(again)
    assert [file.name for file in (tmp_path / "deep/down").iterdir() if ".before-" in file.name] == []
    again.close()


def test_an_empty_place_holds_no_store_and_a_file_of_others_counts_as_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/x.db")
    assert not holds_a_store(store)
    assert version(store) == ""
    (tmp_path / "x.db").touch()
    assert holds_a_store(store)
    store.close()


@given(st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd")), min_size=4, max_size=20))
def test_no_repr_shows_a_password(password: str) -> None:
    store = Store(f"postgresql://user:x{password}x@db.example/name")
    assert f"x{password}x" not in repr(store)
    assert "***" in repr(store)
    assert store.path is None


def test_postgresql_is_spoken_to_by_psycopg_unless_told_otherwise() -> None:
    assert Store("postgresql://u@h/x").url.drivername == "postgresql+psycopg"
    assert Store("sqlite:///x.db").url.drivername == "sqlite"


def test_what_fails_inside_a_write_leaves_nothing(sqlite_store: Store) -> None:
    def begin_and_fail() -> None:
        with sqlite_store.write() as tx:
            tx.exec_driver_sql("CREATE TABLE left_over (id INTEGER)")
            raise KeyError

    with pytest.raises(KeyError):
        begin_and_fail()
    with sqlite_store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'left_over'").scalar() == 0


def test_a_read_writes_nothing(sqlite_store: Store) -> None:
    with sqlite_store.read() as tx:
        tx.exec_driver_sql("CREATE TABLE left_over (id INTEGER)")
    with sqlite_store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'left_over'").scalar() == 0


def test_every_connection_keeps_the_promises_of_the_store(sqlite_store: Store) -> None:
    wanted = {"foreign_keys": 1, "secure_delete": 1, "synchronous": 2, "journal_mode": "wal", "busy_timeout": 60_000}
    with sqlite_store.read() as one, sqlite_store.write() as other:
        for tx in (one, other):
            assert {name: tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted


def test_the_log_is_emptied_and_a_server_s_is_its_keeper_s_affair(sqlite_store: Store) -> None:
    assert sqlite_store.path is not None
    log = Path(f"{sqlite_store.path}-wal")
    with sqlite_store.write() as tx:
        tx.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
    assert sqlite_store.scrub(compact=True)
    assert log.stat().st_size == 0
    assert not Store("postgresql://u@h/x").scrub(compact=False)
