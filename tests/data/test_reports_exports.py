"""Every format gives the same rows back, typed; nothing in them is a formula; each file is on record first."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from sqlalchemy import text

from classifier.scan import scan
from data.errors import NotAllowed, NotFound, UseError
from data.model import Media, Person, Role
from data.reports.columns import Col, Kind
from data.reports.sheets import MOST_LETTERS, write_xlsx
from data.reports.tables import TABLES
from data.reports.writing import FORMATS, FORMULA, safe, write
from data.services import exports, people
from data.services.actors import shell
from data.store import dumps, ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE, UPHELD, decide, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]
HOSTILE = '=HYPERLINK("http://x.example","go")\n@SUM(1)\x07 \u202eevil'
COLUMNS = (
    Col("id", Kind.ID, "an id"),
    Col("words", Kind.TEXT, "words"),
    Col("at", Kind.TIME, "when"),
    Col("day", Kind.DAY, "which day"),
    Col("n", Kind.COUNT, "how many"),
    Col("p", Kind.NUMBER, "how likely"),
    Col("yes", Kind.YES, "whether"),
    Col("list", Kind.LIST, "several"),
)
AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
ROWS = [
    ["0012345678901234567", HOSTILE, AT, date(2026, 3, 29), 7, 0.25, True, ["a", "=b"]],
    ["2", "", None, None, None, None, None, []],
]


@pytest.fixture
def ana(sqlite_store: Store) -> Person:
    """An analyst in a store with some posts, one of them judged."""
    add(sqlite_store, row("bins"), row("parks"))
    pictures = (Media("image", "https://x.example/1.jpg", "-1 bins"), Media("image", "https://x.example/2.jpg"))
    store_items(sqlite_store, "bins", item(1, HOSTILE, media=pictures), item(2, "what a clown"), item(3, "x" * 40_000))
    list(scan(sqlite_store, JUDGE))
    decide(sqlite_store, reviewer(sqlite_store), 1, UPHELD)
    return people.add(sqlite_store, shell(), "ana@council.example", "Ana", [Role.ANALYST], None)


def test_csv_has_no_formula_and_comes_back(tmp_path: Path) -> None:
    assert write(tmp_path / "x.csv", COLUMNS, ROWS).rows == 2
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8") as file:
        header, first, second = csv.reader(file)
    assert header == [c.name for c in COLUMNS]
    assert first[:2] == [ROWS[0][0], f"'{HOSTILE}"]
    assert first[2:] == ["2026-03-29T01:30:00Z", "2026-03-29", "7", "0.25", "true", '["a", "=b"]']
    assert second == ["2", "", "", "", "", "", "", "[]"]


@given(st.text(max_size=12))
def test_no_cell_is_a_formula(words: str) -> None:
    made = safe(words)
    assert made.removeprefix("'") == words or made == words
    assert made.lstrip(" \t\r\n'")[:1] not in ("=", "+", "@", "-") or made.startswith("'")


def test_jsonl_has_the_words_as_they_are(tmp_path: Path) -> None:
    write(tmp_path / "x.jsonl", COLUMNS, ROWS)
    first, second = (json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines())
    assert first["words"] == HOSTILE
    assert (first["at"], first["list"], first["id"]) == ("2026-03-29T01:30:00Z", ["a", "=b"], ROWS[0][0])
    assert second["at"] is None


def test_parquet_is_typed_and_says_what_columns_mean(tmp_path: Path) -> None:
    write(tmp_path / "x.parquet", COLUMNS, ROWS * 15_000)
    table = parquet.read_table(tmp_path / "x.parquet")
    assert (table.num_rows, parquet.ParquetFile(tmp_path / "x.parquet").num_row_groups) == (30_000, 2)
    types = [str(field.type) for field in table.schema]
    assert types == ["string", "string", "timestamp[us, tz=UTC]", "date32[day]", "int64", "double", "bool", "string"]
    assert table.schema.field("n").metadata[b"comment"] == b"how many"
    assert table.slice(0, 1).to_pylist()[0] | {"list": None} == {
        **dict(zip([c.name for c in COLUMNS], ROWS[0], strict=True)), "list": None,
    }  # fmt: skip


def test_xlsx_keeps_ids_as_text_and_has_a_dictionary(tmp_path: Path) -> None:
    write(tmp_path / "x.xlsx", COLUMNS, ROWS)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    first = book["rows"][2]
    assert [cell.data_type for cell in first] == ["s", "s", "d", "d", "n", "n", "b", "s"]
    assert first[0].value == ROWS[0][0]
    assert str(first[1].value).startswith("=HYPERLINK")
    assert first[2].value == AT.replace(tzinfo=None)
    assert [r[0].value for r in book["dictionary"].iter_rows(min_row=2)] == [c.name for c in COLUMNS]


def test_xlsx_goes_on_to_another_sheet_and_names_what_it_cuts(tmp_path: Path) -> None:
    long = ["1", "\U0001f600" * 40_000, None, date(1066, 10, 14), 1, 1.0, False, []]
    assert write_xlsx(tmp_path / "x.xlsx", COLUMNS, [long, *ROWS, *ROWS], most_rows=2) == (5, 1)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["rows", "rows 2", "rows 3", "dictionary"]
    cell = str(book["rows"]["B2"].value)
    assert len(cell.encode("utf-16-le")) // 2 <= MOST_LETTERS
    assert cell.endswith("[cut: 40,000 characters; the other formats hold all of them]")
    assert book["rows"]["D2"].value == "1066-10-14"


@pytest.mark.parametrize("name", list(TABLES))
@pytest.mark.parametrize("ending", list(FORMATS))
def test_every_table_goes_out_in_every_format(
    sqlite_store: Store, ana: Person, tmp_path: Path, name: str, ending: str
) -> None:
    file = tmp_path / f"{name}{ending}"
    done = exports.export(sqlite_store, ana, name, file)
    assert done.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert file.stat().st_mode & 0o077 == 0
    counts = {"accounts": 2, "posts": 3, "alerts": 1, "reviews": 1, "findings": 3, "runs": 1, "coverage": 0}
    assert done.rows == counts[name]
    assert done.cut == (1 if (name, ending) == ("posts", ".xlsx") else 0)
    assert [p.name for p in tmp_path.glob(".*")] == []


def test_what_is_exported_is_what_is_stored(store: Store) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1, HOSTILE), item(2, "what a clown"))
    list(scan(store, JUDGE))
    decide(store, reviewer(store), 1, UPHELD)
    found = {name: dicts(store, name) for name in TABLES}
    assert {p["text"] for p in found["posts"]} == {HOSTILE, "what a clown"}
    [one], [judged] = found["alerts"], found["reviews"]
    assert (one["clauses"], one["status"], one["part"]) == (["H1"], "decided", "own")
    assert (judged["alert_id"], judged["judgement"], judged["account_id"]) == (one["id"], "upheld", "bins")
    flagged = [f for f in found["findings"] if f["version_id"] == one["version_id"]]
    assert flagged[0]["category_harassment"] == 0.9
    assert flagged[0]["because_of_age"] == 0.5
    assert isinstance(one["id"], str)


def dicts(store: Store, name: str, since: datetime | None = None) -> list[dict[str, Any]]:
    names = [c.name for c in TABLES[name].columns]
    with store.read() as tx:
        return [dict(zip(names, values, strict=True)) for values in dumps.rows(tx, name, since)]


def test_since_gives_what_changed(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1), item(2, "what a clown"))
    list(scan(store, JUDGE))
    clock.move(days=1)
    later = clock.now
    store_items(store, "bins", item(1, "edited"), item(3))
    decide(store, reviewer(store), 1, UPHELD)
    found = {name: dicts(store, name, later) for name in TABLES}
    assert {name: len(rows) for name, rows in found.items()} == {
        "accounts": 0, "posts": 2, "alerts": 1, "reviews": 1, "findings": 0, "runs": 1, "coverage": 0,
    }  # fmt: skip
    assert all(row["changed_at"] == later for rows in found.values() for row in rows)
    assert dicts(store, "posts", later + timedelta(seconds=1)) == []


def test_an_export_is_on_record(sqlite_store: Store, ana: Person, tmp_path: Path, rows: Rows) -> None:
    done = exports.export(sqlite_store, ana, "posts", tmp_path / "p.csv")
    kept = rows(sqlite_store, "SELECT what, rows, sha256, actor FROM export_register")
    assert kept == [("posts", 3, done.sha256, f"person:{ana.id}")]
    with sqlite_store.read() as tx:
        [entry] = [e for e in ledger.entries(tx) if e.action == "export"]
    assert json.loads(entry.detail or "") == {"what": "posts", "rows": 3, "sha256": done.sha256}
    assert len(exports.rows(sqlite_store, ana, "posts")) == 3
    assert rows(sqlite_store, "SELECT sha256 FROM export_register")[1] == (None,)


def test_one_that_fails_leaves_nothing(sqlite_store: Store, ana: Person, tmp_path: Path, rows: Rows) -> None:
    def broken(found: Iterable[Any]) -> Iterable[Any]:
        yield next(iter(found))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exports.export(sqlite_store, ana, "posts", tmp_path / "p.csv", watch=broken)
    with pytest.raises(UseError, match="cannot be written"):
        exports.export(sqlite_store, ana, "posts", tmp_path / "none" / "p.csv")
    with pytest.raises(UseError, match=r"must be one of \.csv, \.jsonl, \.parquet, \.xlsx"):
        exports.export(sqlite_store, ana, "posts", tmp_path / "p.pdf")
    with pytest.raises(NotFound, match="no table 'people'"):
        exports.export(sqlite_store, ana, "people", tmp_path / "p.csv")
    assert [p.name for p in tmp_path.iterdir() if "postreeve" not in p.name] == []
    assert rows(sqlite_store, "SELECT count(*) FROM export_register") == [(0,)]


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.ANALYST, Role.ADMINISTRATOR)])
def test_other_roles_take_no_rows(sqlite_store: Store, tmp_path: Path, role: Role) -> None:
    someone = Person("x@council.example", "X", frozenset({role}))
    with pytest.raises(NotAllowed, match="export rows"):
        exports.export(sqlite_store, someone, "posts", tmp_path / "p.csv")
    with pytest.raises(NotAllowed):
        exports.rows(sqlite_store, someone, "posts")


def test_rows_come_a_page_at_a_time(sqlite_store: Store, ana: Person) -> None:
    with sqlite_store.write() as tx:
        tx.execute(text("INSERT INTO coverage (account_id, from_at, to_at, complete, cause) "
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                        "SELECT 'bins', '2026-01-01 00:00:00', '2026-01-02 00:00:00', 1, '' FROM n"))  # fmt: skip
    with sqlite_store.read() as tx:
        assert sum(1 for _ in dumps.rows(tx, "coverage")) == 5000


def test_the_pattern_of_formulas_names_what_spreadsheets_obey() -> None:
    assert all(FORMULA.match(cell) for cell in ("=1", "+1", "-1", "@x", "\t=1", " =1", "'=1", "|x", "%x"))
    assert not any(FORMULA.match(cell) for cell in ("bins", "3 - 2", "", "a=1"))
