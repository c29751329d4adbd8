"""The staff import does not let in again whom an administrator has shut out."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from data.model import Person, Role
from data.roster import Member
from data.services import people, staffing
from data.services.actors import shell
from data.store import ledger, staff
from data.store.engine import Store
from tests.support.clock import FakeClock

ZONE = "Europe/London"
EMAIL = "jo@council.example"
AddPerson = Callable[..., Person]


@pytest.fixture
def ada(store: Store, person: AddPerson) -> Person:
    """An administrator; Jo is on record as well."""
    person(store, EMAIL, Role.OWNER)
    return person(store, "ada@council.example", Role.ADMINISTRATOR)


def brought(store: Store, ada: Person, department: str, until: date | None = None) -> None:
    """Import a file with Jo in it."""
    staffing.import_staff(store, ada, [Member(EMAIL, "Jo", department, until=until)], ZONE)


def is_active(store: Store) -> bool:
    return next(p.active for p in people.everyone(store) if p.email == EMAIL)


def told(store: Store) -> list[tuple[str, bool]]:
    """Who let Jo in or shut them out, oldest first."""
    with store.read() as tx:
        found = [e for e in ledger.entries(tx) if e.action == "person.active"]
    return [(e.actor, json.loads(e.detail or "")["active"]) for e in found]


def gone_yesterday(store: Store) -> date:
    return date.fromordinal(store.now().date().toordinal() - 1)


def test_who_is_shut_out_stays_so_whatever_the_file_says(store: Store, ada: Person) -> None:
    brought(store, ada, "Parks")
    people.set_active(store, ada, EMAIL, False)
    for department in ("Highways", "Parks"):
        brought(store, ada, department)
        assert not is_active(store)
    assert told(store) == [(f"person:{ada.id}", False)]


def test_who_never_had_a_place_and_is_shut_out_stays_so(store: Store, ada: Person) -> None:
    people.set_active(store, ada, EMAIL, False)
    brought(store, ada, "Parks")
    assert not is_active(store)
    people.set_active(store, ada, EMAIL, True)
    brought(store, ada, "Highways")
    assert is_active(store)


@pytest.mark.parametrize("before", [True, False], ids=["before they left", "after"])
def test_who_is_shut_out_and_leaves_does_not_come_back_by_the_file(store: Store, ada: Person, before: bool) -> None:
    brought(store, ada, "Parks")
    if before:
        people.set_active(store, ada, EMAIL, False)
    brought(store, ada, "Parks", gone_yesterday(store))
    if not before:
        people.set_active(store, ada, EMAIL, False)
    brought(store, ada, "Parks")
    assert not is_active(store)


def test_who_comes_back_is_let_in_and_it_is_on_record(store: Store, ada: Person, clock: FakeClock) -> None:
    brought(store, ada, "Parks", gone_yesterday(store))
    assert not is_active(store)
    clock.move(days=30)
    brought(store, ada, "Highways")
    assert is_active(store)
    assert told(store) == [(f"person:{ada.id}", True)]
    brought(store, ada, "Parks")
    assert told(store) == [(f"person:{ada.id}", True)]  # once


def test_a_mover_whom_nobody_shut_out_is_not_let_in_anew(store: Store, ada: Person) -> None:
    brought(store, ada, "Parks")
    brought(store, ada, "Highways")
    assert (is_active(store), told(store)) == (True, [])


def test_an_erased_detail_counts_as_shut_out(store: Store, ada: Person) -> None:
    """Better that an administrator lets them in by hand."""
    brought(store, ada, "Parks", gone_yesterday(store))
    people.set_active(store, shell(), EMAIL, True)
    number = next(int(p.id or 0) for p in people.everyone(store) if p.email == EMAIL)
    with store.write() as tx:
        assert (staff.has_left(tx, number), staff.shut_out(tx, number)) == (True, False)
        tx.exec_driver_sql("UPDATE audit_detail SET detail = NULL")
        assert staff.shut_out(tx, number)
