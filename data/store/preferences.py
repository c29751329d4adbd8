"""Which notices people want, in the store."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from data.notice import Frequency, Kind, Preference, Reach
from data.schema_notices import notice_preference
from data.store.rows import AnyRow


def everyones(tx: Connection) -> dict[int, Preference]:
    """Return the preferences of those who have said anything, by person."""
    return {row.person_id: _preference(row) for row in tx.execute(select(*notice_preference.c))}


def of(tx: Connection, person_id: int) -> Preference:
    """Return a person's preference, the usual one when they have said nothing."""
    row = tx.execute(select(*notice_preference.c).where(notice_preference.c.person_id == person_id)).first()
    return Preference() if row is None else _preference(row)


def put(tx: Connection, person_id: int, wanted: Preference, now: datetime) -> None:
    """Keep what a person wants in place of what they wanted before."""
    tx.execute(delete(notice_preference).where(notice_preference.c.person_id == person_id))
    values = {"kinds_off": sorted(wanted.off), "departments": sorted(wanted.departments), "digest": wanted.digest}
    row = insert(notice_preference).values(person_id=person_id, **values, reach=wanted.reach, changed_at=now)
    tx.execute(row)


def _preference(row: AnyRow) -> Preference:
    off, departments = frozenset(map(Kind, row.kinds_off)), frozenset(map(str, row.departments))
    return Preference(off, departments, Frequency(row.digest), Reach(row.reach))
