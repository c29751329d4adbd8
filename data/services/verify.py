"""Does the store still hold what it held: evidence re-hashed, runs' Merkle roots, the audit chain, its anchor."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, exists, select

from data import anchor
from data.audit import first_break, merkle_root
from data.schema import audit_detail, audit_log, collection_run, evidence, version
from data.store import ledger, posts
from data.store.engine import Store
from data.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found: counts, what does not verify (empty when all does), and since when nothing is anchored."""

    evidence: int
    erased: int
    audit_rows: int
    anchored: int
    problems: tuple[str, ...]


def verify(store: Store, anchor_file: Path) -> Report:
    """Re-hash all evidence, recompute every run's root, walk the audit chain and compare it with its anchor."""
    anchors = anchor.read(anchor_file)  # before the store: what others anchor meanwhile would look like a cut
    with store.read() as tx:
        head = ledger.head(tx)
        found = first_break(ledger.entries(tx), head)
        chain = [f"audit log: {found.message} ({found.kind})"] if found else []
        chain += _anchor_problems(tx, anchors, head)
        total, erased, wrong = _evidence(tx)
        roots = [*_wrong_roots(tx), *_orphans(tx), *_changed_versions(tx), *_unshown(tx)]
    seq = anchors[-1].seq if anchors else 0
    return Report(total, erased, head[0], seq, (*chain, *wrong, *roots))


def _evidence(tx: Connection) -> tuple[int, int, list[str]]:
    total, erased, wrong = 0, 0, []
    for row in _all_evidence(tx):
        total += 1
        if row.payload is None and row.certificate_id is not None:
            erased += 1
        elif row.payload is None:
            wrong.append(f"evidence {row.id}: missing without a certificate")
        elif _digest(row.payload) != row.payload_sha256:
            wrong.append(f"evidence {row.id}: changed after it was stored")
    return total, erased, wrong


def _digest(payload: bytes | str) -> str:
    """SQLite gives back text where someone wrote text: hashed as such, it will not match."""
    return hashlib.sha256(payload.encode() if isinstance(payload, str) else payload).hexdigest()


def _all_evidence(tx: Connection) -> Iterator[AnyRow]:
    last = 0
    while rows := posts.evidence_rows(tx, last):
        yield from rows
        last = rows[-1].id


def _wrong_roots(tx: Connection) -> list[str]:
    """The audit log has every run's root too, so that evidence, digest and root changed together still show."""
    c, logged, wrong = collection_run.c, _logged_roots(tx), []
    for run in tx.execute(select(c.id, c.finished_at, c.merkle_root).order_by(c.id)).all():
        digests = posts.run_digests(tx, run.id)
        count, root = logged.get(run.id, (0, merkle_root(())))
        whole = run.finished_at is None or merkle_root(digests) == run.merkle_root
        if not whole or merkle_root(digests[:count]) != root:
            wrong.append(f"run {run.id}: its evidence is not what it was")
    return wrong


def _logged_roots(tx: Connection) -> dict[int, tuple[int, str]]:
    """Return the newest (number of items, root) of every run in the audit log, where the detail was not erased."""
    c = audit_detail.c
    query = (
        select(c.detail).join_from(audit_detail, audit_log).where(audit_log.c.action.in_(("collect", "archive.import")))
    )
    found = tx.scalars(query.where(c.detail.is_not(None)).order_by(c.seq).execution_options(yield_per=1000))
    known: dict[int, tuple[int, str]] = {}
    for text in found:
        with suppress(ValueError, KeyError, TypeError):  # a detail that was changed is told with the chain
            detail = json.loads(text)
            known[int(detail["run"])] = int(detail["evidence"]), str(detail["root"])
    return known


def _changed_versions(tx: Connection) -> list[str]:
    c = version.c
    query = select(c.id, c.content_sha256, c.text, c.warning, c.media, c.links, c.shared_text).order_by(c.id)
    rows = tx.execute(query.execution_options(yield_per=1000))
    wrong = (r for r in rows if posts.row_digest(r) != r.content_sha256)
    return [f"version {r.id}: its words are not what was stored" for r in wrong]


def _unshown(tx: Connection) -> list[str]:
    shown = exists().where(version.c.evidence_id == evidence.c.id)
    lost = tx.scalars(select(evidence.c.id).where(~shown, evidence.c.erased_at.is_(None)).order_by(evidence.c.id))
    return [f"evidence {n}: the version it belongs to is missing" for n in lost]


def _orphans(tx: Connection) -> list[str]:
    rows = tx.execute(
        select(version.c.id, version.c.post_id, version.c.number).order_by(version.c.post_id, version.c.number)
    )
    expected, wrong = dict[int, int](), []
    for row in rows:
        number = expected.get(row.post_id, 0) + 1
        if row.number != number:
            wrong.append(f"post {row.post_id}: version {number} is missing")
        expected[row.post_id] = row.number
    return wrong


def _anchor_problems(tx: Connection, anchors: list[anchor.Anchored], head: tuple[int, str]) -> list[str]:
    bad = [f"anchor: line {n} is not signed by this store's key" for n, a in enumerate(anchors, 1) if not a.valid]
    for found in (a for a in anchors if a.valid and a.seq):
        if found.seq > head[0]:
            return [*bad, f"audit log: it had {found.seq} rows at {found.at} and has {head[0]} now (cut)"]
        row = tx.execute(select(audit_log.c.hash).where(audit_log.c.seq == found.seq)).first()
        if row is None or row.hash != found.hash:
            return [*bad, f"audit log: row {found.seq} is not the one anchored at {found.at} (recomputed)"]
    return bad
