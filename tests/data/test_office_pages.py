"""What the pages of rights and of health read, and who may: everything is there, nothing is changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from data.config import Settings
from data.errors import NotAllowed
from data.model import Person, Platform, Role, RunResult
from data.services import asking, at_work, cases, erasure, exporting, holds, rights_office
from data.services.asking import VERIFY
from data.services.cases import Kind
from data.services.erasure import Asked
from data.services.exporting import Scope
from data.store import ledger, runs, workers
from data.store.engine import Store, version
from tests.support.clock import FakeClock
from tests.support.rights import Office, office, posted

ZONE = "Europe/London"
People = Callable[..., Person]


@pytest.fixture
def who(store: Store) -> Office:
    return office(store)


def settings(store: Store, **more: object) -> Settings:
    return Settings(store=str(store.url), **more)  # type: ignore[arg-type]


def test_rights_are_read_as_they_stand(store: Store, who: Office, clock: FakeClock) -> None:
    posted(store, "what a clown", "bins are out")
    first = cases.open_case(store, ZONE, who.admin, Kind.COMPLAINT, "Mo", "a flag")
    cases.close(store, who.admin, first, "Answered by letter.")
    second = cases.open_case(store, ZONE, who.admin, Kind.ACCESS, "Jo", "everything")
    holds.place(store, who.admin, "post:2", "A dispute.")
    with store.write() as tx:
        exporting.note(tx, store.now(), who.admin, "posts", Scope(words=True), 2, "0" * 64)
    erasure.erase_post(store, Asked(who.admin, "asked", False), 1)
    found = rights_office.office(store, who.admin, settings(store))
    assert [row.id for row in found.requests] == [second, first]
    assert [row.subject for row in found.holds] == ["post:2"]
    assert [row.what for row in found.exports] == ["posts"]
    assert found.certificates[0].scope["posts"] == 1
    assert found.kept_for["posts"] == "730 days (2 years)"


def test_what_is_due_is_only_counted(store: Store, who: Office, clock: FakeClock) -> None:
    posted(store, "bins are out", "parks are open")
    holds.place(store, who.admin, "post:2", "A dispute.")
    assert not any(rights_office.due(store, who.admin, settings(store)).values())
    clock.move(days=800)
    with store.read() as tx:
        before = ledger.head(tx)
    told = rights_office.due(store, who.admin, settings(store))
    assert (told["posts"], told["held"]) == (1, 1)
    assert rights_office.due(store, who.admin, settings(store, retention_posts=0)).get("posts", 0) == 0
    with store.read() as tx:
        assert ledger.head(tx) == before


def test_health_tells_what_is_at_work_and_what_fails(store: Store, who: Office, clock: FakeClock) -> None:
    with store.write() as tx:
        number = workers.begin(tx, "host:1:a", store.now())
        workers.seen(tx, number, "collecting", store.now())
        run = runs.begin(tx, "bins", store.now())
        runs.finish(tx, run, RunResult("bins", Platform.FEED, "failed", "dns", "No such host."), None, store.now())
    asking.ask(store, who.admin, VERIFY)
    found = at_work.condition(store, who.admin, settings(store, allow_private=("127.0.0.1:8000",)))
    assert [row.doing for row in found.workers] == ["collecting"]
    assert [(row.account_id, row.reason) for row in found.failing] == [("bins", "No such host.")]
    assert found.handles["bins"]
    assert found.newest is not None
    assert found.newest.finished_at == store.now()
    assert found.waiting == {"verify": 1}
    assert found.private == ("127.0.0.1:8000",)
    assert found.version == version(store)
    assert found.size > 10_000
    assert found.parts["SQLAlchemy"]
    clock.move(minutes=10)
    assert at_work.condition(store, who.admin, settings(store)).workers == []


def test_silence_is_told(store: Store, who: Office, clock: FakeClock) -> None:
    clock.now += timedelta(days=2)
    found = at_work.condition(store, who.admin, settings(store))
    assert {one.account_id for one in found.health.silent} == {"bins", "parks"}
    assert found.newest is None
    assert not found.health.worker_at_work


def test_no_password_of_the_store_is_told(store: Store, who: Office) -> None:
    found = at_work.condition(store, who.admin, settings(store))
    assert found.store == store.url.render_as_string(hide_password=True)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_read_them(store: Store, person: People, role: Role) -> None:
    someone = person(store, "s@council.example", role)
    steps: dict[Callable[[], object], set[Role]] = {
        lambda: rights_office.office(store, someone, settings(store)): {Role.ADMINISTRATOR},
        lambda: rights_office.due(store, someone, settings(store)): {Role.ADMINISTRATOR},
        lambda: at_work.condition(store, someone, settings(store)): {Role.ADMINISTRATOR, Role.AUDITOR},
    }
    for step, allowed in steps.items():
        if role in allowed:
            step()
        else:
            with pytest.raises(NotAllowed):
                step()
