"""A holder's own page: what they are asked, what they see, what they send."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from data.config import Settings
from data.model import AlertStatus, Decision, Judgement, Outcome
from data.schema import alert
from data.services import people, review
from data.services.actors import ref
from data.store import alerts, ledger
from data.store.engine import Store
from tests.support.filled import PASSWORD, Council
from tests.support.screen import buttons, opened, press, script, words

SHOW, SEND = "Show the words", "Send your reply"


def number(store: Store, account: str = "bins") -> int:
    with store.read() as tx:
        return min(a.id for a in alerts.of_account(tx, account))


def ask(store: Store, council: Council, alert_id: int) -> None:
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    review.ask_reply(store, council.reviewer, seen)


def decide(store: Store, council: Council, alert_id: int, judgement: Judgement, outcome: Outcome) -> None:
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    decision = Decision(judgement, outcome, "H1", "It calls residents clueless.")
    review.decide(store, council.reviewer, seen, decision)


@pytest.fixture
def asked(sqlite_store: Store, council: Council) -> int:
    """The alert on bins, about which its owner was asked."""
    found = number(sqlite_store)
    ask(sqlite_store, council, found)
    return found


def test_before_anything_is_asked_the_page_does_not_tell_whether_there_is_a_flag(
    sqlite_store: Store, council: Council
) -> None:
    page = words(opened(sqlite_store, council.owner, "mine"))
    assert "Nothing waits for your reply." in page
    assert page.count("are not told here, nor whether there are any") == 1
    assert "clueless" not in page
    assert not re.search(r"\d+ flags? ", page)


def test_an_alert_begins_with_what_a_flag_is(sqlite_store: Store, council: Council, asked: int) -> None:
    page = opened(sqlite_store, council.owner, "my-alert", alert=asked)
    shown = words(page)
    assert "A flag is a computer’s guess" in shown
    assert "How to read a score" in shown
    assert shown.index("computer’s guess") < shown.index("The post")


@pytest.mark.parametrize(
    ("contact", "severity"), [("01632 960123", "urgent"), ("", "urgent"), ("01632 960123", "high")]
)
def test_only_what_is_urgent_and_can_be_rung_is_asked_for_now(
    sqlite_store: Store, council: Council, asked: int, contact: str, severity: str
) -> None:
    with sqlite_store.write() as tx:
        tx.execute(alert.update().where(alert.c.id == asked).values(severity=severity))
    settings = Settings(store=str(sqlite_store.url), duty_contact=contact)
    token = people.sign_in(sqlite_store, council.owner.email, PASSWORD)
    test = AppTest.from_function(script, default_timeout=30, args=(sqlite_store, settings, token, "my-alert"))
    test.query_params["alert"] = str(asked)
    page = words(test.run())
    told = "This is marked as urgent. Please ring 01632 960123 now." in page
    assert told is (bool(contact) and severity == "urgent")
    assert " now: together" not in page


def test_home_and_the_page_name_what_waits(sqlite_store: Store, council: Council, asked: int) -> None:
    assert "1 alert waits for your reply." in words(opened(sqlite_store, council.owner, "home"))
    page = words(opened(sqlite_store, council.owner, "mine"))
    assert "Waiting for your reply" in page
    assert f"Alert {asked}, opened" in page
    assert page.count("are not told here, nor whether there are any") == 1
    assert "clueless" not in page


def test_the_words_are_covered_then_shown_with_what_raised_and_lowered_the_score(
    sqlite_store: Store, council: Council, asked: int
) -> None:
    page = opened(sqlite_store, council.owner, "my-alert", alert=asked)
    assert "clueless" not in words(page)
    shown = words(press(page, SHOW))
    assert 'mark class="pr-for">clueless' in shown
    assert 'mark class="pr-against">bins' in shown
    assert "What the policy suggests" in shown
    assert "You have until 27 November 2026 to reply." in shown
    with sqlite_store.read() as tx:
        read = [e.actor for e in ledger.recent(tx, f"alert:{asked}") if e.action == "alert.read"]
    assert read == [ref(council.owner)]


def test_the_holder_sees_all_of_the_post_that_the_reviewer_sees(
    sqlite_store: Store, council: Council, asked: int
) -> None:
    with sqlite_store.write() as tx:
        tx.exec_driver_sql("UPDATE version SET shared_text = 'Sofas are art.' WHERE text LIKE '%clueless%'")
    mine = words(press(opened(sqlite_store, council.owner, "my-alert", alert=asked), SHOW))
    theirs = words(press(opened(sqlite_store, council.reviewer, "alert", alert=asked), SHOW))
    for part in ("Words of someone else that it passes on", "Sofas are art.", "Version 2", "clueless"):
        assert part in mine, part
        assert part in theirs, part


def test_a_reply_is_recorded_once_and_shown(sqlite_store: Store, council: Council, asked: int) -> None:
    page = opened(sqlite_store, council.owner, "my-alert", alert=asked)
    page.text_area[0].set_value("I was angry, and have taken it <b>down</b>.")
    done = words(press(page, SEND))
    assert f"Your reply about alert {asked} is recorded" in done
    assert "&lt;b&gt;down&lt;/b&gt;" in done
    with sqlite_store.read() as tx:
        assert alerts.get(tx, asked).status is AlertStatus.OPEN
        assert len(alerts.replies(tx, asked)) == 1


def test_an_empty_reply_is_refused_with_a_sentence(sqlite_store: Store, council: Council, asked: int) -> None:
    page = press(opened(sqlite_store, council.owner, "my-alert", alert=asked), SEND)
    assert "A reply needs words." in words(page)


def test_a_reply_on_what_has_changed_is_not_recorded(sqlite_store: Store, council: Council, asked: int) -> None:
    page = opened(sqlite_store, council.owner, "my-alert", alert=asked)
    page.text_area[0].set_value("Sorry.")
    decide(sqlite_store, council, asked, Judgement.UPHELD, Outcome.ADVICE)
    said = words(press(page, SEND))
    assert "changed since you opened it" in said
    with sqlite_store.read() as tx:
        assert alerts.replies(tx, asked) == []


def test_a_decision_is_told_without_the_reviewer_s_name(sqlite_store: Store, council: Council, asked: int) -> None:
    decide(sqlite_store, council, asked, Judgement.UPHELD, Outcome.ADVICE)
    assert "Decided: advice." in words(opened(sqlite_store, council.owner, "mine"))
    page = opened(sqlite_store, council.owner, "my-alert", alert=asked)
    assert "It calls residents clueless." in words(page)
    assert council.reviewer.name not in words(page)
    assert SEND not in buttons(page)


def test_our_mistakes_are_a_number(sqlite_store: Store, council: Council, asked: int) -> None:
    decide(sqlite_store, council, asked, Judgement.NOT_UPHELD, Outcome.NO_ACTION)
    page = words(opened(sqlite_store, council.owner, "mine"))
    assert "Our mistakes: 1." in page
    assert f"Alert {asked}" not in page
    assert "This page cannot be shown" in words(opened(sqlite_store, council.owner, "my-alert", alert=asked))


@pytest.mark.parametrize("wanted", ["99999", "x", "-1", "１"])
def test_no_other_alert_can_be_asked_for(sqlite_store: Store, council: Council, wanted: str) -> None:
    page = words(opened(sqlite_store, council.owner, "my-alert", alert=wanted))
    assert "This page cannot be shown" in page


@pytest.mark.parametrize("who", ["reviewer", "second", "panel", "administrator"])
def test_the_page_is_closed_to_others(sqlite_store: Store, council: Council, who: str) -> None:
    page = words(opened(sqlite_store, getattr(council, who), "mine"))
    assert "takes the role owner" in page
