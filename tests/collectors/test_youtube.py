"""YouTube end to end, over real HTTP on loopback: without a key by the feed, with one by the Data API."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors import run
from collectors.base import Collector, Cursor
from collectors.http import Limits, Network
from collectors.registry import configured
from collectors.youtube import YouTubeFeedCollector
from collectors.youtube_api import YouTubeApiCollector
from data.config import Secret, Settings
from data.errors import CollectError
from data.model import Platform, PostKind, RunResult
from data.store import accounts, posts, runs
from data.store.engine import Store
from tests.collectors.fake_youtube import BYSTANDER, CHANNEL, KEY, UPLOADS, Clip, FakeYouTube, feed, problem
from tests.collectors.support import FakeHttp, account, fetched, items, pages
from tests.servers.local import Exchange, LocalServer
from tests.support.clock import FakeClock
from tests.support.register import add, row


class Town:
    """YouTube's stub, a channel on the register, and a collection of it, with the key or without."""

    def __init__(self, store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> None:
        self.store, self.clock, self.make = store, clock, network
        self.shows = FakeYouTube(server, clips(3, 2, 1))
        self.tokens = {server.netloc: Secret(KEY)}
        self.limits = Limits(connect=5, read=5, total=10)
        cells = {"platform": "youtube", "handle": CHANNEL, "url": "", "service_url": server.url}
        add(store, row("town", **cells))

    def collect(self, *, key: bool = True, **options: Any) -> RunResult:
        collector: Collector = YouTubeApiCollector(self.clock) if key else YouTubeFeedCollector()
        made = self.make(clock=self.clock, tokens=self.tokens if key else {}, limits=self.limits)
        tools = run.Tools(lambda _: collector, made.client, "Europe/London", 1)
        [done] = run.collect(self.store, tools, run.plan(self.store, "Europe/London").collect, **options)
        self.clock.move(minutes=15)
        return done

    def titles(self) -> dict[str, bool]:
        with self.store.read() as tx:
            return {r.text.partition("\n")[0]: r.gone_at is not None for r in posts.newest_first(tx, "town")}


def clips(*numbers: int, **changes: Any) -> list[Clip]:
    return [Clip(n, **changes) for n in numbers]


@pytest.fixture
def town(sqlite_store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> Town:
    return Town(sqlite_store, server, network, clock)


def test_a_feed_gives_titles_and_descriptions_and_the_film_as_not_assessed() -> None:
    http = FakeHttp({"https://www.youtube.com/feeds/videos.xml": fetched(feed(Clip(1, "Bins & tips", "Two < three")))})
    [item] = items(pages(YouTubeFeedCollector(), account(Platform.YOUTUBE, handle=CHANNEL, url=""), http))
    assert (item.kind, item.text) == (PostKind.OWN, "Bins & tips\n\nTwo < three")
    assert item.published_at == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)
    assert [(m.kind, m.alt, m.url) for m in item.media] == [("video", "", item.url)]
    assert BYSTANDER.encode() not in item.payload
    assert {"author", "community", "thumbnail"} <= set(item.removed)


def test_the_feed_and_the_api_give_the_same_posts(town: Town) -> None:
    assert town.collect(key=False).new == 3
    with_key = town.collect()
    assert (with_key.new, with_key.changed, with_key.gone) == (0, 0, 0)
    without = town.collect(key=False)
    assert (without.new, without.changed, without.gone) == (0, 0, 0)


@pytest.mark.parametrize(
    "place",
    [
        {"handle": "", "url": f"https://www.youtube.com/channel/{CHANNEL}/"},
        {"handle": "town", "url": f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"},
        {"handle": "@town", "url": "", "platform_id": CHANNEL},
    ],
)
def test_the_channels_id_is_found_wherever_the_register_has_it(place: dict[str, str]) -> None:
    http = FakeHttp({"https://www.youtube.com/feeds/videos.xml": fetched(feed(Clip(1)))})
    assert items(pages(YouTubeFeedCollector(), account(Platform.YOUTUBE, **place), http))
    assert http.asked[0][1] == {"channel_id": CHANNEL}


def test_without_a_key_a_name_alone_is_told_to_be_too_little() -> None:
    with pytest.raises(CollectError, match="begins with UC"):
        pages(YouTubeFeedCollector(), account(Platform.YOUTUBE, handle="@town", url=""), FakeHttp({}))


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (500, "server_error"), (503, "server_error")])
def test_a_feed_that_comes_and_goes_says_nothing_of_its_videos(town: Town, status: int, code: str) -> None:
    town.collect(key=False)
    town.shows.errors["feed"] = [(status, b"")] * 3
    done = town.collect(key=False)
    assert (done.outcome, done.code, done.gone) == ("failed", code, 0)
    town.shows.errors.clear()
    assert town.collect(key=False).gone == 0
    assert not any(town.titles().values())


