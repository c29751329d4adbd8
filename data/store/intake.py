"""Taking posts in, page by page: unknown ones are added, changed ones get a new version, the others are seen again.

The pages of several accounts are taken in together with as many statements as one page takes.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, insert, or_, select, update

from data.model import Item
from data.schema import evidence, post, version
from data.store.posts import CHUNK, Receipt, Tally, content_digest
from data.store.tombstones import tombstones


@dataclass(frozen=True, slots=True)
class Arrived:
    """One page of an account, and how it came."""

    account_id: str
    items: Sequence[Item]
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class _Known:
    post_id: int
    number: int
    digest: str
    first_seen_at: datetime
    erased: bool


@dataclass(frozen=True, slots=True)
class _Sorted:
    """One page, its items held against what is known: those that are new, those that changed, and what was known."""

    page: Arrived
    new: list[Item]
    changed: list[tuple[Item, _Known]]
    known: dict[str, _Known]

    def tally(self) -> Tally:
        """Return what the page comes to."""
        receipt = self.page.receipt
        in_place = [one for name, one in self.known.items() if name not in receipt.pinned]
        until = receipt.known_until
        overlap = sum(until is not None and one.first_seen_at <= until for one in in_place)
        return Tally(len(self.new), len(self.changed), len(self.known) - len(self.changed), overlap)


_Row = tuple[int, int, Item, Arrived]  # of which post, the version's number, what it says, how it came


def record(tx: Connection, account_id: str, items: Iterable[Item], receipt: Receipt) -> Tally:
    """Store one page of an account; return what it came to.

    Of a post whose words were erased nothing is stored again, whatever it now says.
    """
    return record_all(tx, [Arrived(account_id, list(items), receipt)])[0]


def record_all(tx: Connection, pages: Sequence[Arrived]) -> list[Tally]:
    """Store one page of each of several accounts; return what each came to."""
    unique = [{item.platform_id: item for item in reversed(page.items)} for page in pages]
    known = _known(tx, [(page.account_id, list(items)) for page, items in zip(pages, unique, strict=True)])
    parts = [_sorted(*one) for one in zip(pages, unique, known, strict=True)]
    for part in parts:
        _touch(tx, [one.post_id for one in part.known.values()], part.page.receipt.received_at)
    new = [(part.page, item) for part in parts for item in part.new]
    rows: list[_Row] = [(n, 1, item, page) for n, (page, item) in zip(_add_posts(tx, new), new, strict=True)]
    rows += [(k.post_id, k.number + 1, item, part.page) for part in parts for item, k in part.changed]
    _add_versions(tx, rows)
    return [part.tally() for part in parts]


def _sorted(page: Arrived, items: Mapping[str, Item], known: dict[str, _Known]) -> _Sorted:
    new = [item for name, item in items.items() if name not in known]
    changed = [(item, known[name]) for name, item in items.items() if name in known and _differs(known[name], item)]
    return _Sorted(page, new, changed, known)


def _known(tx: Connection, wanted: Sequence[tuple[str, Sequence[str]]]) -> list[dict[str, _Known]]:
    """Return what is known of the posts of each of some accounts, by the platform's ids."""
    p, v = post.c, version.c
    shown = (p.account_id, p.platform_id, p.id, v.number, v.content_sha256, p.first_seen_at, p.erased_at)
    query = select(*shown).join_from(post, version, v.id == p.version_id)
    found: dict[str, dict[str, _Known]] = {account_id: {} for account_id, _ in wanted}
    for part in _chunks(wanted):
        erased = {account_id: tombstones(account_id, names) for account_id, names in part}
        own = (and_(p.account_id == one, p.platform_id.in_([*names, *erased[one]])) for one, names in part)
        for row in tx.execute(query.where(or_(*own))):
            was = row.erased_at is not None
            name = erased[row.account_id].get(row.platform_id, row.platform_id) if was else row.platform_id
            found[row.account_id][name] = _Known(row.id, row.number, row.content_sha256, row.first_seen_at, was)
    return [found[account_id] for account_id, _ in wanted]


