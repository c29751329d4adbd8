"""The download of a Mastodon account: the activities of `outbox.json`, read as the API would give the same statuses.

`mastodon-archive/1` is `mastodon/1` after that translation. A boost's words are not in the download, only whose post it
was, which is left out; of a parent on another server its address is kept without the name in it. Activities that were
not addressed to the public (messages, posts to followers) are passed over; likes and bookmarks lie in other files,
which are never opened. Source: ActivityPub's vocabulary, and what Mastodon's backup writes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from collectors.archive import Archive, Bad, NotPublic, Place, Row
from collectors.archive_box import Box, refused
from collectors.archive_container import read_small
from collectors.archive_json import rows
from collectors.evidence import canonical_json, clean, digest, read_json
from collectors.mastodon_posts import NotUnderstood, to_item
from collectors.mastodon_server import place_of
from data.errors import ArchiveError
from data.model import Account

RULE = "mastodon-archive/1"
PUBLIC = frozenset(("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"))
KEPT = frozenset(("id", "url", "type", "content", "contentMap", "summary", "sensitive", "published", "updated")) | (
    frozenset(("to", "cc", "attachment", "oneOf", "anyOf", "attributedTo"))
)
KINDS = ("image", "video", "audio")
_STATUS = re.compile(r"https?://([^/?#]+)/[^?#]*?statuses/([\w-]{1,200})(?:/activity)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose download it is: the actor's address, the account's id on its server, and the server's base address."""

    actor: str
    number: str
    base: str


def open_mastodon(box: Box, subject: str, account: Account, received_at: datetime) -> Archive:
    """Open a download; raise `ArchiveError` when it is not one of this account."""
    actor, outbox = (_member(box, subject, name) for name in ("actor.json", "outbox.json"))
    owner = _owner(read_small(box, actor, subject), subject, account)
    return Archive(_rows(box, outbox, owner, received_at))


def _member(box: Box, subject: str, name: str) -> str:
    found = [one for one in box.names if one == name or (one.endswith(f"/{name}") and one.count("/") == 1)]
    if len(found) != 1:
        raise refused(subject, f"it is no download of a Mastodon account ({name} is missing or there twice)")
    return found[0]


def _owner(content: bytes, subject: str, account: Account) -> _Owner:
    try:
        actor = _dict(read_json(content))
    except ValueError as error:
        raise refused(subject, "it does not say whose it is (actor.json is damaged)") from error
    place, address, name = place_of(account), clean(actor.get("id")), clean(actor.get("preferredUsername"))
    known = (place.base, account.url, account.service_url, f"https://{account.handle.rpartition('@')[2]}")
    hosts = {urlsplit(one).netloc.lower() for one in known if one} - {""}
    if name.lower() != place.name.lower() or urlsplit(address).netloc.lower() not in hosts:
        whose = f"{name} on {urlsplit(address).netloc}" if name and address else "nobody who is named"
        raise ArchiveError(
            f"{subject} is the download of {whose}, not of {account.handle or account.url} (account {account.id}). "
            "Nothing was taken in. Name the right account, or correct its handle and server in the register."
        )
    parts = urlsplit(address)
    return _Owner(address, account.platform_id, f"{parts.scheme}://{parts.netloc}")


def _rows(box: Box, outbox: str, owner: _Owner, received_at: datetime) -> Iterator[Row]:
    with box.open(outbox) as stream:
        for one in rows(outbox, stream, key="orderedItems"):
            yield one if isinstance(one, Bad) else _row(*one, owner, received_at)


def _row(where: Place, entry: object, owner: _Owner, received_at: datetime) -> Row:
    activity = _dict(entry)
    try:
        if not _addressed(activity) or not (status := as_status(activity, owner)):
            return NotPublic(where)
        item = to_item(status, owner.number, owner.base, received_at)
        original = digest(canonical_json(activity))
    except (NotUnderstood, RecursionError, ValueError) as problem:
        return Bad(where, str(problem) if isinstance(problem, NotUnderstood) else "a post that makes no sense")
    return replace(item, rule=RULE, removed=_removed(activity), original_sha256=original) if item else NotPublic(where)


