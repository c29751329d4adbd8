"""The signed heads outside the store: written once a head, never mistaken for somebody else's."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import anchor
from data.anchor import Anchored
from data.config import Settings
from data.services.actors import shell
from data.services.anchoring import anchor_head
from data.services.verify import verify
from data.store import ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.register import add, row

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ONE, TWO = (1, "a" * 64), (2, "b" * 64)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "heads.anchor"


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_what_is_appended_reads_back_signed(file: Path) -> None:
    anchor.append(file, ONE, NOON)
    anchor.append(file, TWO, NOON)
    assert anchor.read(file) == [Anchored(*ONE, NOON.isoformat(), True), Anchored(*TWO, NOON.isoformat(), True)]


def test_the_same_head_is_written_once_in_a_row(file: Path) -> None:
    for head in (ONE, ONE, TWO, TWO, TWO, ONE):
        anchor.append(file, head, NOON)
    assert [(line["seq"], line["hash"]) for line in lines(file)] == [ONE, TWO, ONE]


def test_no_file_has_no_heads_and_reading_makes_none(file: Path) -> None:
    assert anchor.read(file) == []
    assert not file.parent.exists()


@pytest.mark.parametrize(("name", "value"), [("seq", 7), ("hash", "c" * 64), ("at", "2020-01-01T00:00:00+00:00")])
def test_each_part_is_under_the_signature(file: Path, name: str, value: object) -> None:
    anchor.append(file, ONE, NOON)
    file.write_text(json.dumps(lines(file)[0] | {name: value}) + "\n", encoding="utf-8")
    assert [a.valid for a in anchor.read(file)] == [False]


@pytest.mark.parametrize("line", ["[]", "7", "null", "{}", '{"seq": 1}', "not json", '{"signature": "zz"}', '"text"'])
def test_a_line_that_is_none_does_not_verify_and_hides_no_other(file: Path, line: str) -> None:
    anchor.append(file, ONE, NOON)
    with file.open("a", encoding="utf-8") as out:
        out.write(f"{line}\n\n")
    assert [a.valid for a in anchor.read(file)] == [True, False]


def test_a_signature_of_another_key_does_not_verify(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.anchor"
    anchor.append(file, ONE, NOON)
    anchor.append(other, ONE, NOON)
    file.write_bytes(other.read_bytes())
    assert [a.valid for a in anchor.read(file)] == [False]


def test_the_key_stays_the_same_and_is_for_its_owner_alone(file: Path) -> None:
    anchor.append(file, ONE, NOON)
    key = file.with_name("heads.anchor.key")
    before = key.read_bytes()
    anchor.append(file, TWO, NOON)
    assert key.read_bytes() == before
    assert key.stat().st_mode & 0o777 == 0o600
    assert before.hex() not in file.read_text(encoding="utf-8")


def test_the_file_lies_beside_the_store_or_where_it_is_set(sqlite_store: Store, tmp_path: Path) -> None:
    assert anchor.place(sqlite_store, "") == tmp_path / "postreeve.db.anchor"
    assert anchor.place(sqlite_store, "/elsewhere/heads") == Path("/elsewhere/heads")
    server = Store("postgresql://nobody@/none?host=/nowhere")
    assert anchor.place(server, "") == Path("var/postreeve.anchor")


def test_the_head_of_the_store_is_anchored_and_verifies(sqlite_store: Store, tmp_path: Path, clock: FakeClock) -> None:
    file = tmp_path / "postreeve.db.anchor"
    anchor_head(sqlite_store, Settings())
    assert [(a.seq, a.hash) for a in anchor.read(file)] == [(0, "0" * 64)]
    add(sqlite_store, row("bins"))
    clock.move(hours=1)
    anchor_head(sqlite_store, Settings())
    anchor_head(sqlite_store, Settings())
    with sqlite_store.read() as tx:
        head = ledger.head(tx)
    assert [(a.seq, a.hash) for a in anchor.read(file)] == [(0, "0" * 64), head]
    assert anchor.read(file)[1].at == clock.now.isoformat()
    report = verify(sqlite_store, file)
    assert (report.problems, report.anchored) == ((), head[0])


def test_an_anchor_of_another_store_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "heads"
    with sqlite_store.write() as tx:
        ledger.append(tx, sqlite_store.now(), shell().email, "test", "register")
    anchor.append(file, (1, "d" * 64), NOON)
    [problem] = verify(sqlite_store, file).problems
    assert "row 1 is not the one anchored at 2026-11-22T12:00:00+00:00" in problem
