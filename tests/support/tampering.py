"""Random tampering with evidence and audit: one change behind the services' back, and what undoes it.

Every change is made through a connection that checks nothing, as someone with the file in their hands would.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import update

from data.audit import GENESIS, link, merkle_root
from data.schema import collection_run
from data.store import intake, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt
from tests.support.posts import item

TABLES = ("evidence", "audit_log", "audit_detail", "audit_head", "certificate")
KEYS = {"evidence": "id", "audit_log": "seq", "audit_detail": "seq", "audit_head": "id", "certificate": "id"}
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
Row = dict[str, Any]


@dataclass
class Hand:
    """A hand in the file of a store."""

    raw: sqlite3.Connection
    random: Random

    def tamper(self) -> str | None:
        """Change one thing in an open transaction; return what was done, or None where nothing came of it."""
        kinds: list[Callable[[], str | None]] = [
            *(4 * [self.flip]),
            self.drop,
            self.insert,
            self.swap,
            self.cut,
            self.recompute,
            self.drop_post,
            self.plant,
        ]
        try:
            return self.random.choice(kinds)()
        except sqlite3.IntegrityError:  # a number that is taken: the database itself refused
            return None

    def flip(self) -> str | None:
        """Change one byte or number in any column of any row."""
        table = self.random.choice(TABLES)
        row, column = self._row(table), self.random.choice(self._columns(table))
        old, new = row[column], self._flipped(row[column])
        self._set(table, row[KEYS[table]], column, new)
        return f"{table} {row[KEYS[table]]}: {column} from {old!r} to {new!r}"

    def drop(self) -> str | None:
        """Delete a row."""
        table = self.random.choice(TABLES)
        row = self._row(table)
        self.raw.execute(f"DELETE FROM {table} WHERE {KEYS[table]} = ?", (row[KEYS[table]],))
        return f"{table} {row[KEYS[table]]}: dropped"

    def insert(self) -> str | None:
        """Put a copy of a row in as a new one."""
        table = self.random.choice(("evidence", "audit_log", "audit_detail", "certificate"))
        row, newest = self._row(table), self.raw.execute(f"SELECT max({KEYS[table]}) FROM {table}").fetchone()[0]
        row[KEYS[table]] = newest + self.random.choice((1, 2))
        names = ", ".join(f'"{name}"' for name in row)
        self.raw.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        return f"{table} {row[KEYS[table]]}: inserted"

    def swap(self) -> str | None:
        """Let two rows change places: all but their numbers."""
        table = self.random.choice(("evidence", "audit_log", "audit_detail"))
        one, two = self._row(table), self._row(table)
        if one == two:
            return None
        for row, other in ((one, two), (two, one)):
            for column in self._columns(table):
                if column != KEYS[table]:
                    self._set(table, row[KEYS[table]], column, other[column])
        return f"{table} {one[KEYS[table]]} and {two[KEYS[table]]}: swapped"

    def cut(self) -> str | None:
        """Cut the newest rows of the log off, with a head that fits."""
        [(count,)] = self.raw.execute("SELECT count(*) FROM audit_log").fetchall()
        left = self.random.randrange(1, count)
        [(hashed,)] = self.raw.execute("SELECT hash FROM audit_log WHERE seq = ?", (left,)).fetchall()
        for table in ("audit_detail", "audit_log"):
            self.raw.execute(f"DELETE FROM {table} WHERE seq > ?", (left,))
        self.raw.execute("UPDATE audit_head SET seq = ?, hash = ?", (left, hashed))
        return f"audit_log: cut to {left}"

    def recompute(self) -> str | None:
        """Change a row of the log and compute the whole chain anew, head and all."""
        rows = self.raw.execute(
            "SELECT seq, at, actor, action, subject, detail_hash FROM audit_log ORDER BY seq"
        ).fetchall()
        chosen, prev = self.random.choice(rows)[0], GENESIS
        for seq, at, actor, action, subject, detail_hash in rows:
            who = f"{actor}x" if seq == chosen else actor
            moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
            hashed = link(prev, seq, moment, who, action, subject, detail_hash)
            values = (who, prev, hashed, seq)
            self.raw.execute("UPDATE audit_log SET actor = ?, prev = ?, hash = ? WHERE seq = ?", values)
            prev = hashed
        self.raw.execute("UPDATE audit_head SET hash = ?", (prev,))
        return f"audit_log {chosen}: actor changed and the chain recomputed"

    def drop_post(self) -> str | None:
        """Drop a post with its versions, evidence and findings, as if it had never been; sometimes its run too."""
        post, account = self.random.choice(self.raw.execute("SELECT id, account_id FROM post").fetchall())
        versions = self._ids("SELECT id FROM version WHERE post_id = ?", post)
        proofs = self._ids("SELECT evidence_id FROM version WHERE post_id = ?", post)
        runs = self._ids(f"SELECT run_id FROM evidence WHERE id IN ({proofs})")
        for table, column, ids in (("version", "id", versions), ("evidence", "id", proofs), ("post", "id", post)):
            self.raw.execute(f"DELETE FROM {table} WHERE {column} IN ({ids})")
        with_run = self.random.random() < 0.5
        if with_run:
            self.raw.execute(f"DELETE FROM collection_run WHERE id IN ({runs})")
        return f"post {post} of {account}: dropped with its evidence{' and run' if with_run else ''}"

    def plant(self) -> str | None:
        """Plant a post that was never there: in a run that ended, with a root that fits, or in one of long ago that
        never did."""
        run, account = self.random.choice(self.raw.execute("SELECT id, account_id FROM collection_run").fetchall())
        [(_, _, file)] = self.raw.execute("PRAGMA database_list").fetchall()
        store, ended = Store(f"sqlite:///{file}"), self.random.random() < 0.5
        with store.write() as tx:
            run = run if ended else runs.begin(tx, account, LONG_AGO)
            intake.record(tx, account, [item(self.random.randrange(100, 999))], Receipt(run, "0" * 64, LONG_AGO))
            if ended:
                root = merkle_root(posts.run_leaves(tx, run))
                tx.execute(update(collection_run).where(collection_run.c.id == run).values(merkle_root=root))
        store.close()
        return f"a post planted in run {run} of {account}, which {'ended' if ended else 'never did'}"

    def _ids(self, query: str, *values: object) -> str:
        return ", ".join(str(n) for (n,) in self.raw.execute(query, values))

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self.raw.execute(f"PRAGMA table_info({table})")]

    def _row(self, table: str) -> Row:
        rows = self.raw.execute(f"SELECT * FROM {table}").fetchall()
        return dict(zip(self._columns(table), self.random.choice(rows), strict=True))

    def _set(self, table: str, key: int, column: str, value: object) -> None:
        self.raw.execute(f'UPDATE {table} SET "{column}" = ? WHERE {KEYS[table]} = ?', (value, key))

    def _flipped(self, value: Any) -> Any:
        """Return a value that differs in one place."""
        if value is None:
            return self.random.choice((1, 2, "2026-11-22 12:00:00.000000"))
        if isinstance(value, int | float):
            return value + self.random.choice((1, 1000))
        if not value:
            return b"x" if isinstance(value, bytes) else "x"
        at = self.random.randrange(len(value))
        if isinstance(value, bytes):
            return value[:at] + bytes([value[at] ^ (1 << self.random.randrange(8))]) + value[at + 1 :]
        other = self.random.choice([c for c in '0123456789abcdefXY-" ' if c != value[at]])
        return value[:at] + other + value[at + 1 :]


def hand(file: Path, seed: int) -> Hand:
    """Open a store's file with nothing that checks, in transactions that are taken back."""
    return Hand(sqlite3.connect(file, isolation_level=None), Random(seed))
