"""Ending the runs of several accounts together: their last pages, cursors, coverage, results, roots and audit rows are
committed in one transaction. What cannot be stored of one account undoes nothing of the others.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from collectors.archive import told_of
from collectors.job import TAKEN_OVER, Job, lease_of, our_own
from collectors.progress import find_gap, outcome, result
from collectors.recheck import with_put_off
from data.audit import merkle_root
from data.errors import StoreError
from data.model import Gap, RunResult
from data.store import accounts, archives, intake, leases, ledger, posts, runs
from data.store.engine import Store
from data.store.intake import Arrived
from data.store.posts import Receipt, Tally

ACTOR = "collector"
GAP = "More was posted than the source shows at once; posts in between were never seen."


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run came to, and from when on its account is covered; `whole` says that it came to its end."""

    job: Job
    result: RunResult
    start: datetime | None = None
    whole: bool = False


def end(store: Store, jobs: Sequence[Job], thinking: Lock) -> list[RunResult]:
    """Commit what came of some jobs; return it. Where that fails, each is tried alone, so that only one's fails."""
    if not jobs:
        return []
    try:
        with store.write() as tx, _held(thinking):
            return _end(tx, store.now(), jobs)
    except StoreError:
        raise
    except Exception as error:
        if len(jobs) == 1:
            return [_without_its_page(store, jobs[0], error)]
        return [one for job in jobs for one in end(store, [job], thinking)]


def _without_its_page(store: Store, job: Job, error: Exception) -> RunResult:
    """Record that what came of a job could not be stored; where even that fails, its run is left for the next round."""
    job.last, job.failure = None, our_own(job.account, error)
    try:
        with store.write() as tx:
            return _end(tx, store.now(), [job])[0]
    except StoreError:
        raise
    except Exception as again:
        return result(job.account, job.progress, job.http, "failed", *our_own(job.account, again))


@contextmanager
def _held(thinking: Lock) -> Iterator[None]:
    """Let nobody parse in the meantime; whoever does so for long is not waited for, since others wait for the store."""
    held = thinking.acquire(timeout=0.05)
    try:
        yield
    finally:
        if held:
            thinking.release()


def record(tx: Connection, now: datetime, ended: Sequence[tuple[int, RunResult]]) -> None:
    """Close runs with their results, the roots over their evidence, and a row each in the audit log."""
    leaves = posts.leaves_of(tx, [number for number, _ in ended]) if ended else {}
    roots = {number: merkle_root(leaves.get(number, [])) for number, _ in ended}
    runs.finish_all(tx, [(number, one, roots[number]) for number, one in ended], now)
    told = [(f"account:{r.account_id}", _told(n, r, len(leaves.get(n, [])), roots[n])) for n, r in ended]
    ledger.append_all(tx, now, ACTOR, "collect", told)


def arrived(tx: Connection, job: Job) -> Arrived:
    """Put down what the page of a job that is not stored yet says beside its posts: the account's lasting id, and what
    the answer cost. Return the posts, to be taken in. The lease was checked."""
    assert job.last is not None, "asked for only where there is a page"
    (fetched, page), begun, account = job.last, job.begun, job.account
    known_until = begun.standing.moved_at if begun.standing else None
    pinned = frozenset((*job.progress.pinned, *page.pinned))
    receipt = Receipt(begun.run_id, fetched.sha256, max(fetched.received_at, begun.started), known_until, pinned)
    if page.cost:
        runs.spend(tx, begun.run_id, page.cost)
    if page.platform_id and page.platform_id != job.known_as:
        accounts.learn_platform_id(tx, account.id, page.platform_id)
    archives.adopt(tx, account.id, told_of(account, page.items))
    return Arrived(account.id, page.items, receipt)


