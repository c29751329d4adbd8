"""Small shared words for what SQLAlchemy gives back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Row

AnyRow = Row[*tuple[Any, ...]]
Rows = Sequence[AnyRow]


def insert_one(tx: Connection, query: Insert) -> int:
    """Run an insert of one row; return the number it was given."""
    key = tx.execute(query).inserted_primary_key
    assert key is not None, "an insert of one row has its key"
    return int(key[0])
