"""Tokens and n-grams."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.features import LONGEST, character_grams, characters, tokens, word_grams, words


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("It's NOT ok! No!!!!", ["it's", "not", "ok", "!", "no", "!!"]),
        ("soooo baaad", ["soo", "baad"]),
        ("f**k a$$ sh*t", ["f**k", "a", "sh*t"]),
        ("<user> said <url> 😀😀", ["<user>", "said", "<url>", "😀", "😀"]),
        ('"why?" snake_case', ['"', "why", "?", '"', "snake", "case"]),
        ("... --- ,,,", []),
    ],
)
def test_forms(text: str, forms: list[str]) -> None:
    assert [t.form for t in tokens(text)] == forms


@given(st.text(max_size=80))
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        at = token.end


@given(st.text(max_size=80))
def test_every_gram_names_its_tokens(text: str) -> None:
    found = tokens(text)
    for gram, first, last in words(found):
        assert gram == " ".join(t.form for t in found[first : last + 1])
    for gram, first, last in characters(found):
        assert first == last
        assert gram in f" {found[first].form} "


def test_word_grams_are_words_then_pairs() -> None:
    assert word_grams("a b c") == ["a", "b", "c", "a b", "b c"]


def test_character_grams_stay_inside_words() -> None:
    assert character_grams("ab") == [" ab", "ab ", " ab "]
    assert not any(" " in gram[1:-1] for gram in character_grams("some words here"))


def test_a_word_without_end_is_cut() -> None:
    [token] = tokens("xy" * 100_000)
    assert len(token.form) == LONGEST
    assert token.end == 200_000
