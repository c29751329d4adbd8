"""Posts, their versions and the evidence for them, as they are stored: `data.store.intake` takes them in."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    String,
    and_,
    case,
    false,
    func,
    not_,
    or_,
    select,
    type_coerce,
    update,
)

from data.model import Item, PostKind, Version
from data.schema import account, evidence, post, version
from data.store.rows import AnyRow, Rows

CHUNK = 500
NAMELESS = "archive:"  # before the digest that stands for an id where a download carries none
LEAF = 2  # the form of the leaves that a run's root is taken over; the audit log says which


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a page came: in which run, in which answer (digest), when; `known_until` is when the last complete run
    ended, `pinned` are ids of posts that are shown out of their place in time."""

    run_id: int
    response_sha256: str
    received_at: datetime
    known_until: datetime | None = None
    pinned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tally:
    """What storing some items came to; `overlap` counts those in their place that an earlier, complete run had
    stored."""

    new: int = 0
    changed: int = 0
    same: int = 0
    overlap: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        sums = (self.new + other.new, self.changed + other.changed, self.same + other.same)
        return Tally(*sums, self.overlap + other.overlap)


def content_digest(item: Item) -> str:
    """Return the digest of what a reader sees of an item; a new one makes a new version."""
    media = [[m.kind, m.url, m.alt] for m in item.media]
    return _digest([item.text, item.warning, media, list(item.links), item.shared_text])


def row_digest(row: AnyRow) -> str:
    """Return the same digest of a version as it is stored."""
    media = [[m["kind"], m["url"], m["alt"]] for m in row.media]
    return _digest([row.text, row.warning, media, row.links, row.shared_text])


def newest(tx: Connection, account_id: str) -> datetime | None:
    """Return the platform time of the newest post known, None when there is none."""
    return newest_of(tx, [account_id]).get(account_id)


def newest_of(tx: Connection, account_ids: Collection[str]) -> dict[str, datetime | None]:
    """Return the same of several accounts: a look into the index for each, however many posts it has."""
    last = select(func.max(post.c.published_at)).where(post.c.account_id == account.c.id).scalar_subquery()
    rows = tx.execute(select(account.c.id, last.label("at")).where(account.c.id.in_(account_ids)))
    return {row.id: row.at for row in rows}


def mark_gone(tx: Connection, account_id: str, run_started: datetime, since: datetime | None, now: datetime) -> int:
    """Mark posts not seen since `run_started` as gone; only those published after `since`, unless it is None."""
    c = post.c
    unseen = [c.account_id == account_id, c.last_seen_at < run_started, c.gone_at.is_(None), c.erased_at.is_(None)]
    if since is not None:
        unseen.append(c.published_at > since)
    return tx.execute(update(post).where(*unseen).values(gone_at=now)).rowcount


def mark_gone_ids(tx: Connection, account_id: str, platform_ids: Sequence[str], now: datetime) -> int:
    """Mark posts as gone by the platform's ids; return how many were not so before."""
    c, marked = post.c, 0
    for start in range(0, len(platform_ids), CHUNK):
        wanted = (c.account_id == account_id, c.platform_id.in_(platform_ids[start : start + CHUNK]))
        marked += tx.execute(update(post).where(*wanted, c.gone_at.is_(None)).values(gone_at=now)).rowcount
    return marked


@dataclass(frozen=True, slots=True)
class Unseen:
    """Which posts to ask for by their ids: those not seen since `run_started` that were published after `listed_since`
    (this run's list reaches back to there without a break and left them out), then those last seen before
    `stale_before`, the longest unseen first. Shares, which not every server shows by id, are asked for only where the
    list left them out. `newest` bounds it to that many of the newest posts, `most` is how many to return, `but` are ids
    not to ask for now, and posts last seen before `seen_from` are out of reach.
    """

    run_started: datetime
    listed_since: datetime | None
    stale_before: datetime
    newest: int | None
    most: int
    but: tuple[str, ...] = ()
    seen_from: datetime | None = None


def unseen(tx: Connection, account_id: str, which: Unseen) -> list[str]:
    """Return the platform ids of posts, not known to be gone, that should be asked for one by one: none that a download
    without ids brought, since the platform would know nothing under theirs."""
    c = post.c
    left_out = c.published_at > which.listed_since if which.listed_since else false()
    stale = and_(c.last_seen_at < which.stale_before, c.kind != PostKind.SHARE)
    there = [c.account_id == account_id, c.gone_at.is_(None), c.erased_at.is_(None), c.platform_id.not_in(which.but)]
    there += [c.last_seen_at >= which.seen_from] if which.seen_from else []
    there += [not_(c.platform_id.startswith(NAMELESS))]
    query = select(c.platform_id).where(*there, c.last_seen_at < which.run_started, or_(left_out, stale))
    if which.newest is not None:
        order = (c.published_at.desc().nulls_last(), c.id.desc())
        query = query.where(c.id.in_(select(c.id).where(*there).order_by(*order).limit(which.newest)))
    order_by = (case((left_out, 0), else_=1), c.last_seen_at, c.id)
    return list(tx.scalars(query.order_by(*order_by).limit(which.most)))


def versions(tx: Connection, post_id: int) -> list[Version]:
    """Return the versions of a post, oldest first."""
    query = version_query().where(version.c.post_id == post_id).order_by(version.c.number)
    return [as_version(row) for row in tx.execute(query)]


