"""Days are those of the council's zone: renewals and lapses over both clock changes and around midnight."""

from datetime import UTC, date, datetime

import pytest

from data.clock import local_day, system_clock
from data.model import Passport, PassportState
from data.services import register
from data.store import accounts
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.register import add, row

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        # in winter London keeps UTC
        ("2026-01-15T23:59:59", LONDON, "2026-01-15"),
        ("2026-01-16T00:00:00", LONDON, "2026-01-16"),
        # in summer its day begins an hour before UTC's
        ("2026-06-15T22:59:59", LONDON, "2026-06-15"),
        ("2026-06-15T23:00:00", LONDON, "2026-06-16"),
        # the night the clocks go forward: 29 March 2026, one o'clock UTC
        ("2026-03-28T23:59:59", LONDON, "2026-03-28"),
        ("2026-03-29T00:00:00", LONDON, "2026-03-29"),
        ("2026-03-29T22:59:59", LONDON, "2026-03-29"),
        ("2026-03-29T23:00:00", LONDON, "2026-03-30"),
        # the night they go back: 25 October 2026, one o'clock UTC
        ("2026-10-24T22:59:59", LONDON, "2026-10-24"),
        ("2026-10-24T23:00:00", LONDON, "2026-10-25"),
        ("2026-10-25T23:59:59", LONDON, "2026-10-25"),
        ("2026-10-26T00:00:00", LONDON, "2026-10-26"),
        # another zone, for a council that is not in Britain
        ("2026-06-15T23:30:00", "UTC", "2026-06-15"),
        ("2026-06-15T23:30:00", "Pacific/Auckland", "2026-06-16"),
    ],
)
def test_the_day_of_a_moment(at: str, zone: str, day: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert local_day(moment, zone) == date.fromisoformat(day)


def passport(state: PassportState = PassportState.LIVE, renewal: str | None = "2026-11-30") -> Passport:
    return Passport("bins", state, "purpose", renewal_date=date.fromisoformat(renewal) if renewal else None)


@pytest.mark.parametrize(
    ("today", "live"),
    [("2026-01-01", True), ("2026-11-29", True), ("2026-11-30", True), ("2026-12-01", False), ("2027-11-30", False)],
)
def test_live_up_to_and_on_the_renewal_date(today: str, live: bool) -> None:
    assert accounts.is_live(passport(), date.fromisoformat(today)) is live


@pytest.mark.parametrize("state", [s for s in PassportState if s is not PassportState.LIVE])
def test_no_other_state_is_live(state: PassportState) -> None:
    assert not accounts.is_live(passport(state), date(2026, 1, 1))


def test_without_a_renewal_date_nothing_is_live() -> None:
    assert not accounts.is_live(passport(renewal=None), date(2026, 1, 1))


def test_live_names_the_accounts() -> None:
    assert accounts.live([passport(), passport(PassportState.SUSPENDED)], date(2026, 1, 1)) == {"bins"}


@pytest.mark.parametrize(
    ("renewal", "last_moment", "first_lapsed"),
    [
        ("2026-06-15", "2026-06-15T22:59:59", "2026-06-15T23:00:00"),
        ("2026-10-25", "2026-10-25T23:59:59", "2026-10-26T00:00:00"),
        ("2026-03-29", "2026-03-29T22:59:59", "2026-03-29T23:00:00"),
    ],
)
def test_a_passport_lapses_at_the_council_s_midnight(
    sqlite_store: Store, clock: FakeClock, renewal: str, last_moment: str, first_lapsed: str
) -> None:
    add(sqlite_store, row("bins", renewal_date=renewal))
    clock.now = datetime.fromisoformat(last_moment).replace(tzinfo=UTC)
    assert [r.live for r in register.listed(sqlite_store, LONDON)] == [True]
    clock.now = datetime.fromisoformat(first_lapsed).replace(tzinfo=UTC)
    assert [r.live for r in register.listed(sqlite_store, LONDON)] == [False]


def test_the_system_clock_tells_utc() -> None:
    assert system_clock().tzinfo is UTC
