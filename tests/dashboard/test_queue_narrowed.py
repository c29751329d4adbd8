"""The queue searched and narrowed, in the address and on to the next alert; one's own last decisions; same words."""

import pytest
from streamlit.testing.v1 import AppTest

from classifier.scan import scan
from dashboard import filters
from data.model import AlertStatus, Decision, Judgement, Outcome
from data.services import appeals, review
from data.store import alerts
from data.store.engine import Store
from tests.support import filled
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.opened import fill
from tests.support.posts import item, store_items
from tests.support.screen import buttons, opened, press, words

FINE = Decision(Judgement.NOT_UPHELD, Outcome.NO_ACTION, "H1", "It is about sofas.")
SAME = "Notice: clueless sorting at the bins."


def waiting(store: Store) -> list[int]:
    with store.read() as tx:
        return [q.alert.id for q in alerts.queue(tx, limit=60)]


def listed(page: AppTest) -> list[str]:
    assert not page.exception
    labels = [link.label.replace("\\", "") for link in page.get("page_link")]  # type: ignore[union-attr]
    return [label for label in labels if label.startswith("Possible")]


def addresses(page: AppTest) -> list[str]:
    return [link.proto.query_string for link in page.get("page_link")]


def decide(store: Store, council: Council, alert_id: int) -> None:
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    review.decide(store, council.reviewer, seen, FINE)


def same(store: Store, number: int) -> list[int]:
    """Post the same words some times; return the alerts about them."""
    before = set(waiting(store))
    store_items(store, "bins", *(item(n, SAME) for n in range(100, 100 + number)))
    for _ in scan(store, filled.Rehearsed()):
        pass
    return [n for n in waiting(store) if n not in before]


def test_a_search_stands_in_the_address_and_in_every_link(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "queue")
    fill(page, "narrow-department", "Highways")
    fill(page, "narrow-severity", "high")
    press(page, "Search")
    assert dict(page.query_params) == {"department": "Highways", "severity": "high"}
    assert len(listed(page)) == 2
    assert "2 alerts fit what is asked for." in words(page)
    assert all("department=Highways" in q and "severity=high" in q for q in addresses(page) if "alert=" in q)
    press(page, "Show the whole queue again")
    assert dict(page.query_params) == {}
    assert len(listed(page)) == 5


def test_words_are_searched_and_not_shown(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "queue", words="sofas")
    assert len(listed(page)) == 1
    assert "1 alert fits" in words(page)
    assert "clueless" not in words(page)
    page = opened(sqlite_store, council.reviewer, "queue", words="nowhere <b>")
    assert listed(page) == []
    assert "0 alerts fit what is asked for." in words(page)
    assert "no verdict" not in words(page)


@pytest.mark.parametrize(
    "query",
    [
        {"severity": "<script>"},
        {"older": "-1"},
        {"older": "٣"},
        {"stage": "decided"},
        {"older": "9" * 20},
    ],
)
def test_what_makes_no_sense_in_the_address_asks_for_nothing(
    sqlite_store: Store, council: Council, query: dict[str, str]
) -> None:
    assert len(listed(opened(sqlite_store, council.reviewer, "queue", **query))) == 5


def test_an_unknown_clause_or_department_fits_nothing(sqlite_store: Store, council: Council) -> None:
    for query in ({"clause": "Z9"}, {"department": "Nowhere"}, {"platform": "x' or 1"}):
        assert listed(opened(sqlite_store, council.reviewer, "queue", **query)) == []


