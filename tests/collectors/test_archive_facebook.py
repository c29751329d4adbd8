"""Facebook downloads: the account's own words, mended, and nothing of anybody else."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import archive_box
from collectors.archive import Bad, NotPublic, Row
from collectors.archive_container import unbox
from collectors.archive_facebook import open_facebook, to_item
from collectors.archive_meta import Wrong
from data.errors import ArchiveError
from data.model import Account, Item, Media, PostKind
from tests.collectors.archives import CANARY, tarred, zipped
from tests.collectors.meta_downloads import JUNE, PAGE, facebook_download, fb_post, link, mangled, on_facebook, picture
from tests.collectors.support import RECEIVED
from tests.collectors.test_archive_json import VALUES

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def read(members: dict[str, str], whose: Account | None = None, packed: Any = zipped, public: bool = True) -> list[Row]:
    """Every row of a download."""
    box = unbox(packed(members), "f.zip")
    return list(open_facebook(box, "f.zip", whose or on_facebook(), RECEIVED, all_public=public).rows)


def one(entry: object) -> Item:
    (found,) = read(facebook_download(entry))
    assert isinstance(found, Item), found
    return found


@pytest.mark.parametrize("packed", [zipped, tarred])
@pytest.mark.parametrize(
    "folder", ["your_facebook_activity/", "", "export/this_profile's_activity_across_facebook/", "facebook-town/"]
)
def test_posts_of_every_layout(packed: Any, folder: str) -> None:
    (found,) = read(facebook_download(fb_post("Ffordd ar gau – tŷ 🚧"), folder=folder), packed=packed)
    assert isinstance(found, Item)
    assert (found.text, found.published_at, found.kind) == ("Ffordd ar gau – tŷ 🚧", NINE, PostKind.OWN)
    assert found.platform_id.startswith("archive:")
    assert found.rule == "facebook-archive/1"


@pytest.mark.parametrize("name", ["profile_posts_1.json", "your_posts_2.json", "your_posts.json", "page_posts_1.json"])
def test_older_names_of_the_file_and_pages(name: str) -> None:
    members = facebook_download()
    members["your_facebook_activity/posts/" + name] = mangled([fb_post("Road closed")])
    assert [row.text for row in read(members) if isinstance(row, Item)] == ["Road closed"]


def test_words_captions_links_and_pictures() -> None:
    found = one(
        fb_post(
            "New hours",
            JUNE,
            picture("a.jpg", "The library at night"),
            picture("b.mp4", "New hours"),
            link("https://town.example/hours"),
        )
    )
    assert found.text == "New hours\nThe library at night"
    assert found.media == (Media("image"), Media("video"))
    assert found.links == ("https://town.example/hours",)
    kept = json.loads(found.payload)
    assert kept == {
        "links": ["https://town.example/hours"],
        "media": ["image", "video"],
        "text": found.text,
        "timestamp": JUNE,
    }


def test_an_edit_is_told_with_its_time() -> None:
    entry = fb_post("New hours", data=[{"post": "New hours"}, {"update_timestamp": JUNE + 60}, {}])
    assert one(entry).updated_at == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)
    assert one(fb_post("x", data=[{"post": "x"}, {"update_timestamp": JUNE}])).updated_at is None


@pytest.mark.parametrize(
    "entry",
    [
        fb_post("Well said", JUNE, link(f"https://www.facebook.com/{CANARY}/posts/1"), picture("a.jpg", "Theirs")),
        fb_post("Well said", JUNE, picture("a.jpg", "Theirs"), title=f"Town Council shared {CANARY}'s photo."),
    ],
)
def test_what_is_passed_on_is_not_the_councils_own_words(entry: dict[str, Any]) -> None:
    found = one(entry)
    assert (found.kind, found.text, found.shared_text) == (PostKind.QUOTE, "Well said", "")
    bare = one({**entry, "data": []})
    assert (bare.kind, bare.text, bare.links) == (PostKind.SHARE, "", ())


def test_a_picture_that_is_older_than_its_post_keeps_no_caption() -> None:
    assert one(fb_post("Look", JUNE, picture("a.jpg", "Theirs", made=JUNE - 30 * 24 * 3600))).text == "Look"
    assert one(fb_post("Look", JUNE, picture("a.jpg", "Theirs", made="never"))).text == "Look"  # type: ignore[arg-type]


@pytest.mark.parametrize("title", [f"Town Council wrote on {CANARY}'s timeline.", f"Town Council posted in {CANARY}."])
def test_what_was_written_elsewhere_is_passed_over(title: str) -> None:
    (found,) = read(facebook_download(fb_post("Hello", title=title)))
    assert isinstance(found, NotPublic)


def test_nobody_else_is_in_anything_that_is_kept() -> None:
    entry = fb_post(
        "Road closed", JUNE, picture("a.jpg", "Ours"), link("https://town.example/"), place={"name": CANARY}
    )
    members = facebook_download(entry)
    assert CANARY in members["your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"]
    (found,) = read(members)
    assert isinstance(found, Item)
    assert CANARY not in repr(found)
    assert CANARY.encode() not in found.payload
    assert {"post.title", "post.tags", "post.place"} <= set(found.removed)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (3, "no post"),
        ({}, "no post"),
        (fb_post("x", None), "a post without a time"),
        (fb_post("x", "yesterday"), "a post without a time"),
        (fb_post("x", -5), "an impossible time"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_in(entry: object, says: str) -> None:
    bad, fine = read(facebook_download(entry, fb_post("Fine")))
    assert isinstance(bad, Bad)
    assert str(bad.where) == "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json, row 1"
    assert says in bad.reason
    assert isinstance(fine, Item)


def test_a_file_that_breaks_off_ends_in_a_bad_row() -> None:
    name = "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"
    whole = facebook_download(fb_post("One"), fb_post("Two"))
    found = read({**whole, name: whole[name][:-40]})
    assert isinstance(found[0], Item)
    assert isinstance(found[-1], Bad)


WHOSE = "personal_information/profile_information/profile_information.json"


@pytest.mark.parametrize(
    "said",
    [
        {"profile_v2": {"username": "TownCouncil"}},
        {"profile": {"profile_uri": "https://m.facebook.com/town.council/"}},
        {"profile_v2": {"profile_uri": f"https://www.facebook.com/profile.php?id={PAGE}"}},
    ],
)
def test_the_owner_is_known_by_name_or_number(said: dict[str, Any]) -> None:
    assert len(read(facebook_download(fb_post("x"), **{WHOSE: mangled(said)}))) == 1


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (mangled({"profile_v2": {"username": "village"}}), "is the download of village"),
        (mangled({"profile_v2": {"profile_uri": "https://www.facebook.com/profile.php?id=9"}}), "is the download of 9"),
        (mangled({"profile_v2": {}}), "nobody who is named"),
        (mangled([]), "nobody who is named"),
        ("{", "does not say whose it is"),
    ],
)
def test_another_accounts_download_is_refused(said: str, says: str) -> None:
    with pytest.raises(ArchiveError, match=says):
        read(facebook_download(fb_post("x"), **{WHOSE: said}))


def test_a_download_that_does_not_say_whose_it_is_is_refused() -> None:
    members = facebook_download(fb_post("x"))
    del members[WHOSE]
    with pytest.raises(ArchiveError, match="Profile information"):
        read(members)


def test_nothing_is_taken_in_until_the_owner_says_that_it_is_public() -> None:
    with pytest.raises(ArchiveError, match="--all-public"):
        read(facebook_download(fb_post("For friends")), public=False)


def test_only_others_posts_are_no_posts() -> None:
    members = facebook_download()
    del members["your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"]
    with pytest.raises(ArchiveError, match="holds no posts"):
        read(members)


def test_paths_that_lead_out_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArchiveError, match="leads out"):
        read(facebook_download(fb_post("x"), **{"../../posts/your_posts_1.json": "[]"}))
    monkeypatch.setattr(archive_box, "SLACK", 1000)
    with pytest.raises(ArchiveError, match="unpack to far more"):
        read(facebook_download(fb_post("x" * 2_000_000)))


def test_coverage_is_not_claimed() -> None:
    box = unbox(zipped(facebook_download(fb_post("x"))), "f.zip")
    assert not open_facebook(box, "f.zip", on_facebook(), RECEIVED, all_public=True).whole


KEYS = st.sampled_from(
    ["timestamp", "data", "attachments", "title", "post", "media", "uri", "description", "external_context", "url"]
)
ENTRIES: Any = st.recursive(
    VALUES | st.just(JUNE), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6)
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ENTRIES)
def test_hostile_entries_make_an_item_or_say_why_not(entry: Any) -> None:
    found: Item | None = None
    with suppress(Wrong, ValueError):
        found = to_item(entry, RECEIVED)
    if found:
        found.text.encode("utf-8")
        assert found.published_at is not None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.data())
def test_a_file_with_a_changed_byte_never_ends_in_a_crash(data: st.DataObject) -> None:
    name = "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"
    whole = facebook_download(fb_post("Ffordd – 🚧", JUNE, picture("a.jpg", "Ours")), fb_post("Two"))
    content = bytearray(whole[name].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = read({**whole, name: bytes(content)})  # type: ignore[dict-item]
    assert found
    assert all(isinstance(row, Item | Bad | NotPublic) for row in found)
