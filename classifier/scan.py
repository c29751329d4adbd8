"""scan(): versions without a finding by this model → findings → the policy → alerts.

Versions are judged in batches, each stored in one transaction with the alerts it raises, so that a scan can be killed
at
any moment and the next one takes up what is left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from data import policy as policies
from data import review
from data.errors import Conflict
from data.model import Alert, ClauseHit, Finding, Part, Severity, Version
from data.review import Arrival
from data.services.policy import InForce, current
from data.store import alerts, findings, ledger, posts
from data.store.engine import Store
from data.words import judged_words

ACTOR = "classifier"
BATCH = 512


class Judge(Protocol):
    """What a scan asks of a model: its hash and manifest, and for each version one finding a part."""

    @property
    def hash(self) -> str:
        """The SHA-256 of the manifest."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the model is made of."""

    def findings(self, versions: Sequence[Version], *, explain: bool = False) -> list[tuple[Finding, ...]]:
        """Return the findings of each version, in order."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a batch came to."""

    versions: int = 0
    opened: int = 0

    def __add__(self, other: "Scanned") -> "Scanned":
        return Scanned(self.versions + other.versions, self.opened + other.opened)


def scan(store: Store, judge: Judge, *, everything: bool = False, since: datetime | None = None) -> Iterator[Scanned]:
    """Judge what has not been judged by this model (or everything); yield what each batch came to."""
    in_force = _begin(store, judge)
    last = 0
    while batch := _pending(store, judge, last, everything, since):
        found = judge.findings(batch)
        yield _store(store, judge, in_force, list(zip(batch, found, strict=True)))
        last = batch[-1].id


def _begin(store: Store, judge: Judge) -> InForce:
    with store.write() as tx:
        name = str(judge.manifest.get("name", ""))
        if findings.register_model(tx, judge.hash, name, judge.manifest, store.now()):
            ledger.append(tx, store.now(), ACTOR, "model.in_use", f"model:{judge.hash}", {"name": name})
        return current(tx, store.now())


def _pending(store: Store, judge: Judge, after: int, everything: bool, since: datetime | None) -> list[Version]:
    with store.read() as tx:
        return findings.pending(tx, judge.hash, after, BATCH, everything=everything, since=since)


def _store(
    store: Store, judge: Judge, in_force: InForce, judged: Sequence[tuple[Version, tuple[Finding, ...]]]
) -> Scanned:
    flat = [(version, finding) for version, parts in judged for finding in parts]
    met = [(v, f, policies.hits(in_force.policy, f)) for v, f in flat]
    why = _explained(judge, [v for v, _, hits in met if policies.raises_alert(hits)])
    with store.write() as tx:
        erased = findings.erased(tx, [v.id for v, _ in judged])  # since they were read: nothing is said of them
        met = [one for one in met if one[0].id not in erased]
        ids = findings.record(tx, [(v.id, f) for v, f, _ in met], store.now())
        opened = 0
        for number, (version, finding, hits) in zip(ids, met, strict=True):
            if not policies.raises_alert(hits):
                continue
            opened += _raise(tx, store, in_force, version, finding, number, hits)
            explained = why.get((version.id, finding.part))
            if explained is not None and explained.explanation is not None:
                findings.explain(tx, number, explained.explanation)
        detail = {"model": judge.hash, "policy": in_force.id, "opened": opened}
        ledger.append(tx, store.now(), ACTOR, "scan", f"versions:{judged[0][0].id}-{judged[-1][0].id}", detail)
    return Scanned(len(judged), opened)


def _explained(judge: Judge, versions: Sequence[Version]) -> dict[tuple[int, str], Finding]:
    unique = list({v.id: v for v in versions}.values())
    if not unique:
        return {}
    return {
        (v.id, f.part): f for v, parts in zip(unique, judge.findings(unique, explain=True), strict=True) for f in parts
    }


def _raise(
    tx: Connection,
    store: Store,
    in_force: InForce,
    version: Version,
    finding: Finding,
    finding_id: int,
    hits: tuple[ClauseHit, ...],
) -> int:
    """Open, join or re-open the alert on a version's post; return 1 when one was opened or re-opened."""
    now, severity = store.now(), hits[0].severity
    existing = alerts.find(tx, version.post_id, finding.part)
    reworded = existing is not None and _reworded(tx, existing, version)
    what = review.arrival(existing, version, severity, reworded=reworded)
    if what is Arrival.IGNORE:
        return 0
    if existing is None:
        alert_id = alerts.open_new(tx, version, finding.part, severity, now)
        alerts.add_event(tx, alert_id, now, ACTOR, "open", ("", "open"), finding=finding_id)
    else:
        alert_id = existing.id
        _bring_up(tx, store, existing, version, severity, what, reworded)
    alerts.add_hits(tx, alert_id, finding_id, in_force.id, hits, now)
    if what is not Arrival.JOIN:
        clauses = [hit.clause for hit in hits]
        ledger.append(tx, now, ACTOR, f"alert.{what}", f"alert:{alert_id}", {"finding": finding_id, "clauses": clauses})
    return int(what is not Arrival.JOIN)


def _reworded(tx: Connection, old: Alert, on: Version) -> bool:
    """Say whether the words an alert is about changed at any time from its version up to `on`."""
    span = [v for v in posts.versions(tx, old.post_id) if old.version_id <= v.id <= on.id]
    return len({judged_words(v, Part(old.cause)) for v in span}) > 1


def _bring_up(
    tx: Connection, store: Store, old: Alert, version: Version, severity: Severity, what: Arrival, reworded: bool
) -> None:
    """Move an alert to newer words or a graver clause, with its event; re-open it when it was decided.

    The owner replied to the words of then: for new ones the chance to reply begins anew.
    """
    values: dict[str, Any] = {"version_id": max(old.version_id, version.id)}
    if severity.rank > old.severity.rank:
        values["severity"] = severity
    if reworded or what is Arrival.REOPEN:
        values |= {"reply_asked_at": None, "replied_at": None}
    if what is Arrival.JOIN and values == {"version_id": old.version_id}:
        return
    values["status"] = review.step(old.status, str(what))
    if not alerts.change(tx, old, **values):
        raise Conflict(f"Alert {old.id} was changed by someone else during the scan; the next scan takes it up again.")
    alerts.add_event(tx, old.id, store.now(), ACTOR, str(what), (old.status, values["status"]), version=version.id)
