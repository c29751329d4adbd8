"""The download of an X account: `data/tweets.js` and its further parts, read as the API would give the same posts.

`x-archive/1` is `x/1` after that translation, with two differences that lie in the download: of a repost it holds only
a cut beginning of the other's words and not always which post it was, so those words are left out; and a quoted post is
known only by the link that ends the text. Likes, messages, deleted posts, contacts and advertising data lie in other
members, which are never opened.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from collectors.archive import Archive, Bad, Place, Row
from collectors.archive_box import Box, refused
from collectors.archive_json import rows
from collectors.archive_x_notes import NOTES, Notes, read_notes
from collectors.evidence import canonical_json, clean, digest
from collectors.x import name_of
from collectors.x_posts import Includes, NotUnderstood, dicts, to_item
from data.errors import ArchiveError
from data.model import Account, Item

RULE = "x-archive/1"
UNKNOWN = "unknown"  # which post was passed on
KEPT = frozenset(
    ("id", "id_str", "created_at", "full_text", "text", "lang", "possibly_sensitive", "edit_info", "extended_entities")
) | frozenset(("entities", "in_reply_to_status_id", "in_reply_to_status_id_str"))
_POSTS = re.compile(r"(?:[^/]+/)?data/tweets?(?:-part\d+)?\.js")
_ACCOUNT = re.compile(r"(?:[^/]+/)?data/account\.js")
_SHARE = re.compile(r"RT @\w{1,15}: ", re.ASCII)
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/\w+/status/(\d{1,19})\b", re.ASCII)


def open_x(box: Box, subject: str, account: Account, received_at: datetime) -> Archive:
    """Open a download; raise `ArchiveError` when it is not one of this account."""
    owner = _owner(box, subject, account)
    names = sorted((name for name in box.names if _POSTS.fullmatch(name)), key=_part)
    if not names:
        raise refused(subject, "it holds no posts (data/tweets.js)")
    return Archive(_rows(box, names, owner, received_at), owner)


def _part(name: str) -> int:
    found = re.search(r"-part(\d+)\.js$", name)
    return int(found[1]) if found else 0


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _owner(box: Box, subject: str, account: Account) -> str:
    """Return the number of the account that the download is of; raise `ArchiveError` when it is another's."""
    name = next((one for one in box.names if _ACCOUNT.fullmatch(one)), "")
    if not name:
        raise refused(subject, "it does not say whose it is (data/account.js is missing)")
    with box.open(name) as stream:
        found = next((one for one in rows(name, stream, assigned=True) if not isinstance(one, Bad)), None)
    whose = _dict(_dict(found[1]).get("account")) if found else {}
    number, shown = clean(whose.get("accountId")), clean(whose.get("username"))
    if not number.isdigit() or not shown:
        raise refused(subject, "it does not say whose it is (data/account.js is damaged)")
    same = number == account.platform_id if account.platform_id else shown.lower() == name_of(account).lower()
    if not same:
        raise ArchiveError(
            f"{subject} is the download of @{shown}, not of {account.handle or account.url} (account {account.id}). "
            "Nothing was taken in. Name the right account, or correct its handle in the register."
        )
    return number


def _rows(box: Box, names: list[str], owner: str, received_at: datetime) -> Iterator[Row]:
    found = [name for name in box.names if NOTES.fullmatch(name)]
    notes = read_notes(box, found)
    yield from notes.bad
    for name in names:
        with box.open(name) as stream:
            for one in rows(name, stream, assigned=True):
                yield one if isinstance(one, Bad) else _row(*one, owner, notes, received_at)
    yield from notes.left()


def _row(where: Place, entry: object, owner: str, notes: Notes, received_at: datetime) -> Row:
    tweet = _dict(_dict(entry).get("tweet", entry))
    try:
        return to_own_item(tweet, owner, notes.of(tweet, _time(tweet)), received_at)
    except (NotUnderstood, RecursionError, ValueError) as problem:
        return Bad(where, str(problem) if isinstance(problem, NotUnderstood) else "a post that makes no sense")


def to_own_item(tweet: dict[str, Any], owner: str, note: dict[str, Any], received_at: datetime) -> Item:
    """Turn one entry of the download into an item; raise `NotUnderstood` when it is no post."""
    post, includes = as_answered(tweet, owner, note)
    item = to_item(post, includes, owner, received_at)
    gone = tuple(sorted(f"tweet.{name}" for name in tweet if name not in KEPT))
    original = canonical_json({"tweet": tweet, "note": note} if note else tweet)
    return replace(item, rule=RULE, removed=gone, original_sha256=digest(original))


