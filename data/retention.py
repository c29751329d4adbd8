"""What is due to go, and what stays for now: periods by table and outcome, pure.

A post goes with its words when it is old enough and no alert keeps it. An alert that waits for a person keeps its post
for as long as it waits; a decided one for the period of its judgement; an upheld one decides alone when its post goes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from data.config import Settings
from data.model import Judgement

PREFIX = "retention_"
YEAR = 365.25  # days, leap years among them


@dataclass(frozen=True, slots=True)
class Periods:
    """How long what is kept, in days; 0 for ever. See the settings of the same names."""

    posts: int
    not_upheld: int
    cannot_tell: int
    upheld: int
    snapshots: int
    audit: int
    sessions: int
    papers: int

    def cutoff(self, what: str, now: datetime) -> datetime | None:
        """Return the time up to which `what` is due, None when it stays for ever."""
        days: int = getattr(self, what)
        return now - timedelta(days=days) if days else None


@dataclass(frozen=True, slots=True)
class Case:
    """An alert as far as retention asks: `judgement` is that of the last decision that stands, "" for none."""

    alert_id: int
    post_id: int
    finished: bool
    decided_at: datetime | None
    judgement: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """What alerts mean for retention: posts they keep, posts that are due because of them, alerts whose words are."""

    kept: frozenset[int]
    posts: tuple[int, ...]
    alerts: tuple[int, ...]


def periods(settings: Settings) -> Periods:
    """Return the periods out of the settings."""
    return Periods(**{f.name: getattr(settings, PREFIX + f.name) for f in fields(Periods)})


def is_due(case: Case, kept_for: Periods, now: datetime) -> bool:
    """Say whether an alert's words are due: decided, and its judgement's period over."""
    if not case.finished or case.decided_at is None or not case.judgement:
        return False
    cutoff = kept_for.cutoff(case.judgement, now)
    return cutoff is not None and case.decided_at <= cutoff


def sort(cases: Iterable[Case], kept_for: Periods, now: datetime) -> Sorted:
    """Sort alerts; a post whose alerts are all due and none upheld falls under the period of posts."""
    of_post: dict[int, list[Case]] = {}
    for case in cases:
        of_post.setdefault(case.post_id, []).append(case)
    due = {post_id: all(is_due(c, kept_for, now) for c in found) for post_id, found in of_post.items()}
    upheld = {post_id for post_id, found in of_post.items() if due[post_id] and _any_upheld(found)}
    words = [c.alert_id for found in of_post.values() for c in found if is_due(c, kept_for, now)]
    kept = frozenset(post_id for post_id, is_over in due.items() if not is_over)
    return Sorted(kept, tuple(sorted(upheld)), tuple(sorted(words)))


def _any_upheld(cases: Iterable[Case]) -> bool:
    return any(case.judgement == Judgement.UPHELD for case in cases)


def described(kept_for: Periods) -> Mapping[str, str]:
    """Return each period in words: in days, as it is set, and in years or months where it comes to whole ones."""
    return {f.name: _in_words(getattr(kept_for, f.name)) for f in fields(Periods)}


def _in_words(days: int) -> str:
    """Return "2192 days (6 years)", "183 days (6 months)", "100 days" or "for ever"; a day more or less is let be."""
    if not days:
        return "for ever"
    for length, unit in ((YEAR, "year"), (YEAR / 12, "month")):
        many = round(days / length)
        if many and abs(days - many * length) <= 1:
            return f"{days} days ({many} {unit}{'s' if many > 1 else ''})"
    return f"{days} days"
