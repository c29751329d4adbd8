"""Plain tables: any columns, no guessing of hours, every mistake by its row."""

import io
import json
from datetime import UTC, datetime

import pytest

from collectors import archive_table
from collectors.archive import Bad, Row
from collectors.archive_table import mapping, open_csv, open_jsonl
from data.errors import ArchiveError
from data.model import Item, PostKind
from tests.collectors.support import RECEIVED

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def from_csv(content: str | bytes, *pairs: str, zone: str | None = None) -> list[Row]:
    """Every row of a CSV file."""
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return list(open_csv(file, "p.csv", mapping(pairs, zone), RECEIVED).rows)


def from_jsonl(*lines: object, pairs: tuple[str, ...] = ()) -> list[Row]:
    """Every row of a file of JSON lines; texts are written as they stand."""
    content = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(open_jsonl(io.BytesIO(content.encode()), "p.jsonl", mapping(pairs, None), RECEIVED).rows)


def bad(found: list[Row]) -> list[str]:
    return [str(row) for row in found if isinstance(row, Bad)]


def test_columns_of_other_names_and_the_rest_left_out() -> None:
    content = (
        'ref,body,created,link,author\n7,"Road\nclosed, sorry",2026-06-01T10:00:00+01:00,https://x.example/7,mallory\n'
    )
    (found,) = from_csv(content, "id=ref", "text=body", "published=created", "url=link")
    assert isinstance(found, Item)
    assert (found.platform_id, found.text, found.published_at, found.url) == (
        "7",
        "Road\nclosed, sorry",
        NINE,
        "https://x.example/7",
    )
    assert (found.rule, found.removed) == ("table/1", ("author",))
    assert b"mallory" not in found.payload


def test_json_lines_with_numbers_as_ids() -> None:
    (found,) = from_jsonl({"id": 7, "text": "Hello", "published": "2026-06-01T09:00:00Z", "reply_to": "6", "likes": 3})
    assert isinstance(found, Item)
    assert (found.platform_id, found.kind, found.reply_to, found.removed) == ("7", PostKind.REPLY, "6", ("likes",))


def test_times_state_their_zone_or_it_is_given() -> None:
    content = "id,text,published\n1,a,2026-06-01 10:00\n2,b,2026-01-01 10:00\n3,c,2026-06-01T09:00Z\n"
    assert bad(from_csv(content)) == [
        f"p.csv, row {n}: the time '{time}' states no zone; give one for all with --zone Europe/London"
        for n, time in ((2, "2026-06-01 10:00"), (3, "2026-01-01 10:00"))
    ]
    for zone, hours in (("Europe/London", [9, 10, 9]), ("Europe/Paris", [8, 9, 9])):
        found = from_csv(content, zone=zone)
        assert [row.published_at.hour for row in found if isinstance(row, Item) and row.published_at] == hours


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",a,2026-06-01T09:00Z", "no id in id"),
        ("1,,2026-06-01T09:00Z", "no text in text"),
        ("1,a,", "no time that can be read ('')"),
        ("1,a,2026-02-30T09:00Z", "no time that can be read"),
        ("1,a,2027-06-01T09:00Z", "lies in the future"),
        ("1,a", "it has 2 columns, not 3"),
        ("1,a,2026-06-01T09:00Z,b", "it has 4 columns, not 3"),
        (f"{'9' * 501},a,2026-06-01T09:00Z", "no id in id"),
        ('1,"a"b,2026-06-01T09:00Z', "no row of a table"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_in(row: str, says: str) -> None:
    found = from_csv(f"id,text,published\n{row}\n2,fine,2026-06-01T09:00Z\n")
    assert len(bad(found)) == 1
    assert bad(found)[0].startswith("p.csv, row 2: ")
    assert says in bad(found)[0]
    assert isinstance(found[-1], Item)


@pytest.mark.parametrize(
    "line", ["3", "[1]", "{", "nonsense", "[" * 90_000, '{"id": ["a"], "text": "x"}', '{"id": true}']
)
def test_a_bad_line_of_json_is_named(line: str) -> None:
    fine = {"id": "1", "text": "a", "published": "2026-06-01T09:00Z"}
    found = from_jsonl(line, "", fine)
    assert len(bad(found)) == 1
    assert bad(found)[0].startswith("p.jsonl, row 1: ")
    assert isinstance(found[-1], Item)


def test_what_is_not_utf8_is_a_bad_row() -> None:
    found = from_csv(b"id,text,published\n1,caf\xe9,2026-06-01T09:00Z\n2,caf\xc3\xa9,2026-06-01T09:00Z\n")
    assert bad(found) == ["p.csv, row 2: text is not UTF-8"]
    assert isinstance(found[1], Item)
    assert found[1].text == "café"


def test_a_byte_order_mark_is_no_part_of_a_name() -> None:
    assert len(from_csv(b"\xef\xbb\xbfid,text,published\n1,a,2026-06-01T09:00Z\n")) == 1


def test_columns_that_lack_are_named_with_the_way_out() -> None:
    with pytest.raises(
        ArchiveError, match=r"lacks a column for text, id\. Say which it is: --map text=COLUMN --map id="
    ):
        from_csv("body,published\n")
    with pytest.raises(ArchiveError):
        from_csv("")


@pytest.mark.parametrize("pair", ["body=text", "text", "text=", "=body", ""])
def test_a_mapping_that_makes_no_sense_is_told(pair: str) -> None:
    with pytest.raises(ArchiveError, match="what can be mapped is text, published, id"):
        mapping((pair,), None)


def test_a_line_without_end_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_table, "LONGEST_LINE", 100)
    fine = "1,a,2026-06-01T09:00Z"
    for found in (
        from_csv(f"id,text,published\n{fine}\n{'x' * 200}\n{fine}\n"),
        from_jsonl({"id": "1"}, "x" * 200, {}),
    ):
        assert len(found) == 2
        assert "longer than a post can be" in bad(found)[-1]


def test_a_header_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_table, "LONGEST_LINE", 100)
    with pytest.raises(ArchiveError, match="is no table"):
        from_csv("x" * 200)


def test_the_payload_is_what_was_mapped() -> None:
    (found,) = from_jsonl({"id": "1", "text": "a\u0000b", "published": "2026-06-01T09:00Z", "secret": "x"})
    assert isinstance(found, Item)
    assert json.loads(found.payload) == {"id": "1", "text": "a\u0000b", "published": "2026-06-01T09:00Z"}
    assert found.text == "ab"
