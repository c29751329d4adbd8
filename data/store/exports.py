"""The register of exports: what left the store as a file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from data.schema_rights import export_register
from data.store.rows import Rows, insert_one


def add(
    tx: Connection, at: datetime, actor: str, what: str, scope: Mapping[str, Any], rows: int, sha256: str | None
) -> int:
    """Enter one export; return its number."""
    values = {"at": at, "actor": actor, "what": what, "scope": dict(scope), "rows": rows, "sha256": sha256}
    return insert_one(tx, insert(export_register).values(**values))


def since(tx: Connection, at: datetime | None = None) -> Rows:
    """Return the exports made at or after a time, oldest first; all of them when none is given."""
    c = export_register.c
    query = select(*c).order_by(c.id)
    return tx.execute(query.where(c.at >= at) if at is not None else query).all()
