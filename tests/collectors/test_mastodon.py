"""Mastodon: which requests are needed, that nothing is missed or lost, and what the server's refusals mean."""

import json
from dataclasses import replace
from typing import Any

import pytest

from collectors.base import Cursor, Page
from collectors.mastodon import MastodonCollector
from collectors.mastodon_answers import next_query
from collectors.mastodon_server import place_of
from data.errors import CollectError
from data.model import Account
from tests.collectors.fake_mastodon import API, BASE, NUMBER, FakeMastodon, profile, status, town
from tests.collectors.support import RECEIVED, FakeHttp, as_json, fetched, items, pages, recorded

STATUSES = f"{API}/accounts/{NUMBER}/statuses"


def server(*numbers: int, **more: Any) -> FakeMastodon:
    return FakeMastodon([status(n) for n in sorted(numbers, reverse=True)], **more)


def asked(http: FakeHttp) -> list[dict[str, str]]:
    """The queries for lists of statuses."""
    return [params for url, params, _ in http.asked if url == STATUSES]


def ids(found: list[Page]) -> list[str]:
    return [item.platform_id for item in items(found)]


def failure(http: FakeHttp, of: Account | None = None, cursor: Cursor | None = None) -> CollectError:
    with pytest.raises(CollectError) as caught:
        pages(MastodonCollector(), of or town(), http, cursor)
    return caught.value


def test_the_first_collection_walks_back_to_the_oldest() -> None:
    http = server(1, 2, 3, 4, 5).http()
    found = pages(MastodonCollector(), town(platform_id=""), http)
    assert ids(found) == ["5", "4", "3", "2", "1"]
    assert http.asked[0][:2] == (f"{API}/accounts/lookup", {"acct": "council"})
    assert asked(http)[0] == {"limit": "40"}
    assert [one.get("max_id") for one in asked(http)] == [None, "4", "2", "1"]
    assert {page.platform_id for page in found} == {NUMBER}
    assert [page.cursor for page in found[:-1]] == [Cursor()] * (len(found) - 1)
    assert found[-1].cursor == Cursor(1, {"server": BASE, "newest": "5", "fill": "", "since": ""})
    assert found[-1].continuous


def test_the_profile_is_a_snapshot() -> None:
    shown = pages(MastodonCollector(), town(), FakeMastodon([], profile(limited=True)).http())[0].snapshot
    assert shown is not None
    assert (shown.handle, shown.name, shown.biography, shown.followers, shown.status) == (
        "council",
        "Town council",
        "News & services",
        7,
        "limited",
    )


def test_what_is_new_is_walked_forward_so_that_a_gap_of_any_size_is_read() -> None:
    there = server(1, 2)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(*range(1, 10)).statuses
    http = there.http()
    found = pages(MastodonCollector(), town(), http, cursor)
    assert ids(found)[:7] == ["4", "3", "6", "5", "8", "7", "9"]
    assert [one.get("min_id") for one in asked(http)] == ["2", None, "4", "6", "8", "9", None]
    assert asked(http)[1] == {"limit": "1", "max_id": "3"}
    assert found[-1].cursor.state["newest"] == "9"
    assert found[-1].continuous


def test_nothing_new_costs_three_requests_and_the_newest_page_shows_edits() -> None:
    there = server(1, 2, 3)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses[0] = status(3, "<p>Corrected</p>", edited_at="2026-06-01T12:00:00.000Z")
    http = there.http()
    found = pages(MastodonCollector(), town(), http, cursor)
    assert http.requests == 3
    assert [(item.platform_id, item.text) for item in items(found)] == [("3", "Corrected"), ("2", "Post 2")]
    assert items(found)[0].updated_at is not None
    assert found[-1].cursor == cursor


def test_the_newest_known_may_have_been_deleted() -> None:
    there = server(1, 2, 3)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(1, 2, 4).statuses
    assert ids(pages(MastodonCollector(), town(), there.http(), cursor))[0] == "4"


@pytest.mark.parametrize("deaf", [True, False])
@pytest.mark.parametrize("old", [1, 2])
def test_a_server_that_puts_a_pinned_status_in_front_loses_nothing(deaf: bool, old: int) -> None:
    there = server(1, 2, deaf=deaf)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(*range(3, 9)).statuses
    there.in_front, there.page = [status(old, pinned=True)], 3
    found = pages(MastodonCollector(), town(), there.http(), cursor)
    assert set(ids(found)) >= {str(n) for n in range(3, 9)}
    assert found[-1].cursor.state["newest"] == "8"
    assert {one for page in found for one in page.pinned} == {str(old)}