def of_account(tx: Connection, account_id: str, before: int | None = None, limit: int = 50) -> Rows:
    """Return an account's posts with their current text, newest first; `before` is the last post number of the page
    above."""
    p = post.c
    columns = (
        p.id,
        p.kind,
        p.url,
        p.published_at,
        p.first_seen_at,
        p.last_seen_at,
        p.gone_at,
        version.c.text,
        version.c.number,
    )
    query = select(*columns).join_from(post, version, version.c.id == p.version_id).where(p.account_id == account_id)
    if before is not None:
        query = query.where(p.id < before)
    return tx.execute(query.order_by(p.id.desc()).limit(limit)).all()


def newest_first(
    tx: Connection, account_id: str, after: tuple[datetime | None, int] | None = None, limit: int = 25
) -> Rows:
    """Return an account's posts with their current version, by the platform's time, newest first, undated ones last.

    `after` is (published_at, id) of the last post of the page above. Each row has the post's id, kind, url,
    published_at, first_seen_at, gone_at and erased_at, and the version's number, text, warning, media and shared_text.
    """
    p, v = post.c, version.c
    columns = (p.id, p.kind, p.url, p.published_at, p.first_seen_at, p.gone_at, p.erased_at)
    shown = (v.number, v.text, v.warning, v.media, v.shared_text)
    query = select(*columns, *shown).join_from(post, version, v.id == p.version_id).where(p.account_id == account_id)
    if after is not None:
        at, number = after
        undated = p.published_at.is_(None)
        older = and_(undated, p.id < number)
        if at is not None:
            older = or_(undated, p.published_at < at, and_(p.published_at == at, p.id < number))
        query = query.where(older)
    return tx.execute(query.order_by(p.published_at.desc().nulls_last(), p.id.desc()).limit(limit)).all()


def since(tx: Connection, account_id: str, moment: datetime) -> int:
    """Return how many posts of an account were published at `moment` or later."""
    c = post.c
    return int(tx.scalar(select(func.count()).where(c.account_id == account_id, c.published_at >= moment)) or 0)


def count(tx: Connection, account_id: str | None = None) -> int:
    """Return how many posts are stored, of one account or of all."""
    query = select(func.count()).select_from(post)
    return int(tx.scalar(query.where(post.c.account_id == account_id) if account_id else query) or 0)


def get(tx: Connection, post_id: int) -> AnyRow | None:
    """Return a post's row, or None."""
    return tx.execute(select(*post.c).where(post.c.id == post_id)).first()


def run_digests(tx: Connection, run_id: int) -> list[str]:
    """Return the digests of the evidence one run brought, in the order of their numbers."""
    return list(
        tx.scalars(select(evidence.c.payload_sha256).where(evidence.c.run_id == run_id).order_by(evidence.c.id))
    )


def run_leaves(tx: Connection, run_id: int, form: int = LEAF) -> list[str]:
    """Return what the root of a run is taken over, one digest an item; `form` is what the audit log says of the run.

    Form 2 covers every column of the evidence that an erasure leaves, and which content of which post it stands for;
    form 1, of older runs, the payload alone.
    """
    return run_digests(tx, run_id) if form == 1 else leaves_of(tx, [run_id]).get(run_id, [])


def leaves_of(tx: Connection, run_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the leaves of form 2 of those of the runs that brought any."""
    found = defaultdict[int, list[str]](list)
    for row in tx.execute(leaf_query().where(evidence.c.run_id.in_(run_ids))):
        found[row.run_id].append(_digest(leaf(row)))
    return dict(found)


def leaf_query() -> Any:
    """Return the select that `leaf` reads, by the numbers of the evidence."""
    e, v = evidence.c, version.c
    own = (e.account_id, e.payload_sha256, e.original_sha256, e.response_sha256, e.rule, e.removed, e.received_at)
    query = select(e.id, e.run_id, *own, v.post_id, v.number, v.content_sha256)
    return query.join_from(evidence, version, v.evidence_id == e.id, isouter=True).order_by(e.id, v.id)


def leaf(row: AnyRow) -> list[object]:
    """Return what a leaf of form 2 is the digest of, as JSON."""
    at = row.received_at.isoformat(timespec="microseconds")
    own = [row.account_id, row.payload_sha256, row.original_sha256, row.response_sha256, row.rule, row.removed, at]
    return [*own, row.post_id, row.number, row.content_sha256]


def evidence_rows(tx: Connection, after: int = 0, limit: int = CHUNK) -> Rows:
    """Return evidence by number for re-hashing: id, payload, payload_sha256, erased_at, certificate_id."""
    e = evidence.c
    at = type_coerce(e.erased_at, String).label("erased_at")  # whether, not when: a damaged time is no reason to stop
    query = select(e.id, e.payload, e.payload_sha256, at, e.certificate_id)
    return tx.execute(query.where(e.id > after).order_by(e.id).limit(limit)).all()


def version_query() -> Any:
    """Return the select that `as_version` reads."""
    v, p = version.c, post.c
    shown = (v.id, v.post_id, p.account_id, v.number, p.kind, v.text, v.warning, v.media, v.shared_text, v.language)
    return select(*shown, p.published_at, v.seen_at).join_from(version, post, p.id == v.post_id)


def as_version(row: AnyRow) -> Version:
    """Turn a row of `version_query` into a version."""
    values: dict[str, Any] = dict(row._mapping)
    media = values.pop("media")
    alts = tuple(m["alt"] for m in media if m["alt"])
    return Version(**values | {"kind": PostKind(row.kind)}, alt_texts=alts, media_count=len(media))


def _digest(content: list[object]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


NO_WORDS = _digest(["", "", [], [], ""])  # of a version whose words were erased
