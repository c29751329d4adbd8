"""Posts of X to items, reduced by the rule `x/1`.

`x/1` keeps what the post itself says (the fields of `KEPT`), its media and where its links lead, and nothing else: no
mentions' metadata, no metrics, no ids of people. A reply loses the names that X puts in front for those it answers. Of
the post that a repost or quote passes on, its id and words are kept, without author and with the names in it blanked.
Fields are read by their old names and by those of the published OpenAPI description (`note_post`, `referenced_posts`,
`edit_history_post_ids`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.evidence import canonical_json, clean, digest
from collectors.markup import web_address
from collectors.times import settle
from data.model import Item, Media, PostKind

RULE = "x/1"
KEPT = ("id", "author_id", "created_at", "lang", "possibly_sensitive", "withheld", "edit_controls")
KEPT_OTHERWISE = (
    *("referenced_tweets", "referenced_posts", "edit_history_tweet_ids", "edit_history_post_ids", "attachments"),
)
KINDS = {"photo": "image", "video": "video", "animated_gif": "video"}
EPOCH_MS = 1288834974657  # what ids count from (Snowflake), for those given since November 2010
SOMEBODY = "@…"
SHARES = ("retweeted", "reposted")
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_NAME = re.compile(r"(?<![\w@])@\w{1,15}\b", re.ASCII)
_ADDRESSEES = re.compile(r"(?:@\w{1,15}\s+)+", re.ASCII)
_SHARED_BY = re.compile(r"RT @\w{1,15}: ", re.ASCII)
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


class NotUnderstood(Exception):
    """A post that is not what the API should give; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Includes:
    """What came beside the posts of an answer: posts by id and media by key."""

    posts: Mapping[str, dict[str, Any]]
    media: Mapping[str, dict[str, Any]]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def either(value: Mapping[str, Any], old: str) -> Any:
    """Return a field under its old name or its new one, in which `tweet` has become `post`."""
    return value[old] if old in value else value.get(old.replace("tweet", "post"))


def read_includes(value: object) -> Includes:
    """Read the `includes` of an answer."""
    found = _dict(value)
    posts = {clean(one.get("id")): one for one in dicts(either(found, "tweets"))}
    return Includes(posts, {clean(one.get("media_key")): one for one in dicts(found.get("media"))})


def history(post: Mapping[str, Any]) -> list[str]:
    """Return the ids of a post's versions, oldest first: an edit has a new id, and the first is the lasting one."""
    ids = either(post, "edit_history_tweet_ids")
    found = [one for one in ids if isinstance(one, str) and _ID.fullmatch(one)] if isinstance(ids, list) else []
    return sorted({*found, clean(post.get("id"))}, key=lambda one: int(one) if _ID.fullmatch(one) else 0)


def reference(post: Mapping[str, Any], *kinds: str) -> str:
    """Return the id of the post that this one refers to in one of these ways, empty for none."""
    found = (clean(one.get("id")) for one in dicts(either(post, "referenced_tweets")) if one.get("type") in kinds)
    return next(found, "")


