"""Linear heads on the encoder's vectors, in NumPy, and what each token of a text adds to their raw scores.

They give what scikit-learn's heads give that they were fitted as (a test holds them together) without importing it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifier.encoder import Encoder, Vectors, Window, windows

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """The heads. `weights` has shape (n_features, n_heads), `centre` (n_features,), the others (n_heads,).

    `centre` is the mean vector of texts: what a word adds is told against the average word, not against nothing.

    A head's raw score is `slope * (vector @ weights + intercept) + offset + shift`: calibrated, re-based log-odds.
    """

    weights: Floats
    intercept: Floats
    slope: Floats
    offset: Floats
    shift: Floats
    centre: Floats = field(default_factory=lambda: np.zeros(1))

    @property
    def start(self) -> Floats:
        """The raw scores at the mean vector: where an explanation starts."""
        centre = np.broadcast_to(self.centre, self.weights.shape[:1])
        start: Floats = self.raw(centre[None])[0]
        return start

    @property
    def base(self) -> Floats:
        """The raw scores at the zero vector."""
        base: Floats = self.slope * self.intercept + self.offset + self.shift
        return base

    def uncalibrated(self, vectors: NDArray[np.floating]) -> Floats:
        """Return what the heads say of vectors of shape (n, n_features) before calibration, of shape (n, n_heads)."""
        scores: Floats = vectors.astype(np.float64) @ self.weights + self.intercept
        return scores

    def raw(self, vectors: NDArray[np.floating]) -> Floats:
        """Return the raw scores (log-odds) of vectors of shape (n, n_features), of shape (n, n_heads)."""
        scores: Floats = self.slope * self.uncalibrated(vectors) + self.offset + self.shift
        return scores


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one head's raw score is made of: `base`, `context` and every word's weight add up to it (log-odds).

    `context` is the part of the two special tokens. Of a text in several windows it is the window with the highest
    score that speaks; words outside it have no part in the score.
    """

    raw: float
    base: float
    context: float
    words: list[tuple[int, int, float]]  # start and end in the normalised text, weight


@dataclass(frozen=True, slots=True)
class Scorer:
    """Encoder and heads. A text's raw score is, for each head, the highest of its windows."""

    encoder: Encoder
    heads: Linear

    def raw(self, texts: Sequence[str]) -> Floats:
        """Return the raw scores (log-odds) of normalised texts, of shape (n_texts, n_heads)."""
        return self._highest(texts, self.heads.raw)

    def uncalibrated(self, texts: Sequence[str]) -> Floats:
        """Return what the heads say before calibration, of shape (n_texts, n_heads)."""
        return self._highest(texts, self.heads.uncalibrated)

    def attribute(self, text: str, head: int) -> Attribution:
        """Share one head's raw score out among the words of a normalised text; pieces of a word are added up."""
        encoded = self.encoder.tokens.encode([text])[0]
        read = windows([encoded.bracketed])
        raw = self.heads.raw(self.encoder.pooled(read))[:, head]
        best = int(np.argmax(raw))
        weights = self._token_weights(read[best], head)
        spans = encoded.spans[read[best].first :][: len(weights) - 2]
        base = float(self.heads.start[head])
        return Attribution(float(raw[best]), base, float(weights[0] + weights[-1]), _words(spans, weights[1:-1]))

    def _highest(self, texts: Sequence[str], score: Callable[[Vectors], Floats]) -> Floats:
        read = windows(self.encoder.tokens.ids(list(texts)))
        if not read:
            return np.empty((0, len(self.heads.intercept)))
        scores = score(self.encoder.pooled(read))
        if len(read) == len(texts):
            return scores
        firsts = np.flatnonzero(np.diff([window.text for window in read], prepend=-1))
        highest: Floats = np.maximum.reduceat(scores, firsts, axis=0)
        return highest

    def _token_weights(self, window: Window, head: int) -> Floats:
        hidden = self.encoder.hidden(window).astype(np.float64) - self.heads.centre
        weights: Floats = self.heads.slope[head] * (hidden @ self.heads.weights[:, head]) / len(hidden)
        return weights


def _words(spans: Sequence[tuple[int, int]], weights: Floats) -> list[tuple[int, int, float]]:
    """Add up the weights of tokens that touch: the pieces of one word, with the marks that hang on it."""
    words: list[tuple[int, int, float]] = []
    for (start, end), weight in zip(spans, weights.tolist(), strict=True):
        if words and words[-1][1] == start:
            words[-1] = (words[-1][0], end, words[-1][2] + weight)
        else:
            words.append((start, end, weight))
    return words
