"""The file of joiners, movers and leavers: what is read, and what each mistake says."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import register, roster
from data.errors import InputError, Mistake
from data.roster import COLUMNS, REQUIRED, Member, read

HEADER = ",".join(COLUMNS)
NAMES = st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1).map(str.strip).filter(bool)


def made(*lines: str, header: str = HEADER, end: str = "\n") -> bytes:
    """Return a file of these lines."""
    return end.join([header, *lines, ""]).encode()


def mistakes(content: bytes, *known: str) -> list[tuple[int, str, str]]:
    """Return what is wrong with a file: row, column and words."""
    with pytest.raises(InputError) as caught:
        read(content, "people.csv", known)
    return [(m.row, m.column, m.message) for m in caught.value.mistakes]


def outcome(content: bytes) -> tuple[list[Member], bool]:
    """Return the people of a file, and whether it was refused with a list of mistakes."""
    try:
        return read(content, "people.csv"), False
    except InputError as error:
        return [], bool(error.mistakes)


def written(members: list[Member]) -> bytes:
    """Return a file of these people as a spreadsheet with the guard against formulas writes it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in members:
        cells = (one.email, one.name, one.department, one.line_manager, f"{one.until or ''}")
        writer.writerow([f"'{cell}" if register.FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue().encode()


def test_people_are_read_with_their_department_manager_and_last_day() -> None:
    found = read(
        made(
            "Ann@Council.example, Ann Ash ,  Parks   and  streets ,BOB@council.example,2026-12-31",
            "bob@council.example,Bob Birch,Parks,,",
        ),
        "people.csv",
    )
    assert found == [
        Member("ann@council.example", "Ann Ash", "Parks and streets", "bob@council.example", date(2026, 12, 31)),
        Member("bob@council.example", "Bob Birch", "Parks"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_every_program_s_csv_is_read(end: str, mark: bytes) -> None:
    content = mark + made('ann@council.example,"Ash, Ann",Parks,,', end=end)
    assert read(content, "people.csv")[0].name == "Ash, Ann"


def test_columns_may_stand_in_any_order_and_the_last_two_may_be_missing() -> None:
    content = made("Parks,Ann Ash,ann@council.example", header=" department , name,email ")
    assert read(content, "people.csv") == [Member("ann@council.example", "Ann Ash", "Parks")]


def test_a_manager_may_be_on_record_instead_of_in_the_file() -> None:
    content = made("ann@council.example,Ann,Parks,Chief@council.example,")
    assert read(content, "people.csv", ["chief@council.example"])[0].line_manager == "chief@council.example"
    assert mistakes(content) == [
        (2, "line_manager_email", "nobody is known under Chief@council.example; add a row for them")
    ]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (",Ann,Parks,,", "email", "must not be empty"),
        ("ann@council.example,,Parks,,", "name", "must not be empty"),
        ("ann@council.example,Ann,  ,,", "department", "must not be empty"),
        (
            "ann@council.example,Ann,Parks,ANN@council.example,",
            "line_manager_email",
            "nobody is their own line manager",
        ),
        ("ann@council.example,An\x07n,Parks,,", "name", "has control characters"),
        ("ann@council.example,Ann,Par\x7fks,,", "department", "has control characters"),
    ],
)
def test_a_mistake_names_row_and_column(line: str, column: str, words: str) -> None:
    assert (2, column, words) in mistakes(made(line))


@pytest.mark.parametrize("email", ["ann", "ann@", "@council.example", "ann@council", "a b@council.example"])
def test_what_is_no_address_is_refused_as_the_register_does(email: str) -> None:
    said = register.CHECKS["owner_email"](email)
    assert said
    assert (2, "email", said) in mistakes(made(f"{email},Ann,Parks,,"))


@pytest.mark.parametrize("until", ["31/12/2026", "2026-13-01", "2026-02-30", "soon", "20261231x"])
def test_what_is_no_day_is_refused_as_the_register_does(until: str) -> None:
    said = register.CHECKS["renewal_date"](until)
    assert said
    assert mistakes(made(f"ann@council.example,Ann,Parks,,{until}")) == [(2, "until", said)]


def test_a_person_stands_in_a_file_once_whatever_the_capitals() -> None:
    found = mistakes(
        made("ann@council.example,Ann,Parks,,", "bob@council.example,Bob,Parks,,", "ANN@council.example,Ann,Roads,,")
    )
    assert found == [(4, "email", "ann@council.example is also in row 2")]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("email,name,departments", 1, "no such column; did you mean department?"),
        ("email,name,department,shoe size", 1, "no such column"),
        ("email,name", 1, "the column is missing"),
        ("", 1, "the column is missing"),
    ],
)
def test_a_wrong_header_is_row_one(header: str, row: int, said: str) -> None:
    assert (row, said) in [(found[0], found[2]) for found in mistakes(made(header=header))]


