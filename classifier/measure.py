"""Figures of a model: ranking, calibration, false alarms, recall. Pure functions of labels and probabilities."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.model import Category

Floats = NDArray[np.float64]
BINS = 10
FEWEST_EACH = 40  # texts of either class below which no limit is chosen
# The share of harmless texts that a category may flag by mistake when a threshold is suggested; together about 1 %.
BUDGET: Mapping[Category, float] = {
    Category.DISCRIMINATION: 0.005,
    Category.HARASSMENT: 0.004,
    Category.SEXUAL_HARASSMENT: 0.001,
    Category.THREAT: 0.001,
    Category.PROFANITY: 0.005,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One head on one set of texts; a figure that cannot be told (only one class) is None."""

    n: int
    positives: int
    auc: float | None
    ap: float | None
    macro_f1: float | None
    calibration_error: float | None


def measured(y: Floats, raw: Floats, limit: float = 0.0) -> Measured:
    """Measure calibrated log-odds at the texts' own prevalence, of shape (n,), against labels of 1, 0 or NaN.

    Macro-F1 is told for the texts at `limit` or above against the others.
    """
    known = ~np.isnan(y)
    truth, score = y[known] == 1, raw[known]
    n, positives = len(truth), int(truth.sum())
    if positives in (0, n):
        return Measured(n, positives, None, None, None, None)
    probability = 1 / (1 + np.exp(-score))
    return Measured(
        n,
        positives,
        auc(truth, score),
        average_precision(truth, score),
        macro_f1(truth, score >= limit),
        calibration_error(truth, probability),
    )


def auc(truth: NDArray[np.bool_], score: Floats) -> float:
    """Return the area under the ROC curve: the chance that a positive text ranks above a negative one, ties half."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    n, positives = len(truth), int(truth.sum())
    above = float(rank[place][truth].sum()) - positives * (positives + 1) / 2
    return above / (positives * (n - positives))


def average_precision(truth: NDArray[np.bool_], score: Floats) -> float:
    """Return the mean precision over the recall steps, equal scores taken together."""
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(score) - 1)
    hits = np.cumsum(truth[order])[last]
    steps = np.diff(hits, prepend=0) / truth.sum()
    return float(np.sum(steps * hits / (last + 1)))


def macro_f1(truth: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> float:
    """Return the mean of the F1 of both classes."""
    return (_f1(truth, flagged) + _f1(~truth, ~flagged)) / 2


def best_limit(truth: NDArray[np.bool_], score: Floats, steps: int = 200) -> float:
    """Return the score that splits texts best (macro-F1) among quantiles of the scores; 0 where one class is scarce."""
    if min(truth.sum(), (~truth).sum()) < FEWEST_EACH:
        return 0.0
    limits = np.quantile(score, np.linspace(0.01, 0.99, steps))
    return float(max(limits, key=lambda limit: macro_f1(truth, score >= limit)))


def calibration_error(truth: NDArray[np.bool_], probability: Floats) -> float:
    """Return the expected calibration error: mean gap of probability and share over ten bins of equal width."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [abs(float(probability[bins == b].sum()) - int(truth[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(truth)


def share(flagged: NDArray[np.bool_]) -> float | None:
    """Return the share of true values; None of nothing."""
    return float(flagged.mean()) if len(flagged) else None


def threshold(harmless: Floats, benign: Floats, budget: float) -> float:
    """Return the lowest threshold, of three decimals, that flags at most a share `budget` of either group."""
    groups = [g for g in (harmless, benign) if len(g)]
    lowest = max(float(np.quantile(g, 1 - budget, method="higher")) for g in groups) if groups else 0.5
    return float(min(0.999, np.floor(lowest * 1000 + 1) / 1000))


def _f1(truth: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> float:
    both = int((truth & flagged).sum())
    return 2 * both / max(1, int(truth.sum()) + int(flagged.sum()))


def balanced_accuracy(truth: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> float | None:
    """Return the mean of recall and of the share of harmless texts left alone; None when one class is missing."""
    if truth.all() or not truth.any():
        return None
    return (float(flagged[truth].mean()) + float((~flagged[~truth]).mean())) / 2


def interval(hits: int, n: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson 1927); None of nothing."""
    if n == 0:
        return None
    z = 1.959963984540054
    centre, spread = hits + z * z / 2, z * float(np.sqrt(hits * (n - hits) / n + z * z / 4))
    return max(0.0, (centre - spread) / (n + z * z)), min(1.0, (centre + spread) / (n + z * z))


def perfect_error(probability: Floats, draws: int = 200) -> float:
    """Return the calibration error that a perfect model of these probabilities shows by chance alone, on average."""
    rng = np.random.default_rng(0)
    return float(
        np.mean([calibration_error(rng.random(len(probability)) < probability, probability) for _ in range(draws)])
    )


def reliability(truth: NDArray[np.bool_], probability: Floats) -> list[tuple[float, float, int]]:
    """Return mean probability, share of positives and count of every bin that holds a text."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    used = [bins == b for b in range(BINS) if (bins == b).any()]
    return [(float(probability[u].mean()), float(truth[u].mean()), int(u.sum())) for u in used]


def workload(recall: float, false_alarms: float, prevalence: float) -> tuple[float, float | None]:
    """Return alerts per 1,000 posts and their expected precision where a share `prevalence` of posts is harmful."""
    right, wrong = recall * prevalence, false_alarms * (1 - prevalence)
    return 1000 * (right + wrong), right / (right + wrong) if right + wrong else None
