"""collect(): plan, fetch, store, one recorded outcome an account; with collectors that need no network."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event, Timer
from typing import Any

import pytest

from collectors import commands, ending, run
from collectors.base import Cursor, Dropped, Fetched, Http, Page
from data import holder
from data.audit import merkle_root
from data.cli import Context
from data.config import Settings
from data.errors import CollectError, NotFound
from data.model import Account, AccountSnapshot, Item, Platform, RunResult
from data.services.verify import verify
from data.store import accounts, leases, ledger, posts, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import item
from tests.support.register import add, row


@dataclass
class FakeHttp:
    """Counts; fetches nothing."""

    requests: int = 0

    def get(self, url: str, **_: object) -> Fetched:
        raise AssertionError("the fake collector does not fetch")


@dataclass
class FakeCollector:
    """Shows the pages it is given, or raises what stands among them."""

    clock: Callable[[], datetime]
    pages: dict[str, list[Page | Exception]] = field(default_factory=dict)
    platform: Platform = Platform.FEED
    cursors: list[Cursor] = field(default_factory=list)

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        self.cursors.append(cursor)
        for n, page in enumerate(self.pages.get(account.id, [])):
            http.requests += 1
            if isinstance(page, Exception):
                raise page
            yield Fetched(f"{account.id}/{n}", 200, {}, b"", "1" * 64, self.clock())

    def parse(self, account: Account, fetched: Fetched) -> Page:
        page = self.pages[account.id][int(fetched.url.split("/")[1])]
        assert isinstance(page, Page)
        return page


def page(*items: Item, **more: object) -> Page:
    return Page(tuple(items), cursor=Cursor(1, {"etag": str(len(items))}), **more)  # type: ignore[arg-type]


@pytest.fixture
def collector(store: Store, clock: FakeClock) -> FakeCollector:
    add(store, row("bins"), row("parks"), row("swim", renewal_date=""))
    return FakeCollector(clock)


def tools(collector: FakeCollector) -> run.Tools:
    return run.Tools(lambda _: collector, FakeHttp, "Europe/London", 2)


def collect(store: Store, collector: FakeCollector, *ids: str) -> dict[str, RunResult]:
    planned = run.plan(store, "Europe/London", ids)
    return {r.account_id: r for r in (*run.collect(store, tools(collector), planned.collect), *planned.skipped)}


def test_only_live_passports_are_collected(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"swim": [AssertionError("must never be asked")]}
    done = collect(store, collector)
    assert (done["swim"].outcome, done["swim"].code) == ("skipped", "no_passport")
    assert "postreeve account decide swim" in done["swim"].reason
    assert {i for i, r in done.items() if r.outcome == "empty"} == {"bins", "parks"}


def test_a_lapsed_passport_stops_collection(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    clock.move(days=30_000)  # past the year 2099
    assert {r.outcome for r in collect(store, collector).values()} == {"skipped"}
    assert collector.cursors == []


def test_an_unknown_account_is_named(store: Store, collector: FakeCollector) -> None:
    with pytest.raises(NotFound, match="No account nope"):
        collect(store, collector, "nope")


def test_one_account_fails_alone(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [CollectError("dns", "No such host.")], "parks": [page(item(1))]}
    done = collect(store, collector)
    assert (done["bins"].outcome, done["bins"].code, done["bins"].reason) == ("failed", "dns", "No such host.")
    assert (done["parks"].outcome, done["parks"].new) == ("ok", 1)
    with store.read() as tx:
        latest = runs.latest(tx)
    assert {i: r.outcome for i, r in latest.items()} == {"bins": "failed", "parks": "ok"}


def test_the_account_that_waits_longest_comes_first(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(item(1))]}
    collect(store, collector, "bins")
    assert [a.id for a in run.plan(store, "Europe/London").collect] == ["parks", "bins"]
    clock.move(hours=1)
    collect(store, collector, "parks")
    assert [a.id for a in run.plan(store, "Europe/London", ["parks", "bins"]).collect] == ["bins", "parks"]


def test_a_post_that_is_listed_twice_counts_once(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(1)), page(item(2), item(1))]}
    done = collect(store, collector, "bins")["bins"]
    assert (done.items, done.new) == (2, 2)


def test_our_own_mistakes_are_recorded_as_such(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [ZeroDivisionError("secret detail")]}
    done = collect(store, collector)["bins"]
    assert (done.outcome, done.code) == ("failed", "internal")
    assert "secret detail" not in done.reason


def test_the_cursor_moves_only_after_all_pages(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(2)), CollectError("timeout", "Too slow.")]}
    assert collect(store, collector, "bins")["bins"].new == 1
    with store.read() as tx:
        assert runs.standing(tx, "bins") is None
        assert posts.count(tx, "bins") == 1
    collector.pages = {"bins": [page(item(2)), page(item(1))]}
    assert collect(store, collector, "bins")["bins"].new == 1
    assert collector.cursors[-1] == Cursor()
    collect(store, collector, "bins")
    assert collector.cursors[-1] == Cursor(1, {"etag": "1"})


def test_again_is_nothing_new(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(1), item(2))]}
    first, second = collect(store, collector, "bins")["bins"], collect(store, collector, "bins")["bins"]
    assert (first.new, second.new, second.changed, second.gone) == (2, 0, 0, 0)


def test_unchanged_is_its_own_outcome_and_extends_coverage(
    store: Store, collector: FakeCollector, clock: FakeClock
) -> None:
    collector.pages = {"bins": [page(item(1))]}
    collect(store, collector, "bins")
    clock.move(hours=3)
    collector.pages = {"bins": [Page(unchanged=True, cursor=Cursor(1, {"etag": "1"}))]}
    done = collect(store, collector, "bins")["bins"]
    assert (done.outcome, done.code) == ("unchanged", "not_modified")
    with store.read() as tx:
        [stretch] = runs.coverage_of(tx, "bins")
        assert posts.get(tx, 1).gone_at is None  # type: ignore[union-attr]
    assert (stretch.complete, stretch.to_at) == (True, clock.now)


def test_thirty_new_posts_in_a_window_of_twenty_leave_a_gap(
    store: Store, collector: FakeCollector, clock: FakeClock
) -> None:
    collector.pages = {"bins": [page(*(item(n) for n in range(20)))]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(*(item(n) for n in range(30, 50)))]}
    done = collect(store, collector, "bins")["bins"]
    assert (done.outcome, done.code, done.gap, done.gone) == ("ok", "gap", True, 0)
    with store.read() as tx:
        stretches = runs.coverage_of(tx, "bins")
    assert [s.complete for s in stretches] == [True, False, True]
    assert (stretches[1].from_at, stretches[1].to_at) == (item(19).published_at, item(30).published_at)


LATER = 24 * 30  # hours after which posts are newer than the clock's first hour


def listed(*numbers: int) -> list[Item]:
    """Posts that are newer than the first run, newest first."""
    return [item(LATER + n) for n in sorted(numbers, reverse=True)]


def gaps(store: Store) -> list[tuple[datetime, datetime]]:
    with store.read() as tx:
        return [(s.from_at, s.to_at) for s in runs.coverage_of(tx, "bins") if not s.complete]


def test_a_gap_starts_at_the_end_of_the_last_run_not_at_the_newest_post(
    store: Store, collector: FakeCollector, clock: FakeClock
) -> None:
    collector.pages = {"bins": [page(item(2), item(1))]}
    collect(store, collector, "bins")
    clock.move(days=2)
    collector.pages = {"bins": [Page(unchanged=True, cursor=Cursor(1, {"etag": "2"}))]}
    collect(store, collector, "bins")
    ended = clock.now
    clock.move(days=30)
    collector.pages = {"bins": [page(*listed(7, 8))]}
    assert collect(store, collector, "bins")["bins"].gap
    assert gaps(store) == [(ended, item(LATER + 7).published_at)]


def test_an_empty_first_run_leaves_a_mark(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page()]}
    assert collect(store, collector, "bins")["bins"].outcome == "empty"
    ended = clock.now
    clock.move(days=40)
    collector.pages = {"bins": [page(*listed(7, 8))]}
    assert collect(store, collector, "bins")["bins"].code == "gap"
    assert gaps(store) == [(ended, item(LATER + 7).published_at)]
    clock.move(days=1)
    collector.pages = {"bins": [page(*listed(8, 9))]}
    assert not collect(store, collector, "bins")["bins"].gap


@pytest.mark.parametrize("pinned", [True, False])
def test_a_pinned_post_is_no_overlap(store: Store, collector: FakeCollector, clock: FakeClock, pinned: bool) -> None:
    collector.pages = {"bins": [page(item(2), item(1))]}
    collect(store, collector, "bins")
    ended = clock.now
    clock.move(days=40)
    collector.pages = {"bins": [page(item(1), *listed(7, 8), pinned=("p1",) if pinned else ())]}
    assert collect(store, collector, "bins")["bins"].gap == pinned
    assert gaps(store) == ([(ended, item(LATER + 7).published_at)] if pinned else [])


def test_what_is_pinned_may_be_said_before_the_list(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(item(2), item(1))]}
    collect(store, collector, "bins")
    clock.move(days=40)
    collector.pages = {"bins": [Page(pinned=("p1",)), page(item(1), *listed(7, 8))]}
    assert collect(store, collector, "bins")["bins"].gap


def test_a_run_that_ended_early_moves_no_mark(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(item(2), item(1))]}
    collect(store, collector, "bins")
    ended = clock.now
    clock.move(days=31)
    collector.pages = {"bins": [page(item(LATER + 1), unfinished="The limit was met.")]}
    assert collect(store, collector, "bins")["bins"].code == "unfinished"
    clock.move(days=5)
    collector.pages = {"bins": [page(*listed(90, 91))]}
    assert collect(store, collector, "bins")["bins"].gap
    assert gaps(store) == [(ended, item(LATER + 90).published_at)]


def test_an_overlap_is_no_gap(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(*(item(n) for n in range(20)))]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(*(item(n) for n in range(19, 39)))]}
    assert not collect(store, collector, "bins")["bins"].gap


def test_a_gap_is_not_forgotten_by_an_interruption(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(*(item(n) for n in range(20)))]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(*(item(n) for n in range(30, 50))), CollectError("timeout", "Too slow.")]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(*(item(n) for n in range(30, 50)))]}
    assert collect(store, collector, "bins")["bins"].gap


def test_gone_within_what_the_source_still_lists(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(item(4), item(3), item(2), item(1))]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(item(4), item(2))]}
    assert collect(store, collector, "bins")["bins"].gone == 1
    clock.move(hours=1)
    collector.pages = {"bins": [page(item(4), exhaustive=True)]}
    assert collect(store, collector, "bins")["bins"].gone == 2


def test_nothing_is_gone_behind_a_pinned_post_or_one_that_could_not_be_read(
    store: Store, collector: FakeCollector, clock: FakeClock
) -> None:
    collector.pages = {"bins": [page(item(4), item(3), item(2), item(1))]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(item(1), item(4), item(3))]}
    assert collect(store, collector, "bins")["bins"].gone == 0
    collector.pages = {"bins": [page(item(4), item(3), item(1), dropped=(Dropped("no id", "2" * 64),))]}
    assert collect(store, collector, "bins")["bins"].gone == 0


def test_an_emptied_exhaustive_list_is_all_gone(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    collector.pages = {"bins": [page(item(1))]}
    collect(store, collector, "bins")
    clock.move(hours=1)
    collector.pages = {"bins": [page(exhaustive=True)]}
    assert collect(store, collector, "bins")["bins"].gone == 1


def test_what_cannot_be_understood_is_counted(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(1), dropped=(Dropped("no date", "2" * 64),))]}
    done = collect(store, collector, "bins")["bins"]
    assert (done.outcome, done.code, done.dropped) == ("ok", "dropped", 1)


def test_a_move_is_told(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(1), moved_to="https://new.example/feed")]}
    done = collect(store, collector, "bins")["bins"]
    assert done.code == "moved"
    assert "https://new.example/feed" in done.reason


def test_the_lasting_id_and_the_snapshot_are_kept(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    shown = AccountSnapshot(clock.now, name="Bins", biography="We collect.")
    collector.pages = {"bins": [page(item(1), platform_id="did:x", snapshot=shown)]}
    collect(store, collector, "bins")
    with store.read() as tx:
        assert accounts.get(tx, "bins").platform_id == "did:x"


def test_a_killed_run_is_closed_by_the_next(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    with store.write() as tx:
        killed = runs.begin(tx, "bins", clock.now)
    collector.pages = {"bins": [page(item(1))]}
    collect(store, collector, "bins")
    with store.read() as tx:
        history = {r.id: (r.outcome, r.code) for r in runs.of_account(tx, "bins")}
    assert history[killed] == ("failed", "interrupted")


def test_every_run_has_its_root_and_its_audit_row(store: Store, collector: FakeCollector, tmp_path: object) -> None:
    from pathlib import Path

    collector.pages = {"bins": [page(item(1), item(2))]}
    collect(store, collector, "bins")
    with store.read() as tx:
        [last] = runs.of_account(tx, "bins")
        assert last.merkle_root == merkle_root(posts.run_leaves(tx, last.id))
        assert ledger.recent(tx, "account:bins")[0].action == "collect"
    assert verify(store, Path(str(tmp_path)) / "anchor").problems == ()


def test_a_preview_stores_nothing(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(1))]}
    account = run.plan(store, "Europe/London", ["bins"]).collect[0]
    seen = run.preview(store, tools(collector), account)
    assert (seen.outcome, seen.items) == ("ok", 1)
    collector.pages = {"bins": [CollectError("dns", "No such host.")]}
    assert run.preview(store, tools(collector), replace(account)).code == "dns"
    with store.read() as tx:
        assert posts.count(tx) == 0
        assert runs.of_account(tx, "bins") == []


def test_a_mistake_of_ours_ends_no_preview_of_others(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [ZeroDivisionError("secret detail")], "parks": [page(item(1))]}
    planned = run.plan(store, "Europe/London", ["bins", "parks"])
    found = {a.id: run.preview(store, tools(collector), a) for a in planned.collect}
    assert (found["bins"].outcome, found["bins"].code) == ("failed", "internal")
    assert "secret detail" not in found["bins"].reason
    assert (found["parks"].outcome, found["parks"].items) == ("ok", 1)


def test_a_trial_from_the_shell_names_the_failure_and_goes_on(
    sqlite_store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(sqlite_store, row("bins"), row("parks"))
    fake = FakeCollector(clock, {"bins": [KeyError("x")], "parks": [page(item(1))]})
    monkeypatch.setattr(commands, "tools", lambda _: nullcontext(tools(fake)))
    context = Context(Settings(store=sqlite_store.url.render_as_string()), clock=clock)
    found = commands.collect_all(context, dry_run=True)
    assert [(r.account_id, r.outcome, r.code) for r in found] == [("bins", "failed", "internal"), ("parks", "ok", "")]
    assert context.failures == [
        "bins: postreeve itself failed (KeyError); please report it."
    ]  # what makes the exit code 1


def test_one_process_at_a_time_collects_an_account(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    """Another one that is at it is not disturbed: nothing is asked, nothing recorded, its run stays open."""
    other = tools(collector)
    collector.pages = {"bins": [page(item(1))]}
    with store.write() as tx:
        assert leases.take(tx, "collect:bins", "elsewhere:1:a", clock.now, clock.now + run.LEASE, holder.gone) is None
        open_run = runs.begin(tx, "bins", clock.now)
    [found] = list(run.collect(store, other, run.plan(store, "Europe/London", ["bins"]).collect))
    assert (found.outcome, found.code, found.requests) == ("skipped", "busy", 0)
    with store.read() as tx:
        assert runs.unfinished(tx, "bins") == [open_run]
    clock.move(minutes=11)
    assert collect(store, collector, "bins")["bins"].outcome == "ok"
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0


def test_an_account_named_twice_is_collected_once(store: Store, collector: FakeCollector) -> None:
    collector.pages = {"bins": [page(item(1))]}
    assert [one.id for one in run.plan(store, "Europe/London", ["bins", "bins"]).collect] == ["bins"]
    assert collect(store, collector, "bins", "bins")["bins"].new == 1


def test_a_signal_that_meets_the_end_of_a_run_leaves_nothing_open(
    store: Store, collector: FakeCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.pages = {"bins": [page(item(1))]}
    at_it, real = Event(), run.end

    def slow(*arguments: Any) -> list[RunResult]:
        at_it.set()
        time.sleep(0.5)
        return real(*arguments)

    def interrupt() -> None:
        assert at_it.wait(20)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(run, "end", slow)
    Timer(0, interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        collect(store, collector, "bins")
    with store.read() as tx:
        assert runs.latest(tx)["bins"].new == 1
        assert runs.unfinished(tx, "bins") == []
        assert tx.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0


def test_what_cannot_be_stored_of_one_account_undoes_nothing_of_the_others(
    store: Store, collector: FakeCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector.pages = {"bins": [page(item(1))], "parks": [page(item(2))]}
    real = ending.record

    def choosy(tx: Any, now: Any, ended: Any) -> None:
        if any(one.account_id == "bins" for _, one in ended):
            raise RuntimeError
        real(tx, now, ended)

    monkeypatch.setattr(ending, "record", choosy)
    found = collect(store, collector, "bins", "parks")
    assert {name: (one.outcome, one.code) for name, one in found.items()} == {
        "bins": ("failed", "internal"),
        "parks": ("ok", ""),
    }
    with store.read() as tx:
        assert runs.latest(tx)["parks"].new == 1


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_a_lease_is_given_back_however_a_run_ends(store: Store, collector: FakeCollector, ends: str) -> None:
    collector.pages = {"bins": [page(item(1)) if ends == "well" else CollectError("timeout", "No answer.")]}
    collect(store, collector, "bins")
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0


def test_a_process_that_was_given_up_stops(store: Store, collector: FakeCollector, clock: FakeClock) -> None:
    """Its lease ended while it waited and another one is at it: nothing is asked for twice from there on."""

    @dataclass
    class Slow(FakeCollector):
        def parse(self, account: Account, fetched: Fetched) -> Page:
            clock.move(minutes=11)
            with store.write() as tx:
                leases.take(tx, "collect:bins", "elsewhere:1:a", clock.now, clock.now + run.LEASE, holder.gone)
            return super().parse(account, fetched)

    slow = Slow(clock, {"bins": [page(item(2)), page(item(1))]})
    result = collect(store, slow, "bins")["bins"]
    assert (result.outcome, result.code, result.new) == ("failed", "interrupted", 0)
    assert "took this account over" in result.reason
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT holder FROM lease").scalar() == "elsewhere:1:a"
