"""JSON Feed 1.0 and 1.1 (jsonfeed.org): items to entries, reduced by `feed/1`."""

from typing import Any

from collectors.base import Dropped
from collectors.evidence import canonical_json, clean, digest
from collectors.feed_entry import Entry, kind_of
from collectors.markup import Read, read_html, read_plain, web_address
from data.model import Media

_KEPT = ("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image")
KEPT = frozenset(_KEPT) | {"date_published", "date_modified", "tags", "language", "attachments"}


def _text(value: object) -> str:
    """Return a string or number of the feed as text; empty for anything else."""
    return clean(str(value) if isinstance(value, int | float) else value)


def _body(item: dict[str, Any], base: str) -> Read:
    if markup := _text(item.get("content_html")):
        return read_html(markup, base)
    return read_plain(_text(item.get("content_text")) or _text(item.get("summary")))


def _media(item: dict[str, Any], base: str) -> tuple[Media, ...]:
    pictures = [Media("image", web_address(_text(item.get(name)), base)) for name in ("image", "banner_image")]
    attached = item.get("attachments")
    files = [
        Media(
            kind_of("", _text(one.get("mime_type"))), web_address(_text(one.get("url")), base), _text(one.get("title"))
        )
        for one in (attached if isinstance(attached, list) else [])
        if isinstance(one, dict)
    ]
    return tuple(shown for shown in (*pictures, *files) if shown.url)


def _entry(item: dict[str, Any], feed_language: str, base: str) -> Entry:
    link = web_address(_text(item.get("url") or item.get("external_url")), base)
    kept = {name: value for name, value in item.items() if name in KEPT}
    published, modified = _text(item.get("date_published")), _text(item.get("date_modified"))
    return Entry(
        id=_text(item.get("id")).strip(),
        link=link,
        title=" ".join(_text(item.get("title")).split()),
        body=_body(item, link or base),
        published=published or modified,
        updated=modified if published else "",
        language=_text(item.get("language")) or feed_language,
        payload=canonical_json(kept),
        original_sha256=digest(canonical_json(item)),
        removed=tuple(sorted(set(item) - KEPT)),
        media=_media(item, link or base),
    )


def read_entries(feed: dict[str, Any], base: str) -> tuple[list[Entry], list[Dropped]]:
    """Return the entries of a JSON Feed and what could not be understood; `base` is the feed's own address."""
    entries: list[Entry] = []
    dropped: list[Dropped] = []
    items = feed.get("items")
    for item in items if isinstance(items, list) else []:
        entry = _entry(item, _text(feed.get("language")), base) if isinstance(item, dict) else None
        if entry and (entry.title or entry.body.text or entry.media or entry.link):
            entries.append(entry)
        else:
            dropped.append(Dropped("an item without text, address or media", digest(canonical_json(item))))
    return entries, dropped


def named(feed: dict[str, Any]) -> tuple[str, str]:
    """Return the feed's title and description."""
    return _text(feed.get("title")).strip(), _text(feed.get("description")).strip()
