"""Backups: whole, private, taken while others write, and put back as they were."""

import hashlib
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import alembic.command
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

import postreeve
from data import anchor
from data.errors import StoreError, UseError
from data.model import Role
from data.services import exporting, people
from data.services.actors import shell
from data.services.erasure import Asked, erase_person
from data.services.verify import verify
from data.store import backups, engine, ledger, posts
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.postgres import Cluster
from tests.support.register import add, row
from tests.support.rights import collected, office

Rows = Callable[[Store, str], list[tuple[object, ...]]]


def elsewhere(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of an empty place of the same kind of database."""
    if store.path is not None:
        return f"sqlite:///{tmp_path}/again/postreeve.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.new_database()


def test_a_backup_is_the_store_as_it_was(
    store: Store, tmp_path: Path, rows: Rows, request: pytest.FixtureRequest
) -> None:
    add(store, row("bins"), row("parks"))
    collected(store, "bins", 1, text="what a clown")
    collected(store, "bins", 2, text="bins are out")
    file = tmp_path / "kept" / "b.backup"
    assert backups.back_up(store, file) == file.stat().st_size > 10_000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    collected(store, "parks", 3, text="afterwards")
    again = backups.put_back(elsewhere(store, tmp_path, request), file)
    assert rows(again, "SELECT text FROM version ORDER BY id") == [("what a clown",), ("bins are out",)]
    assert verify(again, tmp_path / "no anchor").problems == ()
    with again.write() as tx:
        ledger.append(tx, again.now(), "system", "test", "store")  # and it goes on
    again.close()
    assert list(file.parent.iterdir()) == [file]


def test_nothing_is_ever_overwritten(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.backup"
    backups.back_up(store, file)
    before = file.read_bytes()
    with pytest.raises(UseError, match="never overwrites"):
        backups.back_up(store, file)
    with pytest.raises(UseError, match="already; nothing was changed"):
        backups.put_back(store.url.render_as_string(hide_password=False), file)
    assert file.read_bytes() == before


def test_a_backup_is_one_state_while_others_write(sqlite_store: Store, tmp_path: Path, rows: Rows) -> None:
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            with sqlite_store.write() as tx:
                ledger.append(tx, sqlite_store.now(), "system", "test", "store", {"x": "y" * 2000})

    thread = threading.Thread(target=write)
    thread.start()
    try:
        backups.back_up(sqlite_store, tmp_path / "b.backup")
    finally:
        done.set()
        thread.join()
    again = backups.put_back(f"sqlite:///{tmp_path}/again.db", tmp_path / "b.backup")
    assert verify(again, tmp_path / "no anchor").problems == ()
    again.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all, only some words" * 50])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "b.backup"
    file.write_bytes(content)
    with pytest.raises(UseError, match="is no backup of a postreeve store"):
        backups.put_back(f"sqlite:///{tmp_path}/again.db", file)
    assert not (tmp_path / "again.db").exists()
    with pytest.raises(UseError, match="There is no backup"):
        backups.put_back(f"sqlite:///{tmp_path}/again.db", tmp_path / "nowhere")


def test_a_damaged_backup_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "b.backup"
    backups.back_up(sqlite_store, file)
    damaged = bytearray(file.read_bytes())
    damaged[8192:60_000] = b"\xff" * (60_000 - 8192)
    file.write_bytes(bytes(damaged))
    with pytest.raises(UseError, match=r"damaged|no backup"):
        backups.put_back(f"sqlite:///{tmp_path}/again.db", file)


def test_a_tool_that_fails_or_is_missing_is_told_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store("postgresql://someone:s3cret@127.0.0.1:1/none")
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\necho "could not connect as $PGUSER" >&2\nexit 1\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="pg_dump failed: could not connect as someone") as failed:
        backups.back_up(store, tmp_path / "b.backup")
    assert "s3cret" not in str(failed.value)
    assert not (tmp_path / "b.backup").exists()
    tool.unlink()
    with pytest.raises(UseError, match="pg_dump is not installed"):
        backups.back_up(store, tmp_path / "b.backup")


def told_to(tool: str, store: Store, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Run a backup, or its return, with a tool that does nothing; return its environment and its arguments."""
    made = folder / tool
    made.write_text(f'#!/bin/sh\nenv > "{folder}/env"\necho "$@" > "{folder}/args"\nexit 1\n')
    made.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    with pytest.raises(StoreError, match=f"{tool} failed"):
        backups._dump(store.url, file) if tool == "pg_dump" else backups._load(store.url, file)
    return (folder / "env").read_text(), (folder / "args").read_text()


@pytest.mark.parametrize("tool", ["pg_dump", "pg_restore"])
def test_the_tools_connect_as_the_store_does(tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = "sslmode=verify-full&sslrootcert=/etc/o'ur ca.pem&connect_timeout=3"
    store = Store(f"postgresql+psycopg://someone:s3cret@db.example:5433/posts?{options}")
    environment, arguments = told_to(tool, store, tmp_path / "b.backup", tmp_path, monkeypatch)
    assert r"--dbname=dbname='posts' sslmode='verify-full' sslrootcert='/etc/o\'ur ca.pem'" in arguments
    assert "connect_timeout='3'" in arguments
    assert "s3cret" not in arguments
    for line in ("PGHOST=db.example", "PGPORT=5433", "PGUSER=someone", "PGPASSWORD=s3cret"):
        assert line in environment.splitlines()


def test_a_secret_that_would_stand_among_the_arguments_is_refused(tmp_path: Path) -> None:
    store = Store("postgresql+psycopg://someone@db.example/posts?sslpassword=s3cret")
    with pytest.raises(UseError, match="PGSERVICEFILE") as refused:
        backups._options(store.url)
    assert "s3cret" not in str(refused.value)


def test_the_command_notes_it_in_the_register_of_exports(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, file = office(store), tmp_path / "b.backup"
    collected(store, "bins", 1, 2)
    monkeypatch.chdir(tmp_path)
    url = store.url.render_as_string(hide_password=False)
    assert postreeve.outcome(["--store", url, "backup", str(file)]) == 0
    [noted] = exporting.listed(store, who.admin)
    assert (noted.what, noted.rows, noted.scope) == ("backup", 2, {"words": True, "people": True})
    assert noted.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    with store.read() as tx:
        newest = anchor.newest(anchor.place(store, ""))
        assert newest is not None
        assert (newest.seq, newest.hash) == ledger.head(tx)
    erased = erase_person(store, Asked(who.admin, "asked for"), who.reviewer.email)
    assert [export.what for export in erased.exports] == ["backup"]


def test_a_store_is_kept_as_it_was_before_it_is_upgraded(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/postreeve.db"
    head = engine._head()
    monkeypatch.setattr(engine, "_head", lambda: "0002")
    upgrade = alembic.command.upgrade
    monkeypatch.setattr(alembic.command, "upgrade", lambda config, _: upgrade(config, "0002"))
    old, done = create_or_upgrade(url, clock)
    old.close()
    assert done == "created"
    monkeypatch.undo()
    new, done = create_or_upgrade(url, clock)
    assert done == "upgraded"
    people.add(new, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)
    with new.read() as tx:
        assert posts.count(tx) == 0
    new.close()
    kept = tmp_path / f"postreeve.db.before-{head}-was-0002"
    with sqlite3.connect(kept) as found:
        assert found.execute("SELECT version_num FROM alembic_version").fetchall() == [("0002",)]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_newest_migration_is_the_one_that_its_file_says() -> None:
    assert engine._head() == ScriptDirectory(str(engine.MIGRATIONS)).get_current_head()


def test_every_version_of_the_store_can_be_upgraded(store: Store) -> None:
    with store.read() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == engine._head()
