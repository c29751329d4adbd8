"""The words of posts as HTML: always text, marks where the offsets say."""

import html
import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words
from dashboard.words import Span
from data.model import Contribution, Explanation, Part, PostKind, Version

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TAGS = re.compile(r"<[^>]*>")


def version(text: str, warning: str = "", alts: tuple[str, ...] = (), shared: str = "") -> Version:
    return Version(1, 1, "bins", 1, PostKind.OWN, text, warning, alts, shared, len(alts), "en", NOW, NOW)


def why(*found: tuple[int, int, float]) -> Explanation:
    said = [Contribution(s, e, "", w) for s, e, w in found]
    return Explanation(0, 0, tuple(w for w in said if w.weight > 0), tuple(w for w in said if w.weight <= 0))


def text_of(shown: str) -> str:
    """What a reader sees: tags and the words for screen readers taken out."""
    bare = re.sub(r'<span class="pr-hidden">.*?</span>', "", shown)
    return html.unescape(TAGS.sub("", bare))


@given(st.text(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.floats(-3, 3))))
def test_a_marked_text_is_still_the_text(text: str, places: list[tuple[int, int, float]]) -> None:
    text = words.ODD.sub("", text)
    found = words.spans(why(*places), 0, len(text))
    assert text_of(words.marked(text, found)) == text
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_offsets_count_code_points_of_the_original() -> None:
    text = "👩‍👩‍👧 naïve <b> clueless"
    start = text.index("clueless")
    shown = words.marked(text, [Span(start, start + 8, True)])
    assert '<mark class="pr-for">clueless<span class="pr-hidden"> (raised the score) </span></mark>' in shown
    assert "&lt;b&gt;" in shown


def test_the_heavier_of_two_overlapping_words_wins() -> None:
    assert words.spans(why((0, 5, 1.0), (3, 8, -2.0)), 0, 10) == [Span(3, 8, False)]


def said(*weights: float) -> list[Contribution]:
    return [Contribution(3 * n, 3 * n + 2, f"w{n}", weight) for n, weight in enumerate(weights)]


def test_only_the_words_that_carry_the_weight_are_marked_and_listed() -> None:
    assert [w.text for w in words.telling(said(1.0, 5.0, 0.5, 2.0))] == ["w1", "w3"]
    assert words.listed(said(1.0, 5.0, 0.5, 2.0)) == ["w1", "w3"]
    assert words.telling([]) == words.telling(said(0.0, 0.0)) == []
    found = Explanation(0, 0, tuple(said(4.0, 0.2, 0.2, 3.0)), ())
    assert words.spans(found, 0, 20) == [Span(0, 2, True), Span(9, 11, True)]


def test_what_lowered_the_score_by_next_to_nothing_is_not_marked() -> None:
    assert words.telling(said(-0.01, -0.02), said(3.0)) == []
    assert [w.text for w in words.telling(said(-0.5, -2.0), said(3.0))] == ["w1"]


@given(st.lists(st.floats(0.001, 100), max_size=40))
def test_the_marked_words_are_the_fewest_that_hold_two_thirds(weights: list[float]) -> None:
    found = [w.weight for w in words.telling(said(*weights))]
    assert len(found) <= words.MOST_MARKED
    assert found == sorted(weights, reverse=True)[: len(found)]
    enough = words.HOLD * sum(weights)
    assert sum(found[:-1]) < enough or not found
    light = [w for w in sorted(weights, reverse=True)[: words.MOST_MARKED] if w >= words.LIGHT * max(weights)]
    assert len(found) == len(light) or sum(found) >= enough * (1 - 1e-9)


def test_many_words_of_one_weight_are_the_text_as_a_whole() -> None:
    assert words.diffuse(said(*[1.0] * 20))
    assert not words.diffuse(said(*[1.0] * 12))
    assert not words.diffuse([])


def test_every_word_is_in_the_table_with_its_share() -> None:
    rows = words.weighed(Explanation(0, 0, tuple(said(1.0, 3.0)), (Contribution(20, 21, "ok", -2.0),)))
    assert rows == [("w0", "raised", "25"), ("w1", "raised", "75"), ("ok", "lowered", "100")]
    assert words.weighed(Explanation(0, 0, (), ())) == []


def test_offsets_run_through_warning_and_descriptions() -> None:
    parts = words.pieces(version("ab", "cd", ("ef", "gh")), Part.OWN)
    assert [(p.text, p.start) for p in parts] == [("ab", 0), ("cd", 3), ("ef", 6), ("gh", 9)]
    shown = words.post(parts, why((6, 8, 1.0)))
    assert '<mark class="pr-for">ef' in shown
    assert shown.count("<mark") == 1


def test_an_empty_post_with_a_description_says_so() -> None:
    shown = words.post(words.pieces(version("", alts=("A glass bank",)), Part.OWN), None)
    assert "There are no words" in shown
    assert "A glass bank" in shown


def test_the_shared_part_is_the_shared_words() -> None:
    parts = words.pieces(version("mine", shared="theirs"), Part.SHARED)
    assert [(p.text, p.start) for p in parts] == [("theirs", 0)]


@pytest.mark.parametrize("odd", ["\u202e", "\u2066", "\x00", "\x1b", "\x85", "\ud800"])
def test_odd_characters_are_shown_by_their_code(odd: str) -> None:
    assert f"[U+{ord(odd):04X}]" in words.visible(f"a{odd}b")
    assert odd not in words.visible(f"a{odd}b")
    assert words.listed([Contribution(0, 1, odd, 1.0)]) == [f"[U+{ord(odd):04X}]"]


def test_joiners_and_marks_of_scripts_stay() -> None:
    assert words.visible("👨‍👩‍👧 עברית\u200f") == "👨‍👩‍👧 עברית\u200f"


@pytest.mark.parametrize(
    "hostile", ["<script>x</script>", "<img src=x onerror=x>", "</div><iframe>", '" onmouseover="x', "&lt;b&gt;"]
)
def test_markup_stays_text(hostile: str) -> None:
    for shown in (words.plain(hostile, hostile), words.difference("", hostile), words.visible(hostile)):
        assert "<script" not in shown
        assert "<img" not in shown
        assert "<iframe" not in shown
        assert 'onmouseover="x"' not in shown.replace("&quot;", "")
    assert text_of(words.visible(hostile)) == hostile


def test_words_are_listed_once_heaviest_first() -> None:
    found = [Contribution(0, 1, w, n) for w, n in [("b", 1.0), ("a", 3.0), ("b", 2.0), (" ", 5.0)]]
    assert words.listed(found) == ["a"]
    assert words.listed([Contribution(0, 1, w, 1.0) for w in "abab"]) == ["a", "b"]
    assert len(words.listed([Contribution(0, 1, str(n), 1.0) for n in range(50)])) == words.MOST_MARKED


def test_a_difference_shows_what_went_and_what_came() -> None:
    shown = words.difference("Bins on Monday", "Bins on Thursday")
    assert "<del>" in shown
    assert "Monday</del>" in shown
    assert "Thursday</ins>" in shown
    assert "<del>" not in words.difference("x " * 3000, "y " * 3000)


def test_a_long_post_is_shown_whole() -> None:
    text = "word <b> " * 11_200
    assert text_of(words.plain("", text)).endswith(text)
