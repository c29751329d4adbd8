"""Taking a person out of the store: their row stays as a number, what they wrote and what names them goes."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, Text, delete, func, or_, select, update

from data.schema import application, audit_detail, audit_log, metadata, panel_member, person, rating, reply, session
from data.schema_register import assurance, employment, training_record
from data.schema_rights import rights_case
from data.store.certificates import ATTESTS

ADDRESS = "person-{}@erased.invalid"
STANDS = frozenset(  # what digests and chains stand on, or what is nobody's own words
    {
        *("audit_detail", "audit_log", "certificate", "evidence", "version", "post", "finding", "account_snapshot"),
        *("account", "model", "policy_version", "collection_run", "person"),
    }
)
WRITTEN = ((reply, ("text", "companion")), (rating, ("note",)), (panel_member, ("interest",)), (assurance, ("reason",)))
THEIRS = (employment, training_record)  # about nobody else


def unname(tx: Connection, person_id: int, email: str, needles: Sequence[str]) -> dict[str, int]:
    """Erase a person's name, address, password, sign-ins and own words; return how many rows of what were changed."""
    counts = {"person": 1, "session": tx.execute(delete(session).where(session.c.person_id == person_id)).rowcount}
    bare = {"email": ADDRESS.format(person_id), "name": f"Person {person_id}", "active": False, "password_hash": None}
    tx.execute(update(person).where(person.c.id == person_id).values(**bare))
    for table, columns in WRITTEN:
        theirs = update(table).where(table.c.person_id == person_id)
        counts[table.name] = tx.execute(theirs.values(dict.fromkeys(columns, ""))).rowcount
    for table in THEIRS:
        counts[table.name] = tx.execute(delete(table).where(table.c.person_id == person_id)).rowcount
    tx.execute(update(application).where(application.c.submitted_by == person_id).values(note=""))
    mine = rights_case.c.person.in_(needles) & rights_case.c.closed_at.is_not(None)
    counts["rights_case"] = tx.execute(update(rights_case).where(mine).values(person="", about="")).rowcount
    for column in free_columns():
        tx.execute(update(column.table).where(column == email).values({column.name: f"person:{person_id}"}))
        for needle in needles:
            bare_words = {column.name: func.replace(column, needle, f"[person {person_id}]")}
            tx.execute(update(column.table).where(column.contains(needle, autoescape=True)).values(bare_words))
    return counts


def free_columns() -> list[Column[str]]:
    """Return every column in which people may be named in words: all there are but for those in `STANDS`."""
    tables = [t for t in metadata.sorted_tables if t.name not in STANDS]
    return [c for t in tables for c in t.columns if isinstance(c.type, Text)]


def details_naming(tx: Connection, needles: Sequence[str]) -> list[int]:
    """Return the audit rows whose detail names someone."""
    d = audit_detail.c
    met = or_(*(func.lower(d.detail).contains(needle.lower(), autoescape=True) for needle in needles))
    query = select(d.seq).join_from(audit_detail, audit_log).where(met, audit_log.c.action.not_in(ATTESTS))
    return list(tx.scalars(query.order_by(d.seq)))
