"""Days, weeks, months, quarters and financial years in the council's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
APRIL = 4  # a council's year begins on 1 April (Local Government Finance Act 1992 s.116: "financial year")


class Unit(StrEnum):
    """How finely time is cut; weeks begin on Monday (ISO 8601), quarters in January, April, July and October."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def start(on: date, unit: Unit) -> date:
    """Return the first day of the period that `on` lies in; a year is the financial year."""
    match unit:
        case Unit.DAY:
            return on
        case Unit.WEEK:
            return on - timedelta(days=on.weekday())
        case Unit.MONTH:
            return on.replace(day=1)
        case Unit.QUARTER:
            return date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
        case Unit.YEAR:
            return date(on.year if on.month >= APRIL else on.year - 1, APRIL, 1)


def following(first: date, unit: Unit) -> date:
    """Return the first day of the next period."""
    length = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.QUARTER: 92, Unit.YEAR: 366}[unit]
    return start(first + timedelta(days=length), unit)


def periods(since: date, until: date, unit: Unit) -> Iterator[tuple[date, date]]:
    """Yield first and last day of every period from `since` to `until`, those at the ends cut to them."""
    first = start(since, unit)
    while first <= until:
        after = following(first, unit)
        yield max(first, since), min(after - DAY, until)
        first = after


def label(first: date, unit: Unit) -> str:
    """Return a period's name: "2026-11-22", "week of 2026-11-16", "2026-11", "2026 Q4", "2026/27"."""
    match unit:
        case Unit.DAY:
            return f"{first}"
        case Unit.WEEK:
            return f"week of {first}"
        case Unit.MONTH:
            return f"{first:%Y-%m}"
        case Unit.QUARTER:
            return f"{first.year} Q{(first.month + 2) // 3}"
        case Unit.YEAR:
            return f"{first.year}/{(first.year + 1) % 100:02}"


def midnight(on: date, zone: str) -> datetime:
    """Return the moment in UTC at which a day begins in a zone: 23 to 25 hours before the next one does."""
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)


def span(since: date, until: date, zone: str) -> tuple[datetime, datetime]:
    """Return the moments between which the days `since` to `until` lie, the last excluded."""
    return midnight(since, zone), midnight(until + DAY, zone)
