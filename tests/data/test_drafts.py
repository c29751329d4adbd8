"""Ask first: answered, deleted, never counted, nobody else's to see."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person, Role
from data.services import drafts
from data.store import ledger, requests
from data.store.engine import Store
from tests.support.clock import FakeClock

AddPerson = Callable[..., Person]
CANARY = "Zebedee Quill"


@pytest.fixture
def jo(store: Store, person: AddPerson) -> Person:
    """A holder."""
    return person(store, "jo@council.example", Role.OWNER)


@pytest.fixture
def rita(store: Store, person: AddPerson) -> Person:
    """A reviewer, who answers questions."""
    return person(store, "rita@council.example", Role.REVIEWER, Role.OWNER)


def answered(store: Store, number: int) -> None:
    with store.write() as tx:
        requests.answer(tx, number, {}, {"clauses": []}, store.now())


def test_a_draft_is_answered_read_and_gone(store: Store, jo: Person) -> None:
    with store.read() as tx:
        before = ledger.head(tx)
    number = drafts.ask(store, jo, f"  {CANARY} is late again  ")
    assert drafts.told(drafts.answer_of(store, jo, number)) == {}
    answered(store, number)
    row = drafts.answer_of(store, jo, number)
    assert (drafts.told(row), row.subject) == ({"clauses": []}, {})
    drafts.done(store, jo, number)
    with pytest.raises(NotFound, match="deleted once they were read"):
        drafts.answer_of(store, jo, number)
    with store.read() as tx:
        assert ledger.head(tx) == before  # that someone asked is on no record
        assert tx.execute(text("SELECT count(*) FROM request")).scalar() == 0


def test_nobody_else_sees_an_answer(store: Store, jo: Person, rita: Person) -> None:
    number = drafts.ask(store, jo, "a draft")
    for step in (drafts.answer_of, drafts.done):
        with pytest.raises(NotFound):
            step(store, rita, number)
    assert drafts.answer_of(store, jo, number).subject == {"text": "a draft"}


def test_an_officer_answers_without_knowing_who_asks(store: Store, jo: Person, rita: Person) -> None:
    number = drafts.ask_officer(store, jo, "May I say this?", f"{CANARY} is late")
    [row] = drafts.waiting(store, rita)
    assert row.subject == {"question": "May I say this?", "text": f"{CANARY} is late"}
    drafts.advise(store, rita, number, "Leave the name out.")
    assert drafts.waiting(store, rita) == []
    [mine] = drafts.mine(store, jo)
    assert (drafts.told(mine), mine.subject) == ({"words": "Leave the name out."}, {})
    with pytest.raises(NotFound, match="a colleague may have answered"):
        drafts.advise(store, rita, number, "Twice.")


def test_one_s_own_question_is_a_colleague_s_to_answer(store: Store, rita: Person) -> None:
    number = drafts.ask_officer(store, rita, "May I?", "")
    with pytest.raises(NotAllowed, match="a colleague answers it"):
        drafts.advise(store, rita, number, "Yes.")


@pytest.mark.parametrize(("words", "message"), [("  ", "no words yet"), ("a" * 10_001, "longer than 10,000")])
def test_what_cannot_be_asked_is_refused(store: Store, jo: Person, words: str, message: str) -> None:
    with pytest.raises(IllegalStep, match=message):
        drafts.ask(store, jo, words)
    with pytest.raises(IllegalStep, match=message):
        drafts.ask_officer(store, jo, words, "")


def test_roles(store: Store, person: AddPerson, jo: Person) -> None:
    analyst = person(store, "ana@council.example", Role.ANALYST)
    for refused in (
        lambda: drafts.ask(store, analyst, "a"),
        lambda: drafts.ask_officer(store, analyst, "a", ""),
        lambda: drafts.mine(store, analyst),
        lambda: drafts.waiting(store, jo),
        lambda: drafts.advise(store, jo, 1, "a"),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_what_was_asked_long_ago_is_forgotten(store: Store, jo: Person, clock: FakeClock) -> None:
    drafts.ask(store, jo, "a draft")
    drafts.ask_officer(store, jo, "a question", "")
    clock.move(minutes=59)
    assert drafts.forget_old(store) == 0
    clock.move(hours=1)
    assert drafts.forget_old(store) == 1
    clock.move(days=30)
    assert drafts.forget_old(store) == 1
    assert drafts.mine(store, jo) == []


def test_who_asks_next_deletes_what_is_too_old(store: Store, jo: Person, rita: Person, clock: FakeClock) -> None:
    """A council whose answers no worker gives: nothing waits for ever."""
    drafts.ask(store, jo, f"a draft about {CANARY}")
    drafts.ask_officer(store, jo, "a question", "")
    clock.move(hours=2)
    drafts.ask(store, rita, "another draft")
    with store.read() as tx:
        assert [row.kind for row in requests.waiting(tx, drafts.KEPT)] == ["advice", "draft"]
    clock.move(days=31)
    drafts.ask_officer(store, rita, "another question", "")
    with store.read() as tx:
        assert [row.asked_by for row in requests.waiting(tx, drafts.KEPT)] == [f"person:{rita.id}"]
