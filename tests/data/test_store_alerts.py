"""The queries about alerts: the queue page by page, how often a clause was upheld, an account's alerts; on both."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import update

from classifier.scan import scan
from data.errors import NotFound
from data.model import Alert, AlertStatus, Category, Decision, Judgement, Outcome, Part, Person, Role, Severity
from data.schema import review as review_table
from data.services import review
from data.store import alerts
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

AddPerson = Callable[..., Person]
WORDS = {"clown": Category.HARASSMENT, "hurt you": Category.THREAT, "all of them": Category.DISCRIMINATION}
TEXTS = ("a clown", "all of them", "I will hurt you")  # of a medium, a high and an urgent clause


@dataclass
class Desk:
    """A reviewer with a store, who finds an alert by its number and decides it."""

    store: Store
    reviewer: Person

    def alert(self, number: int) -> Alert:
        with self.store.read() as tx:
            return alerts.get(tx, number)

    def decide(self, number: int, judgement: Judgement, outcome: Outcome = Outcome.NO_ACTION) -> None:
        decision = Decision(judgement, outcome, "H1", "Looked at.")
        review.decide(self.store, self.reviewer, review.seen(self.alert(number)), decision)

    def undo(self, number: int) -> None:
        """Take the decisions on an alert back, as the table has it."""
        with self.store.write() as tx:
            undone = update(review_table).where(review_table.c.alert_id == number)
            tx.execute(undone.values(undone_at=self.store.now()))


@pytest.fixture
def desk(store: Store, person: AddPerson) -> Desk:
    add(store, row("bins", handle="Bins", department="Environment"), row("parks", handle="Parks"))
    return Desk(store, person(store, "rita@council.example", Role.REVIEWER))


def publish(store: Store, account_id: str, *texts: str, start: int = 0) -> None:
    """Publish texts, the first one first, and scan them."""
    store_items(store, account_id, *reversed([item(start + n, text) for n, text in enumerate(texts)]))
    list(scan(store, WordJudge(WORDS)))


def pages(store: Store, size: int) -> list[list[int]]:
    """Return the numbers of the queue's alerts, page by page."""
    found: list[list[int]] = []
    after = None
    with store.read() as tx:
        while page := alerts.queue(tx, after, size):
            found.append([q.alert.id for q in page])
            after = (page[-1].alert.severity.rank, page[-1].alert.id)
    return found


def test_the_queue_has_the_gravest_first_then_the_oldest(desk: Desk) -> None:
    publish(desk.store, "bins", *TEXTS, *TEXTS)
    with desk.store.read() as tx:
        queued = alerts.queue(tx)
    assert [q.alert.severity for q in queued] == [
        *[Severity.URGENT] * 2,
        *[Severity.HIGH] * 2,
        *[Severity.MEDIUM] * 2,
    ]
    assert [q.alert.id for q in queued] == [3, 6, 2, 5, 1, 4]


@pytest.mark.parametrize("size", [1, 2, 5, 7, 30])
def test_pages_of_any_size_show_each_alert_once_and_in_order(desk: Desk, size: int) -> None:
    publish(desk.store, "bins", *TEXTS * 5)
    [whole] = pages(desk.store, 100)
    parts = pages(desk.store, size)
    assert [number for page in parts for number in page] == whole
    assert sorted(whole) == list(range(1, 16))
    assert all(len(page) == size for page in parts[:-1])


def test_an_alert_decided_between_two_pages_moves_no_other(desk: Desk) -> None:
    publish(desk.store, "bins", *["a clown"] * 6)
    with desk.store.read() as tx:
        first = alerts.queue(tx, limit=3)
    desk.decide(first[0].alert.id, Judgement.UPHELD)
    last = first[-1].alert
    with desk.store.read() as tx:
        second = alerts.queue(tx, (last.severity.rank, last.id), 3)
    assert [q.alert.id for q in second] == [4, 5, 6]


def test_the_queue_holds_what_waits_and_nothing_that_is_decided(desk: Desk) -> None:
    publish(desk.store, "bins", *["a clown"] * 4)
    review.claim(desk.store, desk.reviewer, review.seen(desk.alert(1)))
    review.ask_reply(desk.store, desk.reviewer, review.seen(desk.alert(2)))
    desk.decide(3, Judgement.NOT_UPHELD)
    assert pages(desk.store, 10) == [[1, 2, 4]]
    with desk.store.read() as tx:
        assert alerts.counts(tx) == {"claimed": 1, "awaiting_reply": 1, "decided": 1, "open": 1}


