"""Does the evidence of each run still make the root that the audit log has of it?

The log has every run's root, so that evidence, digest and root changed together still show, and so that no run can be
put in or taken out with all it brought, and no post into a run.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from data.audit import merkle_root
from data.schema import audit_detail, audit_log, collection_run, evidence
from data.schema_work import lease
from data.store import posts
from data.store.proofs import ROOTED
from data.store.rows import AnyRow

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
AT_WORK = timedelta(days=1)  # longest that a run without a lease, an import, may be at work
TOGETHER = timedelta(minutes=1)  # at most between the end of a run and its row in the log: one transaction
CHANGED = "run {}: its evidence is not what it was"
UNKNOWN = "run {}: the audit log does not know it"
MORE = "run {}: there is more evidence in it than the audit log knows"
UNENDED = (
    "run {}: the audit log does not know all its evidence, and it has not ended since {:%Y-%m-%d}: "
    "it was killed, and collecting its account again ends it, or it was put in"
)


@dataclass(frozen=True, slots=True)
class Root:
    """What the log says of a run: how many items, their root, and the form of its leaves."""

    items: int
    root: str
    form: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the runs are held against: the newest root of each in the log, when rows of which the detail was erased
    lawfully were written, by account, and which accounts are being collected now."""

    roots: Mapping[int, Root]
    silent: Mapping[str, list[datetime]]
    leased: frozenset[str]
    now: datetime

    def spends(self, run: AnyRow) -> bool:
        """Say whether a row that was erased lawfully may be the one of this run, and let it stand for no other."""
        rows = self.silent.get(run.account_id, [])
        nearest = min(rows, key=lambda at: abs(at - run.finished_at), default=None)
        if nearest is None or abs(nearest - run.finished_at) > TOGETHER:
            return False
        rows.remove(nearest)
        return True

    def at_work(self, run: AnyRow) -> bool:
        """Say whether a run that has not ended may be under way."""
        return run.account_id in self.leased or abs(self.now - run.started_at) < AT_WORK


def wrong_roots(tx: Connection, now: datetime) -> list[str]:
    """Return what does not fit the audit log, run by run. Of a run that is at work there is nothing to tell yet."""
    c, known = collection_run.c, Known(_logged(tx), _silent(tx), _leased(tx, now), now)
    rows = tx.execute(select(c.id, c.account_id, c.started_at, c.finished_at, c.merkle_root).order_by(c.id)).all()
    wrong = [told for run in rows if (told := _wrong(tx, run, known))]
    there = {run.id for run in rows}
    gone = (n for n, r in known.roots.items() if r.items and n not in there)
    wrong += [f"run {n}: it is missing with its evidence" for n in gone]
    loose = select(evidence.c.id).where(evidence.c.run_id.is_(None) | evidence.c.run_id.not_in(select(c.id)))
    return wrong + [f"evidence {n}: no run accounts for it" for n in tx.scalars(loose.order_by(evidence.c.id))]


def _wrong(tx: Connection, run: AnyRow, known: Known) -> str | None:
    logged = known.roots.get(run.id)
    try:
        leaves = posts.run_leaves(tx, run.id, logged.form) if logged else _unlogged_leaves(tx, run)
    except UNREADABLE:
        return f"run {run.id}: its evidence cannot be read"
    ended, items = run.finished_at is not None, logged.items if logged else 0
    if (logged and merkle_root(leaves[:items]) != logged.root) or (ended and merkle_root(leaves) != run.merkle_root):
        return CHANGED.format(run.id) if logged or leaves else None
    if len(leaves) <= items:
        return None
    if not ended:
        return None if known.at_work(run) else UNENDED.format(run.id, run.started_at)
    return None if known.spends(run) else (MORE if logged else UNKNOWN).format(run.id)


def _unlogged_leaves(tx: Connection, run: AnyRow) -> list[str]:
    """Return the leaves that make the root of a run of which the log does not, or no longer, say the form."""
    leaves = posts.run_leaves(tx, run.id)
    return leaves if merkle_root(leaves) == run.merkle_root else posts.run_leaves(tx, run.id, 1)


def _logged(tx: Connection) -> dict[int, Root]:
    """Return the newest root of every run in the audit log."""
    c = audit_detail.c
    query = select(c.detail).join_from(audit_detail, audit_log).where(audit_log.c.action.in_(ROOTED))
    found = tx.scalars(query.where(c.detail.is_not(None)).order_by(c.seq).execution_options(yield_per=1000))
    known: dict[int, Root] = {}
    for text in found:
        with suppress(ValueError, KeyError, TypeError):  # a detail that was changed is told with the chain
            detail = json.loads(text)
            known[int(detail["run"])] = Root(int(detail["evidence"]), str(detail["root"]), int(detail.get("leaf", 1)))
    return known


def _silent(tx: Connection) -> dict[str, list[datetime]]:
    """Return when such rows whose detail was erased lawfully were written: a file may be named after a person."""
    c = audit_log.c
    query = select(c.at, c.subject).join_from(audit_log, audit_detail).where(c.action.in_(ROOTED))
    gone = audit_detail.c.detail.is_(None), audit_detail.c.certificate_id.is_not(None)
    found = defaultdict[str, list[datetime]](list)
    for row in tx.execute(query.where(*gone)):
        found[row.subject.removeprefix("account:")].append(row.at)
    return found


def _leased(tx: Connection, now: datetime) -> frozenset[str]:
    c = lease.c
    names = tx.scalars(select(c.name).where(c.name.startswith("collect:"), c.until.between(now, now + AT_WORK)))
    return frozenset(name.removeprefix("collect:") for name in names)
