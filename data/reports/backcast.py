"""A back-cast: what one model would raise over the whole time, under the policy in force. A third measure. Pure.

It is no log: nobody was asked about most of it. So it stands apart from what was raised and upheld, with n of its own
and with how many posts that model has read at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from data.reports.intervals import share
from data.reports.periods import label, start
from data.reports.suppression import hidden_line
from data.reports.trends import WHOLE, Ask, Figure


@dataclass(frozen=True, slots=True)
class Back:
    """One period: texts that the model assessed, and how many of them it would raise."""

    period: str
    texts: int
    raised: Figure


@dataclass(frozen=True, slots=True)
class BackCast:
    """The series; the model has read `read` of the `posts` of the time. `model` and `policy` are named as they are."""

    model: str
    policy: str
    posts: int
    read: int
    lines: tuple[Back, ...] = ()


def lines(ask: Ask, texts: Mapping[date, int], raised: Mapping[date, int]) -> tuple[Back, ...]:
    """Return the periods and the whole time, from texts and what is raised by day; small figures are hidden."""
    firsts = [first for first, _ in ask.periods()] if ask.unit else []
    read, met = _by_period(ask, texts), _by_period(ask, raised)
    counts = [*(met.get(first, 0) for first in firsts), sum(raised.values())]
    away = hidden_line(counts, ask.threshold)
    n = [*(read.get(first, 0) for first in firsts), sum(texts.values())]
    names = [*(label(start(first, ask.unit), ask.unit) for first in firsts if first and ask.unit), WHOLE]
    rows = zip(names, n, counts, strict=True)
    return tuple(Back(name, of, _figure(number, of, at in away)) for at, (name, of, number) in enumerate(rows))


def _by_period(ask: Ask, days: Mapping[date, int]) -> dict[date | None, int]:
    found: dict[date | None, int] = {}
    for day, number in days.items():
        found[ask.bucket(day)] = found.get(ask.bucket(day), 0) + number
    return found


def _figure(number: int, texts: int, hidden: bool) -> Figure:
    return Figure(None, hidden=True, pending=None) if hidden else Figure(number, share(number, texts))
