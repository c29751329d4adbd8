"""Reads the synthetic council: Thornmere Borough Council, invented from its mayor to its gritters.

`accounts.csv` is its register with dates left out; `posts/ID.jsonl` holds a year of each account's posts, one object
a line: `on` (MM-DD), `text`, and for planted ones `expect`: "alert" (with `category` and `characteristic`) or
"lookalike" (with `why`).
A post goes out on the latest such day before today, so that the seasons are right whenever the demonstration runs.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from data.register import COLUMNS

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Europe/London")
DOMAIN = "thornmere.example"
FORMATS = ("rss", "atom", "json")
OPENS, CLOSES = 7 * 60, 19 * 60  # minutes after midnight between which posts go out


@dataclass(frozen=True, slots=True)
class SamplePost:
    """One post of the synthetic council; `expect` is "alert", "lookalike" or empty."""

    account: str
    number: int
    on: str
    text: str
    expect: str = ""
    category: str = ""
    characteristic: str = ""
    why: str = ""

    @property
    def id(self) -> str:
        """The lasting id that its feed gives it (RFC 4151)."""
        return f"tag:{DOMAIN},2026:{self.account}/{self.number}"

    def published(self, now: datetime) -> datetime:
        """Return when it went out: the latest such day before `now`, at a time of day of its own."""
        today = now.astimezone(ZONE).date()
        month, day = map(int, self.on.split("-"))
        this_year = date(today.year, month, day)
        on = this_year if this_year < today else date(today.year - 1, month, day)
        digest = hashlib.sha256(self.id.encode()).digest()
        minute = OPENS + int.from_bytes(digest[:2], "big") % (CLOSES - OPENS)
        return datetime.combine(on, time(minute // 60, minute % 60, digest[2] % 60), ZONE).astimezone(UTC)


@cache
def accounts() -> tuple[dict[str, str], ...]:
    """Return the rows of the sample register; `passport` is live, lapsed or applied."""
    with (FOLDER / "accounts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def posts(account: str) -> tuple[SamplePost, ...]:
    """Return the posts of one account, in the order they were written."""
    path = FOLDER / "posts" / f"{account}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return tuple(SamplePost(account, n, **json.loads(line)) for n, line in enumerate(lines, 1))


def all_posts() -> Iterator[SamplePost]:
    """Yield every post of every account."""
    for row in accounts():
        yield from posts(row["id"])


def feed_format(account: str) -> str:
    """Return which of the three formats an account's feed has."""
    return FORMATS[hashlib.sha256(account.encode()).digest()[0] % len(FORMATS)]


def register_csv(base_url: str, today: date) -> bytes:
    """Return the register of the synthetic council as it stands on `today`, its feeds under `base_url`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for n, row in enumerate(accounts()):
        writer.writerow(
            row | {"platform": "feed", "url": f"{base_url}/{row['id']}"} | _dates(row["passport"], n, today)
        )
    return out.getvalue().encode()


def _dates(passport: str, n: int, today: date) -> dict[str, str]:
    if passport == "applied":
        return {}
    renewal = today - timedelta(days=9) if passport == "lapsed" else today + timedelta(days=20 + 7 * n)
    days = {
        "notice_date": today - timedelta(days=380),
        "review_date": today + timedelta(days=90),
        "renewal_date": renewal,
    }
    return {name: str(day) for name, day in days.items()}
