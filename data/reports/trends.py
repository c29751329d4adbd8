"""Trends: alerts raised and alerts upheld, as two measures, of the texts that were published, collected and assessed.

Pure: from figures to lines for people and files. Every share has its n, the days collected and a 95 % interval; small
figures are hidden with what would reveal them; what was not collected is named, never shown as nought.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from data.reports.counting import Counts
from data.reports.intervals import Share, share
from data.reports.periods import Unit, label, periods, start
from data.reports.suppression import THRESHOLD
from data.reports.withheld import Grid, Key, Shown, Withheld, withheld


class Group(StrEnum):
    """What the figures are told apart by."""

    DEPARTMENT = "department"
    PLATFORM = "platform"
    KIND = "kind"
    CATEGORY = "category"
    CHARACTERISTIC = "characteristic"
    SEVERITY = "severity"
    OUTCOME = "outcome"


OF_ACCOUNTS = frozenset({Group.DEPARTMENT, Group.PLATFORM, Group.KIND})
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: the days `since` to `until`, cut by `unit` and told apart by `group`, if by any.

    `then` groups by the department an account was in on the day, otherwise by the present one. `only` keeps the
    accounts of one department, platform or kind.
    """

    since: date
    until: date
    unit: Unit | None = Unit.MONTH
    group: Group | None = None
    then: bool = True
    only: Mapping[Group, str] = field(default_factory=dict)
    threshold: int = THRESHOLD

    def bucket(self, on: date) -> date | None:
        """Return the first day of the period that a day counts in, None when time is not cut."""
        return max(start(on, self.unit), self.since) if self.unit else None

    def periods(self) -> list[tuple[date | None, date]]:
        """Return first and last day of every period."""
        return [*periods(self.since, self.until, self.unit)] if self.unit else [(None, self.until)]


@dataclass(slots=True)
class Facts:
    """Figures by period and group, with their totals under None: posts and texts, alerts, (collected, possible) days.

    Where the group is not one of accounts, posts, texts and days have no group.
    """

    counts: dict[Key, Counts] = field(default_factory=dict)
    raised: dict[Key, int] = field(default_factory=dict)
    upheld: dict[Key, int] = field(default_factory=dict)
    days: dict[Key, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """Alerts, and their share of the texts assessed; without a number it is `hidden`, or means nothing here.

    `pending` (of what was upheld): so many alerts are not judged yet or could not be told. The upper end of the
    interval counts them in, as if all were upheld (worst-case bounds, Manski 1989); where their number would reveal a
    hidden one it is None, and there is no share.
    """

    number: int | None
    share: Share | None = None
    hidden: bool = False
    pending: int | None = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One period ("all": the whole time) and group (None: all of them). `collected` of `possible` account-days were."""

    first: date
    last: date
    period: str
    group: str | None
    counts: Counts
    collected: float
    possible: float
    raised: Figure
    upheld: Figure

    @property
    def unseen(self) -> bool:
        """Whether nothing can be said of it: nothing was collected, and no post is there."""
        return self.collected == 0 and self.counts.posts == 0

    @property
    def unjudged(self) -> bool:
        """Whether alerts were raised and it may be told that nobody has judged any of them yet."""
        return 0 < self.counts.raised == self.upheld.pending


def lines(ask: Ask, facts: Facts) -> list[Line]:
    """Return every period and group, then the totals by period, by group and of everything."""
    ends = dict(ask.periods())
    firsts = [*ends]
    named = {group for _, group in (*facts.counts, *facts.raised, *facts.upheld, *facts.days) if group is not None}
    groups: list[str | None] = [*sorted(named)] if ask.group else [None]
    apart = ask.group is None or ask.group in OF_ACCOUNTS
    shown = Shown(facts.raised, facts.upheld, facts.counts, apart, apart or ask.group is Group.SEVERITY)
    away = withheld(Grid(firsts, groups, ask.threshold), shown)
    keys = [(first, group) for first in firsts for group in groups]
    totals = [*((first, None) for first in firsts), *((None, group) for group in groups), (None, None)]
    return [_line(ask, facts, key, away, ends.get(key[0], ask.until)) for key in dict.fromkeys([*keys, *totals])]


def _line(ask: Ask, facts: Facts, key: Key, away: Withheld, last: date) -> Line:
    first, group = key
    below = key if ask.group in OF_ACCOUNTS else (first, None)
    counts = facts.counts.get(below, Counts())
    collected, possible = facts.days.get(below, (0.0, 0.0))
    raised = Figure(None) if ask.group is Group.OUTCOME and group else _figure(facts.raised, key, counts, away.raised)
    pending = None if below in away.pending else counts.pending
    return Line(
        first=first or ask.since,
        last=last,
        period=label(start(first, ask.unit), ask.unit) if first and ask.unit else WHOLE,
        group=group,
        counts=counts,
        collected=round(collected, 1),
        possible=round(possible, 1),
        raised=raised,
        upheld=_figure(facts.upheld, key, counts, away.upheld, pending),
    )


def _figure(numbers: Mapping[Key, int], key: Key, counts: Counts, away: Set[Key], pending: int | None = 0) -> Figure:
    if key in away:
        return Figure(None, hidden=True, pending=None)
    number = numbers.get(key, 0)
    if pending is None or number > counts.texts:  # an alert may be newer than the figures that were counted last
        return Figure(number, pending=pending)
    found, most = share(number, counts.texts), share(min(number + pending, counts.texts), counts.texts)
    return Figure(number, replace(found, high=most.high) if found and most else None, pending=pending)
