"""Mastodon: what a status says, and what of other people is kept of it (nothing)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.mastodon_posts import NotUnderstood, to_item
from collectors.mastodon_text import read_content
from data.model import Item, Media, PostKind
from tests.collectors.fake_mastodon import BASE, NUMBER, profile, status
from tests.collectors.support import RECEIVED

LINK = (
    '<a href="https://www.town.example/roads?id=7&amp;x=1" rel="nofollow"><span class="invisible">https://www.</span>'
    '<span class="ellipsis">town.example/roads</span><span class="invisible">?id=7&amp;x=1</span></a>'
)
MENTION = '<span><a href="https://b.example/@mallory" class="u-url mention">@<span>mallory</span></a></span>'
TAG = f'<a href="{BASE}/tags/roads" class="mention hashtag" rel="tag">#<span>roads</span></a>'
OTHER = {"id": "666", "username": "mallory", "acct": "mallory@b.example", "display_name": "Mallory M", "note": "me"}


def item(content: str = "", **changes: Any) -> Item:
    found = to_item(status(1, content, **changes), NUMBER, BASE, RECEIVED)
    assert found is not None
    return found


def boost(**changes: Any) -> dict[str, Any]:
    words = {"content": f"<p>Their words {MENTION}</p>", "account": OTHER, "url": "https://b.example/@mallory/9"}
    return {**status(9), "uri": "https://b.example/users/mallory/statuses/9", **words, **changes}


def test_a_link_in_pieces_is_one_link() -> None:
    found = item(f"<p>Closed: {LINK}</p><p>Parks & gardens {TAG}</p>")
    assert found.text == "Closed: https://www.town.example/roads?id=7&x=1\n\nParks & gardens #roads"
    assert found.links == ("https://www.town.example/roads?id=7&x=1",)


def test_a_raw_ampersand_in_an_address_stays_what_it_is() -> None:
    assert item('<p><a href="https://town.example/?a=1&copy=2">here</a></p>').links == (
        "https://town.example/?a=1&copy=2",
    )


def test_five_thousand_characters_arrive() -> None:
    assert len(item(f"<p>{'words ' * 900}</p>").text) == 5399


def test_a_warning_is_kept_apart_and_pictures_with_what_they_show() -> None:
    media = [
        {"id": "1", "type": "image", "url": f"{BASE}/a.png", "description": "A map", "blurhash": "x"},
        {"id": "2", "type": "gifv", "url": f"{BASE}/b.mp4", "description": None},
        {"id": "3", "type": "unknown", "url": None, "remote_url": f"{BASE}/c"},
    ]
    found = item("<p>Look</p>", spoiler_text="Flooding", sensitive=True, media_attachments=media)
    assert (found.text, found.warning, found.language) == ("Look", "Flooding", "en")
    assert found.media == (
        Media("image", f"{BASE}/a.png", "A map"),
        Media("video", f"{BASE}/b.mp4"),
        Media("image", f"{BASE}/c"),
    )
    assert "media_attachments" in found.removed


def test_a_poll_is_read_with_its_answers_and_without_its_votes() -> None:
    found = item(
        "<p>Which day?</p>", poll={"id": "1", "options": [{"title": "Monday", "votes_count": 3}, {"title": "Friday"}]}
    )
    assert found.text == "Which day?\nMonday\nFriday"
    assert b"votes" not in found.payload


@pytest.mark.parametrize("visibility", ["private", "direct", "local", "mutuals_only"])
def test_only_what_everybody_may_read_is_kept(visibility: str) -> None:
    assert to_item(status(1, visibility=visibility), NUMBER, BASE, RECEIVED) is None
    assert to_item(status(1, reblog=boost(visibility=visibility)), NUMBER, BASE, RECEIVED) is None
    assert item(visibility="unlisted").text == "Post 1"


def test_a_reply_keeps_the_parents_id_and_nothing_of_its_author() -> None:
    found = item(
        f"<p>{MENTION} Thank you.</p>",
        in_reply_to_id="77",
        in_reply_to_account_id="666",
        mentions=[OTHER],
        pleroma={"in_reply_to_account_acct": "mallory@b.example"},
    )
    assert (found.kind, found.reply_to, found.text, found.links) == (PostKind.REPLY, "77", "@mallory Thank you.", ())
    assert set(found.removed) >= {"content", "in_reply_to_account_id", "mentions", "pleroma"}
    kept = json.loads(found.payload)
    assert "b.example" not in found.payload.decode()
    assert (kept["content"].count("mallory"), found.payload.count(b"666")) == (1, 0)


@pytest.mark.parametrize(
    "wrapper", [{"content": ""}, {"content": "<p>Their words</p>", "url": "https://b.example/@mallory/9"}]
)
def test_a_boost_is_a_share_without_its_author(wrapper: dict[str, Any]) -> None:
    whole = {**status(1, "x"), **wrapper, "reblog": boost(spoiler_text="Careful"), "mentions": [OTHER]}
    found = to_item(whole, NUMBER, BASE, RECEIVED)
    assert found is not None
    assert (found.kind, found.text, found.url, found.links, found.media) == (PostKind.SHARE, "", "", (), ())
    assert found.shared_text == "Careful\nTheir words @…"
    for word in (b"mallory", b"Mallory", b"b.example", b"666"):
        assert word not in found.payload
    assert json.loads(found.payload)["reblog"]["id"] == "9"


def test_a_quote_is_own_words_and_apart_from_them_those_of_others() -> None:
    inline = '<p class="quote-inline">RE: <a href="https://b.example/@mallory/9">b.example/@mallory/9</a></p>'
    found = item(f"{inline}<p>Read this</p>", quote={"state": "accepted", "quoted_status": boost()})
    assert (found.kind, found.text, found.links) == (PostKind.QUOTE, "Read this", ())
    assert found.shared_text == "Their words @…"
    assert b"mallory" not in found.payload
    assert json.loads(found.payload)["quote"]["id"] == "9"


@pytest.mark.parametrize(
    ("quote", "kind", "words"),
    [
        ({"state": "accepted", "quoted_status": boost(visibility="private")}, PostKind.QUOTE, ""),
        ({"state": "revoked", "quoted_status": boost()}, PostKind.QUOTE, ""),
        ({"state": "accepted", "quoted_status_id": "9"}, PostKind.QUOTE, ""),
        ({"state": "pending", "quoted_status": None}, PostKind.OWN, ""),
        (boost(), PostKind.QUOTE, "Their words @…"),
        (None, PostKind.OWN, ""),
    ],
)
def test_what_a_quote_shows_depends_on_its_state(quote: Any, kind: PostKind, words: str) -> None:
    found = item("<p>Read this</p>", quote=quote)
    assert (found.kind, found.shared_text) == (kind, words)


def test_a_mention_without_the_usual_class_is_known_by_where_it_leads() -> None:
    words = f'<p><a href="https://b.example/@mallory/" class="u-url">@mallory</a> {LINK}</p>'
    people = [{**OTHER, "url": "https://b.example/@mallory"}]
    found = item(words, mentions=people)
    assert found.text.startswith("@mallory https://")
    assert found.links == ("https://www.town.example/roads?id=7&x=1",)
    assert b"b.example" not in found.payload
    shared = to_item({**status(1), "reblog": boost(content=words, mentions=people)}, NUMBER, BASE, RECEIVED)
    assert shared is not None
    assert shared.shared_text.startswith("@… https://")


def test_previews_counters_and_profiles_are_not_kept() -> None:
    card = {"url": "https://town.example", "author_name": "Mallory M", "title": "T"}
    found = item(card=card, application={"name": "x"}, text="source", favourites_count=9)
    assert set(found.removed) >= {"account", "application", "card", "favourites_count", "text"}
    assert set(json.loads(found.payload)) <= {
        *("account", "content", "created_at", "edited_at", "id", "language", "spoiler_text", "url", "visibility"),
    }


def test_an_edit_has_its_time_and_an_impossible_time_is_noted() -> None:
    edited = item(edited_at="2026-06-01T12:00:00.000Z")
    assert edited.updated_at is not None
    assert edited.updated_at.hour == 12
    assert item().updated_at is None
    assert item(created_at="2026-02-30T00:00:00Z").time_note == "impossible"
    assert item(created_at="2033-01-01T00:00:00Z").published_at == RECEIVED


@pytest.mark.parametrize(
    "bad",
    [
        None,
        5,
        {},
        {**status(1), "id": 5},
        {**status(1), "id": ""},
        {**status(1), "id": "x" * 201},
        {**status(1), "id": "a\nb\x00"},
        {**status(1), "content": None},
        {**status(1), "account": None},
        {**status(1), "account": profile(id="2")},
        {**status(1), "visibility": None},
    ],
)
def test_what_is_no_status_of_the_account_is_not_understood(bad: Any) -> None:
    with pytest.raises(NotUnderstood):
        to_item(bad, NUMBER, BASE, RECEIVED)


FIELDS = [
    "reblog",
    "quote",
    "quoted_status",
    "state",
    "content",
    "poll",
    "options",
    "title",
    "media_attachments",
    "type",
]
FIELDS += ["url", "description", "spoiler_text", "mentions", "language", "in_reply_to_id", "edited_at", "account"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_shape_of_a_status_is_an_error_of_ours(value: Any) -> None:
    fields = value if isinstance(value, dict) else dict.fromkeys(FIELDS, value)
    try:
        found = to_item({**status(1), **fields, "account": profile()}, NUMBER, BASE, RECEIVED)
    except NotUnderstood:
        return
    assert found is None or found.platform_id == "1"


INLINE = '<p class="quote-inline">RE: <a href="https://b.example/@mallory/9">b.example/@mallory/9</a></p>'


@pytest.mark.parametrize(
    "content",
    [
        '<p class="quote-inline">You lot go home</p><p>Good morning</p>',
        '<p class="quote-inline">RE: You lot go home</p><p>Good morning</p>',
        '<p class="quote-inline"><p>You lot go home</p><p>Good morning',
        '<span class="quote-inline"><p>You lot go home</p><p>Good morning',
        f'<span class="quote-inline">{"<b>x</b>" * 40}You lot go home</span><p>Good morning</p>',
    ],
)
@pytest.mark.parametrize("quote", [None, {"state": "accepted", "quoted_status": boost()}])
def test_no_words_are_hidden_from_the_reader(content: str, quote: Any) -> None:
    found = item(content, quote=quote)
    assert "You lot go home" in found.text
    assert "Good morning" in found.text
    shared = to_item({**status(1), "reblog": boost(content=content, quote=quote)}, NUMBER, BASE, RECEIVED)
    assert shared is not None
    assert "You lot go home" in shared.shared_text


def test_the_address_of_a_quoted_post_is_left_out_only_where_there_is_one() -> None:
    assert item(f"{INLINE}<p>Read this</p>").text == "RE: b.example/@mallory/9\n\nRead this"
    quote = {"state": "accepted", "quoted_status": boost()}
    assert item(f"{INLINE}<p>Read this</p>", quote=quote).text == "Read this"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('<p><a class="mention" href="https://b.example/@m">@m</p><p>those people</p>', "@…\n\nthose people"),
        ('<p><a class="mention">@m <a href="https://c.example">those people</a></p>', "@… those people"),
        ('<p><a class="mention">@m those people', "@… those people"),
        ("<p>Jane Smith (@jane), cc @jane@b.example.</p>", "Jane Smith (@…), cc @…."),
        ('<p><a href="https://b.example/@jane">Jane</a> and <span>@</span><span>jane</span></p>', "Jane and @…"),
        (
            "<p>See https://b.example/@jane/7 or bins@town.example</p>",
            "See https://b.example/@…/7 or bins@town.example",
        ),
        ("<p>@ 5 pm, 3@4</p>", "@ 5 pm, 3@4"),
    ],
)
def test_the_words_of_others_lose_names_and_nothing_else(content: str, words: str) -> None:
    passed_on = boost(content=content, spoiler_text="cc @jane@b.example", poll={"options": [{"title": "@jane"}]})
    found = to_item({**status(1), "reblog": passed_on}, NUMBER, BASE, RECEIVED)
    assert found is not None
    assert found.shared_text == f"cc @…\n{words}\n@…"
    assert b"@jane" not in found.payload
    assert b"href" not in found.payload
    assert json.loads(found.payload)["reblog"]["content"] == words


PIECES = ['<a href="https://b.example/@m" class="u-url mention">', "<a class=mention>", "<a>", "</a>", "<p>", "</p>"]
PIECES += [
    "<p class=quote-inline>",
    "<span class=quote-inline>",
    "</span>",
    "@m",
    " words ",
    "&amp;",
    "<br>",
    "RE: a/b",
]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.booleans())
def test_whatever_is_taken_out_the_words_stay(html: str, quotes: bool) -> None:
    once = read_content(html, BASE, quotes=quotes)
    assert once.read.text.count("words") == html.count("words")
    assert "https://b.example/@m" not in " ".join((*once.read.links, once.html))
    again = read_content(once.html, BASE, quotes=quotes)
    assert (again.read.text.count("words"), again.read.links) == (once.read.text.count("words"), once.read.links)


def test_a_text_of_tags_without_end_takes_no_time_to_speak_of() -> None:
    many = 50_000
    assert read_content("<a class=mention " * many, BASE).read.text.count("<a") == many
    assert read_content("<a class=mention>" * many + "words", BASE, unnamed=True).read.text == "words"
    nested = "<p class=quote-inline>" * many + "words" + "</p>" * many
    assert read_content(nested, BASE, quotes=True).read.text == "words"
