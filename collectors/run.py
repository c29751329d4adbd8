"""collect(): plan → fetch → store, with one recorded outcome an account.

Accounts are collected side by side; each page is stored in a transaction of its own as it comes, and the cursor, the
coverage and the run's result are committed together after the last one. What fails, fails for its own account only.
Where a platform is paid for, what an answer cost is put down with its page, and the month's cap ends the walk before
the next one is asked for.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import Connection

from collectors.base import Collector, Cursor, Fetched, Http, Page
from collectors.recheck import EVERY, Rechecks
from data.audit import merkle_root
from data.clock import local_day
from data.errors import CollectError
from data.model import Account, Gap, Platform, RunResult
from data.store import accounts, ledger, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt, Tally, Unseen

log = logging.getLogger(__name__)
ACTOR = "collector"
NOT_LIVE = (
    "The account has no live passport, so nothing of it is collected. "
    "A panel decides with: postreeve account decide {0} (or renews what has lapsed: postreeve account renew {0})"
)
INTERRUPTED = "The collection was interrupted before its end; the next one takes it up again."
GAP = "More was posted than the source shows at once; posts in between were never seen."
SENTENCES = {
    "": "Collected.",
    "not_modified": "Nothing has changed since the last collection; the source said so.",
    "no_items": "The source answered and has no posts.",
    "gap": "Collected, but posts between this and the last collection were never seen.",
    "dropped": "Collected, but some entries could not be understood.",
    "unchecked": "Collected, but whether older posts are still there could not be asked.",
}
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
    """A run that was opened: its number, its start, and where collection stood then."""

    run_id: int
    started: datetime
    standing: runs.Standing | None


@dataclass(slots=True)
class Progress:
    """What one account's collection has come to so far."""

    items: int = 0
    dropped: int = 0
    tally: Tally = field(default_factory=Tally)
    oldest: datetime | None = None
    descending: bool = True
    last: Page = field(default_factory=Page)
    by_id: bool = False
    gone: int = 0
    cost: float = 0.0
    left: float | None = None
    unchecked: str = ""


@dataclass(frozen=True, slots=True)
class Tools:
    """What collecting needs from outside: a collector for a platform, a guarded client for each account, and what an
    account may cost in a calendar month (UTC), in US dollars, on the platforms that are paid for."""

    collector: Callable[[str], Collector]
    client: Callable[[], Http]
    zone: str
    workers: int = 8
    caps: Mapping[Platform, float] = field(default_factory=dict)


def plan(store: Store, zone: str, wanted: Sequence[str] = ()) -> Plan:
    """Return which of the wanted accounts (all when empty) may be collected today: those with a live passport."""
    today = local_day(store.now(), zone)
    with store.read() as tx:
        chosen = [accounts.get(tx, i) for i in wanted] if wanted else accounts.everything(tx)
        live = accounts.live(accounts.newest_passports(tx).values(), today)
    skipped = [_not_live(a) for a in chosen if a.id not in live]
    return Plan(tuple(a for a in chosen if a.id in live), tuple(skipped))


def collect(store: Store, tools: Tools, chosen: Sequence[Account], *, full: bool = False) -> Iterator[RunResult]:
    """Collect the accounts side by side; yield each result as it comes. Closing the iterator stops cleanly."""
    queue, running = iter(chosen), set[Future[RunResult]]()
    with ThreadPoolExecutor(tools.workers, thread_name_prefix="collect") as pool:
        while True:
            for account in queue:
                running.add(pool.submit(collect_one, store, tools, account, full=full))
                if len(running) >= tools.workers:
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def collect_one(store: Store, tools: Tools, account: Account, *, full: bool = False) -> RunResult:
    """Collect one account and record what came of it, whatever that is."""
    http, progress = tools.client(), Progress()
    begun = _begin(store, account, tools.zone)
    if begun is None:  # suspended or closed since it was planned
        return _not_live(account)
    try:
        _fetch_all(store, tools, account, http, begun, progress, full)
        return _finish(store, account, http, begun, progress)
    except CollectError as error:
        failed = _result(account, progress, http, "failed", error.code, str(error))
        _keep_place(store, account, begun, progress, error)
    except Exception as error:  # whatever it is, it is this account's alone, and it is recorded
        log.exception("collecting %s", account.id)
        failed = _result(
            account,
            progress,
            http,
            "failed",
            "internal",
            f"postreeve itself failed ({type(error).__name__}); please report it.",
        )
    with store.write() as tx:
        _record(tx, store, failed, begun.run_id)
    return failed


