"""collect(): plan → fetch → store, with one recorded outcome an account.

Accounts are collected side by side; each page is stored in a transaction of its own as it comes, and the cursor, the
coverage and the run's result are committed together after the last one. What fails, fails for its own account only.
What a paid answer cost is put down with its page; the month's cap ends the walk before the next one is asked for.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from collectors.archive import told_of
from collectors.base import Collector, Cursor, Fetched, Http, Page
from collectors.progress import Progress, find_gap, outcome, result
from collectors.recheck import EVERY, Rechecks, own_state, passed_over, put_off, with_put_off
from data import holder
from data.audit import merkle_root
from data.clock import local_day
from data.errors import CollectError
from data.model import Account, Gap, Platform, RunResult
from data.store import accounts, archives, leases, ledger, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt, Tally, Unseen

log = logging.getLogger(__name__)
T = TypeVar("T")
ACTOR = "collector"
NEVER = datetime.min.replace(tzinfo=UTC)
NOT_LIVE = (
    "The account has no live passport, so nothing of it is collected. "
    "A panel decides with: postreeve account decide {0} (or renews what has lapsed: postreeve account renew {0})"
)
LEASE = timedelta(minutes=10)  # longer than any single answer and the waits before it
BUSY = "Another process is collecting this account at the moment; nothing is asked for twice."
TAKEN_OVER = "Another process took this account over, since this one was silent for too long; it goes on from there."
INTERRUPTED = "The collection was interrupted before its end; the next one takes it up again."
GAP = "More was posted than the source shows at once; posts in between were never seen."
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
    """Which accounts to collect and which to skip, with the reason."""

    collect: tuple[Account, ...]
    skipped: tuple[RunResult, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was opened: its number, its start, where collection stood then, and until when it was complete."""

    run_id: int
    started: datetime
    standing: runs.Standing | None
    refused: RunResult | None = None
    complete_until: datetime | None = None


@dataclass(slots=True)
class Job:
    """One account in a collection: what serves it, how far it has come, and what came of it once it has ended."""

    account: Account
    http: Http
    begun: Begun
    full: bool
    holder: str
    progress: Progress = field(default_factory=Progress)
    collector: Rechecks | None = None
    result: RunResult | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What collecting needs from outside: a collector for a platform, a guarded client for each account, and what an
    account may cost in a calendar month (UTC), in US dollars, on the platforms that are paid for."""

    collector: Callable[[str], Collector]
    client: Callable[[], Http]
    zone: str
    workers: int = 8
    caps: Mapping[Platform, float] = field(default_factory=dict)
    holder: str = field(default_factory=holder.new)


def plan(store: Store, zone: str, wanted: Sequence[str] = ()) -> Plan:
    """Return which of the wanted accounts (all when empty) may be collected today: those with a live passport.

    First comes whose last complete run is longest ago, so that a limit which many share hits each in turn.
    """
    today = local_day(store.now(), zone)
    with store.read() as tx:
        chosen, moved = [accounts.get(tx, i) for i in wanted] if wanted else accounts.everything(tx), runs.moved(tx)
        live = accounts.live(accounts.newest_passports(tx).values(), today)
    skipped = [_not_live(a) for a in chosen if a.id not in live]
    first = sorted((a for a in chosen if a.id in live), key=lambda a: moved.get(a.id, NEVER))
    return Plan(tuple(first), tuple(skipped))


def collect(store: Store, tools: Tools, chosen: Sequence[Account], *, full: bool = False) -> Iterator[RunResult]:
    """Collect the accounts side by side; yield each result as it comes. Closing the iterator stops cleanly.

    Single posts are asked for by id when every account's list has been read: a server counts all our requests together.
    """
    listed: list[Job] = []

    def read_list(account: Account) -> Job:
        job = _list_one(store, tools, account, full)
        listed.append(job)
        return job

    try:
        with ThreadPoolExecutor(tools.workers, thread_name_prefix="collect") as pool:
            for job in _side_by_side(pool, tools.workers, read_list, chosen):
                if job.result:
                    yield job.result
            left = [job for job in listed if job.result is None]
            for job in _side_by_side(pool, tools.workers, lambda j: _end(store, j, asking=True), left):
                if job.result:
                    yield job.result
    finally:
        for job in listed:
            if job.result is None:
                _end(store, job, asking=False)


def _side_by_side(pool: Executor, workers: int, do: Callable[[T], Job], chosen: Iterable[T]) -> Iterator[Job]:
    """Do the same for each, no more than `workers` at a time; yield what comes of it as it comes."""
    queue, running = iter(chosen), set[Future[Job]]()
    while True:
        for one in queue:
            running.add(pool.submit(do, one))
            if len(running) >= workers:
                break
        if not running:
            return
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _list_one(store: Store, tools: Tools, account: Account, full: bool) -> Job:
    """Collect what an account lists and, where it is never asked for single posts, end its run."""
    http, begun = tools.client(), _begin(store, account, tools)
    job = Job(account, http, begun, full, tools.holder, result=begun.refused)
    if job.result:
        return job
    with _recorded(store, job):
        collector = tools.collector(account.platform)
        _fetch_all(store, tools, collector, job)
        job.collector = collector if isinstance(collector, Rechecks) else None
        job.progress.by_id = job.collector is not None
        if job.collector is None:
            job.result = _finish(store, job)
    return job


def _end(store: Store, job: Job, *, asking: bool) -> Job:
    """End the run of an account that is asked for single posts: ask for them, if there is time, and commit it."""
    with _recorded(store, job):
        if asking:
            _recheck(store, job)
        job.result = _finish(store, job)
    return job


@contextmanager
def _recorded(store: Store, job: Job) -> Iterator[None]:
    """Record a failure as what came of the run, whatever it is: it is this account's alone."""
    try:
        yield
        return
    except CollectError as error:
        code, reason = error.code, str(error)
        _keep_place(store, job, error)
    except Exception as error:
        code, reason = _our_own(job.account, error)
    job.result = result(job.account, job.progress, job.http, "failed", code, reason)
    with store.write() as tx:
        _record(tx, store, job.result, job.begun.run_id)
        leases.release(tx, lease_of(job.account.id), job.holder)


