"""How far two reviewers agree beyond chance: raw agreement, Cohen's kappa, Gwet's AC1. Pure.

Kappa falls towards nothing when almost every flag is judged the same way, however well people agree; AC1 does not, so
both are told. Sources: Cohen (1960), Educational and Psychological Measurement 20(1), 37-46; Gwet (2008), British
Journal of Mathematical and Statistical Psychology 61(1), 29-48, equations for two raters.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over `n` pairs; a figure is None where it is not defined (no pairs, or no room beside chance)."""

    n: int
    raw: float | None
    kappa: float | None
    ac1: float | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Return the agreement of two reviewers; each pair holds the first's and the second's judgement of one alert."""
    if not pairs:
        return Agreement(0, None, None, None)
    n = len(pairs)
    raw = sum(a == b for a, b in pairs) / n
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    labels = first.keys() | second.keys()
    by_margins = sum(first[label] * second[label] for label in labels) / n**2
    shares = [(first[label] + second[label]) / (2 * n) for label in labels]
    by_prevalence = sum(p * (1 - p) for p in shares) / (len(labels) - 1) if len(labels) > 1 else 0.0
    return Agreement(n, raw, _beyond(raw, by_margins), _beyond(raw, by_prevalence))


def _beyond(raw: float, chance: float) -> float | None:
    return None if chance >= 1.0 else (raw - chance) / (1 - chance)
