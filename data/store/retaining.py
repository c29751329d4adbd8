"""What is old enough to go, a batch at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, delete, exists, func, or_, select

from data.retention import Case
from data.review import FINISHED
from data.schema import account_snapshot, alert, audit_detail, audit_log, post, request, review, session
from data.store.certificates import ATTESTS
from data.store.erasing import WORDS
from data.store.holds import Held
from data.store.rows import Rows, within

ROOTS = ("collect", "archive.import")  # their details hold the runs' roots and counts, which verify needs
BATCH = 2000  # rows in one transaction: a tenth of a second or so


def cases(tx: Connection, post_ids: Sequence[int] | None = None) -> list[Case]:
    """Return every alert, or those on some posts, with its last judgement that stands."""
    found = select(alert.c.id, alert.c.post_id, alert.c.status, alert.c.decided_at).order_by(alert.c.id)
    rows = tx.execute(found if post_ids is None else found.where(within(alert.c.post_id, post_ids))).all()
    stands = select(review.c.alert_id, review.c.judgement).where(review.c.undone_at.is_(None)).order_by(review.c.id)
    if post_ids is not None:
        stands = stands.where(review.c.alert_id.in_([row.id for row in rows]))
    last = {row.alert_id: row.judgement for row in tx.execute(stands)}
    return [Case(r.id, r.post_id, r.status in FINISHED, r.decided_at, last.get(r.id, "")) for r in rows]


def old_posts(tx: Connection, cutoff: datetime, after: int, limit: int = BATCH) -> Rows:
    """Return posts older than a time that still have their words, by number: id, account_id, platform_id."""
    p = post.c
    query = select(p.id, p.account_id, p.platform_id).where(_old(cutoff), p.id > after)
    return tx.execute(query.order_by(p.id).limit(limit)).all()


def these_posts(tx: Connection, ids: Sequence[int]) -> Rows:
    """Return those of some posts that still have their words: id, account_id, platform_id."""
    p = post.c
    query = select(p.id, p.account_id, p.platform_id).where(within(p.id, ids), p.erased_at.is_(None))
    return tx.execute(query.order_by(p.id)).all()


def with_words(tx: Connection, alert_ids: Sequence[int]) -> Rows:
    """Return those of some alerts about which there are still words, of `erasing.WORDS`: id, post_id, account_id."""
    a = alert.c
    said = (_said(column, way) for column, way in WORDS)
    query = select(a.id, a.post_id, post.c.account_id).join_from(alert, post, post.c.id == a.post_id)
    return tx.execute(query.where(a.id.in_(alert_ids), or_(*said)).order_by(a.id)).all()


def _said(column: Column[str], way: str) -> ColumnElement[bool]:
    own: ColumnElement[Any] = column.table.c[way]
    if way == "alert_id":
        return exists().where(own == alert.c.id, column != "").correlate(alert)
    return exists().where(own == review.c.id, review.c.alert_id == alert.c.id, column != "").correlate(alert)


def old_details(tx: Connection, cutoff: datetime, after: int, limit: int = BATCH) -> Rows:
    """Return audit rows older than a time that still have their detail: seq, subject."""
    c = audit_log.c
    query = select(c.seq, c.subject).join_from(audit_log, audit_detail)
    there = c.at < cutoff, c.seq > after, audit_detail.c.detail.is_not(None), c.action.not_in((*ATTESTS, *ROOTS))
    return tx.execute(query.where(*there).order_by(c.seq).limit(limit)).all()


def held_subjects(tx: Connection, held: Held) -> set[str]:
    """Return how the audit log names whatever a hold keeps."""
    kept = or_(post.c.account_id.in_(held.accounts), post.c.id.in_(held.posts))
    rows = tx.execute(select(alert.c.id).join_from(alert, post, post.c.id == alert.c.post_id).where(kept))
    posts = tx.scalars(select(post.c.id).where(kept)) if held.accounts or held.posts else ()
    return {f"account:{i}" for i in held.accounts} | {f"post:{n}" for n in posts} | {f"alert:{r.id}" for r in rows}


def old_snapshots(tx: Connection, cutoff: datetime, held: Held) -> list[int]:
    """Return profiles seen before a time, but for the newest of each account and those under a hold."""
    c = account_snapshot.c
    newest = select(func.max(c.id)).group_by(c.account_id)
    query = select(c.id).where(c.at < cutoff, c.id.not_in(newest), c.account_id.not_in(held.accounts))
    return list(tx.scalars(query.order_by(c.id)))


def forget_snapshots(tx: Connection, ids: Sequence[int]) -> None:
    """Delete some profiles."""
    tx.execute(delete(account_snapshot).where(account_snapshot.c.id.in_(ids)))


def forget_sessions(tx: Connection, cutoff: datetime) -> dict[str, int]:
    """Delete sign-ins that ended, and requests that were answered, before a time; return how many."""
    over = or_(session.c.expires_at < cutoff, session.c.revoked_at < cutoff)
    gone = {"sessions": tx.execute(delete(session).where(over)).rowcount}
    return gone | {"requests": tx.execute(delete(request).where(request.c.done_at < cutoff)).rowcount}


def _old(cutoff: datetime) -> ColumnElement[bool]:
    return post.c.erased_at.is_(None) & (func.coalesce(post.c.published_at, post.c.first_seen_at) < cutoff)
