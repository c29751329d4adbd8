"""collect(): plan → fetch → store, with one recorded outcome an account.

Accounts are collected side by side; each page is stored in a transaction of its own as it comes, and the cursor, the
coverage
and the run's result are committed together after the last one. What fails, fails for its own account only.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from collectors.base import Collector, Cursor, Http, Page
from data.audit import merkle_root
from data.clock import local_day
from data.errors import CollectError
from data.model import Account, Gap, RunResult
from data.store import accounts, ledger, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt, Tally

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
}


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


@dataclass(frozen=True, slots=True)
class Tools:
    """What collecting needs from outside: a collector for a platform, and a guarded client for each account."""

    collector: Callable[[str], Collector]
    client: Callable[[], Http]
    zone: str
    workers: int = 8


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
    except CollectError as error:
        return _result(account, progress, http, "failed", error.code, str(error))
    return _result(account, progress, http, *_outcome(progress, gap=False))


def find_gap(high_water: datetime | None, progress: Progress) -> tuple[datetime, datetime] | None:
    """Return the stretch that was missed: the pages did not reach back to anything known, nor list everything.

    `high_water` is the time of the newest post when the last complete run ended, None before the first.
    """
    complete = progress.last.exhaustive or progress.last.unchanged or progress.tally.overlap > 0
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
    collector, known_until = tools.collector(account.platform), begun.standing.moved_at if begun.standing else None
    for fetched in collector.fetch(account, _cursor(begun.standing), http, full=full):
        page = collector.parse(account, fetched)
        receipt = Receipt(begun.run_id, fetched.sha256, max(fetched.received_at, begun.started), known_until)
        with store.write() as tx:
            runs.take_up(tx, begun.run_id)
            if page.items:
                progress.tally += posts.record(tx, account.id, page.items, receipt)
            if page.platform_id and page.platform_id != account.platform_id:
                accounts.learn_platform_id(tx, account.id, page.platform_id)
        account = replace(account, platform_id=page.platform_id or account.platform_id)
        _count(progress, page)


def _count(progress: Progress, page: Page) -> None:
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
        gone = _mark_gone(tx, account, begun, progress, now)
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
    if progress.last.unchanged and not progress.items:
        word, code = "unchanged", "not_modified"
    elif progress.items == 0 and progress.dropped == 0:
        word, code = "empty", "no_items"
    else:
        word, code = "ok", "gap" if gap else "dropped" if progress.dropped else ""
    moved = f" It has moved to {progress.last.moved_to}; please correct the register." if progress.last.moved_to else ""
    return word, code or ("moved" if moved else ""), SENTENCES[code] + moved


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
    )