def test_a_video_that_the_feed_lost_is_gone(town: Town) -> None:
    town.collect(key=False)
    town.shows.clips = clips(3, 1)
    assert town.collect(key=False).gone == 1
    assert town.titles()["Film 2"]


def test_an_older_copy_of_the_feed_takes_nothing_away_unless_it_stays(town: Town) -> None:
    town.collect(key=False)
    town.shows.clips = clips(2, 1)
    assert town.collect(key=False).gone == 0
    town.shows.clips = clips(3, 2, 1)
    assert town.collect(key=False).gone == 0
    town.shows.clips = clips(2, 1)
    assert town.collect(key=False).gone == 0
    town.clock.move(hours=25)
    assert town.collect(key=False).gone == 1
    assert town.titles() == {"Film 3": True, "Film 2": False, "Film 1": False}


def test_more_than_the_feed_shows_is_a_gap(town: Town) -> None:
    town.collect(key=False)
    town.shows.clips = clips(*range(30, 0, -1))
    done = town.collect(key=False)
    assert (done.code, done.new, done.gap) == ("gap", 15, True)
    assert town.collect().new == 12


def test_with_a_key_everything_is_read_and_then_a_unit_a_run(town: Town) -> None:
    town.shows.clips = clips(*range(7, 0, -1))
    first = town.collect()
    assert (first.outcome, first.code, first.new, first.requests) == ("ok", "", 7, 5)
    with town.store.read() as tx:
        assert accounts.get(tx, "town").platform_id == CHANNEL
        [stretch] = runs.coverage_of(tx, "town")
    assert stretch.from_at == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)
    town.shows.clips = clips(*range(10, 0, -1))
    second = town.collect()
    assert (second.new, second.gap, second.requests) == (3, False, 2)
    town.clock.move(days=1)
    assert town.collect().requests == 6
    assert town.shows.asked[1][1]["playlistId"] == UPLOADS


def test_incremental_equals_full(town: Town) -> None:
    town.collect()
    town.shows.clips = clips(*range(12, 0, -1))
    assert town.collect().new == 9
    done = town.collect(full=True)
    assert (done.new, done.changed, done.gone) == (0, 0, 0)


def test_an_edit_is_a_new_version_and_one_of_an_old_video_is_found_in_a_day(town: Town) -> None:
    town.collect()
    town.shows.clips = [Clip(3, "New title"), Clip(2), Clip(1, description="Altered")]
    assert town.collect().changed == 1
    town.clock.move(days=1)
    assert town.collect().changed == 1


@pytest.mark.parametrize("privacy", ["private", "unlisted", "privacyStatusUnspecified"])
def test_what_is_not_public_is_not_kept_and_gone_where_it_was(town: Town, privacy: str) -> None:
    town.shows.clips = [Clip(4, privacy=privacy), *clips(3, 2, 1)]
    assert town.collect().new == 3
    town.shows.clips = [Clip(4, privacy=privacy), Clip(3), Clip(2, privacy=privacy), Clip(1)]
    town.clock.move(days=1)
    done = town.collect()
    assert (done.gone, done.dropped) == (1, 0)
    assert town.titles() == {"Film 3": False, "Film 2": True, "Film 1": False}


def test_a_video_is_gone_when_the_platform_says_so_of_its_id(town: Town) -> None:
    town.collect()
    town.shows.hidden = (2,)
    town.clock.move(days=1)
    assert town.collect().gone == 0
    town.shows.clips = clips(3, 1)
    town.clock.move(days=1)
    assert town.collect().gone == 1


def test_a_video_of_another_channel_is_told_and_not_kept(town: Town) -> None:
    town.shows.clips = [Clip(4, channel="UC-somebody-else-entirely"), *clips(3)]
    for key in (True, False):
        done = town.collect(key=key)
        assert (done.code, done.dropped) == ("dropped", 1)
    assert list(town.titles()) == ["Film 3"]


