"""X: what a post says, under old and new names, and what of other people is kept of it (nothing)."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.x_posts import EPOCH_MS, Includes, NotUnderstood, born, read_includes, to_item
from collectors.x_prices import ahead, of_answer
from data.model import Item, Media, PostKind
from tests.collectors.fake_x import NUMBER, post
from tests.collectors.support import RECEIVED

NONE = Includes({}, {})
MENTION = {"mentions": [{"start": 0, "end": 8, "username": "mallory", "id": "666"}]}


def item(text: str = "", includes: dict[str, Any] | None = None, **changes: Any) -> Item:
    return to_item(post(20, text, **changes), read_includes(includes or {}), NUMBER, RECEIVED)


def link(short: str, target: str, **more: str) -> dict[str, str]:
    return {"url": f"https://t.co/{short}", "expanded_url": target, "display_url": "x", **more}


def original(**changes: Any) -> dict[str, Any]:
    return {"id": "9", "author_id": "666", "text": "Hello @mallory2 &amp; all", "lang": "cy", **changes}


def test_links_lead_where_they_lead_and_those_of_media_are_not_text() -> None:
    urls = [link("a", "https://town.example/?a=1&b=2"), link("b", "https://x.com/c/status/20/photo/1", media_key="3_1")]
    found = item("Parks &amp; gardens &lt;3 https://t.co/a https://t.co/b", entities={"urls": urls})
    assert found.text == "Parks & gardens <3 https://town.example/?a=1&b=2"
    assert found.links == ("https://town.example/?a=1&b=2",)
    assert found.url == "https://x.com/i/status/20"


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_a_long_post_is_read_to_its_end_with_its_own_links(name: str) -> None:
    note = {"text": f"{'Long. ' * 100}https://t.co/z", "entities": {"urls": [link("z", "https://town.example/z")]}}
    found = item("Long. Long…", **{name: note})
    assert found.text.endswith("Long. https://town.example/z")
    assert found.links == ("https://town.example/z",)


def test_pictures_and_films_with_what_they_show() -> None:
    media = [
        {"media_key": "3_1", "type": "photo", "url": "https://p.example/a.jpg", "alt_text": "A map"},
        {"media_key": "7_1", "type": "animated_gif", "preview_image_url": "https://p.example/b.jpg"},
        {"media_key": "3_9", "type": "photo", "url": "https://p.example/of-another-post.jpg"},
    ]
    found = item("Look", {"media": media}, attachments={"media_keys": ["3_1", "7_1", "lost"]})
    assert found.media == (
        Media("image", "https://p.example/a.jpg", "A map"),
        Media("video", "https://p.example/b.jpg"),
    )
    assert b"of-another-post" not in found.payload


@pytest.mark.parametrize(
    ("names", "beside"), [(("referenced_tweets", "retweeted"), "tweets"), (("referenced_posts", "reposted"), "posts")]
)
def test_a_repost_is_a_share_whole_and_without_its_author(names: tuple[str, str], beside: str) -> None:
    found = item(
        "RT @mallory: Hello @mall…",
        {beside: [original()], "users": [{"id": "666", "username": "mallory"}]},
        **{names[0]: [{"type": names[1], "id": "9"}]},
        entities=MENTION,
        possibly_sensitive=True,
        attachments={"media_keys": ["3_1"]},
    )
    assert (found.kind, found.text, found.url, found.links, found.media, found.warning) == (
        PostKind.SHARE,
        "",
        "",
        (),
        (),
        "",
    )
    assert found.shared_text == "Hello @… & all"
    assert b"mallory" not in found.payload
    assert b"666" not in found.payload
    assert json.loads(found.payload)["shared"]["id"] == "9"


def test_of_a_repost_whose_original_is_not_shown_the_cut_words_are_kept() -> None:
    found = item("RT @mallory: Hello &amp; wel…", referenced_tweets=[{"type": "retweeted", "id": "9"}])
    assert (found.text, found.shared_text) == ("", "Hello & wel…")
    assert b"mallory" not in found.payload


def test_a_quote_is_own_words_and_apart_from_them_those_of_others() -> None:
    urls = [link("q", "https://twitter.com/mallory/status/9")]
    found = item(
        "Well said https://t.co/q",
        {"tweets": [original()]},
        referenced_tweets=[{"type": "quoted", "id": "9"}],
        entities={"urls": urls},
    )
    assert (found.kind, found.text, found.shared_text, found.links) == (
        PostKind.QUOTE,
        "Well said",
        "Hello @… & all",
        (),
    )
    assert b"mallory" not in found.payload
    alone = item("Well said", referenced_tweets=[{"type": "quoted", "id": "9"}])
    assert (alone.kind, alone.shared_text) == (PostKind.QUOTE, "")


def test_a_reply_keeps_the_parents_id_and_not_whom_it_answers() -> None:
    found = item(
        "@mallory @other Thank you, @helper.",
        {"tweets": [original(id="8", text="Parent's words")]},
        referenced_tweets=[{"type": "replied_to", "id": "8"}],
        in_reply_to_user_id="666",
        entities=MENTION,
    )
    assert (found.kind, found.reply_to, found.text, found.shared_text) == (
        PostKind.REPLY,
        "8",
        "Thank you, @helper.",
        "",
    )
    for word in (b"mallory", b"666", b"Parent", b"@other"):
        assert word not in found.payload
    assert set(found.removed) >= {"post.entities", "post.in_reply_to_user_id"}


@pytest.mark.parametrize("name", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_an_edit_is_the_same_post_with_the_time_of_its_first_version(name: str) -> None:
    first = str((1780304400123 - EPOCH_MS) << 22)
    latest = str(int(first) + 5)
    whole = post(int(latest), "Corrected", created_at="2026-06-01T09:20:00.000Z")
    del whole["edit_history_tweet_ids"]
    found = to_item({**whole, name: [first, latest]}, NONE, NUMBER, RECEIVED)
    assert (found.platform_id, found.url) == (first, f"https://x.com/i/status/{latest}")
    assert found.published_at == datetime(2026, 6, 1, 9, tzinfo=UTC) == born(first)
    assert found.updated_at == datetime(2026, 6, 1, 9, 20, tzinfo=UTC)


def test_a_warning_a_language_and_an_impossible_time() -> None:
    found = item(possibly_sensitive=True, lang="cy", created_at="2026-02-30T00:00:00Z")
    assert (found.warning, found.language, found.time_note) == ("possibly sensitive", "cy", "impossible")


@pytest.mark.parametrize(
    "bad",
    [None, 5, {}, post(1) | {"id": 5}, post(1) | {"id": "x"}, post(1) | {"text": None}, post(1) | {"author_id": "666"}],
)
def test_what_is_no_post_of_the_account_is_not_understood(bad: Any) -> None:
    with pytest.raises(NotUnderstood):
        to_item(bad, NONE, NUMBER, RECEIVED)


FIELDS = [
    "note_tweet",
    "text",
    "entities",
    "urls",
    "url",
    "expanded_url",
    "referenced_tweets",
    "type",
    "id",
    "attachments",
]
FIELDS += ["media_keys", "created_at", "edit_history_tweet_ids", "lang", "tweets", "media", "media_key"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["retweeted", "quoted", "replied_to", "9", "x"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
        max_leaves=12,
    )
)
def test_no_shape_of_a_post_is_an_error_of_ours(value: Any) -> None:
    fields = value if isinstance(value, dict) else dict.fromkeys(FIELDS, value)
    whole = {**post(20), **fields, "id": "20", "text": "x", "author_id": NUMBER}
    assert to_item(whole, read_includes(value), NUMBER, RECEIVED).payload


def test_prices() -> None:
    answer = {"data": [post(1), post(2)], "includes": {"posts": [original()], "users": [{"id": "1"}]}}
    assert of_answer(answer) == 0.025
    assert of_answer({"data": {"id": "1"}, "includes": []}) == 0.0
    assert (ahead(800, 100), ahead(3, 100), ahead(0, 20)) == (4.0, 0.03, 0.0)
