"""Mastodon end to end: over real HTTP on loopback into a store, with edits, deletions, a gap and a limit."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from collectors import run
from collectors.http import Network
from collectors.registry import collector_for
from data.config import Secret
from data.model import RunResult
from data.store import posts, runs
from data.store.engine import Store
from tests.collectors.fake_mastodon import NUMBER, FakeMastodon, status
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
    assert (first.outcome, first.new, first.gone, first.gap) == ("ok", 4, 0, False)
    clock.move(hours=1)
    edited = status(3, "<p>Corrected</p>", edited_at="2026-06-01T11:00:00Z")
    town.shows.statuses = [status(6), status(5), edited, status(2), status(1)]
    second = town.collect()
    assert (second.new, second.changed, second.gone, second.gap) == (2, 1, 1, False)
    with town.store.read() as tx:
        shown = {r.id: (r.text, r.gone_at is not None) for r in posts.newest_first(tx, "town")}
        [stretch] = runs.coverage_of(tx, "town")
    assert ("Corrected", False) in shown.values()
    assert [text for text, gone in shown.values() if gone] == ["Post 4"]
    assert stretch.complete


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
    assert (done.outcome, done.new, done.gap) == ("ok", 4, False)
