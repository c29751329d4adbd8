"""Narrowing the queue: what is asked for as conditions on alerts, and which alerts have exactly the same words.

Words are looked for as they stand, in any case, in the words of the version an alert is about now: its text, content
warning, alternative texts, and what it passes on. Alerts are some ten thousand at most, so no index of words is kept.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, exists, func, or_, select

from data.model import Alert, AlertStatus, Part
from data.schema import account, alert, alert_hit, post, review, version
from data.store.alerts import WAITING
from data.store.posts import as_version, version_query
from data.store.rows import Rows
from data.words import judged_words

MOST_WORDS = 8
UNTAKEN = (AlertStatus.OPEN, AlertStatus.CLAIMED)


@dataclass(frozen=True, slots=True)
class Narrow:
    """What of the queue is asked for; what is empty may be anything. `older` is in days, `mine` a person's number.

    `stage` is a status that waits, such as second_look or appealed.
    """

    words: str = ""
    clause: str = ""
    severity: str = ""
    department: str = ""
    platform: str = ""
    older: int = 0
    mine: int = 0
    stage: str = ""


def conditions(asked: Narrow, now: datetime) -> list[ColumnElement[bool]]:
    """Return what an alert, joined with its account, must meet."""
    found: list[ColumnElement[bool]] = [_holds(word) for word in asked.words.split()[:MOST_WORDS]]
    named = ((account.c.department, asked.department), (account.c.platform, asked.platform))
    for column, value in (*named, (alert.c.severity, asked.severity), (alert.c.status, asked.stage)):
        if value:
            found.append(column == value)
    if asked.clause:
        hit = alert_hit.c
        found.append(exists().where(hit.alert_id == alert.c.id, hit.clause == asked.clause))
    if asked.older:
        found.append(alert.c.opened_at < now - timedelta(days=asked.older))
    if asked.mine:
        found.append(and_(alert.c.claimed_by == asked.mine, alert.c.claim_until > now))
    return found


def count(tx: Connection, asked: Narrow, now: datetime) -> int:
    """Return how many alerts that wait are asked for."""
    joined = select(func.count()).select_from(alert).join(post, post.c.id == alert.c.post_id)
    query = joined.join(account, account.c.id == post.c.account_id).where(alert.c.status.in_(WAITING))
    return int(tx.scalar(query.where(*conditions(asked, now))) or 0)


def clauses(tx: Connection) -> dict[str, str]:
    """Return the clauses that alerts which wait have met, by their id, with the title they had last."""
    h = alert_hit.c
    last = select(func.max(h.id)).join_from(alert_hit, alert).where(alert.c.status.in_(WAITING)).group_by(h.clause)
    rows = tx.execute(select(h.clause, h.title).where(h.id.in_(last)).order_by(h.clause))
    return {str(clause): str(title) for clause, title in rows}


def places(tx: Connection) -> tuple[list[str], list[str]]:
    """Return the departments and the platforms of the register."""
    departments, platforms = (select(c).distinct().order_by(c) for c in (account.c.department, account.c.platform))
    return list(tx.scalars(departments)), list(tx.scalars(platforms))


def own_decisions(tx: Connection, person_id: int, limit: int) -> Rows:
    """Return a person's last decisions that were not taken back, newest first, with the alert as it stands now."""
    r, a = review.c, alert.c
    shown = (r.at, r.judgement, r.outcome, a.id, a.revision, a.version_id, a.status, account.c.handle)
    query = select(*shown).join_from(review, alert, a.id == r.alert_id).join(post, post.c.id == a.post_id)
    query = query.join(account, account.c.id == post.c.account_id)
    return tx.execute(
        query.where(r.reviewer_id == person_id, r.undone_at.is_(None)).order_by(r.id.desc()).limit(limit)
    ).all()


def alike(tx: Connection, alert_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return, for each alert, the others that nobody has decided on and that are about exactly the same words."""
    mine = _words(tx, alert.c.id.in_(alert_ids))
    texts = {part: {words[1] for words in mine.values() if words[0] == part} for part in Part}
    same = [and_(alert.c.cause == p, _column(p).in_(found)) for p, found in texts.items() if found]
    if not same:
        return {}
    others = _words(tx, alert.c.status.in_(UNTAKEN), or_(*same))
    return {a: tuple(sorted(b for b, theirs in others.items() if b != a and theirs == own)) for a, own in mine.items()}


def waiting(tx: Connection, found: Alert) -> tuple[int, ...]:
    """Return the other alerts nobody has decided on that are about exactly the same words as this one."""
    return alike(tx, [found.id]).get(found.id, ())


def _words(tx: Connection, *where: ColumnElement[bool]) -> dict[int, tuple[str, str, str]]:
    """Return by alert the part that is judged, its column's text, and all its judged words."""
    a, found = alert.c, {}
    query = select(a.id, a.cause, a.version_id).join_from(alert, version, version.c.id == a.version_id).where(*where)
    rows = tx.execute(query).all()
    numbers = [row.version_id for row in rows]
    there = {v.id: as_version(v) for v in tx.execute(version_query().where(version.c.id.in_(numbers)))}
    for row in rows:
        one, part = there[row.version_id], Part(row.cause)
        if (words := judged_words(one, part)).strip():
            found[row.id] = (str(part), one.shared_text if part is Part.SHARED else one.text, words)
    return found


def _column(part: Part) -> Any:
    return version.c.shared_text if part is Part.SHARED else version.c.text


def _holds(word: str) -> ColumnElement[bool]:
    columns = (version.c.text, version.c.warning, version.c.shared_text)
    told = [column.icontains(word, autoescape=True) for column in columns]
    alt = f'%"alt": "%{_escaped(json.dumps(word)[1:-1])}%'  # as media are stored: the words after the key
    return exists().where(
        version.c.id == alert.c.version_id, or_(*told, cast(version.c.media, Text).ilike(alt, escape="/"))
    )


def _escaped(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")
