"""What the model's page tells: what is in use since when, how flags fared, agreement, owners; and the card's way."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from data.errors import NotAllowed
from data.model import Person, Role
from data.services import modelling, models
from data.services.asking import CARD
from data.services.modelling import Use
from data.store import requests
from data.store.engine import Store
from data.worker import Worker
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer

People = Callable[..., Person]
MANIFEST = {"name": "small+reviews", "adapted": {"base": "0" * 64}}


@pytest.fixture
def ada(store: Store, person: People) -> Person:
    return person(store, "ada@council.example", Role.ADMINISTRATOR)


def card(name: str) -> dict[str, object]:
    return {"hash": "a" * 64, "name": name, "prevalence": 0.01, "card": "# It", "figures": {}, "adapted": None}


def test_nothing_is_made_up_in_an_empty_store(store: Store, ada: Person) -> None:
    found = modelling.about(store, ada)
    assert (found.uses, found.standing.usable, found.agreement.n, found.rated) == ((), None, 0, (0, 0, 0, 0))
    assert {(row.upheld, row.judged) for row in found.fared} == {(0, 0)}


def test_flags_are_told_by_clause(store: Store, ada: Person) -> None:
    post_and_scan(store, "bins", ["what a clown", "the clown was late", "clown of the day", "those people"])
    rita = reviewer(store)
    for number, decision in ((1, UPHELD), (2, NOT_UPHELD), (3, CANNOT_TELL)):
        decide(store, rita, number, decision)
    fared = {row.clause: (row.upheld, row.judged) for row in modelling.about(store, ada).fared}
    assert fared["H1"] == (1, 2)
    assert fared["D1"] == (0, 0)


def test_who_put_which_model_in_use_is_told(store: Store, ada: Person, clock: FakeClock) -> None:
    post_and_scan(store, "bins", ["what a clown"])
    decide(store, reviewer(store), 1, UPHELD)
    models.accept(store, ada, "d" * 64, MANIFEST, [(1, store.now())])
    clock.move(days=1)
    models.use(store, ada, models.SHIPPED, "Too many false alarms.")
    found = modelling.about(store, ada)
    assert found.uses[0] == Use(store.now(), None, "Ada", "Too many false alarms.")
    assert found.uses[1].hash == "d" * 64
    assert found.standing.usable is None
    assert [one.hash for one in found.standing.kept] == ["d" * 64]


def test_the_card_comes_from_the_worker_and_is_asked_for_anew(store: Store, ada: Person, clock: FakeClock) -> None:
    worker = Worker(store, lambda _: None)
    assert modelling.card(store, ada) is None
    assert modelling.card(store, ada) is None
    assert worker.answer_one({CARD: lambda _: card("first")})
    assert not worker.answer_one({CARD: lambda _: card("twice")})
    row = modelling.card(store, ada)
    assert row is not None
    assert row.result["name"] == "first"
    clock.move(hours=2)
    assert modelling.card(store, ada).result["name"] == "first"  # type: ignore[union-attr]
    assert worker.answer_one({CARD: lambda _: card("second")})
    assert modelling.card(store, ada).result["name"] == "second"  # type: ignore[union-attr]


def test_a_card_that_cannot_be_read_leaves_the_one_before(store: Store, ada: Person, clock: FakeClock) -> None:
    worker = Worker(store, lambda _: None)
    modelling.card(store, ada)
    worker.answer_one({CARD: lambda _: card("first")})
    clock.move(hours=2)
    modelling.card(store, ada)
    worker.answer_one({CARD: lambda subject: {"name": subject["nothing"]}})
    assert modelling.card(store, ada).result["name"] == "first"  # type: ignore[union-attr]
    with store.read() as tx:
        last = requests.newest(tx, CARD)
    assert last is not None
    assert "postreeve itself failed" in last.error
    assert store.now() - last.done_at < timedelta(minutes=1)


def test_owners_see_none_of_it(store: Store, person: People) -> None:
    owner = person(store, "o@council.example", Role.OWNER)
    for step in (modelling.about, modelling.card):
        with pytest.raises(NotAllowed):
            step(store, owner)
