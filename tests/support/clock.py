"""The one replaceable clock, replaced."""

from datetime import datetime, timedelta


class FakeClock:
    """Stands still; `move` puts it forward."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Put the clock forward, by days=, hours=, minutes= or seconds=."""
        self.now += timedelta(**by)
