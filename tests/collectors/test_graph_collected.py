"""A Graph API end to end, over real HTTP on loopback into a store: what is new, edited, gone, limited, refused."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collectors import run
from collectors.base import Cursor
from collectors.commands import tools
from collectors.http import Limits, Network
from collectors.registry import collector_for
from data.config import Secret, Settings
from data.errors import CollectError
from data.model import Platform
from data.store import accounts, runs
from data.store.engine import Store
from tests.collectors.fake_graph import GONE, LEAK, NUMBER, TOKEN, FakeGraph, page_post, problem
from tests.collectors.graph_town import Town, collector
from tests.collectors.support import account
from tests.servers.local import Exchange, LocalServer
from tests.support.clock import FakeClock

LIST = f"{NUMBER}/published_posts"
EARLIER = "2026-06-01T07:00:00+0000"
LIMIT = {"X_Business_Use_Case_Usage": json.dumps({NUMBER: [{"type": "pages", "estimated_time_to_regain_access": 25}]})}


def posts_of(*numbers: int, **changes: Any) -> list[dict[str, Any]]:
    return [page_post(n, **changes) for n in numbers]


@pytest.fixture
def town(sqlite_store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> Town:
    shows = FakeGraph(server, lists={"published_posts": posts_of(5, 4, 3, 2, 1)})
    return Town(shows, Platform.FACEBOOK, sqlite_store, network, clock)


def test_everything_is_read_and_what_is_new_the_next_time(town: Town) -> None:
    first = town.collect()
    assert (first.outcome, first.code, first.new, first.gap) == ("ok", "", 5, False)
    town.shows.asked.clear()
    town.shows.show("published_posts", *posts_of(7, 6, 5, 4, 3, 2, 1))
    second = town.collect()
    assert (second.new, second.changed, second.gone, second.gap) == (2, 0, 0, False)
    assert [path for path, _ in town.shows.asked] == [NUMBER, LIST, LIST]
    with town.store.read() as tx:
        assert accounts.get(tx, "town").platform_id == NUMBER
        [stretch] = runs.coverage_of(tx, "town")
    assert stretch.from_at == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)


def test_incremental_equals_full(town: Town) -> None:
    town.shows.lists["published_posts"] = posts_of(2, 1)
    town.collect()
    town.shows.show("published_posts", *posts_of(9, 8, 7, 6, 5, 4, 3, 2, 1))
    assert town.collect().new == 7
    assert town.collect(full=True).new == 0
    assert set(town.texts()) == {f"Post {n}" for n in range(1, 10)}


def test_more_than_a_page_between_two_collections_is_read_to_the_end(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", *posts_of(*range(30, 0, -1)))
    done = town.collect()
    assert (done.new, done.gap, done.code) == (25, False, "")


def test_a_walk_does_not_stop_at_a_known_post_that_has_been_deleted(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", *posts_of(8, 7, 6, 4, 3, 2, 1))
    done = town.collect()
    assert (done.new, done.gone, done.gap) == (3, 1, False)
    assert town.texts()["Post 5"]


def test_an_edit_is_a_new_version_and_one_of_an_old_post_is_found_in_a_day(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", page_post(5, "Corrected"), *posts_of(4, 3, 2), page_post(1, "Altered"))
    assert town.collect().changed == 1
    town.clock.move(hours=25)
    assert town.collect().changed == 1
    assert {"Corrected", "Altered"} <= set(town.texts())


def test_a_deletion_is_what_the_platform_says_of_the_id(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", *posts_of(5, 4, 3, 1))
    town.clock.move(hours=25)
    assert town.collect().gone == 1
    assert town.texts() == {f"Post {n}": n == 2 for n in range(1, 6)}
    assert town.collect().gone == 0


def test_a_post_that_is_no_longer_public_is_gone(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", page_post(5, is_published=False), *posts_of(4, 3, 2, 1))
    done = town.collect()
    assert done.gone == 1
    assert town.texts()["Post 5"]


def test_a_post_that_cannot_be_read_by_id_does_not_count_as_gone(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", *posts_of(5, 4, 2, 1))
    town.shows.fail(f"{NUMBER}_3", 400, problem(100))
    town.server.routes[f"/v25.0/{NUMBER}_3"] = town.shows._answer
    town.clock.move(hours=25)
    done = town.collect()
    assert (done.code, done.gone) == ("unchecked", 0)


def test_a_limit_in_a_first_walk_keeps_the_place(town: Town) -> None:
    town.shows.lists["published_posts"] = posts_of(*range(9, 0, -1))
    calls: list[int] = []

    def limited(exchange: Exchange) -> None:
        calls.append(1)
        if len(calls) == 3:
            return town.shows._say(exchange, problem(32), 403)
        return town.shows._answer(exchange)

    town.server.routes[f"/v25.0/{LIST}"] = limited
    first = town.collect()
    assert (first.outcome, first.code, first.new) == ("ok", "unfinished", 4)
    second = town.collect()
    assert (second.code, second.new) == ("", 5)
    with town.store.read() as tx:
        [stretch] = runs.coverage_of(tx, "town")
    assert stretch.from_at == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)


def test_a_walk_back_leaves_room_for_what_is_new_elsewhere(town: Town) -> None:
    town.shows.headers = {"X_App_Usage": json.dumps({"call_count": 80, "total_time": 3, "total_cputime": 1})}
    codes = [town.collect().code for _ in range(4)]
    assert codes == ["unfinished", "unfinished", "unfinished", ""]  # each begins with the last post of the one before
    assert len(town.texts()) == 5


def test_a_slice_is_what_one_run_walks_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.graph.A_SLICE", 1)
    assert [town.collect().new for _ in range(5)] == [2, 1, 1, 1, 0]


def test_many_posts_of_one_second_do_not_hold_a_walk_back_up(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.graph.A_SLICE", 1)
    same = {"created_time": "2026-06-01T08:00:00+0000"}
    town.shows.show("published_posts", *posts_of(5, 4), *posts_of(3, 2, **same), page_post(1, created_time=EARLIER))
    for _ in range(5):
        town.collect()
    assert set(town.texts()) == {f"Post {n}" for n in range(1, 6)}


def test_a_limit_says_from_when_it_may_be_asked_again(town: Town) -> None:
    town.shows.fail("towncouncil", 400, problem(4), **LIMIT)
    done = town.collect()
    assert (done.outcome, done.code) == ("failed", "rate_limited")
    assert "22 November 2026, 12:25:00 UTC" in done.reason


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("Retry-After", "3600", "13:00:00"),
        ("Retry-After", "Sun, 22 Nov 2026 14:00:00 GMT", "14:00:00"),
        ("RateLimit-Reset", str(int(datetime(2026, 11, 22, 15, tzinfo=UTC).timestamp())), "15:00:00"),
        ("X-RateLimit-Reset", "2026-11-22T16:00:00Z", "16:00:00"),
        *[(name, value, "12:25:00") for name, value in LIMIT.items()],
        ("X-None", "", "tried again at the next collection"),
    ],
)
def test_429_is_understood_in_every_format_and_none(town: Town, name: str, value: str, told: str) -> None:
    for _ in range(3):
        town.shows.fail("towncouncil", 429, problem(4), **{name.replace("-", "_"): value})
    done = town.collect()
    assert (done.outcome, done.code) == ("failed", "rate_limited")
    assert told in done.reason


@pytest.mark.parametrize(
    ("status", "value", "code"),
    [
        (400, problem(190, 463), "unauthorised"),
        (401, problem(190, 460), "unauthorised"),
        (400, problem(2500), "unauthorised"),
        (401, b"", "unauthorised"),
        (402, b"", "payment"),
        (403, problem(10), "forbidden"),
        (403, problem(200), "forbidden"),
        (403, b"<html>", "forbidden"),
        (404, problem(803), "unknown"),
        (400, GONE, "unknown"),
        (404, b"", "not_found"),
        (410, b"", "gone"),
        (400, problem(17), "rate_limited"),
        (403, problem(613), "rate_limited"),
        (400, problem(80001), "rate_limited"),
        (400, problem(2), "server_error"),
        (400, problem(368), "suspended"),
        (400, problem(21, message="(#21) Page ID 1 was migrated to page ID 99. Please update"), "moved"),
        (400, problem(100), "bad_answer"),
        (200, b"\x00\xff", "bad_answer"),
        (200, b"[]", "bad_answer"),
        (200, b"<html>Log in</html>", "bad_answer"),
        (200, {"id": 5}, "bad_answer"),
        (200, problem(190), "unauthorised"),
        (400, {"error": "no object"}, "bad_answer"),
        (200, {"id": "77", "username": "somebody", "is_published": True}, "renamed"),
    ],
)
def test_every_refusal_of_the_account_has_its_code_and_sentence(town: Town, status: int, value: Any, code: str) -> None:
    town.shows.fail("towncouncil", status, value)
    done = town.collect()
    assert (done.outcome, done.code) == ("failed", code)
    assert done.reason.endswith(".")
    assert "Said by the platform" not in done.reason
    assert TOKEN not in done.reason


@pytest.mark.parametrize("value", [{"data": {}}, {}, [], b"{", {"data": [], "paging": {"next": "https://x.example/"}}])
def test_a_list_that_is_none_is_told(town: Town, value: object) -> None:
    town.shows.fail(LIST, 200, value)
    assert town.collect().code == "bad_answer"


def test_a_fault_that_passes_is_tried_again_and_one_that_stays_is_told(town: Town) -> None:
    town.shows.fail("towncouncil", 500, problem(1))
    assert town.collect().new == 5
    town.server.says(f"/v25.0/{NUMBER}", 500, b"")
    assert town.collect().code == "server_error"


def test_a_cut_connection_a_slow_one_and_an_endless_answer_are_told(
    town: Town, network: Callable[..., Network], clock: FakeClock
) -> None:
    def cut(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")

    def hang(exchange: Exchange) -> None:
        exchange.stop.wait(5)

    path = "/v25.0/towncouncil"
    limits = Limits(connect=2, read=0.2, total=0.4, max_bytes=1000)
    town.network = network(clock=clock, limits=limits, tokens={f"{town.server.netloc}/town": Secret(TOKEN)})
    for route, code in ((cut, "interrupted"), (hang, "timeout"), (lambda e: e.answer(200, b"x" * 2000), "too_large")):
        town.server.routes[path] = route
        assert town.collect().code == code


def test_a_page_that_is_too_much_for_the_server_is_asked_for_in_smaller_ones(town: Town) -> None:
    def picky(exchange: Exchange) -> None:
        return exchange.answer(500) if "limit=50" in exchange.path else town.shows._answer(exchange)

    town.server.routes[f"/v25.0/{LIST}"] = picky
    assert town.collect().new == 5


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        ({"handle": "", "url": "https://www.facebook.com/TownCouncil/"}, "TownCouncil"),
        ({"handle": "", "url": f"https://www.facebook.com/profile.php?id={NUMBER}"}, NUMBER),
        ({"handle": "@towncouncil", "url": "https://www.facebook.com/other"}, "towncouncil"),
        ({"handle": NUMBER, "url": ""}, NUMBER),
        ({"handle": "@towncouncil", "platform_id": NUMBER}, NUMBER),
    ],
)
def test_a_page_is_asked_for_by_its_number_or_name(town: Town, place: dict[str, str], asked: str) -> None:
    town.server.routes["/v25.0/TownCouncil"] = town.server.routes["/v25.0/towncouncil"]
    town.shows.me = asked
    here = account(Platform.FACEBOOK, id="town", service_url=town.server.url, **place)
    found = list(collector(Platform.FACEBOOK).fetch(here, Cursor(), town.network.client(), full=False))
    assert town.shows.asked[0][0] == asked
    assert len(found) == 5


@pytest.mark.parametrize("handle", ["", "a b", "a/b", "..", "x?fields=y"])
def test_what_can_be_no_name_is_told(town: Town, handle: str) -> None:
    here = account(Platform.FACEBOOK, id="town", service_url=town.server.url, handle=handle, url="")
    with pytest.raises(CollectError, match="give no name") as caught:
        list(collector(Platform.FACEBOOK).fetch(here, Cursor(), town.network.client(), full=False))
    assert caught.value.code == "bad_url"


def test_the_settings_bring_an_accounts_token_to_its_server(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "tokens.toml"
    path.write_text(f'"{town.server.netloc}/town" = "{TOKEN}"\n', encoding="utf-8")
    path.chmod(0o600)
    settings = Settings(allow_private=(town.server.netloc,), tokens_file=str(path))
    with tools(settings) as kit:
        [done] = run.collect(town.store, kit, run.plan(town.store, "Europe/London").collect)
    assert (done.outcome, done.new) == ("ok", 5)


def test_pages_without_an_end_are_told(town: Town) -> None:
    again = {"data": posts_of(5), "paging": {"next": "https://x.example/", "cursors": {"after": "2"}}}
    town.server.says(f"/v25.0/{LIST}", 200, json.dumps(again).encode())
    assert town.collect().code == "bad_answer"


def test_a_page_that_is_not_published_is_not_collected(town: Town) -> None:
    town.shows.shown["is_published"] = False
    done = town.collect()
    assert (done.outcome, done.code, done.items) == ("failed", "protected", 0)


def test_a_new_name_is_followed_by_its_number_and_told(town: Town) -> None:
    town.collect()
    town.shows.shown |= {"username": "newtown", "link": "https://www.facebook.com/newtown"}
    done = town.collect()
    assert (done.outcome, done.code) == ("ok", "moved")
    assert "https://www.facebook.com/newtown" in done.reason


def test_without_a_token_the_sentence_says_how_to_give_one(
    town: Town, network: Callable[..., Network], clock: FakeClock
) -> None:
    town.network = network(clock=clock, tokens={f"{town.server.netloc}/other": Secret(TOKEN)})
    done = town.collect()
    assert done.code == "unauthorised"
    assert "POSTREEVE_FACEBOOK_TOKEN=ACCOUNT=TOKEN" in done.reason
    assert town.server.seen[-1].headers.get("authorization") is None


def test_no_token_is_in_an_address_a_log_or_the_store(
    town: Town, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    town.shows.fail(LIST, 400, problem(190, message=f"Error validating access token {TOKEN}"))
    reasons = [town.collect().reason, town.collect().reason]
    asked = " ".join(one.path for one in town.server.seen)
    assert "/trap" not in asked
    for secret in (TOKEN, LEAK):
        assert secret not in " ".join([caplog.text, asked, *reasons])
        assert secret.encode() not in town.all_of(tmp_path)
    assert town.texts()


def test_no_note_of_ours_goes_out(town: Town) -> None:
    town.collect()
    assert not [name for one in town.server.seen for name in one.headers if name.startswith("postreeve-")]


def test_the_address_of_the_next_page_is_never_followed_but_its_place_is(town: Town) -> None:
    first = {"data": posts_of(5), "paging": {"next": f"https://evil.example/?access_token={LEAK}&until=1780304640&x=1"}}
    town.server.in_turn(f"/v25.0/{LIST}", lambda e: e.answer(200, json.dumps(first).encode()), town.shows._answer)
    assert town.collect().new == 4
    assert town.shows.asked[1][1].get("until") == "1780304640"
    assert "x" not in town.shows.asked[1][1]


def test_a_preview_stores_nothing(town: Town) -> None:
    [account] = run.plan(town.store, "Europe/London").collect
    tried = run.preview(town.store, run.Tools(collector_for, town.network.client, "Europe/London", 1), account)
    assert (tried.outcome, tried.items) == ("ok", 5)
    assert town.texts() == {}


def test_times_in_the_future_do_not_stop_a_walk(town: Town, clock: FakeClock) -> None:
    def stated(number: int, **later: float) -> dict[str, Any]:
        return page_post(number, created_time=(clock.now + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%S+0000"))

    ahead = stated(9, days=400)
    town.shows.show("published_posts", ahead, *posts_of(2, 1))
    town.collect()
    clock.move(hours=1)
    town.shows.show("published_posts", ahead, *(stated(n, minutes=n - 10) for n in (6, 5, 4, 3)), *posts_of(2, 1))
    assert town.collect().new == 4


def test_a_full_collection_reads_what_an_incremental_one_does_not(town: Town) -> None:
    town.collect()
    town.shows.show("published_posts", *posts_of(5, 4, 3, 2), page_post(1, "Altered"))
    assert (town.collect().changed, town.collect(full=True).changed) == (0, 1)


def test_a_lost_permission_deletes_nothing(town: Town) -> None:
    """The API says the same of a post that is gone and of one it may not show; an empty list tells nothing."""
    town.collect()
    before = town.texts()
    town.clock.move(days=2)
    town.shows.lists["published_posts"] = []
    result = town.collect()
    assert result.gone == 0
    assert "none is taken for deleted" in result.reason
    with town.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM post WHERE gone_at IS NOT NULL").scalar() == 0
    assert town.texts() == before
