"""Pre-election windows: days that can be one, both their ends included, in the council's own days."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from data.cli import Context
from data.commands.elections import elections as command
from data.config import Settings
from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person, Role
from data.services import elections
from data.services.actors import shell
from data.store import ledger
from data.store.engine import Store
from tests.support.clock import FakeClock

AddPerson = Callable[..., Person]
ZONE = "Europe/London"
SOURCE = "Notice of election, returning officer"


def put(store: Store, first: date, last: date, area: str = "Fernbrook") -> elections.Window:
    return elections.add(store, shell(), area, first, last, SOURCE)


def at(clock: FakeClock, moment: datetime) -> None:
    clock.move(seconds=(moment - clock()).total_seconds())


def test_a_window_stands_on_its_first_and_its_last_day(store: Store, clock: FakeClock) -> None:
    put(store, date(2026, 11, 23), date(2026, 11, 25))
    seen = []
    for _ in range(5):
        seen.append(len(elections.standing(store, ZONE)))
        clock.move(days=1)
    assert seen == [0, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("first", "last", "begins", "ends"),
    [
        # London goes to summer time on 29 March 2026 and back on 25 October.
        (date(2026, 3, 29), date(2026, 3, 29), datetime(2026, 3, 29, 0), datetime(2026, 3, 29, 23)),
        (date(2026, 3, 23), date(2026, 5, 7), datetime(2026, 3, 23, 0), datetime(2026, 5, 7, 23)),
        (date(2026, 10, 25), date(2026, 10, 25), datetime(2026, 10, 24, 23), datetime(2026, 10, 26, 0)),
        (date(2026, 9, 21), date(2026, 10, 29), datetime(2026, 9, 20, 23), datetime(2026, 10, 30, 0)),
    ],
)
def test_its_days_are_the_council_s_over_both_clock_changes(
    store: Store, clock: FakeClock, first: date, last: date, begins: datetime, ends: datetime
) -> None:
    put(store, first, last)
    for moment, inside in ((begins, True), (ends, False)):
        at(clock, moment.replace(tzinfo=UTC))
        assert bool(elections.standing(store, ZONE)) is inside
        clock.move(seconds=-1)
        assert bool(elections.standing(store, ZONE)) is not inside


def test_another_zone_has_other_days(store: Store, clock: FakeClock) -> None:
    put(store, date(2026, 11, 23), date(2026, 11, 23))
    at(clock, datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    assert not elections.standing(store, ZONE)
    assert elections.standing(store, "Europe/Paris")


def test_its_sentence_names_area_and_last_day(store: Store) -> None:
    assert put(store, date(2026, 11, 2), date(2026, 12, 3)).sentence == (
        "Pre-election period in Fernbrook until 3 December 2026"
    )


@pytest.mark.parametrize(
    ("area", "first", "last", "source", "told"),
    [
        (" ", date(2026, 11, 1), date(2026, 11, 2), SOURCE, "needs the area"),
        ("Fernbrook", date(2026, 11, 1), date(2026, 11, 2), "  ", "the source"),
        ("Fernbrook", date(2026, 11, 2), date(2026, 11, 1), SOURCE, "end on 2026-11-01, before that"),
        ("Fernbrook", date(2026, 1, 1), date(2027, 1, 1), SOURCE, "longer than 120 days"),
    ],
)
def test_what_cannot_be_a_window_is_refused(
    store: Store, area: str, first: date, last: date, source: str, told: str
) -> None:
    with pytest.raises(IllegalStep, match=told):
        elections.add(store, shell(), area, first, last, source)
    assert elections.windows(store) == []


def test_one_is_put_down_once_and_another_area_beside_it(store: Store) -> None:
    put(store, date(2026, 11, 1), date(2026, 11, 30))
    with pytest.raises(IllegalStep, match="is there already"):
        put(store, date(2026, 11, 1), date(2026, 11, 30), "FERNBROOK ")
    put(store, date(2026, 11, 1), date(2026, 11, 30), "Upper Holt ward")
    assert [one.area for one in elections.standing(store, ZONE)] == ["Fernbrook", "Upper Holt ward"]


def test_taken_back_it_is_gone_but_on_record(store: Store) -> None:
    one = put(store, date(2026, 11, 1), date(2026, 11, 30))
    elections.withdraw(store, shell(), one.id)
    assert elections.windows(store) == []
    with pytest.raises(NotFound, match=f"no window {one.id}"):
        elections.withdraw(store, shell(), one.id)
    with store.read() as tx:
        done = [e.action for e in ledger.recent(tx, f"election:{one.id}")]
    assert done == ["election.withdraw", "election.add"]
    assert put(store, date(2026, 11, 1), date(2026, 11, 30)).id != one.id


def test_only_who_manages_the_policy_may(store: Store, person: AddPerson) -> None:
    rita = person(store, "rita@council.example", Role.REVIEWER)
    with pytest.raises(NotAllowed, match="manage policy"):
        elections.add(store, rita, "Fernbrook", date(2026, 11, 1), date(2026, 11, 2), SOURCE)
    with pytest.raises(NotAllowed, match="manage policy"):
        elections.withdraw(store, rita, 1)


def test_the_command_adds_lists_and_takes_back(sqlite_store: Store, clock: FakeClock, person: AddPerson) -> None:
    person(sqlite_store, "ada@council.example", Role.ADMINISTRATOR)
    context = Context(Settings(store=str(sqlite_store.url)), clock=clock)

    def call(*arguments: str, as_json: bool = False) -> str:
        given = replace(context, as_json=as_json)
        return CliRunner().invoke(command, arguments, obj=given, catch_exceptions=False).output

    by = ("--by", "ada@council.example")
    assert call("list") == "No pre-election period is put down.\n"
    days = ("--from", "2026-11-02", "--to", "2026-12-03", "--source", SOURCE)
    assert call("add", "--area", "Fernbrook", *days, *by) == "Window 1: Fernbrook, 2026-11-02 to 2026-12-03.\n"
    assert f"2026-11-02 to 2026-12-03  Fernbrook, now ({SOURCE})" in call("list")
    [one] = json.loads(call("list", as_json=True))
    assert (one["area"], one["first"], one["now"]) == ("Fernbrook", "2026-11-02", True)
    assert call("withdraw", "1", *by) == "Window 1 is taken back.\n"
    assert json.loads(call("list", as_json=True)) == []
    assert "Missing option '--source'" in call("add", "--area", "x", "--from", "2026-11-02", "--to", "2026-12-03", *by)
