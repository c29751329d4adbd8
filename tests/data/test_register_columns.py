"""Every column of the register: what it takes and what it refuses, value by value."""

import pytest

from data import register
from data.errors import InputError
from data.model import AccountKind, Platform
from tests.support.register import csv_of, row

TAKEN = {
    "id": ["a", "A1", "bins-recycling", "bins.recycling", "bins_recycling", "9", "x" * 64],
    "platform": [p.value for p in Platform],
    "kind": [k.value for k in AccountKind],
    "handle": ["Thornmere Bins", "@bins@social.example", "bins.thornmere.example", "Biniau'r Fwrdeistref", "بلدية"],
    "url": ["https://a.example", "http://a.example:8080/feed?x=1&y=2#z", "https://xn--bcher-kva.example/feed"],
    "service_url": ["", "https://pds.example", "https://pds.example/"],
    "plc_url": ["", "https://plc.example"],
    "owner_email": ["a@b.example", "first.last+tag@sub.b.example", "A@B.EXAMPLE"],
    "deputy_emails": ["", "a@b.example", "a@b.example;c@d.example", " a@b.example ; c@d.example ", "a@b.example;"],
    "notice_date": ["2026-01-05", "2024-02-29"],
    "review_date": ["2026-12-01"],
    "renewal_date": ["2027-03-31", "2099-12-31"],
    "lawful_basis": ["public task", "legal obligation", "Public task; contract", "Article 6(1)(e)", "consent"],
    "purpose": ["News", 'Say "hello", kindly', "Newyddion; gwybodaeth", "=not a formula here"],
}
REFUSED = {
    "id": ["", " ", "-bins", ".bins", "bins recycling", "bins/recycling", "bîns", "x" * 65, "bins;parks"],
    "platform": ["", "twitter", "Feed", "rss", "bluesky "[:-1] + "x"],
    "kind": ["", "personal", "private", "union", "trade union", "Corporate", "department"],
    "handle": ["a\x00b", "a\x1bb", "a\x07"],
    "url": [
        "a.example",
        "ftp://a.example",
        "https://",
        "https:///feed",
        "javascript:alert(1)",
        "https://u:p@a.example",
    ],
    "service_url": ["pds.example", "file:///etc/passwd"],
    "plc_url": ["plc", "https://plc.example:notaport"],
    "owner_email": [
        "",
        "nobody",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b",
        "a@b.example;c@d.example",
        "<a@b.example>",
    ],
    "deputy_emails": ["nobody", "a@b.example;nobody", "a@b.example,c@d.example"],
    "notice_date": ["", "5 January 2026", "05/01/2026", "2026-1-5", "2026-02-30", "20260105", "2026-01-05T00:00:00"],
    "review_date": ["", "soon", "2026-13-01"],
    "renewal_date": ["next year", "2025-12-31"],
    "lawful_basis": ["", "we think it is fine", "public task; whim", "the member's own choice; public task"],
    "purpose": [""],
}


@pytest.mark.parametrize(("column", "value"), [(c, v) for c, values in TAKEN.items() for v in values])
def test_what_a_column_takes(column: str, value: str) -> None:
    one = row("bins") | {column: value}
    doubled = {c: v.replace('"', '""') for c, v in one.items()}
    [entry] = register.read(csv_of(doubled), "r.csv")
    [again] = register.read(register.write_csv([entry]).encode(), "r.csv")
    assert again == entry


@pytest.mark.parametrize(("column", "value"), [(c, v) for c, values in REFUSED.items() for v in values])
def test_what_a_column_refuses_is_named_by_row_and_column(column: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        register.read(csv_of(row("fine"), row("bins") | {column: value}), "r.csv")
    places = {(m.row, m.column) for m in caught.value.mistakes}
    assert (3, column) in places
    assert {r for r, _ in places} == {3}


def test_every_column_is_tried() -> None:
    assert set(register.COLUMNS) - set(TAKEN) == {"department", "audience", "cadence", "dpia_ref"}


@pytest.mark.parametrize("column", register.REQUIRED)
def test_a_required_column_that_is_missing_is_named(column: str) -> None:
    header = ",".join(c for c in register.COLUMNS if c != column)
    with pytest.raises(InputError, match=rf"row 1, column {column}: the column is missing"):
        register.read(f"{header}\n".encode(), "r.csv")


@pytest.mark.parametrize("column", sorted(set(register.COLUMNS) - set(register.REQUIRED) - {"url"}))
def test_an_optional_column_may_be_left_out(column: str) -> None:
    kept = [c for c in register.COLUMNS if c != column]
    needs = ("dpia_ref", "notice_date", "review_date")
    one = row("bins") | ({"renewal_date": ""} if column in needs else {})
    text = ",".join(kept) + "\n" + ",".join(f'"{one.get(c, "")}"' for c in kept) + "\n"
    [entry] = register.read(text.encode(), "r.csv")
    assert entry.account.id == "bins"


@pytest.mark.parametrize(
    "content",
    [
        csv_of(row("bins")).replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + csv_of(row("bins")),
        csv_of(row("bins")) + b"\n\n,,,\n"[:2],
        csv_of(row("bins")).rstrip(b"\n"),
    ],
    ids=["windows line ends", "byte order mark", "empty lines", "no last line end"],
)
def test_files_as_spreadsheets_write_them(content: bytes) -> None:
    assert [e.account.id for e in register.read(content, "r.csv")] == ["bins"]


def test_a_quoted_line_break_stays_in_its_cell() -> None:
    one = row("bins", purpose="first line\nsecond line")
    [entry] = register.read(csv_of(one), "r.csv")
    assert entry.passport.purpose == "first line\nsecond line"


def test_all_mistakes_of_a_thousand_rows_are_told() -> None:
    rows = [row(f"a{n}", kind="personal" if n % 2 else "service") for n in range(1000)]
    with pytest.raises(InputError) as caught:
        register.read(csv_of(*rows), "r.csv")
    assert len(caught.value.mistakes) == 500
    assert [m.row for m in caught.value.mistakes] == list(range(3, 1003, 2))
    assert str(caught.value).splitlines()[0] == "r.csv: 500 mistakes; nothing was changed."


def test_one_mistake_is_one_mistake() -> None:
    with pytest.raises(InputError, match=r"^r\.csv: 1 mistake; nothing was changed\."):
        register.read(csv_of(row("bins", kind="personal")), "r.csv")
