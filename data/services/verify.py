"""Does the store still hold what it held: evidence re-hashed, runs' Merkle roots, the audit chain, its anchor."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, exists, select

from data import anchor
from data.audit import first_break
from data.schema import audit_log, evidence, version
from data.services.certified import Certified, certified, misdated
from data.services.roots import UNREADABLE, wrong_roots
from data.store import ledger, posts
from data.store.engine import Store
from data.store.posts import NO_WORDS
from data.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found: counts, what does not verify (empty when all does), and since when nothing is anchored.

    `certificates` says how many items of evidence were erased under which certificate.
    """

    evidence: int
    audit_rows: int
    anchored: int
    problems: tuple[str, ...]
    certificates: Mapping[int, int]

    @property
    def erased(self) -> int:
        """How many items of evidence were erased lawfully."""
        return sum(self.certificates.values())


def verify(store: Store, anchor_file: Path) -> Report:
    """Re-hash all evidence, recompute every run's root, walk the audit chain and compare it with its anchor."""
    anchors = anchor.read(anchor_file)  # before the store: what others anchor meanwhile would look like a cut
    with store.read() as tx:
        head = ledger.head(tx)
        chain = [*_chain(tx, head), *_anchor_problems(tx, anchors, head)]
        erased, total = Certified({}), 0
        with _readable("certificates", chain):
            erased, not_held = certified(tx)
            chain += [*not_held, *erased.details(tx), *misdated(tx)]
        with _readable("evidence", chain):
            total, wrong = _evidence(tx, erased)
            chain += wrong
        runs = partial(wrong_roots, now=store.now())
        for what, looks in (("runs", runs), ("posts", _orphans), ("evidence", _unshown)):
            with _readable(what, chain):
                chain += looks(tx)
        with _readable("versions", chain):
            chain += _changed_versions(tx)
    seq = anchors[-1].seq if anchors else 0
    return Report(total, head[0], seq, tuple(chain), dict(sorted(erased.erased.items())))


@contextmanager
def _readable(what: str, problems: list[str]) -> Iterator[None]:
    """Tell of a value that cannot even be read, where the database let somebody write one."""
    try:
        yield
    except UNREADABLE as error:
        problems.append(f"{what}: a value in it cannot be read: {error}")


def _chain(tx: Connection, head: tuple[int, str]) -> list[str]:
    try:
        found = first_break(ledger.entries(tx), head)
    except UNREADABLE:
        bad = next((seq for seq in range(1, head[0] + 2) if not ledger.is_readable(tx, seq)), head[0])
        return [f"audit log: row {bad} cannot be read (changed)"]
    return [f"audit log: {found.message} ({found.kind})"] if found else []


def _evidence(tx: Connection, erased: Certified) -> tuple[int, list[str]]:
    total, wrong = 0, []
    for row in _all_evidence(tx):
        total += 1
        told = erased.evidence(row.id, row.certificate_id, row.erased_at, row.payload is not None)
        if told:
            wrong.append(told)
        elif row.payload is not None and _digest(row.payload) != row.payload_sha256:
            wrong.append(f"evidence {row.id}: changed after it was stored")
    return total, wrong


def _digest(payload: object) -> str:
    """SQLite gives back text, or a number, where someone wrote one: hashed as such, it will not match."""
    return hashlib.sha256(payload if isinstance(payload, bytes) else str(payload).encode()).hexdigest()


def _all_evidence(tx: Connection) -> Iterator[AnyRow]:
    last = 0
    while rows := posts.evidence_rows(tx, last):
        yield from rows
        last = rows[-1].id


def _changed_versions(tx: Connection) -> list[str]:
    c = version.c
    shown = (c.id, c.content_sha256, c.text, c.warning, c.media, c.links, c.shared_text)
    query = select(*shown, evidence.c.certificate_id).join_from(version, evidence, isouter=True).order_by(c.id)
    rows = tx.execute(query.execution_options(yield_per=1000))
    wrong = (r for r in rows if posts.row_digest(r) != (r.content_sha256 if r.certificate_id is None else NO_WORDS))
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