def preview(store: Store, tools: Tools, account: Account) -> RunResult:
    """Fetch and parse an account without storing anything; whatever fails is what comes of this account alone."""
    http, progress = tools.client(), Progress()
    try:
        collector = tools.collector(account.platform)
        with store.read() as tx:
            cursor = _cursor(runs.standing(tx, account.id))
        for fetched in collector.fetch(account, cursor, http, full=False):
            progress.count(collector.parse(account, fetched))
            if account.platform in tools.caps:
                cap, left = tools.caps[account.platform], _left(store, tools, account) or 0.0
                reason = ESTIMATE.format(ahead=progress.last.ahead, cap=cap, spent=cap - left)
                return result(account, progress, http, "ok", "estimate", reason)
    except CollectError as error:
        return result(account, progress, http, "failed", error.code, str(error))
    except Exception as error:
        return result(account, progress, http, "failed", *_our_own(account, error))
    return result(account, progress, http, *outcome(progress, gap=False))


def _our_own(account: Account, error: Exception) -> tuple[str, str]:
    """Put a mistake of ours into the log; return its code and its sentence, with nothing of what it says."""
    log.error("collecting %s", account.id, exc_info=error)
    return "internal", f"postreeve itself failed ({type(error).__name__}); please report it."


def _not_live(account: Account) -> RunResult:
    return RunResult(account.id, account.platform, "skipped", "no_passport", NOT_LIVE.format(account.id))


def _begin(store: Store, account: Account, tools: Tools) -> Begun:
    """Open a run; refused when the account has no live passport at this moment, or another process is at it."""
    with store.write() as tx:
        started = store.now()  # inside: others may have been at it while this waited for its turn to write
        if not accounts.is_live(accounts.passport_of(tx, account.id), local_day(started, tools.zone)):
            return Begun(0, started, None, _not_live(account))
        until = started + LEASE
        if leases.take(tx, lease_of(account.id), tools.holder, started, until, holder.gone) is not None:
            return Begun(0, started, None, RunResult(account.id, account.platform, "skipped", "busy", BUSY))
        for killed in runs.unfinished(tx, account.id):
            _record(tx, store, RunResult(account.id, account.platform, "failed", "interrupted", INTERRUPTED), killed)
        standing, complete = runs.standing(tx, account.id), runs.complete_until(tx, account.id)
        return Begun(runs.begin(tx, account.id, started), started, standing, None, complete)


def _fetch_all(store: Store, tools: Tools, collector: Collector, job: Job) -> None:
    progress, account = job.progress, job.account
    progress.left = _left(store, tools, account)
    for fetched in collector.fetch(account, _cursor(job.begun.standing), job.http, full=job.full):
        page = collector.parse(account, fetched)
        progress.tally += _store_page(store, job, fetched, page)
        job.account = account = replace(account, platform_id=page.platform_id or account.platform_id)
        progress.count(page)
        if progress.left is not None and page.ahead > progress.left:
            raise _over_budget(account, tools, progress.left, page.ahead)


