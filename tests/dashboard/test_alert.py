"""The alert's page: covered words, taking, deciding, refusals."""

import pytest
from streamlit.testing.v1 import AppTest

from data.model import AlertStatus, Judgement, Outcome, Part
from data.services import review
from data.services.actors import ref
from data.store import alerts, intake, ledger, posts
from data.store.engine import Store
from tests.support import filled
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.screen import buttons, opened, press, words

TAKE, SHOW, RECORD = "Take this alert and show the words", "Show the words", "Record decision"


def number(store: Store, account: str, position: int = 0) -> int:
    with store.read() as tx:
        return sorted(a.id for a in alerts.of_account(tx, account))[position]


def status(store: Store, alert_id: int) -> AlertStatus:
    with store.read() as tx:
        return alerts.get(tx, alert_id).status


def reviews(store: Store, alert_id: int) -> int:
    with store.read() as tx:
        return len(alerts.reviews(tx, alert_id))


def read_by(store: Store, alert_id: int) -> list[str]:
    with store.read() as tx:
        return [e.actor for e in ledger.recent(tx, f"alert:{alert_id}") if e.action == "alert.read"]


def fill_form(page: AppTest, judgement: Judgement = Judgement.UPHELD, outcome: Outcome = Outcome.ADVICE) -> AppTest:
    page.radio[0].set_value(judgement)
    page.radio[1].set_value(outcome)
    next(a for a in page.text_area if a.label.startswith("Reason")).set_value("It calls residents clueless.")
    return page


def taken(store: Store, council: Council, clock: FakeClock, alert_id: int) -> AppTest:
    page = press(opened(store, council.reviewer, "alert", alert=alert_id), TAKE)
    clock.move(seconds=5)
    return page


def test_words_are_covered_until_asked_for_and_the_reading_is_audited(sqlite_store: Store, council: Council) -> None:
    bins = number(sqlite_store, "bins")
    page = opened(sqlite_store, council.reviewer, "alert", alert=bins)
    assert "clueless" not in words(page)
    assert "sofas" not in words(page)
    assert read_by(sqlite_store, bins) == []
    shown = words(press(page, SHOW))
    assert 'mark class="pr-for">clueless' in shown
    assert 'mark class="pr-against">bins' in shown
    assert read_by(sqlite_store, bins) == [ref(council.reviewer)]


def test_the_page_says_what_a_reviewer_needs(sqlite_store: Store, council: Council) -> None:
    page = words(press(opened(sqlite_store, council.reviewer, "alert", alert=number(sqlite_store, "bins")), SHOW))
    for needed in (
        "Possible: harassing or bullying content",
        "Posts must not insult, bully",
        "Bin days and recycling news",
        "Environment",
        "Own post",
        "not yet known",
        "Why it may be fine",
        "Jo Field",
        'rel="noopener noreferrer"',
        "Version 2",
        "Alert opened",
    ):
        assert needed in page, needed
    assert "%" not in page