@pytest.mark.parametrize("new", [1, 2, 5, 9])
def test_a_server_that_does_not_know_min_id_loses_nothing_either(new: int) -> None:
    there = server(1, 2, deaf=True)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(*range(1, 3 + new)).statuses
    found = pages(MastodonCollector(), town(), there.http(), cursor)
    assert set(ids(found)) >= {str(n) for n in range(3, 3 + new)}
    assert found[-1].cursor.state["newest"] == str(2 + new)


def test_a_server_that_lists_the_oldest_first_is_followed_all_the_same() -> None:
    there = server(1, 2)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(*range(1, 7)).statuses
    http = there.http()
    listed = http.answers[STATUSES]

    def reverse(params: Any, headers: Any) -> Any:
        answer = listed(params, headers)  # type: ignore[operator]
        return as_json(json.loads(answer.body)[::-1], STATUSES) if "min_id" in params else answer

    http.answers[STATUSES] = reverse
    assert ids(pages(MastodonCollector(), town(), http, cursor))[:4] == ["3", "4", "5", "6"]


def test_a_long_history_is_filled_a_slice_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.mastodon.A_SLICE", 2)
    there, cursor, seen = server(*range(1, 10)), Cursor(), []
    for _ in range(3):
        found = pages(MastodonCollector(), town(), there.http(), cursor)
        cursor = found[-1].cursor
        seen += ids(found)
    assert set(seen) == {str(n) for n in range(1, 10)}
    assert cursor.state == {"server": BASE, "newest": "9", "fill": "", "since": ""}


def test_an_interrupted_fill_begins_where_the_cursor_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.mastodon.A_SLICE", 2)
    there = server(*range(1, 10))
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    assert cursor.state["fill"] == "limit=40&max_id=6"
    http = there.http()
    pages(MastodonCollector(), town(), http, cursor)
    assert {"limit": "40", "max_id": "6"} in asked(http)


def test_full_begins_again_and_so_does_another_server() -> None:
    there = server(1, 2, 3)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    assert ids(pages(MastodonCollector(), town(), there.http(), cursor, full=True)) == ["3", "2", "1"]
    elsewhere = Cursor(1, {**cursor.state, "server": "https://old.example"})
    assert ids(pages(MastodonCollector(), town(), there.http(), elsewhere)) == ["3", "2", "1"]
    assert ids(pages(MastodonCollector(), town(), there.http(), Cursor(2, cursor.state))) == ["3", "2", "1"]


