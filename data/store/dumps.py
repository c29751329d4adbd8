"""The rows of the tables that can be exported, streamed in the order of their numbers; see `data.reports.tables`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from data.model import Category, Characteristic
from data.reports.columns import Kind
from data.reports.tables import TABLES
from data.schema import (
    account,
    alert,
    alert_event,
    alert_hit,
    collection_run,
    coverage,
    finding,
    passport,
    passport_event,
    policy_version,
    post,
    review,
    version,
)
from data.store.rows import AnyRow

LINE = "\n"
PAGE = 2000  # rows read at a time
Query = tuple[Select[Any], ColumnElement[Any], tuple[ColumnElement[Any], ...]]  # rows, order, moments of change
Values = Callable[[AnyRow], dict[str, Any]]


def rows(tx: Connection, name: str, since: datetime | None = None) -> Iterator[list[Any]]:
    """Yield the rows of a table, in its columns' order; only those that changed at or after `since`, when given."""
    query, order, moments = _QUERIES[name]()
    columns = [(column.name, column.kind is Kind.ID) for column in TABLES[name].columns]
    query = query.add_columns(*(moment.label(f"moment_{n}") for n, moment in enumerate(moments)))
    if since is not None:
        query = query.where(or_(*(moment >= since for moment in moments)))
    named = [f"moment_{n}" for n in range(len(moments))]
    for row in tx.execute(query.order_by(order).execution_options(yield_per=PAGE)):
        values: dict[str, Any] = {**row._mapping, **_MORE.get(name, _nothing)(row)}
        known = [values[moment] for moment in named if values[moment] is not None]
        values["changed_at"] = max(known, default=None)
        yield [str(values[c]) if is_id and values[c] is not None else values[c] for c, is_id in columns]


def _accounts() -> Query:
    a, p = account.c, passport.c
    newest = select(func.max(p.id)).group_by(p.account_id)
    case = [p[n] for n in ("state", "purpose", "audience", "cadence", "lawful_basis", "dpia_ref", "conditions")]
    days = [p[n] for n in ("notice_date", "review_date", "renewal_date")]
    query = select(*(c for c in a if c.name not in ("service_url", "plc_url")), *case, *days)
    query = query.join_from(account, passport, (p.account_id == a.id) & p.id.in_(newest), isouter=True)
    stepped = select(func.max(passport_event.c.at)).where(passport_event.c.passport_id == p.id).scalar_subquery()
    return query, a.id, (a.created_at, stepped)


def _posts() -> Query:
    p, v = post.c, version.c
    shown = [p[n] for n in ("id", "account_id", "platform_id", "kind", "url", "published_at", "time_note")]
    shown += [p[n] for n in ("first_seen_at", "last_seen_at", "gone_at", "version_id")]
    words = [v.number.label("version"), *(v[n] for n in ("text", "warning", "shared_text", "links", "language"))]
    query = select(*shown, *words, v.media.label("media_list")).join_from(post, version, v.id == p.version_id)
    return query, p.id, (p.first_seen_at, v.seen_at, p.gone_at, p.erased_at)


def _alerts() -> Query:
    a, e = alert.c, alert_event.c
    times = (a.opened_at, a.reply_asked_at, a.replied_at, a.decided_at)
    shown = (a.id, a.post_id, a.version_id, post.c.account_id, a.cause.label("part"), a.status, a.severity)
    query = select(*shown, *times)
    last = select(func.max(e.at)).where(e.alert_id == a.id).scalar_subquery()
    met = select(func.aggregate_strings(alert_hit.c.clause, LINE)).join_from(alert_hit, finding)
    met = met.where(alert_hit.c.alert_id == a.id, finding.c.version_id == a.version_id)
    query = query.add_columns(met.scalar_subquery().label("met")).join_from(alert, post, post.c.id == a.post_id)
    return query, a.id, (a.opened_at, last)


def _reviews() -> Query:
    r = review.c
    shown = [r[n] for n in ("id", "alert_id", "version_id", "at", "judgement", "outcome", "clause", "categories")]
    shown += [r.characteristics, r.reason, r.undone_at]
    query = select(
        *shown, r.reviewer_id.label("reviewer"), post.c.account_id, policy_version.c.name.label("policy")
    ).join_from(review, alert)
    query = query.join(post, post.c.id == alert.c.post_id).join(policy_version)
    return query, r.id, (r.at, r.undone_at)


def _findings() -> Query:
    f = finding.c
    shown = [f[n] for n in ("id", "version_id", "part", "score", "assessed", "language", "not_assessed", "cues")]
    more = (f.model_hash.label("model"), f.categories, f.characteristics, version.c.post_id, post.c.account_id)
    query = select(*shown, *more).join_from(finding, version).join(post, post.c.id == version.c.post_id)
    return query, f.id, (f.at,)


def _runs() -> Query:
    c = collection_run.c
    return select(*c), c.id, (c.started_at, c.finished_at)


def _coverage() -> Query:
    c = coverage.c
    return select(*c), c.id, (c.to_at,)


def _nothing(_: AnyRow) -> dict[str, Any]:
    return {}


def _of_post(row: AnyRow) -> dict[str, Any]:
    return {"alt_texts": [m["alt"] for m in row.media_list if m["alt"]], "media": len(row.media_list)}


def _of_alert(row: AnyRow) -> dict[str, Any]:
    return {"clauses": sorted({*(row.met or "").split(LINE)} - {""})}


def _of_finding(row: AnyRow) -> dict[str, Any]:
    found = {f"category_{c}": row.categories.get(c) for c in Category}
    return found | {f"because_of_{c}": row.characteristics.get(c) for c in Characteristic}


_QUERIES: Mapping[str, Callable[[], Query]] = {
    "accounts": _accounts,
    "posts": _posts,
    "alerts": _alerts,
    "reviews": _reviews,
    "findings": _findings,
    "runs": _runs,
    "coverage": _coverage,
}
_MORE: Mapping[str, Values] = {"posts": _of_post, "alerts": _of_alert, "findings": _of_finding}
