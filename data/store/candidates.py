"""What own posts name that looks like the council's and is not on the register, in the store."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from data.candidates import Found, Told
from data.errors import NotFound
from data.model import AccountKind, PostKind
from data.schema import account, post, version
from data.schema_notices import candidate
from data.store.rows import AnyRow, Rows

DISMISSED = "dismissed:"
PAGE = 1000


def own_posts(tx: Connection, since: datetime) -> Iterator[Told]:
    """Yield the present words and links of the accounts' own posts first seen at `since` or later."""
    p, v, a = post.c, version.c, account.c
    query = select(p.id, v.text, v.links, a.kind, a.platform, a.url).join_from(post, version, v.id == p.version_id)
    own = p.kind != PostKind.SHARE, p.erased_at.is_(None), p.first_seen_at >= since
    query = query.join(account, a.id == p.account_id).where(*own).order_by(p.id)
    for row in tx.execute(query.execution_options(yield_per=PAGE)):
        links = tuple(str(link) for link in row.links)
        yield Told(row.id, row.text, links, row.platform, row.url, row.kind == AccountKind.CORPORATE)


def digest_of(platform: str, handle: str) -> str:
    """Return what is kept of a name that was dismissed: enough to know it again, and not the name."""
    return DISMISSED + hashlib.sha256(f"{platform}\n{handle}".encode("utf-8", "surrogatepass")).hexdigest()


def replace(tx: Connection, found: Iterable[Found], now: datetime) -> int:
    """Keep exactly what was found, but for what was dismissed; return how many are new."""
    c = candidate.c
    rows = tx.execute(select(c.id, c.platform, c.handle)).all()
    known = {(row.platform, row.handle): row.id for row in rows}
    wanted = {(f.platform, f.handle): f for f in found if (f.platform, digest_of(f.platform, f.handle)) not in known}
    gone = [row.id for row in rows if not row.handle.startswith(DISMISSED) and (row.platform, row.handle) not in wanted]
    forget(tx, gone)
    for key, one in wanted.items():
        values = {"post_id": one.post_id, "why": one.why, "posts": one.posts}
        if key in known:
            tx.execute(update(candidate).where(c.id == known[key]).values(**values))
        else:
            words = {"platform": one.platform, "handle": one.handle, "dismissed_by": "", "reason": ""}
            tx.execute(insert(candidate).values(**words, **values, found_at=now))
    return len(set(wanted) - set(known))


def forget(tx: Connection, numbers: Collection[int]) -> None:
    """Delete candidates."""
    tx.execute(delete(candidate).where(candidate.c.id.in_(list(numbers))))


def waiting(tx: Connection) -> Rows:
    """Return those that wait for the administrator, with the account and the address of the post that names them.

    One whose post has been erased is not shown, and goes at the next search.
    """
    c = candidate.c
    query = select(*c, post.c.account_id, post.c.url).join_from(candidate, post)
    return tx.execute(query.where(c.dismissed_at.is_(None), post.c.erased_at.is_(None)).order_by(c.id)).all()


def get(tx: Connection, number: int) -> AnyRow:
    """Return one that waits; raise `NotFound`."""
    row = next((row for row in waiting(tx) if row.id == number), None)
    if row is None:
        raise NotFound(f"No name {number} waits. See: postreeve account candidates")
    return row


def dismiss(tx: Connection, row: AnyRow, by: str, reason: str, now: datetime) -> None:
    """Set one aside for good; of its name a digest is kept."""
    values = {"handle": digest_of(row.platform, row.handle), "dismissed_at": now, "dismissed_by": by, "reason": reason}
    tx.execute(update(candidate).where(candidate.c.id == row.id).values(**values))


def forget_erased(tx: Connection) -> None:
    """Delete what was found in posts whose words have been erased; the digests of the dismissed stay."""
    erased = exists().where(post.c.id == candidate.c.post_id, post.c.erased_at.is_not(None))
    tx.execute(delete(candidate).where(candidate.c.dismissed_at.is_(None), erased))
