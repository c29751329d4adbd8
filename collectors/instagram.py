"""Instagram, read with the account's own access token: `media`, reduced by the rule `instagram/1`.

The own token (Instagram API with Instagram Login) is used and not `business_discovery`, which needs a second
professional account and a Facebook Page, takes @ out of captions, and tells no alternative texts. With a token of
Facebook Login, give the account `service_url` https://graph.facebook.com and its number as handle.
`instagram/1` keeps what the post itself says: no comments, likes, tags or collaborators. The author is known by name:
the API has two kinds of numbers for a person.
Source: IG User Media and IG Media of the Instagram Platform.
"""

from datetime import datetime
from typing import Any

from collectors.evidence import clean
from collectors.graph import Dialect
from collectors.graph_posts import Owner, Profile, as_dict, count, dicts, identified, kept, pictures, to_item
from data.model import Item, Platform, PostKind

RULE = "instagram/1"
KEPT = ("id", "caption", "media_type", "media_product_type", "permalink", "timestamp", "alt_text")
KEPT_OF_PICTURES = ("id", "media_type", "alt_text")
FIELDS = (
    "id,caption,media_type,media_product_type,permalink,timestamp,alt_text,username,children{id,media_type,alt_text}"
)


def profile(value: dict[str, Any]) -> Profile:
    """Understand an account: `user_id` is its number, where `id` may be one for the app alone."""
    name = clean(value.get("username"))
    return Profile(
        clean(value.get("user_id")) or clean(value.get("id")),
        name,
        clean(value.get("name")),
        clean(value.get("biography")),
        count(value.get("followers_count")),
        f"https://www.instagram.com/{name}/",
    )


def read(entry: object, owner: Owner, received_at: datetime) -> Item | None:
    """Turn one post into an item; professional accounts, which alone the API shows, are always public."""
    whole = as_dict(entry)
    post = identified(whole, owner, {}, clean(whole.get("username")))
    reduced = kept(post, *KEPT)
    if children := dicts(post.get("children")):
        reduced["children"] = {"data": [kept(one, *KEPT_OF_PICTURES) for one in children]}
    shown = pictures(post, clean(post.get("permalink")))
    text = clean(post.get("caption")).strip()
    return to_item(post, reduced, received_at, RULE, kind=PostKind.OWN, text=text, media=shown)


INSTAGRAM = Dialect(
    platform=Platform.INSTAGRAM,
    server="https://graph.instagram.com",
    version="v25.0",
    variable="POSTREEVE_INSTAGRAM_TOKEN",
    me="me",
    about="id,user_id,username,name,biography,followers_count",
    lists={"media": FIELDS},
    fields=FIELDS,
    profile=profile,
    read=read,
)
