"""Large repositories: a run reads its share, keeps its place, and claims nothing until it has come through."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.base import Cursor, Fetched, Page
from collectors.bluesky import BlueskyCollector
from collectors.bluesky_posts import POST, REPOST
from collectors.bluesky_walk import Budget, Walk, key_of, reaches
from collectors.run import Tools, collect
from data.model import RunResult
from data.store import accounts, posts, runs
from data.store.engine import Store
from tests.collectors.support import RECEIVED, FakeHttp, as_json, fetched, items, pages
from tests.collectors.test_bluesky import DID, KNOWN, OTHER, XRPC, network, record
from tests.support.clock import FakeClock
from tests.support.register import add, row

LISTED = f"{XRPC}/com.atproto.repo.listRecords"
A_PAGE = 2


@dataclass
class Pds:
    """A server whose account has posts and reposts, by their numbers; each answer takes `seconds`."""

    posts: list[int]
    reposts: list[int] = field(default_factory=list)
    rev: str = "r1"
    seconds: float = 0.0
    now: datetime = RECEIVED
    asked: list[tuple[str, str]] = field(default_factory=list)

    def http(self) -> FakeHttp:
        made = network(self.rev, {"displayName": "Town"})
        made.answers[LISTED] = self._list
        return made

    def _list(self, params: Mapping[str, str], _: Mapping[str, str]) -> Fetched:
        collection, before = params["collection"], int(params.get("cursor", 10**9))
        self.asked.append((collection, params.get("cursor", "")))
        self.now += timedelta(seconds=self.seconds)
        numbers = [n for n in sorted(self.posts if collection == POST else self.reposts, reverse=True) if n < before]
        shown = [_record(collection, n) for n in numbers[:A_PAGE]]
        body = {"records": shown} | ({"cursor": f"{numbers[:A_PAGE][-1]:03}"} if shown else {})
        return replace(as_json(body, LISTED), received_at=self.now)


def _record(collection: str, number: int) -> dict[str, Any]:
    at = {"createdAt": f"2026-0{1 + number // 28}-{1 + number % 28:02}T09:00:00Z"}
    other = {"subject": {"uri": f"at://{OTHER}/{POST}/9", "cid": "c"}}
    words = {"text": f"Post {number}"} if collection == POST else other
    return record({**words, **at}, f"{number:03}", collection=collection)


def ids(found: list[Page], collection: str = POST) -> list[int]:
    names = [item.platform_id for item in items(found) if f"/{collection}/" in item.platform_id]
    return [int(name.rpartition("/")[2]) for name in names]


def small(bytes_of: Pds, pages_a_run: int) -> BlueskyCollector:
    """A collector that reads so many pages of a server in a run."""
    size = len(json.dumps({"records": [_record(POST, 1), _record(POST, 2)], "cursor": "001"}))
    return BlueskyCollector(most_bytes=size * pages_a_run - size // 2)


def test_a_walk_that_is_too_long_keeps_its_place_and_claims_nothing() -> None:
    pds = Pds(list(range(1, 11)), [20])
    found = pages(small(pds, 2), KNOWN, pds.http())
    assert ids(found) == [10, 9, 8, 7]
    last = found[-1]
    assert (last.exhaustive, last.continuous, last.unchanged) == (False, False, False)
    assert "the next goes on from here" in last.unfinished
    assert last.cursor.state["rev"] == ""
    assert (last.cursor.state["list"], last.cursor.state["place"]) == (POST, "007")


def test_the_next_runs_go_on_until_everything_has_been_read_once() -> None:
    pds, cursor, seen, ends = Pds(list(range(1, 11)), [20, 21, 22]), Cursor(), list[int](), list[Page]()
    for _ in range(20):
        found = pages(small(pds, 2), KNOWN, pds.http(), cursor)
        cursor, seen = found[-1].cursor, seen + ids(found)
        ends.append(found[-1])
        if not found[-1].unfinished:
            break
    assert set(seen) == set(range(1, 11))
    assert [(one.exhaustive, one.continuous) for one in ends[:-1]] == [(False, False)] * (len(ends) - 1)
    assert 2 < len(ends) < 10
    assert (ends[-1].exhaustive, ends[-1].continuous) == (False, True)
    assert cursor == Cursor(1, {"rev": "r1", "handle": "council.test"})
    assert pages(small(pds, 2), KNOWN, pds.http(), cursor)[-1].unchanged


def test_what_is_posted_meanwhile_is_read_first() -> None:
    pds = Pds(list(range(1, 11)))
    cursor = pages(small(pds, 2), KNOWN, pds.http())[-1].cursor
    pds.posts += [11]
    pds.rev = "r2"
    found = pages(small(pds, 3), KNOWN, pds.http(), cursor)
    assert ids(found)[:2] == [11, 10]
    assert [page.older for page in found if page.items] == [False, True, True]
    assert found[-1].cursor.state["top:" + POST] == "011"


def test_news_that_alone_are_too_much_leave_the_place_as_it_is() -> None:
    pds = Pds(list(range(1, 11)))
    cursor = pages(small(pds, 1), KNOWN, pds.http())[-1].cursor
    pds.posts += range(11, 31)
    found = pages(small(pds, 2), KNOWN, pds.http(), cursor)
    assert found[-1].unfinished
    kept = found[-1].cursor.state
    assert (kept["place"], kept["top:" + POST]) == ("009", "010")


def test_the_newest_known_may_have_been_deleted() -> None:
    pds = Pds(list(range(1, 11)))
    cursor = pages(small(pds, 1), KNOWN, pds.http())[-1].cursor
    pds.posts = [*range(1, 10), 11]
    assert ids(pages(small(pds, 99), KNOWN, pds.http(), cursor)) == [11, 9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_time_is_bounded_too() -> None:
    pds = Pds(list(range(1, 11)), seconds=300)
    found = pages(BlueskyCollector(longest=timedelta(minutes=15)), KNOWN, pds.http())
    assert ids(found) == [10, 9, 8, 7, 6, 5, 4, 3]
    assert found[-1].unfinished


def test_full_begins_anew() -> None:
    pds = Pds(list(range(1, 11)))
    cursor = pages(small(pds, 2), KNOWN, pds.http())[-1].cursor
    found = pages(BlueskyCollector(), KNOWN, pds.http(), cursor, full=True)
    assert ids(found) == list(range(10, 0, -1))
    assert found[-1].exhaustive


def test_a_walk_in_one_piece_is_as_before() -> None:
    found = pages(BlueskyCollector(), KNOWN, Pds([1, 2, 3], [7]).http())
    assert (ids(found), ids(found, REPOST)) == ([3, 2, 1], [7])
    assert (found[-1].exhaustive, found[-1].unfinished) == (True, "")


@pytest.mark.parametrize("end", range(1, 9))
def test_wherever_a_run_ends_nothing_is_lost(end: int) -> None:
    pds = Pds([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5])
    first = pages(small(pds, end), KNOWN, pds.http())
    rest, cursor = list[Page](), first[-1].cursor
    for _ in range(30):
        if cursor.state["rev"]:
            break
        found = pages(small(pds, end), KNOWN, pds.http(), cursor)
        rest, cursor = rest + found, found[-1].cursor
    both = [*first, *rest]
    assert cursor.state["rev"] == "r1"
    assert (set(ids(both)), set(ids(both, REPOST))) == (set(pds.posts), set(pds.reposts))


def collected(store: Store, pds: Pds, most: int) -> RunResult:
    with store.read() as tx:
        whose = accounts.get(tx, "on-bluesky")
    tools = Tools(lambda _: small(pds, most), pds.http, "Europe/London")  # type: ignore[arg-type, return-value]
    (found,) = collect(store, tools, [whose])
    return found


def gone(store: Store) -> int:
    with store.read() as tx:
        return sum(one.gone_at is not None for one in posts.of_account(tx, "on-bluesky"))


def test_what_was_read_stands_and_nothing_counts_as_complete_or_gone(store: Store, clock: FakeClock) -> None:
    add(store, row("on-bluesky", platform="bluesky", handle=DID, url=""))
    pds = Pds(list(range(1, 11)), [20, 21], now=clock.now)
    for expected in ("unfinished", "unfinished", ""):
        found = collected(store, pds, 3 if expected else 99)
        clock.move(hours=1)
        pds.now = clock.now
        assert (found.code, found.gone, gone(store)) == (expected, 0, 0)
        with store.read() as tx:
            assert [c.complete for c in runs.coverage_of(tx, "on-bluesky")] == ([] if expected else [True])
    with store.read() as tx:
        assert posts.count(tx) == 12
        (stretch,) = runs.coverage_of(tx, "on-bluesky")
    assert stretch.from_at == datetime(2026, 1, 10, 9, tzinfo=UTC)  # no earlier than what the last run listed
    assert stretch.to_at > pds.now - timedelta(hours=2)


def test_a_walk_that_ends_early_marks_no_repost_as_gone(store: Store, clock: FakeClock) -> None:
    add(store, row("on-bluesky", platform="bluesky", handle=DID, url=""))
    pds = Pds([1, 2, 3, 4], [30, 31], now=clock.now)
    assert collected(store, pds, 99).new == 6
    clock.move(hours=1)
    pds.rev, pds.now = "r2", clock.now
    assert collected(store, pds, 1).code == "unfinished"
    assert gone(store) == 0
    pds.reposts = [31]
    clock.move(hours=1)
    pds.rev, pds.now = "r3", clock.now
    assert collected(store, pds, 99).code == ""
    assert gone(store) == 0  # found by the next walk in one piece
    clock.move(hours=1)
    pds.rev, pds.now = "r4", clock.now
    assert collected(store, pds, 99).gone == 1


def test_the_place_and_the_budget() -> None:
    assert Walk.of({}).state() == {}
    assert not Walk.of({"rev": "r", "handle": "h"}).resumed
    walk = Walk.of({"list": POST, "place": "7", f"top:{POST}": "9"})
    assert (walk.resumed, walk.known(POST), walk.known(REPOST), walk.state()) == (True, "9", "", {})
    budget, answer = Budget(most_bytes=10), fetched(b"12345")
    assert [budget.is_spent(answer), budget.is_spent(answer)] == [False, True]


@pytest.mark.parametrize("wrong", [None, 3, {}, {"uri": 5}, {"uri": ""}, []])
def test_what_is_no_record_has_no_key(wrong: object) -> None:
    assert key_of(wrong) == ""
    assert not reaches([wrong], "")
