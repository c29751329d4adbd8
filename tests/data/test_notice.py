"""Notices, the pure part: who can choose what, when digests and reminders fall due, how long to wait."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.notice import (
    ALWAYS,
    GIVEN_UP,
    HOLDERS,
    LONGEST_WAIT,
    OFFICERS,
    ROUNDS,
    Cause,
    Frequency,
    Kind,
    Preference,
    digest_of,
    next_try,
    renewal_mark,
    steps_due,
    wants,
)

ZONE = "Europe/London"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAIT = timedelta(minutes=15)


def test_every_kind_is_for_someone() -> None:
    assert set(Kind) == HOLDERS | set(OFFICERS) | {Kind.DIGEST}
    assert not HOLDERS & set(OFFICERS)
    assert ALWAYS < HOLDERS


@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_being_heard_cannot_be_switched_off(kind: Kind) -> None:
    nothing = Preference(off=frozenset(Kind), departments=frozenset({"Elsewhere"}), digest=Frequency.NEVER)
    assert wants(nothing, Cause(kind, "k", department="Environment"))


def test_kinds_and_departments_narrow_what_officers_get() -> None:
    cause = Cause(Kind.APPEAL, "appeal:1:1", department="Environment")
    assert wants(Preference(), cause)
    assert not wants(Preference(off=frozenset({Kind.APPEAL})), cause)
    assert wants(Preference(departments=frozenset({"Environment", "Culture"})), cause)
    assert not wants(Preference(departments=frozenset({"Culture"})), cause)
    assert wants(Preference(departments=frozenset({"Culture"})), Cause(Kind.QUESTION, "question:1:x"))


def test_holders_have_no_departments() -> None:
    here = Preference(departments=frozenset({"Culture"}))
    assert wants(here, Cause(Kind.RENEWAL, "renewal:1:x:60", department="Environment"))
    assert not wants(Preference(off=frozenset({Kind.RENEWAL})), Cause(Kind.RENEWAL, "renewal:1:x:60"))


def test_waits_grow_until_it_is_given_up() -> None:
    now, tries, waits = NOON, 0, []
    while (again := next_try(NOON, tries + 1, now)) is not None:
        waits.append(again - now)
        now, tries = again, tries + 1
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 4, 16, 64)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert GIVEN_UP - LONGEST_WAIT < now - NOON <= GIVEN_UP


@given(st.integers(1, 1000))
def test_no_wait_is_longer_than_the_longest(tries: int) -> None:
    again = next_try(NOON, tries, NOON)
    assert again is not None
    assert timedelta() < again - NOON <= LONGEST_WAIT


def test_a_daily_digest_is_one_a_day_from_its_hour_on() -> None:
    early, late = NOON.replace(hour=7, minute=59), NOON.replace(hour=8)
    assert digest_of(Frequency.DAILY, early, ZONE, 8) is None
    assert digest_of(Frequency.DAILY, late, ZONE, 8) == "digest:2026-11-22"
    assert digest_of(Frequency.DAILY, NOON.replace(hour=23, minute=59), ZONE, 8) == "digest:2026-11-22"
    assert digest_of(Frequency.NEVER, NOON, ZONE, 8) is None


def test_a_weekly_digest_is_one_a_week_from_monday_on() -> None:
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert digest_of(Frequency.WEEKLY, monday.replace(hour=7), ZONE, 8) is None
    assert digest_of(Frequency.WEEKLY, monday.replace(hour=8), ZONE, 8) == "digest:2026-W48"
    assert digest_of(Frequency.WEEKLY, monday + timedelta(days=6, hours=1), ZONE, 8) == "digest:2026-W48"


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])  # the clocks change
def test_digests_keep_to_the_clock_on_the_wall(day: date) -> None:
    local = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(ZONE))
    assert digest_of(Frequency.DAILY, local.astimezone(UTC), ZONE, 8) == f"digest:{day}"
    assert digest_of(Frequency.DAILY, local.astimezone(UTC) - timedelta(minutes=1), ZONE, 8) is None


def test_new_year_belongs_to_the_week_it_lies_in() -> None:
    assert digest_of(Frequency.WEEKLY, datetime(2027, 1, 1, 12, tzinfo=UTC), ZONE, 8) == "digest:2026-W53"


@pytest.mark.parametrize(
    ("left", "mark"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_renewal_is_told_at_its_marks(left: int, mark: int | None) -> None:
    today = date(2026, 11, 22)
    assert renewal_mark(today + timedelta(days=left), today) == mark


def test_an_urgent_notice_goes_round_the_rota_and_then_rests() -> None:
    assert steps_due(None, NOON, WAIT, 3) == 1
    assert steps_due(NOON, NOON + timedelta(minutes=14), WAIT, 3) == 1
    assert steps_due(NOON, NOON + timedelta(minutes=15), WAIT, 3) == 2
    assert steps_due(NOON, NOON + timedelta(days=9), WAIT, 3) == 3 * ROUNDS
    assert steps_due(NOON, NOON + timedelta(days=9), WAIT, 0) == ROUNDS
