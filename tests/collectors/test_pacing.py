"""How often accounts are asked: busy ones often, quiet ones seldom, failing ones with patience."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.pacing import DAY, LONGEST_AFTER_FAILURES, Pace, Pacing, due_at, pace, wait_after
from collectors.run import lease_of
from data import holder
from data.model import Platform, Role, RunResult
from data.services import people, register
from data.services.actors import shell
from data.store import accounts, leases, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import item, store_items
from tests.support.register import add, row

QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("posts", "hours"),
    [(0, 23.75), (1, 23.75), (14, 6.0), (28, 3.0), (14 * 24, 0.25), (10_000, 0.25)],
)
def test_a_quarter_of_the_usual_time_between_posts_is_waited(posts: int, hours: float) -> None:
    assert wait_after(Pace(posts, None, 0), QUARTER) == timedelta(hours=hours)


@pytest.mark.parametrize(("failures", "minutes"), [(1, 30), (2, 60), (4, 240), (5, 360), (100, 360)])
def test_after_failures_it_waits_longer(failures: int, minutes: int) -> None:
    assert wait_after(Pace(10_000, None, failures), QUARTER) == timedelta(minutes=minutes)


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**4),
    st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=12)),
)
def test_it_is_never_sooner_than_asked_nor_later_than_a_day(posts: int, failures: int, every: timedelta) -> None:
    waited = wait_after(Pace(posts, None, failures), every)
    assert every <= waited <= DAY
    assert not failures or waited <= max(LONGEST_AFTER_FAILURES, every)


def test_who_was_never_collected_is_due_now(clock: FakeClock) -> None:
    assert due_at(Pace(0, None, 0), QUARTER, clock.now) == clock.now
    begun = clock.now - timedelta(hours=30)
    assert due_at(Pace(0, begun, 0), QUARTER, clock.now) < clock.now


def test_failures_count_since_the_last_good_run(clock: FakeClock) -> None:
    def last(*outcomes: str) -> Pace:
        return pace(3, [(clock.now, outcome, "") for outcome in outcomes])

    assert last("failed", "failed", "ok", "failed").failures == 2
    assert last("unchanged", "failed").failures == 0
    assert last("", "failed", "skipped").failures == 1  # "" is a run that was cut off, or is at work
    assert pace(3, []) == Pace(3, None, 0)


def ran(store: Store, account: str, outcome: str = "ok") -> None:
    with store.write() as tx:
        number = runs.begin(tx, account, store.now())
        runs.finish(tx, number, RunResult(account, Platform.FEED, outcome, "", ""), None, store.now())


def test_due_accounts_of_a_store_come_in_order(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"), row("parks"), row("swim"), row("old", renewal_date=""))
    pacing = Pacing(store, "Europe/London", QUARTER)
    assert sorted(pacing.now_due()) == ["bins", "parks", "swim"]
    store_items(store, "bins", *(item(n, published_at=clock.now - timedelta(hours=n)) for n in range(1, 300)))
    for account in ("bins", "parks", "swim"):
        ran(store, account, "failed" if account == "swim" else "ok")
    assert pacing.now_due() == []
    assert list(pacing.due()) == ["bins", "swim", "parks"]  # busy, failed, quiet
    clock.move(minutes=17)
    assert pacing.now_due() == ["bins"]
    clock.move(minutes=14)
    assert pacing.now_due() == ["bins", "swim"]
    clock.move(days=1)
    assert pacing.now_due() == ["bins", "swim", "parks"]


def test_a_suspended_account_is_not_due(store: Store) -> None:
    add(store, row("bins"))
    pacing = Pacing(store, "Europe/London", QUARTER)
    people.add(store, shell(), "pat@council.example", "Pat", [Role.PANEL], None)
    register.change(store, "bins", "pat@council.example", "suspend", "Keys were lost.")
    assert pacing.next_due() is None
    with store.read() as tx:
        assert accounts.ids(tx) == {"bins"}


def test_what_was_cut_off_is_taken_up_at_once_unless_someone_is_at_it(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"))
    with store.write() as tx:
        runs.begin(tx, "bins", clock.now)
        leases.take(tx, lease_of("bins"), "elsewhere:1:a", clock.now, clock.now + timedelta(minutes=10), holder.gone)
    pacing = Pacing(store, "Europe/London", QUARTER)
    assert pacing.now_due() == []
    clock.move(minutes=11)
    assert pacing.now_due() == ["bins"]


def test_what_has_more_to_read_goes_on_after_the_shortest_wait(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"))
    with store.write() as tx:
        number = runs.begin(tx, "bins", clock.now)
        ended = RunResult("bins", Platform.FEED, "ok", "unfinished", "There is more.")
        runs.finish(tx, number, ended, None, clock.now)
    pacing = Pacing(store, "Europe/London", QUARTER)
    assert pacing.next_due() == clock.now + QUARTER
