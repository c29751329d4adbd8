"""How long to wait: every format in which servers say it, and the bound."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import waits
from collectors.failures import Passing, TryLater
from data.errors import CollectError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:09 GMT"}, 9.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"ratelimit-reset": "30"}, 30.0),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 40)}, 40.0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 50)}, 50.0),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 55)}, 55.0),
        ({"x-ratelimit-reset": "2026-11-22T12:01:00.500Z"}, 60.5),
        ({"x-ratelimit-reset": "2026-11-22T12:01:00+01:00"}, 0.0),
        ({"retry-after": "5", "x-ratelimit-reset": "2026-11-22T13:00:00Z"}, 5.0),
        ({"retry-after": "soon", "ratelimit-reset": "12"}, 12.0),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 2}]}'}, 120.0),
        ({"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 0}]}'}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e300"}, 366 * 86400.0),
        ({"retry-after": ""}, None),
        ({"retry-after": "99999-01-01"}, None),
        ({}, None),
    ],
)
def test_what_the_server_says_is_understood(headers: dict[str, str], seconds: float | None) -> None:
    assert waits.announced(headers, NOW) == seconds


def test_the_servers_own_clock_counts() -> None:
    ahead = NOW + timedelta(hours=3)
    headers = {"date": format_datetime(ahead, usegmt=True), "ratelimit-reset": str(int(ahead.timestamp()) + 20)}
    assert waits.announced(headers, NOW) == 20.0


@given(st.dictionaries(st.sampled_from(["retry-after", "ratelimit-reset", "x-ratelimit-reset", "date"]), st.text()))
def test_nothing_a_server_says_is_an_error_or_for_ever(headers: dict[str, str]) -> None:
    wait = waits.announced(headers, NOW)
    assert wait is None or 0 <= wait <= waits.LONGEST_SPAN


@pytest.mark.parametrize(
    ("headers", "share"),
    [
        ({"x-ratelimit-limit": "300", "x-ratelimit-remaining": "75"}, 0.25),
        ({"ratelimit-limit": "10", "ratelimit-remaining": "0"}, 0.0),
        ({"x-rate-limit-limit": "10", "x-rate-limit-remaining": "50"}, 1.0),
        ({"x-ratelimit-limit": "0", "x-ratelimit-remaining": "0"}, 1.0),
        ({"x-ratelimit-limit": "300", "x-ratelimit-remaining": "-1"}, 1.0),
        ({"x-ratelimit-limit": "300", "x-ratelimit-remaining": "9" * 5000}, 1.0),
        ({"x-ratelimit-remaining": "5"}, 1.0),
        ({}, 1.0),
    ],
)
def test_how_much_of_a_limit_is_left(headers: dict[str, str], share: float) -> None:
    assert waits.share_left(headers) == share


def test_the_backoff_grows_to_its_bound() -> None:
    assert [waits.backoff(n) for n in range(1, 8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_only_passing_failures_are_tried_again() -> None:
    assert waits.between(CollectError("gone", ""), 1) is False
    assert waits.between(ValueError(), 1) is False
    assert waits.between(Passing("x", ""), 2) == 1.0
    assert waits.between(Passing("x", "", wait=7.0), 1) == 7.0
    assert waits.between(Passing("x", "", wait=0.0), 1) == waits.FIRST_WAIT
    assert waits.between(Passing("x", "", most=2), 2) is False


def busy(status: int, **headers: str) -> CollectError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return waits.from_busy(status, named, "host.example", NOW, longest=30.0)


@pytest.mark.parametrize(("status", "code"), [(429, "rate_limited"), (503, "server_error"), (502, "server_error")])
def test_a_short_wait_is_worth_it_and_a_long_one_is_told(status: int, code: str) -> None:
    short, long = busy(status, retry_after="30"), busy(status, retry_after="31")
    assert isinstance(short, Passing)
    assert (short.code, short.wait) == (code, 30.0)
    assert isinstance(long, TryLater)
    assert (long.code, long.retry_at) == (code, NOW + timedelta(seconds=31))
    assert "from 22 November 2026, 12:00:31 UTC" in str(long)


def test_a_fault_is_tried_once_more_and_an_odd_one_not_at_all() -> None:
    fault = busy(500)
    assert isinstance(fault, Passing)
    assert fault.most == 2
    assert not isinstance(busy(501), Passing)
    assert busy(501).code == "server_error"