def test_a_line_of_the_queue_names_account_department_and_gravest_clause(desk: Desk) -> None:
    publish(desk.store, "bins", "a clown, I will hurt you")
    with desk.store.read() as tx:
        [line] = alerts.queue(tx)
    assert (line.handle, line.department, line.platform) == ("Bins", "Environment", "feed")
    assert line.clause_title == "Possible: threat"
    assert line.published_at == item(0).published_at


def test_the_alerts_decided_last_come_newest_first(desk: Desk, clock: FakeClock) -> None:
    publish(desk.store, "bins", *["a clown"] * 4)
    for number in (2, 4, 1):
        clock.move(minutes=1)
        desk.decide(number, Judgement.UPHELD)
    with desk.store.read() as tx:
        assert [q.alert.id for q in alerts.decided(tx)] == [1, 4, 2]
        assert [q.alert.id for q in alerts.decided(tx, 2)] == [1, 4]


def test_what_nobody_judged_has_no_rate(desk: Desk) -> None:
    publish(desk.store, "bins", "a clown")
    with desk.store.read() as tx:
        assert alerts.upheld_rate(tx, "H1") == (0, 0)
        assert alerts.upheld_rate(tx, "no such clause") == (0, 0)


def test_the_rate_counts_judgements_not_outcomes(desk: Desk) -> None:
    publish(desk.store, "bins", *["a clown"] * 5)
    desk.decide(1, Judgement.UPHELD, Outcome.NO_ACTION)
    desk.decide(2, Judgement.UPHELD, Outcome.TRAINING)
    desk.decide(3, Judgement.NOT_UPHELD, Outcome.ADVICE)
    desk.decide(4, Judgement.CANNOT_TELL)
    with desk.store.read() as tx:
        assert alerts.upheld_rate(tx, "H1") == (2, 3)
        assert alerts.upheld_rate(tx, "T1") == (0, 0)
    desk.undo(1)
    with desk.store.read() as tx:
        assert alerts.upheld_rate(tx, "H1") == (1, 2)


def test_the_alerts_of_an_account_are_its_own_with_the_last_judgement(desk: Desk) -> None:
    publish(desk.store, "bins", *["a clown"] * 3)
    publish(desk.store, "parks", "a clown")
    desk.decide(1, Judgement.NOT_UPHELD)
    desk.decide(2, Judgement.UPHELD, Outcome.ADVICE)
    publish(desk.store, "bins", "a clown, I will hurt you", start=1)  # post 2, decided, is made worse
    desk.decide(2, Judgement.UPHELD, Outcome.TRAINING)
    with desk.store.read() as tx:
        bins, parks = alerts.of_account(tx, "bins"), alerts.of_account(tx, "parks")
        assert len(alerts.reviews(tx, 2)) == 2
        assert alerts.of_account(tx, "nobody") == []
    assert [(a.id, a.judgement, a.outcome) for a in bins] == [
        (3, None, None),
        (2, "upheld", "training"),
        (1, "not_upheld", "no_action"),
    ]
    assert [(a.id, a.status) for a in parks] == [(4, "open")]


def test_an_undone_decision_is_no_judgement_of_the_account(desk: Desk) -> None:
    publish(desk.store, "bins", "a clown")
    desk.decide(1, Judgement.UPHELD)
    desk.undo(1)
    with desk.store.read() as tx:
        [found] = alerts.of_account(tx, "bins")
    assert (found.judgement, found.outcome) == (None, None)


def test_an_alert_changes_only_from_the_revision_it_was_read_in(desk: Desk) -> None:
    publish(desk.store, "bins", "a clown")
    old = desk.alert(1)
    with desk.store.write() as tx:
        assert alerts.change(tx, old, status=AlertStatus.CLAIMED)
        assert not alerts.change(tx, old, status=AlertStatus.DECIDED)
    now = desk.alert(1)
    assert (now.status, now.revision) == (AlertStatus.CLAIMED, old.revision + 1)


def test_a_clause_is_gathered_once(desk: Desk) -> None:
    publish(desk.store, "bins", "a clown")
    list(scan(desk.store, WordJudge(WORDS), everything=True))
    with desk.store.read() as tx:
        assert [hit.clause for hit in alerts.hits(tx, 1)] == ["H1"]
        assert alerts.version_of(tx, 1) == 1


def test_an_alert_is_found_by_post_and_cause(desk: Desk) -> None:
    publish(desk.store, "bins", "a clown")
    with desk.store.read() as tx:
        found = alerts.find(tx, 1, Part.OWN)
        assert found == alerts.get(tx, 1)
        assert alerts.find(tx, 1, Part.SHARED) is None
        with pytest.raises(NotFound, match="There is no alert 9"):
            alerts.get(tx, 9)
