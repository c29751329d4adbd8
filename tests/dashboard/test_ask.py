"""Ask first, and the questions that officers answer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text as sql
from streamlit.testing.v1 import AppTest

from data.model import Person
from data.store import requests, workers
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.screen import buttons, opened, press, words

LOOK, OFFICER, DONE = "Look at this draft", "Ask an officer", "Done: clear this page"
DRAFT = "What a <b>clown</b> you are"
CLAUSE = {"id": "H1", "title": "Possible: harassing", "text": "Posts must not insult.", "guidance": "Could it be <i>?"}
ANSWER = {
    "assessed": "full",
    "read": True,
    "language": "en",
    "clauses": [CLAUSE],
    "cues": ["quotation"],
    "for": [{"start": 10, "end": 15, "weight": 1.0}],
    "against": [],
    "policy": "p",
}


def asked(store: Store, person: Person, draft: str = DRAFT) -> AppTest:
    page = opened(store, person, "ask")
    page.text_area[0].set_value(draft)
    return press(page, LOOK)


def answer(store: Store, document: Mapping[str, Any], error: str = "") -> None:
    with store.write() as tx:
        number = tx.execute(sql("SELECT max(id) FROM request")).scalar_one()
        requests.answer(tx, number, {}, document, store.now(), error)


def in_store(store: Store) -> int:
    with store.read() as tx:
        return int(tx.execute(sql("SELECT count(*) FROM request")).scalar_one())


def test_a_draft_is_asked_answered_shown_and_gone(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        workers.begin(tx, "host:1:a", sqlite_store.now())
    page = asked(sqlite_store, council.owner)
    assert "It is being looked at" in words(page)
    answer(sqlite_store, ANSWER)
    shown = words(page.run())
    assert in_store(sqlite_store) == 0
    for part in (
        "Possible: harassing",
        "Could it be &lt;i&gt;?",
        "Posts must not insult.",
        'mark class="pr-for">clown',
        "What a &lt;b&gt;",
    ):
        assert part in shown, part
    assert "%" not in shown
    assert "What the policy says" not in words(press(page, DONE))


def test_without_a_worker_that_is_said(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    assert "no worker has been at work yet" in words(asked(sqlite_store, council.owner))
    with sqlite_store.write() as tx:
        workers.begin(tx, "host:1:a", sqlite_store.now())
    clock.move(hours=1)
    assert "no worker has been at work since 22 Nov 2026, 12:00" in words(asked(sqlite_store, council.owner))


def test_nothing_touched_is_no_promise(sqlite_store: Store, council: Council) -> None:
    page = asked(sqlite_store, council.owner)
    answer(sqlite_store, ANSWER | {"clauses": [], "for": []})
    assert "That is no promise" in words(page.run())


def test_what_cannot_be_read_is_said(sqlite_store: Store, council: Council) -> None:
    page = asked(sqlite_store, council.owner, "Mae'r biniau allan")
    answer(sqlite_store, ANSWER | {"read": False, "clauses": [], "for": []})
    assert "This could not be read" in words(page.run())


def test_a_failure_is_a_sentence(sqlite_store: Store, council: Council) -> None:
    page = asked(sqlite_store, council.owner)
    answer(sqlite_store, {}, "The model is not there.")
    assert "The model is not there." in words(page.run())
    assert in_store(sqlite_store) == 0


def test_an_empty_draft_is_refused(sqlite_store: Store, council: Council) -> None:
    assert "There are no words yet." in words(asked(sqlite_store, council.owner, "  "))


def test_an_officer_answers_and_the_question_is_gone(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.owner, "ask")
    page.text_area[0].set_value(DRAFT)
    page.text_area[1].set_value("May I <u>say</u> this?")
    page.checkbox[0].check()
    assert "Your question is with the officers." in words(press(page, OFFICER))
    desk = opened(sqlite_store, council.reviewer, "questions")
    seen = words(desk)
    assert "May I &lt;u&gt;say&lt;/u&gt; this?" in seen
    assert "What a &lt;b&gt;clown" in seen
    assert council.owner.name not in seen
    desk.text_area[0].set_value("Better without the <s>clown</s>.")
    assert "Your advice is sent" in words(press(desk, "Send the advice"))
    assert "No question waits" in words(desk)
    back = words(page.run())
    assert "Better without the &lt;s&gt;clown&lt;/s&gt;." in back
    assert "May I" not in back.split("Advice, on your question")[1]
    press(page, "Done: delete this answer")
    assert in_store(sqlite_store) == 0


def test_pages_are_for_their_roles(sqlite_store: Store, council: Council) -> None:
    assert "cannot be shown" in words(opened(sqlite_store, council.reviewer, "ask"))
    assert "cannot be shown" in words(opened(sqlite_store, council.owner, "questions"))
    assert LOOK in buttons(opened(sqlite_store, council.owner, "ask"))
