"""One scenario for each platform, in which the same things happen: what the contract is tested on.

Each tells, in its platform's own way: a post of the council with a picture, that post edited, a post passed on from
somebody else where the platform has that, and a bystander called `CANARY` wherever the platform would name one.
"""

import json
from dataclasses import dataclass
from typing import Any

from collectors.base import Cursor
from collectors.notes import pin
from collectors.x_posts import EPOCH_MS
from data.model import Account, Platform
from tests.collectors.support import Fetched, account, as_json, fetched

CANARY = "did:plc:canary7canary"
DID = "did:plc:town"
CHANNEL = "UCtowntowntowntowntown-1"
XRPC = "https://pds.example/xrpc/com.atproto.repo.listRecords"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Answers of a platform: before and after an edit of the post `edited`, whose picture shows `alt`."""

    account: Account
    before: Fetched
    after: Fetched
    edited: str
    texts: tuple[str, str]
    alt: str
    shares: int
    nonsense: Fetched
    pinning: Fetched | None = None  # an answer that names the post `pinned`, where the platform does
    pinned: str = ""


def _feed(text: str) -> Fetched:
    people = (
        f"<author>{CANARY}</author><dc:creator>{CANARY}</dc:creator><source url='https://x.example/'>{CANARY}</source>"
    )
    item = (
        f"<item><guid>urn:1</guid><link>https://town.example/1</link><pubDate>1 Jun 2026 10:00:00 BST</pubDate>{people}"
        f"<description>{text}</description><media:content url='https://town.example/a.jpg' medium='image'>"
        f"<media:description>A map</media:description><media:credit>{CANARY}</media:credit></media:content></item>"
    )
    spaces = "xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    head = f"<title>Town</title><managingEditor>{CANARY}</managingEditor>"
    return fetched(f"<rss version='2.0' {spaces}><channel>{head}{item}</channel></rss>".encode())


def _record(collection: str, rkey: str, value: dict[str, Any]) -> dict[str, Any]:
    full = {"$type": collection, "createdAt": "2026-06-01T10:00:00+01:00", **value}
    return {"uri": f"at://{DID}/{collection}/{rkey}", "cid": f"cid{len(json.dumps(value))}", "value": full}


def _bluesky(text: str) -> Fetched:
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": CANARY}
    root = {"uri": f"at://{CANARY}/app.bsky.feed.post/1", "cid": "c"}
    parent = {"uri": f"at://{DID}/app.bsky.feed.post/0", "cid": "c"}
    picture = {"alt": "A map", "image": {"ref": {"$link": "bafk"}}}
    post = {
        "text": text,
        "facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": [mention]}],
        "reply": {"root": root, "parent": parent},
        "embed": {"$type": "app.bsky.embed.images", "images": [picture]},
    }
    share = {"subject": {"uri": "at://did:plc:elsewhere/app.bsky.feed.post/9", "cid": "c"}}
    records = [_record("app.bsky.feed.post", "1", post), _record("app.bsky.feed.repost", "2", share)]
    return _pinned(as_json({"records": records}, XRPC))


def _pinned(answer: Fetched) -> Fetched:
    return pin(answer, Cursor(), part="records", did=DID, handle="town.example")


def _mastodon(text: str) -> Fetched:
    other = {"id": CANARY, "username": CANARY, "acct": CANARY, "url": f"https://b.example/@{CANARY}"}
    mention = f'<a href="https://b.example/@{CANARY}" class="u-url mention">@helper</a>'
    usual = {"account": {"id": "109"}, "created_at": "2026-06-01T10:00:00+01:00", "visibility": "public"}
    picture = {"type": "image", "url": "https://town.example/a.jpg", "description": "A map"}
    post = {**usual, "id": "1", "content": f"<p>{text}</p>", "mentions": [other], "in_reply_to_account_id": CANARY}
    post |= {"media_attachments": [picture], "in_reply_to_id": "0", "card": {"author_name": CANARY}}
    words = {"id": "9", "content": f"<p>{mention} {mention.replace('helper', CANARY)}</p>", "visibility": "public"}
    boost = {**usual, "id": "2", "content": "", "url": other["url"], "reblog": {**words, "account": other}}
    answer = as_json([boost, post], "https://town.example/api/v1/accounts/109/statuses")
    return pin(answer, Cursor(), part="statuses", account="109")


def _x(text: str, edit: int = 0) -> Fetched:
    first, other = str((1780304400000 - EPOCH_MS) << 22), {"id": "9", "author_id": CANARY, "lang": "en"}
    ids = [str(int(first) + n) for n in range(edit + 1)]
    people = {"mentions": [{"start": 0, "end": 5, "username": CANARY, "id": CANARY}]}
    usual = {"author_id": "55", "created_at": f"2026-06-01T{10 + edit}:00:00+01:00", "entities": people}
    post = {**usual, "id": ids[-1], "edit_history_tweet_ids": ids, "text": f"@{CANARY[-6:]} {text}"}
    post |= {"in_reply_to_user_id": CANARY, "referenced_tweets": [{"type": "replied_to", "id": "8"}]}
    post |= {"attachments": {"media_keys": ["3_1"]}}
    repost = {
        **usual,
        "id": "7",
        "text": f"RT @{CANARY}: cut…",
        "referenced_tweets": [{"type": "retweeted", "id": "9"}],
    }
    media = [{"media_key": "3_1", "type": "photo", "url": "https://town.example/a.jpg", "alt_text": "A map"}]
    beside = {"media": media, "tweets": [{**other, "text": "Their words"}], "users": [{"id": CANARY}]}
    answer = as_json(
        {"data": [post, repost], "includes": beside, "meta": {"result_count": 2}}, "https://api.x.com/2/users"
    )
    return pin(answer, Cursor(), part="posts", account="55")


def _pinning_mastodon() -> Fetched:
    usual = {"account": {"id": "109"}, "visibility": "public", "content": "<p>Welcome</p>", "pinned": True}
    old = {**usual, "id": "1", "created_at": "2020-06-01T10:00:00Z"}
    new = {**usual, "id": "8", "created_at": "2026-06-01T10:00:00Z", "pinned": False}
    return pin(as_json([old, new], "https://town.example/api/v1/x"), Cursor(), part="statuses", account="109")


def _pinning_x() -> Fetched:
    user = {"id": "55", "username": "council", "pinned_tweet_id": "7"}
    return pin(as_json({"data": user}, "https://api.x.com/2/users"), Cursor(), part="user", account="55")


def _pinning_bluesky() -> Fetched:
    pinned = {"uri": f"at://{DID}/app.bsky.feed.post/1", "cid": "c"}
    answer = as_json({"value": {"displayName": "Town", "pinnedPost": pinned}}, XRPC)
    return pin(answer, Cursor(), part="profile", did=DID, handle="town.example")


def _graph(entries: list[dict[str, Any]], base: str) -> Fetched:
    answer = as_json({"data": entries, "paging": {"cursors": {"after": "x"}}}, base)
    return pin(answer, Cursor(), part="posts", account="55", name="council")


def _facebook(text: str) -> Fetched:
    public = {"is_published": True, "privacy": {"value": "EVERYONE"}, "created_time": "2026-06-01T10:00:00+0100"}
    target = {"id": "3", "url": f"https://www.facebook.com/{CANARY}"}
    shared = {"media_type": "link", "title": CANARY, "description": f"Words of @{CANARY}", "target": target}
    picture = {"media_type": "photo", "type": "photo", "target": {"url": "https://www.facebook.com/photo/1"}}
    post = {**public, "id": "55_1", "from": {"id": "55", "name": CANARY}, "message": text, "story": f"With {CANARY}"}
    post |= {"with_tags": {"data": [{"name": CANARY}]}, "attachments": {"data": [picture]}}
    share = {**public, "id": "55_2", "from": {"id": "55"}, "status_type": "shared_story", "parent_id": f"{CANARY}_1"}
    share |= {"attachments": {"data": [shared]}}
    return _graph([share, post], "https://graph.facebook.com/v25.0/55/published_posts")


def _instagram(text: str) -> Fetched:
    usual = {"id": "1", "timestamp": "2026-06-01T10:00:00+0100", "username": "council", "media_type": "IMAGE"}
    post = {**usual, "caption": text, "alt_text": "A map", "permalink": "https://www.instagram.com/p/a/"}
    people = {"comments": {"data": [{"username": CANARY}]}, "collaborators": {"data": [{"username": CANARY}]}}
    return _graph([post | people], "https://graph.instagram.com/v25.0/55/media")


def _threads(text: str) -> Fetched:
    usual = {"timestamp": "2026-06-01T10:00:00+0100", "username": "council", "owner": {"id": "55"}}
    picture = {"media_type": "IMAGE", "alt_text": "A map", "permalink": "https://www.threads.com/@council/post/a"}
    parent = {"id": "8", "username": CANARY, "text": CANARY, "owner": {"id": CANARY}}
    post = {**usual, **picture, "id": "1", "text": text, "replied_to": parent, "root_post": parent}
    theirs = {"id": "9", "username": CANARY, "text": f"Hello @{CANARY}"}
    repost = {
        **usual,
        "id": "2",
        "media_type": "REPOST_FACADE",
        "permalink": f"https://www.threads.com/@{CANARY}/post/9",
    }
    return _graph([repost | {"reposted_post": theirs}, post], "https://graph.threads.net/v1.0/55/threads")


def _youtube_feed(text: str) -> Fetched:
    spaces = "xmlns:yt='http://www.youtube.com/xml/schemas/2015' xmlns:media='http://search.yahoo.com/mrss/'"
    who = f"<author><name>{CANARY}</name></author><yt:channelId>{CHANNEL}</yt:channelId>"
    known = f"<yt:videoId>video1</yt:videoId>{who}<title>{text}</title><published>2026-06-01T10:00:00+01:00</published>"
    more = f"<media:group><media:description/><media:credit>{CANARY}</media:credit></media:group>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom' {spaces}><entry>{known}{more}</entry></feed>"
    return pin(fetched(body.encode()), Cursor(), channel=CHANNEL)


def _youtube_api(text: str) -> Fetched:
    snippet = {"title": text, "description": "", "videoOwnerChannelId": CHANNEL, "videoOwnerChannelTitle": CANARY}
    details = {"videoId": "video1", "videoPublishedAt": "2026-06-01T10:00:00+01:00"}
    one = {"snippet": snippet, "contentDetails": details, "status": {"privacyStatus": "public"}}
    answer = as_json({"kind": "youtube#playlistItemListResponse", "items": [one]}, "https://www.googleapis.com/")
    return pin(answer, Cursor(), part="uploads", channel=CHANNEL)


SCENARIOS = {
    Platform.FEED: Scenario(
        account(),
        _feed("Road closed"),
        _feed("Road open"),
        "urn:1",
        ("Road closed", "Road open"),
        "A map",
        0,
        fetched(b"\x00\xff nonsense"),
    ),
    Platform.MASTODON: Scenario(
        account(Platform.MASTODON, handle="council@town.example", url="", platform_id="109"),
        _mastodon("Road closed"),
        _mastodon("Road open"),
        "1",
        ("Road closed", "Road open"),
        "A map",
        1,
        pin(fetched(b"\x00\xff nonsense"), Cursor(), part="statuses", account="109"),
        _pinning_mastodon(),
        "1",
    ),
    Platform.X: Scenario(
        account(Platform.X, handle="@council", url="", platform_id="55"),
        _x("Road closed"),
        _x("Road open", edit=1),
        str((1780304400000 - EPOCH_MS) << 22),
        ("Road closed", "Road open"),
        "A map",
        1,
        pin(fetched(b"\x00\xff nonsense"), Cursor(), part="posts", account="55"),
        _pinning_x(),
        "7",
    ),
    Platform.FACEBOOK: Scenario(
        account(Platform.FACEBOOK, handle="@council", url="", platform_id="55"),
        _facebook("Road closed"),
        _facebook("Road open"),
        "55_1",
        ("Road closed", "Road open"),
        "",  # the API tells no alternative texts
        1,
        pin(fetched(b"\x00\xff nonsense"), Cursor(), part="posts", account="55"),
    ),
    Platform.INSTAGRAM: Scenario(
        account(Platform.INSTAGRAM, handle="@council", url="", platform_id="55"),
        _instagram("Road closed"),
        _instagram("Road open"),
        "1",
        ("Road closed", "Road open"),
        "A map",
        0,
        pin(fetched(b"\x00\xff nonsense"), Cursor(), part="posts", account="55"),
    ),
    Platform.THREADS: Scenario(
        account(Platform.THREADS, handle="@council", url="", platform_id="55"),
        _threads("Road closed"),
        _threads("Road open"),
        "1",
        ("Road closed", "Road open"),
        "A map",
        1,
        pin(fetched(b"\x00\xff nonsense"), Cursor(), part="posts", account="55"),
    ),
    Platform.YOUTUBE: Scenario(
        account(Platform.YOUTUBE, handle=CHANNEL, url="", platform_id=CHANNEL),
        _youtube_feed("Road closed"),
        _youtube_feed("Road open"),
        "video1",
        ("Road closed", "Road open"),
        "",
        0,
        pin(fetched(b"\x00\xff nonsense"), Cursor(), channel=CHANNEL),
    ),
    Platform.BLUESKY: Scenario(
        account(Platform.BLUESKY, platform_id=DID),
        _bluesky("Road closed"),
        _bluesky("Road open"),
        f"at://{DID}/app.bsky.feed.post/1",
        ("Road closed", "Road open"),
        "A map",
        1,
        _pinned(fetched(b"\x00\xff nonsense", XRPC)),
        _pinning_bluesky(),
        f"at://{DID}/app.bsky.feed.post/1",
    ),
}

YOUTUBE_WITH_A_KEY = Scenario(
    account(Platform.YOUTUBE, handle=CHANNEL, url="", platform_id=CHANNEL),
    _youtube_api("Road closed"),
    _youtube_api("Road open"),
    "video1",
    ("Road closed", "Road open"),
    "",
    0,
    pin(fetched(b"\x00\xff nonsense"), Cursor(), part="uploads", channel=CHANNEL),
)
