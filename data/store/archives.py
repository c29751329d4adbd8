"""What is stored of posts that an owner's archive tells again, and the stretches that archives cover."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from data.schema import coverage, post, version
from data.store.posts import CHUNK
from data.store.runs import ARCHIVE


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