@pytest.mark.parametrize("new", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("links", [True, False])
def test_a_server_that_takes_min_id_for_since_id_loses_nothing_either(new: int, links: bool) -> None:
    there = server(1, 2, since=True, links=links)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(*range(1, 3 + new)).statuses
    found = pages(MastodonCollector(), town(), there.http(), cursor)
    assert set(ids(found)) >= {str(n) for n in range(3, 3 + new)}
    assert (found[-1].cursor.state["newest"], found[-1].continuous) == (str(2 + new), True)


def test_such_a_server_is_walked_no_further_than_the_place_of_a_deleted_post() -> None:
    there = server(*range(1, 11), since=True)
    cursor = pages(MastodonCollector(), town(), there.http())[-1].cursor
    there.statuses = server(*range(1, 10), *range(11, 16)).statuses
    http = there.http()
    assert set(ids(pages(MastodonCollector(), town(), http, cursor))) == {"9", "11", "12", "13", "14", "15"}
    assert [one.get("max_id") for one in asked(http)] == [None, "14", None, "14", "12"]


def test_a_history_without_links_is_walked_to_its_end() -> None:
    http = server(1, 2, 3, 4, 5, links=False).http()
    assert ids(pages(MastodonCollector(), town(), http)) == ["5", "4", "3", "2", "1"]
    assert [one.get("max_id") for one in asked(http)] == [None, "4", "2", "1"]


def test_a_link_without_a_next_page_is_the_end() -> None:
    http = server(1).http()
    http.answers[STATUSES] = fetched(as_json([status(1)], STATUSES).body, STATUSES, link='<x?min_id=1>; rel="prev"')
    assert ids(pages(MastodonCollector(), town(), http)) == ["1"]
    assert len(asked(http)) == 1


def test_a_server_that_always_has_one_more_is_left_after_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.mastodon.A_SLICE", 4)
    http, given = server(5).http(), list(range(6, 40))

    def endless(params: Any, _: Any) -> Any:
        return as_json([status(given.pop(0) if "min_id" in params else 5)], STATUSES)

    http.answers[STATUSES] = endless
    found = pages(MastodonCollector(), town(), http, Cursor(1, {"server": BASE, "newest": "5", "fill": ""}))
    assert ids(found) == ["6", "7", "8", "9"]
    assert (found[-1].cursor.state["newest"], found[-1].continuous) == ("9", False)
    assert found[-1].unfinished


def test_a_limit_in_the_walk_back_keeps_the_place_and_the_next_run_goes_on() -> None:
    there, cursor, seen = server(*range(1, 12), limit=4), Cursor(), list[str]()
    for _ in range(6):
        there.asked = 0
        found = pages(MastodonCollector(), town(), there.http(), cursor)
        cursor = found[-1].cursor
        seen += ids(found)
    assert set(seen) == {str(n) for n in range(1, 12)}
    assert len([one for one in seen if one == "5"]) == 1
    there.asked = 0
    assert pages(MastodonCollector(), town(), there.http(), cursor)[-1].unfinished == ""


def test_a_limit_before_anything_came_is_a_failure() -> None:
    assert failure(server(1, 2, limit=1).http()).code == "rate_limited"
    known = Cursor(1, {"server": BASE, "newest": "1", "fill": ""})
    assert failure(server(1, 2, limit=1).http(), cursor=known).code == "rate_limited"


def test_a_limit_in_the_walk_forward_keeps_what_came_and_claims_nothing() -> None:
    there = server(*range(1, 12), limit=5)
    found = pages(MastodonCollector(), town(), there.http(), Cursor(1, {"server": BASE, "newest": "1", "fill": ""}))
    assert found[-1].cursor.state["newest"] == "7"
    assert (found[-1].continuous, "429" in found[-1].unfinished) == (False, True)


def test_a_walk_back_leaves_a_third_of_the_limit_to_what_is_new() -> None:
    there = server(*range(1, 30), limit=9, tells=True)
    end = pages(MastodonCollector(), town(), there.http())[-1]
    assert (there.asked, bool(end.unfinished), bool(end.cursor.state["fill"])) == (7, True, True)


def test_what_is_older_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.mastodon.A_SLICE", 2)
    there = server(*range(1, 10))
    first = pages(MastodonCollector(), town(), there.http())
    assert [page.older for page in first] == [False] * 4
    second = pages(MastodonCollector(), town(), there.http(), first[-1].cursor)
    assert [[i.platform_id for i in page.items] for page in second if page.older] == [["5", "4"], ["3", "2"]]
    assert second[1].items
    assert not second[1].older


def test_an_id_holds_on_its_own_server_alone() -> None:
    cursor = pages(MastodonCollector(), town(), server(1, 2).http())[-1].cursor
    new = FakeMastodon([status(7, account={"id": "555"})], profile(id="555"), base="https://new.example")
    moved = town(handle="@council@new.example", url="https://new.example/@council")
    found = pages(MastodonCollector(), moved, new.http(), cursor)
    assert (ids(found), found[-1].platform_id) == (["7"], "555")
    assert found[-1].seen_from == RECEIVED
    again = new.http()
    assert (
        pages(MastodonCollector(), replace(moved, platform_id="555"), again, found[-1].cursor)[-1].seen_from == RECEIVED
    )
    assert again.asked[0][0] == "https://new.example/api/v1/accounts/555"


@pytest.mark.parametrize(
    ("told", "kept"),
    [(0, 0), (2**31 - 1, 2**31 - 1), (2**31, None), (10**30, None), (-1, None), (True, None), ("7", None)],
)
def test_only_a_plausible_number_of_followers_is_kept(told: object, kept: int | None) -> None:
    shown = pages(MastodonCollector(), town(), FakeMastodon([], profile(followers_count=told)).http())[0].snapshot
    assert shown is not None
    assert shown.followers == kept


@pytest.mark.parametrize("cursor", [Cursor(), Cursor(1, {"server": BASE, "newest": "1", "fill": ""})])
def test_a_list_without_ids_is_not_an_account_without_posts(cursor: Cursor) -> None:
    http = server(1).http()
    http.answers[STATUSES] = as_json([{"error": "x"}, {"id": 5}], STATUSES)
    assert failure(http, cursor=cursor).code == "bad_answer"


def test_an_account_without_posts_is_empty() -> None:
    found = pages(MastodonCollector(), town(), server().http())
    assert items(found) == []
    assert found[-1].cursor.state["newest"] == ""


def test_what_only_a_token_shows_is_not_kept_but_moves_the_cursor() -> None:
    there = server(1, 2)
    there.statuses[0]["visibility"] = "private"
    found = pages(MastodonCollector(), town(), there.http())
    assert ids(found) == ["1"]
    assert [page.dropped for page in found] == [()] * len(found)
    assert found[-1].cursor.state["newest"] == "2"


def test_a_status_of_somebody_else_is_never_taken() -> None:
    there = server(1, 2)
    there.statuses[0]["account"] = profile(id="666", username="mallory")
    found = pages(MastodonCollector(), town(), there.http())
    assert ids(found) == ["1"]
    assert [one.reason for page in found for one in page.dropped] == ["a status of another account"]


def test_a_move_is_told_with_the_new_address() -> None:
    shown = profile(moved=profile(id="5", url="https://new.example/@council"))
    assert (
        pages(MastodonCollector(), town(), FakeMastodon([], shown).http())[0].moved_to == "https://new.example/@council"
    )


def test_a_suspended_account_is_not_one_without_posts() -> None:
    assert failure(FakeMastodon([], profile(suspended=True)).http()).code == "suspended"


@pytest.mark.parametrize(
    ("status_code", "code"), [(404, "unknown"), (410, "gone"), (401, "unauthorised"), (422, "unauthorised")]
)
def test_refusals_of_the_account(status_code: int, code: str) -> None:
    http = server(1).http()
    http.answers[f"{API}/accounts/lookup"] = as_json({"error": "No"}, API, status_code)
    error = failure(http)
    assert error.code == code
    assert "social.town.example" in str(error)


def test_a_token_that_is_refused_is_told_as_that() -> None:
    http = server(1).http()
    refused = fetched(b"{}", f"{API}/accounts/lookup", status=401, postreeve_signed="yes")
    http.answers[f"{API}/accounts/lookup"] = refused
    assert "refuses the access token that it was given" in str(failure(http))
    http.answers[f"{API}/accounts/lookup"] = fetched(b"{}", "https://b\u00fccher.example:444/api", status=401)
    assert "POSTREEVE_MASTODON_TOKEN=xn--bcher-kva.example:444=" in str(failure(http))


def test_a_server_that_wants_a_token_says_so_and_how() -> None:
    http = server(1).http()
    http.answers[STATUSES] = recorded("takahe/statuses_anonymous", STATUSES, status=401)  # type: ignore[arg-type]
    error = failure(http)
    assert error.code == "unauthorised"
    assert "POSTREEVE_MASTODON_TOKEN=social.town.example=" in str(error)


def test_an_id_that_now_is_somebody_else_is_refused() -> None:
    assert failure(FakeMastodon([status(1)], profile(username="other")).http()).code == "renamed"


def test_an_account_that_goes_away_while_it_is_read_is_not_empty() -> None:
    http = server(1).http()
    http.answers[STATUSES] = as_json({"error": "Record not found"}, STATUSES, 404)
    assert failure(http).code == "interrupted"


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"[" * 100_000, b'{"error": "busy"}'])
def test_what_is_no_list_is_told_and_is_not_an_empty_list(body: bytes) -> None:
    http = server(1).http()
    http.answers[STATUSES] = fetched(body, STATUSES)
    assert failure(http).code == "bad_answer"