def _end(tx: Connection, now: datetime, jobs: Sequence[Job]) -> list[RunResult]:
    names, holder = [lease_of(job.account.id) for job in jobs], jobs[0].holder
    ours = leases.own(tx, names, holder)
    kept = [job for job in jobs if lease_of(job.account.id) in ours]
    came = [job for job in kept if job.last]
    tallies = dict(zip(map(id, came), intake.record_all(tx, [arrived(tx, job) for job in came]), strict=True))
    ended = [_one(tx, now, job, tallies.get(id(job), Tally())) if job in kept else _lost(job) for job in jobs]
    whole = [one for one in ended if one.whole]
    _cover(tx, now, whole)
    _move(tx, now, [one.job for one in ended if one.whole or (one.job in kept and one.job.over and _learnt(one.job))])
    seen = {one.job.account.id: one.job.progress.last.snapshot for one in whole}
    runs.record_snapshots(tx, {name: snapshot for name, snapshot in seen.items() if snapshot})
    record(tx, now, [(one.job.begun.run_id, one.result) for one in ended])
    leases.release_all(tx, names, holder)
    return [one.result for one in ended]


def _one(tx: Connection, now: datetime, job: Job, tally: Tally) -> Ended:
    """Settle what came of a job, with what its last page came to. Nothing of the job changes: it may be undone."""
    progress = replace(job.progress, tally=job.progress.tally + tally)
    if job.failure:
        return Ended(job, result(job.account, progress, job.http, "failed", *job.failure))
    begun = job.begun
    missed = find_gap(begun.complete_until, begun.standing.high_water if begun.standing else None, progress)
    gone = progress.gone if progress.by_id else _mark_gone(tx, now, job)
    found = result(job.account, progress, job.http, *outcome(progress, gap=missed is not None))
    if missed:
        runs.record_gap(tx, job.account.id, Gap(*missed, GAP), begun.run_id)
    start = missed[1] if missed else progress.oldest or begun.started
    return Ended(job, replace(found, gone=gone, gap=missed is not None), start, whole=True)


def _lost(job: Job) -> Ended:
    return Ended(job, result(job.account, job.progress, job.http, "failed", "interrupted", TAKEN_OVER))


def _mark_gone(tx: Connection, now: datetime, job: Job) -> int:
    """Mark what is missing where that can be told."""
    progress, begun = job.progress, job.begun
    if not progress.tells_gone:
        return 0
    since = None if progress.last.exhaustive else progress.oldest
    return posts.mark_gone(tx, job.account.id, begun.started, since, now)


def _cover(tx: Connection, now: datetime, ended: Sequence[Ended]) -> None:
    """Put down which stretches have been collected."""
    reached = [one for one in ended if one.start and one.job.progress.is_up_to_now]
    if reached:
        runs.extend_coverages(tx, {o.job.account.id: (o.start, o.job.begun.run_id) for o in reached if o.start}, now)
    for one in ended:
        if one.job.progress.deepest:
            runs.extend_back(tx, one.job.account.id, one.job.progress.deepest)


def _learnt(job: Job) -> bool:
    """Whether something was learnt of an account before its budget ended, so that it is not paid for again at once."""
    return job.progress.items == 0 and bool(job.progress.last.cursor.state)


def _move(tx: Connection, now: datetime, jobs: Sequence[Job]) -> None:
    """Put the cursors where collection now stands."""
    newest = posts.newest_of(tx, [job.account.id for job in jobs if not job.over]) if jobs else {}
    stand = {}
    for job in jobs:
        cursor, begun = job.progress.last.cursor, job.begun
        if job.over:
            state, high = cursor.state, begun.standing.high_water if begun.standing else None
        else:
            state = with_put_off(cursor.state, begun.state, job.progress.unanswered, begun.started)
            high = newest[job.account.id]
        stand[job.account.id] = runs.Standing(cursor.format, state, high, now)
    if stand:
        runs.move_cursors(tx, stand)


def _told(number: int, found: RunResult, items: int, root: str) -> dict[str, object]:
    detail = {"run": number, "outcome": found.outcome, "code": found.code, "evidence": items, "root": root}
    return {**detail, "leaf": posts.LEAF}
