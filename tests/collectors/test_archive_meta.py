"""Text, times and ids as Meta's downloads have them."""

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.archive_container import unbox
from collectors.archive_meta import (
    Wrong,
    joined_words,
    made_up_id,
    members,
    mended,
    moment,
    shown,
    small_json,
    strings,
)
from data.errors import ArchiveError
from data.model import Media
from tests.collectors.archives import zipped
from tests.collectors.meta_downloads import JUNE, mangled
from tests.collectors.support import RECEIVED

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def as_written(text: str) -> str:
    """What a JSON reader gives of a text that Meta wrote."""
    found: str = json.loads(mangled(text))
    return found


@pytest.mark.parametrize(
    "text", ["Ffordd ar gau – tŷ", "café", "Road closed 🚧", "Łódź, Πάτρα, 東京", "‘quoted’ “words”…", "plain", "a\nb"]
)
def test_what_meta_mangles_is_mended(text: str) -> None:
    assert as_written(text) != text or text.isascii()
    assert mended(as_written(text)) == text


@given(st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc"))))
def test_any_text_comes_back(text: str) -> None:
    assert mended(as_written(text)) == text


@pytest.mark.parametrize("text", ["café", "Road 🚧 Ã©", "naïve façade", "10 € – Ã¼", "¡Olé!"])
def test_what_was_never_mangled_stays(text: str) -> None:
    assert mended(text) == text


def test_a_cut_character_spoils_no_other() -> None:
    assert mended(as_written("café 🚧")[:-1]) == "café ð\x9f\x9a"
    assert mended("caf\u00c3\u00a9 \u00e2\u0080") == "café â\x80"


@pytest.mark.parametrize("value", [None, 3, ["a"], {"a": 1}, b"a"])
def test_what_is_no_text_is_none(value: object) -> None:
    assert mended(value) == ""


def test_nothing_unstorable_is_left() -> None:
    assert mended("a\x00b\ud800c") == "ab�c"


def test_times_are_seconds_in_utc() -> None:
    assert moment(JUNE, RECEIVED).at == NINE
    assert moment(float(JUNE), RECEIVED).at == NINE
    ahead = int((RECEIVED + timedelta(days=1)).timestamp())
    assert (moment(ahead, RECEIVED).at, moment(ahead, RECEIVED).note) == (RECEIVED, "clamped")


@pytest.mark.parametrize("value", [None, True, "1780304400", [JUNE], {}, 0, -5, 10**20, 1e300, float("inf")])
def test_what_is_no_time_is_told(value: object) -> None:
    with pytest.raises(Wrong, match="time"):
        moment(value, RECEIVED)


def test_a_time_in_milliseconds_never_becomes_another_date() -> None:
    with pytest.raises(Wrong, match="impossible"):
        moment(JUNE * 1000, RECEIVED)


def test_an_id_is_of_time_and_words_and_says_that_it_is_made_up() -> None:
    first = made_up_id(NINE, "Road  closed\n")
    assert first == made_up_id(NINE, "Road closed")
    assert re.fullmatch(r"archive:[0-9a-f]{64}", first)
    assert len({first, made_up_id(NINE, "Road open"), made_up_id(NINE + timedelta(seconds=1), "Road closed")}) == 3


@pytest.mark.parametrize(
    ("uri", "kind"),
    [
        ("a/b.jpg", "image"),
        ("a.MP4", "video"),
        ("a/b.mov?x=1", "video"),
        ("", "image"),
        (None, "image"),
        ("mp4", "video"),
    ],
)
def test_pictures_and_films_are_told_by_their_file_and_keep_no_name(uri: Any, kind: str) -> None:
    assert shown(uri) == Media(kind, "", "")


def test_files_with_posts_come_in_the_order_of_their_numbers() -> None:
    pattern = re.compile(r"posts/p_\d+\.json")
    box = unbox(zipped({f"posts/p_{n}.json": "[]" for n in (10, 9, 1)} | {"posts/q_1.json": "[]"}), "d")
    assert members(box, "d", pattern, "p") == ["posts/p_1.json", "posts/p_9.json", "posts/p_10.json"]


@pytest.mark.parametrize(("name", "says"), [("posts/p_1.html", "as HTML"), ("posts/q.json", "holds no posts")])
def test_a_download_without_posts_says_what_to_do(name: str, says: str) -> None:
    with pytest.raises(ArchiveError, match=says):
        members(unbox(zipped({name: ""}), "d"), "d", re.compile(r"posts/p_\d+\.json"), "posts/p_1.json")


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 90_000])
def test_a_damaged_profile_is_refused(content: bytes) -> None:
    box = unbox(io.BytesIO(zipped({"p.json": content}).getvalue()), "d")
    with pytest.raises(ArchiveError, match="whose it is"):
        small_json(box, "p.json", "d")


def test_texts_of_a_value_at_any_depth() -> None:
    value: Any = "deep"
    for _ in range(100):
        value = [value]
    assert list(strings({"a": as_written("tŷ"), "b": ["c", 1, None, value]})) == ["tŷ", "c"]
    assert joined_words(["a ", "", " a", "b"]) == "a\nb"
