"""Texts for everyone name nobody: no person, no account, no address, and not the post's own words."""

import pytest

from data.nameless import betrays, shared, tidied

POST = "Honestly, whoever keeps leaving sofas by the bins is clueless."
NAMES, HANDLES = ["Jo Field", "Olive Marsh-Brown"], ["@FernbrookBins"]


def found(text: str) -> list[str]:
    return betrays(text, NAMES, HANDLES, [POST])


@pytest.mark.parametrize(
    "text",
    [
        "Kindness is quicker than sarcasm, and people answer it.",
        "A sports field is no place for a marsh of words.",  # parts of names as ordinary words
        "Leaving sofas by a wall is a matter for the service.",
        "Do not call residents clueless.",
        "",
    ],
)
def test_a_text_about_nobody_passes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("We talked it over with jo  field.", "the name Jo Field"),
        ("Field was right to ask.", "the name Jo Field"),
        ("It was FIELD’s idea.", "the name Jo Field"),
        ("As Olive says, wait an hour.", "the name Olive Marsh-Brown"),
        ("olive marsh-brown asked first", "the name Olive Marsh-Brown"),
        ("Read fernbrookbins once more.", "the account’s name @FernbrookBins"),
        ("Ask @someone first.", "the address @someone"),
        ("Write to jo@council.example", "the address jo@council.example"),
        ("See https://social.example/1 for it", "the address https://social.example/1"),
        ("Nobody should say: LEAVING sofas, by the bins!", "the post’s own words “leaving sofas by the”"),
    ],
)
def test_what_betrays_someone_is_named(text: str, what: str) -> None:
    assert what in found(text)


def test_a_handle_of_several_words_counts_apart_and_together() -> None:
    for text in ("Fernbrook Bins did well", "see fernbrookbins", "FERNBROOK  BINS"):
        assert betrays(text, [], ["Fernbrook Bins"], []) == ["the account’s name Fernbrook Bins"]
    assert betrays("Bins in Fernbrook did well", [], ["Fernbrook Bins"], []) == []


def test_four_words_in_a_row_are_too_many_and_a_short_post_is_told_whole() -> None:
    assert shared(["keeps", "leaving", "sofas", "here"], POST.lower().split()) == ""
    said = ["one", "two", "three", "four", "five"]
    assert shared(said, ["zero", *said[1:]]) == "two three four five"
    assert betrays("They wrote: get lost.", [], [], ["Get lost!"]) == ["the post’s own words “get lost”"]
    assert betrays("They wrote something.", [], [], ["", "🙂"]) == []


def test_names_and_handles_that_are_empty_hide_nothing() -> None:
    assert betrays("Wait an hour before you answer.", ["", "  ", "Al"], ["", "@"], []) == []
    assert betrays("al", [], [], []) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (" a\n b\t c ", "a b c"),
        ("\u202egnol\u202c x", "gnol x"),
        ("\u2066a\u2069\u200f", "a"),
        ("ŵ é 🙂", "ŵ é 🙂"),
        ("", ""),
    ],
)
def test_a_text_is_one_line_and_turns_nothing_around(text: str, left: str) -> None:
    assert tidied(text) == left
