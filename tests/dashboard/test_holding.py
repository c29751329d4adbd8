"""What a holder does once something is decided: another look, a word on the review, support taken up."""

import pytest
from streamlit.testing.v1 import AppTest

from data.model import AlertStatus, Decision, Judgement, Outcome
from data.services import review
from data.store import alerts, support
from data.store.engine import Store
from tests.dashboard.test_alert import number, status
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.screen import buttons, opened, press, words

AGAIN, SEND, TAKEN = "Ask for another look", "Send", "I have taken this up"


@pytest.fixture
def decided(sqlite_store: Store, council: Council) -> int:
    """The alert on account bins, decided with training."""
    bins = number(sqlite_store, "bins")
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, bins))
    given = Decision(Judgement.UPHELD, Outcome.TRAINING, "H1", "It belittles.", words="Shall we talk?")
    review.decide(sqlite_store, council.reviewer, seen, given)
    return bins


def mine(store: Store, council: Council, alert_id: int) -> AppTest:
    return opened(store, council.owner, "my-alert", alert=alert_id)


def test_another_look_is_asked_for_in_words(sqlite_store: Store, council: Council, decided: int) -> None:
    page = mine(sqlite_store, council, decided)
    assert "within 20 days" in words(page)
    assert "Say in a few words what should be looked at again." in words(press(page, AGAIN))
    page.text_area[0].set_value("It was about a <u>clown</u>.")
    said = words(press(page, AGAIN))
    assert "someone else decides anew" in said
    assert "&lt;u&gt;clown&lt;/u&gt;" in said
    assert status(sqlite_store, decided) is AlertStatus.APPEALED
    assert AGAIN not in buttons(page)


def test_after_the_days_a_complaint_is_left(
    sqlite_store: Store, council: Council, decided: int, clock: FakeClock
) -> None:
    clock.move(days=21)
    page = mine(sqlite_store, council, decided)
    assert AGAIN not in buttons(page)
    assert "a complaint is still open to you" in words(page)


def test_a_double_press_asks_once(sqlite_store: Store, council: Council, decided: int) -> None:
    page, twin = mine(sqlite_store, council, decided), mine(sqlite_store, council, decided)
    for one in (page, twin):
        one.text_area[0].set_value("Please look again.")
    press(page, AGAIN)
    assert "changed by someone else meanwhile" in words(press(twin, AGAIN))
    with sqlite_store.read() as tx:
        assert len(alerts.replies(tx, decided)) == 1


def test_a_holder_says_how_the_review_was(sqlite_store: Store, council: Council, decided: int) -> None:
    page = mine(sqlite_store, council, decided)
    assert "Please answer all three questions" in words(press(page, SEND))
    for question, answer in zip(page.radio, ("Yes", "No", "Yes"), strict=True):
        question.set_value(answer)
    assert "Thank you." in words(press(page, SEND))
    assert "You said already" in words(press(page, SEND))
    with sqlite_store.read() as tx:
        assert support.rated(tx) == (1, 1, 0, 1)


def test_support_is_shown_and_taken_up(sqlite_store: Store, council: Council, decided: int) -> None:
    page = opened(sqlite_store, council.owner, "mine")
    shown = words(page)
    assert "Shall we talk?" in shown
    assert "They never count against you" in shown
    assert "It is recorded that you have taken it up." in words(press(page, TAKEN))
    assert TAKEN not in buttons(page)
    assert "Training, taken up on 22 Nov 2026" in words(page)


def test_a_companion_is_named_with_the_reply(sqlite_store: Store, council: Council) -> None:
    bins = number(sqlite_store, "bins")
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, bins))
    review.ask_reply(sqlite_store, council.reviewer, seen)
    page = mine(sqlite_store, council, bins)
    page.text_area[0].set_value("I was angry.")
    page.text_input[0].set_value("Ann <Union>")
    assert ", with Ann &lt;Union&gt;, " in words(press(page, "Send your reply"))
