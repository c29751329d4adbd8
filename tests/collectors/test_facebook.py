"""Posts of Facebook Pages: own words, captions, shares, links, who may read them, and what is not kept."""

from typing import Any

import pytest

from collectors.facebook import FACEBOOK, profile, read
from collectors.graph_posts import NotUnderstood, Owner
from data.model import Item, PostKind
from tests.collectors.fake_graph import NUMBER, page_post
from tests.collectors.support import RECEIVED

OWNER = Owner(NUMBER, "towncouncil")
SOMEBODY = "Jo Invented"


def item(**changes: Any) -> Item:
    found = read(page_post(1, **changes), OWNER, RECEIVED)
    assert found is not None
    return found


def attached(*attachments: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": {"data": list(attachments)}}


def photo(description: str, number: int = 7) -> dict[str, Any]:
    target = {"id": str(number), "url": f"https://www.facebook.com/photo/{number}"}
    return {"media_type": "photo", "type": "photo", "description": description, "target": target}


def shared(**changes: Any) -> dict[str, Any]:
    one = {
        "media_type": "link",
        "type": "share",
        "title": SOMEBODY,
        "description": "Come along, says @jo",
        "unshimmed_url": "https://www.facebook.com/jo.invented/posts/9",
        "target": {"id": "9", "url": "https://www.facebook.com/jo.invented/posts/9"},
    }
    return {"status_type": "shared_story", **attached(one | changes)}


def test_a_post_of_words_alone() -> None:
    found = item(message="  The pool is open.\r\nCome along.  ")
    assert (found.kind, found.text, found.shared_text) == (PostKind.OWN, "The pool is open.\nCome along.", "")
    assert found.url == f"https://www.facebook.com/{NUMBER}/posts/1"
    assert found.updated_at is None


def test_captions_of_pictures_and_titles_of_films_are_the_pages_own_words() -> None:
    album = {"media_type": "album", "subattachments": {"data": [photo("One", 1), photo("Post 1", 2), photo("", 3)]}}
    film = {"media_type": "video", "title": "The mayor speaks", "description": "In the hall"}
    found = item(**attached(album, film))
    assert found.text == "Post 1\nOne\nThe mayor speaks\nIn the hall"
    assert [(m.kind, m.url, m.alt) for m in found.media] == [
        ("image", "https://www.facebook.com/photo/1", ""),
        ("image", "https://www.facebook.com/photo/2", ""),
        ("image", "https://www.facebook.com/photo/3", ""),
        ("video", "", ""),
    ]


def test_a_share_without_words_of_its_own_has_no_own_text() -> None:
    found = read(page_post(1, **shared()) | {"message": ""}, OWNER, RECEIVED)
    assert found
    assert (found.kind, found.text, found.shared_text) == (PostKind.SHARE, "", "Come along, says @…")
    assert found.links == ()
    assert found.media == ()


def test_a_share_with_words_keeps_them_apart() -> None:
    found = item(message="We agree.", **shared())
    assert (found.kind, found.text, found.shared_text) == (PostKind.QUOTE, "We agree.", "Come along, says @…")


def test_of_a_shared_post_neither_author_nor_address_is_kept() -> None:
    kept = (item(**shared()).payload + repr(item(**shared())).encode()).lower()
    assert b"invented" not in kept
    assert b"/posts/9" not in kept


def test_a_shared_picture_is_a_share_and_one_whose_original_is_gone_too() -> None:
    picture = item(**shared(media_type="photo", unshimmed_url=""))
    assert (picture.kind, [(m.kind, m.url, m.alt) for m in picture.media]) == (PostKind.QUOTE, [("image", "", "")])
    assert item(status_type="shared_story").kind is PostKind.QUOTE


def test_a_link_to_another_site_is_a_link_and_its_preview_is_not_kept() -> None:
    link = {"title": "Their title", "description": "Their words", "unshimmed_url": "https://news.example/a"}
    found = item(message="Read this", **shared(**link))
    assert (found.kind, found.text, found.shared_text) == (PostKind.OWN, "Read this", "")
    assert found.links == ("https://news.example/a",)
    assert b"Their" not in found.payload


@pytest.mark.parametrize("url", ["https://notfacebook.com/a", "https://facebook.com.example/a"])
def test_a_site_that_looks_like_facebook_is_another(url: str) -> None:
    assert item(**shared(unshimmed_url=url)).links == (url,)


@pytest.mark.parametrize(
    "changes",
    [
        {"is_published": False},
        {"is_hidden": True},
        {"is_expired": True},
        {"privacy": {"value": "SELF"}},
        {"privacy": {"value": "ALL_FRIENDS"}},
        {"privacy": {"value": "CUSTOM", "allow": "1,2"}},
        {"privacy": {"value": "EVERYONE", "deny": "3"}},
    ],
)
def test_what_not_everybody_may_read_is_not_kept(changes: dict[str, Any]) -> None:
    assert read(page_post(1, **changes), OWNER, RECEIVED) is None


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({}, "without an id"),
        ("text", "without an id"),
        ({"id": 5}, "without an id"),
        ({"id": "x" * 300}, "without an id"),
        (page_post(1) | {"from": {"id": "666"}}, "another account"),
        (page_post(1) | {"from": None, "id": "666_1"}, "another account"),
        ({k: v for k, v in page_post(1).items() if k != "privacy"}, "who may read it"),
        ({k: v for k, v in page_post(1).items() if k != "is_published"}, "who may read it"),
    ],
)
def test_what_is_no_post_of_the_pages_own_is_told(entry: object, why: str) -> None:
    with pytest.raises(NotUnderstood, match=why):
        read(entry, OWNER, RECEIVED)


def test_facebooks_own_sentence_tags_and_comments_are_neither_asked_for_nor_kept() -> None:
    found = item(story=f"Town is with {SOMEBODY}", message_tags=[{"name": SOMEBODY}], comments={"data": [SOMEBODY]})
    assert SOMEBODY.encode() not in found.payload
    assert {"story", "message_tags", "comments"} <= set(found.removed)
    for name in ("story", "tags", "comments", "reactions", "to{"):
        assert name not in FACEBOOK.fields


def test_oddities_of_every_field_make_no_exception() -> None:
    odd = {"attachments": {"data": ["x", {"media_type": 5, "subattachments": [], "target": "t"}]}, "message": None}
    assert item(**odd).kind is PostKind.OWN
    assert item(attachments="none", permalink_url=5, created_time=None).time_note == "missing"


def test_a_page_is_understood() -> None:
    found = profile({"id": "1", "name": "Town", "followers_count": 10**30, "is_published": False})
    assert (found.number, found.followers) == ("1", None)
    assert found.closed
    assert profile({"id": 5, "followers_count": True}).number == ""
