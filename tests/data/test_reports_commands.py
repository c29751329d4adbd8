"""trends, export, rollup rebuild and account move from the shell."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import postreeve
from classifier.scan import scan
from data.commands import reports
from data.model import Role
from data.reports.trends import Figure
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.judgements import JUDGE
from tests.support.posts import item, store_items
from tests.support.register import add, row
from tests.support.rights import ended

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Run the command on a small filled store; return exit code, output, messages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", str(sqlite_store.url))
    add(sqlite_store, row("bins"), row("parks", department="Culture"))
    store_items(sqlite_store, "bins", *[item(n, f"clown {n}") for n in range(6)], item(7, "=1+1"))
    ended(sqlite_store)  # verify goes by the clock of the machine: a run that began long ago has ended
    list(scan(sqlite_store, JUDGE))
    people.add(sqlite_store, shell(), "ana@council.example", "Ana", [Role.ANALYST], None)
    people.add(sqlite_store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = postreeve.outcome(list(arguments))
        return code, *capsys.readouterr()

    return run


def test_trends_are_told_and_written(ask: Ask, tmp_path: Path) -> None:
    code, out, err = ask("trends")
    assert (code, err) == (0, "")
    assert "2026-11" in out
    assert " policy came into use" in out
    assert "another policy" not in out  # it is the first
    assert "Alerts are prompts; upheld is what a person judged." in out
    document = json.loads(ask("--json", "trends", "--by", "year,department", "--from", "2026-01-01")[1])
    found = {(line["period"], line["group"]): line for line in document["lines"]}
    assert found["2026/27", "Environment"]["raised"] == 6
    assert found["2026/27", "Environment"]["raised_share"] == pytest.approx(6 / 7)
    assert found["2026/27", "Environment"]["first"] == "2026-04-01"
    assert document["uncounted"] == 0
    assert ask("trends", "--by", "month", "-o", "t.csv")[1] == "Wrote 2 lines to t.csv.\n"
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert [line["period"] for line in csv.DictReader(file)] == ["2026-11", "all"]
    assert ask("verify")[0] == 0


def test_trends_can_be_narrowed_and_hide_what_is_small(ask: Ask) -> None:
    line = json.loads(ask("--json", "trends", "--only", "department=Culture")[1])["lines"][-1]
    assert (line["posts"], line["raised"]) == (0, 0)
    line = json.loads(ask("--json", "trends", "--threshold", "7")[1])["lines"][-1]
    assert (line["raised"], line["raised_share"], line["raised_hidden"]) == (None, None, True)
    assert "hidden" in ask("trends", "--threshold", "7")[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--by", "fortnight"], "--by fortnight: name one of day, week, month"),
        (["--by", "month,year"], "name one of day, week, month"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "lies after"),
        (["--only", "colour=red"], "write department=NAME"),
        (["-o", "t.pdf"], "must be one of .csv, .jsonl, .parquet, .xlsx"),
    ],
)
def test_what_cannot_be_asked_is_told(ask: Ask, arguments: list[str], told: str) -> None:
    code, out, err = ask("trends", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_an_export_takes_the_role_and_says_what_it_wrote(ask: Ask, tmp_path: Path) -> None:
    code, out, _ = ask("--json", "export", "posts", "-o", "p.csv", "--by", "ana@council.example")
    assert code == 0
    done = json.loads(out)
    assert (done["rows"], done["cut"]) == (7, 0)
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        assert sorted(line["text"] for line in csv.DictReader(file))[0] == "'=1+1"
    code, _, err = ask("export", "posts", "-o", "q.csv", "--by", "rita@council.example")
    assert (code, "may not export rows" in err) == (1, True)
    assert ask("export", "posts", "-o", "q.csv")[0] == 2
    assert not (tmp_path / "q.csv").exists()
    later = ["--since", "2026-11-22T12:00:01Z", "--by", "ana@council.example"]
    assert "Wrote 0 rows" in ask("export", "posts", "-o", "later.csv", *later)[1]
    assert ask("verify")[0] == 0


def test_rollups_are_rebuilt(ask: Ask) -> None:
    before = ask("--json", "trends")[1]
    assert ask("rollup", "rebuild") == (0, "Every day was counted anew.\n", "")
    assert ask("--json", "trends")[1] == before


def test_an_account_moves(ask: Ask) -> None:
    code, out, _ = ask("account", "move", "bins", "Streets", "--reason", "Reorganised.")
    assert (code, out) == (0, "Account bins belongs to Streets from now on.\n")
    assert json.loads(ask("--json", "account", "show", "bins")[1])["department"] == "Streets"
    assert ask("account", "move", "bins", "Streets", "--reason", "Again.")[0] == 1


def test_none_upheld_yet_is_not_told_as_none_upheld() -> None:
    waiting, judged = Figure(0, pending=5), Figure(0, pending=0)
    assert [reports._number(one) for one in (waiting, judged, Figure(2, pending=None))] == ["0 so far", "0", "2 so far"]
    assert [reports._number(one) for one in (Figure(3, hidden=True), Figure(None))] == ["hidden", "-"]
