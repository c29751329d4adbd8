"""Excel's .xlsx: ids as text, days and times as such, and a sheet that says what each column means.

A sheet holds 1,048,576 rows and a cell 32,767 characters (Microsoft, "Excel specifications and limits"): more rows go
on to further sheets, and a longer text ends with a note that it was cut.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from data.reports.columns import KINDS, Col, Kind

MOST_ROWS = 1_048_575  # below the header
MOST_LETTERS = 32_767
CUT = " … [cut: {:,} characters; the other formats hold all of them]"
FORMATS = {Kind.TIME: "yyyy-mm-dd hh:mm:ss", Kind.DAY: "yyyy-mm-dd"}
OLDEST = date(1900, 1, 1)  # Excel knows no earlier day


class _Book:
    """A workbook that grows row by row."""

    def __init__(self, file: Path, columns: Sequence[Col], most_rows: int) -> None:
        from xlsxwriter import Workbook

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = Workbook(file, options | {"default_date_format": FORMATS[Kind.TIME], "remove_timezone": True})
        self.columns, self.most, self.cut = columns, most_rows, 0
        self.bold = self.book.add_format({"bold": True})
        self.formats = {kind: self.book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        self.number = self.at = 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self.number, self.at = self.number + 1, 0
        self.sheet = self.book.add_worksheet("rows" if self.number == 1 else f"rows {self.number}")
        self.sheet.freeze_panes(1, 0)
        for n, column in enumerate(self.columns):
            self.sheet.write_string(0, n, column.name, self.bold)

    def add(self, row: Sequence[Any]) -> None:
        if self.at == self.most:
            self._next_sheet()
        self.at += 1
        for n, (column, value) in enumerate(zip(self.columns, row, strict=True)):
            if value is not None:
                self._write(n, column.kind, value)

    def _write(self, n: int, kind: Kind, value: Any) -> None:
        if isinstance(value, bool):
            self.sheet.write_boolean(self.at, n, value)
        elif isinstance(value, int | float):
            self.sheet.write_number(self.at, n, value)
        elif isinstance(value, date) and _day(value) >= OLDEST:
            self.sheet.write_datetime(self.at, n, value, self.formats[kind])
        else:
            self.sheet.write_string(self.at, n, self._short(_text(value)))

    def _short(self, text: str) -> str:
        if _letters(text) <= MOST_LETTERS:
            return text
        self.cut += 1
        note = CUT.format(len(text))
        kept = text[: MOST_LETTERS - len(note)]
        while _letters(kept) + len(note) > MOST_LETTERS:
            kept = kept[: -max(1, (_letters(kept) + len(note) - MOST_LETTERS) // 2)]
        return kept + note

    def close(self) -> None:
        sheet = self.book.add_worksheet("dictionary")
        lines = [("column", "holds", "means"), *((c.name, KINDS[c.kind], c.meaning) for c in self.columns)]
        for r, line in enumerate(lines):
            for n, text in enumerate(line):
                sheet.write_string(r, n, text, self.bold if r == 0 else None)
        self.book.close()


def write_xlsx(
    file: Path, columns: Sequence[Col], rows: Iterable[Sequence[Any]], most_rows: int = MOST_ROWS
) -> tuple[int, int]:
    """Write rows; return how many there were, and how many cells had to be cut."""
    book, count = _Book(file, columns, most_rows), 0
    for row in rows:
        book.add(row)
        count += 1
    book.close()
    return count, book.cut


def _letters(text: str) -> int:
    """Return the length that Excel counts: in UTF-16."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)
