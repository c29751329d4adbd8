"""The moments that platforms state, read strictly and with a note wherever they are not simply true.

feedparser reads "BST" as UTC and rolls 30 February over into March, so raw strings are read here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

COUNCIL_ZONE = "Europe/London"  # what a feed of a British council means when it names no zone
TOLERANCE = timedelta(minutes=5)
EARLIEST_YEAR = 1900

# Hours from UTC of the names that feeds of this country and RFC 822 use. IST is not here on purpose: it is
# Irish, Israeli or Indian time, so a feed that says it is read in the council's zone, with a note.
ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2,
    "EET": 2, "EEST": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip

# By their first three letters, English and Welsh: a site in Welsh often writes its dates so.
MONTHS = {
    name: number
    for names in ("jan feb mar apr may jun jul aug sep oct nov dec", "ion chw maw ebr mai meh gor aws med hyd tac rha")
    for number, name in enumerate(names.split(), start=1)
}

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_MONTH = r"(?P<name>[A-Za-z]{3})[a-z]*\.?"
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})(?:-(?P<day>\d{{2}}))?(?:[Tt ]{_CLOCK})?\s*(?P<zone>\S.*)?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>\S.*)?",
        rf"(?:[^\W\d]+\.?,?\s*)?(?P<day>\d{{1,2}})[ -]{_MONTH}[ ,-]+(?P<year>\d{{4}}|\d{{2}})"
        rf"(?:[ ,]+{_CLOCK})?\s*(?P<zone>\S.*)?",
        rf"(?:[A-Za-z]+,?\s+)?{_MONTH} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})(?:[ ,]+{_CLOCK})?\s*(?P<zone>\S.*)?",
        rf"[A-Za-z]+ {_MONTH} (?P<day>\d{{1,2}}) {_CLOCK} (?:(?P<zone>[A-Z]+) )?(?P<year>\d{{4}})",
    )
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC, None when it cannot be known; `note` is one of the words of `data.model.Item.time_note`."""

    at: datetime | None
    note: str = ""


MISSING = Moment(None, "missing")
IMPOSSIBLE = Moment(None, "impossible")


def _zone(text: str) -> tzinfo | None:
    """Return the zone that a date's tail names; None when it names none that is certain."""
    name = re.sub(r"\s*\(.*", "", text).strip()
    if name.upper() in ZONES:
        return timezone(timedelta(hours=ZONES[name.upper()]))
    if offset := _OFFSET.fullmatch(name):
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-span if offset[1] == "-" else span) if span < timedelta(hours=24) else None
    return None


def _month(part: Mapping[str, str | None]) -> int:
    """Return the month's number, 0 (which no calendar has) when its name is none."""
    return int(part["month"] or 0) if "month" in part else MONTHS.get((part["name"] or "").lower(), 0)


def _year(text: str) -> int:
    """Read a year; one of two digits as RFC 2822, section 4.3, has it."""
    return int(text) if len(text) > 2 else int(text) + (2000 if int(text) < 50 else 1900)


def _moment(part: Mapping[str, str | None]) -> Moment:
    """Settle the parts of a date; a leap second is told as the second before it."""
    known = _zone(part["zone"] or "")
    hour, minute, second = (int(part[name] or 0) for name in ("hour", "minute", "second"))
    try:
        year, day = _year(part["year"] or ""), int(part["day"] or 1)
        second = 59 if second == 60 else second
        local = datetime(year, _month(part), day, hour, minute, second, tzinfo=known or ZoneInfo(COUNCIL_ZONE))
        at = local.astimezone(UTC)
    except (ValueError, OverflowError):
        return IMPOSSIBLE
    if at.year < EARLIEST_YEAR:
        return IMPOSSIBLE
    return Moment(at, "" if known else "zone_assumed")


def read_time(raw: str) -> Moment:
    """Read an ISO 8601 or RFC 822 date, or one of their common relatives; midnight when it states no time of day."""
    text = " ".join(raw.split())
    if not text:
        return MISSING
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    return _moment(found.groupdict()) if found else IMPOSSIBLE


def settle(raw: str, received_at: datetime) -> Moment:
    """Read a date and keep it out of the future: later than `received_at` plus five minutes becomes `received_at`."""
    moment = read_time(raw)
    if moment.at is not None and moment.at > received_at + TOLERANCE:
        return Moment(received_at, "clamped")
    return moment
