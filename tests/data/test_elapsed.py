"""Time to approve and posting after advice: told with n, hidden where small, unknown where it was not collected."""

from datetime import date, timedelta

import pytest

from data.errors import NotAllowed
from data.model import Decision, Gap, Judgement, Outcome, Person, Role
from data.reports.elapsed import WINDOW, AfterAdvice, Rates, Waits, after_advice, quantile, waits
from data.services import elapsed, register
from data.services.actors import shell
from data.services.register import Verdict
from data.store import alerts, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import decide, post_and_scan, reviewer
from tests.support.office import ZONE, applied, staff
from tests.support.posts import item, store_items
from tests.support.register import add, row

YEAR = date(2026, 4, 1), date(2027, 3, 31)
ADVICE = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.", words="Shall we talk?")
DAYS = float(WINDOW)


def rates(before: int, after: int, known: bool = True) -> Rates:
    return Rates(before, DAYS, after, DAYS if known else 3.0)


@pytest.mark.parametrize(
    ("values", "part", "wanted"),
    [([5], 0.5, 5), ([1, 2, 3, 4], 0.5, 2), (list(range(1, 11)), 0.9, 9), ([3, 1, 2], 0.9, 3), ([7, 7], 0.0, 7)],
)
def test_a_quantile_is_a_time_that_was_met(values: list[float], part: float, wanted: float) -> None:
    assert quantile(values, part) == wanted


def test_few_approvals_are_hidden() -> None:
    assert waits([], 0) == Waits(0, None, None, 0)
    assert waits([1.0] * 4, 2) == Waits(None, None, None, 2)
    assert waits([1.0, 2.0, 3.0, 4.0, 50.0], 1) == Waits(5, 3.0, 50.0, 1)
    assert waits([2.0], 0, threshold=0) == Waits(1, 2.0, 2.0, 0)


@pytest.mark.parametrize(
    ("before", "after", "change"), [(8, 4, -0.5), (8, 8, 0.0), (4, 6, 0.5), (0, 0, 0.0), (0, 3, 1.0), (3, 0, -1.0)]
)
def test_a_change_is_of_the_rate(before: int, after: int, change: float) -> None:
    assert rates(before, after).change == change


def test_a_rate_allows_for_days_that_are_missing() -> None:
    assert Rates(28, DAYS, 26, DAYS - 2).change == 0.0
    assert Rates(28, DAYS, 26, DAYS - 2).known
    assert not Rates(28, DAYS, 20, 20.0).known


def test_accounts_are_counted_by_their_change_and_hidden_when_few() -> None:
    found = [*[rates(8, 4)] * 5, *[rates(8, 9)] * 6, *[rates(8, 12)] * 7, rates(1, 1, known=False)]
    assert after_advice(found) == AfterAdvice(5, 6, 7, 18, 1)
    few = after_advice([*[rates(8, 4)] * 2, *[rates(8, 9)] * 6, *[rates(8, 12)] * 7])
    assert (few.less, few.same, few.more, few.total) == (None, None, 7, 15)
    assert after_advice([rates(8, 4)]).total is None
    assert after_advice([]) == AfterAdvice(0, 0, 0, 0, 0)


def test_a_quarter_counts_as_a_change() -> None:
    edges = [rates(8, 6)] * 5 + [rates(8, 7)] * 5 + [rates(8, 10)] * 5
    found = after_advice(edges)
    assert (found.less, found.same, found.more) == (5, 5, 5)


def test_the_time_from_application_to_approval(store: Store, clock: FakeClock) -> None:
    office = staff(store)
    for n in range(6):
        applied(store, office.owner, f"a{n}")
    for n in range(5):
        clock.move(days=2)
        register.decide(store, ZONE, f"a{n}", office.pat.email, Verdict(True, "Useful."))
    found = elapsed.to_approve(store, office.pat, ZONE, *YEAR)
    assert (found.number, found.median, found.ninetieth, found.open) == (5, 6.0, 10.0, 1)
    assert elapsed.to_approve(store, office.pat, ZONE, date(2025, 4, 1), date(2026, 3, 31)).number == 0
    with pytest.raises(NotAllowed):
        elapsed.to_approve(store, office.owner, ZONE, *YEAR)


def test_an_application_that_was_returned_counts_from_its_first_day(store: Store, clock: FakeClock) -> None:
    office = staff(store)
    for n in range(5):
        applied(store, office.owner, f"a{n}")
    clock.move(days=1)
    register.change(store, "a0", office.pat.email, "return", "Say more.")
    clock.move(days=3)
    applied(store, office.owner, "a0")
    clock.move(days=1)
    for n in range(5):
        register.decide(store, ZONE, f"a{n}", office.pat.email, Verdict(True, "Useful."))
    found = elapsed.to_approve(store, office.pat, ZONE, *YEAR)
    assert (found.number, found.median, found.open) == (5, 5.0, 0)


def test_recorded_approvals_were_never_applied_for(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    assert elapsed.to_approve(sqlite_store, shell(), ZONE, *YEAR) == Waits(0, None, None, 0)


def test_posts_after_advice_beside_those_before(store: Store, clock: FakeClock) -> None:
    rita = reviewer(store)
    for n in range(5):
        post_and_scan(store, f"a{n}", [f"what a clown {n}"])
    now = store.now()
    for n in range(5):
        busy = [item(100 + d, published_at=now - timedelta(days=d)) for d in range(2, 20)]
        store_items(store, f"a{n}", *busy)
        with store.read() as tx:
            number = alerts.of_account(tx, f"a{n}")[0].id
        decide(store, rita, number, ADVICE)
    assert elapsed.advised(store, rita, ZONE, *YEAR) == AfterAdvice(0, 0, 0, 0, 5)  # the days after are not over
    clock.move(days=WINDOW + 1)
    for n in range(5):
        with store.write() as tx:
            run = runs.begin(tx, f"a{n}", store.now())
            runs.extend_coverage(tx, f"a{n}", now - timedelta(days=60), store.now(), run)
    assert elapsed.advised(store, rita, ZONE, *YEAR) == AfterAdvice(5, 0, 0, 5, 0)
    with store.write() as tx:
        gap = Gap(now + timedelta(days=2), now + timedelta(days=9), "cut")
        runs.record_gap(tx, "a0", gap, runs.begin(tx, "a0", store.now()))
    assert elapsed.advised(store, rita, ZONE, *YEAR) == AfterAdvice(None, 0, 0, None, 1)


def test_owners_read_no_comparison(sqlite_store: Store) -> None:
    owner = Person("o@council.example", "O", frozenset({Role.OWNER}))
    with pytest.raises(NotAllowed):
        elapsed.advised(sqlite_store, owner, ZONE, *YEAR)
