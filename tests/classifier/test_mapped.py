"""Rewritten texts keep the map to the original through any number of rewritings."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.mapped import Normalised, replaced, substituted

TEXT = st.text(alphabet="ab-# ", max_size=30)


def plain(text: str) -> Normalised:
    """Return a text that stands for itself."""
    places = np.arange(len(text) + 1)
    return Normalised(text, np.stack([places[:-1], places[1:]], axis=1))


@given(TEXT)
def test_nothing_to_replace_changes_nothing(text: str) -> None:
    one = plain(text)
    assert replaced(one, []) is one
    assert substituted(one, re.compile("z"), lambda _: "y") is one
    assert substituted(one, re.compile("a"), lambda same: same) is one


@given(TEXT)
def test_a_replacement_stands_for_the_whole_of_what_it_replaced(text: str) -> None:
    one = substituted(plain(text), re.compile("a+"), lambda run: f"<{len(run)}>")
    assert one.text == re.sub("a+", lambda run: f"<{len(run[0])}>", text)
    for match, made in zip(re.finditer("a+", text), re.finditer(r"<\d+>", one.text), strict=True):
        assert one.span(*made.span()) == match.span()
        assert all(one.offsets[n].tolist() == list(match.span()) for n in range(*made.span()))


@given(TEXT)
def test_what_was_dropped_leaves_its_neighbours_in_place(text: str) -> None:
    one = substituted(plain(text), re.compile("-"), lambda _: "")
    assert one.text == text.replace("-", "")
    assert [text[a:b] for a, b in one.offsets.tolist()] == list(one.text)


@given(TEXT)
def test_rewritings_add_up(text: str) -> None:
    twice = substituted(substituted(plain(text), re.compile("a"), lambda _: "##"), re.compile("#+"), lambda _: "!")
    for n, character in enumerate(twice.text):
        start, end = twice.offsets[n].tolist()
        assert set(text[start:end]) <= set("a#") if character == "!" else text[start:end] == character
