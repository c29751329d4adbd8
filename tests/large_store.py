"""A large store for figures: a million posts over four years, one account of nearly half of them, 20,000 alerts.

Rows are put in as they would stand after collecting, scanning and reviewing; nothing of it is anyone's words.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, text

from data.model import Role
from data.policy import default
from data.schema import alert, alert_event, alert_hit, coverage, evidence, finding, model, post, review, version
from data.services import people
from data.services.actors import shell
from data.services.policy import current
from data.services.rollups import refresh
from data.store import touched
from data.store.engine import Store
from tests.support.register import add, row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONE, PASSWORD, MODEL = "Europe/London", "correct horse battery", "a" * 64
ACCOUNTS, SHARE_OF_BIGGEST, YEARS, ALERT_EVERY, JUDGED_OF = 300, 0.48, 4, 50, 10
BATCH = 20_000
WORDS = "Notice {} of the council: bins, benches, parking and the summer festival in the park."
WHO = {"reviewer": Role.REVIEWER, "panel": Role.PANEL, "analyst": Role.ANALYST}


def build(store: Store, posts: int) -> None:
    """Fill an empty store; the newest tenth of the alerts is not decided yet."""
    names = [f"a{n:03}" for n in range(ACCOUNTS)]
    add(store, *(row(name, department=f"Department {n % 12}") for n, name in enumerate(names)))
    for name, role in WHO.items():
        people.add(store, shell(), f"{name}@fernbrook.example", name.title(), [role], PASSWORD)
    with store.write() as tx:
        policy = current(tx, store.now()).id
        tx.execute(insert(model).values(hash=MODEL, name="large", manifest={}, created_at=NOW, activated_at=NOW))
        tx.execute(insert(coverage), [_covered(name) for name in names])
    with _without_triggers(store):
        for table, rows in _tables(names, posts, policy):
            _put(store, table, rows)
    with store.write() as tx:
        tx.exec_driver_sql(touched.note_everything(tx.dialect.name))
        tx.execute(text("ANALYZE"))
    refresh(store, ZONE)


def biggest() -> str:
    """Return the account that has nearly half of all posts."""
    return "a000"


class _without_triggers:  # noqa: N801  (used as a verb)
    """Leave the triggers of the rollups away while a million rows go in; everything is noted afterwards."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> None:
        with self.store.write() as tx:
            for table in touched.WATCHED:
                for name in _triggers(tx.dialect.name, table):
                    on = f" ON {table}" if tx.dialect.name == "postgresql" else ""
                    tx.exec_driver_sql(f"DROP TRIGGER {name}{on}")
                if tx.dialect.name == "postgresql":
                    tx.exec_driver_sql(f"DROP FUNCTION rollup_{table}()")

    def __exit__(self, *_: object) -> None:
        with self.store.write() as tx:
            for statement in touched.statements(tx.dialect.name):
                tx.exec_driver_sql(statement)


def _triggers(dialect: str, table: str) -> list[str]:
    return [f"rollup_{table}"] if dialect == "postgresql" else [f"rollup_{table}_{e.lower()}" for e in touched.EVENTS]


def _put(store: Store, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, BATCH)):
        with store.write() as tx:
            tx.execute(insert(table), batch)
    if store.url.get_backend_name() == "postgresql" and "id" in table.c:
        with store.write() as tx:
            tx.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
            )


