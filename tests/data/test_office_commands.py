"""The passport office from the shell: what each verb says, in words and as JSON, and its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import postreeve
from data.commands.sitting import sitting
from data.errors import UseError
from data.panel import Seat, Vote

Ask = Callable[..., tuple[int, str]]
DOMAIN = "council.example"
OWNER, DEPUTY, PAT = (f"{name}@{DOMAIN}" for name in ("owner", "deputy", "pat"))
CASE = (
    *("--platform", "feed", "--handle", "Bins", "--url", "https://bins.example/f", "--department", "Environment"),
    *("--purpose", "Bin days", "--lawful-basis", "public task", "--dpia-ref", "D-7"),
    *("--notice-date", "2026-01-05", "--review-date", "2099-01-05"),
)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the command on a store with an owner, a deputy and a panel; return exit code and all that was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/s.db")

    def run(*arguments: str) -> tuple[int, str]:
        code = postreeve.outcome(list(arguments))
        told = capsys.readouterr()
        return code, told.out + told.err

    run("--quiet", "init")
    for email, role in ((OWNER, "owner"), (DEPUTY, "owner"), (PAT, "panel"), (f"max@{DOMAIN}", "panel")):
        run("user", "add", email, "--role", role)
    return run


def applied(ask: Ask, kind: str = "service", *more: str) -> tuple[int, str]:
    return ask("account", "apply", "bins", *CASE, "--kind", kind, "--by", OWNER, *more)


def approved(ask: Ask, *more: str) -> tuple[int, str]:
    return ask("account", "decide", "bins", "--approve", "--by", PAT, "--reason", "Useful.", *more)


def document(ask: Ask, *arguments: str) -> Any:
    code, said = ask("--json", *arguments)
    assert code == 0, said
    return json.loads(said)


def test_an_application_from_the_shell_to_its_approval(ask: Ask) -> None:
    assert applied(ask, "corporate") == (0, "The application for bins waits.\n")
    assert "applied       " in ask("account", "tasks")[1]
    assert "two people at least" in approved(ask)[1]
    assert "is now returned" in ask("account", "return", "bins", "--by", PAT, "--reason", "Name a deputy.")[1]
    again = ("account", "apply", "bins", "--deputy", DEPUTY, "--posts-from", "2", "--by", OWNER)
    assert ask(*again)[0] == 0
    sat = ("--member", PAT, "--member", f"max@{DOMAIN}=abstained", "--interest", f"max@{DOMAIN}=A friend.")
    assert "needs a minute" in approved(ask, *sat)[1]
    assert "is now live until" in approved(ask, *sat, "--minute", "We talked.")[1]
    shown = ask("account", "show", "bins")[1]
    assert f"approve: {PAT} for, max@{DOMAIN} abstained (A friend.). We talked." in shown
    [one] = json.loads(Path("out.json").read_text()) if ask("account", "export", "out.json")[0] == 0 else [{}]
    assert (one["posts_from"], one["purpose"], one["deputy_emails"]) == (2, "Bin days", [DEPUTY])


def test_a_quorum_comes_from_the_settings(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTREEVE_PANEL_QUORUM", "2")
    applied(ask)
    code, said = approved(ask)
    assert code == 1
    assert "The panel's quorum is 2, and 1 of those named count" in said
    both = ("--member", PAT, "--member", f"max@{DOMAIN}", "--minute", "We agreed.")
    assert approved(ask, *both)[0] == 0
    for verb in ("suspend", "close", "renew"):
        assert "quorum is 2" in ask("account", verb, "bins", "--by", PAT, "--reason", "Why.")[1]


def test_what_a_sitting_is_told_as() -> None:
    assert sitting(["A@b.example", "c@b.example=against"], ["c@b.example= Mine. "], "m").seats == (
        Seat("a@b.example"),
        Seat("c@b.example", Vote.AGAINST, "Mine."),
    )
    assert sitting((), (), "").seats == ()
    with pytest.raises(UseError, match="'perhaps' is no vote; there are for, against, abstained, recused"):
        sitting(["a@b.example=perhaps"], (), "")
    with pytest.raises(UseError, match=r"c@b\.example declared an interest"):
        sitting(["a@b.example"], ["c@b.example=Mine."], "")


def test_personal_and_union_accounts_are_refused(ask: Ask) -> None:
    for kind in ("personal", "union"):
        code, said = applied(ask, kind)
        assert code == 1
        assert "outside the register" in said


def test_holders_over_time(ask: Ask) -> None:
    applied(ask)
    approved(ask)
    assert "deputy         deputy" in ask("account", "link", "bins", DEPUTY, "--as", "deputy")[1].lower()
    assert ask("account", "unlink", "bins", DEPUTY, "--as", "deputy", "--reason", "Moved.")[0] == 0
    assert ask("account", "hand-over", "bins", "--to", DEPUTY, "--reason", "Left.", "--by", PAT)[0] == 0
    today = document(ask, "account", "show", "bins")["history"][0]["at"][:10]
    held = document(ask, "account", "held", "bins", "--on", today)
    assert {(h["link"], h["email"]) for h in held["holders"]} == {
        ("owner", OWNER),
        ("deputy", DEPUTY),
        ("owner", DEPUTY),
    }
    assert ask("account", "held", "bins", "--on", "2020-01-01")[1] == "Nobody holds bins then.\n"
    assert ask("account", "link", "bins", DEPUTY, "--as", "friend")[0] == 2


def test_joiners_movers_and_leavers(ask: Ask, tmp_path: Path) -> None:
    applied(ask)
    approved(ask)
    file = tmp_path / "people.csv"
    head = "email,name,department,line_manager_email,until\n"
    file.write_text(f"{head}{OWNER},Jo Field,Environment,boss@{DOMAIN},2026-01-31\nboss@{DOMAIN},Bo,Environment,,\n")
    told = document(ask, "person", "import", str(file))
    assert told == {"people": 2, "joined": 1, "moved": 1, "left": 1, "ownerless": ["bins"]}
    assert "Nobody owns: bins." in ask("person", "import", str(file))[1]
    assert {t["kind"] for t in document(ask, "account", "tasks")} == {"ownerless"}
    file.write_text(f"{head}nobody,Jo,Environment,,\n")
    code, said = ask("person", "import", str(file))
    assert code == 1
    assert "row 2, column email: 'nobody' is not an e-mail address" in said


def test_still_mine_or_not_and_a_task_that_is_settled(ask: Ask) -> None:
    applied(ask)
    approved(ask)
    assert ask("account", "confirm", "bins", "--by", OWNER)[0] == 0
    assert ask("account", "confirm", "bins", "--by", DEPUTY)[0] == 1
    assert ask("account", "not-right", "bins", "--reason", "The address moved.", "--by", OWNER)[0] == 0
    [task] = [t for t in document(ask, "account", "tasks") if t["kind"] == "not_right"]
    assert "(task 2)" in ask("account", "tasks")[1]
    assert ask("account", "settle", str(task["number"]), "--how", "Corrected.")[0] == 0
    assert "Nothing waits." in ask("account", "tasks")[1]


def test_a_closed_account_waits_until_it_is_gone(ask: Ask) -> None:
    applied(ask)
    approved(ask)
    ask("account", "close", "bins", "--by", PAT, "--reason", "Unused.")
    assert [t["kind"] for t in document(ask, "account", "tasks")] == ["closed"]
    assert ask("account", "gone", "bins", "--reason", "Deleted.", "--by", PAT)[0] == 0
    assert document(ask, "account", "tasks") == []


def test_a_member_joins_and_withdraws(ask: Ask) -> None:
    applied(ask, "councillor")
    assert "member’s own choice" in approved(ask)[1]
    assert ask("account", "join", "bins", "--by", DEPUTY)[0] == 1
    assert ask("account", "join", "bins", "--by", OWNER)[0] == 0
    assert approved(ask)[0] == 0
    assert "corporate and service accounts only" in ask("account", "close", "bins", "--by", PAT, "--reason", "No.")[1]
    assert ask("account", "withdraw", "bins", "--by", OWNER)[0] == 0
    assert document(ask, "account", "list")[0]["passport"] == "closed"


def test_an_import_names_the_members_who_have_not_joined(ask: Ask, tmp_path: Path) -> None:
    from tests.support.register import csv_of, row

    (tmp_path / "r.csv").write_bytes(csv_of(row("ward", kind="councillor"), row("parks")))
    said = ask("account", "import", "r.csv")[1]
    assert "1 with a live passport, 1 as applications" in said
    assert "Off until the member joins of their own choice: ward." in said


def test_training_is_kept(ask: Ask) -> None:
    more = ("--refresher", "2099-01-01", "--policy", "customer_care", "--policy", "dignity_at_work")
    said = ask("training", "add", OWNER, "--course", "Posting well", "--on", "2026-01-05", *more)
    assert said == (0, f"Training 1 of {OWNER} is recorded.\n")
    [one] = document(ask, "training", "list", OWNER)
    assert (one["course"], one["policies"]) == ("Posting well", ["customer_care", "dignity_at_work"])
    assert "to be refreshed by 2099-01-01" in ask("training", "list")[1]
    assert ask("training", "list", DEPUTY)[1] == "No training is on record.\n"
    assert ask("training", "add", OWNER, "--course", "A", "--on", "2026-01-05", "--policy", "gossip")[0] == 2


def test_the_public_page_and_its_json(ask: Ask, tmp_path: Path) -> None:
    applied(ask)
    assert document(ask, "account", "public", "-o", "public.html")["accounts"] == 0
    approved(ask)
    assert "Wrote 1 account to public.html and public.json." in ask("account", "public", "-o", "public.html")[1]
    page = (tmp_path / "public.html").read_text(encoding="utf-8")
    assert "Bin days" in page
    assert "owner@" not in page
    assert json.loads((tmp_path / "public.json").read_text())["accounts"][0]["handle"] == "Bins"
