"""How many there are in all, estimated from a stratified sample, with a 95 % interval.

The interval is put together from one for each stratum's share by the "method of variance estimates recovery" of Zou,
Huang and Zhang (2009), "A note on confidence interval estimation for a linear function of binomial proportions",
Computational Statistics & Data Analysis 53: the squared distances from each share to its limit, weighted, add up. So a
stratum in which none was found keeps its width, where Yan and Su's (2010) common quantile gives it none. The limits are
the exact ones: harm is rare, and with Wilson's the whole holds in 91 to 93 of 100 simulated draws, with these in 95 to
97 (tests/data/test_stratified.py). The finite population correction (Cochran, 1977, "Sampling Techniques", section 5.5)
narrows what was read nearly whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from data.reports.intervals import DOUBT, exact

STEPS = 200  # halvings: far beyond the precision of a float


@dataclass(frozen=True, slots=True)
class Stratum:
    """`population` posts, of which `answered` were judged and `harmful` upheld; of `unsure` ones there is no telling.

    What was drawn and not judged is taken to be like what was.
    """

    name: str
    population: int
    answered: int
    harmful: int
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class Between:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


def total(strata: Sequence[Stratum], doubt: float = DOUBT) -> Between | None:
    """Return how many are harmful in all strata together; None while one that has posts has no answer.

    Never fewer than were found, and never more than were not found to be harmless.
    """
    counted = [s for s in strata if s.population]
    if not counted:
        return Between(0.0, 0.0, 0.0)
    if any(s.answered == 0 for s in counted):
        return None
    value = sum(s.population * s.harmful / s.answered for s in counted)
    below, above = zip(*(_spread(s, doubt) for s in counted), strict=True)
    found = sum(s.harmful for s in counted)
    possible = sum(s.population - s.answered + s.harmful for s in counted)
    low = max(value - sqrt(sum(d * d for d in below)), float(found))
    return Between(value, low, min(value + sqrt(sum(d * d for d in above)), float(possible)))


def recall(flagged: Sequence[Stratum], missed: Sequence[Stratum]) -> Between | None:
    """Return the share of what is harmful that was flagged, in [0, 1]; None when nothing can be said.

    Both totals get an interval of 97.5 %, so that together they hold with 95 % at least (Bonferroni).
    """
    caught, lost = total(flagged, DOUBT / 2), total(missed, DOUBT / 2)
    if caught is None or lost is None or caught.value + lost.value == 0:
        return None
    low = caught.low / (caught.low + lost.high) if caught.low + lost.high else 0.0
    high = caught.high / (caught.high + lost.low) if caught.high + lost.low else 1.0
    return Between(caught.value / (caught.value + lost.value), low, high)


def still_possible(strata: Sequence[Stratum]) -> float:
    """Return how many harmful ones none found does not rule out with 95 % confidence.

    It is the largest total for which finding none had a chance of 5 %: over strata with N posts and n answers each, the
    sum of N p is largest under (1 - p)^n ... = 0.05 where 1 - p is in proportion to n / N. In one stratum that is the
    exact bound of `data.reports.intervals.still_possible`.
    """
    open_ = [s for s in strata if s.population > s.answered]
    read = [s for s in open_ if s.answered]
    free = float(sum(s.population for s in open_ if not s.answered))
    if not read:
        return free
    low, high = -60.0, max(log(s.population / s.answered) for s in read)
    for _ in range(STEPS):
        middle = (low + high) / 2
        chance = sum(s.answered * min(0.0, middle - log(s.population / s.answered)) for s in read)
        low, high = (middle, high) if chance < log(DOUBT) else (low, middle)
    most = sum(s.population * max(0.0, 1 - exp(high) * s.answered / s.population) for s in read)
    return free + min(most, float(sum(s.population - s.answered for s in read)))


def _spread(one: Stratum, doubt: float) -> tuple[float, float]:
    """Return how far a stratum's total may lie below and above its estimate, in posts."""
    share = one.harmful / one.answered
    low, high = exact(one.harmful, one.answered, doubt)
    rest = (one.population - one.answered) / (one.population - 1) if one.population > 1 else 0.0
    weight = one.population * sqrt(max(rest, 0.0))
    return weight * (share - low), weight * (high - share)
