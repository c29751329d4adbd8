"""collect() with collectors that ask by id and cost money: what is asked, what is gone, when the budget ends."""

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Event, Timer

import pytest

from collectors import run
from collectors.base import Cursor, Dropped, Fetched, Http, Page
from collectors.recheck import EVERY, Rechecks, own_state, passed_over, put_off, with_put_off
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Item, Platform, PostKind, RunResult
from data.store import posts, runs
from data.store.engine import Store
from tests.collectors.support import FakeHttp
from tests.support.clock import FakeClock
from tests.support.posts import item
from tests.support.register import add, row


@dataclass
class Asking:
    """Lists `pages`; says of an id what stands in `known`: an item, None for gone, what makes no sense, or an error
    to raise. `order` is what was done for which account."""

    clock: FakeClock
    pages: list[Page | Exception] = field(default_factory=list)
    known: dict[str, Item | Exception | Dropped | None] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    cursors: list[Cursor] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    gate: Event | None = None  # what answers about "parks" wait for
    platform: Platform = Platform.X
    recheck_most: int = 3
    recheck_newest: int | None = None
    recheck_price: float = 0.0

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        self.cursors.append(cursor)
        self.order.append(f"list {account.id}")
        for n, page in enumerate(self.pages):
            if isinstance(page, Exception):
                raise page
            yield Fetched(str(n), 200, {}, b"", "1" * 64, self.clock())

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        self.asked.append(list(ids))
        self.order.append(f"ask {account.id}")
        if self.gate and account.id == "parks":
            assert self.gate.wait(20)
        for number in ids:
            yield Fetched(f"id/{number}", 200, {}, b"", "2" * 64, self.clock())

    def parse(self, account: Account, fetched: Fetched) -> Page:
        if fetched.url.startswith("id/"):
            said = self.known.get(fetched.url[3:])
            if isinstance(said, Exception):
                raise said
            if isinstance(said, Dropped):
                return Page(dropped=(said,))
            return Page((said,), cost=self.recheck_price) if said else Page(gone=(fetched.url[3:],))
        page = self.pages[int(fetched.url)]
        assert isinstance(page, Page)
        return page


@pytest.fixture
def asking(store: Store, clock: FakeClock) -> Asking:
    add(store, row("bins", platform="x", handle="@bins", url=""))
    return Asking(clock)


def collect(store: Store, asking: Asking, *, cap: float | None = None, full: bool = False) -> RunResult:
    caps = {} if cap is None else {Platform.X: cap}
    tools = run.Tools(lambda _: asking, lambda: FakeHttp({}), "Europe/London", 1, caps)
    [done] = run.collect(store, tools, run.plan(store, "Europe/London").collect, full=full)
    return done


def end(*found: Item, **more: object) -> Page:
    return Page(found, cursor=Cursor(1, {"newest": str(len(found))}), continuous=True, **more)  # type: ignore[arg-type]


def test_a_collector_that_asks_by_id_is_recognised(asking: Asking) -> None:
    assert isinstance(asking, Rechecks)


def test_a_new_stretch_without_overlap_is_no_gap_when_it_is_continuous(
    store: Store, asking: Asking, clock: FakeClock
) -> None:
    asking.pages = [end(item(1))]
    collect(store, asking)
    clock.move(hours=1)
    asking.pages = [end(item(9))]
    assert not collect(store, asking).gap
    clock.move(hours=1)
    asking.pages = [replace(end(item(20)), continuous=False)]
    assert collect(store, asking).gap


def test_what_a_list_leaves_out_is_asked_for_at_once_and_gone_only_if_the_platform_says_so(
    store: Store, asking: Asking, clock: FakeClock
) -> None:
    asking.pages = [end(item(4), item(3), item(2), item(1))]
    collect(store, asking)
    clock.move(hours=1)
    asking.pages, asking.known = [end(item(4), item(1))], {"p3": item(3)}
    done = collect(store, asking)
    assert (asking.asked, done.gone, done.gap) == ([["p2", "p3"]], 1, False)
    with store.read() as tx:
        rows = {r.platform_id: r.gone_at for r in (posts.get(tx, n) for n in range(1, 5)) if r}
    assert [name for name, at in rows.items() if at] == ["p2"]
    clock.move(hours=1)
    assert collect(store, asking).gone == 0
    assert asking.asked[1:] == [["p3"]]


