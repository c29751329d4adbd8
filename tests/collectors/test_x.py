"""X over real HTTP on loopback: which requests are needed and what they cost, refusals, limits, and the token."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.base import Cursor, Page
from collectors.failures import TryLater
from collectors.http import Client, Network
from collectors.x import XCollector
from data.config import Secret
from data.errors import CollectError
from data.model import Account
from tests.collectors.fake_x import NUMBER, TOKEN, FakeX, post, problem, town
from tests.collectors.support import items, pages
from tests.servers.local import LocalServer

USER, LISTED = "/2/users/by/username/council", f"/2/users/{NUMBER}/tweets"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def client(server: LocalServer, network: Callable[..., Network]) -> Client:
    return network(tokens={server.netloc: Secret(TOKEN)}).client()


def collector(**more: Any) -> XCollector:
    return XCollector(clock=lambda: NOON, **more)


def ids(found: list[Page]) -> list[str]:
    return [item.platform_id for item in items(found)]


def cost(found: list[Page]) -> float:
    return pytest.approx(sum(page.cost for page in found))  # type: ignore[no-any-return]


def failure(server: LocalServer, client: Client, **changes: Any) -> CollectError:
    with pytest.raises(CollectError) as caught:
        pages(collector(), town(server, **changes), client)
    return caught.value


def many(*numbers: int) -> list[dict[str, Any]]:
    return [post(n) for n in sorted(numbers, reverse=True)]


def test_the_first_collection_reads_the_profile_and_the_newest_posts(server: LocalServer, client: Client) -> None:
    x = FakeX(server, many(*range(1, 251)), page=90)
    found = pages(collector(first_posts=200), town(server), client)
    assert ids(found) == [str(n) for n in range(250, 50, -1)]
    assert x.paths() == [USER, LISTED, LISTED, LISTED]
    assert [one["max_results"] for one in x.queries] == ["100", "100", "20"]
    assert found[-1].cursor == Cursor(
        1, {"since": "250", "day": "2026-11-22", "handle": "council", "total": "250", "posts": "250"}
    )
    assert cost(found) == 0.01 + 200 * 0.005
    shown = found[0].snapshot
    assert shown is not None
    assert (shown.handle, shown.name, shown.biography, shown.followers) == ("council", "Town council", "News", 12)
    assert {page.platform_id for page in found} == {NUMBER}


def test_the_estimate_comes_before_anything_else_is_paid_for(server: LocalServer, client: Client) -> None:
    FakeX(server, user={"public_metrics": {"tweet_count": 9_000}})
    assert pages(collector(), town(server), client)[0].ahead == 4.0
    assert pages(collector(), town(server), client, full=True)[0].ahead == 16.0
    FakeX(server, many(1, 2, 3))
    assert [page.ahead for page in pages(collector(), town(server), client)] == [0.03, 0.0, 0.0]


def test_no_people_are_asked_for(server: LocalServer, client: Client) -> None:
    x = FakeX(server, many(1))
    pages(collector(), town(server), client)
    asked = " ".join(one.path for one in server.seen) + str(x.queries)
    for field in ("author_id,", "entities.mentions", "in_reply_to_user_id", "referenced_tweets.id.author_id"):
        assert field not in x.queries[0]["expansions"]
    assert "user.fields" not in x.queries[0]
    for field in ("note_tweet", "edit_history_tweet_ids", "referenced_tweets", "possibly_sensitive", "withheld"):
        assert field in x.queries[0]["tweet.fields"]
    assert "alt_text" in asked


def test_later_the_same_day_only_what_is_new_is_read(server: LocalServer, client: Client) -> None:
    x = FakeX(server, many(1, 2, 3))
    of = town(server, platform_id=NUMBER)
    cursor = pages(collector(), of, client)[-1].cursor
    x.posts = many(1, 2, 3, 4, 5)
    before = client.requests
    found = pages(collector(), of, client, cursor)
    assert (ids(found), client.requests - before, cost(found)) == (["5", "4"], 1, 0.01)
    assert x.queries[-1]["since_id"] == "3"
    assert (found[0].ahead, found[0].cost) == (0.2, 0.0)
    assert found[-1].continuous
    assert found[-1].cursor.state["since"] == "5"
    nothing = pages(collector(), of, client, found[-1].cursor)
    assert (items(nothing), nothing[-1].cursor, cost(nothing)) == ([], found[-1].cursor, 0.0)
    assert (nothing[-1].unchanged, found[-1].unchanged) == (True, False)


def test_the_next_day_the_profile_is_read_by_its_number_and_tells_how_much_is_new(
    server: LocalServer, client: Client
) -> None:
    x = FakeX(server, many(1, 2, 3), user={"username": "council"})
    of = town(server, platform_id=NUMBER)
    cursor = pages(collector(), of, client)[-1].cursor
    x.user |= {"username": "towncouncil", "public_metrics": {"tweet_count": 1_003}}
    found = pages(XCollector(clock=lambda: datetime(2026, 11, 23, tzinfo=UTC)), of, client, cursor)
    assert x.paths()[-2:] == [f"/2/users/{NUMBER}", LISTED]
    assert found[0].ahead == 5.0
    assert found[0].snapshot is not None
    assert found[0].snapshot.handle == "towncouncil"


def test_what_is_to_be_read_is_not_forgotten_when_the_budget_ends_before_it(
    server: LocalServer, client: Client
) -> None:
    x = FakeX(server, many(1, 2, 3))
    of = town(server, platform_id=NUMBER)
    cursor = pages(collector(), of, client)[-1].cursor
    x.user |= {"public_metrics": {"tweet_count": 1_003}}
    tomorrow = XCollector(clock=lambda: datetime(2026, 11, 23, tzinfo=UTC))
    kept = tomorrow.parse(of, next(tomorrow.fetch(of, cursor, client, full=False))).cursor
    again = tomorrow.parse(of, next(tomorrow.fetch(of, kept, client, full=False)))
    assert (again.ahead, again.cost, again.cursor) == (5.0, 0.0, kept)
    done = pages(tomorrow, of, client, kept)[-1].cursor
    assert pages(tomorrow, of, client, done)[0].ahead == 0.2


def test_a_walk_as_deep_as_the_api_goes_does_not_prove_that_nothing_was_missed(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = FakeX(server, many(1))
    cursor = pages(collector(), town(server), client)[-1].cursor
    x.posts = many(*range(1, 60))
    assert pages(collector(), town(server, platform_id=NUMBER), client, cursor)[-1].continuous
    monkeypatch.setattr("collectors.x.SURELY_REACHED", 50)
    assert not pages(collector(), town(server, platform_id=NUMBER), client, cursor)[-1].continuous


def test_an_account_without_posts_is_empty(server: LocalServer, client: Client) -> None:
    FakeX(server)
    found = pages(collector(), town(server), client)
    assert items(found) == []
    assert found[-1].cursor.state["since"] == ""


def test_pages_that_repeat_are_an_error(server: LocalServer, client: Client) -> None:
    x = FakeX(server, many(1))
    x.refuse(LISTED, {"data": many(1), "meta": {"result_count": 1, "next_token": "same"}})
    assert failure(server, client).code == "bad_answer"


@pytest.mark.parametrize(
    ("kind", "detail", "code"),
    [
        ("resource-not-found", "Could not find user with username: [council].", "unknown"),
        ("resource-not-found", "User has been suspended: [council].", "suspended"),
        ("not-authorized-for-resource", "Sorry, you are not authorized to see the user.", "protected"),
        ("other", "Something else.", "bad_answer"),
    ],
)
@pytest.mark.parametrize("path", [USER, LISTED])
def test_refusals_come_with_200_too(
    server: LocalServer, client: Client, path: str, kind: str, detail: str, code: str
) -> None:
    FakeX(server, many(1)).refuse(path, {"errors": [problem(kind, detail)]})
    assert failure(server, client).code == code


@pytest.mark.parametrize(
    ("status", "value", "code"),
    [
        (400, {"errors": [{"message": "Invalid"}], "title": "Invalid Request"}, "bad_answer"),
        (401, {"title": "Unauthorized", "detail": "Unauthorized"}, "unauthorised"),
        (
            402,
            {"title": "CreditsDepleted", "detail": "Your enrolled account does not have any credits"},
            "out_of_credits",
        ),
        (403, problem("client-forbidden", "When authenticating requests …", reason="client-not-enrolled"), "forbidden"),
        (403, {"detail": "User has been suspended: [council]."}, "suspended"),
        (404, {"title": "Not Found"}, "unknown"),
        (429, {**problem("usage-capped", "Usage cap exceeded: Monthly product cap"), "period": "Monthly"}, "usage_cap"),
        (429, {"title": "UsageCapExceeded"}, "usage_cap"),
        (429, {"title": "Too Many Requests"}, "rate_limited"),
        (301, {}, "bad_redirect"),
        (503, {}, "server_error"),
    ],
)
def test_refusals_by_status(server: LocalServer, client: Client, status: int, value: Any, code: str) -> None:
    FakeX(server, many(1)).refuse(USER, value, status, location="https://elsewhere.example/")
    error = failure(server, client)
    assert error.code == code
    assert TOKEN not in str(error)
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'"x"', b"[" * 50_000, b'{"errors": {"a": 1}}', b'{"error": 5}']
)
@pytest.mark.parametrize("status", [200, 400, 429])
def test_no_answer_is_too_strange(server: LocalServer, client: Client, status: int, body: bytes) -> None:
    FakeX(server)
    server.says(USER, status, body)
    assert failure(server, client).code in ("bad_answer", "rate_limited")


def test_a_limit_is_told_with_its_end_and_nobody_waits(server: LocalServer, client: Client) -> None:
    reset = str(int(datetime(2026, 11, 22, 12, 15, tzinfo=UTC).timestamp()))
    x = FakeX(server, many(1))
    x.refuse(
        LISTED, {"title": "Too Many Requests"}, 429, x_rate_limit_reset=reset, date="Sun, 22 Nov 2026 12:00:00 GMT"
    )
    error = failure(server, client)
    assert isinstance(error, TryLater)
    assert error.code == "rate_limited"
    assert x.paths().count(LISTED) == 1


def test_a_protected_account_is_told_as_that_and_none_of_its_posts_is_asked_for(
    server: LocalServer, client: Client
) -> None:
    x = FakeX(server, many(1), user={"protected": True})
    assert failure(server, client).code == "protected"
    assert LISTED not in x.paths()


@pytest.mark.parametrize("url", ["https://x.com/council", "https://www.twitter.com/council/?lang=en"])
def test_the_address_names_the_account_too(server: LocalServer, client: Client, url: str) -> None:
    x = FakeX(server, many(1))
    pages(collector(), town(server, handle="swim-pilot", url=url), client)
    assert x.paths()[0] == USER


@pytest.mark.parametrize("handle", ["a b", "@", "council/../x", "waytoolongforaname", "cöuncil"])
def test_what_can_be_no_name_is_not_asked_for(server: LocalServer, client: Client, handle: str) -> None:
    FakeX(server)
    assert failure(server, client, handle=handle).code == "bad_url"
    assert server.seen == []


def test_the_token_is_sent_and_is_in_no_log_and_no_address(
    server: LocalServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tweepy").setLevel(logging.DEBUG)
    FakeX(server, many(1))
    pages(collector(), town(server), client)
    assert {one.headers["authorization"] for one in server.seen} == {f"Bearer {TOKEN}"}
    assert TOKEN not in caplog.text
    assert "Post 1" not in caplog.text
    assert TOKEN not in "".join(one.path for one in server.seen)


def test_netrc_and_proxies_of_the_machine_are_left_alone(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / ".netrc").write_text(
        "machine api.twitter.com login a password b\nmachine 127.0.0.1 login a password b\n"
    )
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    FakeX(server, many(1))
    assert ids(pages(collector(), town(server), client)) == ["1"]
    assert {one.headers["authorization"] for one in server.seen} == {f"Bearer {TOKEN}"}


def test_an_address_in_a_private_network_is_refused_here_too(
    network: Callable[..., Network], server: LocalServer
) -> None:
    FakeX(server)
    assert failure(server, network(allow_private=[]).client()).code == "address_refused"
    assert server.seen == []


def test_a_recheck_finds_what_is_gone_and_what_was_edited(server: LocalServer, client: Client) -> None:
    old = post(3, "Old", edit_history_tweet_ids=["3", "9"])
    new = post(9, "New", edit_history_tweet_ids=["3", "9"], created_at="2026-06-01T09:20:00.000Z")
    x = FakeX(server, [new, old, post(2)])
    of, asks = town(server, platform_id=NUMBER), collector()
    found = [asks.parse(of, one) for one in asks.recheck(of, ["3", "2", "1"], client)]
    assert [item.text for item in items(found)] == ["Post 2", "New"]
    assert ids(found) == ["2", "3"]
    assert [page.gone for page in found] == [("1",), ()]
    assert [one["ids"] for one in x.queries] == ["3,2,1", "9"]
    assert cost(found) == 0.015


def test_a_post_that_cannot_be_shown_is_not_gone(server: LocalServer, client: Client) -> None:
    errors = [
        problem("not-authorized-for-resource", "Sorry, you are not authorized.", resource_id="1"),
        problem("resource-not-found", "User has been suspended: [1].", resource_id="2"),
        problem("resource-not-found", "Could not find tweet: [77].", resource_id="77"),
    ]
    FakeX(server).refuse("/2/tweets", {"errors": errors})
    of, asks = town(server, platform_id=NUMBER), collector()
    assert [asks.parse(of, one).gone for one in asks.recheck(of, ["1", "2"], client)] == [()]


def test_a_hundred_posts_are_asked_for_at_once(server: LocalServer, client: Client) -> None:
    x = FakeX(server, many(*range(1, 151)))
    of, asks = town(server, platform_id=NUMBER), collector()
    list(asks.recheck(of, [str(n) for n in range(1, 151)], client))
    assert [len(one["ids"].split(",")) for one in x.queries] == [100, 50]


def answers(asks: XCollector, of: Account, ids: list[str], client: Client) -> tuple[list[Page], str]:
    """What a recheck gives before it ends, and the code of what it raises, empty for nothing."""
    found: list[Page] = []
    try:
        found.extend(asks.parse(of, one) for one in asks.recheck(of, ids, client))
    except CollectError as error:
        return found, error.code
    return found, ""


@pytest.mark.parametrize("poison", ["1", "37", "100"])
def test_all_but_the_refused_id_are_answered(server: LocalServer, client: Client, poison: str) -> None:
    x = FakeX(server, many(*range(3, 101)), poison=(poison,))
    found, code = answers(collector(), town(server, platform_id=NUMBER), [str(n) for n in range(1, 101)], client)
    there = {item.platform_id for item in items(found)} | {one for page in found for one in page.gone}
    assert there == {str(n) for n in range(1, 101)} - {poison}
    assert {one for page in found for one in page.gone} == {"1", "2"} - {poison}
    assert code == "bad_answer"
    assert len(x.queries) <= 15


def test_errors_of_single_ids_within_an_answer_stop_nothing(server: LocalServer, client: Client) -> None:
    errors = [
        problem("resource-not-found", "Could not find tweet: [1].", resource_id="1"),
        problem("not-authorized-for-resource", "Sorry, you are not authorized.", resource_id="2"),
        {"value": "3", "detail": "Over capacity", "title": "Service Unavailable", "type": "about:blank"},
    ]
    FakeX(server).refuse("/2/tweets", {"data": [post(4)], "errors": errors})
    found, code = answers(collector(), town(server, platform_id=NUMBER), ["1", "2", "3", "4"], client)
    assert (ids(found), found[0].gone, code) == (["4"], ("1",), "")


@pytest.mark.parametrize(("status", "code"), [(401, "unauthorised"), (402, "out_of_credits"), (429, "rate_limited")])
def test_what_holds_for_every_request_ends_the_asking(
    server: LocalServer, client: Client, status: int, code: str
) -> None:
    x = FakeX(server, many(*range(1, 11)))
    x.refuse("/2/tweets", {"title": "No"}, status)
    assert answers(collector(), town(server, platform_id=NUMBER), ["1", "2", "3"], client) == ([], code)
    assert x.paths().count("/2/tweets") == 1


def test_where_every_request_fails_the_asking_ends_soon(server: LocalServer, client: Client) -> None:
    x = FakeX(server)
    x.refuse("/2/tweets", {"title": "Invalid Request"}, 400)
    found, code = answers(collector(), town(server, platform_id=NUMBER), [str(n) for n in range(1, 101)], client)
    assert (found, code) == ([], "bad_answer")
    assert x.paths().count("/2/tweets") <= 25


def test_ids_that_are_none_of_x_are_not_asked_for(server: LocalServer, client: Client) -> None:
    x = FakeX(server, many(4))
    found, code = answers(collector(), town(server, platform_id=NUMBER), ["row-7", "4", "", "1" * 30], client)
    assert (ids(found), code, [one["ids"] for one in x.queries]) == (["4"], "", ["4"])


def test_a_newest_version_that_fails_stops_nothing(server: LocalServer, client: Client) -> None:
    old = post(3, "Old", edit_history_tweet_ids=["3", "9"])
    FakeX(server, [old, post(2)], poison=("9",))
    found, code = answers(collector(), town(server, platform_id=NUMBER), ["3", "2"], client)
    assert (ids(found), code) == (["2"], "bad_answer")
