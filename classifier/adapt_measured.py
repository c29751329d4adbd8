"""Whether heads that learnt from reviews are better than their base: measured before they are accepted.

Cross-validation leaves whole accounts out, so that no account's way of speaking is learnt and then found again; words
that a left-out account shares with others are left out with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import GroupKFold

from classifier.adapt import SCORED, Lessons, correction, even
from classifier.evaluate import on_table, read_labelled
from classifier.fit import platt, sigmoid
from classifier.measure import average_precision, interval
from classifier.pipeline import Model
from classifier.scorer import Floats, Linear
from data import policy as policies
from data.errors import IllegalStep
from data.policy import Policy
from data.services.judged import Judged, Judgements

FOLDS = 5
MOST_LOST = 0.01  # balanced accuracy that a functional suite may lose
FEWEST_UPHELD, FEWEST_ASSESSED = 30, 1000  # versions below which a prevalence is not told


@dataclass(frozen=True, slots=True)
class Compared:
    """The score on accounts left out, base against adapted, each calibrated on the reviews of the other accounts.

    `gain` is the mean fall of the log loss (nats a review), `error` its standard error, accounts taken as clusters.
    """

    n: int
    accounts: int
    log_loss: tuple[float, float]
    average_precision: tuple[float, float]
    gain: float
    error: float

    @property
    def better(self) -> bool:
        """Whether the log loss fell by more than chance may explain, and the ranking is no worse."""
        return self.gain > self.error and self.average_precision[1] >= self.average_precision[0]


@dataclass(frozen=True, slots=True)
class Prevalence:
    """The share of upheld versions among the assessed ones, with its 95 % interval (Wilson 1927).

    Only alerts are judged, so it is a lower bound: harm that raised no alert, and what is not decided yet, is missing.
    So it can only show that the base assumes too little: `applied` is the share where the whole interval lies above
    the base's, else the base's. (Lowering by a lower bound would hide alerts, and so lower it again.)
    """

    upheld: int
    assessed: int
    share: float | None
    interval: tuple[float, float] | None
    applied: float


def prevalence(found: Judgements, prior: float) -> Prevalence:
    """Estimate the prevalence from the decisions; keep the base's, `prior`, where there are too few."""
    upheld, assessed = found.upheld_versions, found.assessed
    if upheld < FEWEST_UPHELD or assessed < max(FEWEST_ASSESSED, upheld):
        return Prevalence(upheld, assessed, None, None, prior)
    within = interval(upheld, assessed)
    assert within is not None, "there are assessed versions"
    return Prevalence(upheld, assessed, upheld / assessed, within, max(prior, upheld / assessed * (within[0] > prior)))


def cross_validated(base: Linear, prior: float, taught: Lessons, rows: Sequence[Judged]) -> Compared:
    """Compare the score of base and adapted heads on accounts left out; `rows` are the reviews of the lessons."""
    accounts, words = np.array([row.account_id for row in rows]), np.array([row.text for row in rows])
    truth = taught.y[: len(rows), SCORED]
    probability = np.empty((len(rows), 2))
    folds = GroupKFold(min(FOLDS, len(set(accounts))))
    for _, out in folds.split(words, groups=accounts):
        hidden = np.zeros(len(taught.y), dtype=bool)
        hidden[: len(rows)] = np.isin(words, words[out])
        hidden[out] = True
        probability[out] = _foretold(base, prior, taught.without(hidden), len(rows))[out]
    loss = -np.log(np.clip(np.where(truth[:, None] == 1, probability, 1 - probability), 1e-12, 1.0))
    gain = loss[:, 0] - loss[:, 1]
    ranked = [average_precision(truth == 1, probability[:, n]) for n in (0, 1)]
    means = loss.mean(axis=0)
    return Compared(
        len(rows),
        len(set(accounts)),
        (float(means[0]), float(means[1])),
        (ranked[0], ranked[1]),
        float(gain.mean()),
        _error(gain, accounts),
    )


