"""Lists in large JSON files: a row at a time, whatever the rows hold."""

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import archive_json
from collectors.archive import Bad
from collectors.archive_json import rows

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def values(content: bytes | str, **options: Any) -> list[Any]:
    """The rows, bad ones as their sentences."""
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return [str(one) if isinstance(one, Bad) else one[1] for one in rows("f", stream, **options)]


@given(st.lists(VALUES, max_size=8), st.sampled_from([None, 1]), st.integers(1, 9))
def test_rows_are_those_of_the_whole_file(given_rows: list[Any], indent: int | None, step: int) -> None:
    content = json.dumps(given_rows, indent=indent, ensure_ascii=False).encode("utf-8", "surrogatepass")
    before, archive_json.STEP = archive_json.STEP, step
    try:
        found = values(content)
    finally:
        archive_json.STEP = before
    assert found == given_rows


def test_numbers_cut_between_two_reads_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_json, "STEP", 3)
    assert values("[123456, -7.25, 1e3]") == [123456, -7.25, 1000.0]


def test_the_list_under_a_key() -> None:
    content = '{"@context": ["a", {"b": 1}], "orderedItems": [1, 2], "after": 3}'
    assert values(content, key="orderedItems") == [1, 2]
    assert values('{"a": 1}', key="orderedItems") == ["f, row 1: the file is cut off or damaged from here on"]


@pytest.mark.parametrize("head", ["window.YTD.tweets.part0 = ", "window.YTD.note_tweet.part12=", "\ufeffwindow.a = "])
def test_a_file_that_a_browser_loads(head: str) -> None:
    assert values(f'{head}[{{"a": 1}}];\n', assigned=True) == [{"a": 1}]


@pytest.mark.parametrize("head", ["", "alert(1); ", f"window.{'a' * 400} = "])
def test_another_script_is_none(head: str) -> None:
    assert values(f"{head}[1]", assigned=True) == ["f, row 1: the file is not a file of this archive"]


@pytest.mark.parametrize("content", ["", "[", "[1", "[1,", "{", "[1 2]", "[NaN]", "[[" * 50_000, '["a', "nonsense"])
def test_a_damaged_file_ends_in_a_bad_row(content: str) -> None:
    assert "damaged" in values(content)[-1]


def test_a_row_that_is_not_utf8_is_bad_and_the_next_is_read() -> None:
    assert values(b'["a", "\xff", "b"]') == ["a", "f, row 2: is not UTF-8", "b"]


def test_an_escaped_surrogate_is_no_damage() -> None:
    assert values(r'["\ud83d\ude00", "\udc80"]') == ["😀", "\udc80"]


def test_a_row_without_end_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_json, "LONGEST_ROW", 1000)
    monkeypatch.setattr(archive_json, "STEP", 100)
    assert values('["fine", "' + "x" * 10_000 + '"]') == [
        "fine",
        "f, row 2: the file has a row that is too long or damaged, and cannot be read from here on",
    ]


def test_a_large_file_takes_little_memory() -> None:
    size, row = 40_000, json.dumps({"text": "x" * 500}).encode()

    class Long(io.RawIOBase):
        """A list of many rows, made as it is read."""

        left, rest = size, b"["

        def read(self, wanted: int = -1) -> bytes:
            while len(self.rest) < wanted and self.left:
                self.left -= 1
                self.rest += row + (b"," if self.left else b"]")
            piece, self.rest = self.rest[:wanted], self.rest[wanted:]
            return piece

    tracemalloc.start()
    try:
        assert sum(1 for _ in rows("f", Long())) == size  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()
