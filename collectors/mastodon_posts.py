"""Mastodon statuses to items, reduced by the rule `mastodon/1`.

`mastodon/1` keeps what the status itself says (the fields of `KEPT`) and nothing else: no counters, no profiles, no
mentions' metadata, no preview cards, no extensions of other servers. A status's text keeps the names that its author
wrote, without where they lead. Of the status that a boost or quote passes on, its id and its words (as text) are kept,
without their author, without the people they link to as mentioned and what is written as @name; of a reply's parent
its id alone.
Source: the entities Status, MediaAttachment, Poll and Quote of the Mastodon API.
"""

from datetime import datetime
from typing import Any

from collectors.evidence import canonical_json, clean, digest
from collectors.markup import web_address
from collectors.mastodon_text import read_content, without_names
from collectors.times import settle
from data.model import Item, Media, PostKind

RULE = "mastodon/1"
PUBLIC = ("public", "unlisted")
LONGEST_ID = 200
KEPT = (
    "id", "uri", "url", "created_at", "edited_at", "content", "spoiler_text", "sensitive", "visibility", "language",
    "in_reply_to_id",
)  # fmt: skip
KEPT_OF_SHARES = ("id", "created_at", "visibility", "language")  # some servers copy the boosted words into the boost
KEPT_OF_OTHERS = ("id", "created_at", "edited_at", "spoiler_text", "sensitive", "visibility", "language")
KEPT_OF_MEDIA = ("id", "type", "url", "remote_url", "description")
KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}


class NotUnderstood(Exception):
    """A status that is not what its server should give; `str()` says why."""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def status_id(status: object) -> str:
    """Return the id of a status, an opaque text; raise `NotUnderstood` when it has none."""
    found = _dict(status).get("id")
    if not isinstance(found, str) or not found or len(found) > LONGEST_ID or clean(found) != found:
        raise NotUnderstood("a status without an id")
    return found


def is_public(status: dict[str, Any]) -> bool:
    """Tell whether everybody may read a status and what it passes on; a token may show us more than that.

    Raises `NotUnderstood` for one that does not say.
    """
    parts = [status, *filter(None, (_dict(status.get("reblog")),))]
    if not all(isinstance(part.get("visibility"), str) for part in parts):
        raise NotUnderstood("a status that does not say who may read it")
    return all(part["visibility"] in PUBLIC for part in parts)


def quoted(status: dict[str, Any]) -> dict[str, Any]:
    """Return the status that a status quotes, reduced to its id where the server says no more; empty for none."""
    quote = _dict(status.get("quote"))
    inner = _dict(quote.get("quoted_status")) or ({} if "state" in quote else quote)
    number = clean(inner.get("id") or quote.get("quoted_status_id") or status.get("quote_id"))
    shown = quote.get("state", "accepted") == "accepted" and inner.get("visibility") in PUBLIC
    return (inner if shown else {}) | {"id": number} if number else {}


def media_of(status: dict[str, Any]) -> tuple[Media, ...]:
    """Return pictures, films and sounds with their alternative texts."""
    found = []
    for one in _dicts(status.get("media_attachments")):
        address = clean(one.get("url")) or clean(one.get("remote_url"))
        kind = KINDS.get(clean(one.get("type")), "image")
        found.append(Media(kind, web_address(address, ""), clean(one.get("description")).strip()))
    return tuple(found)


def people_of(status: dict[str, Any]) -> frozenset[str]:
    """Return the addresses of the accounts that a status mentions, without a slash at the end."""
    found = (clean(one.get("url")).rstrip("/") for one in _dicts(status.get("mentions")))
    return frozenset(filter(None, found))


def _options(status: dict[str, Any]) -> list[str]:
    """Return the answers that a poll offers: its author's words too."""
    return [title for one in _dicts(_dict(status.get("poll")).get("options")) if (title := clean(one.get("title")))]


def _of_others(status: dict[str, Any], base: str) -> tuple[dict[str, Any], str]:
    """Return what is kept of a status that is passed on, its content as text, and its words, its warning first."""
    html, quotes = clean(status.get("content")), bool(quoted(status))
    read = read_content(html, base, unnamed=True, quotes=quotes, people=people_of(status)).read
    content, warning = without_names(read.text), without_names(clean(status.get("spoiler_text")).strip())
    kept = _kept(status, KEPT_OF_OTHERS) | {"content": content, "spoiler_text": warning}
    return kept, "\n".join(filter(None, (warning, content, *map(without_names, _options(status)))))


def _kept(status: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: status[name] for name in names if name in status}


def _removed(status: dict[str, Any], kept: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the fields that went, and those of which a part did."""
    return tuple(sorted(name for name in status if name not in kept or kept[name] != status[name]))


def _share(status: dict[str, Any], base: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `mastodon/1` keeps of a boost, and what is understood of it."""
    kept, words = _of_others(_dict(status["reblog"]), base)
    understood = {"kind": PostKind.SHARE, "text": "", "shared_text": words}
    return _kept(status, KEPT_OF_SHARES) | {"reblog": kept}, understood


def _post(status: dict[str, Any], base: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what `mastodon/1` keeps of a status of its author's own, and what is understood of it."""
    if not isinstance(status.get("content"), str):
        raise NotUnderstood("a status without content")
    parent, quote, options = clean(status.get("in_reply_to_id")), quoted(status), _options(status)
    content = read_content(clean(status["content"]), base, quotes=bool(quote), people=people_of(status))
    kept = _kept(status, KEPT) | ({"content": content.html} if content.reduced else {})
    media = [_kept(one, KEPT_OF_MEDIA) for one in _dicts(status.get("media_attachments"))]
    parts = {"media_attachments": media, "poll": {"options": [{"title": title} for title in options]}}
    kept |= {name: part for name, part in parts.items() if status.get(name)}
    theirs, words = _of_others(quote, base) if quote else ({}, "")
    return kept | ({"quote": theirs} if quote else {}), {
        "kind": PostKind.QUOTE if quote else PostKind.REPLY if parent else PostKind.OWN,
        "text": "\n".join(filter(None, (content.read.text, *options))),
        "warning": clean(status.get("spoiler_text")).strip(),
        "url": web_address(clean(status.get("url")), ""),
        "links": content.read.links,
        "media": (*media_of(status), *content.read.media),
        "reply_to": parent,
        "shared_text": words,
    }


def to_item(status: object, account_id: str, base: str, received_at: datetime) -> Item | None:
    """Turn one status into an item, None for one that is not public; raise `NotUnderstood` when it is not one of the
    account's own. `base` is the address of its server.
    """
    whole = _dict(status)
    number = status_id(whole)
    if _dict(whole.get("account")).get("id") != account_id:
        raise NotUnderstood("a status of another account")
    if not is_public(whole):
        return None
    kept, understood = (_share if _dict(whole.get("reblog")) else _post)(whole, base)
    reduced = kept | {"account": {"id": account_id}}
    created, edited = settle(clean(whole.get("created_at")), received_at), clean(whole.get("edited_at"))
    return Item(
        platform_id=number,
        payload=canonical_json(reduced),
        original_sha256=digest(canonical_json(whole)),
        rule=RULE,
        removed=_removed(whole, reduced),
        published_at=created.at,
        updated_at=settle(edited, received_at).at if edited else None,
        time_note=created.note,
        language=clean(whole.get("language") or _dict(whole.get("reblog")).get("language")).strip(),
        **understood,
    )
