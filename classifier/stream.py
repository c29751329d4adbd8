"""Reading texts to classify out of hostile files: JSONL, CSV or plain lines, one outcome a line, never an exception."""

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from data.errors import InputError, Mistake

LONGEST_LINE = 32 * 2**20  # bytes; the rest of a longer line is skipped
FORMATS = ("jsonl", "csv", "text")
Id = str | int | float | None


@dataclass(frozen=True, slots=True)
class Text:
    """A text to classify under its id: the line's own, or else the number of the line or row from 1."""

    id: Id
    text: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that holds no text to classify, and why."""

    id: Id
    error: str


def read(file: IO[bytes], form: str, name: str) -> Iterator[Text | Bad]:
    """Yield one `Text` or `Bad` a line as it arrives. Raises `InputError` only for CSV without a column text."""
    if form == "csv":
        return _csv(file, name)
    parse = _jsonl if form == "jsonl" else Text
    return (_line(number, line, parse) for number, line in enumerate(_lines(file), 1))


def _lines(file: IO[bytes]) -> Iterator[bytes | None]:
    """Yield lines without their end; None for one that is too long, of which no more than the limit is held."""
    while line := file.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield line.removesuffix(b"\n").removesuffix(b"\r")
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
        yield None


def _line(number: int, line: bytes | None, parse: Any) -> Text | Bad:
    if line is None:
        return Bad(number, f"line {number} is longer than {LONGEST_LINE // 2**20} MiB; cut it")
    try:
        decoded = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        return Bad(number, f"line {number} is not UTF-8 (byte {error.start + 1}); save the file as UTF-8")
    found: Text | Bad = parse(number, decoded)
    return found


def _jsonl(number: int, line: str) -> Text | Bad:
    if not line.strip():
        return Bad(number, f'line {number} is empty; write {{"text": …}}')
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Bad(number, f"line {number} is not JSON: {str(error)[:100]}")
    if not isinstance(row, dict):
        return Bad(number, f'line {number} is not an object; write {{"text": …}}')
    known = row.get("id")
    if not _is_id(known):
        return Bad(number, f"line {number}: id must be a text or a number")
    key: Id = number if known is None else known
    if not isinstance(row.get("text"), str):
        return Bad(key, f"line {number}: text is missing or not a text")
    return Text(key, row["text"])


def _is_id(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))


def _csv(file: IO[bytes], name: str) -> Iterator[Text | Bad]:
    csv.field_size_limit(LONGEST_LINE)
    lines = (_decoded(line) for line in _lines(file))
    reader = csv.reader(lines)
    header = next(reader, [])
    if "text" not in header:
        raise InputError(name, [Mistake(1, "text", "the column is missing; the first row names the columns")])
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Bad(number, f"row {number}: {error}")
            continue
        yield _row(number, header, row)


def _decoded(line: bytes | None) -> str:
    # What is not UTF-8 becomes lone surrogates, which `_row` finds again: one bad row must not end the file.
    return "" if line is None else line.decode("utf-8", "surrogateescape").removeprefix("\ufeff") + "\n"


def _row(number: int, header: list[str], row: list[str]) -> Text | Bad:
    if len(row) != len(header):
        return Bad(number, f"row {number} has {len(row)} fields where the header has {len(header)}")
    named = dict(zip(header, row, strict=True))
    if any("\udc80" <= character <= "\udcff" for character in named["text"] + named.get("id", "")):
        return Bad(number, f"row {number} is not UTF-8; save the file as UTF-8")
    return Text(named.get("id") or number, named["text"])
