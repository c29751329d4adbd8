"""What waits for someone, as rows: read by the notices, which tell of it."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, or_, select

from data.model import AlertStatus, Judgement, Severity
from data.schema import account, account_person, alert, alert_event, audit_log, person, post, review, support
from data.store.alerts import WAITING
from data.store.links import LINE_MANAGER
from data.store.rows import Rows

BEGINS = ("open", "reopen", "appeal")  # events after which an alert is another matter


def standing(tx: Connection) -> Rows:
    """Return undecided alerts that someone is told of: urgent and open, asked about, appealed, or to be hidden now.

    Columns id, status, severity, reply_asked_at, interim_at, account_id, department, and `began`: the number of the
    event that it has been this matter since.
    """
    a, began = alert.c, _last(BEGINS).label("began")
    urgent = (a.status == AlertStatus.OPEN) & (a.severity == Severity.URGENT)
    told = or_(urgent, a.status.in_((AlertStatus.AWAITING_REPLY, AlertStatus.APPEALED)), a.interim_at.is_not(None))
    shown = (a.id, a.status, a.severity, a.opened_at, a.reply_asked_at, a.interim_at)
    query = select(*shown, account.c.id.label("account_id"), account.c.department, began)
    query = query.join_from(alert, post, post.c.id == a.post_id).join(account, account.c.id == post.c.account_id)
    return tx.execute(query.where(a.status.in_(WAITING), told).order_by(a.id)).all()


def decided(tx: Connection, since: datetime) -> Rows:
    """Return decisions from `since` on that stand and that holders may know of: review, alert, account, department."""
    a, r = alert.c, review.c
    told = or_(r.judgement != Judgement.NOT_UPHELD, _last(("ask_reply", "interim")).is_not(None))
    query = select(r.id, r.alert_id, account.c.id.label("account_id"), account.c.department)
    query = query.join_from(review, alert, a.id == r.alert_id).join(post, post.c.id == a.post_id)
    query = query.join(account, account.c.id == post.c.account_id)
    return tx.execute(query.where(r.at >= since, r.undone_at.is_(None), told).order_by(r.id)).all()


def undecided(tx: Connection) -> Rows:
    """Return alerts that wait for a person: id, status, version_id, account_id, handle."""
    a = alert.c
    query = select(a.id, a.status, a.version_id, account.c.id.label("account_id"), account.c.handle)
    query = query.join_from(alert, post, post.c.id == a.post_id).join(account, account.c.id == post.c.account_id)
    return tx.execute(query.where(a.status.in_(WAITING)).order_by(a.id)).all()


def supports(tx: Connection, since: date, until: date) -> Rows:
    """Return advice and training not taken up whose day lies from `since` to `until`: id, due, account_id."""
    s = support.c
    query = select(s.id, s.due, s.account_id).join_from(support, review)
    here = s.taken_up_at.is_(None), review.c.undone_at.is_(None), s.due >= since, s.due <= until
    return tx.execute(query.where(*here).order_by(s.id)).all()


def holders(tx: Connection, account_ids: Collection[str]) -> Rows:
    """Return who answers for these accounts today and may sign in: account_id, person_id, email."""
    c = account_person.c
    now = c.until.is_(None), c.link != LINE_MANAGER, person.c.active.is_(True), c.account_id.in_(account_ids)
    query = select(c.account_id, c.person_id, person.c.email).join_from(account_person, person).distinct()
    return tx.execute(query.where(*now).order_by(c.account_id, c.person_id)).all()


def linked(tx: Connection) -> set[tuple[int, str]]:
    """Return (person, account) of every link that stands today, line managers' too."""
    c = account_person.c
    rows = tx.execute(select(c.person_id, c.account_id).where(c.until.is_(None)))
    return {(int(row.person_id), str(row.account_id)) for row in rows}


def to_review(tx: Connection, departments: Collection[str]) -> dict[str, int]:
    """Return how many alerts stand in each status; only of some departments, unless there are none given."""
    query = select(alert.c.status, func.count()).join_from(alert, post, post.c.id == alert.c.post_id)
    query = query.join(account, account.c.id == post.c.account_id).group_by(alert.c.status)
    narrowed: ColumnElement[bool] = account.c.department.in_(departments)
    rows = tx.execute(query.where(narrowed) if departments else query)
    return {str(status): int(n) for status, n in rows}


def was_read(tx: Connection, alert_id: int, account_id: str, since: datetime) -> bool:
    """Say whether anyone who has nothing to do with the account uncovered the words of an alert since a moment."""
    c, a = audit_log.c, account_person.c
    linked = tx.scalars(select(a.person_id).where(a.account_id == account_id, a.until.is_(None)))
    met = c.subject == f"alert:{alert_id}", c.action == "alert.read", c.at >= since
    others = c.actor.not_in([f"person:{number}" for number in linked])
    return tx.execute(select(c.seq).where(*met, others).limit(1)).first() is not None


def _last(actions: Collection[str]) -> ScalarSelect[int]:
    """The number of the last event of some kinds, of the alert in question; none where there was no such event."""
    e = alert_event.c
    last = select(func.max(e.id)).where(e.alert_id == alert.c.id, e.action.in_(actions))
    return last.correlate(alert).scalar_subquery()
