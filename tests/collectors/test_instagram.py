"""Posts of Instagram: captions, albums, alternative texts, whose they are; and an account end to end."""

from collections.abc import Callable
from typing import Any

import pytest

from collectors.graph_posts import NotUnderstood, Owner
from collectors.http import Network
from collectors.instagram import profile, read
from data.model import Item, Platform, PostKind
from data.store import accounts
from data.store.engine import Store
from tests.collectors.fake_graph import NUMBER, FakeGraph, at
from tests.collectors.graph_town import Town
from tests.collectors.support import RECEIVED
from tests.servers.local import LocalServer
from tests.support.clock import FakeClock

OWNER = Owner(NUMBER, "towncouncil")


def media(number: int, caption: str = "", **changes: Any) -> dict[str, Any]:
    known = {"id": f"1789{number}", "username": "towncouncil", "timestamp": at(number), "media_type": "IMAGE"}
    said = {"caption": caption or f"Picture {number}", "media_product_type": "FEED"}
    return {**known, **said, "permalink": f"https://www.instagram.com/p/{number}/", **changes}


def item(**changes: Any) -> Item:
    found = read(media(1, **changes), OWNER, RECEIVED)
    assert found
    return found


def test_a_picture_with_and_without_its_alternative_text() -> None:
    with_text, without = item(alt_text=" A map "), item()
    assert (with_text.kind, with_text.text, with_text.url) == (
        PostKind.OWN,
        "Picture 1",
        "https://www.instagram.com/p/1/",
    )
    assert [(m.kind, m.alt) for m in with_text.media] == [("image", "A map")]
    assert [(m.kind, m.alt) for m in without.media] == [("image", "")]


def test_an_album_has_each_of_its_pictures_and_films() -> None:
    parts = [{"id": "1", "media_type": "IMAGE", "alt_text": "One"}, {"id": "2", "media_type": "VIDEO"}]
    found = item(media_type="CAROUSEL_ALBUM", children={"data": parts})
    assert [(m.kind, m.alt, m.url[-12:]) for m in found.media] == [
        ("image", "One", "?img_index=1"),
        ("video", "", "?img_index=2"),
    ]


@pytest.mark.parametrize("kind", ["CAROUSEL_ALBUM", "SOMETHING_NEW", None])
def test_what_is_not_known_to_be_words_alone_counts_as_a_picture(kind: object) -> None:
    assert [(m.kind, m.alt) for m in item(media_type=kind).media] == [("image", "")]


def test_a_reel_is_a_film_and_a_post_without_caption_has_no_text() -> None:
    reel = {"media_type": "VIDEO", "media_product_type": "REELS", "caption": None}
    found = read(media(1) | reel, OWNER, RECEIVED)
    assert found
    assert ([m.kind for m in found.media], found.text) == (["video"], "")


def test_addresses_that_are_signed_anew_each_time_make_no_edit() -> None:
    one, other = (item(media_url=f"https://cdn.example/a.jpg?sig={n}") for n in (1, 2))
    assert (one.media, one.payload) == (other.media, other.payload)


@pytest.mark.parametrize("username", ["somebody", "", None, 5])
def test_a_post_of_somebody_else_is_told_and_not_kept(username: object) -> None:
    with pytest.raises(NotUnderstood, match="another account"):
        read(media(1, username=username), OWNER, RECEIVED)


def test_the_number_of_the_account_is_not_that_of_the_app() -> None:
    found = profile({"id": "99", "user_id": "1784", "username": "towncouncil"})
    assert (found.number, found.url) == ("1784", "https://www.instagram.com/towncouncil/")
    assert profile({"id": "99"}).number == "99"


@pytest.fixture
def town(sqlite_store: Store, server: LocalServer, network: Callable[..., Network], clock: FakeClock) -> Town:
    shown = {"id": "99", "user_id": NUMBER}
    shows = FakeGraph(server, me="me", shown=shown, lists={"media": [media(n) for n in (3, 2, 1)]})
    return Town(shows, Platform.INSTAGRAM, sqlite_store, network, clock)


def test_what_is_new_edited_and_gone_is_found(town: Town) -> None:
    assert (town.collect().new, town.collect().new) == (3, 0)
    town.shows.show("media", media(4), media(3, "Corrected"), media(1))
    done = town.collect()
    assert (done.new, done.changed, done.gone, done.gap) == (1, 1, 1, False)
    assert town.texts() == {"Picture 4": False, "Corrected": False, "Picture 2": True, "Picture 1": False}
    with town.store.read() as tx:
        assert accounts.get(tx, "town").platform_id == NUMBER


def test_a_token_of_another_account_collects_nothing(town: Town) -> None:
    town.shows.shown["username"] = "privatelife"
    done = town.collect()
    assert (done.outcome, done.code, town.texts()) == ("failed", "other_account", {})
    assert "POSTREEVE_INSTAGRAM_TOKEN" in done.reason


def test_a_token_that_has_become_that_of_another_account_collects_nothing(town: Town) -> None:
    town.collect()
    town.shows.shown |= {"user_id": "777", "username": "towncouncil"}
    town.shows.show("media", media(9))
    done = town.collect()
    assert (done.outcome, done.new) == ("failed", 0)
