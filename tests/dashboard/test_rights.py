"""The page of rights and retention, and the page of health."""

import pytest

from data.model import Role
from data.services import exporting, holds, people
from data.services.actors import shell
from data.services.cases import Kind
from data.services.exporting import Scope
from data.store import posts, workers
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import PASSWORD, Council
from tests.support.opened import fill, refused
from tests.support.screen import opened, press, words


@pytest.mark.parametrize("page", ["rights", "health"])
@pytest.mark.parametrize("role", ["reviewer", "second", "panel", "owner"])
def test_other_roles_get_a_sentence(sqlite_store: Store, council: Council, role: str, page: str) -> None:
    assert refused(opened(sqlite_store, getattr(council, role), page))


def test_an_empty_office_says_so(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.administrator, "rights"))
    for needed in ("0 requests are open.", "None stands.", "Nothing was erased yet.", "No file left the store yet."):
        assert needed in page
    assert "postreeve erase post NUMBER" in page


def test_a_request_is_written_down_acknowledged_and_answered(
    sqlite_store: Store, council: Council, clock: FakeClock
) -> None:
    page = opened(sqlite_store, council.administrator, "rights")
    fill(page, "rights-kind", Kind.COMPLAINT)
    assert "Say who asks" in words(press(page, "Write it down"))
    fill(page, "rights-person", "<b>Mo</b>")
    shown = words(press(page, "Write it down"))
    assert "The request is written down." in shown
    assert "Request 1: complaint" in shown
    assert "22 December 2026" in shown
    assert "<b>Mo" not in shown
    clock.move(days=40)
    page = opened(sqlite_store, council.administrator, "rights")
    assert "1 request is open, 1 overdue." in words(page)
    assert "Request 1 is acknowledged." in words(press(page, "It is acknowledged"))
    assert "Say in words how it was answered" in words(press(page, "It is answered"))
    fill(page, "close-1", "By letter.")
    shown = words(press(page, "It is answered"))
    assert "0 requests are open." in shown
    assert "By letter." in shown


def test_a_hold_is_placed_and_lifted(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "rights")
    fill(page, "hold-subject", "post:999")
    fill(page, "hold-reason", "A dispute.")
    assert "There is no post 999" in words(press(page, "Place a hold"))
    fill(page, "hold-subject", "account:bins")
    fill(page, "hold-reason", "A dispute.")
    assert "A legal hold stands on account:bins." in words(press(page, "Place a hold"))
    assert [row.subject for row in holds.listed(sqlite_store, shell())] == ["account:bins"]
    fill(page, "hold-subject", "account:bins")
    fill(page, "hold-reason", "Settled.")
    assert "The legal hold on account:bins is lifted." in words(press(page, "Lift the hold"))
    assert "None stands." in words(page)


def test_what_would_go_is_counted_and_stays(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    page = opened(sqlite_store, council.administrator, "rights")
    assert "Due now: nothing." in words(press(page, "What would go now?"))
    clock.move(days=800)
    page = opened(sqlite_store, council.administrator, "rights")
    assert "Due now: 3 posts." in words(press(page, "What would go now?"))
    with sqlite_store.read() as tx:
        assert posts.get(tx, 1).erased_at is None  # type: ignore[union-attr]


def test_exports_say_what_they_hold(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        now = sqlite_store.now()
        exporting.note(tx, now, council.administrator, "posts", Scope(words=True, people=True), 2, "0" * 64)
        exporting.note(tx, now, council.administrator, "trends", Scope(), 3, "0" * 64)
    page = words(opened(sqlite_store, council.administrator, "rights"))
    assert "words of posts and people’s names" in page
    assert "figures only" in page


def test_health_names_what_fails(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.administrator, "health"))
    assert "Nobody is at work and 1 account could not be collected." in page
    assert "library.example took too long" in page
    assert "No worker is at work; the last sign of life: never." in page
    assert "None waits." in page


def test_health_names_workers_silence_and_what_waits(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    clock.move(days=3)
    with sqlite_store.write() as tx:
        number = workers.begin(tx, "host:7:x", sqlite_store.now())
        workers.seen(tx, number, "collecting", sqlite_store.now())
    opened(sqlite_store, council.administrator, "model")  # asks for the card
    page = words(opened(sqlite_store, council.administrator, "health"))
    assert "host:7:x" in page
    assert "Silent for more than 26 hours (3)" in page
    assert "Cards of the model: 1" in page
    assert "Nobody is at work" not in page


def test_an_auditor_sees_health_and_no_rights(sqlite_store: Store) -> None:
    auditor = people.add(sqlite_store, shell(), "odile@fernbrook.example", "Odile", [Role.AUDITOR], PASSWORD)
    assert not refused(opened(sqlite_store, auditor, "health"))
    assert refused(opened(sqlite_store, auditor, "rights"))
