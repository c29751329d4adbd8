"""What models may learn from, which reviews trained which one, and which one is in use."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, distinct, func, insert, select

from data.model import Assessed, Version
from data.schema import alert, alert_event, evidence, finding, model, model_row, model_use, review, version
from data.store.posts import as_version, version_query
from data.store.rows import Rows, insert_one


def reviews(tx: Connection) -> Rows:
    """Return every decision by its number, with `cause` of its alert and `erased_at` of the words it was about."""
    r = review.c
    columns = (r.id, r.at, r.alert_id, r.version_id, r.judgement, r.categories, r.characteristics, r.undone_at)
    query = select(*columns, alert.c.cause, evidence.c.erased_at).join_from(review, alert, alert.c.id == r.alert_id)
    query = query.join(version, version.c.id == r.version_id).join(evidence, evidence.c.id == version.c.evidence_id)
    return tx.execute(query.order_by(r.id)).all()


def reviewed_versions(tx: Connection) -> dict[int, Version]:
    """Return by number the versions that decisions were about."""
    query = version_query().where(version.c.id.in_(select(review.c.version_id)))
    return {row.id: as_version(row) for row in tx.execute(query)}


def turns(tx: Connection) -> Rows:
    """Return the decisions and appeals of all alerts in order: alert_id, action, detail."""
    e = alert_event.c
    return tx.execute(
        select(e.alert_id, e.action, e.detail).where(e.action.in_(("decide", "appeal"))).order_by(e.id)
    ).all()


def assessed_versions(tx: Connection) -> int:
    """Return how many versions any model could assess, fully or in part."""
    c = finding.c
    return int(tx.scalar(select(func.count(distinct(c.version_id))).where(c.assessed != Assessed.NONE)) or 0)


def add_rows(tx: Connection, model_hash: str, rows: Iterable[tuple[int, datetime]]) -> None:
    """Note which reviews (number and time) trained a model; those noted already are kept."""
    known = set(tx.scalars(select(model_row.c.review_id).where(model_row.c.model_hash == model_hash)))
    new = [{"model_hash": model_hash, "review_id": n, "reviewed_at": at} for n, at in rows if n not in known]
    if new:
        tx.execute(insert(model_row), new)


def rows(tx: Connection) -> Rows:
    """Return which reviews trained which model: model_hash, review_id, reviewed_at."""
    return tx.execute(select(*model_row.c)).all()


def learnt(tx: Connection) -> Rows:
    """Return the models that learnt from reviews, oldest first: hash, name, manifest, created_at."""
    trained = select(model_row.c.model_hash)
    c = model.c
    query = select(c.hash, c.name, c.manifest, c.created_at).where(c.hash.in_(trained))
    return tx.execute(query.order_by(c.created_at, c.hash)).all()


def put_in_use(tx: Connection, model_hash: str | None, actor: str, reason: str, now: datetime) -> int:
    """Note that scans use a model from now, None for the shipped one; return the number of the note."""
    values = {"at": now, "model_hash": model_hash, "actor": actor, "reason": reason}
    return insert_one(tx, insert(model_use).values(**values))


def in_use(tx: Connection) -> str | None:
    """Return the hash of the model that was put in use last, None for the shipped one."""
    found: str | None = tx.scalar(select(model_use.c.model_hash).order_by(model_use.c.id.desc()).limit(1))
    return found


def uses(tx: Connection) -> Rows:
    """Return which model was put in use when, by whom and why, newest first."""
    return tx.execute(select(*model_use.c).order_by(model_use.c.id.desc())).all()
