"""From normalised text to tokens to n-grams: the one definition that training and inference share."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 40  # characters of one token that are looked at
CHARACTER_SIZES = (3, 4, 5)
TOKEN = re.compile(
    r"<(?:url|user|email)>"
    r"|[^\W_]+(?:['*@$]{1,3}[^\W_]+)*"
    "|[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
    r'|!+|\?+|"'
)
ELONGATED = re.compile(r"(.)\1{2,}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `form` as the model sees it, and its stretch `text[start:end]` of the normalised text."""

    form: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Cut normalised text into words, emoji, marks of exclamation, question and quotation, and masks."""
    return [Token(_form(m[0]), *m.span()) for m in TOKEN.finditer(text)]


def words(found: list[Token]) -> Iterator[tuple[str, int, int]]:
    """Yield word 1- and 2-grams with the indices of their first and last token."""
    for i, token in enumerate(found):
        yield token.form, i, i
    for i in range(len(found) - 1):
        yield f"{found[i].form} {found[i + 1].form}", i, i + 1


def characters(found: list[Token]) -> Iterator[tuple[str, int, int]]:
    """Yield character 3- to 5-grams inside word boundaries, with the index of their token twice."""
    for i, token in enumerate(found):
        padded = f" {token.form} "
        for size in CHARACTER_SIZES:
            for at in range(len(padded) - size + 1):
                yield padded[at : at + size], i, i


def word_grams(text: str) -> list[str]:
    """Return the word n-grams of a normalised text: the analyser that training hands to scikit-learn."""
    return [gram for gram, _, _ in words(tokens(text))]


def character_grams(text: str) -> list[str]:
    """Return the character n-grams of a normalised text: the other analyser."""
    return [gram for gram, _, _ in characters(tokens(text))]


def _form(token: str) -> str:
    return ELONGATED.sub(r"\1\1", token[:LONGEST].lower())
