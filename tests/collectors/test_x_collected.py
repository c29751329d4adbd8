"""X end to end: over real HTTP on loopback into a store, with an edit, a deletion, a gap, and the month's budget."""

from collections.abc import Callable
from typing import Any

import pytest

from collectors import run
from collectors.http import Network
from collectors.x import XCollector
from data.config import Secret
from data.model import Platform, RunResult
from data.store import accounts, posts, runs
from data.store.engine import Store
from tests.collectors.fake_x import NUMBER, TOKEN, FakeX, post
from tests.servers.local import LocalServer
from tests.support.clock import FakeClock
from tests.support.register import add, row


class Town:
    """X's stub, an account on the register, and a collection of it."""

    def __init__(self, store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> None:
        self.store, self.clock = store, clock
        self.x = FakeX(server, [dated(n) for n in (3, 2, 1)])
        self.network = network(clock=clock, tokens={server.netloc: Secret(TOKEN)})
        add(store, row("town", platform="x", handle="@council", url="", service_url=server.url))

    def tools(self, cap: float) -> run.Tools:
        collector = XCollector(clock=self.clock)
        return run.Tools(lambda _: collector, self.network.client, "Europe/London", 1, {Platform.X: cap})

    def collect(self, cap: float = 10.0, **options: Any) -> RunResult:
        [done] = run.collect(self.store, self.tools(cap), run.plan(self.store, "Europe/London").collect, **options)
        return done

    def count(self, total: int) -> None:
        """Let the profile say how many posts there are."""
        self.x.user["public_metrics"]["tweet_count"] = total


def dated(number: int, **changes: Any) -> dict[str, Any]:
    return post(number, created_at=f"2026-06-01T{9 + number // 60:02}:{number % 60:02}:00.000Z", **changes)


@pytest.fixture
def town(store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> Town:
    return Town(store, server, network, clock)


def test_what_is_new_edited_and_gone_is_found_and_paid_for(town: Town) -> None:
    first = town.collect()
    assert (first.outcome, first.new, first.cost, first.requests) == ("ok", 3, 0.025, 2)
    same = town.collect()
    assert (same.outcome, same.code, same.cost, same.requests) == ("unchanged", "not_modified", 0.0, 1)
    town.clock.move(days=1)
    edited = dated(5, text="Corrected", edit_history_tweet_ids=["3", "5"])
    old = dated(3, edit_history_tweet_ids=["3", "5"])
    town.x.posts = [edited, dated(4), old, dated(1)]
    second = town.collect()
    assert (second.new, second.changed, second.gone, second.gap) == (1, 1, 1, False)
    with town.store.read() as tx:
        shown = {r.text: r.gone_at is not None for r in posts.newest_first(tx, "town")}
        assert accounts.get(tx, "town").platform_id == NUMBER
        assert runs.spent(tx, "town", town.clock.now.replace(day=1)) == pytest.approx(first.cost + second.cost)
    assert shown == {"Post 1": False, "Post 2": True, "Corrected": False, "Post 4": False}


def test_the_cap_ends_a_first_collection_before_it_is_paid_for(town: Town) -> None:
    town.count(9_000)
    refused = town.collect(cap=1.0)
    assert (refused.outcome, refused.code, refused.items, refused.cost) == ("failed", "budget", 0, 0.01)
    assert "about 4.00 USD" in refused.reason
    again = town.collect(cap=1.0)
    assert (again.code, again.cost, again.requests) == ("budget", 0.0, 0)
    assert town.collect(cap=10.0).new == 3


def test_the_cap_holds_and_the_next_month_goes_on_without_a_gap(town: Town) -> None:
    town.collect()
    town.clock.move(days=1)
    town.x.posts = [dated(n) for n in range(150, 0, -1)]
    refused = town.collect(cap=0.3)
    assert refused.code == "budget"
    with town.store.read() as tx:
        assert runs.spent(tx, "town", town.clock.now.replace(day=1)) <= 0.3
    town.clock.move(days=10)
    done = town.collect(cap=5.0)
    assert (done.outcome, done.gap, refused.new + done.new) == ("ok", False, 147)


def test_more_than_the_api_lists_leaves_a_gap_that_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.x.SURELY_REACHED", 50)
    town.collect()
    town.clock.move(days=1)
    town.x.posts = [dated(n) for n in range(150, 90, -1)]
    done = town.collect()
    assert (done.code, done.gap) == ("gap", True)


def test_a_limit_ends_the_run_and_the_next_one_loses_nothing(town: Town) -> None:
    town.collect()
    listed = town.x.server.routes[f"/2/users/{NUMBER}/tweets"]
    town.x.posts = [dated(n) for n in range(45, 0, -1)]
    town.x.server.in_turn(
        f"/2/users/{NUMBER}/tweets", listed, lambda e: town.x.say(e, {"title": "Too Many Requests"}, 429), listed
    )
    limited = town.collect()
    assert (limited.outcome, limited.code, limited.new, limited.cost) == ("failed", "rate_limited", 20, 0.1)
    done = town.collect()
    assert (done.outcome, done.new, done.gap) == ("ok", 22, False)


def test_a_trial_reads_the_profile_alone(town: Town) -> None:
    [account] = run.plan(town.store, "Europe/London").collect
    tried = run.preview(town.store, town.tools(10.0), account)
    assert (tried.code, tried.requests, tried.items) == ("estimate", 1, 0)
    assert "0.03 USD" in tried.reason
    assert "0.00 of the 10.00 USD" in tried.reason
