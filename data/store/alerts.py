"""Alerts, the clauses they met, their events, the owner's replies and the reviews."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, or_, select, update

from data.errors import NotFound
from data.model import Alert, AlertStatus, ClauseHit, Decision, Judgement, Part, Severity, Version
from data.review import ADVERSE, FINISHED
from data.schema import account, alert, alert_event, alert_hit, finding, post, reply, review
from data.store.rows import AnyRow, Rows, insert_one

RANK = case({severity.value: severity.rank for severity in Severity}, value=alert.c.severity)
WAITING = (
    AlertStatus.OPEN,
    AlertStatus.CLAIMED,
    AlertStatus.AWAITING_REPLY,
    AlertStatus.SECOND_LOOK,
    AlertStatus.APPEALED,
)


@dataclass(frozen=True, slots=True)
class Queued:
    """One line of the queue: an alert, its account's name and department, and the first clause met."""

    alert: Alert
    handle: str
    department: str
    platform: str
    clause_title: str
    published_at: datetime | None


def find(tx: Connection, post_id: int, cause: Part) -> Alert | None:
    """Return the alert on a post and cause, or None."""
    row = tx.execute(_select().where(alert.c.post_id == post_id, alert.c.cause == cause)).first()
    return _alert(row) if row else None


def get(tx: Connection, alert_id: int) -> Alert:
    """Return one alert; raise `NotFound`."""
    row = tx.execute(_select().where(alert.c.id == alert_id)).first()
    if row is None:
        raise NotFound(f"There is no alert {alert_id}. See: postreeve alert list")
    return _alert(row)


def open_new(tx: Connection, on: Version, cause: Part, severity: Severity, now: datetime) -> int:
    """Open an alert on a version; return its number."""
    values = {"post_id": on.post_id, "version_id": on.id, "cause": cause, "severity": severity}
    return insert_one(tx, insert(alert).values(**values, status=AlertStatus.OPEN, opened_at=now, revision=0))


def add_hits(
    tx: Connection, alert_id: int, finding_id: int, policy_id: int, hits: Sequence[ClauseHit], now: datetime
) -> None:
    """Gather the clauses a finding met under a policy; one already gathered is kept as it is."""
    c = alert_hit.c
    same = c.alert_id == alert_id, c.finding_id == finding_id, c.policy_version_id == policy_id
    known = set(tx.scalars(select(c.clause).where(*same)))
    ids = {"alert_id": alert_id, "finding_id": finding_id, "policy_version_id": policy_id, "at": now}
    rows = [ids | _hit_row(hit) for hit in hits if hit.clause not in known]
    if rows:
        tx.execute(insert(alert_hit), rows)


def change(tx: Connection, old: Alert, **values: Any) -> bool:
    """Change an alert from the revision it was read in; return False when someone else was faster."""
    same = alert.c.id == old.id, alert.c.revision == old.revision
    return tx.execute(update(alert).where(*same).values(**values, revision=old.revision + 1)).rowcount == 1


def add_event(
    tx: Connection, alert_id: int, at: datetime, actor: str, action: str, steps: tuple[str, str], **detail: Any
) -> int:
    """Record one event of an alert; `steps` is its status before and after."""
    values = {"alert_id": alert_id, "at": at, "actor": actor, "action": action, "detail": detail}
    return insert_one(tx, insert(alert_event).values(**values, from_status=steps[0], to_status=steps[1]))


def events(tx: Connection, alert_id: int) -> Rows:
    """Return the events of an alert, oldest first."""
    return tx.execute(select(*alert_event.c).where(alert_event.c.alert_id == alert_id).order_by(alert_event.c.id)).all()


def hits(tx: Connection, alert_id: int) -> Rows:
    """Return the clauses an alert met, the gravest first, with finding, version, model and policy."""
    c = alert_hit.c
    rank = case({severity.value: severity.rank for severity in Severity}, value=c.severity)
    query = select(*c, finding.c.model_hash, finding.c.score, finding.c.version_id).join_from(alert_hit, finding)
    return tx.execute(query.where(c.alert_id == alert_id).order_by(rank.desc(), c.probability.desc(), c.id)).all()


