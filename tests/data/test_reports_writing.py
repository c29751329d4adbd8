"""Files that leave the store, whatever stands in the cells: no format loses a row, and none runs a word."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from data.errors import UseError
from data.reports.columns import KINDS, Col, Kind
from data.reports.sheets import MOST_LETTERS, OLDEST, write_xlsx
from data.reports.tables import TABLES
from data.reports.trend_table import COLUMNS as TRENDS
from data.reports.writing import FORMATS, Written, ending, plainly, safe, write

WORDS = (Col("words", Kind.TEXT, "words"),)
ODD = [
    *("", " ", "=1+1", " =1", "\u00a0=1", "'=1", "''=1", "-1", "+44 1234", "@bins", "|x", "%x", "\t=1", "\r\n=1"),
    *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x"),
    *(
        '"',
        '","',
        "a,b;c\td",
        "a\nb",
        "a\r\nb",
        "\u2028",
        "\x85",
        "\u202eevil",
        "\x07\x1b[2J",
        "_x0041_",
        "#N/A",
        "TRUE",
    ),
    *("0012", "1e9", "2026-11-22", "http://x.example", '=HYPERLINK("http://x.example")', "👩‍👩‍👧", "عربي", "\ufeffx"),
]


def rows_of(file: Path) -> list[list[Any]]:
    """Return the rows of a file of any format, as its own library reads them."""
    if file.suffix == ".csv":
        with file.open(newline="", encoding="utf-8") as lines:
            return [list(row) for row in csv.reader(lines)][1:]
    if file.suffix == ".jsonl":
        return [list(json.loads(line).values()) for line in file.read_text(encoding="utf-8").split("\n") if line]
    if file.suffix == ".parquet":
        return [list(row.values()) for row in parquet.read_table(file).to_pylist()]
    return [list(row) for row in openpyxl.load_workbook(file)["rows"].iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_row_comes_back_in_its_place(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"x{form}"
    assert write(file, WORDS, ([word] for word in ODD)) == Written(len(ODD))
    found = [row[0] for row in rows_of(file)]
    assert len(found) == len(ODD)
    if form == ".csv":
        assert found == [safe(word) for word in ODD]
    elif form != ".xlsx":  # what a spreadsheet cannot hold it writes by its code
        assert found == ODD


def test_no_cell_of_a_spreadsheet_is_a_formula_a_link_or_an_error(tmp_path: Path) -> None:
    write(tmp_path / "x.xlsx", WORDS, ([word] for word in ODD))
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["rows"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink or (cell.data_type == "n" and cell.value is not None)]


RUN = [sign + "1" for sign in ("=", "+", "-", "@", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")]


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\t", "\r\n", "\x00", " \x00 ", "'", "''"])
@pytest.mark.parametrize("word", RUN)
def test_what_a_spreadsheet_would_run_is_held_by_an_apostrophe(before: str, word: str) -> None:
    assert safe(before + word) == f"'{before}{word}"


@pytest.mark.parametrize("word", ["bins", "3 - 2", "a=1", "", "(=1)", "e@council.example", "\u2212 1", "~", "#bins"])
def test_what_no_spreadsheet_would_run_is_left_as_it_is(word: str) -> None:
    assert safe(word) == word


@given(st.text(max_size=20))
def test_the_apostrophe_comes_off_again_by_taking_one_off(word: str) -> None:
    assert safe(word) in (word, f"'{word}")
    if not word.startswith("'"):
        assert (safe(word)[1:] if safe(word).startswith("'") else safe(word)) == word


@pytest.mark.parametrize("form", [".csv", ".jsonl"])
def test_half_a_character_costs_itself_and_no_row(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"x{form}"
    assert write(file, WORDS, [["a\ud800b"], ["c"]]).rows == 2
    assert [row[0] for row in rows_of(file)] == ["a?b", "c"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-3, 60), st.sampled_from(["x", "\U0001f600", "é", "<"]))
def test_a_cell_at_the_edge_is_whole_or_says_that_it_was_cut(tmp_path: Path, beyond: int, letter: str) -> None:
    width = 2 if letter > "\uffff" else 1
    text = letter * ((MOST_LETTERS + beyond) // width)
    file = tmp_path / "x.xlsx"
    cut = write_xlsx(file, WORDS, [[text]])[1]
    found = str(rows_of(file)[0][0])
    assert len(found.encode("utf-16-le")) // 2 <= MOST_LETTERS
    assert bool(cut) is (len(text) * width > MOST_LETTERS)
    assert (found == text) is not bool(cut)
    assert found.endswith("the other formats hold all of them]") is bool(cut)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), OLDEST, date(2026, 2, 28), date(9999, 12, 31)])
def test_a_day_is_that_day_in_every_format(tmp_path: Path, day: date) -> None:
    columns = (Col("day", Kind.DAY, "a day"),)
    for form in sorted(FORMATS):
        write(tmp_path / f"x{form}", columns, [[day]])
        found = rows_of(tmp_path / f"x{form}")[0][0]
        assert f"{found:%Y-%m-%d}".zfill(10) == day.isoformat() if isinstance(found, date) else found == day.isoformat()


def test_a_moment_says_its_zone_or_is_utc() -> None:
    at = datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=UTC)
    assert plainly(at) == "2026-03-29T01:30:00.000005Z"
    assert plainly(date(2026, 3, 29)) == "2026-03-29"
    assert plainly(3) == 3
    assert plainly(None) is None


@pytest.mark.parametrize("form", [".jsonl", ".xlsx"])
def test_a_row_of_another_length_is_not_written_askew(tmp_path: Path, form: str) -> None:
    with pytest.raises(ValueError, match="zip"):
        write(tmp_path / f"x{form}", WORDS, [["a", "b"]])


@pytest.mark.parametrize("name", ["x", "x.xls", "x.csv.gz", ".csv", "x.CSV.txt", "x."])
def test_another_ending_is_refused_with_those_there_are(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        UseError, match=r"the ending says the format, and it must be one of \.csv, \.jsonl, \.parquet, \.x"
    ):
        write(tmp_path / name, WORDS, [])
    assert list(tmp_path.iterdir()) == []
    assert ending(Path("X.CSV")) == ".csv"


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_rows_are_a_file_with_its_columns(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"x{form}"
    assert write(file, TRENDS, []) == Written(0)
    assert rows_of(file) == []
    assert file.exists()


@pytest.mark.parametrize("columns", [*(table.columns for table in TABLES.values()), TRENDS])
def test_each_column_has_a_name_of_its_own_a_kind_and_a_meaning(columns: tuple[Col, ...]) -> None:
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name == name.lower() for name in names)
    assert all(column.meaning and column.kind in KINDS for column in columns)
    assert not [name for name in names if name.endswith("_id") and columns[names.index(name)].kind is not Kind.ID]
