"""Bluesky: who an account is, what a record says, and which requests are needed."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.base import Cursor, Fetched
from collectors.bluesky import BlueskyCollector
from collectors.bluesky_identity import document_url, read_identity
from collectors.bluesky_posts import NotUnderstood, facet_links, minimised, quoted_uri, to_item
from data.errors import CollectError
from data.model import Media, Platform, PostKind
from tests.collectors.support import RECEIVED, FakeHttp, account, as_json, items, pages, recorded

DID, OTHER = "did:plc:wrsw6vxl4cttukxqyy5sidsm", "did:plc:someoneelse234567"
PDS, XRPC = "http://localhost:18100", "http://localhost:18100/xrpc"
RESOLVE = "https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle"
POSTS = "app.bsky.feed.post"
TOWN = account(Platform.BLUESKY, handle="@Council.test", url="https://bsky.app/profile/council.test")
KNOWN = account(Platform.BLUESKY, handle="council.test", platform_id=DID)


def record(value: dict[str, Any], rkey: str = "1", did: str = DID, collection: str = POSTS) -> dict[str, Any]:
    uri = f"at://{did}/{collection}/{rkey}"
    return {
        "uri": uri,
        "cid": "bafy1",
        "value": {"$type": collection, "createdAt": "2026-01-05T09:00:00.000Z", **value},
    }


def item_of(value: dict[str, Any], **where: str) -> Any:
    return to_item(record(value, **where), DID, PDS, RECEIVED)


def listing(posts: list[dict[str, Any]], reposts: list[dict[str, Any]]) -> Callable[..., Fetched]:
    """A server's listRecords: pages of two, each with a cursor, the last one too."""

    def answer(params: Mapping[str, str], headers: Mapping[str, str]) -> Fetched:
        everything = posts if params["collection"] == POSTS else reposts
        start = int(params.get("cursor", "0"))
        found = everything[start : start + 2]
        body = {"records": found} | ({"cursor": str(start + len(found))} if found else {})
        return as_json(body, f"{XRPC}/com.atproto.repo.listRecords")

    return answer


def network(rev: str = "r1", profile: dict[str, Any] | None = None, **answers: Any) -> FakeHttp:
    """A whole account: directory, commit, profile, two posts and a repost."""
    repost = record({"subject": {"uri": f"at://{OTHER}/{POSTS}/9", "cid": "c"}}, "7", collection="app.bsky.feed.repost")
    made = FakeHttp(
        {
            RESOLVE: as_json({"did": DID}, RESOLVE),
            f"https://plc.directory/{DID}": recorded("atproto_pds/did_doc", f"https://plc.directory/{DID}"),
            f"{XRPC}/com.atproto.sync.getLatestCommit": as_json(
                {"cid": "c", "rev": rev}, f"{XRPC}/com.atproto.sync.getLatestCommit"
            ),
            f"{XRPC}/com.atproto.repo.getRecord": as_json({"value": profile}, XRPC)
            if profile is not None
            else as_json({"error": "RecordNotFound"}, XRPC, 400),
            f"{XRPC}/com.atproto.repo.listRecords": listing(
                [record({"text": f"Post {n}"}, str(n)) for n in (3, 2, 1)], [repost]
            ),
        }
    )
    made.answers |= answers
    return made


def failure(of: Any, http: FakeHttp) -> CollectError:
    with pytest.raises(CollectError) as caught:
        pages(BlueskyCollector(), of, http)
    return caught.value


def test_the_whole_account_arrives_and_the_last_page_ends_the_walk() -> None:
    http = network(profile={"displayName": "Town council", "description": "News and services"})
    found = pages(BlueskyCollector(), TOWN, http)
    assert [item.text for item in items(found)] == ["Post 3", "Post 2", "Post 1", ""]
    assert [page.exhaustive for page in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].cursor == Cursor(1, {"rev": "r1", "handle": "council.test"})
    assert {page.platform_id for page in found} == {DID}
    assert all(page.cursor == Cursor() for page in found[:-1])
    snapshot = found[0].snapshot
    assert snapshot is not None
    assert (snapshot.handle, snapshot.name, snapshot.biography) == ("council.test", "Town council", "News and services")


