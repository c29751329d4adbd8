"""Cadence kept: only weeks that were collected whole count, and a gap is never a week without posts."""

from datetime import UTC, date, datetime, timedelta

import pytest

from data.business_case import BusinessCase
from data.model import Gap
from data.reports.cadence import Kept, Week, by_week, whole_weeks
from data.services import renewal
from data.services.actors import shell
from data.store import accounts, business, runs
from data.store.engine import Store
from tests.support.posts import item, store_items
from tests.support.register import add, row

ZONE = "Europe/London"
MONDAY = date(2026, 10, 5)


def week(number: int, posts: int, collected: float = 7.0, days: float = 7.0) -> Week:
    return Week(MONDAY + timedelta(weeks=number), posts, collected, days)


def test_a_week_counts_only_when_all_of_it_was_collected() -> None:
    assert week(0, 3).whole
    assert week(0, 3, 6.99).whole  # the time between two collections
    assert not week(0, 3, 6.9).whole
    assert not week(0, 3, 7.0, 7.04).whole  # the week in which the clocks go back has an hour more
    assert week(0, 3, 7.04, 7.04).whole


def test_weeks_are_fewer_more_or_as_promised() -> None:
    found = Kept(2, 4, (week(0, 1), week(1, 2), week(2, 4), week(3, 9), week(4, 0, 3.0)))
    assert (found.fewer, found.as_promised, found.more, found.gaps) == (1, 2, 1, 1)
    assert found.usual == 3.0
    assert found.document() == {"gaps": 1, "fewer": 1, "more": 1, "as_promised": 2, "usual": 3.0}


@pytest.mark.parametrize(("fewest", "most", "counts"), [(3, None, (2, 0, 1)), (None, 1, (0, 2, 1))])
def test_a_promise_may_be_one_sided(fewest: int | None, most: int | None, counts: tuple[int, int, int]) -> None:
    found = Kept(fewest, most, (week(0, 1), week(1, 2), week(2, 4)))
    assert (found.fewer, found.more, found.as_promised) == counts


def test_without_a_number_nothing_is_compared() -> None:
    found = Kept(weeks=(week(0, 1),))
    assert not found.promised
    assert found.document() == {"gaps": 0, "fewer": None, "more": None, "as_promised": None, "usual": 1.0}
    assert Kept(1, 2, (week(0, 5, 0.0),)).usual is None


@pytest.mark.parametrize(
    ("since", "until", "number"),
    [
        (MONDAY, MONDAY + timedelta(days=6), 1),
        (MONDAY, MONDAY + timedelta(days=5), 0),
        (MONDAY - timedelta(days=1), MONDAY + timedelta(days=14), 2),
        (MONDAY + timedelta(days=1), MONDAY + timedelta(days=13), 1),
        (MONDAY, MONDAY - timedelta(days=9), 0),
    ],
)
def test_weeks_lie_wholly_inside(since: date, until: date, number: int) -> None:
    found = whole_weeks(since, until)
    assert len(found) == number
    assert all(day.weekday() == 0 and since <= day and day + timedelta(days=6) <= until for day in found)


def test_posts_are_added_up_by_monday() -> None:
    found = by_week([(MONDAY, 1), (MONDAY + timedelta(days=6), 2), (MONDAY + timedelta(days=7), 5)])
    assert found == {MONDAY: 3, MONDAY + timedelta(days=7): 5}


def test_the_dossier_has_the_weeks_of_the_log(store: Store) -> None:
    add(store, row("bins"))
    begin = datetime(2026, 10, 4, 23, tzinfo=UTC)  # Monday, midnight in British summer time
    at = [begin, begin + timedelta(days=2), begin + timedelta(days=8), begin + timedelta(days=30)]
    store_items(store, "bins", *[item(n, published_at=moment) for n, moment in enumerate(at)])
    with store.write() as tx:
        run = runs.begin(tx, "bins", store.now())
        runs.extend_coverage(tx, "bins", begin, store.now(), run)
        runs.record_gap(tx, "bins", Gap(begin + timedelta(days=15), begin + timedelta(days=16), "cut"), run)
        promise = accounts.passport_of(tx, "bins").id
        business.put(tx, int(promise or 0), BusinessCase(posts_from=1, posts_to=1))
    found = renewal.dossier(store, shell(), ZONE, "bins", date(2026, 9, 28)).kept
    assert [(w.first, w.posts, w.whole) for w in found.weeks[:4]] == [
        (date(2026, 9, 28), 0, False),
        (date(2026, 10, 5), 2, True),
        (date(2026, 10, 12), 1, True),
        (date(2026, 10, 19), 0, False),
    ]
    assert found.weeks[3].days == 7.04  # summer time ends on 25 October at two in the morning
    assert (found.fewest, found.most, found.more, found.gaps) == (1, 1, 1, 2)
    assert found.weeks[-1].first == date(2026, 11, 9)  # the week of today is not over


def test_a_week_that_is_not_over_is_no_week(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    found = renewal.dossier(sqlite_store, shell(), ZONE, "bins", date(2026, 11, 16)).kept
    assert found.weeks == ()
