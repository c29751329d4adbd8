"""Reading hostile input: one outcome a line, in place."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import stream
from classifier.stream import Bad, Text, read
from data.errors import InputError


def outcomes(content: bytes, form: str = "jsonl") -> list[Text | Bad]:
    """Return what is read out of some bytes."""
    return list(read(io.BytesIO(content), form, "input"))


def test_json_lines() -> None:
    content = b'{"text": "a"}\r\n{"id": "x", "text": "b\\ud83d\\ude00"}\n{"id": 7.5, "text": ""}'
    assert outcomes(content) == [Text(1, "a"), Text("x", "b😀"), Text(7.5, "")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", "is empty"),
        (b"x", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"text": ' + b"1" * 10_000 + b"}", "not JSON"),
        (b"[]", "not an object"),
        (b"{}", "text is missing"),
        (b'{"text": 5}', "text is missing"),
        (b'{"text": "a", "id": []}', "id must be"),
        (b'{"text": "a", "id": true}', "id must be"),
        (b'{"text": "a", "id": NaN}', "id must be"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"text": "a\x00b"}', "not JSON"),
    ],
)
def test_a_bad_line_is_named_in_its_place(line: bytes, words: str) -> None:
    first, bad, last = outcomes(b'{"text": "a"}\n' + line + b'\n{"text": "c"}\n')
    assert (first, last) == (Text(1, "a"), Text(3, "c"))
    assert isinstance(bad, Bad)
    assert bad.id == 2
    assert words in bad.error
    assert "line 2" in bad.error


def test_a_bad_line_keeps_its_own_id() -> None:
    assert outcomes(b'{"id": "k"}') == [Bad("k", "line 1: text is missing or not a text")]


def test_a_line_too_long_is_skipped_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_LINE", 20)
    first, second = outcomes(b'{"text": "' + b"a" * 100 + b'"}\n{"text": "b"}\n')
    assert isinstance(first, Bad)
    assert "longer than" in first.error
    assert second == Text(2, "b")


def test_plain_lines() -> None:
    assert outcomes("\ufeffone\n\ntwo\x00\r\n".encode(), "text") == [Text(1, "one"), Text(2, ""), Text(3, "two\x00")]


def test_csv() -> None:
    content = 'id,text,more\nx,"a, ""b""\nc",1\n,d,2\ny,e\nz,\xe9,3\n'.encode("latin-1")
    one, two, three, four = outcomes(content, "csv")
    assert (one, two) == (Text("x", 'a, "b"\nc'), Text(2, "d"))
    assert isinstance(three, Bad)
    assert "2 fields" in three.error
    assert isinstance(four, Bad)
    assert "not UTF-8" in four.error


def test_csv_with_a_byte_order_mark() -> None:
    assert outcomes("\ufefftext\na\n".encode(), "csv") == [Text(1, "a")]


@pytest.mark.parametrize("content", [b"", b"id,txt\n1,a\n"])
def test_csv_without_text_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="column text"):
        outcomes(content, "csv")


@given(
    st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")), max_size=10),
    st.sampled_from(["jsonl", "text"]),
)
def test_one_outcome_a_line_whatever_the_bytes(lines: list[bytes], form: str) -> None:
    content = b"".join(line + b"\n" for line in lines)
    assert len(outcomes(content, form)) == len(lines)


@given(st.text(), st.none() | st.text() | st.integers(-(10**9), 10**9))
def test_what_was_written_is_read(text: str, key: str | int | None) -> None:
    line = json.dumps({"text": text, "id": key}).encode()
    assert outcomes(line) == [Text(1 if key is None else key, text)]


@given(st.binary(max_size=200))
def test_csv_never_fails_behind_its_header(body: bytes) -> None:
    assert all(isinstance(one, Text | Bad) for one in outcomes(b"text,id\n" + body, "csv"))
