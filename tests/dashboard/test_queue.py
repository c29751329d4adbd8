"""The queue's page: order, paging, absence, the last ones decided."""

import pytest

from dashboard.views import queue
from data.model import AlertStatus
from data.services import review
from data.store import alerts
from data.store.engine import Store
from tests.support import filled
from tests.support.filled import Council
from tests.support.screen import opened, words


def labels(store: Store, council: Council, **query: str) -> list[str]:
    page = opened(store, council.reviewer, "queue", **query)
    assert not page.exception
    return [link.label.replace("\\", "") for link in page.get("page_link")]  # type: ignore[attr-defined]


def test_the_gravest_come_first(sqlite_store: Store, council: Council) -> None:
    found = labels(sqlite_store, council)
    assert [label.split(" – ")[0] for label in found] == [
        "Possible: threat",
        "Possible: sexual harassment",
        "Possible: discriminatory content",
        "Possible: discriminatory content",
        "Possible: harassing or bullying content",
        "Keys for the page of an alert",
    ]
    assert found[2].endswith("Fernbrook *Parking* <b>")


def test_no_words_of_posts_stand_in_the_queue(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.reviewer, "queue"))
    assert "clueless" not in page
    assert "legs" not in page


def test_pages_follow_one_another_without_a_hole(sqlite_store: Store, council: Council) -> None:
    filled.many(sqlite_store, 60)
    with sqlite_store.read() as tx:
        waiting = sum(alerts.counts(tx).values())
    seen: list[str] = []
    after: str | None = ""
    pages = 0
    while after is not None:
        page = opened(sqlite_store, council.reviewer, "queue", **({"after": after} if after else {}))
        found = [(link.label, link.proto.query_string) for link in page.get("page_link")]  # type: ignore[attr-defined]
        seen += [q for label, q in found if label.startswith("Possible")]
        after = next((q.split("after=")[1] for label, q in found if label == "Next page"), None)
        pages += 1
    assert len(seen) == len(set(seen)) == waiting
    assert pages == 3


@pytest.mark.parametrize("text", ["", "x", "9-1", "2", "2-x", "-1-2", "2-" + "9" * 30, "٢-١"])
def test_a_made_up_place_is_the_first_page(text: str) -> None:
    assert queue.place(text) is None
    assert queue.place("2-17") == (2, 17)


def test_nothing_waiting_is_no_praise(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        for queued in alerts.queue(tx):
            alerts.change(tx, queued.alert, status=AlertStatus.CLOSED, decided_at=sqlite_store.now())
    page = words(opened(sqlite_store, council.reviewer, "queue"))
    assert "That is no verdict on any account" in page
    assert "7 were assessed in full and 1 was assessed in part" in page
    assert "1 account has never been collected" in page
    assert "1 account could not be collected" in page
    assert "1 stretch of time was missed" in page
    assert "Decided last" in page


def test_who_has_an_alert_is_said(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.read() as tx:
        first, second, *_ = (q.alert for q in alerts.queue(tx))
    review.claim(sqlite_store, council.second, review.seen(first))
    review.ask_reply(sqlite_store, council.second, review.seen(second))
    page = words(opened(sqlite_store, council.reviewer, "queue"))
    assert "with Sam Birchall until 12:20" in page
    assert "waiting for the owner since 22 Nov 2026, 12:00" in page
    assert "3 alerts are open, 1 taken by a reviewer and 1 waiting" in page
    assert "with you until" in words(opened(sqlite_store, council.second, "queue"))
    assert "you hold this account" in words(opened(sqlite_store, council.owning_reviewer, "queue"))


@pytest.mark.parametrize("role", ["panel", "administrator", "owner"])
def test_other_roles_get_a_sentence(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "queue"))
    assert "This page cannot be shown" in page
    assert "may not see queue" in page
    assert "Possible" not in page
