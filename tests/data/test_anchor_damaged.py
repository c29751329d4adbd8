"""An anchor file that was damaged: each damaged line is told, none hides another, and none stops the check."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data import anchor
from data.services.actors import shell
from data.services.verify import verify
from data.store import ledger
from data.store.engine import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADS = [(n, f"{n:064x}") for n in range(1, 6)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An anchor file with the heads of `HEADS`."""
    made = tmp_path / "heads.anchor"
    for n, head in enumerate(HEADS):
        anchor.append(made, head, NOON + timedelta(minutes=n))
    return made


def valid(file: Path) -> list[tuple[int, str]]:
    """Return the heads whose line still holds."""
    return [(one.seq, one.hash) for one in anchor.read(file) if one.valid]


@pytest.mark.parametrize(
    "damage",
    [b"\xff\xfe", b"\x80", b"[" * 100_000, b"{}", b"null", b"3", b'{"signature": 3}', b'{"signature": "zz"}', b"\x00"],
    ids=[
        "no UTF-8",
        "half a letter",
        "deep",
        "object",
        "null",
        "number",
        "number signed",
        "no hexadecimal",
        "null byte",
    ],
)
def test_a_damaged_line_is_told_and_hides_no_other(file: Path, damage: bytes) -> None:
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([*lines[:2], damage, *lines[2:], b""]))
    assert [one.valid for one in anchor.read(file)] == [True, True, False, True, True, True]
    assert valid(file) == HEADS
    assert [line["seq"] for line in anchor.lines(file)] == [head[0] for head in HEADS]
    file.write_bytes(b"\n".join([*lines, damage, b""]))
    newest = anchor.newest(file)
    assert newest is not None
    assert not newest.valid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_no_flipped_bit_stays_unnoticed(file: Path, data: st.DataObject) -> None:
    whole = file.read_bytes()
    content = bytearray(whole)
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    file.write_bytes(content)
    try:
        assert set(valid(file)) <= set(HEADS)
        assert len(valid(file)) >= len(HEADS) - 2  # the line, and its neighbour where the flipped bit parted them
        same = [json.loads(line) for line in whole.splitlines()]
        assert all(line in same for line in anchor.lines(file))
    finally:
        file.write_bytes(whole)


def test_a_signature_in_other_letters_is_not_the_line_that_was_written(file: Path) -> None:
    first, *rest = file.read_text().splitlines()
    line = json.loads(first)
    other = json.dumps(line | {"signature": line["signature"].upper()})
    file.write_text("\n".join([other, *rest, ""]))
    assert [one.valid for one in anchor.read(file)] == [False, True, True, True, True]
    assert anchor.lines(file) == [json.loads(kept) for kept in rest]


@pytest.mark.parametrize("left", [1, 40, 200, 250])
def test_a_line_that_broke_off_takes_no_later_one_with_it(file: Path, left: int) -> None:
    whole = file.read_bytes()
    start = whole.rstrip(b"\n").rindex(b"\n") + 1
    file.write_bytes(whole[: start + left])
    anchor.append(file, (9, "9" * 64), NOON)
    assert valid(file) == [*HEADS[:-1], (9, "9" * 64)]
    assert len(anchor.read(file)) == len(HEADS) + 1


def test_a_line_without_its_end_is_a_line(file: Path) -> None:
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    anchor.append(file, HEADS[-1], NOON)
    assert valid(file) == HEADS
    anchor.append(file, (9, "9" * 64), NOON)
    assert valid(file) == [*HEADS, (9, "9" * 64)]
    assert file.read_bytes().endswith(b"\n")


def test_an_empty_file_has_no_heads_and_takes_one(tmp_path: Path) -> None:
    file = tmp_path / "heads.anchor"
    file.touch()
    assert anchor.read(file) == anchor.lines(file) == []
    assert anchor.newest(file) is None
    anchor.append(file, HEADS[0], NOON)
    assert file.read_bytes().count(b"\n") == 1
    assert valid(file) == HEADS[:1]


def test_the_check_of_a_store_tells_a_damaged_anchor_and_goes_on(sqlite_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "heads.anchor"
    for n in range(3):
        with sqlite_store.write() as tx:
            ledger.append(tx, sqlite_store.now(), f"shell:{shell().name}", "x", f"y:{n}", {})
        with sqlite_store.read() as tx:
            anchor.append(file, ledger.head(tx), NOON)
    assert verify(sqlite_store, file).problems == ()
    lines = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([lines[0], b"\xff\xfe" + lines[1], lines[2], b""]))
    assert verify(sqlite_store, file).problems
