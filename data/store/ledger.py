"""The audit log in the store: append a row under the head's lock, read the chain back."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from data.audit import GENESIS, Entry, canonical, commitment, link
from data.schema import audit_detail, audit_head, audit_log


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in the log; what is empty may be anything. Times are `[since, until)`.

    `action` and `subject` may be named whole, or by their kind: "alert" finds alert.read, and alert:12.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def append(
    tx: Connection, now: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object] | None = None
) -> int:
    """Append one row to the chain inside the caller's transaction; return its number."""
    return append_all(tx, now, actor, action, [(subject, detail or {})])


def append_all(
    tx: Connection, now: datetime, actor: str, action: str, told: Iterable[tuple[str, Mapping[str, object]]]
) -> int:
    """Append a row for each subject and detail; return the number of the newest row."""
    seq, prev = _locked_head(tx)
    rows, details = [], []
    for subject, detail in told:
        seq, salt, text = seq + 1, secrets.token_hex(16), canonical(detail)
        detail_hash = commitment(salt, text)
        hashed = link(prev, seq, now, actor, action, subject, detail_hash)
        row = {"seq": seq, "at": now, "actor": actor, "action": action, "subject": subject}
        rows.append(row | {"detail_hash": detail_hash, "prev": prev, "hash": hashed})
        details.append({"seq": seq, "salt": salt, "detail": text})
        prev = hashed
    if rows:
        tx.execute(insert(audit_log), rows)
        tx.execute(insert(audit_detail), details)
        tx.execute(update(audit_head).where(audit_head.c.id == 1).values(seq=seq, hash=prev))
    return seq


def head(tx: Connection) -> tuple[int, str]:
    """Return the number of rows and the hash of the newest."""
    row = tx.execute(select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1)).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def entries(tx: Connection) -> Iterator[Entry]:
    """Yield every row in order, with its detail where that still stands."""
    d = audit_detail.c
    columns = (*audit_log.c, d.salt, d.detail, d.certificate_id)
    query = select(*columns).join_from(audit_log, audit_detail, isouter=True).order_by(audit_log.c.seq)
    for row in tx.execute(query.execution_options(yield_per=1000)):
        yield Entry(*row)


def is_readable(tx: Connection, seq: int) -> bool:
    """Say whether row `seq` is there and its values are of their kinds."""
    try:
        return tx.execute(select(*audit_log.c).where(audit_log.c.seq == seq)).first() is not None
    except (ValueError, TypeError):
        return False


def recent(tx: Connection, subject: str, limit: int = 50) -> list[Entry]:
    """Return the newest rows about `subject` ("alert:12"), newest first."""
    query = select(*audit_log.c).where(audit_log.c.subject == subject).order_by(audit_log.c.seq.desc()).limit(limit)
    return [Entry(*row) for row in tx.execute(query)]


def search(tx: Connection, sought: Sought, before: int | None = None, limit: int = 50) -> list[Entry]:
    """Return the newest rows that fit, newest first, with their details where those stand; only rows below `before`."""
    c, d = audit_log.c, audit_detail.c
    query = select(*c, d.salt, d.detail, d.certificate_id).join_from(audit_log, audit_detail, isouter=True)
    for column, word, mark in ((c.action, sought.action, "."), (c.subject, sought.subject, ":")):
        if word:
            query = query.where(or_(column == word, column.startswith(word + mark, autoescape=True)))
    if sought.actor:
        query = query.where(c.actor == sought.actor)
    if sought.since is not None:
        query = query.where(c.at >= sought.since)
    if sought.until is not None:
        query = query.where(c.at < sought.until)
    if before is not None:
        query = query.where(c.seq < before)
    return [Entry(*row) for row in tx.execute(query.order_by(c.seq.desc()).limit(limit))]


def row_hash(tx: Connection, seq: int) -> str:
    """Return the hash of one row, empty when there is no such row."""
    return str(tx.scalar(select(audit_log.c.hash).where(audit_log.c.seq == seq)) or "")


def _locked_head(tx: Connection) -> tuple[int, str]:
    query = select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1).with_for_update()
    row = tx.execute(query).one()
    return int(row.seq), str(row.hash)
