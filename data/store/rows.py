"""Small shared words for what SQLAlchemy gives back."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Row, or_

AnyRow = Row[*tuple[Any, ...]]
Rows = Sequence[AnyRow]
Ranges = list[tuple[int, int]]
FEW = 60  # stretches that are asked for one by one


def insert_one(tx: Connection, query: Insert) -> int:
    """Run an insert of one row; return the number it was given."""
    key = tx.execute(query).inserted_primary_key
    assert key is not None, "an insert of one row has its key"
    return int(key[0])


def ranges(numbers: Iterable[int]) -> Ranges:
    """Return numbers as stretches, first and last of each."""
    found: Ranges = []
    for n in sorted(set(numbers)):
        if found and found[-1][1] == n - 1:
            found[-1] = (found[-1][0], n)
        else:
            found.append((n, n))
    return found


def within(column: ColumnElement[Any], numbers: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of some numbers: by stretches where that is shorter than a list."""
    stretches = ranges(numbers)
    if not stretches or len(stretches) > FEW:
        return column.in_(numbers)
    return or_(*(column.between(first, last) for first, last in stretches))
