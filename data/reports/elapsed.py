"""Time to approve, and posting after advice: small tables that stand beside the alerts. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from data.reports.suppression import THRESHOLD, hidden_line

QUARTER = 0.25  # a rate counts as changed from a quarter more or fewer on
WINDOW = 28  # days before and after
MOSTLY = 0.9  # of the window's days that have to be collected


@dataclass(frozen=True, slots=True)
class Waits:
    """Days from application to approval: the median and the 90th percentile of `number`, None where that is small.

    `open` applications wait now and are not among them, so the true times are longer when many wait.
    """

    number: int | None
    median: float | None
    ninetieth: float | None
    open: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Posts of an account in the days before and after advice, each with the days that were collected."""

    before: int
    days_before: float
    after: int
    days_after: float

    @property
    def known(self) -> bool:
        """Whether enough of both sides was collected to compare them."""
        return min(self.days_before, self.days_after) >= MOSTLY * WINDOW

    @property
    def change(self) -> float:
        """How the rate of posts changed: -0.5 is half as many, 0.0 the same; 1.0 from none to some."""
        first, second = self.before / self.days_before, self.after / self.days_after
        return second / first - 1 if first else float(second > 0)


@dataclass(frozen=True, slots=True)
class AfterAdvice:
    """How many accounts posted less, about the same and more after advice or training; None where hidden.

    `unknown` accounts were not collected enough, or their days after are not over.
    """

    less: int | None
    same: int | None
    more: int | None
    total: int | None
    unknown: int


def waits(days: Sequence[float], waiting: int, threshold: int = THRESHOLD) -> Waits:
    """Return what the times of approvals come to; small numbers are hidden."""
    if 0 < len(days) < threshold:
        return Waits(None, None, None, waiting)
    if not days:
        return Waits(0, None, None, waiting)
    return Waits(len(days), quantile(days, 0.5), quantile(days, 0.9), waiting)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least a share of the values do not exceed (nearest rank)."""
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


def after_advice(found: Iterable[Rates], threshold: int = THRESHOLD) -> AfterAdvice:
    """Return how accounts posted after advice; small figures are hidden with what would reveal them."""
    every = list(found)
    changes = [rates.change for rates in every if rates.known]
    less, more = sum(c <= -QUARTER for c in changes), sum(c >= QUARTER for c in changes)
    counts = [less, len(changes) - less - more, more, len(changes)]
    away = hidden_line(counts, threshold)
    fewer, same, larger, total = (None if n in away else count for n, count in enumerate(counts))
    return AfterAdvice(fewer, same, larger, total, len(every) - len(changes))
