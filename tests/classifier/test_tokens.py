"""Tokens and their places."""

import pytest

from classifier import storage
from classifier.pipeline import SHIPPED
from classifier.text import EMAIL, URL, USER
from classifier.tokens import CLS, PAD, SEP, Tokens


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    """The shipped tokenizer."""
    return Tokens(storage.read_encoder(SHIPPED)[1])


def test_every_token_stands_at_its_place(tokens: Tokens) -> None:
    text = "Café closed; see <url> or ask <user>"
    [found] = tokens.encode([text])
    assert [text[start:end] for start, end in found.spans] == [
        "Café", "closed", ";", "see", "<url>", "or", "ask", "<user>",
    ]  # fmt: skip
    assert len(found.ids) == len(found.spans)
    assert found.bracketed == tokens.ids([text])[0] == [CLS, *found.ids, SEP]


def test_masks_are_tokens_of_their_own(tokens: Tokens) -> None:
    assert [one.ids for one in tokens.encode([URL, USER, EMAIL])] == [[1], [2], [3]]


def test_special_tokens_written_in_a_post_are_ordinary_text(tokens: Tokens) -> None:
    for text in ("[CLS]", "[SEP] [PAD]", "[MASK]", "[UNK]"):
        assert not {CLS, SEP, PAD, 100, 103} & set(tokens.encode([text])[0].ids)


def test_case_makes_no_difference(tokens: Tokens) -> None:
    assert tokens.ids(["BINS On Friday"]) == tokens.ids(["bins on friday"])


def test_nothing_is_cut_off(tokens: Tokens) -> None:
    assert len(tokens.ids(["day " * 3000])[0]) == 3002
