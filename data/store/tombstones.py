"""How an erased post is known again when its platform still shows it: by a digest of its id, never by the id.

An id can hold words (a feed's item is often named by its address, with the headline in it), so it goes with the text.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal

PREFIX = "erased:"


def tombstone(account_id: str, platform_id: str) -> str:
    """Return what stands in place of the platform's id of an erased post."""
    return PREFIX + hashlib.sha256(f"{account_id}\n{platform_id}".encode("utf-8", "surrogatepass")).hexdigest()


def tombstone_of(tx: Connection, account_id: ColumnElement[str], platform_id: ColumnElement[str]) -> Any:
    """Return the same as SQL: a function of ours on SQLite (`data.store.engine`), the server's own on PostgreSQL."""
    if tx.dialect.name == "sqlite":
        return func.tombstone(account_id, platform_id)
    words = account_id.concat("\n").concat(platform_id)
    return literal(PREFIX).concat(func.encode(func.sha256(func.convert_to(words, "UTF8")), "hex"))


def tombstones(account_id: str, platform_ids: Iterable[str]) -> dict[str, str]:
    """Return the ids by what would stand for each of them."""
    return {tombstone(account_id, platform_id): platform_id for platform_id in platform_ids}
