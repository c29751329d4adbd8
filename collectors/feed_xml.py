"""RSS 0.9x, 1.0, 2.0 and Atom: feedparser understands them, and known traps of it are avoided here."""

import io
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

import feedparser

from collectors.base import Dropped
from collectors.evidence import canonical_json, clean, digest
from collectors.feed_document import ATOM, Document, local
from collectors.feed_entry import Entry, kind_of
from collectors.feed_slices import MEDIA, canonical, item_elements, minimised
from collectors.markup import Read, read_html, read_plain, web_address
from data.model import Media

LOOSE = ("everything but id, link, title, text and dates: the feed is not well-formed",)
_IDS = frozenset(("guid", "id"))
_ADDRESSES = _IDS | {"link", "href", "url"}  # elements that hold an id or an address, of whatever namespace
_CONTENT = f"{{{MEDIA}}}content"
_DESCRIPTION = f"{{{MEDIA}}}description"
_TITLE = f"{{{MEDIA}}}title"


def understand(document: Document, url: str) -> Any:
    """Let feedparser read a mended document: always as bytes in hand, never as an address or a path.

    Raises `ValueError` where feedparser fails; it was written for what publishers get wrong, not for whoever tries.
    """
    # With an address feedparser completes at every tag, a quarter of its time; most feeds have nothing to be completed.
    if document.root is not None and _nothing_to_complete(document.root, url):
        understood = _understand(document.text, "")
        if len(item_elements(document.root)) == len(understood.entries):
            return understood
    return _understand(document.text, url)


def _nothing_to_complete(root: ET.Element, url: str) -> bool:
    """Tell whether every id and address of a feed is whole and none brings a base of its own (feedparser takes names of
    elements and attributes in any case)."""
    if not url.isascii() or not _is_whole(url, url):
        return False
    for node in root.iter():
        stated = {local(key).lower(): value for key, value in node.attrib.items()}
        name = local(node.tag).lower()
        if "base" in stated:
            return False
        if name not in _ADDRESSES or (name in _IDS and stated.get("ispermalink", "true") != "true"):
            continue  # what is no permanent link feedparser leaves as it is
        held = ("".join(node.itertext()).strip(), stated.get("href", ""), stated.get("url", ""))
        if not all(_is_whole(one, url) for one in held if one):
            return False
    return True


def _is_whole(address: str, url: str) -> bool:
    """Tell whether an address stays what it is beside the feed's own."""
    try:
        return ":///" not in address and urljoin(url, address) == address
    except ValueError:
        return False


def _understand(text: str, base: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"} | ({"content-location": base} if base else {})
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=headers,
            sanitize_html=False,  # only plain text is kept of it
            resolve_relative_uris=False,  # done for links alone, by us
        )
    except (LookupError, AttributeError, TypeError, AssertionError, RecursionError) as exc:
        raise ValueError("feedparser failed") from exc


def _stated(entry: Any, name: str) -> str:
    """Return what the entry itself states under `name`, without feedparser's substitutes (published for updated)."""
    return str(dict.get(entry, name) or "")


def _dates(entry: Any) -> tuple[str, str]:
    """Return the raw dates of publication and of the last change."""
    published, updated = _stated(entry, "published") or _stated(entry, "created"), _stated(entry, "updated")
    return published or updated, updated if published else ""


def _read(detail: Any, base: str, own: str, *, escaped: bool) -> Read:
    """Read a text; addresses in it are completed from its own xml:base, else from `base` (`own` is the feed's)."""
    value = str(detail.get("value") or "")
    if detail.get("type") == "text/plain" or "<" not in value:
        return read_plain(value, escaped=escaped or detail.get("type") != "text/plain")
    return read_html(value, base if detail.get("base") in (None, "", own) else str(detail["base"]))


def _alts(item: ET.Element | None) -> set[str]:
    """Return the descriptions of the item's media: feedparser takes them for the item's own text (Mastodon)."""
    if item is None:
        return set()
    shown = (node.findtext(_DESCRIPTION) for node in item.iter(_CONTENT))
    return {alt.strip() for alt in shown if alt and alt.strip()}


def _body(entry: Any, alts: set[str], base: str, own: str, *, escaped: bool) -> Read:
    """Return the fullest text that is not a description of a picture."""
    candidates = [*entry.get("content", ()), entry.get("summary_detail") or {"value": entry.get("summary", "")}]
    for detail in candidates:
        value = str(detail.get("value") or "").strip()
        if value and value not in alts:
            return _read(detail, base, own, escaped=escaped)
    return Read("")


