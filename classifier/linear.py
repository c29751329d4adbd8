"""The inside of the first model: TF-IDF of word and character n-grams, and linear heads, in plain NumPy.

It gives what the scikit-learn pipeline of `classifier.fit` gives (a test holds them together) without importing it, one
text at a time, so that no text can change the outcome of another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifier.features import Token, characters, tokens, words

Floats = NDArray[np.float64]
Grams = Iterable[tuple[str, int, int]]
MOST_MET = 50_000  # tokens whose character n-grams are remembered


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of n-gram: its columns in the weights, and the inverse document frequency of each of them."""

    columns: Mapping[str, int]
    idf: Floats  # by column; the other block's columns hold zeros

    def known(self, grams: Grams) -> list[int]:
        """Return the columns of the n-grams that have one, in order."""
        get = self.columns.get
        return [column for gram, _, _ in grams if (column := get(gram)) is not None]

    def values(self, columns: Iterable[int]) -> dict[int, float]:
        """Return the TF-IDF value of every n-gram by column: (1 + log count) * idf, scaled to length one."""
        counts: dict[int, int] = {}
        for column in columns:
            counts[column] = counts.get(column, 0) + 1
        if not counts:
            return {}
        at = np.fromiter(counts, dtype=np.int64, count=len(counts))
        value = (1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * self.idf[at]
        return dict(zip(counts, (value / np.sqrt(np.sum(value * value))).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one head's raw score is made of: `base` plus every token's weight (log-odds) is the raw score."""

    base: float
    tokens: list[tuple[int, int, float]]  # start and end in the normalised text, weight


@dataclass(frozen=True, slots=True)
class Linear:
    """Linear heads over n-grams. `weights` has shape (n_features, n_heads), the others (n_heads,).

    A head's raw score is `slope * (values @ weights + intercept) + offset + shift`: calibrated and re-based log-odds.
    """

    word: Block
    character: Block
    weights: NDArray[np.float16]
    intercept: Floats
    slope: Floats
    offset: Floats
    shift: Floats
    met: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def base(self) -> Floats:
        """The raw scores of a text without any known n-gram."""
        base: Floats = self.slope * self.intercept + self.offset + self.shift
        return base

    def uncalibrated(self, text: str) -> Floats:
        """Return what the heads say of a normalised text before calibration."""
        found = tokens(text)
        pieces = (column for token in found for column in self._pieces(token))
        value = self.word.values(self.word.known(words(found))) | self.character.values(pieces)
        return self._sum(value) + self.intercept

    def raw(self, text: str) -> Floats:
        """Return the raw scores (log-odds) of a normalised text, of shape (n_heads,)."""
        scores: Floats = self.slope * self.uncalibrated(text) + self.offset + self.shift
        return scores

    def attribute(self, text: str, head: int) -> Attribution:
        """Share one head's raw score out among the tokens: an n-gram's part goes in equal shares to its tokens."""
        found = tokens(text)
        shares = np.zeros(len(found))
        for block, grams in ((self.word, list(words(found))), (self.character, list(characters(found)))):
            for column, first, last, value in _occurrences(block, grams):
                part = float(self.slope[head]) * value * float(self.weights[column, head])
                shares[first] += part / 2
                shares[last] += part / 2
        return Attribution(float(self.base[head]), list(_placed(found, shares.tolist())))

    def _pieces(self, token: Token) -> list[int]:
        """Return the columns of a token's character n-grams; most tokens of a text were met in another."""
        if token.form not in self.met:
            if len(self.met) >= MOST_MET:
                self.met.clear()
            self.met[token.form] = self.character.known(characters([token]))
        return self.met[token.form]

    def _sum(self, values: Mapping[int, float]) -> Floats:
        at = np.fromiter(values, dtype=np.int64, count=len(values))
        value = np.fromiter(values.values(), dtype=np.float64, count=len(values))
        summed: Floats = (self.weights[at].astype(np.float64) * value[:, None]).sum(axis=0)
        return summed


def _occurrences(block: Block, grams: list[tuple[str, int, int]]) -> Iterator[tuple[int, int, int, float]]:
    """Yield every known n-gram's column, tokens and value, the value divided among its occurrences."""
    values = block.values(block.known(grams))
    known = [(block.columns[gram], first, last) for gram, first, last in grams if gram in block.columns]
    times: dict[int, int] = {}
    for column, _, _ in known:
        times[column] = times.get(column, 0) + 1
    for column, first, last in known:
        yield column, first, last, values[column] / times[column]


def _placed(found: list[Token], shares: list[float]) -> Iterator[tuple[int, int, float]]:
    for token, share in zip(found, shares, strict=True):
        yield token.start, token.end, share