def _tables(names: list[str], posts: int, policy: int) -> Iterator[tuple[Table, Iterator[dict[str, Any]]]]:
    numbers = range(1, posts + 1)
    yield evidence, (_evidence(n, names, posts) for n in numbers)
    yield post, (_post(n, names, posts) for n in numbers)
    yield version, (_version(n, posts) for n in numbers)
    yield finding, (_finding(n, posts) for n in numbers)
    alerts = range(1, posts // ALERT_EVERY + 1)
    yield alert, (_alert(n, len(alerts), posts) for n in alerts)
    yield alert_hit, (_hit(n, policy, posts) for n in alerts)
    yield alert_event, (_event(n, posts) for n in alerts)
    yield review, (_review(n, policy, posts) for n in alerts if _judged(n, len(alerts)))


def _at(n: int, posts: int) -> datetime:
    return NOW - timedelta(days=365 * YEARS) * (1 - n / posts)


def _account(n: int, names: list[str], posts: int) -> str:
    hashed = int.from_bytes(hashlib.blake2b(n.to_bytes(8, "big"), digest_size=4).digest(), "big")
    return names[0] if hashed / 2**32 < SHARE_OF_BIGGEST else names[1 + hashed % (len(names) - 1)]


def _covered(name: str) -> dict[str, Any]:
    begin = NOW - timedelta(days=365 * YEARS)
    return {"account_id": name, "from_at": begin, "to_at": NOW, "complete": True, "cause": ""}


def _evidence(n: int, names: list[str], posts: int) -> dict[str, Any]:
    payload = json.dumps({"n": n}).encode()
    digest = hashlib.sha256(payload).hexdigest()
    digests = {"payload_sha256": digest, "original_sha256": digest, "response_sha256": digest}
    more = {"rule": "feed/1", "removed": [], "received_at": _at(n, posts), "payload": payload}
    return {"id": n, "account_id": _account(n, names, posts), **digests, **more}


def _post(n: int, names: list[str], posts: int) -> dict[str, Any]:
    at = _at(n, posts)
    ids = {"id": n, "account_id": _account(n, names, posts), "platform_id": f"p{n}", "version_id": n}
    return {**ids, "kind": "own", "published_at": at, "first_seen_at": at, "last_seen_at": NOW}


def _version(n: int, posts: int) -> dict[str, Any]:
    digest = hashlib.sha256(str(n).encode()).hexdigest()
    ids = {"id": n, "post_id": n, "number": 1, "evidence_id": n, "content_sha256": digest}
    return {**ids, "text": WORDS.format(n), "media": [], "links": [], "seen_at": _at(n, posts)}


def _finding(n: int, posts: int) -> dict[str, Any]:
    ids = {"id": n, "version_id": n, "part": "own", "model_hash": MODEL, "score": 0.01, "at": _at(n, posts)}
    empty: dict[str, Any] = {"categories": {}, "characteristics": {}, "not_assessed": [], "cues": []}
    return {**ids, **empty, "assessed": "none" if n % 100 == 0 else "full", "language": "en"}


def _judged(n: int, alerts: int) -> bool:
    return n <= alerts - alerts // JUDGED_OF


def _alert(n: int, alerts: int, posts: int) -> dict[str, Any]:
    on, decided = n * ALERT_EVERY - 1, _judged(n, alerts)
    status = "decided" if decided else "open"
    times = {"opened_at": _at(on, posts), "decided_at": _at(on, posts) if decided else None}
    severity = ("medium", "high", "urgent")[n % 3]
    return {"id": n, "post_id": on, "version_id": on, "cause": "own", "status": status, "severity": severity, **times}


def _hit(n: int, policy: int, posts: int) -> dict[str, Any]:
    on, clause = n * ALERT_EVERY - 1, default().clauses[n % 3]
    words = {"clause": clause.id, "title": clause.title, "severity": clause.severity, "category": clause.category}
    figures = {"probability": 0.5, "threshold": clause.threshold, "characteristics": [], "at": _at(on, posts)}
    return {"alert_id": n, "finding_id": on, "policy_version_id": policy, **words, **figures}


def _event(n: int, posts: int) -> dict[str, Any]:
    steps = {"from_status": "", "to_status": "open", "action": "open", "actor": "classifier", "detail": {}}
    return {"alert_id": n, "at": _at(n * ALERT_EVERY - 1, posts), **steps}


def _review(n: int, policy: int, posts: int) -> dict[str, Any]:
    on, upheld = n * ALERT_EVERY - 1, n % 4 == 0
    judged = {"judgement": "upheld" if upheld else "not_upheld", "outcome": "advice" if upheld else "no_action"}
    words = {"clause": default().clauses[n % 3].id, "reason": "Looked at.", "categories": [], "characteristics": []}
    ids = {"alert_id": n, "version_id": on, "policy_version_id": policy, "reviewer_id": 1, "at": _at(on, posts)}
    return {**ids, **judged, **words}