def _media(item: ET.Element, base: str) -> list[Media]:
    found = []
    for node in item.iter(_CONTENT):
        alt = node.findtext(_DESCRIPTION) or node.findtext(_TITLE) or ""
        kind = kind_of(node.get("medium", ""), node.get("type", ""))
        found.append(Media(kind, web_address(node.get("url", ""), base), clean(alt).strip()))
    found += [
        Media(kind_of("", node.get("type", "")), web_address(node.get("url", ""), base))
        for node in item.iter("enclosure")
    ]
    for node in item.iter(f"{{{ATOM}}}link"):
        if node.get("rel") == "enclosure":
            alt = clean(node.get("title", "")).strip()
            found.append(Media(kind_of("", node.get("type", "")), web_address(node.get("href", ""), base), alt))
    return [shown for shown in found if shown.url or shown.alt]


def _loose_media(entry: Any, base: str) -> list[Media]:
    """Return what feedparser alone knows of an item's media, without alternative texts."""
    links = [(one.get("type", ""), one.get("href", "")) for one in entry.get("enclosures", ())]
    links += [(one.get("type", ""), one.get("url", "")) for one in entry.get("media_content", ())]
    found = (Media(kind_of("", str(mime)), web_address(str(target), base)) for mime, target in links)
    return [shown for shown in found if shown.url]


def _evidence(entry: Any, item: ET.Element | None, whole: bytes) -> tuple[bytes, str, tuple[str, ...]]:
    """Return payload, digest of the original, and removed paths."""
    if item is not None:
        original, (reduced, removed) = canonical(item), minimised(item)
        return canonical(reduced) if removed else original, digest(original), removed
    names = ("id", "link", "title", "summary", "published", "updated", "created")
    kept: dict[str, object] = {name: _stated(entry, name) for name in names if _stated(entry, name)}
    kept["content"] = [str(part.get("value") or "") for part in entry.get("content", ())]
    return canonical_json(kept), digest(whole), LOOSE


def _entry(entry: Any, item: ET.Element | None, feed: Any, url: str, whole: bytes) -> Entry:
    escaped = not str(feed.get("version", "")).startswith("atom")
    link = web_address(str(entry.get("link") or ""), url)
    title = entry.get("title_detail") or {"value": entry.get("title", ""), "type": "text/plain"}
    body = _body(entry, _alts(item), link or url, url, escaped=escaped)
    published, updated = _dates(entry)
    payload, original, removed = _evidence(entry, item, whole)
    details = [*entry.get("content", ()), title, feed.feed]
    return Entry(
        id=clean(_stated(entry, "id")).strip(),
        link=link,
        title=" ".join(_read(title, link or url, url, escaped=escaped).text.split()),
        body=body,
        published=published,
        updated=updated,
        language=str(entry.get("language") or next((d["language"] for d in details if d.get("language")), "")),
        payload=payload,
        original_sha256=original,
        removed=removed,
        media=tuple(_media(item, link or url) if item is not None else _loose_media(entry, link or url)),
    )


def _elements(document: Document, count: int) -> Sequence[ET.Element | None]:
    """Return the element of each entry; None for all where the document has no reliable ones."""
    found = item_elements(document.root) if document.root is not None else []
    return found if len(found) == count else [None] * count


def read_entries(document: Document, understood: Any, url: str) -> tuple[list[Entry], list[Dropped]]:
    """Return the entries of a feed that feedparser understood, and what could not be used.

    The last entry of a document whose end is missing is dropped: its text may be half, and half a text stored
    would look like an edit tomorrow.
    """
    entries: list[Entry] = []
    dropped: list[Dropped] = []
    whole = document.text.encode("utf-8", "replace")
    last = len(understood.entries) - 1
    for number, (raw, element) in enumerate(zip(understood.entries, _elements(document, last + 1), strict=True)):
        reason = "the feed breaks off within this entry" if document.cut and number == last else ""
        try:
            entry = _entry(raw, element, understood, url, whole)
        except ValueError as exc:
            dropped.append(Dropped(f"an entry that cannot be read: {exc}", digest(whole)))
            continue
        if not reason and not (entry.title or entry.body.text or entry.media or entry.link):
            reason = "an entry without text, address or media"
        if reason:
            dropped.append(Dropped(reason, entry.original_sha256))
        else:
            entries.append(entry)
    return entries, dropped


def named(understood: Any) -> tuple[str, str]:
    """Return the feed's title and description as plain text."""
    title, subtitle = (str(understood.feed.get(name) or "") for name in ("title", "subtitle"))
    return read_html(title).text, read_html(subtitle).text
