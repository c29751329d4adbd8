"""Normalisation, and the map back to the original."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import EMAIL, URL, USER, normalise

SPECIAL = st.sampled_from(
    [
        "&amp;",
        "&#128512;",
        "&amp;lt;",
        "\u200b",
        "\u202e",
        "\u0301",
        "e\u0301",
        "ﬁ",
        "½",
        "Ａ",
        "\x00",
        "\ud800",
        "👩‍💻",
        "https://x.example/a",
        "@someone",
        "a@b.example",
        "“",
        "…",
        "ﷺ",
        "İ",
        "\ufe0f",
        "\U000e0041",
        "日本",
        "´",
        "soooo",
    ]
)
HOSTILE = st.lists(SPECIAL | st.text(max_size=8), max_size=30).map("".join)


def call_count(work: Callable[[], object]) -> int:
    """Return how many Python-level and C calls `work` makes: a measure of work that no busy machine disturbs."""
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("Tom &amp; Jerry &amp;amp; co", "Tom & Jerry & co"),
        ("&lt;3 &#39;hi&#x27; &bogus; &#99999999;", "<3 'hi' &bogus; &#99999999;"),
        ("Ｈｅｌｌｏ ﬁne … ½", "Hello fine ... 1⁄2"),
        ("“quoted” ‘it’s’ a–b", "\"quoted\" 'it's' a-b"),
        ("id\u200biot \u202eabc\u202c so\u00adft", "idiot abc soft"),
        ("z\u0301\u0316\u0301\u0316a\u0301lgo", "źálgo"),
        ("a\x00b\ud800c\x1b[0m", "a b c [0m"),
        ("😀👩‍💻 ok", " :grinning face:  :woman technologist:  ok"),
        ("see https://x.example/a?b=1 or www.x.example", f"see {URL} or {URL}"),
        ("@a_b hi @c@masto.example, d.e@f.gov.uk", f"{USER} hi {USER}, {EMAIL}"),
        ("[USER] wrote [URL] <user>", f"{USER} wrote {URL} {USER}"),
        ("meet @ 5 or 3@2", "meet @ 5 or 3@2"),
        ("", ""),
        ("\u0301\u0301", ""),
    ],
)
def test_normalised_form(original: str, expected: str) -> None:
    assert normalise(original).text == expected


@given(HOSTILE)
def test_every_character_stands_for_a_stretch_of_the_original(original: str) -> None:
    plain = normalise(original)
    assert plain.offsets.shape == (len(plain.text), 2)
    before = (0, 0)
    for start, end in plain.offsets.tolist():
        assert 0 <= start < end <= len(original)
        assert start >= before[0]
        assert end >= before[1]
        before = (start, end)


@given(HOSTILE, st.data())
def test_a_span_covers_what_its_characters_stand_for(original: str, data: st.DataObject) -> None:
    plain = normalise(original)
    if not plain.text:
        return
    start = data.draw(st.integers(0, len(plain.text) - 1))
    end = data.draw(st.integers(start + 1, len(plain.text)))
    first, last = plain.span(start, end)
    assert first == plain.offsets[start, 0]
    assert last == max(plain.offsets[start:end, 1])


@given(st.lists(st.sampled_from(["ab", "XYZ", "bin.", "cab,", "mice!", "\n", "we"]), max_size=30).map(" ".join))
def test_plain_text_is_left_alone(original: str) -> None:
    plain = normalise(original)
    assert plain.text == original
    assert plain.offsets.tolist() == [[i, i + 1] for i in range(len(original))]


@given(HOSTILE)
def test_nothing_invisible_is_left(original: str) -> None:
    left = set(normalise(original).text)
    assert not left & {"\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\x00", "\ud800", "\ufe0f"}


def test_an_emoji_points_at_its_entity() -> None:
    plain = normalise("so &#128512; then")
    at = plain.text.index("grinning")
    assert plain.span(at, at + 1) == (3, 12)


def test_a_mask_points_at_the_whole_link() -> None:
    original = "go to https://x.example/é now"
    plain = normalise(original)
    first, last = plain.span(plain.text.index(URL), plain.text.index(URL) + len(URL))
    assert original[first:last] == "https://x.example/é"


def test_kept_stretches_keep_their_places() -> None:
    plain = normalise("Helo bawb.\nHello &amp; all.")
    kept = plain.keep([(11, len(plain.text))])
    assert kept.text == "Hello & all."
    assert kept.span(6, 7) == (17, 22)
    assert plain.keep([(0, len(plain.text))]) is plain
    assert plain.keep([]).text == ""


@pytest.mark.parametrize(
    "unit", ["a ", "\u0301", "\u0316\u0301", "\x00", "😀", "@", "a@", "&", "&amp;", "½", "a\u200b", "ﷺ"]
)
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    normalise(unit * 10)
    once, tenfold = (call_count(lambda n=n: normalise(unit * n)) for n in (2_000, 20_000))  # type: ignore[misc]
    assert tenfold <= 11 * once


@pytest.mark.parametrize("text", ["word " * 2_000_000, "\u0316\u0301" * 2_500_000, "\x00" * 10_000_000, "😀" * 100_000])
def test_ten_megabytes_have_an_outcome(text: str) -> None:
    plain = normalise(text)
    assert len(plain.offsets) == len(plain.text)