def test_the_others_are_asked_for_once_a_day_the_longest_unseen_first(
    store: Store, asking: Asking, clock: FakeClock
) -> None:
    asking.pages = [end(*(item(n) for n in range(5, 0, -1)))]
    asking.known = {f"p{n}": item(n) for n in range(1, 6)}
    collect(store, asking)
    asking.pages = [end()]
    for _ in range(3):
        clock.move(hours=25)
        collect(store, asking)
    assert [len(ids) for ids in asking.asked] == [3, 3, 3]
    assert set(asking.asked[0]) | set(asking.asked[1]) == {f"p{n}" for n in range(1, 6)}
    clock.move(hours=1)
    collect(store, asking)
    assert len(asking.asked) == 4
    assert not set(asking.asked[3]) & set(asking.asked[2])


def test_only_the_newest_are_asked_for_where_asking_is_dear_unless_all_is_wanted(
    store: Store, asking: Asking, clock: FakeClock
) -> None:
    asking.pages, asking.recheck_newest = [end(*(item(n) for n in range(5, 0, -1)))], 2
    asking.known = {f"p{n}": item(n) for n in range(1, 6)}
    collect(store, asking)
    asking.pages = [end()]
    clock.move(hours=25)
    collect(store, asking)
    assert asking.asked == [["p5", "p4"]] or asking.asked == [["p4", "p5"]]
    collect(store, asking, full=True)
    assert set(asking.asked[1]) == {"p1", "p2", "p3"}


def test_a_share_is_asked_for_only_where_the_list_left_it_out(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(3), item(2, kind=PostKind.SHARE), item(1))]
    collect(store, asking)
    clock.move(hours=25)
    asking.pages = [end()]
    collect(store, asking)
    assert set(asking.asked[0]) == {"p1", "p3"}
    clock.move(hours=1)
    asking.pages = [end(item(3), item(1))]
    collect(store, asking)
    assert asking.asked[1] == ["p2"]


def test_an_edit_found_by_id_is_a_new_version_and_hides_no_gap(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(1))]
    collect(store, asking)
    clock.move(hours=25)
    asking.pages, asking.known = [replace(end(item(20)), continuous=False)], {"p1": item(1, "Corrected")}
    done = collect(store, asking)
    assert (done.changed, done.new, done.gap) == (1, 1, True)


def test_a_failure_while_asking_is_told_and_undoes_nothing(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(2), item(1))]
    collect(store, asking)
    clock.move(hours=1)
    asking.pages, asking.known = [end(item(3), item(1))], {"p2": CollectError("rate_limited", "Too often.")}
    done = collect(store, asking)
    assert (done.outcome, done.code, done.new, done.gone) == ("ok", "unchecked", 1, 0)
    assert "Too often." in done.reason
    collect(store, asking)
    assert asking.cursors[-1].state == {"newest": "2"}


def test_what_makes_no_sense_by_id_is_counted(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(1))]
    assert collect(store, asking).dropped == 0
    clock.move(hours=25)
    asking.pages, asking.known = [end()], {"p1": Dropped("no id", "2" * 64)}
    assert collect(store, asking).dropped == 1


def test_posts_that_fail_every_time_stand_in_nobodys_way(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(*(item(n) for n in range(9, 0, -1)))]
    collect(store, asking)
    fault = CollectError("server_error", "A fault of its own (500).")
    asking.known = {f"p{n}": fault if n < 4 else item(n) for n in range(1, 10)}
    asking.pages = [end()]
    clock.move(hours=25)
    done = collect(store, asking)
    assert (done.outcome, done.code) == ("ok", "unchecked")
    assert "500" in done.reason
    clock.move(hours=1)
    collect(store, asking)
    clock.move(hours=25)
    collect(store, asking)
    assert asking.asked == [["p1", "p2", "p3"], ["p4", "p5", "p6"], ["p1", "p2", "p3"]]
    assert asking.cursors[-1].state == {"newest": "0"}


