"""How much of its limits Meta says is used: `X-App-Usage` and `X-Business-Use-Case-Usage`, JSON within a header.

Source: "Rate Limits" of the Graph API. The first is an object of percentages; the second has a list of such objects for
each business, with `estimated_time_to_regain_access` in minutes once a limit is met.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.evidence import read_json

APP = "x-app-usage"
BUSINESS = "x-business-use-case-usage"
PERCENTAGES = ("call_count", "total_time", "total_cputime")
MINUTES = "estimated_time_to_regain_access"


def _read(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        value = read_json(headers.get(name, "{}").encode("utf-8", "replace"))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _rows(headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    yield _read(headers, APP)
    for rows in _read(headers, BUSINESS).values():
        yield from (row for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))


def _number(value: object) -> int:
    return min(max(value, 0), 10**9) if isinstance(value, int) else 0


def share_used(headers: Mapping[str, str]) -> float:
    """Return how much of the fullest limit is used, from 0 to 1; 0 where nothing is said (lower-case names)."""
    most = max((_number(row.get(name)) for row in _rows(headers) for name in PERCENTAGES), default=0)
    return min(most, 100) / 100


def regain(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until calls are allowed again, None where no limit is met or nothing is said."""
    return max((_number(row.get(MINUTES)) for row in _rows(headers)), default=0) * 60.0 or None