def preview(store: Store, tools: Tools, account: Account) -> RunResult:
    """Fetch and parse an account without storing anything."""
    http, progress = tools.client(), Progress()
    try:
        collector = tools.collector(account.platform)
        with store.read() as tx:
            cursor = _cursor(runs.standing(tx, account.id))
        for fetched in collector.fetch(account, cursor, http, full=False):
            _count(progress, collector.parse(account, fetched))
            if account.platform in tools.caps:
                cap, left = tools.caps[account.platform], _left(store, tools, account) or 0.0
                reason = ESTIMATE.format(ahead=progress.last.ahead, cap=cap, spent=cap - left)
                return _result(account, progress, http, "ok", "estimate", reason)
    except CollectError as error:
        return _result(account, progress, http, "failed", error.code, str(error))
    return _result(account, progress, http, *_outcome(progress, gap=False))


def find_gap(high_water: datetime | None, progress: Progress) -> tuple[datetime, datetime] | None:
    """Return the stretch that was missed: the pages did not reach back to anything known, nor list everything.

    `high_water` is the time of the newest post when the last complete run ended, None before the first.
    """
    last = progress.last
    complete = last.exhaustive or last.unchanged or last.continuous or progress.tally.overlap > 0
    if complete or progress.items == 0 or high_water is None:
        return None
    return (high_water, progress.oldest) if progress.oldest and progress.oldest > high_water else None


def _not_live(account: Account) -> RunResult:
    return RunResult(account.id, account.platform, "skipped", "no_passport", NOT_LIVE.format(account.id))


def _begin(store: Store, account: Account, zone: str) -> Begun | None:
    """Open a run; None when the account has no live passport at this moment."""
    started = store.now()
    with store.write() as tx:
        if not accounts.is_live(accounts.passport_of(tx, account.id), local_day(started, zone)):
            return None
        for killed in runs.unfinished(tx, account.id):
            _record(tx, store, RunResult(account.id, account.platform, "failed", "interrupted", INTERRUPTED), killed)
        return Begun(runs.begin(tx, account.id, started), started, runs.standing(tx, account.id))


def _fetch_all(
    store: Store, tools: Tools, account: Account, http: Http, begun: Begun, progress: Progress, full: bool
) -> None:
    collector, progress.left = tools.collector(account.platform), _left(store, tools, account)
    for fetched in collector.fetch(account, _cursor(begun.standing), http, full=full):
        page = collector.parse(account, fetched)
        progress.tally += _store_page(store, account, begun, fetched, page)
        account = replace(account, platform_id=page.platform_id or account.platform_id)
        _count(progress, page)
        if progress.left is not None and page.ahead > progress.left:
            raise _over_budget(account, tools, progress.left, page.ahead)
    if isinstance(collector, Rechecks):
        progress.by_id = True
        ids = _to_recheck(store, collector, account, begun, progress, full)
        _recheck(store, collector.recheck(account, ids, http) if ids else (), collector.parse, account, begun, progress)


def _store_page(store: Store, account: Account, begun: Begun, fetched: Fetched, page: Page) -> Tally:
    """Commit one page: its posts, the account's lasting id, and what the answer cost."""
    known_until = begun.standing.moved_at if begun.standing else None
    receipt = Receipt(begun.run_id, fetched.sha256, max(fetched.received_at, begun.started), known_until)
    with store.write() as tx:
        runs.take_up(tx, begun.run_id)
        if page.cost:
            runs.spend(tx, begun.run_id, page.cost)
        if page.platform_id and page.platform_id != account.platform_id:
            accounts.learn_platform_id(tx, account.id, page.platform_id)
        return posts.record(tx, account.id, page.items, receipt) if page.items else Tally()


def _to_recheck(
    store: Store, collector: Rechecks, account: Account, begun: Begun, progress: Progress, full: bool
) -> list[str]:
    """Return the ids to ask for one by one, no more than the budget pays for."""
    most, price = collector.recheck_most, collector.recheck_price
    if progress.left is not None and price:
        most = max(min(most, int(progress.left / price)), 0)
    newest = None if full else collector.recheck_newest
    with store.read() as tx:
        which = Unseen(begun.started, progress.oldest, begun.started - EVERY, newest, most)
        return posts.unseen(tx, account.id, which)


def _recheck(
    store: Store,
    answers: Iterable[Fetched],
    parse: Callable[[Account, Fetched], Page],
    account: Account,
    begun: Begun,
    progress: Progress,
) -> None:
    """Take in what is said of single posts. A failure here is told with the result, and undoes nothing."""
    try:
        for fetched in answers:
            page = parse(account, fetched)
            tally = _store_page(store, account, begun, fetched, page)
            progress.tally += replace(tally, overlap=0)  # known posts asked for by id prove nothing of a gap
            progress.dropped += len(page.dropped)
            _pay(progress, page)
            with store.write() as tx:
                progress.gone += posts.mark_gone_ids(tx, account.id, page.gone, store.now())
    except CollectError as error:
        progress.unchecked = str(error)


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


