"""What every kind of feed comes down to: an entry, and how an entry becomes an item."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from collectors.evidence import clean
from collectors.feed_slices import RULE
from collectors.markup import Read
from collectors.times import read_time, settle
from data.model import Item, Media, PostKind

LONGEST_ID = 600  # characters; a longer one stands for itself by its digest, since an index cannot hold it
FLASH = "application/x-shockwave-flash"  # what YouTube's feeds still call its films


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its feed states it: dates raw, texts read, evidence reduced."""

    id: str
    link: str
    title: str
    body: Read
    published: str
    updated: str
    language: str
    payload: bytes
    original_sha256: str
    removed: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


def kind_of(medium: str, mime: str) -> str:
    """Return what a medium is, in one word: image, video, audio or file."""
    kind = "video" if mime == FLASH else medium or mime.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def _said(title: str, body: str) -> str:
    """Join title and body, the title once: many systems make it of the body's first words."""
    start = title.removesuffix("…").removesuffix("...").rstrip()
    flat = " ".join(body[: 2 * len(start) + 100].split())
    if not body or (start and flat.startswith(start)):
        return body or title
    return f"{title}\n\n{body}" if title else body


def _stable_id(entry: Entry) -> str:
    known = entry.id or entry.link
    if len(known) > LONGEST_ID:
        return "sha256:" + hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()
    if known:
        return known
    return "sha256:" + hashlib.sha256(f"{entry.title}\n{entry.published}".encode("utf-8", "replace")).hexdigest()


def _merged(entry: Entry) -> tuple[Media, ...]:
    """Gather the media of entry and body, each address once, with the fuller alternative text."""
    found: dict[str, Media] = {}
    for shown in (*entry.media, *entry.body.media):
        key = shown.url or shown.alt
        if key not in found or (shown.alt and not found[key].alt):
            found[key] = shown
    return tuple(found.values())


def to_item(entry: Entry, received_at: datetime) -> Item:
    """Turn an entry into the council's own item."""
    published, updated = settle(entry.published, received_at), read_time(entry.updated)
    changed = updated.at if updated.at and updated.at != published.at else None
    return Item(
        platform_id=_stable_id(entry),
        kind=PostKind.OWN,
        text=_said(entry.title, entry.body.text),
        payload=entry.payload,
        original_sha256=entry.original_sha256,
        rule=RULE,
        removed=entry.removed,
        published_at=published.at,
        updated_at=min(changed, received_at) if changed else None,
        time_note=published.note,
        url=entry.link,
        language=clean(entry.language).strip(),
        links=entry.body.links,
        media=_merged(entry),
    )


def distinct(items: Sequence[Item]) -> tuple[Item, ...]:
    """Keep items apart that share an id, which careless systems give to all: by their address, else their date.

    Nothing that changes with an edit of the text may tell them apart.
    """
    count = Counter(item.platform_id for item in items)
    kept: dict[tuple[str, bytes], Item] = {}
    for item in items:
        name = item.platform_id
        if count[name] > 1:
            mark = f"{item.url}\n{item.published_at}".encode("utf-8", "replace")
            name = f"{name}#{hashlib.sha256(mark).hexdigest()[:12]}"
        kept.setdefault((name, item.payload), item if name == item.platform_id else replace(item, platform_id=name))
    return tuple(kept.values())
