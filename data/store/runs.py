"""Collection runs, cursors and coverage: what was tried, where it stands, which stretches are complete.

What begins and ends a run is there for several accounts at once: a round of collecting asks for it with few statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from data.model import AccountSnapshot, Gap, RunResult
from data.schema import account, account_snapshot, collection_run, coverage, cursor
from data.store.rows import AnyRow, Rows

RESULT = tuple(f.name for f in fields(RunResult) if f.name not in ("account_id", "platform", "cost"))
ARCHIVE = "from the owner's archive"  # the cause of a stretch that no collection is to lengthen


def begin(tx: Connection, account_id: str, now: datetime) -> int:
    """Open a run; return its number."""
    return begin_all(tx, [account_id], now)[0]


def begin_all(tx: Connection, account_ids: Sequence[str], now: datetime) -> list[int]:
    """Open a run for each account; return their numbers in the same order."""
    query = insert(collection_run).returning(collection_run.c.id, sort_by_parameter_order=True)
    rows = [{"account_id": one, "started_at": now} for one in account_ids]
    return [int(row.id) for row in tx.execute(query, rows)] if rows else []


def withdraw(tx: Connection, run_ids: Sequence[int]) -> None:
    """Take back runs that were opened and asked nothing of anybody."""
    tx.execute(delete(collection_run).where(collection_run.c.id.in_(run_ids), collection_run.c.finished_at.is_(None)))


def finish(tx: Connection, run_id: int, result: RunResult, merkle_root: str | None, now: datetime) -> None:
    """Close a run with its result; what it cost has been put down as it was spent."""
    finish_all(tx, [(run_id, result, merkle_root)], now)


def finish_all(tx: Connection, ended: Iterable[tuple[int, RunResult, str | None]], now: datetime) -> None:
    """Close runs, each with its result and the root over its evidence."""
    rows = [
        {name: getattr(result, name) for name in RESULT} | {"merkle_root": root, "finished_at": now, "run": run_id}
        for run_id, result, root in ended
    ]
    if rows:
        tx.execute(update(collection_run).where(collection_run.c.id == bindparam("run")), rows)


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
    return unfinished_of(tx, [account_id]).get(account_id, [])


def unfinished_of(tx: Connection, account_ids: Collection[str]) -> dict[str, list[int]]:
    """Return the same for those of the accounts that have any."""
    c, found = collection_run.c, defaultdict[str, list[int]](list)
    for row in tx.execute(select(c.id, c.account_id).where(c.finished_at.is_(None), c.account_id.in_(account_ids))):
        found[row.account_id].append(row.id)
    return dict(found)


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
    return standing_of(tx, [account_id]).get(account_id)


def standing_of(tx: Connection, account_ids: Collection[str]) -> dict[str, Standing]:
    """Return the same for those of the accounts that had a complete run."""
    c = cursor.c
    query = select(c.account_id, c.format, c.state, c.high_water, c.moved_at).where(c.account_id.in_(account_ids))
    return {name: Standing(*rest) for name, *rest in tx.execute(query)}


def moved(tx: Connection) -> dict[str, datetime]:
    """Return when the cursor of each account that has one last moved: the end of its last complete run."""
    return {row.account_id: row.moved_at for row in tx.execute(select(cursor.c.account_id, cursor.c.moved_at))}


def move_cursor(
    tx: Connection, account_id: str, kind: int, state: Mapping[str, str], high: datetime | None, now: datetime
) -> None:
    """Put the cursor where collection now stands: call it only in the transaction that ends the run."""
    move_cursors(tx, {account_id: Standing(kind, state, high, now)})


def move_cursors(tx: Connection, stand: Mapping[str, Standing]) -> None:
    """Put the cursors of several accounts where collection of them now stands."""
    known, rows = standing_of(tx, stand), dict[bool, list[dict[str, object]]]({True: [], False: []})
    for name, one in stand.items():
        values = {"format": one.format, "state": dict(one.state), "high_water": one.high_water}
        rows[name in known].append(
            values | {"moved_at": one.moved_at, "account_id" if name not in known else "name": name}
        )
    if rows[True]:
        tx.execute(update(cursor).where(cursor.c.account_id == bindparam("name")), rows[True])
    if rows[False]:
        tx.execute(insert(cursor), rows[False])


def extend_coverage(tx: Connection, account_id: str, start: datetime, now: datetime, run_id: int) -> None:
    """Record that the account is covered completely up to now: lengthen the present stretch, or begin one at
    `start`."""
    extend_coverages(tx, {account_id: (start, run_id)}, now)


def extend_coverages(tx: Connection, collected: Mapping[str, tuple[datetime, int]], now: datetime) -> None:
    """Record the same of several accounts: from when on, unless a stretch is to be lengthened, and by which run."""
    c = coverage.c
    own = select(func.max(c.id)).where(c.account_id.in_(collected), c.cause != ARCHIVE)  # of collecting, not importing
    last = select(c.account_id, c.id).where(c.id.in_(own.group_by(c.account_id)), c.complete.is_(True))
    present = {row.account_id: row.id for row in tx.execute(last)}
    longer = [{"row": n, "to_at": now, "run_id": collected[name][1]} for name, n in present.items()]
    if longer:
        tx.execute(update(coverage).where(c.id == bindparam("row")), longer)
    for name, (start, run_id) in collected.items():
        if name not in present:
            _add_coverage(tx, name, start, now, True, "", run_id)


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


def complete_until(tx: Connection, account_ids: Collection[str]) -> dict[str, datetime]:
    """Return until when collecting has been complete the last time, of those of the accounts that had a run."""
    c = coverage.c
    own = (c.account_id.in_(account_ids), c.complete.is_(True), c.cause != ARCHIVE)
    rows = tx.execute(select(c.account_id, func.max(c.to_at).label("at")).where(*own).group_by(c.account_id))
    return {row.account_id: row.at for row in rows}


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
    return bool(record_snapshots(tx, {account_id: seen}))


def record_snapshots(tx: Connection, seen: Mapping[str, AccountSnapshot]) -> list[str]:
    """Store the same of several accounts; return those of which it differed."""
    c, names = account_snapshot.c, ("handle", "name", "biography", "followers", "status")
    newest = select(func.max(c.id)).where(c.account_id.in_(seen)).group_by(c.account_id)
    query = select(c.account_id, *(c[n] for n in names)).where(c.id.in_(newest))
    last = {name: tuple(rest) for name, *rest in tx.execute(query)}
    new = [name for name, one in seen.items() if last.get(name) != tuple(getattr(one, n) for n in names)]
    if new:
        tx.execute(insert(account_snapshot), [{"account_id": name, **asdict(seen[name])} for name in new])
    return new


def _add_coverage(
    tx: Connection, account_id: str, start: datetime, end: datetime, complete: bool, cause: str, run_id: int
) -> None:
    values = {"account_id": account_id, "from_at": start, "to_at": end, "complete": complete, "cause": cause}
    tx.execute(insert(coverage).values(**values, run_id=run_id))
