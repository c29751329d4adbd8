"""Posts of Threads: own, replies, quotes, reposts, long texts and polls; and an account with both lists end to end."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.graph_posts import NotUnderstood, Owner
from collectors.http import Network
from collectors.threads import read
from data.model import Item, Platform, PostKind
from data.store import posts, runs
from data.store.engine import Store
from tests.collectors.fake_graph import NUMBER, FakeGraph, at, problem
from tests.collectors.graph_town import Town
from tests.collectors.support import RECEIVED
from tests.servers.local import Exchange, LocalServer
from tests.support.clock import FakeClock

OWNER = Owner(NUMBER, "towncouncil")
SOMEBODY = "jo.invented"


def thread(number: int, text: str = "", **changes: Any) -> dict[str, Any]:
    known = {"id": f"1800{number}", "username": "towncouncil", "timestamp": at(number), "media_type": "TEXT_POST"}
    url = f"https://www.threads.com/@towncouncil/post/{number}"
    return {**known, "text": text or f"Thread {number}", "permalink": url, "is_quote_post": False, **changes}


def reply(number: int, **changes: Any) -> dict[str, Any]:
    return thread(number, f"Reply {number}", replied_to={"id": "900", "username": SOMEBODY}, **changes)


def repost(number: int, **changes: Any) -> dict[str, Any]:
    theirs = {"id": "901", "username": SOMEBODY, "text": f"Words of @{SOMEBODY}"}
    url = f"https://www.threads.com/@{SOMEBODY}/post/a"
    kind = {"media_type": "REPOST_FACADE", "reposted_post": theirs, "permalink": url, "text": ""}
    return thread(number, **{**kind, **changes})


def item(entry: dict[str, Any]) -> Item:
    found = read(entry, OWNER, RECEIVED)
    assert found
    assert SOMEBODY not in found.payload.decode() + repr(found)
    return found


def test_a_post_with_a_picture_and_a_link() -> None:
    found = item(thread(1, media_type="IMAGE", alt_text="A map", link_attachment_url="https://town.example/a"))
    assert (found.kind, found.text, found.links) == (PostKind.OWN, "Thread 1", ("https://town.example/a",))
    assert [(m.kind, m.alt) for m in found.media] == [("image", "A map")]


def test_a_moving_picture_is_not_passed_over_and_its_address_is_not_kept() -> None:
    found = item(thread(1, gif_url="https://gifs.example/a.gif"))
    assert [(m.kind, m.alt) for m in found.media] == [("image", "")]
    assert b"gifs.example" not in found.payload
    assert item(thread(1)).media == ()


def test_a_long_text_and_a_poll_are_read_to_the_end() -> None:
    attached = {"plaintext": "And at length", "link_attachment_url": "https://town.example/b"}
    poll = {"option_a": "Yes", "option_b": "No", "option_a_votes_percentage": 0.9}
    found = item(thread(1, text_attachment=attached, poll_attachment=poll))
    assert found.text == "Thread 1\nAnd at length\nYes\nNo"
    assert found.links == ("https://town.example/b",)
    assert b"percentage" not in found.payload


def test_of_a_reply_the_parents_id_is_kept_and_nothing_of_its_author() -> None:
    found = item(reply(1, root_post={"id": "899", "username": SOMEBODY}))
    assert (found.kind, found.text, found.reply_to) == (PostKind.REPLY, "Reply 1", "900")


@pytest.mark.parametrize(
    "quoted", [{"id": "7", "text": f"Said by @{SOMEBODY}", "username": SOMEBODY}, {"id": "7"}, "7"]
)
def test_a_quote_keeps_the_others_words_apart(quoted: Any) -> None:
    found = item(thread(1, is_quote_post=True, quoted_post=quoted))
    assert (found.kind, found.text) == (PostKind.QUOTE, "Thread 1")
    assert found.shared_text == ("Said by @…" if "text" in quoted else "")
    assert json.loads(found.payload)["quoted_post"]["id"] == "7"


def test_a_repost_has_no_words_of_its_own() -> None:
    found = item(repost(1))
    assert (found.kind, found.text, found.shared_text) == (PostKind.SHARE, "", "Words of @…")
    alone = item(repost(1, media_type="TEXT_POST", text="Words"))
    assert (alone.kind, alone.text, alone.shared_text) == (PostKind.SHARE, "", "Words of @…")
    bare = item(repost(1, reposted_post=None, text="Their words"))
    assert (bare.kind, bare.text, bare.shared_text) == (PostKind.SHARE, "", "Their words")
    facade = item(repost(1, reposted_post="901", text=f"Words of @{SOMEBODY}, too"))
    assert (facade.text, facade.shared_text) == ("", "Words of @…, too")
    assert facade.url == ""


@pytest.mark.parametrize("entry", [thread(1, username="jo"), thread(1, username=None), {"id": "1"}, {"id": ""}, None])
def test_what_is_not_the_accounts_own_is_told(entry: Any) -> None:
    with pytest.raises(NotUnderstood):
        read(entry, OWNER, RECEIVED)


@pytest.fixture
def town(sqlite_store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> Town:
    lists = {"threads": [repost(6), thread(4), thread(2)], "replies": [reply(5), reply(3), reply(1)]}
    shows = FakeGraph(server, version="v1.0", me="me", lists=lists)
    return Town(shows, Platform.THREADS, sqlite_store, network, clock)


def test_threads_and_replies_are_both_read_and_what_is_new_and_gone_in_each(town: Town, tmp_path: Path) -> None:
    first = town.collect()
    assert (first.outcome, first.code, first.new) == ("ok", "", 6)
    with town.store.read() as tx:
        kinds = {r.kind: r.id for r in posts.newest_first(tx, "town")}
        [stretch] = runs.coverage_of(tx, "town")
    assert set(kinds) == {PostKind.OWN, PostKind.REPLY, PostKind.SHARE}
    assert stretch.from_at == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)
    town.shows.show("threads", thread(8), repost(6), thread(4))
    town.shows.show("replies", reply(7), reply(3), reply(1))
    second = town.collect()
    assert (second.new, second.gone, second.gap) == (2, 1, False)
    town.clock.move(hours=25)
    assert town.collect().gone == 1
    gone = {text for text, is_gone in town.texts().items() if is_gone}
    assert gone == {"Thread 2", "Reply 5"}
    assert SOMEBODY.encode() not in town.all_of(tmp_path)


def test_while_one_list_is_not_read_to_its_end_nothing_is_said_of_coverage(town: Town) -> None:
    calls: list[int] = []

    def limited(exchange: Exchange) -> None:
        calls.append(1)
        return town.shows._say(exchange, problem(4), 400) if len(calls) == 2 else town.shows._answer(exchange)

    town.server.routes[f"/v1.0/{NUMBER}/threads"] = limited
    assert (town.collect().code, len(town.texts())) == ("unfinished", 5)
    with town.store.read() as tx:
        assert runs.coverage_of(tx, "town") == []
    assert town.collect().code == ""
    assert len(town.texts()) == 6
    with town.store.read() as tx:
        [stretch] = runs.coverage_of(tx, "town")
    assert stretch.from_at <= datetime(2026, 6, 1, 9, 4, tzinfo=UTC)


def test_a_media_error_of_threads_means_that_the_post_is_gone(town: Town) -> None:
    town.collect()
    town.shows.show("threads", repost(6), thread(2))
    town.shows.fail("18004", 400, problem(24, 4279009))
    assert town.collect().gone == 1
