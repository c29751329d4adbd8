"""The pre-election checklist on its pages: during a window alone, and apart from the flag."""

from datetime import date

import pytest

from data.services import elections
from data.services.actors import shell
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.screen import opened, press, words

HEAD = "Pre-election period in Fern &amp; brook until 3 December 2026"


@pytest.fixture
def window(sqlite_store: Store) -> Store:
    """A store during a pre-election period."""
    first, last = date(2026, 11, 2), date(2026, 12, 3)
    elections.add(sqlite_store, shell(), "Fern & brook", first, last, "<b>Notice</b>")
    return sqlite_store


def test_it_stands_on_ask_first(window: Store, council: Council) -> None:
    page = words(opened(window, council.owner, "ask"))
    for needed in (HEAD, *elections.CHECKLIST, "no score knows of it", "&lt;b&gt;Notice&lt;/b&gt;"):
        assert needed in page
    assert "<b>Notice" not in page


@pytest.mark.parametrize("role", ["reviewer", "second"])
def test_it_stands_on_the_alert_apart_from_the_flag(window: Store, council: Council, role: str) -> None:
    page = words(press(opened(window, getattr(council, role), "alert", alert=1), "Show the words"))
    assert page.index(HEAD) < page.index("Why it was flagged")
    assert "election" not in page.split("Why it was flagged")[1].split("Why it may be fine")[0]


def test_two_at_once_are_named_in_one_heading(window: Store, council: Council) -> None:
    elections.add(window, shell(), "Upper Holt", date(2026, 11, 20), date(2026, 11, 22), "Notice of by-election")
    page = words(opened(window, council.owner, "ask"))
    assert f"{HEAD}; Pre-election period in Upper Holt until 22 November 2026" in page
    assert page.count(elections.CHECKLIST[0]) == 1


def test_outside_a_window_there_is_nothing(window: Store, council: Council, clock: FakeClock) -> None:
    clock.move(days=12)
    for person, page, query in ((council.owner, "ask", {}), (council.reviewer, "alert", {"alert": 1})):
        assert "Pre-election" not in words(opened(window, person, page, **query))


def test_a_flag_is_the_same_within_and_without(window: Store, council: Council, clock: FakeClock) -> None:
    from sqlalchemy import select

    from data.schema import alert, finding

    def flags() -> list[object]:
        with window.read() as tx:
            return [*tx.execute(select(finding.c.score)).all(), *tx.execute(select(alert.c.severity)).all()]

    before = flags()
    opened(window, council.reviewer, "alert", alert=1)
    clock.move(days=12)
    assert flags() == before
