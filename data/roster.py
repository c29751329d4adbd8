"""Joiners, movers and leavers: a CSV of people, read with row-precise mistakes. Pure.

Columns: email, name, department, line_manager_email, until (the last day at the council, ISO; empty while they stay).
Someone who is not in the file stays as they are.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data import register
from data.errors import InputError, Mistake

COLUMNS = ("email", "name", "department", "line_manager_email", "until")
REQUIRED = ("email", "name", "department")


def _checked(column: str) -> Callable[[str], str]:
    """Return what checks a cell as the register checks that column of its own, once it is filled."""
    return lambda value: register.CHECKS[column](value) if value else ""


CHECKS: Mapping[str, Callable[[str], str]] = {
    "email": _checked("owner_email"),
    "line_manager_email": _checked("owner_email"),
    "until": _checked("renewal_date"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the council's staff or a councillor; `until` is their last day, None while they stay."""

    email: str
    name: str
    department: str
    line_manager: str = ""
    until: date | None = None


def read(content: bytes, name: str, known: Collection[str] = ()) -> list[Member]:
    """Read a file; raise `InputError` with every mistake. `known` are the e-mail addresses that are on record."""
    rows, mistakes = _rows(content)
    emails = {row.get("email", "").lower() for row in rows} | set(known)
    for n, row in enumerate(rows, 2):
        mistakes += _mistakes(n, row, emails)
    mistakes += _twice(rows)
    if not any(rows) and not mistakes:
        mistakes.append(Mistake(1, "", "the file has no rows"))
    if mistakes:
        raise InputError(name, sorted(mistakes, key=lambda m: m.row))
    return [_member(row) for row in rows if row]


def _rows(content: bytes) -> tuple[list[dict[str, str]], list[Mistake]]:
    """Return the rows below the header, empty lines as empty rows: each mistake has the number that people see."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [Mistake(1, "", "it is not UTF-8; save the file as “CSV UTF-8”")]
    return register.below_header(text, _header_mistakes) if text.strip() else ([], _header_mistakes(()))


def _header_mistakes(header: Sequence[str]) -> list[Mistake]:
    unknown = [Mistake(1, name, _unknown(name)) for name in header if name not in COLUMNS]
    return unknown + [Mistake(1, name, "the column is missing") for name in REQUIRED if name not in header]


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, COLUMNS, n=1)
    return "no such column" + (f"; did you mean {close[0]}?" if close else "")


def _mistakes(n: int, row: Mapping[str, str], emails: Collection[str]) -> list[Mistake]:
    found = [Mistake(n, name, "must not be empty") for name in REQUIRED if name in row and not row[name]]
    manager = row.get("line_manager_email", "")
    found += [Mistake(n, name, problem) for name, check in CHECKS.items() if (problem := check(row.get(name, "")))]
    if manager and manager.lower() == row.get("email", "").lower():
        found.append(Mistake(n, "line_manager_email", "nobody is their own line manager"))
    elif manager and manager.lower() not in emails:
        found.append(Mistake(n, "line_manager_email", f"nobody is known under {manager}; add a row for them"))
    controls = [name for name, value in row.items() if re.search(r"[\x00-\x1f\x7f]", value)]
    return found + [Mistake(n, name, "has control characters") for name in controls]


def _twice(rows: Sequence[Mapping[str, str]]) -> list[Mistake]:
    found, first = [], dict[str, int]()
    for n, row in enumerate(rows, 2):
        email = row.get("email", "").lower()
        if email and first.setdefault(email, n) != n:
            found.append(Mistake(n, "email", f"{email} is also in row {first[email]}"))
    return found


def _member(row: Mapping[str, str]) -> Member:
    until = date.fromisoformat(row["until"]) if row.get("until") else None
    manager = row.get("line_manager_email", "").lower()
    return Member(row["email"].lower(), row["name"], " ".join(row["department"].split()), manager, until)