def _chunks(wanted: Sequence[tuple[str, Sequence[str]]]) -> Iterator[list[tuple[str, Sequence[str]]]]:
    """Yield the ids in parts of at most `CHUNK`, those of several accounts together."""
    part: list[tuple[str, Sequence[str]]] = []
    size = 0
    for account_id, names in wanted:
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            if part and size + len(some) > CHUNK:
                yield part
                part, size = [], 0
            part.append((account_id, some))
            size += len(some)
    if part:
        yield part


def _differs(known: _Known, item: Item) -> bool:
    return not known.erased and known.digest != content_digest(item)


def _touch(tx: Connection, post_ids: Sequence[int], seen: datetime) -> None:
    for start in range(0, len(post_ids), CHUNK):
        part = post.c.id.in_(post_ids[start : start + CHUNK])
        older = or_(post.c.last_seen_at < seen, post.c.gone_at.is_not(None))
        tx.execute(update(post).where(part, older).values(last_seen_at=seen, gone_at=None))


def _add_posts(tx: Connection, new: Sequence[tuple[Arrived, Item]]) -> list[int]:
    rows = [
        {
            "account_id": page.account_id,
            "platform_id": item.platform_id,
            "kind": item.kind,
            "url": item.url,
            "published_at": item.published_at,
            "time_note": item.time_note,
            "reply_to": item.reply_to,
            "first_seen_at": page.receipt.received_at,
            "last_seen_at": page.receipt.received_at,
        }
        for page, item in new
    ]
    return _inserted(tx, post, rows, ("account_id", "platform_id"))


def _add_versions(tx: Connection, new: Sequence[_Row]) -> None:
    own = [_evidence_row(page.account_id, item, page.receipt) for _, _, item, page in new]
    proofs = _inserted(tx, evidence, own, ("run_id", "payload_sha256", "original_sha256", "response_sha256"))
    rows = [_version_row(p, n, i, e, page.receipt.received_at) for (p, n, i, page), e in zip(new, proofs, strict=True)]
    ids = _inserted(tx, version, rows, ("post_id", "number"))
    _point(tx, [row[0] for row in new], ids)


def _point(tx: Connection, post_ids: Sequence[int], version_ids: Sequence[int]) -> None:
    """Let each post point to its newest version."""
    own = select(version.c.id).where(version.c.post_id == post.c.id)
    for start in range(0, len(post_ids), CHUNK):
        those = own.where(version.c.id.in_(version_ids[start : start + CHUNK])).scalar_subquery()
        tx.execute(update(post).where(post.c.id.in_(post_ids[start : start + CHUNK])).values(version_id=those))


def _evidence_row(account_id: str, item: Item, receipt: Receipt) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "run_id": receipt.run_id,
        "payload": item.payload,
        "payload_sha256": hashlib.sha256(item.payload).hexdigest(),
        "original_sha256": item.original_sha256,
        "response_sha256": receipt.response_sha256,
        "rule": item.rule,
        "removed": list(item.removed),
        "received_at": receipt.received_at,
    }


def _version_row(post_id: int, number: int, item: Item, evidence_id: int, seen: datetime) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "number": number,
        "content_sha256": content_digest(item),
        "text": item.text,
        "warning": item.warning,
        "media": [{"kind": m.kind, "url": m.url, "alt": m.alt} for m in item.media],
        "links": list(item.links),
        "language": item.language,
        "shared_text": item.shared_text,
        "updated_at": item.updated_at,
        "seen_at": seen,
        "evidence_id": evidence_id,
    }


def _inserted(tx: Connection, table: Table, rows: list[dict[str, Any]], names: Sequence[str]) -> list[int]:
    """Add rows; return their numbers in the same order. They come back in any order, and are told apart by `names`:
    rows that are the same there stand for the same."""
    if not rows:
        return []
    found = defaultdict[tuple[object, ...], list[int]](list)
    for number, *key in tx.execute(insert(table).returning(table.c.id, *(table.c[name] for name in names)), rows):
        found[tuple(key)].append(int(number))
    left = {key: iter(sorted(numbers)) for key, numbers in found.items()}
    return [next(left[tuple(row[name] for name in names)]) for row in rows]