@pytest.mark.parametrize("content", [b"", b"\n\n", HEADER.encode(), b" , ,\n"])
def test_a_file_without_people_is_refused(content: bytes) -> None:
    assert mistakes(content)
    assert mistakes(HEADER.encode()) == [(1, "", "the file has no rows")]


def test_a_row_of_another_length_says_both_lengths() -> None:
    assert mistakes(made("ann@council.example,Ann,Parks")) == [(2, "", "it has 3 cells, the header has 5")]
    assert mistakes(made("ann@council.example,Ann,Parks,,,,"))[0] == (2, "", "it has 7 cells, the header has 5")


def test_bytes_that_are_no_words_say_how_to_save_the_file() -> None:
    assert mistakes("ann@council.example,Ann Größe".encode("latin-1")) == [
        (1, "", "it is not UTF-8; save the file as “CSV UTF-8”")
    ]


def test_what_is_no_csv_is_said_to_be_none() -> None:
    [(row, column, said)] = mistakes(made('"ann"x,Ann,Parks,,'))
    assert (row, column) == (1, "")
    assert said.startswith("the file cannot be read as CSV: ")


def test_a_cell_of_any_length_is_refused_and_not_a_crash() -> None:
    assert mistakes(made(f"ann@council.example,{'a' * 200_000},Parks,,"))[0][2].startswith("the file cannot be read")


def test_a_row_has_its_own_number_though_lines_before_it_are_empty() -> None:
    found = mistakes(made("ann@council.example,Ann,Parks,,", "", ",,,,", "bob@council.example,,Parks,,"))
    assert found == [(5, "name", "must not be empty")]


def test_all_mistakes_are_told_at_once_in_the_order_of_rows() -> None:
    found = mistakes(made(",Ann,Parks,,x", "bob,Bob,,nobody@council.example,"))
    assert [row for row, _, _ in found] == sorted(row for row, _, _ in found)
    assert {(row, column) for row, column, _ in found} == {
        (2, "email"),
        (2, "until"),
        (3, "email"),
        (3, "department"),
        (3, "line_manager_email"),
    }


def test_the_sentence_counts_the_mistakes_and_says_that_nothing_changed() -> None:
    with pytest.raises(InputError, match=r"^people\.csv: 1 mistake; nothing was changed\.\n  row 2, column name: must"):
        read(made("ann@council.example,,Parks,,"), "people.csv")
    assert str(InputError("x", [Mistake(1, "", "a"), Mistake(2, "b", "c")])).startswith("x: 2 mistakes; nothing")


@pytest.mark.parametrize("cell", ["'=1+1", "'+44 Parks", "'-Parks", "'@Parks 2"])
def test_the_apostrophe_against_formulas_is_taken_off_again(cell: str) -> None:
    assert read(made(f"ann@council.example,Ann,{cell},,"), "people.csv")[0].department == cell[1:]


def test_an_apostrophe_of_a_name_stays() -> None:
    assert read(made("ann@council.example,'Tilly' Ash,O'Connell Street,,"), "people.csv") == [
        Member("ann@council.example", "'Tilly' Ash", "O'Connell Street")
    ]


@given(NAMES, NAMES.map(lambda text: " ".join(text.split())).filter(bool), st.none() | st.dates(date(2000, 1, 1)))
def test_what_is_written_is_read_back(name: str, department: str, until: date | None) -> None:
    one = Member("ann@council.example", name, department, "", until)
    assert read(written([one]), "people.csv") == [one]


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content: bytes) -> None:
    for file in (content, HEADER.encode() + b"\n" + content):
        found, wrong = outcome(file)
        assert bool(found) is not wrong
        assert all(one.email and one.name and one.department for one in found)


def test_each_column_that_is_required_is_a_column() -> None:
    assert set(REQUIRED) <= set(COLUMNS)
    assert set(roster.CHECKS) <= set(COLUMNS)
    assert all(check("") == "" for check in roster.CHECKS.values())
