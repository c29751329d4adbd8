"""Leases: what one process at a time may do, over several processes and hosts."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from data.schema_work import lease


def take(
    tx: Connection, name: str, holder: str, now: datetime, until: datetime, gone: Callable[[str], bool]
) -> str | None:
    """Take or lengthen a lease; return None when it is this holder's now, else who has it.

    It is free when nobody has it, when it has ended, or when its holder is `gone`.
    """
    return take_all(tx, [name], holder, now, until, gone).get(name)


def take_all(
    tx: Connection, names: Sequence[str], holder: str, now: datetime, until: datetime, gone: Callable[[str], bool]
) -> dict[str, str]:
    """Take or lengthen several leases; return who has those that are not this holder's now."""
    c = lease.c
    there = {row.name: row for row in tx.execute(select(c.name, c.holder, c.until).where(c.name.in_(names)))}
    refused = {n: r.holder for n, r in there.items() if r.holder != holder and r.until > now and not gone(r.holder)}
    mine = [n for n, row in there.items() if row.holder == holder]
    others = [n for n in there if n not in mine and n not in refused]
    if mine or others:
        tx.execute(update(lease).where(c.name.in_([*mine, *others])).values(holder=holder, until=until))
    if others:
        tx.execute(update(lease).where(c.name.in_(others)).values(taken_at=now))
    new = [{"name": n, "holder": holder, "taken_at": now, "until": until} for n in names if n not in there]
    if new:
        tx.execute(insert(lease), new)
    return refused


def held(tx: Connection, name: str, now: datetime, gone: Callable[[str], bool]) -> bool:
    """Say whether someone who is not known to be gone has a lease that has not ended."""
    row = tx.execute(select(lease.c.holder, lease.c.until).where(lease.c.name == name)).first()
    return row is not None and row.until > now and not gone(row.holder)


def own(tx: Connection, names: Sequence[str], holder: str) -> set[str]:
    """Return those of the leases that are this holder's."""
    return set(tx.scalars(select(lease.c.name).where(lease.c.name.in_(names), lease.c.holder == holder)))


def extend(tx: Connection, name: str, holder: str, until: datetime) -> bool:
    """Lengthen a lease that is still this holder's; say whether it is."""
    return bool(extend_all(tx, [name], holder, until))


def extend_all(tx: Connection, names: Sequence[str], holder: str, until: datetime) -> set[str]:
    """Lengthen those of the leases that are still this holder's; return which."""
    held = own(tx, names, holder)
    tx.execute(update(lease).where(lease.c.name.in_(held)).values(until=until))
    return held


def release(tx: Connection, name: str, holder: str) -> None:
    """Give a lease back, if it is still this holder's."""
    release_all(tx, [name], holder)


def release_all(tx: Connection, names: Sequence[str], holder: str) -> None:
    """Give those of the leases back that are still this holder's."""
    tx.execute(delete(lease).where(lease.c.name.in_(names), lease.c.holder == holder))