def _foretold(base: Linear, prior: float, taught: Lessons, reviews: int) -> Floats:
    """Return the probabilities by base and by adapted score of the first texts, of shape (reviews, 2).

    A text's score is the highest of its windows, as in a scan.
    """
    windows = even(base, prior, taught.texts.vectors)[:, SCORED]
    y = taught.y[:reviews, SCORED]
    known = ~np.isnan(y)
    if len(set(y[known])) < 2:
        raise IllegalStep(
            "The accounts share so many of the judged words that hardly any are left to learn from when one of them is "
            "left out, so nothing can be measured. Review alerts on other posts first."
        )
    found = correction(base, prior, taught, SCORED)
    learnt = windows + taught.texts.vectors @ found.weights + found.intercept
    score, new = (np.maximum.reduceat(raw, taught.texts.first)[:reviews] for raw in (windows, learnt))
    slope, offset = platt(score[known], y[known])
    return np.column_stack([sigmoid(slope * score + offset), sigmoid(found.slope * new + found.offset)])


def _error(gain: Floats, accounts: Any) -> float:
    """Return the standard error of the mean of `gain`, accounts taken as clusters."""
    off = gain - gain.mean()
    return float(np.sqrt(sum(off[accounts == one].sum() ** 2 for one in set(accounts)))) / len(gain)


def on_suites(model: Model, policy: Policy, folder: Path) -> dict[str, float]:
    """Return the balanced accuracy at the policy's clauses on every functional suite of a folder."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        told = on_table(model, read_labelled(path), lambda f: policies.raises_alert(policies.hits(policy, f)))
        found[path.name] = float(told["balanced_accuracy"])
    return found


def on_both(base: Model, made: Model, policy: Policy, folder: Path) -> dict[str, tuple[float, float]]:
    """Return the balanced accuracy on every suite, base and adapted."""
    old, new = on_suites(base, policy, folder), on_suites(made, policy, folder)
    return {name: (old[name], new[name]) for name in old}


def report(
    rows: Sequence[Judged],
    names: Sequence[str],
    others: int,
    share: Prevalence,
    compared: Compared,
    suites: Mapping[str, tuple[float, float]],
) -> dict[str, Any]:
    """Return the counts and figures of a learning, and whether it is better: on reviews, and on no suite worse."""
    worse = [name for name, (old, new) in suites.items() if new < old - MOST_LOST]
    upheld = sum(row.upheld for row in rows)
    return {
        "better": compared.better and not worse,
        "counts": {"reviews": len(rows), "upheld": upheld, "not_upheld": len(rows) - upheld, "ballast": others},
        "heads": list(names),
        "prevalence": asdict(share),
        "left_out": {**asdict(compared), "better": compared.better},
        "suites": {name: {"base": old, "adapted": new} for name, (old, new) in suites.items()},
    }


def described(report: Mapping[str, Any]) -> str:
    """Return the figures as lines for a person."""
    counts, left, share = report["counts"], report["left_out"], report["prevalence"]
    lines = [
        f"{counts['reviews']} judgements, {counts['upheld']} upheld, {counts['not_upheld']} not; "
        f"heads that learnt: {', '.join(report['heads'])}.",
        f"On accounts left out ({left['accounts']}), base → adapted: log loss {_pair(left['log_loss'])} (gain "
        f"{left['gain']:.4f}, standard error {left['error']:.4f}), average precision "
        f"{_pair(left['average_precision'])}.",
        *(
            f"{name}, balanced accuracy: {_pair((told['base'], told['adapted']))}."
            for name, told in report["suites"].items()
        ),
    ]
    return "\n".join([*lines, _prevalence(share)])


def _prevalence(share: Mapping[str, Any]) -> str:
    found = f"Prevalence: {share['upheld']} versions upheld of {share['assessed']} assessed"
    if share["share"] is None:
        return f"{found}, too few to tell; {share['applied']:.2%} is kept."
    low, high = share["interval"]
    return f"{found}, {share['share']:.2%} ({low:.2%} to {high:.2%}) at least; applied: {share['applied']:.2%}."


def _pair(figures: tuple[float, float]) -> str:
    return f"{figures[0]:.3f} → {figures[1]:.3f}"