def test_the_next_alert_is_one_that_fits(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    with sqlite_store.read() as tx:
        first, second = (q.alert.id for q in alerts.queue(tx) if q.alert.account_id == "parking")
    page = opened(sqlite_store, council.reviewer, "alert", alert=first, department="Highways")
    for expected in (str(second), None):
        press(page, "Take this alert and show the words")
        clock.move(seconds=5)
        page.radio[0].set_value(Judgement.NOT_UPHELD)
        page.radio[1].set_value(Outcome.NO_ACTION)
        next(field for field in page.text_area if field.label.startswith("Reason")).set_value("Fine.")
        press(page, "Record decision")
        assert page.query_params.get("alert") == expected
        assert page.query_params["department"] == "Highways"
    assert "No further alert that fits waits for you." in words(page)
    assert len(waiting(sqlite_store)) == 3


def test_ones_own_last_decisions_can_be_taken_back(sqlite_store: Store, council: Council) -> None:
    for number in waiting(sqlite_store)[:2]:
        decide(sqlite_store, council, number)
    assert "Your last 2 decisions" not in words(opened(sqlite_store, council.second, "queue"))
    page = opened(sqlite_store, council.reviewer, "queue")
    shown = words(page)
    assert "Your last 2 decisions" in shown
    assert "Not upheld, no action, 22 Nov 2026, 12:00. Decided." in shown
    assert buttons(page).count("Take it back") == 2
    assert "Say in a few words" in words(press(page, "Take it back"))
    key = next(field.key or "" for field in page.text_input if (field.key or "").startswith("undo-"))
    fill(page, key, "Wrong one.")
    shown = words(press(page, "Take it back"))
    assert "is taken back; the alert waits again" in shown
    assert "Your last 1 decision" in shown
    assert len(waiting(sqlite_store)) == 4


def test_an_appealed_or_older_decision_is_not_offered(sqlite_store: Store, council: Council) -> None:
    for number in same(sqlite_store, 12):
        decide(sqlite_store, council, number)
    page = opened(sqlite_store, council.reviewer, "queue")
    assert f"Your last {appeals.RECENT} decisions" in words(page)
    with sqlite_store.write() as tx:
        tx.exec_driver_sql("UPDATE alert SET status = 'appealed' WHERE status = 'decided'")
    assert "Take it back" not in buttons(opened(sqlite_store, council.reviewer, "queue"))


def take(store: Store, council: Council, clock: FakeClock, number: int) -> AppTest:
    """Open and take an alert, and fill the form but for the number."""
    page = opened(store, council.reviewer, "alert", alert=number)
    press(page, "Take this alert and show the words")
    clock.move(seconds=5)
    page.radio[0].set_value(Judgement.NOT_UPHELD)
    page.radio[1].set_value(Outcome.NO_ACTION)
    next(field for field in page.text_area if field.label.startswith("Reason")).set_value("It is a notice.")
    return page


def field(page: AppTest) -> str:
    return next(f.key or "" for f in page.text_input if (f.key or "").startswith("together-"))


def test_the_same_words_are_counted_in_the_queue(sqlite_store: Store, council: Council) -> None:
    same(sqlite_store, 3)
    shown = words(opened(sqlite_store, council.reviewer, "queue"))
    assert shown.count("2 other alerts with the same words") == 3


def test_a_group_is_decided_only_under_its_number(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    first, *others = same(sqlite_store, 3)
    page = take(sqlite_store, council, clock, first)
    assert "Exactly these words stand in 2 other alerts nobody has decided on" in words(page)
    fill(page, field(page), "2")
    assert "There are 3 alerts with exactly these words now" in words(press(page, "Record decision"))
    assert {first, *others} <= set(waiting(sqlite_store))
    fill(page, field(page), "3")
    shown = words(press(page, "Record decision"))
    assert "The same is recorded on 2 other alerts." in shown
    assert not {first, *others} & set(waiting(sqlite_store))


def test_left_empty_it_is_this_one_alone(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    first, *others = same(sqlite_store, 3)
    press(take(sqlite_store, council, clock, first), "Record decision")
    assert set(others) <= set(waiting(sqlite_store))
    assert first not in waiting(sqlite_store)


def test_what_could_not_be_decided_with_it_is_said(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    first, second, third = same(sqlite_store, 3)
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, second))
    review.claim(sqlite_store, council.second, seen)
    page = take(sqlite_store, council, clock, first)
    fill(page, field(page), "3")
    shown = words(press(page, "Record decision"))
    assert "recorded on 1 other alert. 1 alert was left as it was" in shown
    assert "is with another reviewer" in shown
    with sqlite_store.read() as tx:
        assert alerts.get(tx, third).status is AlertStatus.DECIDED
        assert alerts.get(tx, second).status is AlertStatus.CLAIMED


def test_one_alone_asks_for_no_number(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    page = take(sqlite_store, council, clock, waiting(sqlite_store)[0])
    assert not [f for f in page.text_input if (f.key or "").startswith("together-")]
    assert set(filters.NAMES) >= {"words", "clause", "mine"}