def test_an_unchanged_account_costs_two_requests() -> None:
    http = network()
    cursor = pages(BlueskyCollector(), KNOWN, http)[-1].cursor
    before = http.requests
    [page] = pages(BlueskyCollector(), KNOWN, http, cursor)
    assert (page.unchanged, page.exhaustive, page.cursor) == (True, False, cursor)
    assert http.requests - before == 2
    assert len(pages(BlueskyCollector(), KNOWN, http, cursor, full=True)) > 1


def test_the_cursor_keeps_the_rev_read_before_the_walk() -> None:
    http = network(rev="before")
    walk = BlueskyCollector().fetch(KNOWN, Cursor(), http, full=False)
    first = next(walk)
    http.answers[f"{XRPC}/com.atproto.sync.getLatestCommit"] = as_json({"rev": "after"}, XRPC)
    found = [BlueskyCollector().parse(KNOWN, one) for one in (first, *walk)]
    assert found[-1].cursor.state["rev"] == "before"


def test_a_changed_handle_is_kept_and_the_account_goes_on() -> None:
    document = json.loads(recorded("atproto_pds/did_doc").body)
    cursor = pages(BlueskyCollector(), KNOWN, network())[-1].cursor
    renamed = {**document, "alsoKnownAs": ["at://newtown.test"]}
    http = network(**{f"https://plc.directory/{DID}": as_json(renamed, XRPC)})
    profile, commit = pages(BlueskyCollector(), KNOWN, http, cursor)
    assert profile.snapshot is not None
    assert profile.snapshot.handle == "newtown.test"
    assert commit.unchanged
    assert commit.cursor.state["handle"] == "newtown.test"


def test_a_name_that_leads_to_another_account_is_refused_the_first_time() -> None:
    document = json.loads(recorded("atproto_pds/did_doc").body)
    renamed = {**document, "alsoKnownAs": ["at://newtown.test"]}
    error = failure(TOWN, network(**{f"https://plc.directory/{DID}": as_json(renamed, XRPC)}))
    assert error.code == "renamed"
    assert "newtown.test" in str(error)


def test_an_unknown_handle_is_told() -> None:
    error = failure(TOWN, network(**{RESOLVE: recorded("atproto_pds/resolve_unknown", status=400)}))
    assert error.code == "unknown"
    assert "council.test" in str(error)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("deactivated", "deactivated"),
        ("suspended", "suspended"),
        ("takendown", "taken_down"),
        ("deleted", "unknown"),
        (None, "unknown"),
    ],
)
def test_could_not_find_repo_has_its_reason_elsewhere(status: str | None, code: str) -> None:
    refused = as_json({"error": "RepoNotFound", "message": f"Could not find repo for DID: {DID}"}, XRPC, 400)
    stated = as_json({"did": DID, "active": False, "status": status}, XRPC) if status else refused
    answers = {f"{XRPC}/com.atproto.sync.getLatestCommit": refused, f"{XRPC}/com.atproto.sync.getRepoStatus": stated}
    assert failure(KNOWN, network(**answers)).code == code


def test_an_account_that_goes_away_during_the_walk_is_not_empty() -> None:
    gone = as_json({"error": "InvalidRequest", "message": "Could not find repo"}, XRPC, 400)
    assert failure(KNOWN, network(**{f"{XRPC}/com.atproto.repo.listRecords": gone})).code == "interrupted"


def test_who_wants_signed_in_readers_only_is_not_collected() -> None:
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    http = network(profile={"displayName": "x", "labels": labels})
    assert failure(KNOWN, http).code == "protected"
    assert not [url for url, _, _ in http.asked if "listRecords" in url]


def test_pages_that_repeat_are_an_error() -> None:
    again = as_json({"records": [record({"text": "x"})], "cursor": "same"}, XRPC)
    assert failure(KNOWN, network(**{f"{XRPC}/com.atproto.repo.listRecords": again})).code == "bad_answer"


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"records": 5}', b"[" * 100_000])
def test_what_is_no_answer_is_told(body: bytes) -> None:
    from tests.collectors.support import fetched

    bad = fetched(body, f"{XRPC}/com.atproto.repo.listRecords")
    assert failure(KNOWN, network(**{f"{XRPC}/com.atproto.repo.listRecords": bad})).code == "bad_answer"


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:plc:abc", "https://plc.example/did:plc:abc"),
        ("did:web:town.example", "https://town.example/.well-known/did.json"),
        ("did:web:localhost%3A8080", "http://localhost:8080/.well-known/did.json"),
    ],
)
def test_where_a_did_document_is(did: str, url: str) -> None:
    assert document_url(did, "https://plc.example/") == url