def _store_page(store: Store, job: Job, fetched: Fetched, page: Page) -> Tally:
    """Commit one page: its posts, the account's lasting id, and what the answer cost."""
    begun, account = job.begun, job.account
    known_until = begun.standing.moved_at if begun.standing else None
    pinned = frozenset((*job.progress.pinned, *page.pinned))
    receipt = Receipt(begun.run_id, fetched.sha256, max(fetched.received_at, begun.started), known_until, pinned)
    with store.write() as tx:
        if not leases.extend(tx, lease_of(account.id), job.holder, store.now() + LEASE):
            raise CollectError("interrupted", TAKEN_OVER)
        runs.take_up(tx, begun.run_id)
        if page.cost:
            runs.spend(tx, begun.run_id, page.cost)
        if page.platform_id and page.platform_id != account.platform_id:
            accounts.learn_platform_id(tx, account.id, page.platform_id)
        archives.adopt(tx, account.id, told_of(account, page.items))
        return posts.record(tx, account.id, page.items, receipt) if page.items else Tally()


def _to_recheck(store: Store, job: Job, collector: Rechecks) -> list[str]:
    """Return the ids to ask for one by one, no more than the budget pays for."""
    begun, progress = job.begun, job.progress
    most, price = collector.recheck_most, collector.recheck_price
    if progress.left is not None and price:
        most = max(min(most, int(progress.left / price)), 0)
    newest = None if job.full else collector.recheck_newest
    stale, later = begun.started - EVERY, tuple(put_off(_state(begun), begun.started))
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
    tally = _store_page(store, job, fetched, page)
    progress.tally += replace(tally, overlap=0)  # known posts asked for by id prove nothing of a gap
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


def _keep_place(store: Store, job: Job, error: CollectError) -> None:
    """Keep what was learnt of an account before its budget ended, so that it is not paid for again the same day."""
    last, standing = job.progress.last.cursor, job.begun.standing
    if error.code == "budget" and job.progress.items == 0 and last.state:
        with store.write() as tx:
            high = standing.high_water if standing else None
            runs.move_cursor(tx, job.account.id, last.format, last.state, high, store.now())


def _finish(store: Store, job: Job) -> RunResult:
    """Commit what ends a run together: gone posts, coverage, cursor, snapshot, result, root and audit row."""
    now, account, begun, progress, last = store.now(), job.account, job.begun, job.progress, job.progress.last
    missed = find_gap(begun.complete_until, begun.standing.high_water if begun.standing else None, progress)
    state = with_put_off(last.cursor.state, _state(begun), progress.unanswered, begun.started)
    with store.write() as tx:
        gone = progress.gone if progress.by_id else _mark_gone(tx, account, begun, progress, now)
        found = result(account, progress, job.http, *outcome(progress, gap=missed is not None))
        ended = replace(found, gone=gone, gap=missed is not None)
        _cover(tx, job, missed, now)
        runs.move_cursor(tx, account.id, last.cursor.format, state, posts.newest(tx, account.id), now)
        if last.snapshot:
            runs.record_snapshot(tx, account.id, last.snapshot)
        _record(tx, store, ended, begun.run_id)
        leases.release(tx, lease_of(account.id), job.holder)
    return ended


def lease_of(account_id: str) -> str:
    """Return the name of the lease that whoever collects an account holds."""
    return f"collect:{account_id}"


def _cover(tx: Connection, job: Job, missed: tuple[datetime, datetime] | None, now: datetime) -> None:
    """Put down which stretches have been collected, and which one was missed."""
    account_id, run_id, progress = job.account.id, job.begun.run_id, job.progress
    if missed:
        runs.record_gap(tx, account_id, Gap(*missed, GAP), run_id)
    if progress.is_up_to_now:
        start = missed[1] if missed else progress.oldest or job.begun.started
        runs.extend_coverage(tx, account_id, start, now, run_id)
    if progress.deepest:
        runs.extend_back(tx, account_id, progress.deepest)


def _mark_gone(tx: Connection, account: Account, begun: Begun, progress: Progress, now: datetime) -> int:
    """Mark what is missing where that can be told."""
    if not progress.tells_gone:
        return 0
    since = None if progress.last.exhaustive else progress.oldest
    return posts.mark_gone(tx, account.id, begun.started, since, now)


def _record(tx: Connection, store: Store, result: RunResult, run_id: int) -> None:
    digests = posts.run_leaves(tx, run_id)
    root = merkle_root(digests)
    runs.finish(tx, run_id, result, root, store.now())
    detail = {"run": run_id, "outcome": result.outcome, "code": result.code, "evidence": len(digests), "root": root}
    detail["leaf"] = posts.LEAF
    ledger.append(tx, store.now(), ACTOR, "collect", f"account:{result.account_id}", detail)


def _cursor(standing: runs.Standing | None) -> Cursor:
    return Cursor(standing.format, own_state(standing.state)) if standing else Cursor()


def _state(begun: Begun) -> Mapping[str, str]:
    return begun.standing.state if begun.standing else {}
