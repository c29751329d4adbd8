"""The scikit-learn side: one masked logistic regression a head on the encoder's vectors, and calibration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from classifier.heads import CATEGORIES
from classifier.scorer import Floats, Linear

FEWEST_TO_FIT = 5  # positive rows below which a head stays untrained
FEWEST_TO_CALIBRATE = 20  # positive rows below which slope and offset stay 1 and 0
SLOPES = (0.1, 5.0)


class MaskedHeads(BaseEstimator):  # type: ignore[misc]
    """One logistic regression a column of `y`, each fitted on the rows where that column is not NaN.

    Classes are balanced by weight, so a raw score is a log-odds at even prevalence. A head with fewer than
    `FEWEST_TO_FIT` positive rows stays at zero. `c` is the inverse of the L2 penalty.
    """

    def __init__(self, c: float = 1.0, seed: int = 0) -> None:
        self.c = c
        self.seed = seed

    def fit(self, x: NDArray[np.floating], y: Floats, weight: Floats | None = None) -> "MaskedHeads":
        """Fit on x of shape (n_texts, n_features), y of shape (n_texts, n_heads) and weights of shape (n_texts,)."""
        self.centre_ = x.mean(axis=0)
        self.coef_ = np.zeros((x.shape[1], y.shape[1]))
        self.intercept_ = np.zeros(y.shape[1])
        self.trained_ = (y == 1).sum(axis=0) >= FEWEST_TO_FIT
        for head in np.flatnonzero(self.trained_):
            known = ~np.isnan(y[:, head])
            one = LogisticRegression(C=self.c, class_weight="balanced", max_iter=400, tol=1e-4, random_state=self.seed)
            one.fit(x[known], y[known, head], None if weight is None else weight[known])
            self.coef_[:, head] = one.coef_[0]
            self.intercept_[head] = one.intercept_[0]
        return self

    def decision_function(self, x: NDArray[np.floating]) -> Floats:
        """Return raw scores of shape (n_texts, n_heads)."""
        raw: Floats = x @ self.coef_ + self.intercept_
        return raw


def exported(fitted: MaskedHeads, blend: Floats | None = None) -> Linear:
    """Return fitted heads, blended if so wished, as plain arrays, not calibrated yet."""
    n = len(fitted.intercept_)
    mixed = np.eye(n) if blend is None else blend
    weights, centre = fitted.coef_.astype(np.float64) @ mixed, fitted.centre_.astype(np.float64)
    return Linear(weights, fitted.intercept_ @ mixed, np.ones(n), np.zeros(n), np.zeros(n), centre)


def blended(raw: Floats, y: Floats, trained: NDArray[np.bool_]) -> Floats:
    """Return the matrix of shape (n_heads, n_heads) that lends the score to the categories: `raw @ matrix`.

    The score rests on far more rows than any category. A category becomes the weighted mean of both that tells its
    rows best from the others, on rows that neither was fitted on; it stays linear, so that explanations add up.
    """
    mixed = np.eye(raw.shape[1])
    for head in range(1, 1 + len(CATEGORIES)):
        known = ~np.isnan(y[:, head])
        positives = int((y[known, head] == 1).sum())
        if not trained[head] or min(positives, int(known.sum()) - positives) < FEWEST_TO_CALIBRATE:
            continue
        both = LogisticRegression(C=1e6, max_iter=1000).fit(raw[known][:, [head, 0]], y[known, head])
        shares = np.maximum(both.coef_[0], 0.0)
        if shares.any():
            mixed[[head, 0], head] = shares / shares.sum()
    return mixed


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per head Platt's `slope` and `offset`, and `shift`, the log-odds that re-base it; each of shape (n_heads,)."""

    slope: Floats
    offset: Floats
    shift: Floats

    def of(self, heads: Linear) -> Linear:
        """Return heads with this calibration in place."""
        return Linear(heads.weights, heads.intercept, self.slope, self.offset, self.shift, heads.centre)


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