@pytest.mark.parametrize("did", ["did:web:", "did:web:a%2Fb", "did:web:user%40host", "did:key:z6", "did:"])
def test_other_dids_are_unknown(did: str) -> None:
    with pytest.raises(CollectError) as caught:
        document_url(did, "")
    assert caught.value.code == "unknown"


@pytest.mark.parametrize(
    "document", [{}, {"service": 5}, {"service": [{"id": "#other"}]}, {"alsoKnownAs": 1, "service": [1]}]
)
def test_a_document_without_a_server_is_told(document: dict[str, Any]) -> None:
    with pytest.raises(CollectError):
        read_identity(DID, document, "council.test")


def facet(start: object, end: object, uri: str = "https://example.gov.uk/x") -> dict[str, Any]:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


@given(st.text(max_size=30), st.text(min_size=1, max_size=10), st.text(max_size=30))
def test_facets_count_utf8_bytes(before: str, shown: str, after: str) -> None:
    whole, start = before + shown + after, len(before.encode())
    assert facet_links(whole, [facet(start, start + len(shown.encode()))]) == ("https://example.gov.uk/x",)


def test_a_facet_within_a_character_is_no_link() -> None:
    text = "🚧 ŵ"
    assert facet_links(text, [facet(0, 4)]) == ("https://example.gov.uk/x",)
    for start, end in ((1, 4), (0, 3), (5, 6), (0, 99), (4, 4), (-1, 4), ("0", 4), (None, None)):
        assert facet_links(text, [facet(start, end)]) == (), (start, end)


def test_links_come_in_the_order_of_the_text_and_lead_where_they_lead() -> None:
    both = [facet(4, 7, "https://b.example/"), facet(0, 3, "https://a.example/"), facet(0, 3, "javascript:alert(1)")]
    assert facet_links("one two", both) == ("https://a.example/", "https://b.example/")


def test_a_quote_with_media_is_both() -> None:
    quoted = {"$type": "app.bsky.embed.record", "record": {"uri": f"at://{OTHER}/{POSTS}/5", "cid": "c"}}
    blob = {"ref": {"$link": "bafkabc"}, "mimeType": "image/png"}
    media = {"$type": "app.bsky.embed.images", "images": [{"alt": "A map", "image": blob}]}
    value = {"text": "See", "embed": {"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": media}}
    found = item_of(value)
    assert found.kind is PostKind.QUOTE
    assert found.links == (f"at://{OTHER}/{POSTS}/5",)
    assert found.media == (Media("image", f"{PDS}/xrpc/com.atproto.sync.getBlob?did={DID}&cid=bafkabc", "A map"),)
    assert quoted_uri(value | {"embed": {}}) == ""


def test_a_film_has_its_alternative_text() -> None:
    embed = {"$type": "app.bsky.embed.video", "video": {"ref": {"$link": "bafk"}}, "alt": "The mayor speaks"}
    assert [(m.kind, m.alt) for m in item_of({"text": "x", "embed": embed}).media] == [("video", "The mayor speaks")]


def test_a_card_is_a_link_and_not_the_councils_words() -> None:
    external = {"uri": "https://example.gov.uk/tax", "title": "Tax bands", "description": "All about it"}
    found = item_of({"text": "Explained.", "embed": {"$type": "app.bsky.embed.external", "external": external}})
    assert (found.text, found.links, found.kind) == ("Explained.", ("https://example.gov.uk/tax",), PostKind.OWN)


def test_an_embedded_list_is_not_a_quote() -> None:
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": f"at://{OTHER}/app.bsky.graph.list/5", "cid": "c"}}
    assert item_of({"text": "x", "embed": embed}).kind is PostKind.OWN