def born(number: str) -> datetime:
    """Return when an id was given, in whole seconds."""
    return datetime.fromtimestamp(((int(number) >> 22) + EPOCH_MS) // 1000, UTC)


def _entities(post: Mapping[str, Any]) -> list[dict[str, Any]]:
    note = _dict(either(post, "note_tweet"))
    return dicts(_dict((note or post).get("entities")).get("urls"))


def _links(post: Mapping[str, Any]) -> dict[str, str]:
    """Return where the shortened links lead, empty for those that only stand for media or for a quoted post."""
    quoted, found = reference(post, "quoted"), dict[str, str]()
    for one in _entities(post):
        target = web_address(clean(one.get("expanded_url")), "") or web_address(clean(one.get("url")), "")
        attached = "media_key" in one or (quoted and target.rstrip("/").endswith(f"/status/{quoted}"))
        if short := clean(one.get("url")):
            found[short] = "" if attached else target
    return found


def words_of(post: Mapping[str, Any]) -> str:
    """Return the whole text as a reader sees it: long posts in full, links with their true targets."""
    note = _dict(either(post, "note_tweet"))
    text = clean(note.get("text") or post.get("text"))
    for escaped, char in _ESCAPES:
        text = text.replace(escaped, char)
    for short, target in sorted(_links(post).items(), key=lambda pair: -len(pair[0])):
        text = text.replace(short, target)
    if reference(post, "replied_to") and (found := _ADDRESSEES.match(text)):
        text = text[found.end() :]
    return text.strip()


def blanked(text: str) -> str:
    """Return words of others without the names of people in them."""
    return _NAME.sub(SOMEBODY, _SHARED_BY.sub("", text, count=1))


def media_of(post: Mapping[str, Any], includes: Includes) -> tuple[Media, ...]:
    """Return pictures and films with their alternative texts."""
    return tuple(
        Media(
            KINDS.get(clean(one.get("type")), "image"),
            web_address(clean(one.get("url")) or clean(one.get("preview_image_url")), ""),
            clean(one.get("alt_text")).strip(),
        )
        for one in _shown(post, includes)
    )


def _shown(post: Mapping[str, Any], includes: Includes) -> list[dict[str, Any]]:
    keys = _dict(post.get("attachments")).get("media_keys")
    known = [clean(key) for key in keys] if isinstance(keys, list) else []
    return [includes.media[key] for key in known if key in includes.media]


def _payload(post: dict[str, Any], text: str, media: tuple[Media, ...], shared: dict[str, Any]) -> dict[str, Any]:
    kept = {name: post[name] for name in KEPT if name in post} | {"text": text, "edit_history": history(post)}
    kept["references"] = [
        {"type": clean(one.get("type")), "id": clean(one.get("id"))} for one in dicts(either(post, "referenced_tweets"))
    ]
    shown = [{"type": one.kind, "url": one.url, "alt_text": one.alt} for one in media]
    links = {short: target for short, target in _links(post).items() if target}
    return {"post": kept, "links": links, "media": shown} | ({"shared": shared} if shared else {})


def _of_others(number: str, post: Mapping[str, Any], includes: Includes) -> dict[str, Any]:
    """Return what is kept of a post that is passed on; of one that was not included, the words in the repost."""
    original = includes.posts.get(number)
    text = blanked(words_of(original) if original else words_of(post) if reference(post, *SHARES) else "")
    return {"id": number, "text": text} | {n: original[n] for n in ("lang", "created_at") if original and n in original}


def to_item(post: object, includes: Includes, number: str, received_at: datetime) -> Item:
    """Turn one post of the account `number` into an item; raise `NotUnderstood` when it is none."""
    whole = _dict(post)
    own_id, shared_id = clean(whole.get("id")), reference(whole, *SHARES)
    if not _ID.fullmatch(own_id) or not isinstance(whole.get("text"), str):
        raise NotUnderstood("a post without id or text")
    if whole.get("author_id") != number:
        raise NotUnderstood("a post of another account")
    quoted, first, created = (
        reference(whole, "quoted"),
        history(whole)[0],
        settle(clean(whole.get("created_at")), received_at),
    )
    text = "" if shared_id else words_of(whole)
    media = () if shared_id else media_of(whole, includes)
    passed = shared_id or quoted
    shared = _of_others(passed, whole, includes) if passed else {}
    parent = reference(whole, "replied_to")
    own = PostKind.QUOTE if quoted else PostKind.REPLY if parent else PostKind.OWN
    original = {"post": whole, "shared": includes.posts.get(passed), "media": _shown(whole, includes)}
    return Item(
        platform_id=first,
        kind=PostKind.SHARE if shared_id else own,
        text=text,
        payload=canonical_json(_payload(whole, text, media, shared)),
        original_sha256=digest(canonical_json(original)),
        rule=RULE,
        removed=tuple(sorted(f"post.{name}" for name in whole if name not in (*KEPT, *KEPT_OTHERWISE))),
        published_at=created.at if first == own_id else min(born(first), received_at),
        updated_at=None if first == own_id else created.at,
        time_note=created.note if first == own_id else "",
        url="" if shared_id else f"https://x.com/i/status/{own_id}",
        warning="possibly sensitive" if whole.get("possibly_sensitive") is True and not shared_id else "",
        language=clean(whole.get("lang")).strip(),
        links=() if shared_id else tuple(dict.fromkeys(filter(None, _links(whole).values()))),
        media=media,
        reply_to=parent,
        shared_text=clean(shared.get("text")),
    )
