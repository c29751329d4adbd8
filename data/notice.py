"""Notices, pure: their kinds, who can choose what, when a digest is due, how long to wait before another try."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from data.permissions import Action


class Kind(StrEnum):
    """What a notice is about."""

    DIGEST = "digest"
    URGENT = "urgent"
    REPLY_REQUESTED = "reply_requested"
    INTERIM = "interim"
    DECIDED = "decided"
    APPEAL = "appeal"
    RENEWAL = "renewal"
    SUPPORT_DUE = "support_due"
    SILENCE = "silence"
    QUESTION = "question"


class Frequency(StrEnum):
    """How often someone wants the digest."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Channel(StrEnum):
    """A way out."""

    EMAIL = "email"
    SLACK = "slack"
    TEAMS = "teams"


class Reach(StrEnum):
    """Where officers want to be told: by e-mail, or by what is posted in the team's channel alone."""

    EMAIL = "email"
    TEAM = "team"


HOLDERS = frozenset({Kind.REPLY_REQUESTED, Kind.INTERIM, Kind.DECIDED, Kind.RENEWAL, Kind.SUPPORT_DUE})
ALWAYS = frozenset({Kind.REPLY_REQUESTED, Kind.INTERIM, Kind.DECIDED})  # the right to be heard cannot be switched off
OFFICERS: Mapping[Kind, Action] = {  # kinds for officers, and what one must be allowed to do to get them
    Kind.URGENT: Action.CLAIM,
    Kind.APPEAL: Action.DECIDE,
    Kind.QUESTION: Action.GIVE_ADVICE,
    Kind.SILENCE: Action.CHANGE_REGISTER,
}
IMPARTIAL = frozenset({Kind.URGENT, Kind.APPEAL})  # not for those who hold the account
DAILY_KINDS = frozenset({Kind.DIGEST, Kind.SILENCE})  # tomorrow brings another
RENEWAL_MARKS = (7, 30, 60)  # days before the last day of a passport
ROUNDS = 3  # how often an urgent notice goes round the rota
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP = timedelta(days=3)
NEWS = timedelta(days=7)  # a decision older than this is no news


@dataclass(frozen=True, slots=True)
class Preference:
    """What one person wants: kinds switched off, departments (none: all), how often a digest, where."""

    off: frozenset[Kind] = frozenset()
    departments: frozenset[str] = frozenset()
    digest: Frequency = Frequency.DAILY
    reach: Reach = Reach.EMAIL


@dataclass(frozen=True, slots=True)
class Cause:
    """Why there is something to tell. `key` names it for good: nobody is told of the same one twice."""

    kind: Kind
    key: str
    about: Mapping[str, int | str] = field(default_factory=dict)
    account_id: str = ""
    department: str = ""


def wants(preference: Preference, cause: Cause) -> bool:
    """Say whether someone with this preference is to be told; holders choose no departments, theirs are their own."""
    if cause.kind in ALWAYS:
        return True
    everywhere = cause.kind in HOLDERS or not cause.department or not preference.departments
    return cause.kind not in preference.off and (everywhere or cause.department in preference.departments)


def next_try(put_at: datetime, tries: int, now: datetime) -> datetime | None:
    """Return when to try again after `tries` failures, each wait four times the last; None: it is given up."""
    again = now + min(FIRST_WAIT * 4 ** min(tries - 1, 8), LONGEST_WAIT)
    return again if again <= put_at + GIVEN_UP else None


def digest_of(frequency: Frequency, now: datetime, zone: str, hour: int) -> str | None:
    """Return the key of the digest that is due by now, from `hour` on in the council's zone, weekly ones on Monday."""
    local = now.astimezone(ZoneInfo(zone))
    early = local.hour < hour
    if frequency is Frequency.NEVER or (early and (frequency is Frequency.DAILY or local.weekday() == 0)):
        return None
    year, week, _ = local.isocalendar()
    return f"digest:{local.date()}" if frequency is Frequency.DAILY else f"digest:{year}-W{week:02}"


def renewal_mark(last_day: date, today: date) -> int | None:
    """Return the mark that a passport has reached, the nearest to its end; None before the first or after the end."""
    left = (last_day - today).days
    return next((mark for mark in RENEWAL_MARKS if 0 <= left <= mark), None)


def steps_due(first_at: datetime | None, now: datetime, wait: timedelta, rota: int) -> int:
    """Return how many people of a rota of `rota` an unopened urgent notice has come to by now: one to begin with."""
    passed = 0 if first_at is None else (now - first_at) // wait
    return min(1 + passed, ROUNDS * max(rota, 1))