def test_a_reply_keeps_the_parents_id() -> None:
    reply = {name: {"uri": f"at://{OTHER}/{POSTS}/{name}", "cid": "c"} for name in ("root", "parent")}
    found = item_of({"text": "Thank you.", "reply": reply})
    assert (found.kind, found.reply_to) == (PostKind.REPLY, f"at://{OTHER}/{POSTS}/parent")
    assert found.removed == ("value.reply.root",)
    assert b"/root" not in found.payload


def test_a_repost_has_no_words_of_its_own() -> None:
    value = {"subject": {"uri": f"at://{OTHER}/{POSTS}/9", "cid": "c"}}
    found = item_of(value, collection="app.bsky.feed.repost")
    assert (found.kind, found.text, found.shared_text, found.url) == (PostKind.SHARE, "", "", "")
    assert found.links == (f"at://{OTHER}/{POSTS}/9",)


def test_mentions_of_others_lose_their_did_and_own_ones_keep_it() -> None:
    mentions = [{"$type": "app.bsky.richtext.facet#mention", "did": did} for did in (DID, OTHER)]
    value = {"text": "@a @b", "facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": mentions}]}
    reduced, removed = minimised(record(value), DID)
    assert removed == ("value.facets[0].features[1].did",)
    assert OTHER not in json.dumps(reduced)
    assert DID in json.dumps(reduced["value"])
    assert mentions[1]["did"] == OTHER  # the original is left alone


def test_labels_language_and_time() -> None:
    labels = {"values": [{"val": "graphic-media"}, {"val": "spoiler"}]}
    found = item_of({"text": "x", "labels": labels, "langs": ["cy", "en"], "createdAt": "2033-01-01T00:00:00Z"})
    assert (found.warning, found.language, found.time_note, found.published_at) == (
        "graphic-media, spoiler",
        "cy",
        "clamped",
        RECEIVED,
    )
    assert item_of({"text": "x", "createdAt": "2026-02-30T00:00:00Z"}).time_note == "impossible"
    assert item_of({"text": "x", "createdAt": 5}).time_note == "missing"


@pytest.mark.parametrize(
    "bad",
    [
        None,
        5,
        {},
        {"uri": 5, "value": {}},
        record({"text": 5}),
        record({}),
        record({"text": "x"}, did=OTHER),
        record({}, collection="app.bsky.feed.repost"),
        record({"text": "x"}, collection="app.bsky.feed.like"),
    ],
)
def test_what_is_no_post_of_the_account_is_not_understood(bad: object) -> None:
    with pytest.raises(NotUnderstood):
        to_item(bad, DID, PDS, RECEIVED)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "text",
                        "facets",
                        "index",
                        "byteStart",
                        "features",
                        "$type",
                        "embed",
                        "images",
                        "record",
                        "media",
                        "reply",
                        "parent",
                        "root",
                        "uri",
                        "labels",
                        "values",
                        "langs",
                        "external",
                        "createdAt",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_shape_of_a_record_is_an_error(value: Any) -> None:
    fields = value if isinstance(value, dict) else {"embed": value, "facets": value, "reply": value, "labels": value}
    found = to_item(record({**fields, "$type": POSTS, "text": "x"}), DID, PDS, RECEIVED)
    assert found.text == "x"


def test_what_cannot_be_understood_is_counted() -> None:
    http = network(**{f"{XRPC}/com.atproto.repo.listRecords": listing([record({"text": "x"}), record({})], [])})
    found = pages(BlueskyCollector(), KNOWN, http)
    assert len(items(found)) == 1
    assert [one.reason for page in found for one in page.dropped] == ["a post without text"]


def test_recorded_pages_of_a_real_server_are_understood() -> None:
    http = network(**{f"{XRPC}/com.atproto.repo.listRecords": as_json({"records": []}, XRPC)})
    first = next(one for one in BlueskyCollector().fetch(KNOWN, Cursor(), http, full=False))
    for name, count in (("list_p1", 100), ("list_p2", 28), ("reposts", 1)):
        answer = recorded(f"atproto_pds/{name}", f"{XRPC}/com.atproto.repo.listRecords", **{"postreeve-did": DID})
        page = BlueskyCollector().parse(KNOWN, answer)
        assert len(page.items) == count
        assert page.dropped == ()
    assert first.status == 200
