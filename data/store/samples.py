"""Samples: the frame they are drawn from, what was drawn, and what reviewers answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, insert, or_, select, update

from data.model import Assessed, Part
from data.reports.sampling import Candidate, Drawn
from data.schema import alert_hit, finding, opinion, post, review, version
from data.schema_samples import sample_draw, sample_item
from data.store.rows import AnyRow, Rows, insert_one

PAGED = {"yield_per": 2000}  # rows in memory at a time


def frame(tx: Connection, begin: datetime, end: datetime) -> tuple[list[Candidate], set[str], int]:
    """Return the versions first seen in a time that can be drawn, the models that judged them, how many cannot be.

    The newest finding on a version's own words counts; one without a score, since nothing could be assessed, is not in.
    """
    f, placed = finding.c, {}
    query = select(f.id, f.version_id, f.score, f.assessed, f.model_hash).join_from(finding, version).join(post)
    query = query.where(*_seen(begin, end), f.part == Part.OWN).order_by(f.id)
    for row in tx.execute(query, execution_options=PAGED):
        placed[row.version_id] = row
    met = _flagged(tx, begin, end)
    whole = [row for row in placed.values() if row.score is not None and row.assessed != Assessed.NONE]
    found = [Candidate(row.version_id, row.id, row.score, row.version_id in met) for row in whole]
    return found, {str(row.model_hash) for row in whole}, len(placed) - len(whole)


def _flagged(tx: Connection, begin: datetime, end: datetime) -> set[int]:
    """Return the versions of a time whose own words raised an alert, by whichever model."""
    query = select(finding.c.version_id).join_from(alert_hit, finding).join(version).join(post)
    return set(tx.scalars(query.where(*_seen(begin, end), finding.c.part == Part.OWN)))


def unscanned(tx: Connection, begin: datetime, end: datetime) -> int:
    """Return how many versions of a time no model has judged."""
    judged = exists().where(finding.c.version_id == version.c.id)
    query = select(func.count()).select_from(version).join(post).where(*_seen(begin, end), ~judged)
    return int(tx.scalar(query) or 0)


def _seen(begin: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    belongs = post.c.id == version.c.post_id  # a post also names its version, so the join needs saying
    return belongs, version.c.seen_at >= begin, version.c.seen_at < end, post.c.erased_at.is_(None)


def add(tx: Connection, values: Mapping[str, Any], drawn: Sequence[Drawn]) -> int:
    """Store a draw with its items in the order in which they are shown; return its number."""
    number = insert_one(tx, insert(sample_draw).values(**values, size=len(drawn)))
    rows = [
        {
            "draw_id": number,
            "position": n,
            "version_id": one.version_id,
            "finding_id": one.finding_id,
            "stratum": one.stratum,
            "probability": one.probability,
        }
        for n, one in enumerate(drawn, 1)
    ]
    if rows:
        tx.execute(insert(sample_item), rows)
    return number


def draws(tx: Connection) -> Rows:
    """Return every draw, newest first."""
    return tx.execute(select(*sample_draw.c).order_by(sample_draw.c.id.desc())).all()


def overlapping(tx: Connection, since: date, until: date) -> AnyRow | None:
    """Return a draw from some of the same days, or None."""
    c = sample_draw.c
    return tx.execute(select(*c).where(c.since <= until, c.until >= since).order_by(c.id).limit(1)).first()


def drawn_since(tx: Connection, begin: datetime) -> int:
    """Return how many posts were drawn from a time on."""
    return int(tx.scalar(select(func.sum(sample_draw.c.size)).where(sample_draw.c.at >= begin)) or 0)


def waiting(tx: Connection, person_id: int, own: set[str], now: datetime) -> AnyRow | None:
    """Return the first item that this person could answer: nobody else reads it, it is not of an account of theirs."""
    i = sample_item.c
    free = or_(i.taken_by.is_(None), i.taken_by == person_id, i.taken_until <= now)
    query = _items().where(i.answered_at.is_(None), post.c.erased_at.is_(None), free, post.c.account_id.not_in(own))
    return tx.execute(query.order_by(i.draw_id, i.position).limit(1)).first()


def count_waiting(tx: Connection) -> int:
    """Return how many items wait for an answer."""
    open_ = _items().where(sample_item.c.answered_at.is_(None), post.c.erased_at.is_(None))
    return int(tx.scalar(select(func.count()).select_from(open_.subquery())) or 0)


def get(tx: Connection, item_id: int) -> AnyRow | None:
    """Return an item with the account and post of its version, or None."""
    return tx.execute(_items().where(sample_item.c.id == item_id)).first()


def _items() -> Select[Any]:
    about = (post.c.account_id, post.c.id.label("post_id"), post.c.published_at, post.c.erased_at)
    query = select(*sample_item.c, *about).join_from(sample_item, version)
    return query.join(post, post.c.id == version.c.post_id)


def change(tx: Connection, item_id: int, **values: Any) -> None:
    """Change an item."""
    tx.execute(update(sample_item).where(sample_item.c.id == item_id).values(**values))


def tally(tx: Connection, draw_id: int) -> Rows:
    """Return how many items of a draw were judged what, by stratum: stratum, judgement, items."""
    i = sample_item.c
    query = select(i.stratum, i.judgement, func.count().label("items")).where(i.draw_id == draw_id)
    return tx.execute(query.group_by(i.stratum, i.judgement)).all()


def judged(tx: Connection, person_id: int, begin: datetime) -> list[tuple[datetime, str]]:
    """Return what a person judged since a time, with when: alerts each once, and items of samples."""
    last: dict[int, tuple[datetime, str]] = {}
    for table, who in ((opinion, opinion.c.person_id), (review, review.c.reviewer_id)):
        query = select(table.c.alert_id, table.c.at, table.c.judgement).where(who == person_id, table.c.at >= begin)
        last |= {row.alert_id: (row.at, row.judgement) for row in tx.execute(query.order_by(table.c.id))}
    i = sample_item.c
    answers = select(i.answered_at, i.judgement).where(i.answered_by == person_id, i.answered_at >= begin)
    return [*last.values(), *((row.answered_at, row.judgement) for row in tx.execute(answers))]
