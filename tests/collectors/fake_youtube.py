"""A stub of YouTube on loopback, written from its documentation: a channel's feed, and the Data API with its errors."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.servers.local import Exchange, LocalServer

KEY = "AIza-invented-key"
CHANNEL = "UCtowntowntowntowntown-1"
UPLOADS = "UUtowntowntowntowntown-1"
API = "/youtube/v3/"
BYSTANDER = "bystander7"


@dataclass(frozen=True)
class Clip:
    """A video of the stub, published in the minute `number` after nine."""

    number: int
    title: str = ""
    description: str = "About it"
    privacy: str = "public"
    channel: str = CHANNEL

    @property
    def id(self) -> str:
        return f"video{self.number:06}"

    @property
    def published(self) -> str:
        return f"2026-06-01T09:{self.number:02}:00"

    @property
    def named(self) -> str:
        return self.title or f"Film {self.number}"


def feed(*clips: Clip, channel: str = CHANNEL) -> bytes:
    """The feed of a channel: Atom with extensions, the channel's own id without UC, as YouTube writes it."""
    spaces = (
        'xmlns="http://www.w3.org/2005/Atom" xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    head = f"<id>yt:channel:{channel[2:]}</id><yt:channelId>{channel[2:]}</yt:channelId><title>Town</title>"
    return f"<?xml version='1.0'?><feed {spaces}>{head}{''.join(map(_entry, clips))}</feed>".encode()


def _entry(clip: Clip) -> str:
    title, times = f"{escape(clip.named)}", f"<published>{clip.published}+00:00</published>"
    group = (
        f"<media:group><media:title>{title}</media:title><media:content url='https://www.youtube.com/v/{clip.id}' "
        f"type='application/x-shockwave-flash'/><media:thumbnail url='https://i1.ytimg.example/{clip.id}.jpg'/>"
        f"<media:description>{escape(clip.description)}</media:description><media:community>"
        f"<media:starRating count='7'/><media:credit>{BYSTANDER}</media:credit></media:community></media:group>"
    )
    who = f"<author><name>{BYSTANDER}</name></author><yt:channelId>{clip.channel}</yt:channelId>"
    ids = f"<id>yt:video:{clip.id}</id><yt:videoId>{clip.id}</yt:videoId><title>{title}</title>"
    return f"<entry>{ids}{who}{times}<updated>2026-06-02T09:00:00+00:00</updated>{group}</entry>"


def problem(status: int, reason: str) -> tuple[int, dict[str, Any]]:
    """An error as the Data API words it."""
    told = {"message": "Said by the platform", "domain": "youtube", "reason": reason}
    return status, {"error": {"code": status, "message": "Said by the platform", "errors": [told]}}


@dataclass
class FakeYouTube:
    """Shows `clips`, newest first; answers `errors` once each, in turn, to a method ("channels", "feed", …)."""

    server: LocalServer
    clips: list[Clip] = field(default_factory=list)
    channel: dict[str, Any] = field(default_factory=dict)
    page: int = 2
    listed: int = 15
    hidden: tuple[int, ...] = ()  # left out of the list, though still there by id
    errors: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        known = {"title": "Town", "description": "Films", "customUrl": "@towncouncil"}
        lists = {"relatedPlaylists": {"uploads": UPLOADS}}
        counts = {"videoCount": "3", "subscriberCount": "12"}
        self.channel = {"id": CHANNEL, "snippet": known, "contentDetails": lists, "statistics": counts, **self.channel}
        self.server.routes["/feeds/videos.xml"] = self._answer
        self.server.routes |= {f"{API}{name}": self._answer for name in ("channels", "playlistItems", "videos")}

    def _answer(self, exchange: Exchange) -> None:
        parts = urlsplit(exchange.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        method = parts.path.removeprefix(API) if parts.path.startswith(API) else "feed"
        self.asked.append((method, query))
        for status, value in [self.errors[method].pop(0)] if self.errors.get(method) else []:
            return exchange.answer(status, value if isinstance(value, bytes) else json.dumps(value).encode())
        if method == "feed":
            public = [one for one in self.clips if one.privacy == "public"]
            return exchange.answer(200, feed(*public[: self.listed]), Content_Type="text/xml")
        if exchange.headers.get("x-goog-api-key") != KEY or "key" in query:
            status, value = problem(400, "keyInvalid")
            return exchange.answer(status, json.dumps(value).encode())
        return exchange.answer(200, json.dumps(getattr(self, f"_{method}")(query)).encode())

    def _channels(self, query: dict[str, str]) -> dict[str, Any]:
        mine = query.get("id") == self.channel["id"] or query.get("forHandle", "").lower() == "@towncouncil"
        found = {"items": [self.channel]} if mine else {}
        return {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": len(found)}, **found}

    def _playlistItems(self, query: dict[str, str]) -> dict[str, Any]:  # noqa: N802 - YouTube's name
        clips = [one for one in self.clips if one.number not in self.hidden]
        start = int(query.get("pageToken", "0"))
        more = {"nextPageToken": str(start + self.page)} if start + self.page < len(clips) else {}
        shown = [self._listed(one) for one in clips[start : start + self.page]]
        return {"kind": "youtube#playlistItemListResponse", "items": shown, **more}

    def _listed(self, clip: Clip) -> dict[str, Any]:
        owner = {"videoOwnerChannelId": clip.channel, "videoOwnerChannelTitle": BYSTANDER}
        seen = clip.privacy == "public"
        words = {"title": clip.named if seen else "Private video", "description": clip.description if seen else "x"}
        snippet = {"publishedAt": f"{clip.published}Z", "channelId": CHANNEL, **words, **(owner if seen else {})}
        details = {"videoId": clip.id, **({"videoPublishedAt": f"{clip.published}Z"} if seen else {})}
        known = {"kind": "youtube#playlistItem", "id": f"x{clip.id}", "etag": "e"}
        return {**known, "snippet": snippet, "contentDetails": details, "status": {"privacyStatus": clip.privacy}}

    def _videos(self, query: dict[str, str]) -> dict[str, Any]:
        found = [one for one in self.clips if one.id in query["id"].split(",") and one.privacy != "private"]
        shown = [
            {
                "id": one.id,
                "snippet": {
                    "publishedAt": f"{one.published}Z",
                    "channelId": one.channel,
                    "title": one.named,
                    "description": one.description,
                    "tags": [BYSTANDER],
                },
                "status": {"privacyStatus": one.privacy},
            }
            for one in found
        ]
        return {"kind": "youtube#videoListResponse", "items": shown}