def test_a_video_that_is_said_to_be_anothers_is_not_gone(town: Town) -> None:
    town.collect()
    town.shows.clips = [Clip(3), Clip(2, channel="UC-somebody-else-entirely"), Clip(1)]
    town.shows.hidden = (2,)
    town.clock.move(days=1)
    done = town.collect()
    assert (done.gone, done.dropped) == (0, 1)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (problem(400, "keyInvalid"), "unauthorised"),
        ((401, b""), "unauthorised"),
        (problem(403, "accessNotConfigured"), "forbidden"),
        ((403, b"<html>"), "forbidden"),
        (problem(403, "rateLimitExceeded"), "rate_limited"),
        (problem(403, "quotaExceeded"), "usage_cap"),
        (problem(403, "channelSuspended"), "protected"),
        ((402, b""), "payment"),
        ((404, b""), "not_found"),
        ((410, b""), "gone"),
        ((200, b"\x00\xff"), "bad_answer"),
        ((200, []), "bad_answer"),
        ((200, {"items": []}), "bad_answer"),
        ((200, {"kind": "youtube#channelListResponse"}), "unknown"),
        ((200, {"kind": "youtube#channelListResponse", "items": [{"id": "UC2"}]}), "unknown"),
        ((200, {"kind": "youtube#channelListResponse", "items": [{"id": CHANNEL}]}), "bad_answer"),
    ],
)
def test_every_refusal_has_its_code_and_sentence(town: Town, error: tuple[int, Any], code: str) -> None:
    town.shows.errors["channels"] = [error]
    done = town.collect()
    assert (done.outcome, done.code) == ("failed", code)
    assert done.reason.endswith(".")
    assert "Said by the platform" not in done.reason


def test_a_quota_says_when_it_begins_anew(town: Town) -> None:
    town.shows.errors["channels"] = [problem(403, "quotaExceeded")]
    assert "23 November 2026, 08:00:00 UTC" in town.collect().reason


def test_429_500_a_cut_a_slow_and_an_endless_answer_are_told(town: Town) -> None:
    def cut(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")

    town.limits = Limits(connect=2, read=0.2, total=0.4, max_bytes=1000)
    routes = [
        (lambda e: e.answer(429, Retry_After="3600"), "rate_limited"),
        (lambda e: e.answer(429), "rate_limited"),
        (lambda e: e.answer(500), "server_error"),
        (cut, "interrupted"),
        (lambda e: e.stop.wait(5), "timeout"),
        (lambda e: e.answer(200, b"x" * 2000), "too_large"),
    ]
    for route, code in routes:
        for key, path in ((True, "/youtube/v3/channels"), (False, "/feeds/videos.xml")):
            town.clock.move(days=1)
            town.shows.server.routes[path] = route
            assert town.collect(key=key).code == code


@pytest.mark.parametrize("body", [b"", b"<html>Before you continue</html>", b"{}", b"<feed", b"<rss><channel/></rss>"])
def test_a_feed_that_is_none_is_told(town: Town, body: bytes) -> None:
    town.shows.errors["feed"] = [(200, body)]
    assert town.collect(key=False).code == "bad_answer"


def test_a_closed_channel_is_told(town: Town) -> None:
    town.shows.channel["status"] = {"privacyStatus": "private"}
    assert town.collect().code == "protected"


def test_a_list_that_is_not_there_is_empty_only_where_there_never_was_a_video(town: Town) -> None:
    town.shows.errors["playlistItems"] = [problem(404, "playlistNotFound")] * 3
    assert town.collect().code == "interrupted"
    town.shows.channel["statistics"] = {"videoCount": "0"}
    assert town.collect().outcome == "empty"
    assert town.collect().outcome == "empty"


def test_pages_without_an_end_are_told(town: Town) -> None:
    again = {"kind": "youtube#playlistItemListResponse", "items": [], "nextPageToken": "2"}
    town.shows.errors["playlistItems"] = [(200, again)] * 9
    assert town.collect().code == "bad_answer"


def test_a_name_leads_to_the_channel_and_a_new_one_is_told(town: Town) -> None:
    http = town.make(tokens=town.tokens).client()
    named = account(Platform.YOUTUBE, handle="@TownCouncil", url="", service_url=town.shows.server.url)
    found = pages(YouTubeApiCollector(town.clock), named, http)
    assert (len(items(found)), found[0].platform_id, found[0].moved_to) == (3, CHANNEL, "")
    town.shows.channel["snippet"]["customUrl"] = "@newtown"
    [first, *_] = pages(YouTubeApiCollector(town.clock), named, http, Cursor())
    assert first.moved_to == "https://www.youtube.com/@newtown"


def test_the_key_is_in_no_address_log_or_store(town: Town, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    town.collect()
    asked = " ".join(one.path for one in town.shows.server.seen)
    assert KEY not in caplog.text + asked
    stored = b"".join(one.read_bytes() for one in sorted(tmp_path.rglob("*")) if one.is_file())
    assert KEY.encode() not in stored
    assert BYSTANDER.encode() not in stored


def test_a_key_is_what_chooses_the_api() -> None:
    assert isinstance(configured(Settings())("youtube"), YouTubeFeedCollector)
    assert isinstance(configured(Settings(), {"www.googleapis.com": Secret(KEY)})("youtube"), YouTubeApiCollector)
