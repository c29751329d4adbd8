"""Certificates of erasure, and what the audit chain attests of them: numbers only, no personal data.

Whatever is erased is named, in ranges of numbers, by a row of the audit log written in the same transaction. So a
certificate that somebody else made, or stretched over more than was erased under it, shows.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.schema import audit_detail, audit_log, certificate
from data.store import ledger
from data.store.rows import Rows, insert_one, ranges

OPENED, ERASED, CLOSED = "erasure.begin", "erasure", "erasure.end"
ATTESTS = (OPENED, ERASED, CLOSED)


@dataclass
class Attested:
    """What the chain says of one certificate: its digest, and the evidence and audit rows erased under it."""

    digest: str = ""
    closed: str = ""
    evidence: set[int] = field(default_factory=set)
    audit: set[int] = field(default_factory=set)


def begin(tx: Connection, actor: str, ground: str, now: datetime) -> int:
    """Open a certificate; return its number."""
    number = insert_one(tx, insert(certificate).values(at=now, actor=actor, reason=ground, scope={}))
    detail = {"sha256": digest(now, actor, ground)}
    ledger.append(tx, now, actor, OPENED, f"certificate:{number}", detail)
    return number


def attest(tx: Connection, number: int, actor: str, now: datetime, erased: Mapping[str, Sequence[int]]) -> None:
    """Put into the chain which rows (numbers by table) are erased under a certificate."""
    detail = {table: ranges(numbers) for table, numbers in erased.items() if numbers}
    if detail:
        ledger.append(tx, now, actor, ERASED, f"certificate:{number}", detail)


def end(tx: Connection, number: int, actor: str, now: datetime, counts: Mapping[str, int]) -> None:
    """Close a certificate with how many rows of what were erased."""
    scope = dict(sorted(counts.items()))
    tx.execute(update(certificate).where(certificate.c.id == number).values(scope=scope))
    ledger.append(tx, now, actor, CLOSED, f"certificate:{number}", {"sha256": scope_digest(scope)})


def everything(tx: Connection) -> Rows:
    """Return all certificates, oldest first."""
    return tx.execute(select(*certificate.c).order_by(certificate.c.id)).all()


def attested(tx: Connection) -> dict[int, Attested]:
    """Return what the audit log says of each certificate."""
    found: dict[int, Attested] = defaultdict(Attested)
    c = audit_log.c
    query = select(c.action, c.subject, audit_detail.c.detail).join_from(audit_log, audit_detail)
    for row in tx.execute(query.where(c.action.in_(ATTESTS), audit_detail.c.detail.is_not(None)).order_by(c.seq)):
        _add(found[int(row.subject.rpartition(":")[2])], row.action, json.loads(row.detail))
    return found


def digest(at: datetime, actor: str, ground: str) -> str:
    """Return the digest of what a certificate says of itself."""
    return _sha([at.isoformat(timespec="microseconds"), actor, ground])


def scope_digest(scope: Mapping[str, int]) -> str:
    """Return the digest of a certificate's counts."""
    return _sha(sorted(scope.items()))


def _add(one: Attested, action: str, detail: Mapping[str, Any]) -> None:
    if action == OPENED:
        one.digest = detail["sha256"]
    elif action == CLOSED:
        one.closed = detail["sha256"]
    else:
        for first, last in detail.get("evidence", ()):
            one.evidence.update(range(first, last + 1))
        for first, last in detail.get("audit", ()):
            one.audit.update(range(first, last + 1))


def _sha(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
