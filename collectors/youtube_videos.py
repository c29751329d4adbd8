"""Videos of a YouTube channel to items, reduced by the rule `youtube/1`, the same from the feed and from the Data API.

`youtube/1` keeps a video's id, title, description, time, and who may see it: no counts, ratings, tags or names. Title
and description are the text; what is said and shown in the film is not, and stands as a film that was not assessed.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from collectors.base import Dropped
from collectors.evidence import canonical_json, clean, digest
from collectors.times import settle
from data.model import Account, Item, Media, PostKind

RULE = "youtube/1"
PUBLIC = "public"
WATCH = "https://www.youtube.com/watch?v="
_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_VIDEO = re.compile(r"[\w-]{6,20}", re.ASCII)


class NotUnderstood(Exception):
    """A video that is not what YouTube should give; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Video:
    """A video as YouTube states it: the time raw, `privacy` public, unlisted or private."""

    id: str
    channel: str
    title: str
    description: str
    published: str
    privacy: str = PUBLIC


def channel_of(account: Account) -> str:
    """Return the lasting id of an account's channel, empty where the register gives only a name."""
    parts = urlsplit(account.url.strip())
    queried = parse_qs(parts.query).get("channel_id", [])
    places = (account.platform_id, account.handle.strip(), parts.path.rpartition("/channel/")[2].strip("/"), *queried)
    return next((one for one in places if _CHANNEL.fullmatch(one)), "")


def to_item(video: Video, channel: str, whole: bytes, removed: Iterable[str], received_at: datetime) -> Item | None:
    """Turn one video into an item, None for one that is not public; raise `NotUnderstood` when it is not the channel's.

    `whole` is what came of it, of which `removed` was left out.
    """
    if not _VIDEO.fullmatch(video.id):
        raise NotUnderstood("a video without an id")
    if video.privacy != PUBLIC:
        return None
    if video.channel != channel:
        raise NotUnderstood("a video of another channel")
    said = (clean(video.title).strip(), clean(video.description).strip())
    published = settle(clean(video.published), received_at)
    return Item(
        platform_id=video.id,
        kind=PostKind.OWN,
        text="\n\n".join(filter(None, said)),
        payload=canonical_json(asdict(video)),
        original_sha256=digest(whole),
        rule=RULE,
        removed=tuple(sorted(set(removed))),
        published_at=published.at,
        time_note=published.note,
        url=WATCH + video.id,
        media=(Media("video", WATCH + video.id),),
    )


def gathered(
    read: Iterable[tuple[Video, bytes, Iterable[str]]], channel: str, received_at: datetime
) -> tuple[tuple[Item, ...], tuple[Dropped, ...]]:
    """Return the public videos as items, and those that make no sense."""
    items, dropped = list[Item](), list[Dropped]()
    for video, whole, removed in read:
        try:
            item = to_item(video, channel, whole, removed, received_at)
        except NotUnderstood as exc:
            dropped.append(Dropped(str(exc), digest(whole)))
        else:
            items += [item] if item else []
    return tuple(items), tuple(dropped)
