"""What the trends read besides the rollups: accounts with their departments as they were, coverage, alerts, marks."""

import json
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Text, cast, func, insert, select, update

from data.reports.collected import Coverage, stretches
from data.reports.grouping import Flagged, Hit, Mark, Member
from data.schema import account, alert, alert_hit, coverage, finding, model, model_use, policy_version, post, review
from data.schema_reports import account_department
from data.store.rows import AnyRow


def members(tx: Connection) -> dict[str, Member]:
    """Return every account by its id."""
    dated: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    d = account_department.c
    for row in tx.execute(select(d.account_id, d.since, d.department).order_by(d.since, d.id)):
        dated[row.account_id].append((row.since, row.department))
    a = account.c
    rows = tx.execute(select(a.id, a.platform, a.kind, a.department, a.created_at).order_by(a.id))
    return {
        row.id: Member(row.id, row.platform, row.kind, tuple(dated[row.id] or [(row.created_at, row.department)]))
        for row in rows
    }


def join_department(tx: Connection, account_id: str, department: str, now: datetime) -> None:
    """Put an account into a department from now on; the one before is dated, not overwritten."""
    d = account_department.c
    tx.execute(update(account_department).where(d.account_id == account_id, d.until.is_(None)).values(until=now))
    tx.execute(insert(account_department).values(account_id=account_id, department=department, since=now))
    tx.execute(update(account).where(account.c.id == account_id).values(department=department))


def covered(tx: Connection) -> list[Coverage]:
    """Return what was collected of every account."""
    whole: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    gaps: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    c = coverage.c
    for row in tx.execute(select(c.account_id, c.from_at, c.to_at, c.complete)):
        (whole if row.complete else gaps)[row.account_id].append((row.from_at, row.to_at))
    known = tx.execute(select(account.c.id, account.c.created_at).order_by(account.c.id))
    return [Coverage(row.id, row.created_at, stretches(whole[row.id], gaps[row.id])) for row in known]


def flagged(tx: Connection, begin: datetime, end: datetime, account_id: str | None = None) -> list[Flagged]:
    """Return the alerts on posts of a time, each with its latest review that was not taken back."""
    p, a, r = post.c, alert.c, review.c
    lists = (cast(r[name], Text).label(name) for name in ("categories", "characteristics"))
    judged = (r.alert_id, r.judgement, r.outcome, *lists)
    standing = {row.alert_id: row for row in tx.execute(select(*judged).where(r.undone_at.is_(None)).order_by(r.id))}
    shown = (a.id, p.account_id, func.coalesce(p.published_at, p.first_seen_at).label("at"), a.severity, a.status)
    query = select(*shown, a.reply_asked_at, a.replied_at).join_from(alert, post, p.id == a.post_id)
    if account_id is not None:  # looked for among the alerts: an account may have half a million posts without one
        query = query.where(func.coalesce(p.account_id, "") == account_id)
    rows = tx.execute(query.order_by(a.id))
    return [_flagged(row, standing.get(row.id)) for row in rows if begin <= row.at < end]


def _flagged(row: AnyRow, judged: AnyRow | None) -> Flagged:
    found = Flagged(**row._mapping)
    if judged is None:
        return found
    categories, characteristics = _listed(judged.categories), _listed(judged.characteristics)
    return replace(
        found,
        judgement=judged.judgement,
        outcome=judged.outcome,
        categories=categories,
        characteristics=characteristics,
    )


def hits(tx: Connection) -> dict[int, list[Hit]]:
    """Return by alert what its present version was flagged for."""
    h, found = alert_hit.c, defaultdict(list)
    query = select(h.alert_id, h.category, cast(h.characteristics, Text)).join_from(alert_hit, finding)
    query = query.join(alert, (alert.c.id == h.alert_id) & (alert.c.version_id == finding.c.version_id))
    for alert_id, category, characteristics in tx.execute(query):
        found[alert_id].append(Hit(category, _listed(characteristics)))
    return found


@lru_cache(maxsize=4096)
def _listed(text: str) -> tuple[str, ...]:
    """Return a list that was read as its JSON: the same few come over and over."""
    return tuple(json.loads(text))


def marks(tx: Connection) -> list[Mark]:
    """Return when models and policies came into use, oldest first."""
    found = [Mark(row.effective_from, "policy", row.name) for row in tx.execute(select(*policy_version.c))]
    names = {row.hash: (row.name or row.hash[:12], row.created_at) for row in tx.execute(select(*model.c))}
    found += [Mark(at, "model", name) for name, at in names.values()]
    uses = tx.execute(select(model_use.c.at, model_use.c.model_hash))
    found += [Mark(at, "model", names[used][0] if used in names else "the shipped one") for at, used in uses]
    ordered = sorted(set(found), key=lambda mark: mark.at)
    first = {mark.what: mark for mark in reversed(ordered)}
    return [replace(mark, first=mark is first[mark.what]) for mark in ordered]
