"""Rights from the shell: holds, erasure, retention, requests, and the name that is found nowhere afterwards."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import postreeve
from data.commands import erasing
from data.services.erasure import Erased
from data.services.verify import verify
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.rights import CANARY, CLOWN, Office, collected, ended, office, posted, told

BY = ("--by", "ada@council.example", "--reason", "It was asked for.")


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A store in the working folder, with an upheld alert, made by a clock that is two days behind."""
    clock.now = datetime.now(UTC) - timedelta(days=2)
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/s.db", clock)
    made = office(store)
    posted(store, CLOWN, "The bins are out.")
    ended(store)
    told(store, made, 1)
    collected(store, "parks", 1, 2)
    store.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/s.db")
    return made


def ask(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Run the command; return what it said."""
    got = postreeve.outcome(list(arguments))
    out, err = capsys.readouterr()
    assert got == code, out + err
    return out if code == 0 else err


def the_post(tmp_path: Path) -> str:
    store = Store(f"sqlite:///{tmp_path}/s.db")
    with store.read() as tx:
        return str(tx.exec_driver_sql("SELECT post_id FROM alert WHERE id = 1").scalar_one())


def test_a_hold_from_the_shell(desk: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No legal hold was ever placed." in ask(capsys, "hold", "list", *BY[:2])
    assert "Legal hold 1 stands on alert:1." in ask(capsys, "hold", "place", "alert:1", *BY)
    told_ = ask(capsys, "erase", "post", the_post(tmp_path), *BY, code=1)
    assert "legal hold 1 stands on alert:1" in told_
    assert "postreeve hold lift alert:1" in told_
    assert "Lifted on alert:1: legal hold 1." in ask(capsys, "hold", "lift", "alert:1", *BY)
    assert "lifted" in ask(capsys, "hold", "list", *BY[:2])
    [row] = json.loads(ask(capsys, "--json", "hold", "list", *BY[:2]))
    assert (row["subject"], row["reason"]) == ("alert:1", "It was asked for.")


def test_the_name_is_nowhere_afterwards(desk: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reviewer = ("--by", desk.reviewer.email)
    assert "There is no folder exports" in ask(capsys, "bundle", "1", "-o", "exports/b.zip", *reviewer, code=2)
    ask(capsys, "account", "export", "register.csv")
    number = the_post(tmp_path)
    assert "Would erase of post" in ask(capsys, "erase", "post", number, *BY, "--dry-run")
    said = ask(capsys, "erase", "post", number, *BY)
    assert f"Erased of post:{number} under certificate 1" in said
    assert "traces" not in said
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes(), file
    assert "Erased under certificate 1: 1 items." in ask(capsys, "verify")
    document = json.loads(ask(capsys, "--json", "verify"))
    assert document["certificates"] == {"1": 1}


def test_an_account_and_a_person_from_the_shell(
    desk: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(capsys, "account", "export", "register.csv")
    assert "2 posts" in ask(capsys, "erase", "account", "parks", *BY)
    said = ask(capsys, "erase", "person", desk.reviewer.email, *BY)
    assert "1 person" in said
    assert "Tell whoever holds export 1 (accounts" in said
    assert "still owns bins" in ask(capsys, "erase", "person", desk.owner.email, *BY, code=1)
    assert "Nobody is known under" in ask(capsys, "erase", "person", "x@nowhere.example", *BY, code=2)


def test_the_day_of_an_export_is_the_councils() -> None:
    row: Any = SimpleNamespace(id=3, what="accounts", at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC), actor="ada")
    [_, said] = erasing.described(Erased("post:1", 1, {}, (row,), clean=True), "Europe/London")
    assert said == "Tell whoever holds export 3 (accounts, 2026-07-02, by ada): it may hold this."


def test_retention_from_the_shell(desk: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Due: nothing." in ask(capsys, "retention", "--dry-run")
    assert "Erased: nothing." in ask(capsys, "retention")
    (tmp_path / "postreeve.toml").write_text("[retention]\nposts = 1\n")
    due = json.loads(ask(capsys, "--json", "retention", "--dry-run"))
    assert due["due"]["posts"] == 3
    assert due["periods"]["posts"] == "1 days"
    ask(capsys, "hold", "place", "account:parks", *BY)
    said = ask(capsys, "retention", "--compact", "--by", "ada@council.example")
    assert "under certificate 1: " in said
    assert "1 posts" in said
    assert "Kept by a legal hold: 2 posts." in said
    store = Store(f"sqlite:///{tmp_path}/s.db")
    assert verify(store, tmp_path / "s.db.anchor").problems == ()


def test_requests_from_the_shell(desk: Office, capsys: pytest.CaptureFixture[str]) -> None:
    by = BY[:2]
    assert "Nobody has asked yet." in ask(capsys, "rights", "list", *by)
    assert "to be answered by" in ask(capsys, "rights", "open", "access", "Jo Public", "--about", "everything", *by)
    assert "to be acknowledged by" in ask(capsys, "rights", "open", "complaint", "Jo Public", *by)
    assert "acknowledged" in ask(capsys, "rights", "acknowledge", "2", *by)
    assert "closed" in ask(capsys, "rights", "close", "1", "--outcome", "Sent by post.", *by)
    rows = json.loads(ask(capsys, "--json", "rights", "list", *by))
    assert [(r["id"], r["overdue"]) for r in rows] == [(2, False), (1, False)]
    assert "Nothing was exported yet." in ask(capsys, "rights", "exports", *by)
    assert "may not manage rights" in ask(capsys, "rights", "list", "--by", desk.reviewer.email, code=1)
