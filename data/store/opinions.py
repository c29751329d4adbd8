"""What each of two reviewers thought before a decision counted, and who had a part in one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.model import Alert, Category, Characteristic, Decision, Judgement, Outcome
from data.schema import opinion, review
from data.store.rows import AnyRow, Rows, insert_one


def add(tx: Connection, on: Alert, person_id: int, given: Decision, now: datetime, answers: int | None = None) -> int:
    """Store one reviewer's opinion on the version the alert is about; `answers` is the first one's number."""
    values = {
        "alert_id": on.id,
        "version_id": on.version_id,
        "person_id": person_id,
        "at": now,
        "judgement": given.judgement,
        "categories": list(given.categories),
        "characteristics": list(given.characteristics),
        "outcome": given.outcome,
        "clause": given.clause,
        "reason": given.reason,
        "answers": answers,
    }
    return insert_one(tx, insert(opinion).values(**values))


def on_version(tx: Connection, alert_id: int, version_id: int) -> Rows:
    """Return the opinions on one version of an alert's post, oldest first."""
    c = opinion.c
    query = select(*c).where(c.alert_id == alert_id, c.version_id == version_id).order_by(c.id)
    return tx.execute(query).all()


def decision(row: AnyRow) -> Decision:
    """Return an opinion as the decision it would be."""
    return Decision(
        judgement=Judgement(row.judgement),
        outcome=Outcome(row.outcome),
        clause=row.clause,
        reason=row.reason,
        categories=tuple(map(Category, row.categories)),
        characteristics=tuple(map(Characteristic, row.characteristics)),
    )


def had_a_part(tx: Connection, alert_id: int) -> set[int]:
    """Return the people who decided on an alert or gave an opinion on it, taken back or not."""
    decided = select(review.c.reviewer_id).where(review.c.alert_id == alert_id)
    thought = select(opinion.c.person_id).where(opinion.c.alert_id == alert_id)
    return set(tx.scalars(decided)) | set(tx.scalars(thought))


def pairs(tx: Connection) -> Sequence[tuple[str, str]]:
    """Return the judgements of all pairs of reviewers, the first's and the second's, in the order they were given."""
    first, second = opinion.alias("first"), opinion.alias("second")
    query = select(first.c.judgement, second.c.judgement).join(second, second.c.answers == first.c.id)
    return [(str(a), str(b)) for a, b in tx.execute(query.order_by(second.c.id))]
