"""The audit log in the store: append a row under the head's lock, read the chain back."""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from data.audit import GENESIS, Entry, canonical, commitment, link
from data.schema import audit_detail, audit_head, audit_log


def append(
    tx: Connection, now: datetime, actor: str, action: str, subject: str, detail: Mapping[str, object] | None = None
) -> int:
    """Append one row to the chain inside the caller's transaction; return its number."""
    count, prev = _locked_head(tx)
    seq, salt, text = count + 1, secrets.token_hex(16), canonical(detail or {})
    detail_hash = commitment(salt, text)
    hashed = link(prev, seq, now, actor, action, subject, detail_hash)
    row = {"seq": seq, "at": now, "actor": actor, "action": action, "subject": subject}
    tx.execute(insert(audit_log).values(**row, detail_hash=detail_hash, prev=prev, hash=hashed))
    tx.execute(insert(audit_detail).values(seq=seq, salt=salt, detail=text))
    tx.execute(update(audit_head).where(audit_head.c.id == 1).values(seq=seq, hash=hashed))
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


def _locked_head(tx: Connection) -> tuple[int, str]:
    query = select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == 1).with_for_update()
    row = tx.execute(query).one()
    return int(row.seq), str(row.hash)
