"""YouTube with a key, by the Data API: the channel's list of uploads, and videos by id.

The channel is asked for once in a UTC day, and then its whole list is walked; at other times the newest page is read,
and further ones only until the newest video known. Each request costs one of the units that a key has in a day. Whether
a video that the list left out is gone is asked by its id.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from collectors.base import Cursor, Fetched, Http, Page
from collectors.evidence import canonical_json, clean
from collectors.failures import bad_answer
from collectors.graph_posts import as_dict, count
from collectors.notes import cursor_of, note, pin
from collectors.youtube_client import A_PAGE, YouTubeApi, items_of
from collectors.youtube_videos import Video, channel_of, gathered
from data.clock import Clock, system_clock
from data.model import Account, AccountSnapshot, Platform

FORMAT = 2  # 1 is the feed's
KEPT = ("snippet", "contentDetails", "status")
KEPT_OF_SNIPPET = ("title", "description")
NOTHING = Cursor()


def _of_list(one: dict[str, Any]) -> tuple[Video, bytes, list[str]]:
    """Read an entry of the list of uploads; return it with what came, and what of that is left out."""
    snippet, details = as_dict(one.get("snippet")), as_dict(one.get("contentDetails"))
    owner = clean(snippet.get("videoOwnerChannelId") or snippet.get("channelId"))
    published = clean(details.get("videoPublishedAt") or snippet.get("publishedAt"))
    return _read(one, clean(details.get("videoId")), owner, published)


def _by_id(one: dict[str, Any]) -> tuple[Video, bytes, list[str]]:
    snippet = as_dict(one.get("snippet"))
    return _read(one, clean(one.get("id")), clean(snippet.get("channelId")), clean(snippet.get("publishedAt")))


def _read(one: dict[str, Any], number: str, owner: str, published: str) -> tuple[Video, bytes, list[str]]:
    snippet, status = as_dict(one.get("snippet")), as_dict(one.get("status"))
    title, about, privacy = (
        clean(v) for v in (snippet.get("title"), snippet.get("description"), status.get("privacyStatus"))
    )
    left_out = [*(f"snippet.{name}" for name in snippet if name not in KEPT_OF_SNIPPET)]
    return (
        Video(number, owner, title, about, published, privacy),
        canonical_json(one),
        [*left_out, *(name for name in one if name not in KEPT)],
    )


class YouTubeApiCollector:
    """The `collectors.base.Collector` and `collectors.recheck.Rechecks` of channels for which there is a key."""

    platform = Platform.YOUTUBE
    recheck_most = 200
    recheck_newest: int | None = None
    recheck_price = 0.0

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the channel, where it has not been asked for today, pages of its uploads, and last the new cursor."""
        api, today = YouTubeApi(http, account), self._clock().astimezone(UTC).date().isoformat()
        same = cursor.format == FORMAT and cursor.state.get("server") == api.base
        state, known, number = (
            (dict(cursor.state), cursor.state["newest"], account.platform_id) if same else ({}, "", "")
        )
        answer: Fetched | None = None
        if full or not number or state.get("day") != today:
            answer, channel = api.channel()
            number, known = channel["id"], ""
            state = {"server": api.base, "day": today, **_place(channel)}
            yield pin(answer, NOTHING, part="channel", channel=number)
        first = ""
        for page, ids, _ in api.uploads(state["uploads"], state["videos"]):
            answer, first = page, first or next(filter(None, ids), "")
            yield pin(answer, NOTHING, part="uploads", channel=number)
            if known and known in ids:
                break
        if answer:
            yield pin(answer, Cursor(FORMAT, state | {"newest": first}), part="end", channel=number)

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        """Yield what YouTube says of the videos: what it does not list is gone or no longer public."""
        api = YouTubeApi(http, account)
        for start in range(0, len(ids), A_PAGE):
            asked = ",".join(ids[start : start + A_PAGE])
            answer = api.ask("videos", {"part": "snippet,status", "id": asked})
            yield pin(answer, NOTHING, part="videos", channel=account.platform_id, asked=asked)

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` bad_answer when it is not what the API gives."""
        number, found = note(fetched, "channel"), items_of(fetched)
        match note(fetched, "part"):
            case "channel":
                snapshot, moved = _snapshot(found[0], fetched), _renamed(found[0], account)
                return Page(snapshot=snapshot, platform_id=number, moved_to=moved)
            case "end":
                return Page(cursor=cursor_of(fetched), platform_id=number, continuous=True)
            case "videos":
                items, dropped = gathered(map(_by_id, found), number, fetched.received_at)
                strange = {clean(one.get("id")) for one in found} if dropped else set[str]()
                there = {item.platform_id for item in items} | strange
                gone = tuple(one for one in note(fetched, "asked").split(",") if one not in there)
                return Page(items, dropped, platform_id=number, gone=gone)
            case _:
                items, dropped = gathered(map(_of_list, found), number, fetched.received_at)
                return Page(items, dropped, platform_id=number)


def _place(channel: dict[str, Any]) -> dict[str, str]:
    """Return where a channel's uploads are, and how many videos it says it has."""
    uploads = clean(as_dict(as_dict(channel.get("contentDetails")).get("relatedPlaylists")).get("uploads"))
    if not uploads:
        raise bad_answer("YouTube", "does not say where the channel's videos are")
    return {"uploads": uploads, "videos": clean(as_dict(channel.get("statistics")).get("videoCount"))}


def _snapshot(channel: dict[str, Any], fetched: Fetched) -> AccountSnapshot:
    snippet, people = as_dict(channel.get("snippet")), as_dict(channel.get("statistics")).get("subscriberCount")
    title, about = clean(snippet.get("title")), clean(snippet.get("description"))
    followers = count(int(people)) if isinstance(people, str) and people.isdecimal() and len(people) < 12 else None
    return AccountSnapshot(fetched.received_at, clean(snippet.get("customUrl")), title, about, followers)


def _renamed(channel: dict[str, Any], account: Account) -> str:
    """Return the address of a channel that goes by another name than the register's, empty where it does not."""
    name, now = account.handle.strip().removeprefix("@"), clean(as_dict(channel.get("snippet")).get("customUrl"))
    same = not now or not name or name == channel_of(account) or now.removeprefix("@").lower() == name.lower()
    return "" if same else f"https://www.youtube.com/{now}"
