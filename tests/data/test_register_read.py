"""Registers as people hand them in: empty lines, JSON that lacks things, mappings that lack things."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import register
from data.errors import InputError
from data.register import COLUMNS, REQUIRED, Entry

GOOD = {
    "id": "bins",
    "platform": "bluesky",
    "handle": "bins.example",
    "kind": "service",
    "department": "Streets",
    "owner_email": "ann@council.example",
    "purpose": "To say when bins are emptied.",
    "lawful_basis": "public task",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COLUMNS, "x"]), inner, max_size=6),
    max_leaves=12,
)


def csv_of(*rows: dict[str, str] | str) -> bytes:
    """Return a file with the columns of `GOOD`; a text is a line as it stands."""
    lines = [row if isinstance(row, str) else ",".join(row.values()) for row in rows]
    return "\n".join([",".join(GOOD), *lines, ""]).encode()


def mistakes(content: bytes, name: str = "register.csv") -> list[tuple[int, str, str]]:
    """Return what is wrong: row, column and words."""
    with pytest.raises(InputError) as caught:
        register.read(content, name)
    return [(m.row, m.column, m.message) for m in caught.value.mistakes]


def outcome(content: bytes, name: str) -> tuple[list[Entry], bool]:
    """Return the entries of a file, and whether it was refused with a list of mistakes."""
    try:
        return register.read(content, name), False
    except InputError as error:
        return [], bool(error.mistakes)


def test_a_file_and_the_same_as_json_give_the_same_account() -> None:
    [entry] = register.read(csv_of(GOOD), "register.csv")
    assert entry == register.read(json.dumps([GOOD]).encode(), "register.json")[0]


@pytest.mark.parametrize("between", [[""], ["", ""], [",,,,,,,"], ["  ", " , ,,,,,,"]])
def test_a_row_keeps_the_number_that_a_spreadsheet_shows(between: list[str]) -> None:
    content = csv_of(GOOD, *between, GOOD | {"id": "bins 2"})
    assert [row for row, _, _ in mistakes(content)] == [3 + len(between)]
    again = mistakes(csv_of(GOOD, *between, GOOD))
    assert again == [(3 + len(between), "id", "bins is also in row 2")]


def test_empty_lines_are_no_accounts() -> None:
    assert len(register.read(csv_of("", GOOD, ",,,,,,,", ""), "register.csv")) == 1
    assert mistakes(csv_of("", ",,,,,,,")) == [(1, "", "the file has no rows")]


def test_lines_above_the_header_do_not_count() -> None:
    assert mistakes(b"\n,,\n" + csv_of(GOOD | {"id": ""})) == [(2, "id", "must not be empty")]


@pytest.mark.parametrize("odd", [*"\x00\x1b\x7f\x85\x9b\u202e\u2066 ,;<>@", "\u00a0", "\u2028"])
def test_no_address_holds_what_drives_a_terminal_or_parts_a_list(odd: str) -> None:
    check = register.CHECKS["owner_email"]
    for place in range(len("ann@c.example") + 1):
        assert check(f"{'ann@c.example'[:place]}{odd}{'ann@c.example'[place:]}")
    for good in ("ann@c.example", "o'neil+posts@council.example", "jörg@rat.example", "a@b.c.d.example"):
        assert check(good) == ""


@pytest.mark.parametrize("column", REQUIRED)
def test_json_without_a_column_that_is_needed_is_refused(column: str) -> None:
    lacking = {name: cell for name, cell in GOOD.items() if name != column}
    assert (2, column, "must not be empty") in mistakes(json.dumps([lacking]).encode(), "r.json")
    assert (2, column, "must not be empty") in mistakes(json.dumps([GOOD | {column: None}]).encode(), "r.json")


def test_an_empty_object_is_no_account_and_is_told() -> None:
    found = mistakes(b"[{}]", "r.json")
    assert {column for _, column, _ in found} == {*REQUIRED, "url"}


@pytest.mark.parametrize("content", [b"[" * 100_000, b'[{"id":' * 50_000, b'{"a":' * 50_000])
def test_json_nested_too_deeply_is_refused(content: bytes) -> None:
    [(row, column, said)] = mistakes(content, "r.json")
    assert (row, column) == (1, "")
    assert said.startswith("the file cannot be read as JSON: ")


@pytest.mark.parametrize("content", [b"{}", b"null", b"3", b'"x"', b"[1]", b"[[]]", b'[{"id": "a"}, 3]'])
def test_json_that_is_no_list_of_objects_says_what_it_must_be(content: bytes) -> None:
    assert mistakes(content, "r.json") == [(1, "", "the file must be a list of objects, one an account")]


def test_json_that_breaks_off_names_its_line() -> None:
    [(row, _, said)] = mistakes(b'[{"id": "a"},\n\n{', "r.json")
    assert row == 3
    assert "cannot be read as JSON" in said


@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "x"]), JSON, max_size=18), max_size=3) | JSON)
def test_no_json_breaks_it(document: Any) -> None:
    found, wrong = outcome(json.dumps(document).encode(), "r.json")
    assert bool(found) is not wrong
    assert all(one.account.id and one.account.department and one.owner_email for one in found)


@given(st.binary(max_size=300))
def test_no_csv_breaks_it(content: bytes) -> None:
    for file in (content, csv_of(GOOD) + content):
        found, wrong = outcome(file, "r.csv")
        assert bool(found) is not wrong


@pytest.mark.parametrize("column", REQUIRED)
def test_a_mapping_that_leaves_out_what_is_needed_is_refused(column: str) -> None:
    block = {name: cell for name, cell in GOOD.items() if name != column}
    rows = register.mapped([{"Name": "x"}], {"account": [block]})
    with pytest.raises(InputError, match=f"column {column}: must not be empty"):
        register.understand(rows, "t.csv as mapped by m.toml")


@pytest.mark.parametrize("mapping", [{}, {"account": []}, {"account": "x"}, {"account": [3]}, {"account": {"id": "x"}}])
def test_a_mapping_without_a_block_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"the mapping.*\n.*it has no \[\[account\]\] block"):
        register.mapped([{"Name": "x"}], mapping)


def test_a_mapping_names_columns_that_neither_side_has() -> None:
    block = {"id": "{Nmae}", "departmint": "{Name}", "when": "Live"}
    with pytest.raises(InputError) as caught:
        register.mapped([{"Name": "x"}], {"account": [block]})
    assert [(m.column, m.message) for m in caught.value.mistakes] == [
        ("departmint", "no such column; did you mean department?"),
        ("id", "the table has no column 'Nmae'"),
        ("when", "the table has no column 'Live'"),
    ]


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ({}, ["a", "b", "c"]),
        ({"when": "X"}, ["a"]),
        ({"unless": "X"}, ["b", "c"]),
        ({"when": "X", "unless": "Y"}, []),
        ({"when": "Y", "unless": "X"}, ["c"]),
    ],
)
def test_a_block_applies_where_its_columns_are_filled(conditions: dict[str, str], names: list[str]) -> None:
    rows = [{"N": "a", "X": "1", "Y": "1"}, {"N": "b", "X": " ", "Y": ""}, {"N": "c", "X": "", "Y": "1"}]
    found = register.mapped(rows, {"account": [{"id": "{N}", **conditions}]})
    assert [row["id"] for row in found] == names


def test_what_a_template_takes_in_is_not_filled_again() -> None:
    [row] = register.mapped([{"N": "{Secret}", "Secret": "no"}], {"account": [{"id": "{N}", "purpose": "x {N} y"}]})
    assert (row["id"], row["purpose"]) == ("{Secret}", "x {Secret} y")
