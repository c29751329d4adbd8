"""Cadence promised and kept: the posts of each week beside those that the business case names. Pure.

A week counts only when all of it was collected. Any other is a gap: fewer posts known is not fewer posts published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

WEEK = timedelta(days=7)
SLACK = 0.02  # days: half an hour, the time between two collections


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday on: what was published, and how many of its days were collected."""

    first: date
    posts: int
    collected: float
    days: float

    @property
    def whole(self) -> bool:
        """Whether all of it was collected."""
        return self.collected >= self.days - SLACK


@dataclass(frozen=True, slots=True)
class Kept:
    """Posts a week that a business case promises (None: no number), and the weeks there were."""

    fewest: int | None = None
    most: int | None = None
    weeks: tuple[Week, ...] = ()

    @property
    def promised(self) -> bool:
        """Whether there is a number to compare with."""
        return self.fewest is not None or self.most is not None

    @property
    def known(self) -> tuple[Week, ...]:
        """The weeks of which something can be said."""
        return tuple(week for week in self.weeks if week.whole)

    @property
    def gaps(self) -> int:
        """Weeks that were not collected whole."""
        return len(self.weeks) - len(self.known)

    @property
    def fewer(self) -> int:
        """Weeks with fewer posts than promised."""
        return sum(self.fewest is not None and week.posts < self.fewest for week in self.known)

    @property
    def more(self) -> int:
        """Weeks with more posts than promised."""
        return sum(self.most is not None and week.posts > self.most for week in self.known)

    @property
    def as_promised(self) -> int:
        """Weeks with as many posts as promised."""
        return len(self.known) - self.fewer - self.more

    @property
    def usual(self) -> float | None:
        """The median of posts a week, None when no week is known."""
        return float(median(week.posts for week in self.known)) if self.known else None

    def document(self) -> dict[str, Any]:
        """Return what the weeks come to, for programs."""
        names = ("gaps", "fewer", "more", "as_promised", "usual")
        counted = {name: getattr(self, name) for name in names}
        return counted if self.promised else counted | dict.fromkeys(("fewer", "more", "as_promised"))


def whole_weeks(since: date, until: date) -> list[date]:
    """Return the Mondays of the weeks that lie wholly between two days."""
    first = since + timedelta(days=-since.weekday() % 7)
    return [first + n * WEEK for n in range(max((until - first).days + 1, 0) // 7)]


def by_week(days: Iterable[tuple[date, int]]) -> Mapping[date, int]:
    """Return the posts by Monday from those by day."""
    found: dict[date, int] = {}
    for day, posts in days:
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, 0) + posts
    return found
