"""collect(): plan → begin → fetch → end, with one recorded outcome an account.

Accounts are collected side by side. A page that others follow is stored in a transaction of its own as it comes; the
last one is committed with the cursor, the coverage and the run's result, together with those of other accounts that
have come to their end. What fails, fails for its own account only. What a paid answer cost is put down with its page;
the month's cap ends the walk before the next one is asked for.
"""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

from collectors.base import Collector, Fetched
from collectors.ending import arrived, end
from collectors.job import LEASE, TAKEN_OVER, Job, Tools, cursor_at, lease_of, our_own
from collectors.opening import begin, keep, not_live, put_back
from collectors.progress import Progress, outcome, result
from collectors.recheck import EVERY, Rechecks, passed_over, put_off
from data.clock import local_day
from data.errors import CollectError
from data.model import Account, RunResult
from data.store import accounts, intake, leases, posts, runs
from data.store.engine import Store
from data.store.posts import Unseen

NEVER = datetime.min.replace(tzinfo=UTC)
TURNS = 2  # runs that are opened together, for each worker: a page may wait no longer than a lease for its turn
TOGETHER = 0.05  # seconds that a run which has ended waits for others, to be committed with them
KEEP = 60.0  # seconds after which the leases of all that are at work or wait are lengthened
LARGE = 500  # posts of a page that does not wait to be stored
ESTIMATE = (
    "Nothing was stored. Reading on would cost about {ahead:.2f} USD, so it was not done for a trial; {spent:.2f} of "
    "the {cap:.2f} USD that this account may cost in a month are spent."
)
OVER_BUDGET = (
    "Going on would cost about {ahead:.2f} USD, and {left:.2f} of the {cap:.2f} USD that this account may cost in a "
    "month are left (UTC). It goes on next month, or when an administrator raises {setting}."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which accounts to collect and which to skip, with the reason; of how many there never was a complete run."""

    collect: tuple[Account, ...]
    skipped: tuple[RunResult, ...]
    never: int = 0


def plan(store: Store, zone: str, wanted: Sequence[str] = ()) -> Plan:
    """Return which of the wanted accounts (all when empty) may be collected today: those with a live passport.

    First comes whose last complete run is longest ago, so that a limit which many share hits each in turn.
    """
    today = local_day(store.now(), zone)
    once = tuple(dict.fromkeys(wanted))
    with store.read() as tx:
        chosen, moved = accounts.several(tx, once) if once else accounts.everything(tx), runs.moved(tx)
        live = accounts.live(accounts.newest_passports(tx).values(), today)
    skipped = [not_live(a) for a in chosen if a.id not in live]
    first = sorted((a for a in chosen if a.id in live), key=lambda a: moved.get(a.id, NEVER))
    return Plan(tuple(first), tuple(skipped), sum(a.id not in moved for a in first))


def collect(
    store: Store, tools: Tools, chosen: Sequence[Account], *, full: bool = False
) -> Generator[RunResult, None, None]:
    """Collect the accounts side by side; yield each result as it comes. Closing the iterator stops cleanly.

    Single posts are asked for by id when every account's list has been read: a server counts all our requests together.
    """
    flight, left, waiting, several = _Flight(store, tools), list(chosen), list[Job](), TURNS * tools.workers
    try:
        while left or flight.jobs:
            if left and len(flight.jobs) < several:
                jobs, refused = flight.begin(left[:several], full=full)
                left = left[several:]
                flight.start(jobs, lambda job: _read_list(store, tools, job))
                yield from refused
            landed = flight.landed(several)
            waiting += [job for job in landed if job.waits]
            yield from flight.end([job for job in landed if not job.waits])
        flight.start(waiting, lambda job: _recheck(store, job))
        while flight.jobs:
            yield from flight.end(flight.landed(several))
    finally:
        flight.stop(several)


class _Flight:
    """The jobs of a round: all whose runs are open, and those of them that are at work or wait for a worker.

    What begins and ends runs is done by a thread of its own, so that no signal meets it between a commit and its note.
    """

    def __init__(self, store: Store, tools: Tools) -> None:
        self.store, self.tools = store, tools
        self.pool = ThreadPoolExecutor(tools.workers, thread_name_prefix="collect")
        self.desk = ThreadPoolExecutor(1, thread_name_prefix="desk")
        self.open: list[Job] = []
        self.jobs: list[Job] = []
        self.ready: SimpleQueue[Job] = SimpleQueue()
        self.kept = time.monotonic()

    def begin(self, chosen: Sequence[Account], *, full: bool) -> tuple[list[Job], list[RunResult]]:
        """Open a run for each account; return them, and what comes of those that were refused."""

        def begun() -> tuple[list[Job], list[RunResult]]:
            jobs, refused = begin(self.store, self.tools, chosen, full=full)
            self.open += jobs
            return jobs, refused

        return self.desk.submit(begun).result()

    def end(self, jobs: Sequence[Job]) -> list[RunResult]:
        """Commit what came of some jobs; return it."""
        return self.desk.submit(self._end, jobs).result()

    def _end(self, jobs: Sequence[Job]) -> list[RunResult]:
        results = end(self.store, jobs, self.tools.thinking)
        self.open = [job for job in self.open if job not in jobs]
        return results

    def start(self, jobs: Sequence[Job], do: Callable[[Job], None]) -> None:
        """Let workers do the same for each job; what fails is put down in it."""

        def work(job: Job) -> None:
            job.taken_up = True
            try:
                do(job)
            except Exception as error:
                job.fail(error)
            finally:
                self.ready.put(job)

        self.jobs += jobs
        for job in jobs:
            self.pool.submit(work, job)

    def landed(self, most: int) -> list[Job]:
        """Return jobs that are done, once there is one: those of a moment together, at most `most`."""
        found = list[Job]()
        until = time.monotonic() + KEEP
        while len(found) < min(most, len(self.jobs)):
            try:
                found.append(self.ready.get(timeout=max(until - time.monotonic(), 0.0)))
            except Empty:
                break
            until = min(until, time.monotonic() + TOGETHER)
        self.jobs = [job for job in self.jobs if job not in found]
        if time.monotonic() - self.kept >= KEEP:
            self.desk.submit(keep, self.store, list(self.open)).result()
            self.kept = time.monotonic()
        return found

    def stop(self, several: int) -> None:
        """Begin nothing more, let what is at work come to its end, and close every run that is still open."""
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.desk.shutdown(wait=True)
        never, done = [j for j in self.open if not j.taken_up], [j for j in self.open if j.taken_up]
        try:
            for at in range(0, len(done), several):
                end(self.store, done[at : at + several], self.tools.thinking)
        finally:
            put_back(self.store, never)


def _read_list(store: Store, tools: Tools, job: Job) -> None:
    """Collect what an account lists, and note whether it is asked for single posts afterwards."""
    collector = tools.collector(job.account.platform)
    job.progress.by_id = isinstance(collector, Rechecks)
    _fetch_all(store, tools, collector, job)
    job.collector = collector if isinstance(collector, Rechecks) else None


def preview(store: Store, tools: Tools, account: Account) -> RunResult:
    """Fetch and parse an account without storing anything; whatever fails is what comes of this account alone."""
    http, progress = tools.client(), Progress()
    try:
        collector = tools.collector(account.platform)
        with store.read() as tx:
            cursor = cursor_at(runs.standing(tx, account.id))
        for fetched in collector.fetch(account, cursor, http, full=False):
            progress.count(collector.parse(account, fetched))
            if account.platform in tools.caps:
                cap, left = tools.caps[account.platform], _left(store, tools, account) or 0.0
                reason = ESTIMATE.format(ahead=progress.last.ahead, cap=cap, spent=cap - left)
                return result(account, progress, http, "ok", "estimate", reason)
    except CollectError as error:
        return result(account, progress, http, "failed", error.code, str(error))
    except Exception as error:
        return result(account, progress, http, "failed", *our_own(account, error))
    return result(account, progress, http, *outcome(progress, gap=False))


def _fetch_all(store: Store, tools: Tools, collector: Collector, job: Job) -> None:
    """Read an account's pages. Each is stored when the next has come; the last is left to the end of the run, except
    where something is still to be asked about what it brought."""
    progress, account = job.progress, job.account
    progress.left = _left(store, tools, account)
    for fetched in collector.fetch(account, cursor_at(job.begun.standing), job.http, full=job.full):
        with tools.thinking:
            page = collector.parse(account, fetched)
        _store_last(store, job)
        job.last = (fetched, page)
        if progress.by_id or progress.left is not None or len(page.items) > LARGE:
            _store_last(store, job)
        job.account = account = replace(account, platform_id=page.platform_id or account.platform_id)
        progress.count(page)
        if progress.left is not None and page.ahead > progress.left:
            raise _over_budget(account, tools, progress.left, page.ahead)


def _store_last(store: Store, job: Job) -> None:
    """Commit the page that came last, if that has not been done."""
    if job.last is None:
        return
    with store.write() as tx:
        if not leases.extend(tx, lease_of(job.account.id), job.holder, store.now() + LEASE):
            raise CollectError("interrupted", TAKEN_OVER)
        runs.take_up(tx, job.begun.run_id)
        [tally] = intake.record_all(tx, [arrived(tx, job)])
    job.progress.tally += tally
    job.last = None


def _to_recheck(store: Store, job: Job, collector: Rechecks) -> list[str]:
    """Return the ids to ask for one by one, no more than the budget pays for."""
    begun, progress = job.begun, job.progress
    most, price = collector.recheck_most, collector.recheck_price
    if progress.left is not None and price:
        most = max(min(most, int(progress.left / price)), 0)
    newest = None if job.full else collector.recheck_newest
    stale, later = begun.started - EVERY, tuple(put_off(begun.state, begun.started))
    which = Unseen(begun.started, progress.oldest, stale, newest, most, later, progress.last.seen_from)
    with store.read() as tx:
        return posts.unseen(tx, job.account.id, which)


def _recheck(store: Store, job: Job) -> None:
    """Take in what is said of single posts. A failure here is told with the result, and undoes nothing."""
    if job.collector is None:
        return
    ids = _to_recheck(store, job, job.collector)
    taken, broke = 0, False
    try:
        for fetched in job.collector.recheck(job.account, ids, job.http) if ids else ():
            taken += 1
            _take_in(store, job, job.collector, fetched)
    except CollectError as error:
        job.progress.unchecked, broke = str(error), error.code != "rate_limited"
    job.progress.unanswered = passed_over(ids, job.progress.answered, taken, broke=broke)


def _take_in(store: Store, job: Job, collector: Rechecks, fetched: Fetched) -> None:
    """Store what one answer says of single posts; one that makes no sense does not stand in the way of the others."""
    progress = job.progress
    try:
        page = collector.parse(job.account, fetched)
    except CollectError as error:
        progress.unchecked = str(error)
        return
    before, job.last = progress.tally.overlap, (fetched, page)
    _store_last(store, job)
    progress.tally = replace(progress.tally, overlap=before)  # known posts asked for by id prove nothing of a gap
    progress.dropped += len(page.dropped)
    progress.answered.update(page.gone, (item.platform_id for item in page.items))
    progress.pay(page)
    with store.write() as tx:
        progress.gone += posts.mark_gone_ids(tx, job.account.id, page.gone, store.now())


def _left(store: Store, tools: Tools, account: Account) -> float | None:
    """Return what the account may still cost this month, in US dollars; None where nothing is paid for."""
    cap = tools.caps.get(account.platform)
    if cap is None:
        return None
    month = store.now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with store.read() as tx:
        return cap - runs.spent(tx, account.id, month)


def _over_budget(account: Account, tools: Tools, left: float, ahead: float) -> CollectError:
    cap, setting = tools.caps[account.platform], f"{account.platform}_monthly_usd"
    return CollectError("budget", OVER_BUDGET.format(ahead=ahead, left=max(left, 0.0), cap=cap, setting=setting))
