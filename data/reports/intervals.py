"""How sure a share is: a 95 % interval, and what none in n still allows.

The interval is the score interval of Wilson (1927), "Probable inference, the law of succession, and statistical
inference", Journal of the American Statistical Association 22, without continuity correction. None in n is read with
the exact one-sided bound 1 - 0.05^(1/n), which the "rule of three" 3/n approximates (Hanley and Lippman-Hand, 1983,
"If nothing goes wrong, is everything all right?", JAMA 249). Where intervals are put together the exact one is taken,
of Clopper and Pearson (1934), "The use of confidence or fiducial limits", Biometrika 26.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, fsum, lgamma, log, sqrt

Z95 = 1.959963984540054  # 97.5th percentile of the normal distribution
DOUBT = 0.05
HALVINGS = 45  # of an interval of 1: as far as a float of that size tells


@dataclass(frozen=True, slots=True)
class Share:
    """`number` out of `total`, with its 95 % interval: all shares in [0, 1]."""

    number: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The plain share."""
        return self.number / self.total


def wilson(number: int, total: int) -> tuple[float, float]:
    """Return the 95 % score interval of `number` out of `total` (at least 1), both ends in [0, 1]."""
    if not 0 <= number <= total or total < 1:
        raise ValueError(f"{number} of {total} is no share")
    share, z2 = number / total, Z95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    low = 0.0 if number == 0 else max(0.0, centre - half)
    return low, 1.0 if number == total else min(1.0, centre + half)


@lru_cache(maxsize=4096)
def exact(number: int, total: int, doubt: float = DOUBT) -> tuple[float, float]:
    """Return the exact interval of `number` out of `total` (at least 1): each end leaves half of `doubt` beyond it."""
    if not 0 <= number <= total or total < 1:
        raise ValueError(f"{number} of {total} is no share")
    low = 0.0 if number == 0 else 1.0 - _upper(total - number, total, doubt)
    return low, 1.0 if number == total else _upper(number, total, doubt)


def _upper(number: int, total: int, doubt: float) -> float:
    """Return the share at which `number` or fewer out of `total` have a chance of half of `doubt`."""
    ways = [lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) for k in range(number + 1)]
    low, high = number / total, 1.0
    for _ in range(HALVINGS):
        p = (low + high) / 2
        chance = fsum(exp(way + k * log(p) + (total - k) * log(1 - p)) for k, way in enumerate(ways))
        low, high = (p, high) if chance > doubt / 2 else (low, p)
    return high


def share(number: int, total: int) -> Share | None:
    """Return a share with its interval, None out of nothing: then nothing can be said."""
    return Share(number, total, *wilson(number, total)) if total else None


def still_possible(total: int) -> float:
    """Return the largest share that none in `total` does not rule out with 95 % confidence; 1 when nothing was seen."""
    return 1.0 - DOUBT ** (1 / total) if total else 1.0
