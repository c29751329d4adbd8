"""Normalisation of hostile post text, with a map back to the original code points.

The passes, in order: control characters and lone surrogates become spaces, HTML entities are decoded, compatibility
forms are folded (Unicode NFKC, character by character), invisible and bidirectional characters and stacked combining
marks are dropped, links, e-mail addresses and handles are masked. Emoji stay. Every pass takes linear time.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

NORMALISER = 1  # part of every model's manifest: raise it when the outcome of `normalise` changes
URL, USER, EMAIL = "<url>", "<user>", "<email>"
MOST_MARKS = 4  # combining marks looked at behind one character
LONGEST_FOLD = 4  # a compatibility form that unfolds to more characters than this stays as it is

# What NFKC leaves apart although people use it for the same key.
PLAIN = str.maketrans(
    "\u2018\u2019\u201a\u201b\u00b4\u0060\u2032\u201c\u201d\u201e\u00ab\u00bb\u2033", "'''''''\"\"\"\"\"\""
)
PLAIN |= str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-------")
MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\ud800-\udfff]")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]+"
)
MARKED = re.compile(f"[^{MARKS}]?[{MARKS}]+", re.DOTALL)
MASKS = (
    (re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+|\[URL\]|\bHTTPURL\b", re.IGNORECASE), URL),
    (re.compile(r"(?<![\w@])@\w{1,64}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|\.[\w-]{1,63}){0,4}|\[USER\]"), USER),
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), EMAIL),
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text. `offsets` has shape (len(text), 2): character i stands for `original[slice(*offsets[i])]`."""

    text: str
    offsets: NDArray[np.int64]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original, in code points, that `text[start:end]` (not empty) stands for."""
        return int(self.offsets[start, 0]), int(self.offsets[end - 1, 1])

    def keep(self, spans: list[tuple[int, int]]) -> "Normalised":
        """Return the text with only these stretches of it, a line each."""
        if spans == [(0, len(self.text))]:
            return self
        pieces = [self.offsets[start : min(end + 1, len(self.text))][: end - start + 1] for start, end in spans]
        texts = [self.text[start:end] + "\n" * (end < len(self.text)) for start, end in spans]
        return Normalised("".join(texts), np.concatenate(pieces) if pieces else self.offsets[:0])


def normalise(original: str) -> Normalised:
    """Normalise a text. Never fails: any sequence of code points, lone surrogates too, has an outcome."""
    text = CONTROLS.sub(" ", original)
    ends = np.arange(1, len(text) + 1)
    plain = Normalised(text, np.stack([ends - 1, ends], axis=1))
    for _ in range(2):  # twice: "&amp;lt;" is common
        plain = _substituted(plain, ENTITY, _decoded)
    plain = _folded(plain)
    if not plain.text.isascii():
        plain = _substituted(plain, INVISIBLE, lambda _: "")
        plain = _substituted(plain, MARKED, _composed)
    for pattern, token in MASKS:
        plain = _substituted(plain, pattern, lambda _, token=token: token)  # type: ignore[misc]
    return plain


def _substituted(plain: Normalised, pattern: re.Pattern[str], replace: Callable[[str], str]) -> Normalised:
    """Replace every match; a replacement's characters each stand for all of what the match stood for."""
    pieces: list[str] = []
    cuts: list[tuple[int, int, int]] = []  # start and end of the match, length of the replacement
    at = 0
    for match in pattern.finditer(plain.text):
        start, end = match.span()
        new = replace(match[0])
        pieces += (plain.text[at:start], new)
        cuts.append((start, end, len(new)))
        at = end
    if not cuts:
        return plain
    pieces.append(plain.text[at:])
    return Normalised("".join(pieces), _mapped(plain.offsets, np.array(cuts)))


def _mapped(offsets: NDArray[np.int64], cuts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the offsets after the stretches of `cuts` were replaced, in whole-array steps."""
    starts, ends, lengths = cuts.T
    size = len(offsets)
    kept = np.ones(size, dtype=bool)
    inside = np.zeros(size + 1, dtype=np.int64)
    np.add.at(inside, starts, 1)
    np.add.at(inside, ends, -1)
    kept[np.cumsum(inside[:-1]) > 0] = False
    new = np.repeat(np.stack([offsets[starts, 0], offsets[ends - 1, 1]], axis=1), lengths, axis=0)
    # where each character comes from decides the order: replacements sort at the start of their match
    origin = np.concatenate([np.flatnonzero(kept), np.repeat(starts, lengths)])
    order = np.argsort(origin, kind="stable")
    mapped: NDArray[np.int64] = np.concatenate([offsets[kept], new])[order]
    return mapped


def _decoded(entity: str) -> str:
    decoded = html.unescape(entity)
    return entity if len(decoded) > 2 else CONTROLS.sub(" ", decoded)


def _folded(plain: Normalised) -> Normalised:
    """Fold compatibility forms: one to one by translation, unfolding ones by substitution."""
    odd = {c: _fold(c) for c in set(plain.text.translate(PLAIN)) if not c.isascii()}
    table = {ord(c): to for c, to in odd.items() if len(to) == 1}
    plain = Normalised(plain.text.translate(PLAIN).translate(table), plain.offsets)
    longer = "".join(sorted(c for c, to in odd.items() if len(to) > 1))
    return _substituted(plain, re.compile(f"[{re.escape(longer)}]"), _fold) if longer else plain


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded.translate(PLAIN) if 1 <= len(folded) <= LONGEST_FOLD else character


def _composed(cluster: str) -> str:
    """Return a character with the marks that have a composed form with it; other marks are dropped."""
    return unicodedata.normalize("NFC", cluster[: 1 + MOST_MARKS])[0] if not _is_mark(cluster[0]) else ""


def _is_mark(character: str) -> bool:
    return re.match(f"[{MARKS}]", character) is not None
