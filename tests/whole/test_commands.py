"""The command as its users call it: exit codes, JSON, sentences."""

import json
import re
from pathlib import Path

import pytest

import postreeve
from data.policy import DEFAULT
from tests.support.command import call, call_json, start
from tests.support.feeds import feed_server, rss
from tests.support.register import csv_of, row


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process; return exit code, output, messages."""
    code = postreeve.outcome(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a store, as the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/s.db")
    assert postreeve.outcome(["--quiet", "init"]) == 0
    return tmp_path


def put(here: Path, *rows: dict[str, str]) -> None:
    (here / "register.csv").write_bytes(csv_of(*rows))
    assert postreeve.outcome(["--quiet", "account", "import", "register.csv"]) == 0


def test_without_a_store_every_verb_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/none.db")
    for verb in (["account", "list"], ["collect"], ["scan"], ["run"], ["verify"], ["alert", "list"], ["user", "list"]):
        code, out, err = ask(capsys, *verb)
        assert (code, out) == (2, "")
        assert "There is no store at" in err
    assert list(tmp_path.iterdir()) == []


def test_init_says_what_it_did(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(ask(capsys, "--json", "init")[1])["done"] == "kept"
    assert ask(capsys, "--quiet", "init")[1] == ""


def test_a_register_with_mistakes_changes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "register.csv").write_bytes(csv_of(row("bins"), row("parks", kind="union")))
    code, _, err = ask(capsys, "account", "import", "register.csv")
    assert code == 1
    assert "row 3, column kind: trade union accounts are outside the register" in err
    assert ask(capsys, "account", "list")[1] == "The register is empty.\n"


def test_the_register_goes_out_and_in_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(here, row("bins", deputy_emails="d@bins.example"), row("parks"))
    assert ask(capsys, "account", "export", "out.csv")[0] == 0
    other = f"sqlite:///{here}/other.db"
    assert ask(capsys, "--store", other, "init")[0] == 0
    assert ask(capsys, "--store", other, "account", "import", "out.csv")[0] == 0
    assert ask(capsys, "--store", other, "account", "export", "again.csv")[0] == 0
    assert (here / "out.csv").read_text() == (here / "again.csv").read_text()


def test_an_application_is_shown_decided_and_listed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(here, row("swim", renewal_date=""))
    ask(capsys, "user", "add", "pat@council.example", "--role", "panel")
    code, out, err = ask(
        capsys,
        "account",
        "decide",
        "swim",
        "--approve",
        "--by",
        "pat@council.example",
        "--reason",
        "Useful.",
        "--until",
        "2099-01-01",
    )
    assert code == 0, err
    assert out == "The passport of swim is now live until 2099-01-01.\n"
    shown = ask(capsys, "account", "show", "swim")[1]
    assert "approve by pat@council.example: Useful." in shown
    assert "never collected" in shown
    [listed] = json.loads(ask(capsys, "--json", "account", "list")[1])
    assert (listed["live"], listed["last_outcome"]) == (True, None)


def test_who_decides_must_be_known(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(here, row("swim", renewal_date=""))
    code, _, err = ask(capsys, "account", "decide", "swim", "--refuse", "--by", "x@council.example", "--reason", "No.")
    assert code == 2
    assert "postreeve user add x@council.example" in err
    assert ask(capsys, "account", "decide", "swim", "--refuse", "--reason", "No.")[0] == 2
    assert ask(capsys, "account", "show", "nobody")[0] == 2


def test_people(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(capsys, "user", "add", "Rita@council.example", "--role", "reviewer", "--role", "analyst")
    ask(capsys, "user", "role", "rita@council.example", "panel")
    ask(capsys, "user", "disable", "rita@council.example")
    assert ask(capsys, "user", "list")[1].split() == ["rita@council.example", "panel", "(disabled)"]
    ask(capsys, "user", "enable", "rita@council.example")
    assert json.loads(ask(capsys, "--json", "user", "list")[1])[0]["active"] is True


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["frobnicate"], "No such command"),
        (["collect", "--fulll"], "No such option"),
        (["--config", "none.toml", "account", "list"], "There is no settings file none.toml"),
    ],
)
def test_wrong_use_is_two(here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    code, _, err = ask(capsys, *arguments)
    assert code == 2
    assert told in err


def test_an_unknown_setting_is_an_error_with_a_suggestion(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "postreeve.toml").write_text("colect_workers = 3\n")
    assert "colect_workers is not a setting; did you mean collect_workers?" in ask(capsys, "account", "list")[2]
    (here / "postreeve.toml").write_text('collect_workers = "many"\n')
    assert "collect_workers must be a whole number" in ask(capsys, "account", "list")[2]
    (here / "postreeve.toml").write_text("collect_workers = 4\n")
    assert ask(capsys, "account", "list")[0] == 0
    monkeypatch.setenv("POSTREEVE_ZONE", "Mars/Olympus")
    assert "is not a time zone" in ask(capsys, "account", "list")[2]


def test_a_policy_is_checked_and_put_in_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    (here / "ours.toml").write_text(text.replace('version = "2026-11"', 'version = "ours-1"'), encoding="utf-8")
    (here / "bad.toml").write_text(text.replace("urgent", "urgnt"), encoding="utf-8")
    assert "holds together" in ask(capsys, "policy", "check", "ours.toml")[1]
    code, _, err = ask(capsys, "policy", "check", "bad.toml")
    assert (code, "did you mean urgent?" in err) == (2, True)
    assert "Policy ours-1 against" in ask(capsys, "policy", "backtest", "ours.toml")[1]
    assert ask(capsys, "policy", "use", "ours.toml")[1] == "Policy ours-1 is in force.\n"
    assert 'version = "ours-1"' in ask(capsys, "policy", "show")[1]


def test_collecting_has_an_outcome_an_account(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with feed_server() as server:
        monkeypatch.setenv("POSTREEVE_ALLOW_PRIVATE", server.place)
        server.bodies["bins"] = rss(range(3), "bins")
        put(
            here, row("bins", url=server.url("bins")), row("gone", url=server.url("gone")), row("swim", renewal_date="")
        )
        code, out, _ = ask(capsys, "--json", "collect")
    accounts = {a.pop("account"): a for a in json.loads(out)["accounts"]}
    assert code == 1  # one account failed, and is named
    assert {a: (o["outcome"], o["code"], o["new"]) for a, o in accounts.items()} == {
        "bins": ("ok", "", 3),
        "gone": ("failed", "not_found", 0),
        "swim": ("skipped", "no_passport", 0),
    }
    keys = {
        "platform",
        "outcome",
        "code",
        "items",
        "new",
        "changed",
        "gone",
        "dropped",
        "gap",
        "requests",
        "cost",
        "reason",
    }
    assert set(accounts["bins"]) == keys


def test_a_private_address_is_refused_unless_allowed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with feed_server() as server:
        server.bodies["bins"] = rss(range(3), "bins")
        put(here, row("bins", url=server.url("bins")))
        code, out, _ = ask(capsys, "collect")
        assert server.asked == []
    assert code == 1
    assert "allow_private" in out


def test_a_dry_run_stores_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with feed_server() as server:
        monkeypatch.setenv("POSTREEVE_ALLOW_PRIVATE", server.place)
        server.bodies["bins"] = rss(range(3), "bins")
        put(here, row("bins", url=server.url("bins")))
        assert json.loads(ask(capsys, "--json", "collect", "--dry-run")[1])["accounts"][0]["items"] == 3
        assert json.loads(ask(capsys, "--json", "collect")[1])["accounts"][0]["new"] == 3


def test_verify_ends_with_three_when_something_was_changed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    put(here, row("bins"))
    assert ask(capsys, "verify")[0] == 0
    with sqlite3.connect(here / "s.db") as raw:
        raw.execute("UPDATE audit_log SET actor = 'nobody' WHERE seq = 1")
    code, out, err = ask(capsys, "verify")
    assert code == 3
    assert "row 1 was changed" in out
    assert "do not verify" in err


def test_a_review_from_the_shell(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    low = re.sub(r"(?m)^(threshold|score) = 0\.\d+", r"\1 = 0.0000001", DEFAULT.read_text(encoding="utf-8"))
    (here / "low.toml").write_text(low, encoding="utf-8")
    with feed_server() as server:
        monkeypatch.setenv("POSTREEVE_ALLOW_PRIVATE", server.place)
        server.bodies["bins"] = rss([1], "bins", {1: "You people are idiots.\x1b[31m"})
        put(here, row("bins", url=server.url("bins")))
        ask(capsys, "policy", "use", "low.toml")
        assert ask(capsys, "run")[0] == 0
    ask(capsys, "user", "add", "rita@council.example", "--role", "reviewer")
    by = ["--by", "rita@council.example"]
    assert json.loads(ask(capsys, "--json", "alert", "list")[1])[0]["alert"] == 1
    shown = ask(capsys, "alert", "show", "1", *by)[1]
    assert "You people are idiots." in shown
    assert "\x1b" not in shown
    decision = ["--judgement", "upheld", "--clause", "H1", "--reason", "It insults residents."]
    code, _, err = ask(capsys, "alert", "decide", "1", *by, *decision, "--outcome", "refer")
    assert (code, "chance to reply" in err) == (1, True)
    assert ask(capsys, "alert", "ask-reply", "1", *by)[1] == "Alert 1 is now awaiting reply.\n"
    assert (
        ask(capsys, "alert", "reply", "1", "--by", "owner@bins.example", "--text", "Sorry.")[1]
        == "Alert 1 is now open.\n"
    )
    assert ask(capsys, "alert", "decide", "1", *by, *decision, "--outcome", "advice")[1] == "Alert 1 is now decided.\n"
    assert "decide by rita@council.example" in ask(capsys, "alert", "show", "1", *by)[1]
    assert ask(capsys, "verify")[0] == 0


def test_in_a_process_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    assert call_json(tmp_path, "--store", url, "init")["done"] == "created"
    assert "postreeve" in call(tmp_path, "--version")
    assert call_json(tmp_path, "--store", url, "run")["scan"]["scanned"] == 0


def test_failures_are_named_even_where_nothing_else_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(here, row("bins", url="https://nowhere.council.example/feed.xml"))
    capsys.readouterr()
    code, out, err = ask(capsys, "--quiet", "run")
    assert (code, out) == (1, "")
    assert re.fullmatch(r"bins: .+\n", err)
    code, out, err = ask(capsys, "--quiet", "--json", "run")
    assert (code, err) == (1, "")
    assert json.loads(out)["collect"]["accounts"][0]["outcome"] == "failed"


def test_a_question_broken_off_changes_nothing_and_says_so(here: Path) -> None:
    store = f"sqlite:///{here}/s.db"
    with start(
        here, "--store", store, "user", "add", "rita@council.example", "--role", "reviewer", "--password"
    ) as process:
        _, told = process.communicate(b"", timeout=60)
    assert process.returncode == 130
    assert b"Stopped. Nothing was changed." in told
    assert b"next run" not in told
    assert call_json(here, "--store", store, "user", "list") == []
