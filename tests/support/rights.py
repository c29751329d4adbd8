"""A council with posts, alerts, replies and decisions, for tests of erasure, holds and retention."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy import text as sql

from data.audit import merkle_root
from data.model import Person, Platform, Role, RunResult
from data.services import people, review
from data.services.actors import shell
from data.store import alerts, intake, ledger, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt
from tests.support.judgements import UPHELD, decide, post_and_scan, reviewer
from tests.support.posts import item
from tests.support.register import add, row

CANARY = "Zephyrina Quillfeather"
CLOWN = f"what a clown {CANARY} is"


@dataclass
class Office:
    """Who works here."""

    admin: Person
    reviewer: Person
    owner: Person


def office(store: Store) -> Office:
    """Add an administrator, a reviewer, and the owner of the account bins with their name; nothing is posted yet."""
    add(store, row("bins"), row("parks"))
    admin = people.add(store, shell(), "ada@council.example", "Ada Moss", [Role.ADMINISTRATOR], None)
    owner = people.add(store, shell(), "owner@bins.example", "Oswin Tarrant", [Role.OWNER], None)
    return Office(admin, reviewer(store), owner)


def posted(store: Store, *texts: str, account: str = "bins") -> None:
    """Post on an account and scan."""
    post_and_scan(store, account, texts, known=True)


def told(store: Store, who: Office, alert_id: int, words: str = f"I am sorry, {CANARY}.") -> None:
    """Let the owner be asked and reply, and the reviewer decide that it was right."""
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    review.ask_reply(store, who.reviewer, seen)
    review.reply(store, who.owner, alert_id, words)
    decide(store, who.reviewer, alert_id, UPHELD)


def collected(store: Store, account: str, *numbers: int, text: str = "") -> None:
    """Collect posts as a run does, with its root in the audit log."""
    with store.write() as tx:
        run = runs.begin(tx, account, store.now())
        intake.record(tx, account, [item(n, text) for n in numbers], Receipt(run, "0" * 64, store.now()))
        _end(tx, store.now(), account, run)


def ended(store: Store, account: str = "bins") -> None:
    """End the runs of an account that are still at work, as collecting does: `posted` leaves its own open."""
    with store.write() as tx:
        for run in runs.unfinished(tx, account):
            _end(tx, store.now(), account, run)


def _end(tx: Connection, now: datetime, account: str, run: int) -> None:
    digests = posts.run_leaves(tx, run)
    root = merkle_root(digests)
    runs.finish(tx, run, RunResult(account, Platform.FEED, "ok", "", ""), root, now)
    detail = {"run": run, "evidence": len(digests), "root": root, "leaf": posts.LEAF}
    ledger.append(tx, now, "collector", "collect", f"account:{account}", detail)


def everywhere(store: Store, words: str) -> list[str]:
    """Return where some words are found: in the store's files byte by byte, or on a server in any column."""
    if store.path is not None:
        files = [Path(f"{store.path}{end}") for end in ("", "-wal", "-shm", "-journal", ".anchor")]
        return [str(f) for f in files if f.exists() and words.encode() in f.read_bytes()]
    with store.read() as tx:
        names = tx.execute(sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        dump = {name: str(tx.execute(sql(f'SELECT * FROM "{name}"')).all()) for name in names}
    return [name for name, rows in dump.items() if words in rows or words.encode().hex() in rows]
