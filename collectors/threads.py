"""Threads, read with the account's own access token: its threads and its replies, reduced by the rule `threads/1`.

`threads/1` keeps what the post itself says: no likes, no replies of others, no audience. Of the post that is quoted or
reposted its id is kept and, where the API gives them, its words without author and what is written as @name; of a
reply's parent its id alone.
Source: Retrieve Posts, Retrieve Replies, Polls and Text Attachments of the Threads API.
"""

from datetime import datetime
from typing import Any

from collectors.evidence import clean
from collectors.graph import Dialect
from collectors.graph_posts import Owner, Profile, as_dict, dicts, identified, kept, pictures, to_item
from collectors.markup import web_address
from collectors.mastodon_text import without_names
from data.model import Item, Platform, PostKind

RULE = "threads/1"
KEPT = ("id", "text", "timestamp", "permalink", "media_type", "alt_text", "is_quote_post", "link_attachment_url")
KEPT_OF_PICTURES = ("id", "media_type", "alt_text")
OPTIONS = ("option_a", "option_b", "option_c", "option_d")
REPOST = "REPOST_FACADE"
FIELDS = (
    "id,text,timestamp,permalink,media_type,alt_text,username,is_quote_post,quoted_post,reposted_post,"
    "gif_url,link_attachment_url,poll_attachment,text_attachment,children{id,media_type,alt_text}"
)


def profile(value: dict[str, Any]) -> Profile:
    """Understand an account."""
    name, title, about = (clean(value.get(one)) for one in ("username", "name", "threads_biography"))
    return Profile(clean(value.get("id")), name, title, about, url=f"https://www.threads.com/@{name}")


def _own_words(post: dict[str, Any]) -> str:
    """Return the text, the long text attached to it, and what a poll offers."""
    attached, poll = as_dict(post.get("text_attachment")), as_dict(post.get("poll_attachment"))
    said = [post.get("text"), attached.get("plaintext"), *(poll.get(name) for name in OPTIONS)]
    return "\n".join(filter(None, (clean(one).strip() for one in said)))


def _another(post: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a post that another refers to: an object, or its id alone."""
    found = post.get(name)
    return {"id": found} if isinstance(found, str) else as_dict(found)


def _of_others(post: dict[str, Any], words: str) -> dict[str, Any]:
    return {"id": clean(post.get("id")), "text": without_names(clean(post.get("text")).strip() or words)}


def read(entry: object, owner: Owner, received_at: datetime) -> Item | None:
    """Turn one post into an item. What stands in a repost itself is the other's, too."""
    whole = as_dict(entry)
    post = identified(whole, owner, {}, clean(whole.get("username")))
    reposts = post.get("media_type") == REPOST or bool(_another(post, "reposted_post"))
    if reposts:
        theirs = _of_others(_another(post, "reposted_post"), clean(post.get("text")).strip())
        reduced = kept(post, "id", "timestamp", "media_type") | {"reposted_post": theirs}
        shared = {"kind": PostKind.SHARE, "text": "", "url": "", "shared_text": theirs["text"]}
        return to_item(post, reduced, received_at, RULE, **shared)
    parent, quoted = clean(_another(post, "replied_to").get("id")), _another(post, "quoted_post")
    quotes = bool(quoted) or post.get("is_quote_post") is True
    theirs = _of_others(quoted, "") if quotes else {}
    attached = as_dict(post.get("text_attachment"))
    links = (web_address(clean(one.get("link_attachment_url")), "") for one in (post, attached))
    understood = {
        "kind": PostKind.QUOTE if quotes else PostKind.REPLY if parent else PostKind.OWN,
        "text": _own_words(post),
        "links": tuple(dict.fromkeys(filter(None, links))),
        "media": pictures(post, clean(post.get("permalink"))),
        "reply_to": parent,
        "shared_text": clean(theirs.get("text")),
    }
    return to_item(post, _reduced(post, theirs, parent), received_at, RULE, **understood)


def _reduced(post: dict[str, Any], theirs: dict[str, Any], parent: str) -> dict[str, Any]:
    """Return what `threads/1` keeps of a post of its author's own."""
    parts = {
        "quoted_post": theirs,
        "replied_to": {"id": parent} if parent else {},
        "text_attachment": kept(as_dict(post.get("text_attachment")), "plaintext", "link_attachment_url"),
        "poll_attachment": kept(as_dict(post.get("poll_attachment")), *OPTIONS),
        "children": [kept(one, *KEPT_OF_PICTURES) for one in dicts(post.get("children"))],
    }
    return kept(post, *KEPT) | {name: part for name, part in parts.items() if part}


THREADS = Dialect(
    platform=Platform.THREADS,
    server="https://graph.threads.net",
    version="v1.0",
    variable="POSTREEVE_THREADS_TOKEN",
    me="me",
    about="id,username,name,threads_biography",
    lists={"threads": FIELDS, "replies": f"{FIELDS},replied_to"},
    fields=FIELDS,
    profile=profile,
    read=read,
)
