"""Rows leave the store: a permission of its own, no cap, and an entry in the register of exports and the audit log.

A file appears under its name only once its export is on record; one that fails leaves nothing behind.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from data.errors import NotFound, UseError
from data.model import Person
from data.permissions import Action, check
from data.reports.columns import Col
from data.reports.tables import TABLES, Table
from data.reports.writing import Row, Written, ending, write
from data.services import exporting
from data.services.exporting import Scope
from data.store import dumps
from data.store.engine import Store

Watch = Callable[[Iterable[Row]], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written: its rows, its digest, and how many cells its format could not hold whole."""

    rows: int
    sha256: str
    cut: int


def export(
    store: Store, actor: Person, name: str, file: Path, since: datetime | None = None, watch: Watch = lambda rows: rows
) -> Exported:
    """Write a table to a file, all of it or what changed at or after `since`; `watch` sees the rows go by."""
    check(actor, Action.EXPORT_ROWS)
    table = _named(name)
    with store.read() as tx:
        return save(store, actor, name, scope(table), file, table.columns, watch(dumps.rows(tx, name, since)))


def rows(store: Store, actor: Person, name: str, since: datetime | None = None) -> list[list[Any]]:
    """Return the rows of a table, for those who go on in Python; on record like a file."""
    check(actor, Action.EXPORT_ROWS)
    table = _named(name)
    with store.read() as tx:
        found = list(dumps.rows(tx, name, since))
    with store.write() as tx:
        exporting.note(tx, store.now(), actor, name, scope(table), len(found), None)
    return found


def save(
    store: Store, actor: Person, what: str, held: Scope, file: Path, columns: Sequence[Col], found: Iterable[Row]
) -> Exported:
    """Write rows to a file, enter it in the register of exports, and only then give it its name."""
    ending(file)
    part = file.with_name(f".{file.stem}.{os.getpid()}{file.suffix}")
    try:
        part.touch(mode=0o600)  # it may hold words of posts and what was decided about them
        written = write(part, columns, found)
        return entered(store, actor, what, held, part, file, written)
    except OSError as error:
        raise UseError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


def entered(store: Store, actor: Person, what: str, held: Scope, part: Path, file: Path, written: Written) -> Exported:
    """Enter a finished file in the register of exports and give it its name."""
    with part.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    with store.write() as tx:
        exporting.note(tx, store.now(), actor, what, held, written.rows, sha256)
    part.replace(file)
    return Exported(written.rows, sha256, written.cut)


def entered_bytes(store: Store, actor: Person, what: str, held: Scope, content: bytes) -> None:
    """Enter a file that is handed over from memory, such as a download, in the register of exports."""
    with store.write() as tx:
        exporting.note(tx, store.now(), actor, what, held, 1, hashlib.sha256(content).hexdigest())


def scope(table: Table) -> Scope:
    """Return what an export of a whole table holds."""
    return Scope(words=table.words, people=table.people)


def _named(name: str) -> Table:
    if name not in TABLES:
        raise NotFound(f"There is no table {name!r} to export; there are {', '.join(TABLES)}.")
    return TABLES[name]
