"""What is stored of posts that an owner's archive tells again, and the stretches that archives cover."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from data.schema import coverage, post, version
from data.store.posts import CHUNK, NAMELESS
from data.store.rows import Rows
from data.store.runs import ARCHIVE

NEAR = timedelta(minutes=1)  # between what a download and the platform call a post's time


@dataclass(frozen=True, slots=True)
class Stored:
    """The current version of a post: its content's digest, when it was written, and when we last took it in."""

    digest: str
    written_at: datetime | None
    seen_at: datetime
    gone: bool


def stored(tx: Connection, account_id: str, platform_ids: Sequence[str]) -> Mapping[str, Stored]:
    """Return what is stored of the posts with these ids of the platform, those that are known."""
    p, v = post.c, version.c
    shown = (p.platform_id, v.content_sha256, v.updated_at, p.published_at, v.seen_at, p.gone_at)
    query = select(*shown).join_from(post, version, v.id == p.version_id).where(p.account_id == account_id)
    found = {}
    for start in range(0, len(platform_ids), CHUNK):
        for row in tx.execute(query.where(p.platform_id.in_(platform_ids[start : start + CHUNK]))):
            written = row.updated_at or row.published_at
            found[row.platform_id] = Stored(row.content_sha256, written, row.seen_at, row.gone_at is not None)
    return found


def cover(tx: Connection, account_id: str, start: datetime, end: datetime, run_id: int) -> None:
    """Record that an archive listed every post of a stretch; once, however often it is imported."""
    c = coverage.c
    values = {"account_id": account_id, "from_at": start, "to_at": end, "complete": True, "cause": ARCHIVE}
    same = select(c.id).where(*(c[name] == value for name, value in values.items()))
    if tx.execute(same).first() is None:
        tx.execute(insert(coverage).values(**values, run_id=run_id))


@dataclass(frozen=True, slots=True)
class Told:
    """A post as a download without ids tells it: its made-up id, when it was published, and its words; `edited` says
    that the download names a later change of it."""

    name: str
    at: datetime
    words: str
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """The stored post that a told one is: the platform's id, and whether it stands as it is, whatever is told."""

    platform_id: str
    stands: bool


def plain(text: str) -> str:
    """Return words as they are compared: one way to write each character (NFC), one space between two words."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def joined(tx: Connection, account_id: str, told: Sequence[Told]) -> Mapping[str, Joined]:
    """Return which stored posts the told ones are, by their made-up ids; those that are not known are left out.

    The same words (of any version) within a minute make one post; so does the very second where the only post of it
    had its words erased, or where the download says that its words were changed since. Nothing else does.
    """
    known: dict[str, Joined] = {}
    for one in told:
        found = _near(tx, account_id, one.at)
        same = next((row for row in found if row.erased_at is None and plain(row.text) == plain(one.words)), None)
        if same is not None and (plain(one.words) or same.published_at == one.at):
            known[one.name] = Joined(same.platform_id, stands=True)
            continue
        then = {row.platform_id: row for row in found if row.published_at == one.at}
        only = next(iter(then.values())) if len(then) == 1 else None
        if only is not None and (only.erased_at is not None or one.edited):
            known[one.name] = Joined(only.platform_id, stands=only.erased_at is not None)
    return known


def adopt(tx: Connection, account_id: str, told: Sequence[Told]) -> int:
    """Give posts that a download without ids brought the platform's own ids, now that it shows them; return how many.

    `told` are posts as the platform lists them, `name` being its id. Only one that is not stored yet is joined, by the
    rule of `joined`; the post keeps its number, its versions and every decision on it.
    """
    c = post.c
    nameless = select(c.id).where(c.account_id == account_id, c.platform_id.startswith(NAMELESS)).limit(1)
    if not told or tx.execute(nameless).first() is None:
        return 0
    known, adopted = stored(tx, account_id, [one.name for one in told]), 0
    for one in told:
        if one.name in known:
            continue
        found = [row for row in _near(tx, account_id, one.at) if row.platform_id.startswith(NAMELESS)]
        same = next((row for row in found if row.erased_at is None and plain(row.text) == plain(one.words)), None)
        if same is not None and (plain(one.words) or same.published_at == one.at):
            tx.execute(update(post).where(c.id == same.id).values(platform_id=one.name))
            adopted += 1
    return adopted


def _near(tx: Connection, account_id: str, at: datetime) -> Rows:
    """Return the posts of an account around a moment, a row for each version, the nearest first."""
    p, v = post.c, version.c
    query = select(p.id, p.platform_id, p.published_at, p.erased_at, v.text).join_from(post, version, v.post_id == p.id)
    around = query.where(p.account_id == account_id, p.published_at.between(at - NEAR, at + NEAR))
    found = tx.execute(around.order_by(p.published_at, p.id, v.number.desc())).all()
    return sorted(found, key=lambda row: (abs(row.published_at - at), row.id))
