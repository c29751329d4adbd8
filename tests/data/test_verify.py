"""verify: whatever was done to evidence, chain or anchor behind the services' back is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from data import anchor
from data.services.verify import verify
from data.store import ledger
from data.store.engine import Store
from tests.support.posts import item, store_items
from tests.support.register import add, row

FORGED = [
    ("UPDATE evidence SET payload = 'x' WHERE id = 2", "evidence 2: changed"),
    ("UPDATE evidence SET payload = NULL WHERE id = 2", "evidence 2: missing without a certificate"),
    ("UPDATE audit_log SET actor = 'someone else' WHERE seq = 2", "row 2 was changed"),
    ("UPDATE audit_detail SET detail = '{}' WHERE seq = 2", "detail of row 2 was changed"),
    ("DELETE FROM audit_detail WHERE seq = 2", "detail of row 2 is missing"),
    ("UPDATE audit_detail SET salt = NULL, detail = NULL WHERE seq = 2", "detail of row 2 is missing"),
    ("UPDATE version SET number = 3 WHERE id = 2", "version 1 is missing"),
    ("UPDATE audit_head SET seq = 9", "the log ends at row"),
]


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    add(store, row("bins"), row("parks"))
    store_items(store, "bins", item(1), item(2))
    with store.read() as tx:
        anchor.append(tmp_path / "anchor", ledger.head(tx), store.now())
    return store


def forge(store: Store, *statements: str) -> None:
    with store.write() as tx:
        for statement in statements:
            tx.execute(text(statement))


def test_an_untouched_store_verifies(filled: Store, tmp_path: Path) -> None:
    report = verify(filled, tmp_path / "anchor")
    assert report.problems == ()
    assert (report.evidence, report.audit_rows, report.anchored) == (2, 3, 3)


@pytest.mark.parametrize(("statement", "told"), FORGED)
def test_a_forgery_is_named(filled: Store, tmp_path: Path, statement: str, told: str) -> None:
    forge(filled, statement)
    problems = verify(filled, tmp_path / "anchor").problems
    assert any(told in problem for problem in problems), problems


def test_a_cut_tail_with_a_matching_head_is_found_by_the_anchor(
    filled: Store, tmp_path: Path, rows: Callable[..., list[tuple[object, ...]]]
) -> None:
    [(hashed,)] = rows(filled, "SELECT hash FROM audit_log WHERE seq = 2")
    drop = ("DELETE FROM audit_detail WHERE seq = 3", "DELETE FROM audit_log WHERE seq = 3")
    forge(filled, *drop, f"UPDATE audit_head SET seq = 2, hash = '{hashed}'")
    problems = verify(filled, tmp_path / "anchor").problems
    assert any("had 3 rows" in p and "(cut)" in p for p in problems)
    assert verify(filled, tmp_path / "another").problems == ()  # without an anchor it cannot tell


def test_an_anchor_that_was_edited_is_named(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    file.write_text(file.read_text().replace('"seq": 3', '"seq": 2'))
    assert any("not signed" in p for p in verify(filled, file).problems)
    file.write_text("nonsense\n")
    assert any("line 1" in p for p in verify(filled, file).problems)


def test_the_key_is_for_its_owner_alone_and_the_head_is_written_once(filled: Store, tmp_path: Path) -> None:
    file = tmp_path / "anchor"
    assert file.with_name("anchor.key").stat().st_mode & 0o777 == 0o600
    with filled.read() as tx:
        anchor.append(file, ledger.head(tx), filled.now())
    assert len(anchor.read(file)) == 1