def add_reply(
    tx: Connection, alert_id: int, person_id: int | None, text: str, now: datetime, companion: str = ""
) -> int:
    """Store the owner's words about an alert, and who stands beside them."""
    values = {"alert_id": alert_id, "person_id": person_id, "text": text, "at": now, "companion": companion}
    return insert_one(tx, insert(reply).values(**values))


def replies(tx: Connection, alert_id: int) -> Rows:
    """Return the replies to an alert, oldest first."""
    return tx.execute(select(*reply.c).where(reply.c.alert_id == alert_id).order_by(reply.c.id)).all()


def add_review(tx: Connection, on: Alert, reviewer_id: int, decided: Decision, policy_id: int, now: datetime) -> int:
    """Store a decision with the version and the policy it was made on."""
    values = {
        "alert_id": on.id,
        "version_id": on.version_id,
        "policy_version_id": policy_id,
        "at": now,
        "reviewer_id": reviewer_id,
        "judgement": decided.judgement,
        "categories": list(decided.categories),
        "characteristics": list(decided.characteristics),
        "outcome": decided.outcome,
        "clause": decided.clause,
        "reason": decided.reason,
    }
    return insert_one(tx, insert(review).values(**values))


def reviews(tx: Connection, alert_id: int) -> Rows:
    """Return the decisions on an alert, oldest first."""
    return tx.execute(select(*review.c).where(review.c.alert_id == alert_id).order_by(review.c.id)).all()


def standing(decisions: Rows) -> AnyRow | None:
    """Return the decision that stands among those on an alert: the last one that was not taken back."""
    return next((row for row in reversed(decisions) if row.undone_at is None), None)


def heard(steps: Rows) -> bool:
    """Say whether the last decision among the events of an alert was made on an appeal."""
    decided = [event for event in steps if event.action == "decide"]
    return bool(decided) and decided[-1].from_status == AlertStatus.APPEALED


def latest_of(tx: Connection, person_id: int, limit: int) -> set[int]:
    """Return the numbers of a person's last decisions that were not taken back."""
    c = review.c
    query = select(c.id).where(c.reviewer_id == person_id, c.undone_at.is_(None)).order_by(c.id.desc())
    return set(tx.scalars(query.limit(limit)))


def take_back(tx: Connection, review_id: int, now: datetime) -> None:
    """Mark a decision as taken back."""
    tx.execute(update(review).where(review.c.id == review_id).values(undone_at=now))


def queue(
    tx: Connection, after: tuple[int, int] | None = None, limit: int = 25, only: Sequence[ColumnElement[bool]] = ()
) -> list[Queued]:
    """Return alerts that wait for a person, gravest first then oldest; `after` is (rank, id) of the last one above.

    `only` narrows them further (`data.store.narrowing`).
    """
    query = _queue_query().where(alert.c.status.in_(WAITING), *only)
    if after is not None:
        rank, number = after
        query = query.where(or_(RANK.op("<")(rank), and_(RANK.op("=")(rank), alert.c.id > number)))
    rows = tx.execute(query.order_by(RANK.desc(), alert.c.id).limit(limit)).all()
    return [_queued(row) for row in rows]


def decided(tx: Connection, limit: int = 10) -> list[Queued]:
    """Return the alerts decided last, newest first."""
    query = _queue_query().where(alert.c.status.in_((AlertStatus.DECIDED, AlertStatus.CLOSED)))
    return [_queued(row) for row in tx.execute(query.order_by(alert.c.decided_at.desc()).limit(limit)).all()]


def counts(tx: Connection) -> dict[str, int]:
    """Return how many alerts stand in each status."""
    rows = tx.execute(select(alert.c.status, func.count()).group_by(alert.c.status))
    return {str(status): int(n) for status, n in rows}


