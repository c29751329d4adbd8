"""What a bundle of evidence proves itself with: rows of the audit chain up to a signed anchor, and leaves to roots."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Connection, select

from data.audit import merkle_path
from data.schema import audit_detail, audit_log, evidence, version
from data.store import certificates, posts
from data.store.rows import Rows, ranges

ROOTED = ("collect", "archive.import")


def about(tx: Connection, subjects: Sequence[str]) -> set[int]:
    """Return the numbers of the audit rows about subjects."""
    return set(tx.scalars(select(audit_log.c.seq).where(audit_log.c.subject.in_(subjects))))


def rooting(tx: Connection, account_id: str, run_id: int) -> tuple[int, Mapping[str, Any]] | None:
    """Return the newest audit row, with its detail, that has the root of a run; None for a run that has not ended."""
    query = select(audit_log.c.seq, audit_detail.c.detail).join_from(audit_log, audit_detail)
    own = audit_log.c.subject == f"account:{account_id}", audit_log.c.action.in_(ROOTED)
    for row in tx.execute(query.where(*own, audit_detail.c.detail.is_not(None)).order_by(audit_log.c.seq.desc())):
        detail = json.loads(row.detail)
        if detail["run"] == run_id:
            return row.seq, detail
    return None


def of_post(tx: Connection, post_id: int) -> Rows:
    """Return the evidence of a post: id, run_id, account_id, payload, certificate_id, and the version's number."""
    e = evidence.c
    shown = (e.id, e.run_id, e.account_id, e.payload, e.payload_sha256, e.certificate_id, version.c.number)
    query = select(*shown).join_from(evidence, version, version.c.evidence_id == e.id)
    return tx.execute(query.where(version.c.post_id == post_id).order_by(version.c.number)).all()


def leaf(tx: Connection, run_id: int, evidence_id: int, detail: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the leaf of an item of evidence and its path to the root of its run; None for the form of older runs, and
    for what a run that was taken up again brought since."""
    if detail.get("leaf", 1) != posts.LEAF:
        return None
    rows = tx.execute(posts.leaf_query().where(evidence.c.run_id == run_id)).all()[: detail["evidence"]]
    at = next((n for n, row in enumerate(rows) if row.id == evidence_id), None)
    if at is None:
        return None
    leaves = [posts.leaf(row) for row in rows]
    digests = [hashlib.sha256(json.dumps(one, ensure_ascii=False).encode()).hexdigest() for one in leaves]
    return {"leaf": leaves[at], "path": merkle_path(digests, at)}


def attesting(tx: Connection, certificate: int, evidence_id: int) -> set[int]:
    """Return the audit rows that say that an item of evidence was erased under a certificate."""
    query = select(audit_log.c.seq, audit_detail.c.detail).join_from(audit_log, audit_detail)
    own = audit_log.c.subject == f"certificate:{certificate}", audit_log.c.action == certificates.ERASED
    rows = tx.execute(query.where(*own)).all()
    ranges = [(row.seq, json.loads(row.detail).get("evidence", ())) for row in rows]
    return {seq for seq, found in ranges if any(first <= evidence_id <= last for first, last in found)}


def chain(tx: Connection, wanted: Iterable[int], anchored: Sequence[int]) -> list[dict[str, Any]]:
    """Return the rows wanted, and those from each up to the next anchored one; details of the wanted ones alone."""
    every = set(wanted)
    ends = {seq: min((a for a in anchored if a >= seq), default=seq) for seq in every}
    stretches = ranges(n for seq, end in ends.items() for n in range(seq, end + 1))
    found = []
    for first, last in stretches:
        c, d = audit_log.c, audit_detail.c
        query = select(*c, d.salt, d.detail).join_from(audit_log, audit_detail, isouter=True)
        for row in tx.execute(query.where(c.seq.between(first, last)).order_by(c.seq)):
            values = dict(row._mapping) | {"at": row.at.astimezone(UTC).isoformat(timespec="microseconds")}
            found.append(values if row.seq in every else values | {"salt": None, "detail": None})
    return found
