"""Copies of a whole store: taken while people work, put back into an empty place.

SQLite is copied by its own online backup (one consistent state, however long it takes); PostgreSQL by its own tools,
`pg_dump` and `pg_restore`, with the password in the environment and never among the arguments, and with every option of
the store's address (such as `sslmode`), so that a copy goes over no line that the store itself would refuse.
"""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from data.config import process_environment
from data.errors import StoreError, UseError
from data.store.engine import Store, holds_a_store, open_store

PAGES = 2000  # of SQLite copied at a time; others write in between
HOURS = 6  # longest for the tools of PostgreSQL
PLACE = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE", "password": "PGPASSWORD"}


def back_up(store: Store, target: Path) -> int:
    """Write a copy of the store to a file that is not there yet; return its size in bytes.

    The copy appears under its name only when it is whole, readable by its owner alone.
    """
    if target.exists():
        raise UseError(f"{target} is there already; a backup never overwrites anything. Choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        _copy(store.path, partial) if store.path else _dump(store.url, partial)
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def put_back(url: str, source: Path) -> Store:
    """Make the store at `url` out of a backup; return it. Raises `UseError` where there is a store already, or when
    the file is no backup of that kind of database."""
    if not source.is_file():
        raise UseError(f"There is no backup {source}.")
    store = Store(url)
    if holds_a_store(store):
        raise UseError(
            f"There is a store at {store!r} already; nothing was changed. Move it away, or name another with --store."
        )
    if store.path is None:
        _load(store.url, source)
    else:
        _check(source)
        store.path.parent.mkdir(parents=True, exist_ok=True)
        store.path.touch(mode=0o600)
        _copy(source, store.path)
    return open_store(url)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new, pages=PAGES, sleep=0.01)
    except sqlite3.Error as error:
        raise StoreError(f"{source} could not be copied to {target}: {error}") from error


def _check(source: Path) -> None:
    """Refuse a file that is no whole copy of a store."""
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as found:
            [[said]] = found.execute("PRAGMA quick_check(1)").fetchall()
            found.execute("SELECT version_num FROM alembic_version")
    except sqlite3.Error as error:
        raise UseError(f"{source} is no backup of a postreeve store on SQLite ({error}).") from error
    if said != "ok":
        raise UseError(f"The backup {source} is damaged: {said}. Take an older one.")


def _dump(url: URL, target: Path) -> None:
    _run(url, "pg_dump", "--format=custom", f"--file={target}")


def _load(url: URL, source: Path) -> None:
    flags = ("--no-owner", "--exit-on-error", "--single-transaction")
    _run(url, "pg_restore", *flags, str(source))


def _run(url: URL, tool: str, *arguments: str) -> None:
    command = shutil.which(tool)
    if command is None:
        raise UseError(f"{tool} is not installed here. It comes with PostgreSQL's client, on Debian postgresql-client.")
    options = _options(url)
    place = {name: str(options.pop(key)) for key, name in PLACE.items() if options.get(key)}
    database = _conninfo({"dbname": place.get("PGDATABASE", ""), **options})
    env = process_environment() | place
    # The tool's own path, our own file names: nothing of the arguments is anyone else's words.
    done = subprocess.run(  # noqa: S603
        [command, f"--dbname={database}", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=HOURS * 3600,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise StoreError(f"{tool} failed: {said}")


def _options(url: URL) -> dict[str, object]:
    """Return what the store itself connects with, by the names of libpq, PostgreSQL's own library."""
    _, options = url.get_dialect()().create_connect_args(url)
    if "sslpassword" in options:
        raise UseError(
            "The store's address has sslpassword, which PostgreSQL's tools take among their arguments alone, where "
            "others can read it. Name a key without one, or put the option into a file that PGSERVICEFILE names."
        )
    return dict(options)


def _conninfo(options: Mapping[str, object]) -> str:
    """Return options as one string for libpq (PostgreSQL's manual, section "Connection Strings")."""
    escaped = ((name, re.sub(r"([\\'])", r"\\\1", str(value))) for name, value in options.items())
    return " ".join(f"{name}='{value}'" for name, value in escaped)