def as_status(activity: dict[str, Any], owner: _Owner) -> dict[str, Any]:
    """Return an activity as the API gives the status, empty for one that is not public; raise `NotUnderstood`."""
    kind, note = activity.get("type"), _dict(activity.get("object"))
    if activity.get("actor") != owner.actor:
        raise NotUnderstood("a post of another account")
    if kind == "Announce":
        return _shared(activity, owner)
    if kind != "Create" or note.get("type") not in ("Note", "Question", "Article", "Page"):
        raise NotUnderstood("neither a post nor a boost")
    if note.get("attributedTo", owner.actor) != owner.actor:
        raise NotUnderstood("a post of another account")
    visibility = _addressed(note)
    return _posted(note, owner) | {"visibility": visibility} if visibility else {}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]


def _addressed(activity: dict[str, Any]) -> str:
    """Return how the API calls whom an activity is addressed to, empty when not everybody may read it."""
    to, cc = ({one for one in _list(activity.get(name)) if isinstance(one, str)} for name in ("to", "cc"))
    return "public" if to & PUBLIC else "unlisted" if cc & PUBLIC else ""


def _own_id(address: object) -> str:
    found = _STATUS.fullmatch(clean(address))
    if not found:
        raise NotUnderstood("a post without an id")
    return found[2]


def _other_id(address: object, owner: _Owner) -> str:
    """Return the id of another post: as on the account's own server, or with its server's name; no author in it."""
    found = _STATUS.fullmatch(clean(address))
    if found:
        return found[2] if found[1] == urlsplit(owner.base).netloc else f"{found[1]}/{found[2]}"
    return urlsplit(clean(address)).netloc


def _shared(activity: dict[str, Any], owner: _Owner) -> dict[str, Any]:
    passed = activity.get("object")
    other = _other_id(_dict(passed).get("id") or passed, owner)
    usual = {"account": {"id": owner.number}, "created_at": clean(activity.get("published"))}
    words = {"id": other, "visibility": "public", "content": ""}
    return {**usual, "id": _own_id(activity.get("id")), "visibility": _addressed(activity), "reblog": words}


def _posted(note: dict[str, Any], owner: _Owner) -> dict[str, Any]:
    languages = [name for name in _dict(note.get("contentMap")) if isinstance(name, str)]
    quote = next((note[name] for name in ("quote", "quoteUri", "quoteUrl", "_misskey_quote") if note.get(name)), "")
    options = [{"title": one.get("name")} for one in (*_dicts(note.get("oneOf")), *_dicts(note.get("anyOf")))]
    return {
        "id": _own_id(note.get("id")),
        "account": {"id": owner.number},
        "url": note.get("url"),
        "created_at": note.get("published"),
        "edited_at": note.get("updated"),
        "content": note.get("content"),
        "spoiler_text": clean(note.get("summary")),
        "sensitive": note.get("sensitive") is True,
        "language": languages[0] if len(languages) == 1 else "",
        "in_reply_to_id": _other_id(note["inReplyTo"], owner) if note.get("inReplyTo") else None,
        "media_attachments": [_attached(one, owner) for one in _dicts(note.get("attachment"))],
        **({"quote_id": _other_id(quote, owner)} if quote else {}),
        **({"poll": {"options": options}} if options else {}),
    }


def _attached(one: dict[str, Any], owner: _Owner) -> dict[str, Any]:
    """Return an attachment as the API gives it; the download gives a path below the server's own files."""
    address = clean(one.get("url"))
    if address and not address.startswith(("https://", "http://")):
        address = f"{owner.base}/system/{address.lstrip('/').removeprefix('system/')}"
    kind = clean(one.get("mediaType")).partition("/")[0]
    return {"type": kind if kind in KINDS else "unknown", "url": address, "description": clean(one.get("name"))}


def _removed(activity: dict[str, Any]) -> tuple[str, ...]:
    note = _dict(activity.get("object"))
    outer = (name for name in activity if name not in ("id", "type", "published", "to", "cc", "object"))
    inner = (f"object.{name}" for name in note if name not in KEPT)
    return tuple(sorted((*outer, *inner, *(() if note else ("object",)))))
