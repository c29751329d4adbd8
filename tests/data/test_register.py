"""The register's files and the passport's states."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import register
from data.errors import InputError
from data.model import PassportState
from tests.support.register import HEADER, csv_of, row


def mistakes(content: bytes, name: str = "r.csv", known: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(InputError) as caught:
        register.read(content, name, known)
    return [str(m) for m in caught.value.mistakes]


def test_a_complete_row_is_understood() -> None:
    [entry] = register.read(csv_of(row("bins", deputy_emails="a@b.example; C@D.example")), "r.csv")
    assert entry.account.id == "bins"
    assert entry.passport.state is PassportState.LIVE
    assert entry.deputy_emails == ("a@b.example", "c@d.example")
    assert str(entry.passport.renewal_date) == "2099-03-31"


def test_a_row_without_renewal_date_is_an_application() -> None:
    [entry] = register.read(csv_of(row("bins", renewal_date="", dpia_ref="", notice_date="", review_date="")), "r.csv")
    assert entry.passport.state is PassportState.APPLIED


def test_ten_kinds_of_mistakes_are_all_told_at_once() -> None:
    bad = csv_of(
        row("bins", platform="feeed"),
        row("bins", url="https://other.example/"),
        row("spa ces", url="https://spaces.example/", owner_email="o@spaces.example"),
        row("parks", kind="personal"),
        row("roads", owner_email="nobody"),
        row("trees", renewal_date="31/03/2027"),
        row("moss", purpose=""),
        row("fern", url="ftp://fern.example"),
        row("reed", notice_date="2099-06-01"),
        row("rush", deputy_emails="a@b.example;oops"),
        row("sedge", dpia_ref=""),
    )
    told = mistakes(bad, known=("moss",))
    for part in (
        "row 2, column platform: 'feeed' is not known; did you mean feed?",
        "row 3, column id: bins is also in row 2",
        "row 4, column id: use letters",
        "row 5, column kind: personal accounts are outside the register",
        "row 6, column owner_email: 'nobody' is not an e-mail address",
        "row 7, column renewal_date: '31/03/2027' is not a date; write it as 2026-11-22",
        "row 8, column id: moss is on the register already",
        "row 8, column purpose: must not be empty",
        "row 9, column url: 'ftp://fern.example' is not a web address",
        "row 10, column renewal_date: lies before the notice date",
        "row 11, column deputy_emails: 'oops' is not an e-mail address",
        "row 12, column dpia_ref: an approved account",
    ):
        assert any(line.startswith(part) for line in told), (part, told)
    assert len(told) == 12


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "row 1: the file is empty"),
        (HEADER.encode(), "row 1: the file has no rows"),
        (b"id,platfrom\n", "row 1, column platfrom: no such column; did you mean platform?"),
        (HEADER.encode() + b"\nbins,feed\n", "row 2: it has 2 cells, the header has 18"),
        (b'id,"unclosed\n', "row 1: the file cannot be read as CSV"),
        ("id,platform\nbïns,feed".encode("latin-1"), "row 2: it is not UTF-8"),
        (
            csv_of(row("a", url="https://user:secret@x.example/")),
            "row 2, column url: an address must not hold a user name",
        ),
        (csv_of(row("a", handle="x\x1b[31m")), "row 2, column handle: has control characters"),
        (
            csv_of(row("a"), row("b", url="https://a.example/feed.xml/")),
            "row 3, column url: the same account is also in row 2",
        ),
        (csv_of(row("a", url="", platform="bluesky")), "row 2, column url: an account needs a handle or an address"),
    ],
)
def test_files_that_are_no_register(content: bytes, told: str) -> None:
    assert any(line.startswith(told) for line in mistakes(content)), mistakes(content)


def test_json_reads_like_csv() -> None:
    one = {"id": "a", "platform": "bluesky", "handle": "a.example", "kind": "corporate", "department": "C"}
    more = {
        "owner_email": "o@a.example",
        "deputy_emails": ["d@a.example"],
        "purpose": "p",
        "lawful_basis": "public task",
    }
    [entry] = register.read(json.dumps([one | more]).encode(), "r.json")
    assert entry.account.handle == "a.example"
    assert entry.deputy_emails == ("d@a.example",)
    assert mistakes(b"{", "r.json")[0].startswith("row 1: the file cannot be read as JSON")
    assert mistakes(b'[{"idd": 1}]', "r.json")[0] == "row 1, column idd: no such column; did you mean id?"


words = st.text(st.characters(categories=["L", "N", "Zs", "P"], exclude_characters='"'), min_size=1, max_size=30)


@given(words.map(str.strip).filter(bool), words.map(str.strip).filter(bool))
def test_what_is_written_reads_back_the_same(purpose: str, department: str) -> None:
    entries = register.read(csv_of(row("bins", purpose=purpose, department=department)), "r.csv")
    assert register.read(register.write_csv(entries).encode(), "r.csv") == entries


def test_another_table_maps_into_the_register() -> None:
    rows = [
        {"code": "ABC", "name": "Abc Council", "site": "https://abc.example"},
        {"code": "DEF", "name": "Def", "site": ""},
    ]
    block = {
        "id": "{code}-web",
        "platform": "feed",
        "url": "{site}",
        "kind": "corporate",
        "department": "{name}",
        "owner_email": "register@abc.example",
        "purpose": "News of {name}",
        "lawful_basis": "public task",
        "when": "site",
    }
    made = register.mapped(rows, {"account": [block]})
    assert [m["id"] for m in made] == ["ABC-web"]
    [entry] = register.understand(made, "mapped")
    assert entry.passport.purpose == "News of Abc Council"


def test_a_mapping_with_mistakes_is_refused() -> None:
    with pytest.raises(InputError, match="no column 'cdoe'"):
        register.mapped([{"code": "A"}], {"account": [{"id": "{cdoe}"}]})
    with pytest.raises(InputError, match="did you mean handle"):
        register.mapped([{"code": "A"}], {"account": [{"handel": "{code}"}]})
    with pytest.raises(InputError, match="no \\[\\[account\\]\\] block"):
        register.mapped([], {})
