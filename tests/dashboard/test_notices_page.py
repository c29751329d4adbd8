"""The pages around notices: one's own choice, "please look now", failures on Home, names not on the register."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data.model import Person
from data.notice import Channel, Frequency, Kind, Preference, Reach
from data.services import candidates, preferences
from data.store import outbox
from data.store.engine import Store
from tests.support.filled import Council
from tests.support.posts import item, store_items
from tests.support.screen import buttons, opened, press, words

Rows = Callable[[Store, str], list[tuple[object, ...]]]
KEEP = "Keep this"


def boxes(page: AppTest) -> list[str]:
    return [box.label for box in page.checkbox]


def put(store: Store, person: Person, kind: Kind = Kind.URGENT, cause: str = "urgent:1:1:0") -> None:
    row = {"kind": kind, "cause": cause, "recipient": f"person:{person.id}", "person_id": person.id}
    with store.write() as tx:
        outbox.put(tx, [row | {"channel": Channel.EMAIL}], store.now())


def test_everyone_chooses_for_themselves(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "notices")
    assert len(boxes(page)) == 3
    page.checkbox[1].uncheck()
    page.selectbox[0].select(Frequency.WEEKLY)
    page.multiselect[0].select("Culture")
    page.radio[0].set_value(Reach.TEAM)
    assert "That is how you are told from now on." in words(press(page, KEEP))
    wanted = Preference(frozenset({Kind.APPEAL}), frozenset({"Culture"}), Frequency.WEEKLY, Reach.TEAM)
    assert preferences.mine(sqlite_store, council.reviewer) == wanted
    assert preferences.mine(sqlite_store, council.second) == Preference()
    again = opened(sqlite_store, council.reviewer, "notices")
    assert [box.value for box in again.checkbox] == [True, False, True]
    assert again.multiselect[0].value == ["Culture"]


def test_a_holder_reads_what_always_comes(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.owner, "notices")
    assert "nobody is judged unheard" in words(page)
    assert len(boxes(page)) == 2
    assert not page.radio
    page.checkbox[0].uncheck()
    press(page, KEEP)
    assert preferences.mine(sqlite_store, council.owner).off == {Kind.RENEWAL}


def test_keeping_without_a_change_changes_nothing(sqlite_store: Store, council: Council) -> None:
    chosen = Preference(frozenset({Kind.QUESTION}), frozenset({"Culture"}), Frequency.NEVER)
    preferences.choose(sqlite_store, council.reviewer, chosen)
    press(opened(sqlite_store, council.reviewer, "notices"), KEEP)
    assert preferences.mine(sqlite_store, council.reviewer) == chosen


def test_please_look_now_has_a_checklist_and_notes_that_it_was_opened(
    sqlite_store: Store, council: Council, rows: Rows
) -> None:
    put(sqlite_store, council.reviewer)
    shown = words(opened(sqlite_store, council.second, "look-now", alert=1))
    for part in ("999", "Safeguarding", "Support for the owner", "no finding", "Open the alert"):
        assert part in shown
    assert rows(sqlite_store, "SELECT opened_at IS NOT NULL FROM notice") == [(1,)]
    assert rows(sqlite_store, "SELECT subject FROM audit_log WHERE action = 'notice.opened'") == [("alert:1",)]
    opened(sqlite_store, council.reviewer, "look-now", alert=1)
    assert len(rows(sqlite_store, "SELECT 1 FROM audit_log WHERE action = 'notice.opened'")) == 1


def test_please_look_now_shows_no_words_and_is_for_reviewers(sqlite_store: Store, council: Council, rows: Rows) -> None:
    put(sqlite_store, council.reviewer)
    assert "come round" not in words(opened(sqlite_store, council.reviewer, "look-now", alert=1))
    for person in (council.owner, council.administrator):
        assert "cannot be shown" in words(opened(sqlite_store, person, "look-now", alert=1))
    assert "is not the number of an alert" in words(opened(sqlite_store, council.reviewer, "look-now", alert="x"))


def test_failures_stand_on_the_home_of_who_keeps_the_people(sqlite_store: Store, council: Council) -> None:
    put(sqlite_store, council.owner, Kind.REPLY_REQUESTED, "reply:1:x")
    put(sqlite_store, council.second, Kind.QUESTION, "question:1:x")
    assert "could not be sent" not in words(opened(sqlite_store, council.administrator, "home"))
    with sqlite_store.write() as tx:
        outbox.postpone(tx, 1, 3, "The mail server <b>x</b> cannot be reached.", sqlite_store.now())
        outbox.settle(tx, 2, "given_up_at", sqlite_store.now(), "Refused (550).")
    shown = words(opened(sqlite_store, council.administrator, "home"))
    assert "Notices that could not be sent" in shown
    assert "&lt;b&gt;x&lt;/b&gt; cannot be reached. It is tried again." in shown
    assert "Refused (550). Given up on 22 Nov 2026" in shown
    assert "could not be sent" not in words(opened(sqlite_store, council.reviewer, "home"))


@pytest.fixture
def found(sqlite_store: Store) -> int:
    """A name in a post of the account bins that looks like the council's."""
    store_items(sqlite_store, "bins", item(50, "See @fernbrook_lib", links=("https://x.com/Fernbrook_Lib",)))
    candidates.search(sqlite_store, ["fernbrook"])
    return 1


def test_an_administrator_is_led_to_names_that_are_not_there(sqlite_store: Store, council: Council, found: int) -> None:
    assert "1 name in posts, not on the register" in words(opened(sqlite_store, council.administrator, "accounts"))
    assert "not on the register" not in words(opened(sqlite_store, council.reviewer, "accounts"))
    shown = words(opened(sqlite_store, council.administrator, "candidates"))
    assert "<bdi>fernbrook_lib</bdi> (X" in shown
    assert 'href="https://x.com/fernbrook_lib"' in shown
    assert "one of bins" in shown
    assert "cannot be shown" in words(opened(sqlite_store, council.reviewer, "candidates"))


def test_a_name_is_dismissed_with_a_reason(sqlite_store: Store, council: Council, found: int) -> None:
    page = opened(sqlite_store, council.administrator, "candidates")
    assert "Say in a few words" in words(press(page, "Dismiss it"))
    page.text_input[0].set_value("A reader’s own page.")
    assert "It is set aside" in words(press(page, "Dismiss it"))
    assert "Dismiss it" not in buttons(page)
    assert "No such name waits" in words(page)


def test_applying_begins_with_what_is_known(sqlite_store: Store, council: Council, found: int) -> None:
    page = opened(sqlite_store, council.administrator, "apply", candidate=found)
    assert [box.value for box in page.text_input[:2]] == ["fernbrook_lib", "https://x.com/fernbrook_lib"]
    assert page.selectbox[0].value == "x"
    assert "cannot be shown" in words(opened(sqlite_store, council.owner, "apply", candidate=found))
