"""WordPiece tokens of a normalised text, with their places in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from classifier.text import EMAIL, URL, USER

PAD, CLS, SEP = 0, 101, 102  # ids in the vocabulary of BERT's uncased models
MASKS = (URL, USER, EMAIL)  # tokens of their own, in the place of unused ones


@dataclass(frozen=True, slots=True)
class Encoded:
    """The tokens of one text between the special ones: ids, and the stretch of the normalised text of each."""

    ids: list[int]
    spans: list[tuple[int, int]]

    @property
    def bracketed(self) -> list[int]:
        """The ids between the special tokens CLS and SEP."""
        return [CLS, *self.ids, SEP]


class Tokens:
    """The tokenizer of a model. Special tokens written out in a post are ordinary text to it."""

    def __init__(self, content: str) -> None:
        self._tokenizer = Tokenizer.from_str(content)
        self._tokenizer.encode_special_tokens = True
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: list[str]) -> list[Encoded]:
        """Return the tokens of every text, without special ones."""
        found = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [Encoded(one.ids, one.offsets) for one in found]

    def ids(self, texts: list[str]) -> list[list[int]]:
        """Return the ids of every text between the special tokens CLS and SEP."""
        found = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [[CLS, *one.ids, SEP] for one in found]


def tokenizer_file(pretrained: Path) -> str:
    """Return the pre-trained tokenizer as JSON, with links, handles and e-mail addresses as tokens of their own."""
    content: dict[str, Any] = json.loads((pretrained / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = content["model"]["vocab"]
    for number, mask in enumerate(MASKS):
        at = vocabulary.pop(f"[unused{number}]")
        vocabulary[mask] = at
        content["added_tokens"].append(_added(at, mask))
    content["added_tokens"].sort(key=lambda token: token["id"])
    content["truncation"] = content["padding"] = None
    return json.dumps(content, ensure_ascii=False, sort_keys=False)


def _added(at: int, text: str) -> dict[str, Any]:
    plain = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    return {"id": at, "content": text, **plain}
