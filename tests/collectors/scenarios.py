"""One scenario for each platform, in which the same things happen: what the contract is tested on.

Each tells, in its platform's own way: a post of the council with a picture, that post edited, a post passed on from
somebody else where the platform has that, and a bystander called `CANARY` wherever the platform would name one.
"""

import json
from dataclasses import dataclass
from typing import Any

from collectors.base import Cursor
from collectors.notes import pin
from data.model import Account, Platform
from tests.collectors.support import Fetched, account, as_json, fetched

CANARY = "did:plc:canary7canary"
DID = "did:plc:town"
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
    Platform.BLUESKY: Scenario(
        account(Platform.BLUESKY, platform_id=DID),
        _bluesky("Road closed"),
        _bluesky("Road open"),
        f"at://{DID}/app.bsky.feed.post/1",
        ("Road closed", "Road open"),
        "A map",
        1,
        _pinned(fetched(b"\x00\xff nonsense", XRPC)),
    ),
}
