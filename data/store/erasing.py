"""Erasing words, in batches that each fit a short transaction; numbers, digests and decisions stay.

`WORDS` is the one list of where words about an alert lie: a table that comes to hold some is added there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, delete, select, update

from data.schema import (
    account_snapshot,
    alert_event,
    alert_hit,
    audit_detail,
    audit_log,
    evidence,
    explanation,
    finding,
    legal_hold,
    opinion,
    post,
    rating,
    reply,
    review,
    support,
    version,
)
from data.schema_insight import commendation, lesson
from data.schema_notices import candidate
from data.store.certificates import ATTESTS
from data.store.rows import Rows, within
from data.store.tombstones import tombstone_of

BLANK: dict[str, Any] = {"text": "", "warning": "", "media": [], "links": [], "language": "", "shared_text": ""}
WORDS: tuple[tuple[Column[str], str], ...] = (  # a column with words, and how its table reaches the alert
    (review.c.reason, "alert_id"),
    (reply.c.text, "alert_id"),
    (reply.c.companion, "alert_id"),
    (opinion.c.reason, "alert_id"),
    (rating.c.note, "review_id"),
    (support.c.text, "review_id"),
    (lesson.c.text, "alert_id"),
)
PLAIN = frozenset({"judgement", "outcome", "clause", "clauses", "severity", "kind", "disagreed"})


def posts(tx: Connection, found: Rows, certificate: int, now: datetime) -> list[int]:
    """Erase what posts (id, account_id, platform_id) say, in all versions; return the numbers of their evidence."""
    ids = [row.id for row in found]
    versions = within(version.c.post_id, ids)
    proofs = list(tx.scalars(select(version.c.evidence_id).where(versions)))
    blank = {"payload": None, "erased_at": now, "certificate_id": certificate}
    tx.execute(update(evidence).where(evidence.c.id.in_(select(version.c.evidence_id).where(versions))).values(**blank))
    tx.execute(update(version).where(versions).values(**BLANK))
    judged = select(finding.c.id).join_from(finding, version, version.c.id == finding.c.version_id).where(versions)
    tx.execute(delete(explanation).where(explanation.c.finding_id.in_(judged)))
    gone = {"platform_id": tombstone_of(tx, post.c.account_id, post.c.platform_id), "url": "", "reply_to": ""}
    tx.execute(update(post).where(within(post.c.id, ids)).values(**gone, erased_at=now))
    tx.execute(update(commendation).where(within(commendation.c.post_id, ids)).values(reason=""))
    tx.execute(delete(candidate).where(within(candidate.c.post_id, ids), candidate.c.dismissed_at.is_(None)))
    return proofs


def alerts(tx: Connection, ids: Sequence[int], certificate: int, now: datetime) -> list[int]:
    """Erase the words about alerts, their audit details included; return the numbers of the audit rows."""
    for column, way in WORDS:
        of = _of(column, way, ids)
        tx.execute(update(column.table).where(of, column != "").values({column.name: ""}))
    hit = select(alert_hit.c.finding_id).where(alert_hit.c.alert_id.in_(ids))
    tx.execute(delete(explanation).where(explanation.c.finding_id.in_(hit)))
    events = select(alert_event.c.id, alert_event.c.detail).where(alert_event.c.alert_id.in_(ids))
    for row in tx.execute(events).all():
        kept = numbers_only(row.detail)
        if kept != row.detail:
            tx.execute(update(alert_event).where(alert_event.c.id == row.id).values(detail=kept))
    return details(tx, [f"alert:{n}" for n in ids], certificate, now)


def snapshots(tx: Connection, account_id: str) -> list[int]:
    """Erase what the platform showed of an account; return the numbers of the rows, which go too."""
    c = account_snapshot.c
    numbers = list(tx.scalars(select(c.id).where(c.account_id == account_id).order_by(c.id)))
    tx.execute(delete(account_snapshot).where(c.account_id == account_id))
    return numbers


def details(tx: Connection, subjects: Sequence[str], certificate: int, now: datetime) -> list[int]:
    """Erase the audit details about subjects, and the reasons of holds on them; return the numbers of the rows."""
    tx.execute(update(legal_hold).where(legal_hold.c.subject.in_(subjects)).values(reason=""))
    return blank_details(tx, audit_log.c.subject.in_(subjects), certificate, now)


def blank_details(tx: Connection, which: ColumnElement[bool], certificate: int, now: datetime) -> list[int]:
    """Erase the audit details of rows; what attests an erasure stays. Return the numbers of the rows."""
    d = audit_detail.c
    query = select(d.seq).join_from(audit_detail, audit_log).where(which, d.detail.is_not(None))
    numbers = list(tx.scalars(query.where(audit_log.c.action.not_in(ATTESTS)).order_by(d.seq)))
    values = {"b_salt": None, "b_detail": None, "b_at": now, "b_certificate": certificate}
    if numbers:
        names = {"salt": "b_salt", "detail": "b_detail", "erased_at": "b_at", "certificate_id": "b_certificate"}
        gone = update(audit_detail).where(d.seq == bindparam("b_seq"))
        tx.execute(
            gone.values({k: bindparam(v) for k, v in names.items()}), [values | {"b_seq": number} for number in numbers]
        )
    return numbers


def numbers_only(detail: Any) -> Any:
    """Return an event's detail without free words: numbers stay, and the words of enumerations."""
    if not isinstance(detail, dict):
        return detail
    return {k: v for k, v in detail.items() if k in PLAIN or _is_number(v)}


def _is_number(value: Any) -> bool:
    return all(map(_is_number, value)) if isinstance(value, list) else not isinstance(value, str | dict)


def _of(column: Column[str], way: str, ids: Sequence[int]) -> ColumnElement[bool]:
    own: ColumnElement[Any] = column.table.c[way]
    return own.in_(ids) if way == "alert_id" else own.in_(select(review.c.id).where(review.c.alert_id.in_(ids)))
