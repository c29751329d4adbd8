"""Opening, creating and upgrading the store; the two ways to speak to it, `read` and `write`.

SQLite runs in WAL mode with foreign keys on. A write takes `BEGIN IMMEDIATE`: a deferred transaction that reads and
then writes fails at once in spite of the busy timeout (sqlite.org, "Isolation"). PostgreSQL is the same code by URL,
and keeps the same promises: writers come one after another behind an advisory lock that they take first (two that lock
rows in different orders would deadlock), and a reader has one snapshot for all its queries.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, ProgrammingError

from data.clock import Clock, system_clock
from data.errors import StoreError
from data.store.tombstones import tombstone

BUSY_TIMEOUT_MS = 60_000
WRITERS = 0x706F7374  # key of the advisory lock on PostgreSQL, one a database
LONGEST_NAME = 200  # bytes of a file's name; SQLite and backups add to it, and systems allow 255
UNREADABLE = "The store's address cannot be read. Use sqlite:///FILE or postgresql://USER@HOST/NAME"
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class Store:
    """An open store. Safe to share between threads; every `read` and `write` has a connection of its own."""

    def __init__(self, url: str, clock: Clock = system_clock) -> None:
        self.url = _parsed(url)
        self.now = clock
        self._engine = _engine(self.url)
        self._serves = self.url.get_backend_name() == "postgresql"
        snapshot = {"isolation_level": "REPEATABLE READ"} if self._serves else {}
        self._reader = self._engine.execution_options(**snapshot)

    def __repr__(self) -> str:
        return f"Store({self.url.render_as_string(hide_password=True)})"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one consistent state and is rolled back afterwards."""
        with self._told(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection inside one transaction: committed at the end, rolled back on any error."""
        with self._told(), self._engine.connect() as connection:
            connection.execution_options(postreeve_write=True)
            with connection.begin():
                if self._serves:
                    connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a database cannot do (gone, full, locked, read-only) into a sentence."""
        try:
            yield
        except OperationalError as error:
            told = f"The store {self!r} stopped working: {_first_line(error)}"
            raise StoreError(f"{told}. What was begun is undone; mend that and run the command again.") from error

    def expect_much(self, tx: Connection) -> None:
        """Get ready for a long run of large writes: a larger cache, and fewer copies out of SQLite's log."""
        if self.path is not None:
            tx.exec_driver_sql("PRAGMA cache_size=-65536")  # KiB
            tx.exec_driver_sql("PRAGMA wal_autocheckpoint=16000")  # pages of 4 KiB

    def scrub(self, *, compact: bool) -> bool:
        """Leave no trace of what was erased in SQLite's files: empty the write-ahead log; say whether that is done.

        `compact` writes the whole file anew before (VACUUM): pages that were split can hold copies. False on a server,
        whose keeper must see to it, and while a reader holds on to the log.
        """
        if self.path is None:
            return False
        try:
            with closing(self._engine.raw_connection()) as raw:
                cursor = raw.cursor()
                if compact:
                    cursor.execute("VACUUM")
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise StoreError(f"What was erased may still be in the file of {self!r}: {_first_line(error)}") from error
        return not busy

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    @property
    def path(self) -> Path | None:
        """Return the file of a SQLite store, None for a server."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None


def open_store(url: str, clock: Clock = system_clock) -> Store:
    """Open an existing store of the present version; raise `StoreError` when there is none or it is of another."""
    store = Store(url, clock)
    if store.path is not None and not store.path.exists():
        raise StoreError(f"There is no store at {store.path}. Create one with: postreeve --store {url} init")
    found, wanted = _revision(store), _head()
    if found is None:
        raise StoreError(f"The database {store!r} holds no postreeve store. Create one with: postreeve init")
    if found != wanted:
        raise StoreError(
            f"The store {store!r} is of version {found}, this postreeve needs {wanted}. Run: postreeve init"
        )
    return store


def create_or_upgrade(url: str, clock: Clock = system_clock) -> tuple[Store, str]:
    """Create the store or bring it to the present version; return it and what was done ("created", "upgraded",
    "kept")."""
    store = Store(url, clock)
    if store.path is not None:
        _touch(store.path)
    before = _revision(store)
    if before == _head():
        return store, "kept"
    # Here, since every other command does without it and starts a tenth of a second sooner.
    from alembic import command
    from alembic.config import Config

    if before is not None and store.path is not None:
        _keep_as_it_was(store.path, before)
    with store.write() as tx:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
    return store, "created" if before is None else "upgraded"


def _touch(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds personal data; SQLite gives its other files the same mode
    except OSError as error:
        raise StoreError(f"The store {path} cannot be created: {error.strerror}. Choose another place.") from error


def version(store: Store) -> str:
    """Return the version of the store's tables."""
    return _revision(store) or ""


def holds_a_store(store: Store) -> bool:
    """Say whether there is a store, of whatever version, or a file in its place."""
    return _revision(store) is not None or (store.path is not None and store.path.exists())


def _keep_as_it_was(path: Path, revision: str) -> None:
    """Copy a store beside itself before it is changed to another version."""
    kept = path.with_name(f"{path.name}.before-{_head()}-was-{revision}")
    kept.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(kept)) as new:
        old.backup(new)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(UNREADABLE) from error
    if parsed.get_backend_name() == "postgresql" and "+" not in parsed.drivername:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"The store must be SQLite or PostgreSQL, not {parsed.get_backend_name()}.")
    if parsed.get_backend_name() == "sqlite" and not _names_a_file(parsed.database or ""):
        raise StoreError("The store's address names no file, so nothing would be kept. Use sqlite:///FILE")
    return parsed


def _names_a_file(name: str) -> bool:
    longest = max((len(part.encode(errors="replace")) for part in name.split("/")), default=0)
    return bool(name) and name != ":memory:" and "\0" not in name and longest <= LONGEST_NAME


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, pool_pre_ping=True, hide_parameters=True)  # parameters are people's words
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError("PostgreSQL needs its driver. Install it with: pip install 'postreeve[postgres]'") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("tombstone", 2, tombstone, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("postreeve_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(store: Store) -> str | None:
    if store.path is not None and not store.path.exists():
        return None
    try:
        with store.read() as tx:
            there = inspect(tx).has_table("alembic_version")
            return tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if there else None
    except (StoreError, ProgrammingError) as error:
        raise StoreError(f"The store {store!r} cannot be opened: {_first_line(error.__cause__ or error)}") from error
    except Exception as error:
        if "not a database" in str(error):
            raise StoreError(f"{store.path} is not a postreeve store (not an SQLite database).") from error
        raise


def _head() -> str:
    """Return the version of the newest migration: their files are named by it."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0]
