"""What one model said of the present text of every post: how many it read, and those that could meet a clause."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from data.model import Assessed
from data.schema import finding, model, post, version
from data.store.rows import AnyRow
from data.store.touched import HOUR

PAGE = 2000  # rows read at a time
SETTLED = "%Y-%m-%d %H"


def newest_model(tx: Connection) -> AnyRow | None:
    """Return hash and name of the model that made the newest finding; None before the first."""
    query = select(model.c.hash, model.c.name).join_from(finding, model, model.c.hash == finding.c.model_hash)
    return tx.execute(query.order_by(finding.c.id.desc()).limit(1)).first()


def read_by_hour(
    tx: Connection, model_hash: str, begin: datetime, end: datetime, only: Sequence[str] | None
) -> list[tuple[datetime, int, int]]:
    """Return by hour in UTC how many posts the model read, and how many texts in them it could assess."""
    hour: ColumnElement[str] = literal_column(HOUR[tx.dialect.name].format("post"))
    texts = func.count().filter(finding.c.assessed != Assessed.NONE)
    query: Select[*tuple[Any, ...]] = select(hour.label("hour"), func.count(post.c.id.distinct()), texts)
    query = _found(query, model_hash, begin, end, only).group_by(hour)
    return [(datetime.strptime(at, SETTLED).replace(tzinfo=UTC), posts, n) for at, posts, n in tx.execute(query)]


def likely(
    tx: Connection, model_hash: str, begin: datetime, end: datetime, only: Sequence[str] | None, score: float
) -> Iterator[AnyRow]:
    """Yield the findings with at least a score: at, part, score, categories, characteristics, assessed."""
    f = finding.c
    query: Select[*tuple[Any, ...]] = select(
        _counted().label("at"), f.part, f.score, f.categories, f.characteristics, f.assessed
    )
    query = _found(query, model_hash, begin, end, only).where(f.score >= score)
    yield from tx.execute(query.execution_options(yield_per=PAGE))


def _found(
    query: Select[*tuple[Any, ...]], model_hash: str, begin: datetime, end: datetime, only: Sequence[str] | None
) -> Select[*tuple[Any, ...]]:
    query = query.join_from(finding, version, version.c.id == finding.c.version_id)
    query = query.join(post, post.c.version_id == version.c.id).where(finding.c.model_hash == model_hash)
    query = query.where(_counted() >= begin, _counted() < end)
    return query if only is None else query.where(post.c.account_id.in_(only))


def _counted() -> ColumnElement[datetime]:
    return func.coalesce(post.c.published_at, post.c.first_seen_at)
