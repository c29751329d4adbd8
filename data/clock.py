"""The one clock: whatever needs the time is handed one of these."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)


def local_day(at: datetime, zone: str) -> date:
    """Return the day that `at` falls on in the council's zone (an IANA name such as Europe/London)."""
    return at.astimezone(ZoneInfo(zone)).date()
