"""Tokens and their places."""

import json
from pathlib import Path

import pytest

from classifier import storage
from classifier.pipeline import SHIPPED
from classifier.text import EMAIL, URL, USER
from classifier.tokens import CLS, MASKS, PAD, SEP, Tokens, tokenizer_file


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


@pytest.fixture
def pretrained(tmp_path: Path) -> Path:
    """A folder with a small tokenizer in the form that the pre-trained weights come with."""
    words = ["[PAD]", *(f"[unused{n}]" for n in range(9)), "[UNK]", "[CLS]", "[SEP]", "bin", "##s", "at"]
    content = {
        "version": "1.0",
        "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": None,
        "added_tokens": [
            {"id": 0, "content": "[PAD]", "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
            | {"special": True}
        ],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: n for n, word in enumerate(words)},
        },
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_masks_take_the_place_of_unused_tokens(pretrained: Path) -> None:
    content = tokenizer_file(pretrained)
    vocabulary = json.loads(content)["model"]["vocab"]
    assert [vocabulary[mask] for mask in MASKS] == [1, 2, 3]
    assert "[unused0]" not in vocabulary
    assert sorted(vocabulary.values()) == list(range(len(vocabulary)))
    assert content == tokenizer_file(pretrained)


def test_a_made_tokenizer_cuts_nothing_off(pretrained: Path) -> None:
    tokens = Tokens(tokenizer_file(pretrained))
    [found] = tokens.encode([f"Bins at {URL} " * 5])
    assert len(found.ids) == 20
    assert found.ids[:4] == [13, 14, 15, 1]