def _keep_place(store: Store, account: Account, begun: Begun, progress: Progress, error: CollectError) -> None:
    """Keep what was learnt of an account before its budget ended, so that it is not paid for again the same day."""
    last, high = progress.last.cursor, begun.standing.high_water if begun.standing else None
    if error.code == "budget" and progress.items == 0 and last.state:
        with store.write() as tx:
            runs.move_cursor(tx, account.id, last.format, last.state, high, store.now())


def _pay(progress: Progress, page: Page) -> None:
    progress.cost += page.cost
    progress.left = None if progress.left is None else progress.left - page.cost


def _count(progress: Progress, page: Page) -> None:
    _pay(progress, page)
    progress.items += len(page.items)
    progress.dropped += len(page.dropped)
    times = ([progress.oldest] if progress.oldest else []) + [i.published_at for i in page.items if i.published_at]
    progress.descending &= all(later >= earlier for later, earlier in pairwise(times))
    progress.oldest = min(times, default=None)
    snapshot, moved = page.snapshot or progress.last.snapshot, page.moved_to or progress.last.moved_to
    progress.last = replace(page, items=(), snapshot=snapshot, moved_to=moved)


def _finish(store: Store, account: Account, http: Http, begun: Begun, progress: Progress) -> RunResult:
    """Commit what ends a run together: gone posts, coverage, cursor, snapshot, result, root and audit row."""
    now, last = store.now(), progress.last
    missed = find_gap(begun.standing.high_water if begun.standing else None, progress)
    with store.write() as tx:
        gone = progress.gone if progress.by_id else _mark_gone(tx, account, begun, progress, now)
        found = _result(account, progress, http, *_outcome(progress, gap=missed is not None))
        result = replace(found, gone=gone, gap=missed is not None)
        if missed:
            runs.record_gap(tx, account.id, Gap(*missed, GAP), begun.run_id)
        runs.extend_coverage(
            tx, account.id, missed[1] if missed else progress.oldest or begun.started, now, begun.run_id
        )
        runs.move_cursor(tx, account.id, last.cursor.format, last.cursor.state, posts.newest(tx, account.id), now)
        if last.snapshot:
            runs.record_snapshot(tx, account.id, last.snapshot)
        _record(tx, store, result, begun.run_id)
    return result


def _mark_gone(tx: Connection, account: Account, begun: Begun, progress: Progress, now: datetime) -> int:
    """Mark what is missing where that can be told: not when an entry could not be read, nor behind a pinned post."""
    within = progress.oldest is not None and progress.descending
    if progress.last.unchanged or progress.dropped or not (progress.last.exhaustive or within):
        return 0
    since = None if progress.last.exhaustive else progress.oldest
    return posts.mark_gone(tx, account.id, begun.started, since, now)


def _record(tx: Connection, store: Store, result: RunResult, run_id: int) -> None:
    digests = posts.run_digests(tx, run_id)
    root = merkle_root(digests)
    runs.finish(tx, run_id, result, root, store.now())
    detail = {"run": run_id, "outcome": result.outcome, "code": result.code, "evidence": len(digests), "root": root}
    ledger.append(tx, store.now(), ACTOR, "collect", f"account:{result.account_id}", detail)


def _cursor(standing: runs.Standing | None) -> Cursor:
    return Cursor(standing.format, standing.state) if standing else Cursor()


def _outcome(progress: Progress, *, gap: bool) -> tuple[str, str, str]:
    nothing = not (progress.items or progress.dropped or progress.gone or progress.tally.changed)
    if progress.last.unchanged and nothing:
        word, code = "unchanged", "not_modified"
    elif nothing:
        word, code = "empty", "no_items"
    else:
        word, code = "ok", "gap" if gap else "dropped" if progress.dropped else ""
    moved = f" It has moved to {progress.last.moved_to}; please correct the register." if progress.last.moved_to else ""
    code = code or ("unchecked" if progress.unchecked else "")
    why = f" {progress.unchecked}" if progress.unchecked else ""
    return word, code or ("moved" if moved else ""), SENTENCES[code] + why + moved


def _result(account: Account, progress: Progress, http: Http, outcome: str, code: str, reason: str) -> RunResult:
    return RunResult(
        account_id=account.id,
        platform=account.platform,
        outcome=outcome,
        code=code,
        reason=reason,
        items=progress.items,
        new=progress.tally.new,
        changed=progress.tally.changed,
        dropped=progress.dropped,
        requests=http.requests,
        cost=round(progress.cost, 6),
    )
