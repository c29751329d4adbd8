"""Adds rollups, alerts and coverage up by period and group, in the council's zone. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from math import inf
from typing import Any

from data.clock import local_day
from data.model import Judgement
from data.reports.collected import DAY, Coverage, days
from data.reports.counting import NAMES, Counts
from data.reports.periods import midnight, span
from data.reports.trends import OF_ACCOUNTS, Ask, Facts, Group
from data.reports.withheld import Key

NONE = "none named"  # an alert under no characteristic


@dataclass(frozen=True, slots=True)
class Member:
    """An account as the trends group it; `departments` are (since, name), oldest first, the last one the present."""

    id: str
    platform: str
    kind: str
    departments: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A model or policy came into use: figures before and after are not quite the same measure.

    The `first` one of its kind came after no other.
    """

    at: datetime
    what: str
    name: str
    first: bool = False

    @property
    def said(self) -> str:
        """What happened, in words."""
        return f"{self.what if self.first else f'another {self.what}'} came into use: {self.name}"


@dataclass(frozen=True, slots=True)
class Hit:
    """What an alert was flagged for by one clause."""

    category: str
    characteristics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flagged:
    """An alert with the time its post counts at, and what the latest judgement that was not taken back says."""

    id: int
    account_id: str
    at: datetime
    severity: str
    status: str
    reply_asked_at: datetime | None
    replied_at: datetime | None
    judgement: str | None = None
    outcome: str | None = None
    categories: tuple[str, ...] = ()
    characteristics: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathering:
    """Takes rows in and gives `facts`; `members` are all accounts, those not asked for are left out."""

    ask: Ask
    members: dict[str, Member]
    zone: str
    facts: Facts
    spans: list[tuple[date | None, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for first, last in self.ask.periods():
            begin, end = span(first or self.ask.since, last, self.zone)
            self.spans.append((first, begin.timestamp(), end.timestamp()))

    def constant(self) -> dict[str | None, list[str]]:
        """Return by group the accounts that were asked for and belong to one group the whole time."""
        found: dict[str | None, list[str]] = defaultdict(list)
        for member in self.members.values():
            if not self.moves(member) and self.asked(member, self.ask.since):
                found[next(iter(self.groups(member, self.ask.since)), None)].append(member.id)
        return found

    def moves(self, member: Member) -> bool:
        """Say whether an account changes its group or drops out with its department."""
        return self.ask.then and len(member.departments) > 1

    def add_counts(self, group: str | None, on: date, row: Any) -> None:
        """Add the figures of a day, or of a month, of accounts in one group."""
        for key in _keys(self.ask.bucket(on), [group] if group is not None else []):
            counts = self.facts.counts.setdefault(key, Counts())
            counts.add(Counts(*(getattr(row, name) for name in NAMES)))
            if self.ask.group is None or self.ask.group in OF_ACCOUNTS:
                self.facts.raised[key] = counts.raised
                self.facts.upheld[key] = counts.upheld

    def add_alert(self, row: Flagged, flagged: Sequence[Hit]) -> None:
        """Add an alert where the group is one of alerts: as raised by what it was flagged for, as upheld by what was
        confirmed."""
        on = local_day(row.at, self.zone)
        member = self.members.get(row.account_id)
        if member is None or not self.asked(member, on):
            return
        group = self.ask.group or Group.SEVERITY
        for key in _keys(self.ask.bucket(on), _raised_as(group, row, flagged)):
            self.facts.raised[key] = self.facts.raised.get(key, 0) + 1
        if row.judgement == Judgement.UPHELD:
            for key in _keys(self.ask.bucket(on), _upheld_as(group, row)):
                self.facts.upheld[key] = self.facts.upheld.get(key, 0) + 1

    def add_coverage(self, one: Coverage, now: datetime) -> None:
        """Add the days on which an account was collected, and those on which it could have been, up to now."""
        known = min([one.known_from, *(first for first, _ in one.stretches[:1])]).timestamp()
        collected = [(first.timestamp(), last.timestamp()) for first, last in one.stretches]
        for since, until, groups in self._stays(self.members[one.account_id]):
            for first, begin, end in self.spans:
                lower, upper = max(begin, since), min(end, until, now.timestamp())
                if lower < upper:
                    possible = max((upper - max(lower, known)) / DAY, 0.0)
                    self._add_days(first, groups, days(collected, lower, upper), possible)

    def _add_days(self, first: date | None, groups: set[str], collected: float, possible: float) -> None:
        for key in _keys(first, groups):
            had = self.facts.days.get(key, (0.0, 0.0))
            self.facts.days[key] = had[0] + collected, had[1] + possible

    def _stays(self, member: Member) -> Iterator[tuple[float, float, set[str]]]:
        """Yield from when to when an account that is asked for was in which group; days turn at midnight here."""
        turns = [local_day(since, self.zone) for since, _ in member.departments[1:]] if self.moves(member) else []
        edges = [-inf, *(midnight(turn, self.zone).timestamp() for turn in turns), inf]
        for on, (since, until) in zip([date.min, *turns], pairwise(edges), strict=True):
            if self.asked(member, on):
                yield since, until, self.groups(member, on)

    def department(self, member: Member, on: date) -> str:
        """Return the department an account counts under on a day: the first one also for the time before it."""
        if not self.ask.then:
            return member.departments[-1][1]
        before = [name for since, name in member.departments if local_day(since, self.zone) <= on]
        return before[-1] if before else member.departments[0][1]

    def _named(self, member: Member, on: date, group: Group) -> str:
        return self.department(member, on) if group is Group.DEPARTMENT else str(getattr(member, group.value))

    def asked(self, member: Member, on: date) -> bool:
        """Say whether an account belongs to what was asked for on a day."""
        return all(self._named(member, on, group) == wanted for group, wanted in self.ask.only.items())

    def groups(self, member: Member, on: date) -> set[str]:
        """Return the group an account counts in on a day: none where groups are those of alerts."""
        return {self._named(member, on, self.ask.group)} if self.ask.group in OF_ACCOUNTS else set()


def _keys(first: date | None, groups: Iterable[str]) -> set[Key]:
    return {(when, group) for when in (first, None) for group in (*groups, None)}


def _raised_as(group: Group, row: Flagged, flagged: Sequence[Hit]) -> set[str]:
    match group:
        case Group.CATEGORY:
            return {hit.category for hit in flagged}
        case Group.CHARACTERISTIC:
            return {c for hit in flagged for c in hit.characteristics} or {NONE}
        case Group.SEVERITY:
            return {row.severity}
        case _:
            return set()


def _upheld_as(group: Group, row: Flagged) -> set[str]:
    match group:
        case Group.CATEGORY:
            return set(row.categories)
        case Group.CHARACTERISTIC:
            return set(row.characteristics) or {NONE}
        case Group.OUTCOME:
            return {str(row.outcome)}
        case _:
            return {row.severity}
