"""Writes rows as CSV, JSONL, Parquet or .xlsx, as they come and without a cap. Words in them may hold anything.

A cell of a spreadsheet that begins like a formula would be one (OWASP, "CSV injection", and ASVS 5.0, 1.2.10, which
adds the null character; signs of full width count as theirs): in CSV such a cell gets an apostrophe in front, in .xlsx
every text is written as text.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.errors import UseError
from data.reports.columns import Col
from data.reports.parquet import write_parquet
from data.reports.sheets import write_xlsx

FORMULA = re.compile(r"[\s\x00]*'*[=+@|%\uff1d\uff0b\uff20\uff0d-]|[\t\r\n\x00]")
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written; `cut` cells were longer than the format can hold."""

    rows: int
    cut: int = 0


def write(file: Path, columns: Sequence[Col], rows: Iterable[Row]) -> Written:
    """Write rows in the format that the file's name ends with; raise `UseError` for another one."""
    return FORMATS[ending(file)](file, columns, rows)


def ending(file: Path) -> str:
    """Return the file's ending when there is a format for it; raise `UseError` otherwise."""
    found = file.suffix.lower()
    if found not in FORMATS:
        raise UseError(f"{file.name}: the ending says the format, and it must be one of {', '.join(FORMATS)}.")
    return found


def safe(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def plainly(value: Any) -> Any:
    """Return a value as JSON has it: times and days as ISO 8601 with their zone."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _write_csv(file: Path, columns: Sequence[Col], rows: Iterable[Row]) -> Written:
    count = 0
    with file.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([column.name for column in columns])
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            count += 1
    return Written(count)


def _write_jsonl(file: Path, columns: Sequence[Col], rows: Iterable[Row]) -> Written:
    count, names = 0, [column.name for column in columns]
    with file.open("w", encoding="utf-8", errors="replace") as out:
        for row in rows:
            count += 1
            values = {name: plainly(value) for name, value in zip(names, row, strict=True)}
            out.write(json.dumps(values, ensure_ascii=False) + "\n")
    return Written(count)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(plainly(value))


def _parquet(file: Path, columns: Sequence[Col], rows: Iterable[Row]) -> Written:
    return Written(write_parquet(file, columns, rows))


def _xlsx(file: Path, columns: Sequence[Col], rows: Iterable[Row]) -> Written:
    return Written(*write_xlsx(file, columns, rows))


FORMATS: Mapping[str, Callable[[Path, Sequence[Col], Iterable[Row]], Written]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
