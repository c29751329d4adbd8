"""Does the evidence of each run still make the root that the audit log has of it?

The log has every run's root, so that evidence, digest and root changed together still show, and so that no run can be
put in or taken out with all it brought.
"""

import json
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, select

from data.audit import merkle_root
from data.schema import audit_detail, audit_log, collection_run, evidence
from data.store import posts
from data.store.rows import AnyRow

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
ROOTED = ("collect", "archive.import")  # the actions whose detail has a run's root


@dataclass(frozen=True, slots=True)
class Root:
    """What the log says of a run: how many items, their root, and the form of its leaves."""

    items: int
    root: str
    form: int


def wrong_roots(tx: Connection) -> list[str]:
    """Return what does not fit the audit log, run by run. Of a run that has not ended there is nothing to tell yet."""
    c, logged, silent = collection_run.c, _logged(tx), _silent(tx)
    rows = tx.execute(select(c.id, c.account_id, c.finished_at, c.merkle_root).order_by(c.id)).all()
    wrong = [told for run in rows if (told := _wrong(tx, run, logged.get(run.id), run.account_id in silent))]
    there = {run.id for run in rows}
    wrong += [f"run {n}: it is missing with its evidence" for n, r in logged.items() if r.items and n not in there]
    loose = select(evidence.c.id).where(evidence.c.run_id.is_(None) | evidence.c.run_id.not_in(select(c.id)))
    return wrong + [f"evidence {n}: no run accounts for it" for n in tx.scalars(loose.order_by(evidence.c.id))]


def _wrong(tx: Connection, run: AnyRow, logged: Root | None, silent: bool) -> str | None:
    try:
        leaves = posts.run_leaves(tx, run.id, logged.form if logged else 1)
    except UNREADABLE:
        return f"run {run.id}: its evidence cannot be read"
    if run.finished_at is not None and merkle_root(leaves) != run.merkle_root:
        return f"run {run.id}: its evidence is not what it was"
    if logged is not None and merkle_root(leaves[: logged.items]) != logged.root:
        return f"run {run.id}: its evidence is not what it was"
    if logged is None and run.finished_at is not None and leaves and not silent:
        return f"run {run.id}: the audit log does not know it"
    return None


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


def _silent(tx: Connection) -> set[str]:
    """Return the accounts of which such a detail was erased lawfully: a file may have been named after a person."""
    query = select(audit_log.c.subject).join_from(audit_log, audit_detail).where(audit_log.c.action.in_(ROOTED))
    gone = audit_detail.c.detail.is_(None), audit_detail.c.certificate_id.is_not(None)
    return {subject.removeprefix("account:") for subject in tx.scalars(query.where(*gone))}
