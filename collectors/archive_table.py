"""Posts in a plain table: CSV or JSON Lines with columns of any names, which a mapping leads to ours.

`table/1` keeps the mapped columns as they stand and nothing else. Times state their zone, or `zone` says it for all; a
time without either is a mistake of its row, since an hour's error would be invisible.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from collectors.archive import Archive, Bad, Place, Row
from collectors.evidence import canonical_json, clean, digest
from collectors.markup import web_address
from collectors.times import COUNCIL_ZONE, TOLERANCE, read_time
from data.errors import ArchiveError
from data.model import Item, PostKind

RULE = "table/1"
NEEDED = ("text", "published", "id")
OPTIONAL = ("updated", "url", "language", "warning", "reply_to")
LONGEST_LINE = 2**20
LONGEST_ID = 500


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which column holds what (`columns`: our name → theirs), and the zone of times that state none, or None."""

    columns: Mapping[str, str]
    zone: str | None = None


class Wrong(Exception):
    """A row that makes no post; `str()` says why."""


def mapping(pairs: tuple[str, ...], zone: str | None) -> Mapped:
    """Read `text=body` pairs; a name that is not mapped is taken to be the column's own. Raises `ArchiveError`."""
    columns = {name: name for name in (*NEEDED, *OPTIONAL)}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if ours not in columns or not sign or not theirs:
            known = ", ".join(columns)
            raise ArchiveError(f"--map {pair}: write it as text=COLUMN; what can be mapped is {known}.")
        columns[ours] = theirs
    return Mapped(columns, zone)


def open_csv(file: BinaryIO, subject: str, how: Mapped, received_at: datetime) -> Archive:
    """Open a CSV file in UTF-8 whose first row names its columns; raise `ArchiveError` when it lacks a needed one."""
    file.seek(0)
    table, header = read_header(file, subject)
    _check_columns(header, subject, how)
    rows = csv_rows(table, header, subject, lambda where, cells: _row(where, cells, how, received_at))
    return Archive(rows, whole=False)


def read_header(file: BinaryIO, subject: str) -> tuple[Any, list[str]]:
    """Return the rows of a CSV file that are still to be read, and the first, which names the columns; raise
    `ArchiveError` where there is none."""
    table = csv.reader(_lines(file), strict=True)
    try:
        return table, next(table, [])
    except (csv.Error, Wrong) as error:
        raise ArchiveError(f"{subject} is no table: {error}. Nothing was taken in.") from error


def open_jsonl(file: BinaryIO, subject: str, how: Mapped, received_at: datetime) -> Archive:
    """Open a file of JSON objects, one a line."""
    file.seek(0)
    return Archive(_json_rows(file, subject, how, received_at), whole=False)


def _check_columns(header: list[str], subject: str, how: Mapped) -> None:
    lacking = [name for name in NEEDED if how.columns[name] not in header]
    if lacking:
        ways = " ".join(f"--map {name}=COLUMN" for name in lacking)
        raise ArchiveError(f"{subject} lacks a column for {', '.join(lacking)}. Say which it is: {ways}")


def _lines(file: BinaryIO) -> Iterator[str]:
    """Yield lines as text; bytes that are no UTF-8 become what `_cell` finds."""
    first = True
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise Wrong("a line is longer than a post can be, so the file cannot be read from here on")
        yield line.decode("utf-8-sig" if first else "utf-8", "surrogateescape")
        first = False


def csv_rows(
    table: Any, header: list[str], subject: str, to_row: Callable[[Place, Mapping[str, str]], Row]
) -> Iterator[Row]:
    """Yield what `to_row` makes of each row; one that is none is bad, and so is the rest of a file without an end."""
    number = 1
    while True:
        number += 1
        where = Place(subject, number)
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield Bad(where, f"no row of a table ({error})")
            continue
        except Wrong as problem:
            yield Bad(where, str(problem))
            return
        if not cells:
            continue
        if len(cells) != len(header):
            yield Bad(where, f"it has {len(cells)} columns, not {len(header)}")
            continue
        yield to_row(where, dict(zip(header, cells, strict=True)))


def _json_rows(file: BinaryIO, subject: str, how: Mapped, received_at: datetime) -> Iterator[Row]:
    number = 0
    try:
        for number, line in enumerate(_lines(file), 1):
            if line.strip():
                yield _json_row(Place(subject, number), line, how, received_at)
    except Wrong as problem:
        yield Bad(Place(subject, number + 1), str(problem))


def _json_row(where: Place, line: str, how: Mapped, received_at: datetime) -> Row:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    return _row(where, found, how, received_at) if isinstance(found, dict) else Bad(where, "no JSON object")


def _row(where: Place, cells: Mapping[str, Any], how: Mapped, received_at: datetime) -> Row:
    try:
        return to_item(cells, how, received_at)
    except (Wrong, RecursionError, ValueError) as problem:
        return Bad(where, str(problem) if isinstance(problem, Wrong) else "a row that makes no sense")


def to_item(cells: Mapping[str, Any], how: Mapped, received_at: datetime) -> Item:
    """Turn one row into an item; raise `Wrong` with the reason why it makes none."""
    said = {ours: cell(cells, theirs) for ours, theirs in how.columns.items()}
    if not said["id"].strip() or len(said["id"]) > LONGEST_ID:
        raise Wrong(f"no id in {how.columns['id']}")
    if not said["text"].strip():
        raise Wrong(f"no text in {how.columns['text']}")
    kept = {theirs: cells[theirs] for theirs in how.columns.values() if theirs in cells}
    return Item(
        platform_id=said["id"].strip(),
        kind=PostKind.REPLY if said["reply_to"].strip() else PostKind.OWN,
        text=clean(said["text"]).strip(),
        payload=canonical_json(kept),
        original_sha256=digest(canonical_json(dict(cells))),
        rule=RULE,
        removed=tuple(sorted(clean(name) for name in cells if name not in kept)),
        published_at=_time(said["published"], how, received_at, needed=True),
        updated_at=_time(said["updated"], how, received_at, needed=False),
        url=web_address(said["url"], ""),
        warning=said["warning"].strip(),
        language=said["language"].strip(),
        reply_to=said["reply_to"].strip(),
    )


def cell(cells: Mapping[str, Any], name: str) -> str:
    """Return what a column says, storable; raise `Wrong` where it is no text."""
    value = cells.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise Wrong(f"{name} is no text")
    if any("\udc80" <= char <= "\udcff" for char in value or ""):
        raise Wrong(f"{name} is not UTF-8")
    return clean(value)


def _time(raw: str, how: Mapped, received_at: datetime, *, needed: bool) -> datetime | None:
    if not raw.strip() and not needed:
        return None
    moment = read_time(raw)
    if moment.at is None:
        raise Wrong(f"no time that can be read ({raw[:40]!r}); write it as 2026-06-01T10:00:00+01:00")
    at = moment.at
    if moment.note == "zone_assumed":
        if how.zone is None:
            raise Wrong(f"the time {raw[:40]!r} states no zone; give one for all with --zone Europe/London")
        at = at.astimezone(ZoneInfo(COUNCIL_ZONE)).replace(tzinfo=ZoneInfo(how.zone)).astimezone(UTC)
    if at > received_at + TOLERANCE:
        raise Wrong(f"the time {raw[:40]!r} lies in the future")
    return at