def test_what_a_walk_back_leaps_over_is_not_taken_for_left_out_and_lengthens_the_coverage(
    store: Store, asking: Asking, clock: FakeClock
) -> None:
    asking.pages = [end(*(item(n) for n in range(9, 4, -1)))]
    collect(store, asking)
    clock.move(hours=1)
    asking.pages = [Page((item(9), item(8))), Page((item(2), item(1)), older=True), end()]
    collect(store, asking)
    assert asking.asked == []
    with store.read() as tx:
        [stretch] = runs.coverage_of(tx, "bins")
    assert (stretch.from_at, stretch.to_at) == (item(1).published_at, clock.now)


def test_a_walk_that_did_not_come_to_the_newest_claims_nothing(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(1))]
    collect(store, asking)
    before = clock.now
    clock.move(hours=1)
    asking.pages = [Page((item(20),)), replace(end(), continuous=False, unfinished="There is more.")]
    done = collect(store, asking)
    assert (done.outcome, done.code, done.new, done.gap) == ("ok", "unfinished", 1, False)
    assert "There is more." in done.reason
    with store.read() as tx:
        assert [stretch.to_at for stretch in runs.coverage_of(tx, "bins")] == [before]


def test_what_was_last_seen_elsewhere_is_not_asked_for(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(2), item(1))]
    collect(store, asking)
    clock.move(hours=25)
    asking.pages = [replace(end(item(9)), seen_from=clock.now)]
    collect(store, asking)
    clock.move(hours=25)
    asking.pages = [replace(end(), seen_from=clock.now - EVERY)]
    collect(store, asking)
    assert asking.asked == []
    clock.move(hours=25)
    asking.pages = [end()]
    collect(store, asking)
    assert asking.asked == [["p1", "p2", "p9"]]


def collecting(store: Store, asking: Asking, *others: str) -> Iterator[RunResult]:
    """A collection of some accounts with a post each that is to be asked for."""
    add(store, *(row(name, platform="x", handle=f"@{name}", url="") for name in others))
    asking.pages = [end(item(1))]
    tools = run.Tools(lambda _: asking, lambda: FakeHttp({}), "Europe/London", 1)
    list(run.collect(store, tools, run.plan(store, "Europe/London").collect))
    asking.clock.move(hours=25)
    asking.pages = [end(item(2))]
    asking.order.clear()
    return run.collect(store, tools, run.plan(store, "Europe/London").collect)


def test_single_posts_are_asked_for_when_every_list_has_been_read(store: Store, asking: Asking) -> None:
    assert [done.new for done in collecting(store, asking, "parks")] == [1, 1]
    assert asking.order == ["list bins", "list parks", "ask bins", "ask parks"]


def test_closing_in_between_ends_every_run_that_was_begun(store: Store, asking: Asking) -> None:
    found = collecting(store, asking, "parks", "pools", "roads")
    asking.gate = Event()
    assert next(found).account_id == "bins"
    Timer(0.2, asking.gate.set).start()
    found.close()  # type: ignore[attr-defined]
    assert asking.order[-1] == "ask parks"  # it was at work; those that had not begun are asked next time
    with store.read() as tx:
        newest = runs.latest(tx)
        for name in ("parks", "pools", "roads"):
            assert runs.unfinished(tx, name) == []
            assert newest[name].new == 1


def test_stopping_takes_back_what_was_never_begun(store: Store, asking: Asking) -> None:
    add(store, *(row(name, platform="x", handle=f"@{name}", url="") for name in ("parks", "pools")))
    asking.pages, asking.gate = [end()], Event()

    @dataclass
    class Held(Asking):
        def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
            assert self.gate is not None
            assert self.gate.wait(20)
            yield from super().fetch(account, cursor, http, full=full)

    held = Held(asking.clock, asking.pages, gate=asking.gate)
    tools = run.Tools(lambda _: held, lambda: FakeHttp({}), "Europe/London", 1)
    Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    Timer(0.6, asking.gate.set).start()
    with pytest.raises(KeyboardInterrupt):
        list(run.collect(store, tools, run.plan(store, "Europe/London").collect))
    assert held.order == ["list bins"]
    with store.read() as tx:
        assert {name: one.outcome for name, one in runs.latest(tx).items()} == {"bins": "empty"}
        assert [runs.of_account(tx, name) for name in ("parks", "pools")] == [[], []]
        assert tx.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0


