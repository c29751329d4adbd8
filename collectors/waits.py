"""The one place that decides how long to wait for a server, and when to stop waiting.

Servers say it in many ways: `Retry-After` in seconds or as an HTTP date (RFC 9110, section 10.2.3), `RateLimit-Reset`
in seconds from now (the IETF draft) or in epoch seconds (AT Protocol), `X-RateLimit-Reset` in ISO 8601 (Mastodon),
`x-rate-limit-reset` in epoch seconds (X), minutes within a JSON header (Meta, `collectors.usage`), or not at all.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from collectors import usage
from collectors.failures import Passing, TryLater
from data.errors import CollectError

EPOCH_FROM = 10**9  # a number this large is a moment (after 2001), a smaller one a span in seconds
FIRST_WAIT = 0.5
LONGEST_BACKOFF = 8.0
LONGEST_SPAN = 366 * 24 * 3600.0
PASSING_STATUSES = {429, 502, 503, 504}
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
RESET_HEADERS = ("retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _iso_date(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _seconds(text: str, now: datetime) -> float | None:
    """Read one header value as seconds from `now`; None when it says nothing."""
    try:
        number = float(text)
    except ValueError:
        at = _http_date(text) or _iso_date(text)
        return None if at is None else (at - now).total_seconds()
    if not math.isfinite(number):
        return None
    return number - now.timestamp() if number >= EPOCH_FROM else number


def announced(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that the server asks us to wait, at least 0; None when it does not say.

    `headers` have lower-case names. A moment is measured against the server's own `Date`, so that a clock that is
    wrong on either side does not matter.
    """
    theirs = _http_date(headers.get("date", "")) or now
    for name in RESET_HEADERS:
        seconds = _seconds(headers.get(name, "").strip(), theirs)
        if seconds is not None:
            return min(max(seconds, 0.0), LONGEST_SPAN)
    regained = usage.regain(headers)
    return None if regained is None else min(regained, LONGEST_SPAN)


def share_left(headers: Mapping[str, str]) -> float:
    """Return how much of its limit a server says is left, from 0 to 1; 1 where it does not say (lower-case names)."""
    for name in ("x-ratelimit", "ratelimit", "x-rate-limit"):
        left, most = (_COUNT.fullmatch(headers.get(f"{name}-{part}", "")) for part in ("remaining", "limit"))
        if left and most and int(most[0]):
            return min(int(left[0]) / int(most[0]), 1.0)
    return 1.0 - usage.share_used(headers)


def backoff(tries: int) -> float:
    """Return the seconds to wait after the `tries`-th failure when nobody says: 0.5, 1, 2, 4, 8, 8, …"""
    return min(FIRST_WAIT * 2.0 ** max(tries - 1, 0), LONGEST_BACKOFF)


def between(exc: Exception, tries: int) -> float | bool:
    """Return the seconds before the next try after the `tries`-th one failed with `exc`, False for no further try."""
    if not isinstance(exc, Passing) or tries >= exc.most:
        return False
    return backoff(tries) if exc.wait is None else max(exc.wait, FIRST_WAIT)


def _sentence(status: int, host: str) -> tuple[str, str]:
    if status == 429:
        return "rate_limited", f"{host} says that we ask too often (429)."
    return "server_error", f"{host} has a fault of its own ({status})."


def from_busy(status: int, headers: Mapping[str, str], host: str, now: datetime, longest: float) -> CollectError:
    """Turn a 429 or 5xx into an error: `Passing` when worth waiting for, `TryLater` beyond `longest` seconds."""
    code, sentence = _sentence(status, host)
    if status not in PASSING_STATUSES:
        message = f"{sentence} It is tried again at the next collection."
        return Passing(code, message, most=2) if status == 500 else CollectError(code, message)
    wait = announced(headers, now)
    if wait is None or wait <= longest:
        return Passing(code, f"{sentence} It is tried again at the next collection.", wait=wait)
    return until(code, sentence, now + timedelta(seconds=math.ceil(wait)))


def until(code: str, sentence: str, at: datetime) -> TryLater:
    """Return the error that names the moment from which another try makes sense."""
    return TryLater(code, f"{sentence} It may be asked again from {at:%d %B %Y, %H:%M:%S} UTC.", at)