@pytest.mark.parametrize("shown", [{}, {"id": 5, "username": "council"}, {"id": NUMBER}, [], "x"])
def test_what_is_no_account_is_told(shown: Any) -> None:
    http = server(1).http()
    http.answers[f"{API}/accounts/lookup"] = as_json(shown, API)
    assert failure(http).code == "bad_answer"


def test_pages_that_repeat_are_an_error() -> None:
    http = server(1).http()
    http.answers[STATUSES] = fetched(as_json([status(1)], STATUSES).body, STATUSES, link='<x?max_id=9>; rel="next"')
    assert failure(http).code == "bad_answer"


def test_a_recheck_finds_what_is_gone_edited_or_no_longer_public() -> None:
    there = server(1, 2, 3, 4)
    http = there.http()
    there.statuses = [status(3, "<p>Corrected</p>"), status(2, visibility="private"), status(1)]
    collector = MastodonCollector()
    found = [collector.parse(town(), one) for one in collector.recheck(town(), ["4", "3", "2", "1"], http)]
    assert [page.gone for page in found] == [("4",), (), ("2",), ()]
    assert [item.text for item in items(found)] == ["Corrected", "Post 1"]


def test_a_post_that_fails_does_not_keep_the_others_from_being_asked_for() -> None:
    collector = MastodonCollector()
    answers = collector.recheck(town(), ["3", "2", "1"], server(1, 2, 3, broken="3").http())
    assert [ids([collector.parse(town(), next(answers))]) for _ in range(2)] == [["2"], ["1"]]
    with pytest.raises(CollectError, match="500"):
        next(answers)


