"""Asking for feeds: conditionally, wholly once a day, page by page, and what an answer means."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import feed_xml
from collectors.base import Cursor, Fetched, Page
from collectors.feed import FULL_EVERY, MOST_PAGES, FeedCollector
from collectors.notes import MOVED_TO
from data.errors import CollectError
from tests.collectors.support import FEED_URL, FIXTURES, RECEIVED, FakeHttp, account, fetched, items, pages
from tests.support.clock import FakeClock

BASE = "https://feeds.example.gov.uk"


def atom(*numbers: int, following: str = "", rel: str = "next") -> bytes:
    link = f'<link rel="{rel}" href="{following}"/>' if following else ""
    entries = "".join(f"<entry><id>urn:{n}</id><title>Post {n}</title></entry>" for n in numbers)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{link}{entries}</feed>'.encode()


def ids(found: list[str]) -> list[str]:
    return [name.removeprefix("urn:") for name in found]


def feed(clock: FakeClock) -> FeedCollector:
    return FeedCollector(clock)


def test_the_second_time_only_changes_are_asked_for(clock: FakeClock) -> None:
    http = FakeHttp({FEED_URL: fetched(atom(2, 1), etag='W/"a"', last_modified="Sun, 22 Nov 2026 04:47:43 GMT")})
    collector = feed(clock)
    [first] = pages(collector, account(), http)
    assert http.asked[0][2] == {}
    http.answers[FEED_URL] = fetched(b"", status=304)
    clock.move(hours=23)
    [second] = pages(collector, account(), http, first.cursor)
    assert http.asked[1][2] == {"if-none-match": 'W/"a"', "if-modified-since": "Sun, 22 Nov 2026 04:47:43 GMT"}
    assert second.unchanged
    assert second.items == ()
    assert second.cursor == first.cursor


def test_once_a_day_everything_is_asked_for(clock: FakeClock) -> None:
    """A deletion can hide behind 304, so the day counts from the last whole answer, not from the last request."""
    http = FakeHttp({FEED_URL: fetched(atom(1), etag='"a"')})
    collector = feed(clock)
    [page] = pages(collector, account(), http)
    for hours in (12, 11):
        clock.move(hours=hours)
        [page] = pages(collector, account(), http, page.cursor)
    assert [bool(headers) for _, _, headers in http.asked] == [False, True, True]
    clock.move(hours=1)
    [page] = pages(collector, account(), http, page.cursor)
    assert http.asked[-1][2] == {}
    assert page.cursor.state["full_at"] == (RECEIVED + FULL_EVERY).isoformat()


@pytest.mark.parametrize("change", ["full", "other address", "other format", "no cursor"])
def test_what_else_makes_it_ask_for_everything(clock: FakeClock, change: str) -> None:
    http = FakeHttp({FEED_URL: fetched(atom(1), etag='"a"'), f"{BASE}/other": fetched(atom(1), f"{BASE}/other")})
    collector = feed(clock)
    [page] = pages(collector, account(), http)
    cursor = {"other format": Cursor(99, page.cursor.state), "no cursor": Cursor()}.get(change, page.cursor)
    of = account(url=f"{BASE}/other") if change == "other address" else account()
    pages(collector, of, http, cursor, full=change == "full")
    assert http.asked[-1][2] == {}


def test_not_modified_without_a_condition_is_no_answer(clock: FakeClock) -> None:
    with pytest.raises(CollectError) as caught:
        pages(feed(clock), account(), FakeHttp({FEED_URL: fetched(b"", status=304)}))
    assert caught.value.code == "bad_answer"


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
def test_pages_are_walked_to_the_end_the_first_time(clock: FakeClock, rel: str) -> None:
    http = FakeHttp(
        {
            FEED_URL: fetched(atom(5, 4, following="/p2", rel=rel), etag='"a"'),
            f"{BASE}/p2": fetched(atom(3, 2, following="p3", rel=rel), f"{BASE}/p2", etag='"b"'),
            f"{BASE}/p3": fetched(atom(1), f"{BASE}/p3", etag='"c"'),
        }
    )
    collector = feed(clock)
    found = pages(collector, account(), http)
    assert ids([item.platform_id for item in items(found)]) == ["5", "4", "3", "2", "1"]
    assert [page.exhaustive for page in found] == [False, False, True]
    assert [page.cursor.state.get("etag") for page in found] == [None, None, '"a"']
    again = pages(collector, account(), http, found[-1].cursor)
    assert [len(page.items) for page in again] == [2]
    assert again[0].exhaustive is False


def test_a_single_page_is_a_window_and_not_everything(clock: FakeClock) -> None:
    [page] = pages(feed(clock), account(), FakeHttp({FEED_URL: fetched(atom(2, 1))}))
    assert not page.exhaustive


@pytest.mark.parametrize("following", ["https://elsewhere.example/p2", "javascript:1", FEED_URL, "http://[bad"])
def test_pages_elsewhere_or_seen_are_not_walked(clock: FakeClock, following: str) -> None:
    http = FakeHttp({FEED_URL: fetched(atom(1, following=following))})
    [page] = pages(feed(clock), account(), http)
    assert http.requests == 1
    assert not page.exhaustive
    assert page.cursor.state["url"] == FEED_URL


def test_a_page_past_the_last_ends_the_walk(clock: FakeClock) -> None:
    http = FakeHttp({FEED_URL: fetched(atom(1, following="/p2"), etag='"a"')})
    [page] = pages(feed(clock), account(), http)
    assert http.requests == 2
    assert (page.exhaustive, page.cursor.state["etag"]) == (False, '"a"')


def test_pages_without_an_end_stop(clock: FakeClock) -> None:
    class Endless(FakeHttp):
        def get(self, url: str, **given: object) -> Fetched:  # type: ignore[override]
            self.requests += 1
            return fetched(atom(self.requests, following=f"/p{self.requests + 1}"), url)

    http = Endless({})
    found = pages(feed(clock), account(), http)
    assert http.requests == MOST_PAGES
    assert not found[-1].exhaustive
    assert found[-1].cursor.state


def test_json_feeds_are_walked_too(clock: FakeClock) -> None:
    def page(number: int, following: str | None) -> bytes:
        entries = [{"id": number, "content_text": f"Post {number}"}]
        return json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "next_url": following, "items": entries}
        ).encode()

    http = FakeHttp({FEED_URL: fetched(page(2, "/p2")), f"{BASE}/p2": fetched(page(1, None), f"{BASE}/p2")})
    found = pages(feed(clock), account(), http)
    assert [item.text for item in items(found)] == ["Post 2", "Post 1"]
    assert found[-1].exhaustive


def test_a_new_address_is_passed_on(clock: FakeClock) -> None:
    moved = fetched(atom(1), **{MOVED_TO.replace("-", "_"): "https://new.example.gov.uk/feed"})
    [page] = pages(feed(clock), account(), FakeHttp({FEED_URL: moved}))
    assert page.moved_to == "https://new.example.gov.uk/feed"


def test_an_edit_keeps_the_id_and_changes_the_text() -> None:
    one, other = (
        FeedCollector().parse(account(), fetched(atom(1).replace(b"Post 1", title))).items[0]
        for title in (b"Road closed", b"Road open")
    )
    assert one.platform_id == other.platform_id
    assert (one.text, other.text) == ("Road closed", "Road open")
    assert one.original_sha256 != other.original_sha256


def test_the_clock_is_only_for_asking() -> None:
    """What is parsed depends on when the answer was received, not on when it is parsed."""
    dated = b"<item><title>x</title><pubDate>1 Jan 2027 09:00 GMT</pubDate></item>"
    dated = b"<rss version='2.0'><channel>" + dated + b"</channel></rss>"
    later = fetched(dated, at=RECEIVED + timedelta(days=100))
    assert FeedCollector().parse(account(), fetched(dated)).items[0].time_note == "clamped"
    assert FeedCollector().parse(account(), later).items[0].time_note == ""


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"<title>x</title></item></channel></rss>",
        b"<rss version='2.0'><channel><item><title>x</title><description>"
        + b"&lt;div" * 30_000
        + b"</description></item></channel></rss>",
        b"<rss version='2.0'><channel><item><title>x</title><description>"
        + b"&lt;!--" * 30_000
        + b"</description></item></channel></rss>",
        b"<!DOCTYPE" * 50_000 + b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>",
        b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000,
    ],
    ids=["deep", "open tags", "open comments", "document types", "deep json"],
)
def test_hostile_feeds_end_in_a_page_or_an_error(body: bytes) -> None:
    try:
        page = FeedCollector().parse(account(), fetched(body))
    except CollectError as error:
        found = error.code
    else:
        found = f"{len(page.items) + len(page.dropped)} entry"
    assert found in ("malformed", "not_a_feed", "1 entry")


ODDITIES = (
    *(b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<item>", b"</item>", b"<title>", b"\x00", b"\xff", b"<textinput>"),
    *(
        b"<link/>",
        b"<media:content>",
        b" xml:base='http://[x'",
        b" mode='base64'",
        b"<enclosure/>",
        b"&#x;",
        b"</guid>",
    ),
)
CUTS = st.tuples(st.integers(0, 6000), st.integers(0, 200), st.sampled_from(ODDITIES) | st.just(b""))
WHOLE = sorted((FIXTURES / "feeds").iterdir())


def damaged(path: Path, cuts: list[tuple[int, int, bytes]]) -> bytes:
    body = path.read_bytes()
    for start, length, put in cuts:
        at = start % (len(body) + 1)
        body = body[:at] + put + body[at + length :]
    return body


@given(st.sampled_from(WHOLE), st.lists(CUTS, min_size=1, max_size=6))
def test_no_damage_is_more_than_a_page_or_an_error(path: Path, cuts: list[tuple[int, int, bytes]]) -> None:
    body = damaged(path, cuts)
    try:
        page = FeedCollector().parse(account(), fetched(body))
    except CollectError as error:
        page, sentence = Page(), str(error)
    else:
        sentence = "."
    assert sentence.endswith(".")
    assert all(item.platform_id and item.payload for item in page.items)


def test_a_path_or_address_as_a_body_is_never_opened() -> None:
    """feedparser would open both when handed text."""
    for body in (b"/etc/hostname", b"http://127.0.0.1:1/feed"):
        with pytest.raises(CollectError) as caught:
            FeedCollector().parse(account(), fetched(body))
        assert caught.value.code == "not_a_feed"


def test_the_message_names_the_account_and_the_way_out() -> None:
    with pytest.raises(CollectError, match=r"The address of town\.example gives a web page, not a feed") as caught:
        FeedCollector().parse(account(), fetched(b"<!doctype html><title>x</title>"))
    assert "Enter the feed's own address" in str(caught.value)


def test_parsing_is_the_same_every_time() -> None:
    answer = fetched(atom(3, 2, 1))
    first, second = (FeedCollector().parse(account(), answer) for _ in range(2))
    assert first == second


NAMES = (
    *("", "17", "/a/17", "../17", "tag:council.example,2026:17", "https://www.council.example/a/17", "http:17", "//["),
    *(
        "https://www.council.example/a?",
        "https://www.council.example/a#",
        "HTTPS://www.council.example/",
        "http:////x/a",
    ),
)
MARKS = (" isPermaLink='false'", ' ISPERMALINK="False"', " isPermaLink='true'", " ispermalink=''")
BASES = ("xml:base='https://elsewhere.example/x/'", "Base='https://elsewhere.example/y/'", "xml:BASE='z/'")
TALK = ("", "", "&lt;guid isPermaLink=&quot;false&quot;&gt;", "<![CDATA[<guid isPermaLink='false'>1</guid>]]>")
MORE = ("", "", "<!-- <guid isPermaLink='false'> -->", "<source><guid isPermaLink='false'>9</guid></source>")
ITEM = """<{tag} {base}>{guid}<link>{link}</link>{more}<enclosure url="{link}" type="image/png"/>
<description>&lt;a href="more"&gt;Bins&lt;/a&gt; {n} {talk}</description></{tag}>"""
ADDRESSES = (
    *(FEED_URL, FEED_URL, f"{FEED_URL}?", f"{FEED_URL}#", FEED_URL.replace("https", "HTTPS")),
    "https://bäume.example/f",
)
ENTRIES = st.fixed_dictionaries(
    {
        "guid": st.just("")
        | st.builds("<guid{}>{}</guid>".format, st.sampled_from(("", "", *MARKS)), st.sampled_from(NAMES)),
        "link": st.sampled_from(NAMES),
        "base": st.sampled_from(("",) * 6 + BASES),
        "tag": st.sampled_from(("item",) * 6 + ("ITEM", "Entry")),
        "talk": st.sampled_from(TALK),
        "more": st.sampled_from(MORE),
    }
)


def told(body: bytes, url: str = FEED_URL) -> Page | str:
    try:
        return FeedCollector().parse(account(), fetched(body, url))
    except CollectError as error:
        return error.code


def told_with_an_address_at_every_tag(body: bytes, url: str = FEED_URL) -> Page | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_xml, "understand", lambda document, url: feed_xml._understand(document.text, url))
        return told(body, url)


@given(st.lists(ENTRIES, max_size=3), st.sampled_from(ADDRESSES))
def test_addresses_are_completed_as_if_feedparser_did_it_at_every_tag(found: list[dict[str, str]], url: str) -> None:
    listed = "".join(ITEM.format(n=n, **one) for n, one in enumerate(found))
    body = f"<rss version='2.0'><channel><title>A</title>{listed}</channel></rss>".encode()
    assert told(body, url) == told_with_an_address_at_every_tag(body, url)


@given(st.sampled_from(WHOLE), st.lists(CUTS, max_size=3))
def test_a_fixture_reads_the_same_as_if_feedparser_completed_every_address(
    path: Path, cuts: list[tuple[int, int, bytes]]
) -> None:
    body = damaged(path, cuts)
    assert told(body) == told_with_an_address_at_every_tag(body)
