"""The register's files: CSV or JSON in, row-precise mistakes out.

The columns are those of `COLUMNS`, to which JSON adds those of `register_more`; lists are separated by `;`, dates are
ISO (2026-11-22). A row with a renewal date records a passport that the panel has approved already; one without is an
application that waits for the panel.
"""

import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile
from typing import Any
from urllib.parse import urlsplit

from data import business_case, register_more
from data.business_case import BARE, BusinessCase
from data.errors import InputError, Mistake
from data.model import Account, AccountKind, Passport, PassportState, Platform

COLUMNS = (
    *(
        "id",
        "platform",
        "handle",
        "url",
        "service_url",
        "plc_url",
        "kind",
        "department",
        "owner_email",
        "deputy_emails",
    ),
    *("purpose", "audience", "cadence", "lawful_basis", "dpia_ref", "notice_date", "review_date", "renewal_date"),
)
REQUIRED = ("id", "platform", "kind", "department", "owner_email", "purpose", "lawful_basis")
BLANK = dict.fromkeys(REQUIRED, "")
APPROVED_NEEDS = ("dpia_ref", "notice_date", "review_date")
DATES = ("notice_date", "review_date", "renewal_date")
URLS = ("url", "service_url", "plc_url")
CONDITIONS = ("when", "unless")
REFUSED_KINDS = {
    **dict.fromkeys(
        ("personal", "private"),
        "personal accounts are outside the register: what people say in their own time is no business of this product",
    ),
    **dict.fromkeys(
        ("union", "trade union"),
        "trade union accounts are outside the register: union activity is protected (TULRCA 1992, section 146)",
    ),
}
# What a spreadsheet would run as a formula (OWASP, "CSV injection"); a plain @handle is none.
FORMULA = re.compile(r"'*(?!@[\w.@-]*$)[=+@\t\r-]")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STRANGE = r"@\s;,<>\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"  # in an address: what drives a terminal too
EMAIL = re.compile(rf"[^{_STRANGE}]+@[^{_STRANGE}]+\.[^{_STRANGE}.]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the register, understood: the account, its passport with the business case, and who holds it."""

    account: Account
    passport: Passport
    owner_email: str
    deputy_emails: tuple[str, ...]
    case: BusinessCase = BARE
    may_post_emails: tuple[str, ...] = ()
    line_manager_emails: tuple[str, ...] = ()


def read(content: bytes, name: str, known_ids: Iterable[str] = ()) -> list[Entry]:
    """Read a register; raise `InputError` with every mistake of every row."""
    rows, mistakes = _json_rows(content) if name.endswith(".json") else _csv_rows(content)
    return understand(rows, name, known_ids, mistakes)


def understand(
    rows: Sequence[Mapping[str, str]], name: str, known_ids: Iterable[str] = (), mistakes: Sequence[Mistake] = ()
) -> list[Entry]:
    """Turn rows into entries; raise `InputError` with every mistake. `mistakes` are those found while reading."""
    found = list(mistakes)
    found += [m for n, row in enumerate(rows, 2) if row for m in _row_mistakes(n, row)]  # an empty row: an empty line
    found += _repeated(rows, set(known_ids))
    if not any(rows) and not found:
        found.append(Mistake(1, "", "the file has no rows"))
    if found:
        raise InputError(
            name, sorted(found, key=lambda m: (m.row, COLUMNS.index(m.column) if m.column in COLUMNS else -1))
        )
    return [_entry(row) for row in rows if row]


def mapped(rows: Sequence[Mapping[str, str]], mapping: Mapping[str, object]) -> list[dict[str, str]]:
    """Turn rows of another table into the register's by a mapping's `[[account]]` blocks.

    In a block each register column has a template in which `{name}` stands for that column of the other table;
    `when` and `unless` name a column that must, or must not, be filled for the block to apply.
    """
    blocks = mapping.get("account")
    if not isinstance(blocks, list) or not blocks or not all(isinstance(block, Mapping) for block in blocks):
        raise InputError("the mapping", [Mistake(1, "", "it has no [[account]] block")])
    problems = [m for block in blocks for m in _block_mistakes(block, rows[0] if rows else {})]
    if problems:
        raise InputError("the mapping", problems)
    pairs = [(row, block) for row in rows for block in blocks if _applies(block, row)]
    return [BLANK | {c: _filled(str(t), row) for c, t in block.items() if c not in CONDITIONS} for row, block in pairs]


def write_csv(entries: Iterable[Entry]) -> str:
    """Return entries as the register's CSV; `read` gives the same entries back."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in entries:
        writer.writerow(_cells(entry))
    return out.getvalue()


def write_json(entries: Iterable[Entry]) -> str:
    """Return entries as JSON, with all that the CSV has no column for; `read` gives the same entries back."""
    return json.dumps([_document(entry) for entry in entries], ensure_ascii=False, indent=1) + "\n"


def cells(entry: Entry) -> dict[str, str]:
    """Return an entry as the texts of its JSON form, lists separated by `;`; `understand` gives the same entry back."""
    return {name: _as_cell(value) for name, value in _document(entry).items()}


def missing_for_approval(passport: Passport) -> tuple[str, ...]:
    """Return what the business case still lacks before a panel can approve it."""
    missing = tuple(name for name in APPROVED_NEEDS if not getattr(passport, name))
    return missing if business_case.bases(passport.lawful_basis) else ("lawful_basis", *missing)


def _csv_rows(content: bytes) -> tuple[list[dict[str, str]], list[Mistake]]:
    text, mistakes = _decoded(content)
    rows, more = below_header(text, _header_mistakes)
    return rows, mistakes + more


def below_header(
    text: str, header_mistakes: Callable[[Sequence[str]], list[Mistake]]
) -> tuple[list[dict[str, str]], list[Mistake]]:
    """Return the rows of a CSV below its header, empty lines as empty rows: each mistake has the number people see."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = list(dropwhile(_blank, reader))
    except csv.Error as error:
        return [], [Mistake(1, "", f"the file cannot be read as CSV: {error}")]
    if not lines:
        return [], [Mistake(1, "", "the file is empty")]
    header = [cell.strip() for cell in lines[0]]
    mistakes = header_mistakes(header)
    for n, line in enumerate(lines[1:], 2):
        if len(line) != len(header) and not _blank(line):
            mistakes.append(Mistake(n, "", f"it has {len(line)} cells, the header has {len(header)}"))
    named = [{} if _blank(line) else zip(header, (_unquoted(c.strip()) for c in line), strict=False) for line in lines]
    return [dict(row) for row in named[1:]], mistakes


def _blank(line: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in line)


def table(content: bytes) -> list[dict[str, str]]:
    """Read any CSV with a header, for `mapped`; raise `InputError` when it is not one."""
    text, mistakes = _decoded(content)
    try:
        read = csv.DictReader(io.StringIO(text), strict=True)
        rows = [{k: (v or "").strip() for k, v in row.items() if k} for row in read]
    except csv.Error as error:
        mistakes.append(Mistake(1, "", f"the file cannot be read as CSV: {error}"))
    if mistakes:
        raise InputError("the table", mistakes)
    return rows


def _json_rows(content: bytes) -> tuple[list[dict[str, str]], list[Mistake]]:
    text, mistakes = _decoded(content)
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        return [], [Mistake(error.lineno, "", f"the file cannot be read as JSON: {error.msg}")]
    except RecursionError:
        return [], [Mistake(1, "", "the file cannot be read as JSON: it is nested too deeply")]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [], [Mistake(1, "", "the file must be a list of objects, one an account")]
    unknown = sorted({key for row in rows for key in row} - {*COLUMNS, *register_more.MORE})
    mistakes += [Mistake(1, key, _not_a_column(key)) for key in unknown]
    return [BLANK | {k: _as_cell(v) for k, v in row.items()} for row in rows], mistakes


def _as_cell(value: object) -> str:
    return ";".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _decoded(content: bytes) -> tuple[str, list[Mistake]]:
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return content.decode("utf-8-sig", "replace"), [
            Mistake(row, "", "it is not UTF-8; save the file as “CSV UTF-8”")
        ]


def _header_mistakes(header: Sequence[str]) -> list[Mistake]:
    unknown = [Mistake(1, name, _not_a_column(name)) for name in header if name not in COLUMNS]
    twice = sorted({name for name in header if header.count(name) > 1})
    missing = [name for name in REQUIRED if name not in header]
    return [
        *unknown,
        *(Mistake(1, name, "the column is there twice") for name in twice),
        *(Mistake(1, name, "the column is missing") for name in missing),
    ]


def _not_a_column(name: str) -> str:
    close = difflib.get_close_matches(name, COLUMNS, n=1)
    return "no such column" + (f"; did you mean {close[0]}?" if close else "")


def _row_mistakes(n: int, row: Mapping[str, str]) -> list[Mistake]:
    missing = [Mistake(n, c, "must not be empty") for c in REQUIRED if c in row and not row[c]]
    wrong = [Mistake(n, c, problem) for c, check in CHECKS.items() if row.get(c) and (problem := check(row[c]))]
    controls = [
        Mistake(n, c, "has control characters")
        for c, v in row.items()
        if v and re.search(r"[\x00-\x08\x0b-\x1f\x7f]", v)
    ]
    return [*missing, *wrong, *controls, *_across(n, row)]


def _across(n: int, row: Mapping[str, str]) -> list[Mistake]:
    found = []
    if not row.get("handle") and not row.get("url"):
        found.append(Mistake(n, "url", "an account needs a handle or an address"))
    if row.get("renewal_date") and row.get("platform") == Platform.FEED and not row.get("url"):
        found.append(Mistake(n, "url", "an approved feed needs its address"))
    if row.get("renewal_date"):
        found += [
            Mistake(n, c, "an approved account (one with a renewal date) needs it")
            for c in APPROVED_NEEDS
            if not row.get(c)
        ]
    notice, renewal = _day(row.get("notice_date", "")), _day(row.get("renewal_date", ""))
    if notice and renewal and renewal < notice:
        found.append(Mistake(n, "renewal_date", f"lies before the notice date {notice}"))
    if business_case.own_choice(row.get("lawful_basis", "")) and row.get("kind") != AccountKind.COUNCILLOR:
        found.append(Mistake(n, "lawful_basis", "only a councillor's account is there by the member's own choice"))
    if problem := register_more.across(row):
        found.append(Mistake(n, "posts_from", problem))
    return found


def _repeated(rows: Sequence[Mapping[str, str]], known: set[str]) -> list[Mistake]:
    found, ids, places = [], dict[str, int](), dict[tuple[str, str], int]()
    for n, row in enumerate(rows, 2):
        account_id = row.get("id", "")
        place = (row.get("platform", ""), (row.get("url") or row.get("handle") or "").lower().rstrip("/"))
        if account_id in known:
            found.append(Mistake(n, "id", f"{account_id} is on the register already"))
        if account_id and ids.setdefault(account_id, n) != n:
            found.append(Mistake(n, "id", f"{account_id} is also in row {ids[account_id]}"))
        approved = bool(row.get("renewal_date"))  # applications for one address may wait side by side for the panel
        if approved and place[1] and places.setdefault(place, n) != n:
            found.append(Mistake(n, "url", f"the same account is also in row {places[place]}"))
    return found


def _check_id(value: str) -> str:
    return "" if ID.fullmatch(value) else "use letters, digits, dots, hyphens and underscores, 64 at most"


def _check_platform(value: str) -> str:
    return _one_of(value, tuple(Platform))


def _check_kind(value: str) -> str:
    return REFUSED_KINDS.get(value.lower(), "") or _one_of(value, tuple(AccountKind))


def _check_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if good and (parts.username or parts.password):
        return "an address must not hold a user name or password"
    return "" if good else f"{value!r} is not a web address; it begins with https://"


def _check_email(value: str) -> str:
    return "" if EMAIL.fullmatch(value) else f"{value!r} is not an e-mail address"


def _check_emails(value: str) -> str:
    return next(filter(None, map(_check_email, register_more.listed(value))), "")


def _check_date(value: str) -> str:
    return "" if _day(value) else f"{value!r} is not a date; write it as 2026-11-22"


CHECKS: Mapping[str, Callable[[str], str]] = {
    "id": _check_id,
    "platform": _check_platform,
    "kind": _check_kind,
    "owner_email": _check_email,
    "deputy_emails": _check_emails,
    "lawful_basis": business_case.basis_problem,
    **dict.fromkeys(URLS, _check_url),
    **dict.fromkeys(DATES, _check_date),
    **register_more.checks(_check_emails),
}


def _one_of(value: str, known: Sequence[str]) -> str:
    if value in known:
        return ""
    close = difflib.get_close_matches(value.lower(), known, n=1)
    return f"{value!r} is not known; " + (f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}")


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
    except ValueError:
        return None


def _entry(row: Mapping[str, str]) -> Entry:
    cell = {c: row.get(c, "") for c in COLUMNS}
    account = Account(
        id=cell["id"],
        platform=Platform(cell["platform"]),
        handle=cell["handle"] or cell["id"],
        url=cell["url"],
        kind=AccountKind(cell["kind"]),
        department=cell["department"],
        service_url=cell["service_url"].rstrip("/"),
        plc_url=cell["plc_url"].rstrip("/"),
    )
    days = {c: _day(cell[c]) for c in DATES}
    state = PassportState.LIVE if days["renewal_date"] else PassportState.APPLIED
    case: dict[str, Any] = {c: cell[c] for c in ("purpose", "audience", "cadence", "lawful_basis", "dpia_ref")}
    passport = Passport(account_id=cell["id"], state=state, **case | days)
    passport = replace(passport, conditions=row.get("conditions", ""))
    deputies, may_post, managers = (
        register_more.listed(row.get(name, "")) for name in ("deputy_emails", *register_more.LISTS)
    )
    return Entry(account, passport, cell["owner_email"].lower(), deputies, register_more.case(row), may_post, managers)


def _cells(entry: Entry) -> dict[str, str]:
    values: dict[str, object] = {c: getattr(entry.passport, c, "") or getattr(entry.account, c, "") for c in COLUMNS}
    values["owner_email"] = entry.owner_email
    values["deputy_emails"] = ";".join(entry.deputy_emails)
    values["id"] = entry.account.id
    return {c: _quoted(str(values[c] or "")) for c in COLUMNS}


def _document(entry: Entry) -> dict[str, Any]:
    values: dict[str, Any] = {c: getattr(entry.passport, c, "") or getattr(entry.account, c, "") for c in COLUMNS}
    values |= {"owner_email": entry.owner_email, "deputy_emails": list(entry.deputy_emails), "id": entry.account.id}
    values |= {c: str(values[c] or "") for c in DATES}
    more = register_more.document(entry.case, entry.may_post_emails, entry.line_manager_emails)
    return values | more | {"conditions": entry.passport.conditions}


def _quoted(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _block_mistakes(block: Mapping[str, object], sample: Mapping[str, str]) -> list[Mistake]:
    unknown = [Mistake(1, c, _not_a_column(c)) for c in block if c not in (*COLUMNS, *CONDITIONS)]
    asked = [(c, name) for c, t in block.items() if c not in CONDITIONS for name in re.findall(r"\{([^{}]+)\}", str(t))]
    asked += [(condition, str(block[condition])) for condition in CONDITIONS if condition in block]
    lost = [Mistake(1, c, f"the table has no column {name!r}") for c, name in asked if sample and name not in sample]
    return unknown + lost


def _applies(block: Mapping[str, str], row: Mapping[str, str]) -> bool:
    filled = {name: bool(row.get(block[name], "").strip()) for name in CONDITIONS if name in block}
    return filled.get("when", True) and not filled.get("unless", False)


def _filled(template: str, row: Mapping[str, str]) -> str:
    return re.sub(r"\{([^{}]+)\}", lambda m: row.get(m[1], ""), template).strip()
