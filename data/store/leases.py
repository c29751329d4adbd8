"""Leases: what one process at a time may do, over several processes and hosts."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from data.schema_work import lease


def take(
    tx: Connection, name: str, holder: str, now: datetime, until: datetime, gone: Callable[[str], bool]
) -> str | None:
    """Take or lengthen a lease; return None when it is this holder's now, else who has it.

    It is free when nobody has it, when it has ended, or when its holder is `gone`.
    """
    c = lease.c
    row = tx.execute(select(c.holder, c.until).where(c.name == name)).first()
    if row is None:
        tx.execute(insert(lease).values(name=name, holder=holder, taken_at=now, until=until))
        return None
    if row.holder != holder and row.until > now and not gone(row.holder):
        return str(row.holder)
    taken = {} if row.holder == holder else {"taken_at": now}
    tx.execute(update(lease).where(c.name == name).values(holder=holder, until=until, **taken))
    return None


def held(tx: Connection, name: str, now: datetime, gone: Callable[[str], bool]) -> bool:
    """Say whether someone who is not known to be gone has a lease that has not ended."""
    row = tx.execute(select(lease.c.holder, lease.c.until).where(lease.c.name == name)).first()
    return row is not None and row.until > now and not gone(row.holder)


def extend(tx: Connection, name: str, holder: str, until: datetime) -> bool:
    """Lengthen a lease that is still this holder's; say whether it is."""
    c = lease.c
    return tx.execute(update(lease).where(c.name == name, c.holder == holder).values(until=until)).rowcount == 1


def release(tx: Connection, name: str, holder: str) -> None:
    """Give a lease back, if it is still this holder's."""
    tx.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
