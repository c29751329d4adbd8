"""Taking a person out of the store: their row stays as a number, what they wrote and what names them goes."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, Text, delete, select, update

from data.schema import application, audit_detail, audit_log, metadata, panel_member, person, rating, reply, request
from data.schema import session as sign_in
from data.schema_insight import saved_view
from data.schema_notices import key_choice, notice_preference
from data.schema_register import assurance, employment, member_choice, training_record
from data.schema_rights import rights_case
from data.schema_work import identity
from data.store.certificates import ATTESTS
from data.store.rows import within

ADDRESS = "person-{}@erased.invalid"
SHORTEST_NAME = 5
STANDS = frozenset(  # what digests and chains stand on, or what is nobody's own words
    {
        *("audit_detail", "audit_log", "certificate", "evidence", "version", "post", "finding", "account_snapshot"),
        *("account", "model", "collection_run", "person", "explanation"),
    }
)
STANDING = frozenset({"policy_version.content"})  # columns in the same case, of tables that are not
WRITTEN = (
    *((reply, ("text", "companion")), (rating, ("note",)), (panel_member, ("interest",)), (assurance, ("reason",))),
    (member_choice, ("reason",)),
)
THEIRS = (
    sign_in,
    identity,
    notice_preference,
    key_choice,
    saved_view,
    employment,
    training_record,
)  # about nobody else
PAGED = {"yield_per": 1000}  # rows in memory at a time


def called(email: str, name: str) -> list[str]:
    """Return how a person is called in words. A single short word for a name would be found in other words."""
    full = name if " " in name.strip() and len(name) >= SHORTEST_NAME else ""
    return [needle for needle in (email, full) if needle]


def naming(needles: Sequence[str]) -> re.Pattern[str]:
    """Return what finds these names and addresses: whole ones, in capitals or not, composed or not, over line ends.

    An address is not found in a longer one: an@bins.example is not in jo.an@bins.example.
    """
    forms = {unicodedata.normalize(form, needle) for needle in needles for form in ("NFC", "NFD")} | set(needles)
    longest = sorted(forms, key=lambda form: (-len(form), form))
    words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest)
    return re.compile(rf"(?<![^\W_])(?<![^\W_][.+-])(?:{words})(?![^\W_])", re.IGNORECASE)


def unname(tx: Connection, person_id: int, email: str, needles: Sequence[str]) -> dict[str, int]:
    """Erase a person's name, address, password, sign-ins and own words; return how many rows of what were changed.

    The reasons they gave for decisions stay, without names: those are the council's, and about somebody else.
    """
    bare = {"email": ADDRESS.format(person_id), "name": f"Person {person_id}", "active": False, "password_hash": None}
    tx.execute(update(person).where(person.c.id == person_id).values(**bare))
    counts = {"person": 1, **_own(tx, person_id, email), "rights_case": _cases(tx, naming(needles))}
    bare_words = _without(needles, email, person_id)
    for table, columns in groupby(free_columns(), key=lambda column: column.table):
        _rewrite(tx, table, list(columns), bare_words)
    return counts


def free_columns() -> list[Column[Any]]:
    """Return every column in which people may be named, in words or in JSON: all but those that stand."""
    tables = [t for t in metadata.sorted_tables if t.name not in STANDS]
    found = [c for t in tables for c in t.columns if isinstance(c.type, Text | JSON)]
    return [c for c in found if f"{c.table.name}.{c.name}" not in STANDING]


def details_naming(tx: Connection, needles: Sequence[str]) -> list[int]:
    """Return the audit rows whose detail names someone."""
    d, found = audit_detail.c, naming(needles)
    query = select(d.seq, d.detail).join_from(audit_detail, audit_log).where(d.detail.is_not(None))
    rows = tx.execute(query.where(audit_log.c.action.not_in(ATTESTS)).order_by(d.seq), execution_options=PAGED)
    return [row.seq for row in rows if any(map(found.search, _strings(_read(row.detail))))]


def _own(tx: Connection, person_id: int, email: str) -> dict[str, int]:
    counts = {}
    for table, columns in WRITTEN:
        theirs = update(table).where(table.c.person_id == person_id)
        counts[table.name] = tx.execute(theirs.values(dict.fromkeys(columns, ""))).rowcount
    for table in THEIRS:
        counts[table.name] = tx.execute(delete(table).where(table.c.person_id == person_id)).rowcount
    asked = delete(request).where(request.c.asked_by.in_((email, f"person:{person_id}")))
    tx.execute(update(application).where(application.c.submitted_by == person_id).values(note=""))
    return counts | {"request": tx.execute(asked).rowcount}


def _cases(tx: Connection, found: re.Pattern[str]) -> int:
    """Erase their own requests that were answered; an open one must still be."""
    c = rights_case.c
    rows = tx.execute(select(c.id, c.person).where(c.closed_at.is_not(None)))
    mine = [row.id for row in rows if found.fullmatch(row.person.strip())]
    return tx.execute(update(rights_case).where(within(c.id, mine)).values(person="", about="")).rowcount


def _without(needles: Sequence[str], email: str, person_id: int) -> Callable[[Any], Any]:
    """Return what takes a person out of a text, or of all texts in a list or an object, its keys included."""
    found = naming(needles)

    def bare(value: Any) -> Any:
        if isinstance(value, str):
            whole = value.strip().lower() == email.lower()
            return f"person:{person_id}" if whole else found.sub(f"[person {person_id}]", value)
        if isinstance(value, dict):
            return {bare(key): bare(one) for key, one in value.items()}
        return [bare(one) for one in value] if isinstance(value, list) else value

    return bare


def _rewrite(tx: Connection, table: Table, columns: list[Column[Any]], bare: Callable[[Any], Any]) -> None:
    """Look at every row, since no database folds all letters as Python does; write those that change."""
    keys = list(table.primary_key.columns)
    rows = tx.execute(select(*keys, *columns), execution_options=PAGED)
    changed = [(row, new) for row in rows if (new := _changes(row[len(keys) :], columns, bare))]
    for row, new in changed:
        tx.execute(update(table).where(*(k == value for k, value in zip(keys, row, strict=False))).values(**new))


def _changes(values: Sequence[Any], columns: list[Column[Any]], bare: Callable[[Any], Any]) -> dict[str, Any]:
    pairs = ((c.name, value, bare(value)) for c, value in zip(columns, values, strict=True))
    return {name: new for name, value, new in pairs if new != value}


def _read(detail: str) -> Any:
    """Return what a detail says; as it stands where someone changed it and it is no JSON any more."""
    try:
        return json.loads(detail)
    except ValueError:
        return detail


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (key, *_strings(one))
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
