"""Facebook Pages, read with the Page's own access token: `published_posts`, reduced by the rule `facebook/1`.

`facebook/1` keeps what the post itself says (the fields of `KEPT`), its attachments without the addresses of files, and
nothing else: no comments, reactions or tags. Facebook's own sentence about a post (`story`) is not even asked for: it
names other people. Of a post that is passed on, its words are kept, without author, address and what is written as
@name. `updated_time` also moves with each comment, so an edit is a post whose words have changed.
Source: Page Published Posts, Page Post and Story Attachment of the Graph API.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from collectors.evidence import clean
from collectors.graph import Dialect
from collectors.graph_posts import (
    KINDS,
    NotUnderstood,
    Owner,
    Profile,
    as_dict,
    count,
    dicts,
    identified,
    kept,
    to_item,
)
from collectors.markup import web_address
from collectors.mastodon_text import without_names
from data.model import Item, Media, Platform, PostKind

RULE = "facebook/1"
KEPT = ("id", "message", "created_time", "updated_time", "permalink_url", "status_type", "is_published", "privacy")
KEPT_OF_OWN = ("media_type", "type", "title", "description", "unshimmed_url")
KEPT_OF_OTHERS = ("media_type", "type")
EVERYONE = ("EVERYONE", "")  # empty for a Page that says nothing of its own
SHARED = "shared_story"  # said of links to other sites, too
OWN_SITES = ("facebook.com", "fb.com", "fb.watch")
_PARTS = "media_type,type,title,description,unshimmed_url,target{url}"
FIELDS = (
    "id,from{id},message,created_time,updated_time,permalink_url,status_type,is_published,is_hidden,is_expired,privacy,"
    f"attachments{{{_PARTS},subattachments{{{_PARTS}}}}}"
)


def profile(value: dict[str, Any]) -> Profile:
    """Understand a Page."""
    title = clean(value.get("name"))
    closed = "" if value.get("is_published", True) is not False else f"The Facebook Page {title} is not published."
    known = {"title": title, "biography": clean(value.get("about")), "url": web_address(clean(value.get("link")), "")}
    people = count(value.get("followers_count"))
    return Profile(clean(value.get("id")), clean(value.get("username")), followers=people, closed=closed, **known)


def is_public(post: dict[str, Any]) -> bool:
    """Tell whether everybody may read a post; a Page's token may show more. Raises `NotUnderstood` if not said."""
    privacy = post.get("privacy")
    if not isinstance(privacy, dict) or not isinstance(post.get("is_published"), bool):
        raise NotUnderstood("a post that does not say who may read it")
    everyone = privacy.get("value") in EVERYONE and not privacy.get("allow") and not privacy.get("deny")
    return everyone and post["is_published"] and not (post.get("is_hidden") or post.get("is_expired"))


def _is_outside(attachment: dict[str, Any]) -> bool:
    """Tell whether an attachment is a link to another site."""
    host = urlsplit(web_address(clean(attachment.get("unshimmed_url")), "")).hostname or ""
    return bool(host) and not any(host == site or host.endswith(f".{site}") for site in OWN_SITES)


def _flat(attachments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield attachments, an album as the pictures in it."""
    for one in attachments:
        yield from dicts(one.get("subattachments")) or [one]


def _words(message: str, attachments: list[dict[str, Any]]) -> str:
    """Return a post's text: its message, then the captions of its pictures and the titles of its films."""
    said = [message]
    for one in attachments:
        if clean(one.get("media_type")) in KINDS:
            names = ("title", "description") if one.get("media_type") == "video" else ("description",)
            said += [text for name in names if (text := clean(one.get(name)).strip()) and text not in "\n".join(said)]
    return "\n".join(filter(None, said))


def _media(attachments: list[dict[str, Any]]) -> tuple[Media, ...]:
    """Return pictures and films: the API tells no alternative texts."""
    shown = ((KINDS.get(clean(one.get("media_type")), ""), as_dict(one.get("target"))) for one in attachments)
    return tuple(Media(kind, web_address(clean(target.get("url")), "")) for kind, target in shown if kind)


def read(entry: object, owner: Owner, received_at: datetime) -> Item | None:
    """Turn one post into an item, None for one that is not public."""
    author = as_dict(as_dict(entry).get("from")) or {"id": clean(as_dict(entry).get("id")).partition("_")[0]}
    post = identified(entry, owner, author)
    if not is_public(post):
        return None
    attachments, message = list(_flat(dicts(post.get("attachments")))), clean(post.get("message")).strip()
    shares = post.get("status_type") == SHARED and not any(map(_is_outside, attachments))
    reduced = kept(post, *KEPT) | {"privacy": kept(post["privacy"], "value"), "from": {"id": owner.number}}
    if shares:
        words = without_names("\n".join(filter(None, (clean(one.get("description")) for one in attachments))))
        parts = {"attachments": [kept(one, *KEPT_OF_OTHERS) for one in attachments], "shared": words}
        kind, shown = PostKind.QUOTE if message else PostKind.SHARE, _media(attachments)
        theirs = {"shared_text": words, "media": tuple(Media(one.kind) for one in shown)}
        return to_item(post, reduced | parts, received_at, RULE, kind=kind, text=message, **theirs)
    links = [web_address(clean(one.get("unshimmed_url")), "") for one in attachments if _is_outside(one)]
    own = [one for one in attachments if not _is_outside(one)]
    parts = {
        "attachments": [kept(one, *(("unshimmed_url",) if _is_outside(one) else KEPT_OF_OWN)) for one in attachments]
    }
    understood = {"text": _words(message, own), "links": tuple(dict.fromkeys(links)), "media": _media(own)}
    return to_item(post, reduced | parts, received_at, RULE, kind=PostKind.OWN, **understood)


FACEBOOK = Dialect(
    platform=Platform.FACEBOOK,
    server="https://graph.facebook.com",
    version="v25.0",
    variable="POSTREEVE_FACEBOOK_TOKEN",
    me="",
    about="id,name,username,about,link,followers_count,is_published",
    lists={"published_posts": FIELDS},
    fields=FIELDS,
    profile=profile,
    read=read,
    at_once=50,
)