def test_which_posts_got_no_answer() -> None:
    ids = ["a", "b", "c", "d"]
    assert passed_over(ids, {"a", "c"}, 2, broke=False) == ("b",)
    assert passed_over(ids, {"a"}, 1, broke=True) == ("b",)
    assert passed_over(ids, set(), 4, broke=False) == ("a", "b", "c", "d")
    assert passed_over(ids, set(), 0, broke=False) == ()


def test_no_more_is_put_off_than_can_be_kept(clock: FakeClock) -> None:
    state = with_put_off({"own": "x"}, {}, [str(n) for n in range(500)], clock.now)
    assert list(put_off(state, clock.now)) == [str(n) for n in range(300, 500)]
    assert own_state(state) == {"own": "x"}
    clock.move(hours=24)
    assert with_put_off({}, state, [], clock.now) == {}


def test_what_is_spent_is_put_down_and_the_cap_ends_the_walk(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [
        Page((item(2),), cost=0.5, ahead=0.4),
        Page((item(1),), cost=0.4, ahead=0.4),
        end(item(0), cost=0.4),
    ]
    done = collect(store, asking, cap=1.0)
    assert (done.outcome, done.code, done.new, done.cost) == ("failed", "budget", 2, 0.9)
    assert "0.10 of the 1.00 USD" in done.reason
    assert "x_monthly_usd" in done.reason
    with store.read() as tx:
        assert runs.spent(tx, "bins", clock.now) == pytest.approx(0.9)
        assert runs.standing(tx, "bins") is None


def test_a_new_month_is_a_new_budget(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages = [end(item(1), cost=0.9, ahead=0.0)]
    assert collect(store, asking, cap=1.0).outcome == "ok"
    asking.pages = [Page(cursor=Cursor(1, {"day": "x"}), ahead=0.2), end(item(2))]
    assert collect(store, asking, cap=1.0).code == "budget"
    clock.move(days=9)
    assert collect(store, asking, cap=1.0).outcome == "ok"


def test_what_was_learnt_before_the_budget_ended_is_not_paid_for_again(store: Store, asking: Asking) -> None:
    asking.pages = [Page(cursor=Cursor(1, {"day": "x"}), cost=0.01, ahead=9.0), end(item(1))]
    assert collect(store, asking, cap=1.0).code == "budget"
    collect(store, asking, cap=1.0)
    assert asking.cursors == [Cursor(), Cursor(1, {"day": "x"})]


def test_a_killed_run_has_spent_what_it_spent(store: Store, asking: Asking, clock: FakeClock) -> None:
    with store.write() as tx:
        killed = runs.begin(tx, "bins", clock.now)
        runs.spend(tx, killed, 0.7)
    asking.pages = [end(item(1), cost=0.1)]
    collect(store, asking, cap=1.0)
    with store.read() as tx:
        assert runs.spent(tx, "bins", clock.now) == pytest.approx(0.8)
        assert [r.cost for r in runs.of_account(tx, "bins")] == pytest.approx([0.1, 0.7])


def test_asking_by_id_stays_within_the_budget(store: Store, asking: Asking, clock: FakeClock) -> None:
    asking.pages, asking.recheck_price = [end(*(item(n) for n in range(5, 0, -1)))], 0.25
    asking.known = {f"p{n}": item(n) for n in range(1, 6)}
    collect(store, asking, cap=0.6)
    clock.move(hours=25)
    asking.pages = [end()]
    done = collect(store, asking, cap=0.6)
    assert (len(asking.asked[0]), done.cost) == (2, 0.5)
    clock.move(hours=25)
    collect(store, asking, cap=0.6)
    assert len(asking.asked) == 1


def test_a_trial_of_what_costs_money_ends_with_the_estimate(store: Store, asking: Asking, clock: FakeClock) -> None:
    seen = AccountSnapshot(clock.now, "bins")
    asking.pages = [Page(snapshot=seen, cost=0.01, ahead=4.0), AssertionError("must never be asked")]
    tools = run.Tools(lambda _: asking, lambda: FakeHttp({}), "Europe/London", 1, {Platform.X: 10.0})
    done = run.preview(store, tools, run.plan(store, "Europe/London").collect[0])
    assert (done.outcome, done.code, done.cost) == ("ok", "estimate", 0.01)
    assert "4.00 USD" in done.reason
