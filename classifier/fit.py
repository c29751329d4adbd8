"""The scikit-learn side: n-grams, one masked logistic regression a head, and calibration that stays linear."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from classifier.features import character_grams, word_grams

Floats = NDArray[np.float64]
FEWEST_TO_FIT = 5  # positive rows below which a head stays untrained
FEWEST_TO_CALIBRATE = 20  # positive rows below which slope and offset stay 1 and 0
SLOPES = (0.2, 5.0)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the vocabulary may grow, and how strongly a head is held back (`c`: inverse of the L2 penalty)."""

    words: int = 60_000
    characters: int = 60_000
    fewest_texts: int = 3
    c: float = 0.5


class MaskedHeads(BaseEstimator):  # type: ignore[misc]
    """One logistic regression a column of `y`, each fitted on the rows where that column is not NaN.

    Classes are balanced by weight, so a raw score is a log-odds at even prevalence. Weights are rounded to half
    precision, as they are stored. A head with fewer than `FEWEST_TO_FIT` positive rows stays at zero.
    """

    def __init__(self, c: float = 1.0, seed: int = 0) -> None:
        self.c = c
        self.seed = seed

    def fit(self, x: sparse.csr_matrix, y: Floats) -> "MaskedHeads":
        """Fit on x of shape (n_texts, n_features) and y of shape (n_texts, n_heads)."""
        self.coef_ = np.zeros((x.shape[1], y.shape[1]))
        self.intercept_ = np.zeros(y.shape[1])
        self.trained_ = (y == 1).sum(axis=0) >= FEWEST_TO_FIT
        for head in np.flatnonzero(self.trained_):
            known = ~np.isnan(y[:, head])
            one = LogisticRegression(
                C=self.c, class_weight="balanced", solver="lbfgs", max_iter=300, tol=1e-5, random_state=self.seed
            )
            one.fit(x[known], y[known, head])
            self.coef_[:, head] = one.coef_[0].astype(np.float16)
            self.intercept_[head] = one.intercept_[0]
        return self

    def decision_function(self, x: sparse.csr_matrix) -> Floats:
        """Return raw scores of shape (n_texts, n_heads)."""
        raw: Floats = x @ self.coef_ + self.intercept_
        return raw


def pipeline(size: Size, seed: int) -> Pipeline:
    """Return the unfitted pipeline: normalised texts in, raw scores of every head out."""
    limits = {"min_df": size.fewest_texts, "sublinear_tf": True, "dtype": np.float64}
    grams = FeatureUnion(
        [
            ("words", TfidfVectorizer(analyzer=word_grams, max_features=size.words, **limits)),
            ("characters", TfidfVectorizer(analyzer=character_grams, max_features=size.characters, **limits)),
        ]
    )
    return Pipeline([("grams", grams), ("heads", MaskedHeads(size.c, seed))])


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per head Platt's `slope` and `offset`, and `shift`, the log-odds that re-base it; each of shape (n_heads,)."""

    slope: Floats
    offset: Floats
    shift: Floats


def calibrate(raw: Floats, y: Floats, trained: NDArray[np.bool_], prevalence: float) -> Calibration:
    """Fit slope and offset of every head on held-out rows, then re-base to `prevalence`.

    Platt (1999) scaling: P(y = 1) = sigmoid(slope * raw + offset), at the rows' own share of positives; a change of
    prior adds the difference of the log-odds (Saerens et al. 2002). An untrained head is the bare prior.
    """
    heads = raw.shape[1]
    made = Calibration(np.ones(heads), np.zeros(heads), np.full(heads, log_odds(prevalence)))
    for head in np.flatnonzero(trained):
        known = ~np.isnan(y[:, head])
        positives = int((y[known, head] == 1).sum())
        if min(positives, int(known.sum()) - positives) < FEWEST_TO_CALIBRATE:
            continue  # balanced training: the raw score stands at even prevalence already
        made.slope[head], made.offset[head] = platt(raw[known, head], y[known, head])
        made.shift[head] -= log_odds(positives / int(known.sum()))
    return made


def platt(raw: Floats, y: Floats) -> tuple[float, float]:
    """Return slope and offset that fit P(y = 1) = sigmoid(slope * raw + offset); the slope stays within `SLOPES`."""
    one = LogisticRegression(C=1e6, max_iter=1000).fit(raw[:, None], y)
    slope = float(np.clip(one.coef_[0, 0], *SLOPES))
    return slope, _offset(slope * raw, float(y.mean()))


def _offset(scaled: Floats, share: float) -> float:
    """Return the offset at which the mean probability is the share of positives; by bisection."""
    low, high = -50.0, 50.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(scaled + middle).mean() < share else (low, middle)
    return (low + high) / 2


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability."""
    return float(np.log(probability) - np.log1p(-probability))


def sigmoid(raw: Floats) -> Floats:
    """Return the probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(raw, -500, 500))))
