"""Collection runs, cursors and coverage: what was tried, where it stands, which stretches are complete."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from data.model import AccountSnapshot, Gap, RunResult
from data.schema import account, account_snapshot, collection_run, coverage, cursor
from data.store.rows import AnyRow, Rows, insert_one

ARCHIVE = "from the owner's archive"  # the cause of a stretch that no collection is to lengthen


def begin(tx: Connection, account_id: str, now: datetime) -> int:
    """Open a run; return its number."""
    return insert_one(tx, insert(collection_run).values(account_id=account_id, started_at=now))


def finish(tx: Connection, run_id: int, result: RunResult, merkle_root: str | None, now: datetime) -> None:
    """Close a run with its result; what it cost has been put down as it was spent."""
    values = {k: v for k, v in asdict(result).items() if k not in ("account_id", "platform", "cost")}
    ended = update(collection_run).where(collection_run.c.id == run_id)
    tx.execute(ended.values(**values, merkle_root=merkle_root, finished_at=now))


def take_up(tx: Connection, run_id: int) -> None:
    """Say that a run is at work after all, where another process had taken it for killed and closed it."""
    c = collection_run.c
    closed = update(collection_run).where(c.id == run_id, c.finished_at.is_not(None))
    tx.execute(closed.values(finished_at=None, merkle_root=None))


def spend(tx: Connection, run_id: int, cost: float) -> None:
    """Put down what an answer cost, in US dollars, at once: a run that is killed has spent it too."""
    c = collection_run.c
    tx.execute(update(collection_run).where(c.id == run_id).values(cost=c.cost + cost))


def spent(tx: Connection, account_id: str, since: datetime) -> float:
    """Return what the runs of an account that began at `since` or later have cost, in US dollars."""
    c = collection_run.c
    query = select(func.sum(c.cost)).where(c.account_id == account_id, c.started_at >= since)
    return float(tx.scalar(query) or 0.0)


def unfinished(tx: Connection, account_id: str) -> list[int]:
    """Return the numbers of runs of an account that never ended: they were killed."""
    c = collection_run.c
    return list(tx.scalars(select(c.id).where(c.account_id == account_id, c.finished_at.is_(None))))


def latest(tx: Connection) -> dict[str, AnyRow]:
    """Return the newest finished run of every account."""
    c, earlier = collection_run.c, collection_run.alias()
    of_it = select(earlier.c.id).where(earlier.c.account_id == account.c.id, earlier.c.finished_at.is_not(None))
    last = of_it.order_by(earlier.c.id.desc()).limit(1).scalar_subquery()  # a look into the index for each account
    return {row.account_id: row for row in tx.execute(select(*c).join(account, c.id == last))}


def outcomes(tx: Connection) -> dict[str, int]:
    """Return how many accounts had which outcome in their newest finished run."""
    found: dict[str, int] = {}
    for row in latest(tx).values():
        found[row.outcome] = found.get(row.outcome, 0) + 1
    return found


def of_account(tx: Connection, account_id: str, limit: int = 20) -> Rows:
    """Return the newest runs of an account, newest first."""
    c = collection_run.c
    return tx.execute(select(*c).where(c.account_id == account_id).order_by(c.id.desc()).limit(limit)).all()


def last(tx: Connection, account_id: str, limit: int = 8) -> list[tuple[datetime, str, str]]:
    """Return start, outcome and code of the newest runs of an account, newest first; outcome "" while one is at work,
    or where it was cut off."""
    c = collection_run.c
    query = select(c.started_at, c.outcome, c.code).where(c.account_id == account_id).order_by(c.id.desc())
    return [(row.started_at, row.outcome, row.code) for row in tx.execute(query.limit(limit))]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where collection of an account stands: its cursor, the newest post's time then, and when it last moved."""

    format: int
    state: Mapping[str, str]
    high_water: datetime | None
    moved_at: datetime


def standing(tx: Connection, account_id: str) -> Standing | None:
    """Return where collection of an account stands, None before its first complete run."""
    c = cursor.c
    query = select(c.format, c.state, c.high_water, c.moved_at).where(c.account_id == account_id)
    row = tx.execute(query).first()
    return Standing(*row) if row else None


