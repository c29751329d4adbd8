"""An alert that a person opens: a reader of the sample met something that cannot wait."""

from dataclasses import dataclass

from sqlalchemy import Connection

from data.errors import NotFound
from data.model import ClauseHit, Part, Person, Version
from data.policy import Clause
from data.services.actors import ref
from data.services.policy import current
from data.store import alerts, findings, ledger, posts
from data.store.engine import Store
from data.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Urgent:
    """Why a reader opens an alert about a post of the sample: the clause it may touch, and a reason."""

    clause: str
    reason: str


def version_of(tx: Connection, row: AnyRow) -> Version:
    """Return the version that an item of a sample is about."""
    return next(one for one in posts.versions(tx, row.post_id) if one.id == row.version_id)


def open_alert(tx: Connection, store: Store, actor: Person, row: AnyRow, urgent: Urgent) -> int:
    """Open an alert about an item of a sample and return its number; a post that has one keeps it as it is."""
    now, version = store.now(), version_of(tx, row)
    in_force = current(tx, now)
    clause = in_force.policy.clause(urgent.clause)
    if clause is None:
        raise NotFound(f"The policy in force has no clause {urgent.clause!r}.")
    there = alerts.find(tx, row.post_id, Part.OWN)
    if there is not None:
        return there.id
    opened = alerts.open_new(tx, version, Part.OWN, clause.severity, now)
    alerts.add_hits(tx, opened, row.finding_id, in_force.id, [_hit(tx, row, clause)], now)
    detail = {"finding": row.finding_id, "reason": urgent.reason.strip()}
    alerts.add_event(tx, opened, now, actor.email, "open", ("", "open"), **detail)
    ledger.append(tx, now, ref(actor), "alert.open", f"alert:{opened}", {"clauses": [clause.id], **detail})
    return opened


def _hit(tx: Connection, row: AnyRow, clause: Clause) -> ClauseHit:
    """Return the clause as the reader names it; its probability is what the model said, below the threshold or not."""
    found = findings.get(tx, row.finding_id)
    said = float(found.categories.get(clause.category, 0.0)) if found is not None else 0.0
    return ClauseHit(clause.id, clause.title, clause.severity, clause.category, (), said, clause.threshold)