def test_taking_then_deciding_lands_on_the_next_alert(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    page = press(fill_form(taken(sqlite_store, council, clock, bins)), RECORD)
    assert status(sqlite_store, bins) is AlertStatus.DECIDED
    assert reviews(sqlite_store, bins) == 1
    gravest = number(sqlite_store, "events", 0)
    assert page.query_params["alert"] == str(gravest)
    assert f"Your decision on alert {bins} is recorded" in words(page)
    assert "Possible: threat" in words(page)
    assert "come round" not in words(page)  # the next one is covered again


def test_a_press_that_straggles_stays_with_the_next_alert(
    sqlite_store: Store, council: Council, clock: FakeClock
) -> None:
    bins = number(sqlite_store, "bins")
    page = press(fill_form(taken(sqlite_store, council, clock, bins)), RECORD)
    page.query_params["alert"] = str(bins)  # as a press sends it that left before the page was turned
    assert "Possible: threat" in words(page.run())
    clock.move(seconds=4)
    page.query_params["alert"] = str(bins)  # as someone does who goes back on purpose
    assert "It calls residents clueless." in words(page.run())


def test_a_form_that_lacks_something_is_refused_with_a_sentence(
    sqlite_store: Store, council: Council, clock: FakeClock
) -> None:
    bins = number(sqlite_store, "bins")
    page = press(taken(sqlite_store, council, clock, bins), RECORD)
    assert "The form still lacks whether the flag was right, what follows and a reason in words." in words(page)
    assert reviews(sqlite_store, bins) == 0


def test_a_press_within_a_moment_of_taking_is_refused(sqlite_store: Store, council: Council) -> None:
    bins = number(sqlite_store, "bins")
    page = press(opened(sqlite_store, council.reviewer, "alert", alert=bins), TAKE)
    page = press(fill_form(page), RECORD)
    assert "came up only just now" in words(page)
    assert reviews(sqlite_store, bins) == 0


def test_an_adverse_outcome_waits_for_the_owner(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    page = press(fill_form(taken(sqlite_store, council, clock, bins), outcome=Outcome.CORRECT_OR_REMOVE), RECORD)
    assert "has not had the chance to reply" in words(page)
    page = press(page, "Ask the owner first")
    assert status(sqlite_store, bins) is AlertStatus.AWAITING_REPLY
    assert "the owner is asked" in words(page)
    clock.move(days=6)
    page = press(opened(sqlite_store, council.reviewer, "alert", alert=bins), SHOW)
    press(fill_form(page, outcome=Outcome.CORRECT_OR_REMOVE), RECORD)
    assert status(sqlite_store, bins) is AlertStatus.DECIDED


def test_a_page_that_went_stale_records_nothing(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    """Two tabs of one reviewer: the second still shows what the first has decided."""
    bins = number(sqlite_store, "bins")
    first = taken(sqlite_store, council, clock, bins)
    second = press(opened(sqlite_store, council.reviewer, "alert", alert=bins), SHOW)
    press(fill_form(first), RECORD)
    refused = press(fill_form(second, Judgement.NOT_UPHELD), RECORD)
    assert "changed by someone else meanwhile" in words(refused)
    assert reviews(sqlite_store, bins) == 1


def test_the_same_decision_twice_is_told_as_one(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    """A press that Streamlit broke off and ran anew finds its own decision in the store."""
    bins = number(sqlite_store, "bins")
    first = taken(sqlite_store, council, clock, bins)
    second = press(opened(sqlite_store, council.reviewer, "alert", alert=bins), SHOW)
    press(fill_form(first), RECORD)
    page = words(press(fill_form(second), RECORD))
    assert f"Your step on alert {bins} is recorded, once" in page
    assert "Possible: threat" in page
    assert reviews(sqlite_store, bins) == 1


def test_asking_twice_is_told_as_one(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    first = taken(sqlite_store, council, clock, bins)
    second = press(opened(sqlite_store, council.reviewer, "alert", alert=bins), SHOW)
    press(first, "Ask the owner first")
    assert "is recorded, once" in words(press(second, "Ask the owner first"))


def test_a_post_that_changed_meanwhile_is_not_decided_unseen(
    sqlite_store: Store, council: Council, clock: FakeClock
) -> None:
    bins = number(sqlite_store, "bins")
    page = taken(sqlite_store, council, clock, bins)
    changed = filled.item(2, "Whoever leaves sofas by the bins is utterly clueless.", published_at=clock.now)
    with sqlite_store.write() as tx:
        intake.record(tx, "bins", [changed], posts.Receipt(1, "0" * 64, clock.now))
    list(filled.scan(sqlite_store, filled.Rehearsed()))
    page = press(fill_form(page), RECORD)
    assert reviews(sqlite_store, bins) == 0
    assert "Nothing was recorded" in words(page)
    assert "utterly" not in words(page)


def test_two_reviewers_never_work_on_one_alert(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    waiting = opened(sqlite_store, council.second, "alert", alert=bins)
    taken(sqlite_store, council, clock, bins)
    late = press(waiting, TAKE)
    assert "changed by someone else meanwhile" in words(late)
    assert RECORD not in buttons(late)
    assert "This alert is with Rowan Ashdown" in words(late)


def test_taking_twice_takes_once(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    double = opened(sqlite_store, council.reviewer, "alert", alert=bins)
    taken(sqlite_store, council, clock, bins)
    assert RECORD in buttons(press(double, TAKE))


def test_who_holds_the_account_cannot_review_it(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.owning_reviewer, "alert", alert=number(sqlite_store, "events"))
    assert "You hold this account" in words(page)
    assert TAKE not in buttons(page)


@pytest.mark.parametrize("role", ["panel", "administrator", "owner"])
def test_other_roles_get_a_sentence(sqlite_store: Store, council: Council, role: str) -> None:
    page = opened(sqlite_store, getattr(council, role), "alert", alert=1)
    assert "may not see queue; that takes the role reviewer or second reviewer" in words(page)
    assert buttons(page) == []


def test_a_sign_in_that_ended_stops_the_next_press(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    page = fill_form(taken(sqlite_store, council, clock, bins))
    clock.move(hours=9)
    page = press(page, RECORD)
    assert reviews(sqlite_store, bins) == 0
    assert "You are signed out" in words(page)


@pytest.mark.parametrize("alert", ["999", "abc", "1 or 1=1", "٣"])
def test_an_address_that_names_no_alert(sqlite_store: Store, council: Council, alert: str) -> None:
    page = words(opened(sqlite_store, council.reviewer, "alert", alert=alert))
    assert "There is no alert 999" in page or "is not the number of an alert" in page


def test_hostile_words_are_only_text(sqlite_store: Store, council: Council) -> None:
    page = words(press(opened(sqlite_store, council.reviewer, "alert", alert=number(sqlite_store, "parking")), SHOW))
    assert "&lt;script&gt;window.hacked=1" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "[U+202E]" in page
    assert "javascript:alert" not in page
    assert "has no web address that can be opened" in page


def test_shared_words_are_named_as_someone_elses(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.read() as tx:
        shared = next(a.id for a in alerts.of_account(tx, "events") if a.cause == Part.SHARED)
    page = words(press(opened(sqlite_store, council.reviewer, "alert", alert=shared), SHOW))
    assert "Words of someone else that it passes on" in page
    assert "Share of someone else" in page


def test_giving_back(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    bins = number(sqlite_store, "bins")
    press(taken(sqlite_store, council, clock, bins), "Give it back to the queue")
    assert status(sqlite_store, bins) is AlertStatus.OPEN


def test_a_decided_alert_shows_its_decision_and_no_form(
    sqlite_store: Store, council: Council, clock: FakeClock
) -> None:
    bins = number(sqlite_store, "bins")
    press(fill_form(taken(sqlite_store, council, clock, bins)), RECORD)
    page = opened(sqlite_store, council.second, "alert", alert=bins)
    assert "It calls residents clueless." in words(page)
    assert "Rowan Ashdown" in words(page)
    assert RECORD not in buttons(page)


def test_an_owners_reply_is_shown(sqlite_store: Store, council: Council) -> None:
    bins = number(sqlite_store, "bins")
    review.reply(sqlite_store, council.owner, bins, "I was cross. <b>Sorry</b>.")
    page = words(opened(sqlite_store, council.reviewer, "alert", alert=bins))
    assert "I was cross. &lt;b&gt;Sorry" in page