def moved(tx: Connection) -> dict[str, datetime]:
    """Return when the cursor of each account that has one last moved: the end of its last complete run."""
    return {row.account_id: row.moved_at for row in tx.execute(select(cursor.c.account_id, cursor.c.moved_at))}


def move_cursor(
    tx: Connection, account_id: str, kind: int, state: Mapping[str, str], high: datetime | None, now: datetime
) -> None:
    """Put the cursor where collection now stands: call it only in the transaction that ends the run."""
    values = {"format": kind, "state": dict(state), "high_water": high, "moved_at": now}
    if tx.execute(update(cursor).where(cursor.c.account_id == account_id).values(**values)).rowcount == 0:
        tx.execute(insert(cursor).values(account_id=account_id, **values))


def extend_coverage(tx: Connection, account_id: str, start: datetime, now: datetime, run_id: int) -> None:
    """Record that the account is covered completely up to now: lengthen the present stretch, or begin one at
    `start`."""
    c = coverage.c
    own = select(c.id, c.complete).where(c.account_id == account_id, c.cause != ARCHIVE)  # of collecting, not importing
    last = tx.execute(own.order_by(c.id.desc()).limit(1)).first()
    if last is not None and last.complete:
        tx.execute(update(coverage).where(c.id == last.id).values(to_at=now, run_id=run_id))
    else:
        _add_coverage(tx, account_id, start, now, True, "", run_id)


def extend_back(tx: Connection, account_id: str, start: datetime) -> None:
    """Lengthen the first stretch back to `start`, to where a walk back through everything older has come."""
    c = coverage.c
    query = select(c.id, c.complete).where(c.account_id == account_id).order_by(c.from_at, c.id).limit(1)
    first = tx.execute(query).first()
    if first is not None and first.complete:
        tx.execute(update(coverage).where(c.id == first.id, c.from_at > start).values(from_at=start))


def record_gap(tx: Connection, account_id: str, gap: Gap, run_id: int) -> None:
    """Record a stretch that was missed; the next complete stretch starts after it."""
    _add_coverage(tx, account_id, gap.from_at, gap.to_at, False, gap.cause, run_id)


def complete_until(tx: Connection, account_id: str) -> datetime | None:
    """Return until when collecting has been complete the last time, None before the first run."""
    c = coverage.c
    own = (c.account_id == account_id, c.complete.is_(True), c.cause != ARCHIVE)
    ended: datetime | None = tx.scalar(select(func.max(c.to_at)).where(*own))
    return ended


def coverage_of(tx: Connection, account_id: str) -> Rows:
    """Return the stretches of an account, oldest first: from_at, to_at, complete, cause."""
    c = coverage.c
    query = select(c.from_at, c.to_at, c.complete, c.cause).where(c.account_id == account_id)
    return tx.execute(query.order_by(c.from_at, c.id)).all()


def gap_counts(tx: Connection) -> dict[str, int]:
    """Return how many gaps are on record for each account that has any."""
    c = coverage.c
    rows = tx.execute(select(c.account_id, func.count()).where(c.complete.is_(False)).group_by(c.account_id))
    return {str(account_id): int(n) for account_id, n in rows}


def record_snapshot(tx: Connection, account_id: str, seen: AccountSnapshot) -> bool:
    """Store what the platform showed of the account, when it differs from the last; say whether it did."""
    c, names = account_snapshot.c, ("handle", "name", "biography", "followers", "status")
    query = select(*(c[n] for n in names)).where(c.account_id == account_id).order_by(c.id.desc()).limit(1)
    last = tx.execute(query).first()
    if last is not None and tuple(last) == tuple(getattr(seen, n) for n in names):
        return False
    tx.execute(insert(account_snapshot).values(account_id=account_id, **asdict(seen)))
    return True


def _add_coverage(
    tx: Connection, account_id: str, start: datetime, end: datetime, complete: bool, cause: str, run_id: int
) -> None:
    values = {"account_id": account_id, "from_at": start, "to_at": end, "complete": complete, "cause": cause}
    tx.execute(insert(coverage).values(**values, run_id=run_id))
