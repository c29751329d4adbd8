"""How much of a period was collected: whole and parts of days, with what was missed taken off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

DAY = 86_400.0  # seconds
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The collected stretches of one account, in order and apart; `known_from` is when it came on the register."""

    account_id: str
    known_from: datetime
    stretches: tuple[Stretch, ...]


def stretches(complete: Iterable[Stretch], gaps: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Return what was collected: complete stretches put together, gaps taken out."""
    left = _joined(complete)
    for begin, end in gaps:
        left = [piece for one in left for piece in _without(one, begin, end)]
    return tuple(left)


def days(found: Iterable[tuple[float, float]], begin: float, end: float) -> float:
    """Return how many days (of 24 hours) from `begin` to `end` were collected; all of it in seconds since 1970."""
    return sum(max(min(last, end) - max(first, begin), 0.0) for first, last in found) / DAY


def _joined(found: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for begin, end in sorted(found):
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return joined


def _without(one: Stretch, begin: datetime, end: datetime) -> list[Stretch]:
    first, last = one
    if end <= first or begin >= last:
        return [one]
    return [piece for piece in ((first, begin), (end, last)) if piece[0] < piece[1]]