def test_asking_ends_where_the_server_wants_no_more_and_before_it_says_so() -> None:
    there = server(1, 2, 3, limit=1)
    with pytest.raises(CollectError, match="429"):
        list(MastodonCollector().recheck(town(), ["3", "2", "1"], there.http()))
    assert there.asked == 2
    there = server(*range(1, 30), limit=20, tells=True)
    assert len(list(MastodonCollector().recheck(town(), [str(n) for n in range(1, 30)], there.http()))) == 19


def test_a_recheck_that_gives_another_post_proves_nothing() -> None:
    http = server(1).http()
    http.answers[f"{API}/statuses/1"] = as_json(status(2), API)
    collector = MastodonCollector()
    [answer] = collector.recheck(town(), ["1"], http)
    with pytest.raises(CollectError):
        collector.parse(town(), answer)


def test_an_id_is_an_opaque_text() -> None:
    http = server().http()
    odd = as_json([status(1, id="01HX?/../&x")], STATUSES)
    http.answers[STATUSES] = lambda params, _: as_json([], STATUSES) if "max_id" in params else odd
    found = pages(MastodonCollector(), town(), http)
    assert ids(found) == ["01HX?/../&x"]
    collector = MastodonCollector()
    list(collector.recheck(town(), ids(found), http))
    assert http.asked[-1][0] == f"{API}/statuses/01HX%3F%2F..%2F%26x"


@pytest.mark.parametrize(
    ("handle", "url", "service", "base"),
    [
        ("@council@town.example", "", "", "https://town.example"),
        ("council@town.example", "https://social.example/@council", "", "https://social.example"),
        ("bins", "https://social.example/@council", "", "https://social.example"),
        ("bins", "https://social.example/users/council", "", "https://social.example"),
        ("bins", "https://social.example/@council@town.example", "", "https://town.example"),
        ("@council", "https://social.example", "", "https://social.example"),
        ("council@town.example", "", "http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
    ],
)
def test_where_an_account_lives(handle: str, url: str, service: str, base: str) -> None:
    found = place_of(town(handle=handle, url=url, service_url=service))
    assert (found.base, found.name) == (base, "council")


@pytest.mark.parametrize("handle", ["council", "@council", "@", ""])
def test_a_handle_without_a_server_is_told(handle: str) -> None:
    assert failure(FakeHttp({}), replace(town(), handle=handle, url="")).code == "bad_url"


@pytest.mark.parametrize(
    ("link", "query"),
    [
        (
            '<https://x/a?limit=2&max_id=5>; rel="next", <https://x/a?min_id=9>; rel="prev"',
            {"limit": "2", "max_id": "5"},
        ),
        ('<https://x/a?min_id=9>; rel="prev", <https://x/a?max_id=5>; rel=next', {"max_id": "5"}),
        ('<https://x/a?min_id=9>; rel="prev"', {}),
        ('<https://x/a?max_id=5&access_token=x>; rel="next"', {"max_id": "5"}),
        ("<" * 50_000, {}),
        ("", {}),
    ],
)
def test_the_next_page_is_read_from_its_link(link: str, query: dict[str, str]) -> None:
    assert next_query({"link": link}) == query


def test_recorded_answers_of_a_real_server_are_understood() -> None:
    base, number = "http://localhost:18083", "647189562764537818"
    of = town(handle="council", url="", service_url=base, platform_id="")
    listed = f"{base}/api/v1/accounts/{number}/statuses"

    def answer(params: Any, _: Any) -> Any:
        if params.get("max_id", "9") == "9":
            link = f'<{listed}?limit=20&max_id=647190179531615056>; rel="next"'
            return recorded("takahe/statuses_p1", listed, link=link)
        return recorded("takahe/statuses_p2", listed) if params["max_id"].endswith("615056") else fetched(b"[]", listed)

    http = FakeHttp({f"{base}/api/v1/accounts/lookup": recorded("takahe/lookup", base), listed: answer})
    found = pages(MastodonCollector(), of, http)
    texts = {item.platform_id: item for item in items(found)}
    assert len(texts) == 40
    assert [page.dropped for page in found] == [()] * len(found)
    assert texts["647190180450329304"].warning == "Flooding"
    roads = texts["647190180304129784"]
    assert (roads.text, roads.links) == ("Post 44 #roads https://example.org/x?n=44", ("https://example.org/x?n=44",))
    assert texts["647190180389330968"].reply_to == "647190178517771344"


def test_a_recorded_refusal_of_a_real_server_is_unknown() -> None:
    http = FakeHttp({f"{API}/accounts/lookup": recorded("takahe/lookup_unknown", API, status=404)})  # type: ignore[arg-type]
    assert failure(http, town(platform_id="")).code == "unknown"
