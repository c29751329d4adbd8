"""Beside and after a decision, on the reviewer's page: interim steps, taking back, closing, second looks."""

import pytest
from streamlit.testing.v1 import AppTest

from data.model import AlertStatus, Decision, Judgement, Outcome
from data.policy import default
from data.services import appeals, review
from data.store import alerts
from data.store.engine import Store
from tests.dashboard.test_alert import RECORD, fill_form, number, status, taken
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.screen import buttons, opened, press, words

UNDO, INTERIM, LIFT = "Take the decision back", "Ask to hide or correct it now", "Take the request back"
CLOSE = "Close the alert"


@pytest.fixture
def bins(sqlite_store: Store) -> int:
    """The alert on account bins."""
    return number(sqlite_store, "bins")


def written(page: AppTest, label: str, text: str) -> AppTest:
    """Fill the field with a label."""
    fields = [*page.text_input, *page.text_area]
    next(f for f in fields if f.label.startswith(label)).set_value(text)
    return page


def decided(store: Store, council: Council, alert_id: int, outcome: Outcome = Outcome.ADVICE) -> None:
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    review.decide(store, council.reviewer, seen, Decision(Judgement.UPHELD, outcome, "H1", "It belittles."))


def test_the_owner_is_asked_to_hide_a_post_and_it_is_taken_back(
    sqlite_store: Store, council: Council, clock: FakeClock, bins: int
) -> None:
    page = taken(sqlite_store, council, clock, bins)
    said = words(press(written(page, "Why now", "It names where <b>someone</b> lives."), INTERIM))
    assert "asked to hide or correct it" in said
    assert "It names where &lt;b&gt;someone&lt;/b&gt; lives." in said
    mine = words(opened(sqlite_store, council.owner, "my-alert", alert=bins))
    assert "Please hide or correct this post now: It names where &lt;b&gt;someone&lt;/b&gt; lives." in mine
    assert "This is not a finding." in mine
    page = press(written(page.run(), "Why it is no longer", "It was hidden."), LIFT)
    assert "is taken back" in words(page)
    with sqlite_store.read() as tx:
        assert alerts.get(tx, bins).interim_at is None


def test_an_interim_step_without_a_reason_is_refused(
    sqlite_store: Store, council: Council, clock: FakeClock, bins: int
) -> None:
    said = words(press(taken(sqlite_store, council, clock, bins), INTERIM))
    assert "Say in a few words why the post should be hidden" in said


def test_one_s_own_decision_is_taken_back_with_a_reason(sqlite_store: Store, council: Council, bins: int) -> None:
    decided(sqlite_store, council, bins)
    page = opened(sqlite_store, council.reviewer, "alert", alert=bins)
    assert "Say in a few words why the decision" in words(press(page, UNDO))
    page = press(written(page, "Why it is taken back", "Wrong alert."), UNDO)
    assert f"Your decision on alert {bins} is taken back" in words(page)
    assert status(sqlite_store, bins) is AlertStatus.OPEN
    assert "Decision (taken back)" in words(page)


def test_others_cannot_take_it_back(sqlite_store: Store, council: Council, bins: int) -> None:
    decided(sqlite_store, council, bins)
    assert UNDO not in buttons(opened(sqlite_store, council.second, "alert", alert=bins))


def test_closing_is_offered_once_the_days_of_an_appeal_are_over(
    sqlite_store: Store, council: Council, clock: FakeClock, bins: int
) -> None:
    decided(sqlite_store, council, bins)
    assert CLOSE not in buttons(opened(sqlite_store, council.second, "alert", alert=bins))
    clock.move(days=21)
    assert f"Alert {bins} is closed" in words(press(opened(sqlite_store, council.second, "alert", alert=bins), CLOSE))
    assert status(sqlite_store, bins) is AlertStatus.CLOSED


def test_a_second_look_is_asked_for_taken_and_told(
    sqlite_store: Store, council: Council, clock: FakeClock, bins: int
) -> None:
    with sqlite_store.write() as tx:  # the policy that the alert was raised by asks for two
        wanted = default().content.replace("second_look = []", 'second_look = ["advice"]')
        tx.exec_driver_sql("UPDATE policy_version SET content = ?", (wanted,))
    page = press(fill_form(taken(sqlite_store, council, clock, bins)), RECORD)
    assert "the policy asks for a second look before “advice” counts" in words(page)
    first = words(opened(sqlite_store, council.reviewer, "alert", alert=bins))
    assert "someone else decides on this alert" in first
    page = press(opened(sqlite_store, council.second, "alert", alert=bins), "Show the words")
    assert "It calls residents clueless." not in words(page)
    assert "Someone else has looked at this alert too" in words(page)
    fill_form(page, outcome=Outcome.TRAINING)
    assert "You and the first reviewer" in words(press(page, RECORD))
    both = words(opened(sqlite_store, council.reviewer, "alert", alert=bins))
    assert "What two reviewers thought, apart from each other" in both


def test_an_appeal_is_not_put_before_who_decided(sqlite_store: Store, council: Council, bins: int) -> None:
    decided(sqlite_store, council, bins)
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, bins))
    appeals.appeal(sqlite_store, council.owner, seen, "It was about a clown.")
    assert "someone else decides on this alert" in words(opened(sqlite_store, council.reviewer, "alert", alert=bins))
    page = press(opened(sqlite_store, council.second, "alert", alert=bins), "Show the words")
    assert RECORD in buttons(page)
    assert "It was about a clown." in words(page)


def test_words_and_day_go_with_training_to_the_owner(
    sqlite_store: Store, council: Council, clock: FakeClock, bins: int
) -> None:
    page = fill_form(taken(sqlite_store, council, clock, bins), outcome=Outcome.TRAINING)
    press(written(page, "Words for the owner", "A short course on <i>tone</i>?"), RECORD)
    mine = words(opened(sqlite_store, council.owner, "mine"))
    assert "A short course on &lt;i&gt;tone&lt;/i&gt;?" in mine
    assert "Training, to be taken up by 22 December 2026" in mine
