"""What stands in a bundle of evidence about one alert, as rows; people appear as numbers."""

from typing import Any

from sqlalchemy import Connection, Select, Table, select

from data.model import Alert
from data.schema import (
    account,
    alert,
    alert_event,
    alert_hit,
    evidence,
    explanation,
    finding,
    person,
    post,
    reply,
    review,
    version,
)

Rows = list[dict[str, Any]]


def told(tx: Connection, found: Alert) -> dict[str, Any]:
    """Return the alert, its account and post, all versions, findings, clauses, events, replies and decisions.

    Of a companion there is only whether somebody stood beside the owner.
    """
    ours, theirs, v, f = account.c, post.c, version.c, finding.c
    whose = (ours.id, ours.platform, ours.handle, ours.url, ours.kind, ours.department)
    item = (
        theirs.id,
        theirs.kind,
        theirs.url,
        theirs.published_at,
        theirs.first_seen_at,
        theirs.gone_at,
        theirs.erased_at,
    )
    words = (
        v.id,
        v.number,
        v.text,
        v.warning,
        v.media,
        v.links,
        v.shared_text,
        v.language,
        v.seen_at,
        v.content_sha256,
    )
    proof = evidence.c.certificate_id.label("erased_under")
    versions = select(*words, v.evidence_id, proof).join_from(version, evidence, evidence.c.id == v.evidence_id)
    mine = select(v.id).where(v.post_id == found.post_id)
    why = (explanation.c.raw, explanation.c.base, explanation.c.rest, explanation.c.words)
    findings = select(*f, *why).join_from(finding, explanation, isouter=True)
    return {
        "alert": _all(tx, select(*alert.c).where(alert.c.id == found.id))[0],
        "account": _all(tx, select(*whose).where(ours.id == found.account_id))[0],
        "post": _all(tx, select(*item).where(theirs.id == found.post_id))[0],
        "versions": _all(tx, versions.where(v.post_id == found.post_id).order_by(v.number)),
        "findings": _all(tx, findings.where(f.version_id.in_(mine)).order_by(f.id)),
        "clauses": _about(tx, alert_hit, found.id),
        "events": _about(tx, alert_event, found.id),
        "replies": [row | {"companion": bool(row["companion"])} for row in _about(tx, reply, found.id)],
        "decisions": _about(tx, review, found.id),
    }


def numbers(tx: Connection) -> dict[str, str]:
    """Return what stands for each e-mail address: events name people by theirs."""
    return {row.email: f"person:{row.id}" for row in tx.execute(select(person.c.id, person.c.email))}


def _about(tx: Connection, table: Table, alert_id: int) -> Rows:
    return _all(tx, select(*table.c).where(table.c.alert_id == alert_id).order_by(table.c.id))


def _all(tx: Connection, query: Select[Any]) -> Rows:
    return [dict(row._mapping) for row in tx.execute(query)]
