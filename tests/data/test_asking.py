"""What screens ask of the worker: once, by those who may, and answered by the services themselves."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from data.config import Settings
from data.errors import NotAllowed
from data.model import Person, Role
from data.policy import default
from data.services import asking
from data.services.asking import BACKTEST, CARD, VERIFY
from data.store import requests
from data.store.engine import Store
from data.worker import Worker
from tests.support.clock import FakeClock
from tests.support.policies import asking_more
from tests.support.rights import office, posted

People = Callable[..., Person]
MAY = {
    VERIFY: {Role.ADMINISTRATOR, Role.AUDITOR},
    BACKTEST: {Role.ADMINISTRATOR},
    CARD: set(Role) - {Role.OWNER},
}


@pytest.fixture
def ada(store: Store) -> Person:
    return office(store).admin


def settings(store: Store) -> Settings:
    return Settings(store=str(store.url), anchor=f"{store.path}.anchor" if store.path else "")


def work(store: Store) -> bool:
    worker = Worker(store, lambda _: None)
    return worker.answer_one(asking.answers(store, settings(store)))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", list(MAY))
def test_exactly_these_may_ask_and_see(store: Store, person: People, role: Role, kind: str) -> None:
    someone = person(store, "s@council.example", role)
    for step in (asking.ask, asking.newest, asking.answered):
        if role in MAY[kind]:
            step(store, someone, kind)
        else:
            with pytest.raises(NotAllowed):
                step(store, someone, kind)


def test_the_same_is_asked_once_while_it_waits(store: Store, ada: Person) -> None:
    first = asking.ask(store, ada, BACKTEST, content="a")
    assert asking.ask(store, ada, BACKTEST, content="a") == first
    assert asking.ask(store, ada, BACKTEST, content="b") != first
    work(store)
    work(store)
    assert asking.ask(store, ada, BACKTEST, content="a") > first


def test_everything_is_verified(store: Store, ada: Person) -> None:
    posted(store, "what a clown")
    asking.ask(store, ada, VERIFY)
    assert work(store)
    row = asking.newest(store, ada, VERIFY)
    assert row is not None
    assert (row.result["evidence"], row.result["failed"], row.result["problems"]) == (1, 0, [])
    with store.write() as tx:
        tx.execute(text("UPDATE version SET text = 'kind words'"))
    asking.ask(store, ada, VERIFY)
    assert work(store)
    told = asking.answered(store, ada, VERIFY)
    assert told is not None
    assert told.result["failed"] == 1
    assert "not what was stored" in told.result["problems"][0]


def test_a_policy_is_tried(store: Store, ada: Person) -> None:
    posted(store, "what a clown", "bins are out")
    content = asking_more(default().content, "H1")
    asking.ask(store, ada, BACKTEST, content=content)
    assert work(store)
    row = asking.newest(store, ada, BACKTEST)
    assert row is not None
    assert (row.error, row.result["gone"], row.result["before"]["alerts"]) == ("", 1, 1)


def test_a_broken_policy_is_answered_with_its_mistakes(store: Store, ada: Person) -> None:
    asking.ask(store, ada, BACKTEST, content="versoin = 1")
    assert work(store)
    row = asking.newest(store, ada, BACKTEST)
    assert row is not None
    assert "did you mean version?" in row.error
    assert asking.answered(store, ada, BACKTEST) is None


def test_whoever_lost_the_role_meanwhile_gets_no_answer(store: Store, ada: Person) -> None:
    asking.ask(store, ada, BACKTEST, content=default().content)
    with store.write() as tx:
        tx.execute(text("UPDATE person SET active = false"))
    assert work(store)
    with store.read() as tx:
        row = requests.newest(tx, BACKTEST)
    assert row is not None
    assert "may not manage policy" in row.error


def test_a_long_answer_keeps_its_lease(store: Store, ada: Person, clock: FakeClock) -> None:
    asking.ask(store, ada, VERIFY)
    worker, other = Worker(store, lambda _: None), Worker(store, lambda _: None)
    tried = []

    def slow(_: object) -> dict[str, int]:
        for _minute in range(5):
            clock.move(minutes=1)
            worker._sign(None)
            tried.append(other.answer_one({VERIFY: lambda _: {}}))
        return {"done": 1}

    assert worker.answer_one({VERIFY: slow})
    assert tried == [False] * 5
    assert asking.answered(store, ada, VERIFY).result == {"done": 1}  # type: ignore[union-attr]
