"""Searching the audit log: what fits, in pages without a hole, its anchor, and that the reading itself is on record."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data import anchor
from data.config import Settings
from data.errors import NotAllowed, NotFound
from data.model import Person, Role
from data.services import auditing
from data.services.anchoring import anchor_head
from data.store import ledger
from data.store.engine import Store
from data.store.ledger import Sought
from tests.support.clock import FakeClock

ZONE = "Europe/London"
People = Callable[..., Person]


@pytest.fixture
def auditor(store: Store, person: People) -> Person:
    return person(store, "odile@council.example", Role.AUDITOR)


def wrote(store: Store, clock: FakeClock) -> None:
    """Put rows of several kinds into the log, a day apart."""
    rows = (
        ("person:1", "alert.decide", "alert:1"),
        ("person:1", "alert.read", "alert:12"),
        ("classifier", "scan", "versions:1-9"),
        ("person:2", "alerting.odd", "alert:1"),
    )
    for actor, action, subject in rows:
        clock.move(days=1)
        with store.write() as tx:
            ledger.append(tx, store.now(), actor, action, subject, {"n": 1})


def found(store: Store, who: Person, **sought: object) -> list[tuple[str, str]]:
    page = auditing.search(store, who, Sought(**sought))  # type: ignore[arg-type]
    return [(row.action, row.subject) for row in page.rows if row.action not in ("audit.read", "person.roles")]


@pytest.mark.parametrize(
    ("sought", "actions"),
    [
        ({"action": "alert"}, ["alert.read", "alert.decide"]),
        ({"action": "alert.read"}, ["alert.read"]),
        ({"subject": "alert:1"}, ["alerting.odd", "alert.decide"]),
        ({"subject": "alert"}, ["alerting.odd", "alert.read", "alert.decide"]),
        ({"actor": "classifier"}, ["scan"]),
        ({"action": "al%"}, []),
        ({"action": "nothing"}, []),
    ],
)
def test_what_fits_is_found_newest_first(
    store: Store, clock: FakeClock, auditor: Person, sought: dict[str, str], actions: list[str]
) -> None:
    wrote(store, clock)
    assert [action for action, _ in found(store, auditor, **sought)] == actions


def test_an_address_stands_for_the_person(store: Store, clock: FakeClock, auditor: Person) -> None:
    wrote(store, clock)
    auditing.search(store, auditor, Sought())
    page = auditing.search(store, auditor, Sought(actor=auditor.email))
    assert {row.actor for row in page.rows} == {f"person:{auditor.id}"}
    assert page.names == {auditor.id: auditor.name}
    with pytest.raises(NotFound, match="nobody@"):
        auditing.search(store, auditor, Sought(actor="nobody@council.example"))


def test_days_are_those_of_the_zone(store: Store, clock: FakeClock, auditor: Person) -> None:
    wrote(store, clock)
    since, until = auditing.days(date(2026, 11, 24), date(2026, 11, 25), ZONE)
    assert found(store, auditor, since=since, until=until) == [("scan", "versions:1-9"), ("alert.read", "alert:12")]
    assert auditing.days(None, None, ZONE) == (None, None)
    begin, end = auditing.days(date(2026, 10, 25), date(2026, 10, 25), ZONE)  # the clocks go back
    assert begin is not None
    assert end is not None
    assert end.timestamp() - begin.timestamp() == timedelta(hours=25).total_seconds()


def test_pages_follow_without_a_hole(store: Store, clock: FakeClock, auditor: Person) -> None:
    for _ in range(30):
        wrote(store, clock)
    seen, before = [], None
    while True:
        page = auditing.search(store, auditor, Sought(action="alert"), before)
        seen += [row.seq for row in page.rows]
        before = page.before
        if before is None:
            break
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 60


def test_reading_is_itself_on_record_once_an_hour(store: Store, clock: FakeClock, auditor: Person) -> None:
    def readings() -> list[str | None]:
        with store.read() as tx:
            return [row.detail for row in ledger.search(tx, Sought(action="audit.read"))]

    for _ in range(3):
        auditing.search(store, auditor, Sought(action="alert"))
    assert readings() == ['{"action":"alert"}']
    auditing.search(store, auditor, Sought(subject="alert:1"))
    assert len(readings()) == 2
    clock.move(hours=2)
    auditing.search(store, auditor, Sought(subject="alert:1"))
    assert len(readings()) == 3


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.ADMINISTRATOR)])
def test_others_read_nothing_and_leave_no_row(store: Store, person: People, role: Role) -> None:
    someone = person(store, "s@council.example", role)
    with store.read() as tx:
        before = ledger.head(tx)
    with pytest.raises(NotAllowed):
        auditing.search(store, someone, Sought())
    with pytest.raises(NotAllowed):
        auditing.head(store, someone, Settings())
    with store.read() as tx:
        assert ledger.head(tx) == before


def test_the_head_says_how_far_it_is_signed(store: Store, clock: FakeClock, auditor: Person, tmp_path: Path) -> None:
    settings = Settings(anchor=str(tmp_path / "anchor"))
    assert auditing.head(store, auditor, settings).at == ""
    wrote(store, clock)
    anchor_head(store, settings)
    signed = auditing.head(store, auditor, settings)
    assert (signed.anchored, signed.matches) == (signed.rows, True)
    wrote(store, clock)
    later = auditing.head(store, auditor, settings)
    assert (later.rows - later.anchored, later.matches) == (4, True)
    with store.write() as tx:
        tx.execute(text(f"UPDATE audit_log SET hash = '{'0' * 64}' WHERE seq = {signed.rows}"))
    assert not auditing.head(store, auditor, settings).matches


def test_a_signature_of_someone_else_is_no_signature(store: Store, auditor: Person, tmp_path: Path) -> None:
    settings = Settings(anchor=str(tmp_path / "anchor"))
    anchor_head(store, settings)
    (tmp_path / "anchor.key").unlink()
    newest = anchor.newest(tmp_path / "anchor")
    assert newest is not None
    assert not newest.valid
    assert not auditing.head(store, auditor, settings).matches
