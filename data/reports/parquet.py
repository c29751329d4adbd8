"""Parquet: typed columns, their meaning beside each, a group of rows at a time."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from data.reports.columns import Col, Kind

GROUP = 20_000  # rows held in memory


def write_parquet(file: Path, columns: Sequence[Col], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows; return how many there were."""
    import pyarrow as pa  # a tenth of a second that other commands need not wait for
    from pyarrow import parquet

    types = {
        Kind.TIME: pa.timestamp("us", tz="UTC"),
        Kind.DAY: pa.date32(),
        Kind.COUNT: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.YES: pa.bool_(),
    }
    fields = [
        pa.field(column.name, types.get(column.kind, pa.string()), metadata={"comment": column.meaning})
        for column in columns
    ]
    schema, count, left = pa.schema(fields), 0, iter(rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as out:
        while batch := list(islice(left, GROUP)):
            values = [[_value(row[n]) for row in batch] for n in range(len(columns))]
            out.write_table(pa.table([pa.array(v, f.type) for v, f in zip(values, schema, strict=True)], schema=schema))
            count += len(batch)
    return count


def _value(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
