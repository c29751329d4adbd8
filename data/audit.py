"""The hash chain of the audit log, pure: commitments, links, the walk, and the Merkle root of a run's evidence.

A row's hash covers its number, time, actor, action, subject, the salted commitment to its detail and the hash of the
row
before. The detail itself can be erased lawfully; the commitment stays and the chain still holds. Merkle trees are
those of
RFC 6962, section 2.1 (leaf prefix 00, node prefix 01), over the hexadecimal digests as bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log. `salt` and `detail` are None when erased; `certificate` then names the erasure."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail_hash: str
    prev: str
    hash: str
    salt: str | None = None
    detail: str | None = None
    certificate: int | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain fails: `kind` is missing, changed, detail_changed, detail_missing, cut or
    recomputed."""

    seq: int
    kind: str
    message: str


def canonical(detail: Mapping[str, object]) -> str:
    """Return `detail` as JSON that is the same for equal content."""
    return json.dumps(detail, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def commitment(salt: str, detail: str) -> str:
    """Return the digest that stands for `detail` in the chain; the salt keeps short details from being guessed."""
    return _sha(f"{salt}\n{detail}")


def link(prev: str, seq: int, at: datetime, actor: str, action: str, subject: str, detail_hash: str) -> str:
    """Return the hash of one row, given the hash of the row before."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha(json.dumps([prev, seq, moment, actor, action, subject, detail_hash], ensure_ascii=False))


def first_break(entries: Iterable[Entry], head: tuple[int, str]) -> Break | None:
    """Walk the chain from its first row; return the first break, or None when it holds up to `head` (count, hash)."""
    expected_seq, prev = 1, GENESIS
    for entry in entries:
        found = _check(entry, expected_seq, prev)
        if found:
            return found
        expected_seq, prev = entry.seq + 1, entry.hash
    if (expected_seq - 1, prev) != head:
        return Break(expected_seq, "cut", f"the log ends at row {expected_seq - 1}, its head says {head[0]}")
    return None


def merkle_root(digests: Sequence[str]) -> str:
    """Return the RFC 6962 tree hash of hexadecimal digests, in their order."""
    return _tree([hashlib.sha256(b"\x00" + bytes.fromhex(d)).digest() for d in digests]).hex()


def merkle_path(digests: Sequence[str], index: int) -> list[tuple[str, str]]:
    """Return what proves that the digest at `index` belongs to the tree: on which side stands which hash, leaf to root
    (RFC 6962, section 2.1.1)."""
    nodes, path = [hashlib.sha256(b"\x00" + bytes.fromhex(d)).digest() for d in digests], []
    while len(nodes) > 1:
        other = index ^ 1
        if other < len(nodes):
            path.append(("left" if other < index else "right", nodes[other].hex()))
        pairs = [nodes[i : i + 2] for i in range(0, len(nodes), 2)]
        nodes = [hashlib.sha256(b"\x01" + p[0] + p[1]).digest() if len(p) == 2 else p[0] for p in pairs]
        index //= 2
    return path


def _tree(nodes: list[bytes]) -> bytes:
    if not nodes:
        return hashlib.sha256().digest()
    while len(nodes) > 1:
        pairs = [nodes[i : i + 2] for i in range(0, len(nodes), 2)]
        nodes = [hashlib.sha256(b"\x01" + p[0] + p[1]).digest() if len(p) == 2 else p[0] for p in pairs]
    return nodes[0]


def _check(entry: Entry, seq: int, prev: str) -> Break | None:
    if entry.seq != seq or entry.prev != prev:
        return Break(seq, "missing", f"row {seq} is missing or out of order (found row {entry.seq})")
    args = (entry.seq, entry.at, entry.actor, entry.action, entry.subject, entry.detail_hash)
    if link(prev, *args) != entry.hash:
        return Break(seq, "changed", f"row {seq} was changed after it was written")
    return _check_detail(entry)


def _check_detail(entry: Entry) -> Break | None:
    if entry.salt is None or entry.detail is None:
        if entry.certificate is not None:
            return None
        return Break(entry.seq, "detail_missing", f"the detail of row {entry.seq} is missing without a certificate")
    if commitment(entry.salt, entry.detail) != entry.detail_hash:
        return Break(entry.seq, "detail_changed", f"the detail of row {entry.seq} was changed")
    return None


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
