"""Moments as platforms state them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.times import COUNCIL_ZONE, TOLERANCE, ZONES, read_time, settle

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        ("Mon, 01 Jun 2026 10:00:00 BST", ""),
        ("Mon, 01 Jun 2026 10:00:00 bst", ""),
        ("Mon, 01 Jun 2026 09:00:00 GMT", ""),
        ("Mon, 1 June 2026 09:00 Z", ""),
        ("Monday, 01-Jun-26 09:00:00 UTC", ""),
        ("01 Jun 2026 05:00:00 EDT", ""),
        ("Mon, 01 Jun 2026 10:00:00 +0100", ""),
        ("Mon, 01 Jun 2026 10:00:00 +01:00", ""),
        ("Mon, 01 Jun 2026 10:00:00 GMT+0100 (British Summer Time)", ""),
        ("Mon Jun  1 10:00:00 BST 2026", ""),
        ("Llun, 01 Meh 2026 10:00:00 +0100", ""),
        ("2026-06-01T09:00:00Z", ""),
        ("2026-06-01T10:00:00.123456+01:00", ""),
        ("2026-06-01 09:00:00 UTC", ""),
        ("20260601T090000Z", ""),
        ("2026-06-01T09:00Z", ""),
        ("Mon, 01 Jun 2026 10:00:00 IST", "zone_assumed"),
        ("Mon, 01 Jun 2026 10:00:00 XYZ", "zone_assumed"),
        ("Mon, 01 Jun 2026 10:00:00 +9900", "zone_assumed"),
        ("Mon, 01 Jun 2026 10:00:00", "zone_assumed"),
        ("2026-06-01T10:00:00", "zone_assumed"),
        ("June 1, 2026 10:00", "zone_assumed"),
        ("Mon Jun  1 10:00:00 2026", "zone_assumed"),
    ],
)
def test_one_moment_in_many_forms(raw: str, note: str) -> None:
    found = read_time(raw)
    assert (found.at, found.note) == (NINE, note)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-02-30T10:00:00Z",
        "30 Feb 2026 10:00:00 GMT",
        "2025-02-29",
        "2026-13-01",
        "Mon, 32 Jan 2026 10:00:00 GMT",
        "2026-06-01T25:00:00Z",
        "2026-06-01T10:61:00Z",
        "2026-06-01T10:00:61Z",
        "0001-01-01T00:00:00Z",
        "0000-00-00",
        "1899-01-01",
        "9999-12-31T23:59:59-10:00",
        "1 Foo 2026",
        "yesterday",
        "01/06/2026",
        "1795352400",
        "-",
        "２０２６-06-01",
    ],
)
def test_what_no_calendar_has_is_impossible(raw: str) -> None:
    found = read_time(raw)
    assert (found.at, found.note) == (None, "impossible")


@pytest.mark.parametrize("raw", ["", "   ", "\n"])
def test_nothing_is_missing(raw: str) -> None:
    assert read_time(raw).note == "missing"


def test_a_day_begins_at_midnight_in_the_councils_zone() -> None:
    assert read_time("2026-06-01").at == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert read_time("2026-01-01").at == datetime(2026, 1, 1, tzinfo=UTC)


def test_both_clock_changes() -> None:
    assert read_time("2026-03-29 00:59").at == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert read_time("2026-03-29 02:00").at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert read_time("2026-10-25 00:59").at == datetime(2026, 10, 24, 23, 59, tzinfo=UTC)
    assert read_time("2026-10-25 02:00").at == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_a_leap_second_is_the_second_before_it() -> None:
    assert read_time("2016-12-31T23:59:60Z").at == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(MOMENTS)
def test_what_is_written_is_read(at: datetime) -> None:
    assert read_time(at.isoformat()).at == at
    assert read_time(format_datetime(at)).at == at
    assert read_time(at.astimezone(ZoneInfo(COUNCIL_ZONE)).isoformat()).at == at


@given(MOMENTS, st.sampled_from(sorted(ZONES)))
def test_every_zone_is_its_hours_away(at: datetime, zone: str) -> None:
    local = at + timedelta(hours=ZONES[zone])
    assert read_time(f"{local:%a, %d %b %Y %H:%M:%S} {zone}").at == at


@given(st.text(max_size=60))
def test_no_text_is_an_error(raw: str) -> None:
    found = read_time(raw)
    assert (found.at is None) == (found.note in ("missing", "impossible"))


def test_the_future_becomes_the_present() -> None:
    late, soon = NINE + TOLERANCE + timedelta(seconds=1), NINE + TOLERANCE
    assert settle(late.isoformat(), NINE).at == NINE
    assert settle(late.isoformat(), NINE).note == "clamped"
    assert settle(soon.isoformat(), NINE).at == soon
    assert settle(soon.isoformat(), NINE).note == ""
