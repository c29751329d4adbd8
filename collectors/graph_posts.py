"""What the posts of Meta's three APIs have in common: whose they are, and how an entry becomes an item.

Addresses of pictures are neither asked for nor kept: they are signed anew with every answer, so that each would look
like an edit. A picture is referred to by the address of its post.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors.evidence import canonical_json, clean, digest
from collectors.markup import web_address
from collectors.times import settle
from data.model import Item, Media

LONGEST_ID = 200
KINDS = {"image": "image", "photo": "image", "album": "image", "video": "video", "audio": "audio"}
WORDS_ALONE = "text_post"


class NotUnderstood(Exception):
    """A post that is not what the API should give; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose posts are collected: the account's lasting number and, where it is known, its name."""

    number: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Who an API says an account is; `closed` is why its posts are not public, empty when they are."""

    number: str
    name: str
    title: str = ""
    biography: str = ""
    followers: int | None = None
    url: str = ""
    closed: str = ""


def as_dict(value: object) -> dict[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, or in the `data` of an edge."""
    found = value.get("data") if isinstance(value, dict) else value
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def count(value: object) -> int | None:
    """Return a number of people, None for what can be none."""
    return value if type(value) is int and 0 <= value < 2**31 else None


def kept(entry: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the named fields of an entry, those that it has."""
    return {name: entry[name] for name in names if name in entry}


def identified(entry: object, owner: Owner, author: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Return an entry that has an id and is the account's own; raise `NotUnderstood` for any other.

    `author` is the object that holds its author's id, `name` its author's name: one of the two must be known.
    """
    whole = as_dict(entry)
    number = whole.get("id")
    if not isinstance(number, str) or not number or len(number) > LONGEST_ID or clean(number) != number:
        raise NotUnderstood("a post without an id")
    theirs = clean(author.get("id"))
    same_name = bool(name) and (not owner.name or name.lower() == owner.name.lower())
    if (theirs != owner.number) if theirs else not same_name:
        raise NotUnderstood("a post of another account")
    return whole


def pictures(entry: dict[str, Any], url: str) -> tuple[Media, ...]:
    """Return what a post of Instagram or Threads shows, each with its alternative text, empty where it has none.

    Whatever is not said to be words alone counts as a picture: nothing that was not seen shall pass for assessed.
    """
    shown = dicts(entry.get("children"))
    parts = [(one, f"{url}?img_index={n}") for n, one in enumerate(shown, 1)] or [(entry, url)]
    found = ((clean(one.get("media_type")).lower(), one, at) for one, at in parts)
    return tuple(
        Media(KINDS.get(kind, "image"), at if url else "", clean(one.get("alt_text")).strip())
        for kind, one, at in found
        if kind != WORDS_ALONE or one.get("gif_url")
    )


def to_item(
    whole: dict[str, Any], reduced: dict[str, Any], received_at: datetime, rule: str, **understood: Any
) -> Item:
    """Return an item: `reduced` is what `rule` keeps of the entry `whole`, `understood` what was read in it."""
    created = settle(clean(whole.get("created_time") or whole.get("timestamp")), received_at)
    address = clean(whole.get("permalink_url") or whole.get("permalink"))
    known = {"platform_id": whole["id"], "published_at": created.at, "time_note": created.note}
    return Item(
        **known | {"url": web_address(address, "")} | understood,
        payload=canonical_json(reduced),
        original_sha256=digest(canonical_json(whole)),
        rule=rule,
        removed=tuple(sorted(name for name in whole if name not in reduced or reduced[name] != whole[name])),
    )
