"""Heads that learn from a council's own judgements: each head becomes its base plus a correction.

One logistic regression on the base's raw score and the encoder's vector finds `a * base + correction`, in which only
the correction is held back (a strong L2 penalty). Rows of our own training data ride along as ballast, so that what
reviewers were never shown is not unlearnt. The result is linear like its base: explanations keep adding up.

Reviews are of alerts alone, the top of the scale, so neither their share of upheld ones nor the slope `a` says
anything about the scale below: their intercept is dropped, and the head is `base + correction / a`, which ranks the
same. The scale, and with it the workload at a threshold, stays the base's: over the ballast the mean does not move.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.encoder import Encoder, Vectors, windows
from classifier.fit import SLOPES, log_odds
from classifier.heads import CATEGORIES, CHARACTERISTICS, HEADS, SCORE
from classifier.language import Identifier, judge
from classifier.pipeline import LONGEST
from classifier.scorer import Floats, Linear
from classifier.text import normalise
from data.errors import IllegalStep
from data.model import Category
from data.services.judged import Judged

FEWEST, FEWEST_EACH, FEWEST_ACCOUNTS = 150, 30, 3  # judgements in all, of either kind, and accounts they are about
FEWEST_CONFIRMED = 20  # positive rows below which a head keeps its base
BALLAST = 2000
FREE = 30.0  # scale of the columns that are hardly held back: the base's raw score and the reviews' intercept
HOLD = 0.3  # inverse penalty of the correction, on vectors of unit variance in all
UNASKED = frozenset({Category.HARASSMENT, Category.PROFANITY})  # may be there beside a graver one that was confirmed

Bools = NDArray[np.bool_]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as vectors of their windows, of shape (n_windows, n_features); `first` is each text's first window."""

    vectors: Vectors
    first: Numbers

    def best(self, scores: Floats) -> Numbers:
        """Return for each text the window with the highest of the scores, of shape (n_windows,)."""
        ends = [*self.first[1:], len(scores)]
        return np.array([s + np.argmax(scores[s:e]) for s, e in zip(self.first, ends, strict=True)], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Lessons:
    """Encoded texts with targets 1, 0 or NaN of shape (n_texts, n_heads); `ours` of shape (n_texts,) marks the reviews.

    The others are ballast; together they weigh as much as the reviews.
    """

    texts: Encoded
    y: Floats
    ours: Bools

    def without(self, left_out: Bools) -> "Lessons":
        """Return the same with the labels of some texts unknown."""
        return Lessons(self.texts, np.where(left_out[:, None], np.nan, self.y), self.ours)


@dataclass(frozen=True, slots=True)
class Correction:
    """One head's lesson: its even score becomes `even + vector @ weights + intercept`.

    `slope` times that plus `offset` are the log-odds among reviews, at their own share of upheld ones.
    """

    weights: Floats
    intercept: float
    slope: float
    offset: float


def check_enough(rows: Sequence[Judged]) -> None:
    """Raise `IllegalStep` with the counts when there are too few judgements to learn from."""
    upheld, accounts = sum(row.upheld for row in rows), len({row.account_id for row in rows})
    counts = (len(rows), FEWEST), (upheld, FEWEST_EACH), (len(rows) - upheld, FEWEST_EACH), (accounts, FEWEST_ACCOUNTS)
    if any(found < fewest for found, fewest in counts):
        raise IllegalStep(
            f"There are {len(rows)} judgements to learn from, {upheld} upheld and {len(rows) - upheld} not upheld, on "
            f"{accounts} accounts; it takes {FEWEST}, at least {FEWEST_EACH} of either kind, on {FEWEST_ACCOUNTS} "
            "accounts. Review more alerts first."
        )


def targets(row: Judged) -> list[float]:
    """Return 1, 0 or NaN (unknown) for every head.

    Of an alert that was not upheld nothing is there (profanity may be: it raises none). Of an upheld one what was
    confirmed is there, and what could have been and was not, is not; if nothing was confirmed, nothing is known.
    """
    if not row.upheld:
        return [float("nan") if head == Category.PROFANITY else 0.0 for head in HEADS]
    categories = [
        _confirmed(c, row.categories, Category(c) not in UNASKED and bool(row.categories)) for c in CATEGORIES
    ]
    about = bool(row.characteristics) or (bool(row.categories) and Category.DISCRIMINATION not in row.categories)
    return [1.0, *categories, *(_confirmed(c, row.characteristics, about) for c in CHARACTERISTICS)]


def _confirmed(name: str, confirmed: frozenset[str], told: bool) -> float:
    return 1.0 if name in confirmed else 0.0 if told else float("nan")


def ballast(frame: pd.DataFrame, most: int = BALLAST) -> pd.DataFrame:
    """Return a sample of our own training rows that is always the same; those held out for measuring are not in it.

    Rows that the encoder was not trained on come first: it makes of them what it makes of a council's posts.
    """
    rows = frame[frame["split"] != "dev"]
    digest = rows["text"].map(lambda text: hashlib.sha256(text.encode()).hexdigest())
    return rows.iloc[np.lexsort([digest, rows["split"] != "heads"])[:most]]


def assessed_words(text: str, identifier: Identifier | None = None) -> str:
    """Return what of a text a scan assesses: normalised, the parts that may be English."""
    plain = normalise(text[:LONGEST])
    judged = judge(plain.text, identifier)
    return plain.keep(judged.english).text if judged.other else plain.text


def encode(encoder: Encoder, texts: Sequence[str]) -> Encoded:
    """Return the vectors of normalised texts."""
    read = windows(encoder.tokens.ids(list(texts)))
    return Encoded(encoder.pooled(read), np.flatnonzero([window.first == 0 for window in read]))


def lessons(encoder: Encoder, rows: Sequence[Judged], others: pd.DataFrame) -> Lessons:
    """Encode reviews and, behind them, the ballast."""
    texts = encode(encoder, [*(assessed_words(row.text) for row in rows), *others["text"]])
    y = np.vstack([np.array([targets(row) for row in rows]), others[list(HEADS)].to_numpy(dtype=float)])
    return Lessons(texts, y, np.arange(len(y)) < len(rows))


def even(base: Linear, prior: float, vectors: Vectors) -> Floats:
    """Return the base's raw scores at even odds, of shape (n, n_heads); `prior` is the prevalence it is based on."""
    return base.raw(vectors) - log_odds(prior)


def correction(base: Linear, prior: float, taught: Lessons, head: int) -> Correction:
    """Fit one head on the reviews and the ballast whose label is known, on each text's window of the highest score."""
    scores = even(base, prior, taught.texts.vectors)[:, head]
    best = taught.texts.best(scores)
    score, vectors, y = scores[best], taught.texts.vectors[best].astype(float), taught.y[:, head]
    known, heavy = ~np.isnan(y), ~taught.ours
    centre = vectors[heavy].mean(axis=0)
    spread = float(np.sqrt(((vectors[heavy] - centre) ** 2).sum(axis=1).mean())) or 1.0
    columns = np.column_stack([FREE * score, FREE * taught.ours, (vectors - centre) / spread])
    weight = np.where(taught.ours, 1.0, (known & taught.ours).sum() / max(1, int((known & heavy).sum())))
    one = LogisticRegression(C=HOLD, solver="newton-cholesky").fit(columns[known], y[known], weight[known])
    slope = float(np.clip(FREE * one.coef_[0, 0], *SLOPES))
    weights = one.coef_[0, 2:] / spread / slope
    offset = float(one.intercept_[0] + FREE * one.coef_[0, 1])
    return Correction(weights, float(-centre @ weights), slope, offset)


def teachable(taught: Lessons) -> list[int]:
    """Return the heads with enough confirmed reviews to learn from; the others keep their base."""
    confirmed = (taught.y[taught.ours] == 1).sum(axis=0)
    refuted = (taught.y[taught.ours] == 0).sum(axis=0)
    return [n for n in range(len(HEADS)) if min(confirmed[n], refuted[n]) >= FEWEST_CONFIRMED]


def adapted(base: Linear, prior: float, taught: Lessons, prevalence: float) -> tuple[Linear, tuple[str, ...]]:
    """Return heads that have learnt, based on `prevalence`, and the names of those that did."""
    shift = base.shift + log_odds(prevalence) - log_odds(prior)
    made = Linear(base.weights.copy(), base.intercept.copy(), base.slope.copy(), base.offset.copy(), shift, base.centre)
    learning = teachable(taught)
    for head in learning:
        found = correction(base, prior, taught, head)
        at_zero = float(base.base[head]) - log_odds(prior)
        made.weights[:, head] = base.slope[head] * base.weights[:, head] + found.weights
        made.intercept[head] = at_zero + found.intercept
        made.slope[head], made.offset[head], made.shift[head] = 1.0, 0.0, log_odds(prevalence)
    return made, tuple(HEADS[head] for head in learning)


SCORED = HEADS.index(SCORE)
