"""Instagram downloads: captions wherever they stand, reels too, and nothing of anybody else."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.archive import Bad, Row
from collectors.archive_container import unbox
from collectors.archive_instagram import open_instagram, to_item
from collectors.archive_meta import Wrong
from data.errors import ArchiveError
from data.model import Account, Item, Media
from tests.collectors.archives import CANARY, tarred, zipped
from tests.collectors.meta_downloads import JUNE, ig_media, instagram_download, mangled, on_instagram
from tests.collectors.support import RECEIVED
from tests.collectors.test_archive_json import VALUES

POSTS = "your_instagram_activity/content/posts_1.json"
WHOSE = "personal_information/personal_information/personal_information.json"
NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def read(
    members: dict[str, str], whose: Account | None = None, packed: Any = zipped, public: bool = False
) -> list[Row]:
    """Every row of a download."""
    box = unbox(packed(members), "i.zip")
    return list(open_instagram(box, "i.zip", whose or on_instagram(), RECEIVED, all_public=public).rows)


def one(entry: object) -> Item:
    (found,) = read(instagram_download(entry))
    assert isinstance(found, Item), found
    return found


@pytest.mark.parametrize("packed", [zipped, tarred])
def test_one_picture_has_caption_and_time_itself(packed: Any) -> None:
    (found,) = read(instagram_download({"media": [ig_media("Nofio am ddim – tŷ 🏊")]}), packed=packed)
    assert isinstance(found, Item)
    assert (found.text, found.published_at, found.media) == ("Nofio am ddim – tŷ 🏊", NINE, (Media("image"),))
    assert found.platform_id.startswith("archive:")


def test_with_several_they_stand_with_the_post() -> None:
    parts = [ig_media("", JUNE - 60), ig_media("", JUNE - 50, "media/posts/2.mp4")]
    found = one({"media": parts, "title": "Free swimming", "creation_timestamp": JUNE})
    assert (found.text, found.published_at) == ("Free swimming", NINE)
    assert found.media == (Media("image"), Media("video"))
    assert one({"media": [ig_media("Free"), ig_media("Free"), ig_media("Swimming")]}).text == "Free\nSwimming"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("content/reels.json", {"ig_reels_media": [{"media": [ig_media("A reel", uri="media/reels/1.mp4")]}]}),
        ("media/reels.json", {"ig_reels_media": [{"media": [ig_media("A reel", uri="media/reels/1.mp4")]}]}),
        ("content/igtv_videos.json", {"ig_igtv_media": [{"media": [ig_media("A reel", uri="media/1.mp4")]}]}),
        ("media/posts_2.json", [{"media": [ig_media("A reel", uri="media/1.mp4")]}]),
    ],
)
def test_reels_and_other_lists(name: str, content: object) -> None:
    found = read(instagram_download(**{f"your_instagram_activity/{name}": mangled(content)}))
    assert [(row.text, row.media) for row in found if isinstance(row, Item)] == [("A reel", (Media("video"),))]


def test_nobody_else_is_in_anything_that_is_kept() -> None:
    members = instagram_download({"media": [ig_media("Free")], "tagged": [CANARY]})
    assert CANARY in members[POSTS]
    (found,) = read(members)
    assert isinstance(found, Item)
    assert CANARY not in repr(found)
    assert json.loads(found.payload) == {"creation_timestamp": JUNE, "media": ["image"], "title": "Free"}
    assert found.removed == ("media.cross_post_source", "media.media_metadata", "media.uri", "post.tagged")


def test_a_private_account_is_refused_whatever_is_said() -> None:
    for said in ("True", "true", "Yes"):
        with pytest.raises(ArchiveError, match="was private"):
            read(instagram_download({"media": [ig_media("x")]}, private=said), public=True)


@pytest.mark.parametrize("said", [None, "", "Non"])
def test_where_it_is_not_said_the_owner_must(said: str | None) -> None:
    members = instagram_download({"media": [ig_media("x")]}, private=said)
    with pytest.raises(ArchiveError, match="--all-public"):
        read(members)
    assert len(read(members, public=True)) == 1


def test_the_owner_in_another_language() -> None:
    said = {"Nom d’utilisateur": {"value": "Town_Council"}, "Adresse e-mail": {"value": CANARY}}
    members = instagram_download({"media": [ig_media("x")]})
    members[WHOSE] = mangled({"profile_user": [{"string_map_data": said}]})
    assert len(read(members, public=True)) == 1


@pytest.mark.parametrize(
    "said",
    [{"Username": {"value": "village"}, "Name": {"value": "town_council"}}, {}, {"Username": {"value": ["x"]}}],
)
def test_another_accounts_download_is_refused(said: dict[str, Any]) -> None:
    members = instagram_download({"media": [ig_media("x")]})
    members[WHOSE] = mangled({"profile_user": [{"string_map_data": said}]})
    with pytest.raises(ArchiveError, match="not of @town_council"):
        read(members, public=True)


@pytest.mark.parametrize("lost", [WHOSE, POSTS])
def test_what_lacks_is_told(lost: str) -> None:
    members = instagram_download({"media": [ig_media("x")]})
    del members[lost]
    with pytest.raises(ArchiveError, match=r"Personal information|holds no posts"):
        read(members)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"media": []}, "without a picture"),
        ("x", "without a picture"),
        ({"media": [ig_media("x", None)]}, "without a time"),
        ({"media": [ig_media("x", 10**18)]}, "impossible time"),
        ({"media": [ig_media("x")], "creation_timestamp": True}, "without a time"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_in(entry: object, says: str) -> None:
    bad, fine = read(instagram_download(entry, {"media": [ig_media("Fine")]}))
    assert isinstance(bad, Bad)
    assert str(bad) == f"{POSTS}, row 1: {bad.reason}"
    assert says in bad.reason
    assert isinstance(fine, Item)


KEYS = st.sampled_from(["media", "title", "creation_timestamp", "uri", "media_metadata"])
ENTRIES: Any = st.recursive(
    VALUES | st.just(JUNE), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5)
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(ENTRIES)
def test_hostile_entries_make_an_item_or_say_why_not(entry: Any) -> None:
    found: Item | None = None
    with suppress(Wrong, ValueError):
        found = to_item(entry, RECEIVED)
    if found:
        found.text.encode("utf-8")
        assert found.media
        assert found.published_at is not None