def upheld_rate(tx: Connection, clause: str) -> tuple[int, int]:
    """Return (upheld, judged) of the decisions on alerts that met `clause`; undone ones are left out."""
    c = review.c
    met = select(alert_hit.c.alert_id).where(alert_hit.c.clause == clause)
    judged = c.alert_id.in_(met) & c.undone_at.is_(None) & (c.judgement != "cannot_tell")
    upheld = func.sum(case((c.judgement == "upheld", 1), else_=0))
    row = tx.execute(select(upheld, func.count()).where(judged)).one()
    return int(row[0] or 0), int(row[1] or 0)


def of_account(tx: Connection, account_id: str, limit: int | None = None, *, upheld: bool = False) -> Rows:
    """Return the alerts of an account with their last judgement and outcome, newest first, `limit` at most.

    With `upheld` only those whose decision stands and counts: upheld, with an adverse outcome.
    """
    query = _judged().where(post.c.account_id == account_id).order_by(alert.c.id.desc())
    if upheld:
        counts = review.c.judgement == Judgement.UPHELD, review.c.outcome.in_(ADVERSE), alert.c.status.in_(FINISHED)
        query = query.where(*counts)
    return tx.execute(query if limit is None else query.limit(limit)).all()


def of_accounts(tx: Connection, account_ids: Collection[str], alert_id: int) -> AnyRow | None:
    """Return one alert with its last judgement and outcome, None when it is on none of these accounts."""
    return tx.execute(_judged().where(alert.c.id == alert_id, post.c.account_id.in_(account_ids))).first()


def count_of_account(tx: Connection, account_id: str) -> int:
    """Return how many alerts an account has."""
    query = select(func.count()).select_from(alert).join(post).where(post.c.account_id == account_id)
    return int(tx.scalar(query) or 0)


def version_of(tx: Connection, alert_id: int) -> int:
    """Return the number of the version an alert is about now."""
    return int(tx.execute(select(alert.c.version_id).where(alert.c.id == alert_id)).scalar_one())


def _judged() -> Any:
    r = review.alias()
    standing = select(func.max(r.c.id)).where(r.c.alert_id == alert.c.id, r.c.undone_at.is_(None))
    last = standing.correlate(alert).scalar_subquery()  # a look into the index for each alert
    columns = (*alert.c, review.c.judgement, review.c.outcome)
    return select(*columns).join_from(alert, post).join(review, review.c.id == last, isouter=True)


def _select() -> Any:
    columns = [c for c in alert.c if c.name != "decided_at"]
    return select(*columns, post.c.account_id).join_from(alert, post, post.c.id == alert.c.post_id)


def _queue_query() -> Any:
    rank = case({severity.value: severity.rank for severity in Severity}, value=alert_hit.c.severity)
    gravest = select(alert_hit.c.title).where(alert_hit.c.alert_id == alert.c.id).order_by(rank.desc(), alert_hit.c.id)
    title = gravest.limit(1).scalar_subquery().label("clause_title")
    shown = (account.c.handle, account.c.department, account.c.platform, post.c.published_at, title)
    return _select().add_columns(*shown).join(account, account.c.id == post.c.account_id)


def _queued(row: AnyRow) -> Queued:
    return Queued(_alert(row), row.handle, row.department, row.platform, row.clause_title or "", row.published_at)


def _alert(row: AnyRow) -> Alert:
    return Alert(
        id=row.id,
        post_id=row.post_id,
        version_id=row.version_id,
        account_id=row.account_id,
        cause=Part(row.cause),
        status=AlertStatus(row.status),
        severity=Severity(row.severity),
        opened_at=row.opened_at,
        claimed_by=row.claimed_by,
        claim_until=row.claim_until,
        reply_asked_at=row.reply_asked_at,
        replied_at=row.replied_at,
        interim_at=row.interim_at,
        revision=row.revision,
    )


def _hit_row(hit: ClauseHit) -> dict[str, Any]:
    return {
        "clause": hit.clause,
        "title": hit.title,
        "severity": hit.severity,
        "category": hit.category,
        "characteristics": list(hit.characteristics),
        "probability": hit.probability,
        "threshold": hit.threshold,
    }