def as_answered(tweet: dict[str, Any], owner: str, note: dict[str, Any]) -> tuple[dict[str, Any], Includes]:
    """Return an entry of the download as the API gives the post, and what the API would give beside it."""
    text = tweet.get("full_text", tweet.get("text"))
    number = _number(tweet, "id")
    post = {"id": number, "author_id": owner, "created_at": _time(tweet), "text": text, "lang": tweet.get("lang", "")}
    post |= {"edit_history_tweet_ids": _history(tweet), "possibly_sensitive": tweet.get("possibly_sensitive") is True}
    if isinstance(text, str) and _SHARE.match(text):
        passed = _number(_dict(tweet.get("retweeted_status")), "id") or _source(tweet) or UNKNOWN
        return post | {"referenced_tweets": [{"type": "retweeted", "id": passed}]}, Includes({passed: {"text": ""}}, {})
    shown = {f"m{n}": _medium(one, f"m{n}") for n, one in enumerate(_media(tweet))}
    urls = _urls(tweet) + dicts(_dict(note.get("entities")).get("urls"))
    quoted = _number(tweet, "quoted_status_id") or _quoted(clean(note.get("text") or text), urls, tweet)
    references = {"replied_to": _number(tweet, "in_reply_to_status_id"), "quoted": quoted}
    entities = {"urls": urls + [{**one, "media_key": "m"} for one in _media_links(tweet)]}
    post |= {"referenced_tweets": [{"type": kind, "id": one} for kind, one in references.items() if one]}
    post |= {"entities": entities, "attachments": {"media_keys": list(shown)}}
    return post | ({"note_tweet": {**note, "entities": entities}} if note else {}), Includes({}, shown)


def _number(value: Mapping[str, Any], name: str) -> str:
    """Return an id, which the download gives as a text and sometimes as a number too."""
    found = value.get(f"{name}_str") or value.get(name)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else clean(found)


def _time(tweet: Mapping[str, Any]) -> str:
    """Return the time as RFC 822 has it, from "Mon Jun 01 09:00:00 +0000 2026"."""
    said = clean(tweet.get("created_at"))
    parts = said.split()
    return f"{parts[2]} {parts[1]} {parts[5]} {parts[3]} {parts[4]}" if len(parts) == 6 else said


def _history(tweet: Mapping[str, Any]) -> list[str]:
    info = _dict(tweet.get("edit_info"))
    edit = _dict(info.get("edit"))
    control = _dict(info.get("initial")) or _dict(edit.get("editControlInitial"))
    ids = control.get("editTweetIds")
    return [clean(edit.get("initialTweetId")), *(clean(one) for one in (ids if isinstance(ids, list) else []))]


def _urls(tweet: Mapping[str, Any]) -> list[dict[str, Any]]:
    return dicts(_dict(tweet.get("entities")).get("urls"))


def _media(tweet: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = (_dict(tweet.get(name)).get("media") for name in ("extended_entities", "entities"))
    return next((dicts(part) for part in parts if dicts(part)), [])


def _media_links(tweet: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"url": clean(one.get("url")), "expanded_url": clean(one.get("expanded_url"))} for one in _media(tweet)]


def _medium(one: Mapping[str, Any], key: str) -> dict[str, str]:
    kind, address = clean(one.get("type")), clean(one.get("media_url_https") or one.get("media_url"))
    return {"media_key": key, "type": kind, "url": address, "alt_text": clean(one.get("ext_alt_text"))}


def _source(tweet: Mapping[str, Any]) -> str:
    """Return which post a repost's picture came with, empty where there is none."""
    return next((found for one in _media(tweet) if (found := _number(one, "source_status_id"))), "")


def _quoted(text: str, urls: list[dict[str, Any]], tweet: Mapping[str, Any]) -> str:
    """Return the id of the post whose link ends the text, which X shows as a quote; empty for none."""
    for one in _media_links(tweet):
        text = text.replace(one["url"], "") if one["url"] else text
    ends = (one for one in urls if clean(one.get("url")) and text.rstrip().endswith(clean(one.get("url"))))
    found = _STATUS.match(next((clean(one.get("expanded_url")) for one in ends), ""))
    return found[1] if found else ""
