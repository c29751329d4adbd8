"""Mastodon end to end: over real HTTP on loopback into a store, with edits, deletions, a gap and a limit."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import update

from collectors import run
from collectors.http import Network
from collectors.registry import collector_for
from data.config import Secret
from data.model import RunResult
from data.schema import account
from data.store import posts, runs
from data.store.engine import Store
from tests.collectors.fake_mastodon import BASE, NUMBER, FakeMastodon, profile, status
from tests.servers.local import Exchange, LocalServer
from tests.support.clock import FakeClock
from tests.support.register import add, row


class Town:
    """A server whose posts the test changes, an account on the register, and a collection of it."""

    def __init__(self, store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> None:
        self.store, self.server, self.clock, self.make = store, server, clock, network
        self.shows = FakeMastodon([status(n) for n in (4, 3, 2, 1)], page=40)
        server.routes |= {
            "/api/v1/accounts/lookup": lambda e: e.answer(200, json.dumps(self.shows.shown).encode()),
            f"/api/v1/accounts/{NUMBER}": lambda e: e.answer(200, json.dumps(self.shows.shown).encode()),
            f"/api/v1/accounts/{NUMBER}/statuses": self._list,
        }
        for number in range(1, 9):
            server.routes[f"/api/v1/statuses/{number}"] = self._one
        add(store, row("town", platform="mastodon", handle="@council@town.example", url="", service_url=server.url))

    def _list(self, exchange: Exchange) -> None:
        found = self.shows._list(dict(parse_qsl(exchange.path.partition("?")[2])), {})
        exchange.answer(200, found.body, **found.headers)

    def _one(self, exchange: Exchange) -> None:
        found = [one for one in self.shows.statuses if one["id"] == exchange.path.rpartition("/")[2]]
        exchange.answer(200 if found else 404, json.dumps(found[0] if found else {"error": "x"}).encode())

    def collect(self, **settings: Any) -> RunResult:
        tools = run.Tools(collector_for, self.make(clock=self.clock, **settings).client, "Europe/London", 1)
        [done] = run.collect(self.store, tools, run.plan(self.store, "Europe/London").collect)
        return done


@pytest.fixture
def town(store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> Town:
    return Town(store, server, network, clock)


def test_what_is_new_edited_and_gone_is_found(town: Town, clock: FakeClock) -> None:
    first = town.collect()
    assert (first.outcome, first.items, first.new, first.gone) == ("ok", 4, 4, 0)
    clock.move(hours=1)
    edited = status(3, "<p>Corrected</p>", edited_at="2026-06-01T11:00:00Z")
    town.shows.statuses = [status(6), status(5), edited, status(2), status(1)]
    second = town.collect()
    assert (second.items, second.new, second.changed, second.gone) == (5, 2, 1, 1)
    with town.store.read() as tx:
        shown = {r.id: (r.text, r.gone_at is not None) for r in posts.newest_first(tx, "town")}
        [stretch] = runs.coverage_of(tx, "town")
        assert (stretch.from_at, stretch.to_at) == (datetime(2026, 6, 1, 10, 1, tzinfo=UTC), clock.now)
    assert ("Corrected", False) in shown.values()
    assert [text for text, gone in shown.values() if gone] == ["Post 4"]


def test_a_server_that_wants_a_token_is_given_it_and_its_private_posts_are_not_kept(town: Town) -> None:
    town.server.says(f"/api/v1/accounts/{NUMBER}", 401, b'{"error": "x"}')
    town.server.says("/api/v1/accounts/lookup", 401, b'{"error": "x"}')
    assert town.collect().code == "unauthorised"
    town.server.routes["/api/v1/accounts/lookup"] = lambda e: e.answer(200, json.dumps(town.shows.shown).encode())
    town.shows.statuses[0]["visibility"] = "private"
    done = town.collect(tokens={town.server.netloc: Secret("invented")})
    assert (done.outcome, done.new) == ("ok", 3)
    assert town.server.seen[-1].headers["authorization"] == "Bearer invented"


@pytest.mark.parametrize(
    "headers", [{}, {"X_RateLimit_Reset": "2026-11-22T13:00:00.000000Z", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}]
)
def test_a_limit_ends_the_run_and_the_next_one_loses_nothing(town: Town, headers: dict[str, str]) -> None:
    town.collect()
    town.shows.statuses = [status(n) for n in range(8, 0, -1)]
    listing = town.server.routes.pop(f"/api/v1/accounts/{NUMBER}/statuses")
    town.server.says(f"/api/v1/accounts/{NUMBER}/statuses", 429, b"", **headers)
    limited = town.collect()
    assert (limited.outcome, limited.code) == ("failed", "rate_limited")
    town.server.routes[f"/api/v1/accounts/{NUMBER}/statuses"] = listing
    done = town.collect()
    assert (done.outcome, done.new) == ("ok", 4)


class Towns:
    """Collections of one account in memory, whose server a test may change; `known` are the posts stored: id → gone."""

    def __init__(self, store: Store, shows: FakeMastodon) -> None:
        self.store, self.shows = store, shows
        self.hidden: tuple[str, ...] = ()
        add(store, row("town", platform="mastodon", handle="@council@town.example", url=f"{BASE}/@council"))

    def collect(self) -> RunResult:
        self.shows.asked, self.shows.clock, self.http = 0, self.store.now, self.shows.http()
        for number in self.hidden:
            self.http.answers.pop(f"{self.shows.base}/api/v1/statuses/{number}")
        tools = run.Tools(collector_for, lambda: self.http, "Europe/London", 1)
        [done] = run.collect(self.store, tools, run.plan(self.store, "Europe/London").collect)
        return done

    def known(self) -> dict[str, bool]:
        with self.store.read() as tx:
            found = (posts.get(tx, n) for n in range(1, 60))
            return {one.platform_id: one.gone_at is not None for one in found if one}


def history(newest: int, **more: Any) -> FakeMastodon:
    return FakeMastodon([status(n) for n in range(newest, 0, -1)], **more)


def test_a_long_history_is_read_to_its_end_within_a_limit_that_is_shared(store: Store, clock: FakeClock) -> None:
    towns = Towns(store, history(30, limit=8))
    codes = []
    for _ in range(4):
        codes.append(towns.collect().code)
        clock.move(minutes=15)
    assert codes == ["unfinished", "unfinished", "", ""]
    assert towns.known() == {str(n): False for n in range(1, 31)}
    with store.read() as tx:
        [stretch] = runs.coverage_of(tx, "town")
    assert stretch.from_at == datetime(2026, 6, 1, 10, 1, tzinfo=UTC)


def test_a_boost_is_not_gone_because_a_walk_back_leaps_over_it(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.mastodon.A_SLICE", 2)
    towns = Towns(store, history(12))
    towns.shows.statuses[2] = status(10, "x", reblog=status(99, account={"id": "666"}))
    towns.hidden = ("10",)  # not every server shows a boost by its own id
    for _ in range(4):
        assert towns.collect().gone == 0
        clock.move(hours=1)
    assert towns.known() == {str(n): False for n in range(1, 13)}


def test_after_a_move_the_old_servers_posts_stay_and_are_not_asked_for(store: Store, clock: FakeClock) -> None:
    towns = Towns(store, history(3, page=40))
    assert towns.collect().new == 3
    with store.write() as tx:
        moved = {"url": "https://new.example/@council", "handle": "@council@new.example"}
        tx.execute(update(account).where(account.c.id == "town").values(**moved))
    there = [status(7, account={"id": "555"})]
    towns.shows = FakeMastodon(there, profile(id="555"), page=40, base="https://new.example")
    for _ in range(2):
        clock.move(hours=25)
        done = towns.collect()
        assert (done.outcome, done.gone) == ("ok", 0)
        assert [url for url, _, _ in towns.http.asked if url.rpartition("/")[0].endswith("/v1/statuses")] == []
    assert towns.known() == {"3": False, "2": False, "1": False, "7": False}


def test_a_post_that_is_an_error_by_id_is_told_and_the_others_are_asked_for(store: Store, clock: FakeClock) -> None:
    towns = Towns(store, history(6, page=40))
    towns.collect()
    clock.move(hours=25)
    towns.shows = history(6, page=1, broken="1")
    towns.shows.statuses = [one for one in towns.shows.statuses if one["id"] != "2"]
    done = towns.collect()
    assert (done.code, done.gone) == ("unchecked", 1)
    assert towns.known()["2"]
    clock.move(hours=1)
    assert towns.collect().code == ""


def test_more_followers_than_there_are_people_stop_nothing(store: Store, clock: FakeClock) -> None:
    towns = Towns(store, FakeMastodon([status(1)], profile(followers_count=10**30)))
    assert towns.collect().outcome == "ok"
