"""YouTube without a key: a channel's own feed, its 15 newest videos.

The feed answers 404 and 500 now and then for a channel that is there, and sometimes an older copy: neither says that a
video is gone. With a key of the Data API, `collectors.youtube_api` reads everything instead.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime, timedelta

from collectors.base import Cursor, Fetched, Http, Page
from collectors.evidence import clean
from collectors.failures import bad_answer
from collectors.feed_document import ATOM, local, read_document
from collectors.feed_slices import MEDIA, canonical
from collectors.notes import cursor_of, note, pin
from collectors.times import read_time
from collectors.youtube_videos import Video, channel_of, gathered
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Platform

FORMAT = 1
SITE = "https://www.youtube.com"
YT = "http://www.youtube.com/xml/schemas/2015"
OLD_COPY = timedelta(hours=24)  # a feed that lacks its newest video for longer than that has lost it
KEPT = ("videoId", "channelId", "title", "published", "description")


def _said(entry: ET.Element, space: str, name: str) -> str:
    return entry.findtext(f".//{{{space}}}{name}") or ""


def _video(entry: ET.Element) -> tuple[Video, bytes, list[str]]:
    """Read an entry; return it with what came, and what of that is left out."""
    title = entry.findtext(f"{{{ATOM}}}title") or _said(entry, MEDIA, "title")
    number, channel = _said(entry, YT, "videoId"), _said(entry, YT, "channelId")
    video = Video(number, channel, title, _said(entry, MEDIA, "description"), _said(entry, ATOM, "published"))
    return video, canonical(entry), [local(one.tag) for one in entry.iter() if local(one.tag) not in (*KEPT, "entry")]


def _root(fetched: Fetched) -> ET.Element:
    root = read_document(fetched).root
    if root is None or local(root.tag) != "feed":
        raise bad_answer("YouTube", "gave an answer that is no feed of a channel")
    return root


def _entries(root: ET.Element) -> list[ET.Element]:
    return root.findall(f"{{{ATOM}}}entry")


class YouTubeFeedCollector:
    """The `collectors.base.Collector` of channels for which there is no key."""

    platform = Platform.YOUTUBE

    def fetch(
        self,
        account: Account,
        cursor: Cursor,
        http: Http,
        *,
        full: bool,  # noqa: ARG002 - there is but one page
    ) -> Iterator[Fetched]:
        """Yield the feed: there is but one page, whatever is asked."""
        channel = channel_of(account)
        if not channel:
            sentence = "Enter the channel's id, which begins with UC, as the handle of {0}; a name alone needs a key."
            raise CollectError("bad_url", sentence.format(account.handle or account.id))
        address = f"{(account.service_url or SITE).rstrip('/')}/feeds/videos.xml"
        answer = http.get(address, params={"channel_id": channel}, accept=(404,))
        if answer.status == 404:
            sentence = "YouTube's feed of {0} says 404. That comes and goes and says nothing of its videos. {1}"
            hint = "If it stays so for days, check the channel's id."
            raise CollectError("not_found", sentence.format(account.handle or channel, hint))
        after, old = _after(cursor, _entries(_root(answer)), answer.received_at)
        yield pin(answer, after, channel=channel, old="yes" if old else "")

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn the feed into a page; raise `CollectError` bad_answer when it is none."""
        root, channel = _root(fetched), note(fetched, "channel")
        items, dropped = gathered(map(_video, _entries(root)), channel, fetched.received_at)
        title = clean(root.findtext(f"{{{ATOM}}}title")).strip()
        return Page(
            items,
            dropped,
            cursor=cursor_of(fetched),
            unchanged=bool(note(fetched, "old")),
            snapshot=AccountSnapshot(fetched.received_at, account.handle, title),
            platform_id=channel,
        )


def _after(cursor: Cursor, entries: list[ET.Element], now: datetime) -> tuple[Cursor, bool]:
    """Return the cursor after a feed, and whether that is an older copy, in which what is missing is not gone."""
    state = cursor.state if cursor.format == FORMAT else {}
    known, since = state.get("newest", ""), state.get("old_since", "")
    listed = (read_time(_said(entry, ATOM, "published")).at for entry in entries)
    newest = max((at for at in listed if at and at <= now), default=None)
    if not known or (newest and newest >= datetime.fromisoformat(known)):
        return Cursor(FORMAT, {"newest": newest.isoformat() if newest else known, "old_since": ""}), False
    if not since or now - datetime.fromisoformat(since) < OLD_COPY:
        return Cursor(FORMAT, {"newest": known, "old_since": since or now.isoformat()}), True
    return Cursor(FORMAT, {"newest": newest.isoformat() if newest else "", "old_since": ""}), False
