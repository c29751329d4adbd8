"""Opening the runs of several accounts together, each under its lease, and taking back those that were never begun."""

from collections.abc import Sequence

from collectors.ending import record
from collectors.job import INTERRUPTED, LEASE, Begun, Job, Tools, lease_of
from data import holder
from data.clock import local_day
from data.model import Account, RunResult
from data.store import accounts, leases, runs
from data.store.engine import Store

BUSY = "Another process is collecting this account at the moment; nothing is asked for twice."
NOT_LIVE = (
    "The account has no live passport, so nothing of it is collected. "
    "A panel decides with: postreeve account decide {0} (or renews what has lapsed: postreeve account renew {0})"
)


def not_live(account: Account) -> RunResult:
    """Return what comes of an account without a live passport."""
    return RunResult(account.id, account.platform, "skipped", "no_passport", NOT_LIVE.format(account.id))


def begin(store: Store, tools: Tools, chosen: Sequence[Account], *, full: bool) -> tuple[list[Job], list[RunResult]]:
    """Open a run for each account; return them, and what comes of those that were refused: their passport is not live
    at this moment, or another process is at them."""
    with store.write() as tx:
        started = store.now()  # inside: others may have been at it while this waited for its turn to write
        passports = accounts.newest_passports(tx, [a.id for a in chosen])
        live = accounts.live(passports.values(), local_day(started, tools.zone))
        names = [lease_of(a.id) for a in chosen if a.id in live]
        taken = leases.take_all(tx, names, tools.holder, started, started + LEASE, holder.gone) if names else {}
        free = {a.id: a for a in chosen if a.id in live and lease_of(a.id) not in taken}
        killed = runs.unfinished_of(tx, free)
        ended = [(n, interrupted(free[name])) for name, numbers in killed.items() for n in numbers]
        record(tx, started, ended)
        standing, complete = runs.standing_of(tx, free), runs.complete_until(tx, free)
        numbers = runs.begin_all(tx, list(free), started)
    begun = {n: Begun(r, started, standing.get(n), complete.get(n)) for n, r in zip(free, numbers, strict=True)}
    jobs = [Job(a, tools.client(), begun[a.id], full, tools.holder, known_as=a.platform_id) for a in free.values()]
    return jobs, [not_live(a) if a.id not in live else _busy(a) for a in chosen if a.id not in free]


def put_back(store: Store, jobs: Sequence[Job]) -> None:
    """Take back the runs of jobs that were never begun, and give their leases back."""
    if jobs:
        with store.write() as tx:
            runs.withdraw(tx, [job.begun.run_id for job in jobs])
            leases.release_all(tx, [lease_of(job.account.id) for job in jobs], jobs[0].holder)


def keep(store: Store, jobs: Sequence[Job]) -> None:
    """Lengthen the leases of jobs that are at work or wait for their turn."""
    if jobs:
        with store.write() as tx:
            leases.extend_all(tx, [lease_of(job.account.id) for job in jobs], jobs[0].holder, store.now() + LEASE)


def interrupted(account: Account) -> RunResult:
    """Return what comes of a run that was killed."""
    return RunResult(account.id, account.platform, "failed", "interrupted", INTERRUPTED)


def _busy(account: Account) -> RunResult:
    return RunResult(account.id, account.platform, "skipped", "busy", BUSY)
