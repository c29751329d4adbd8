"""The verbs train and evaluate."""

import json
from pathlib import Path

import pytest

from classifier import own
from classifier.training_commands import COMMANDS, evaluate, train
from data.errors import UseError
from tests.classifier.conftest import Trained
from tests.classifier.samples import harmless, insults, write_sets
from tests.classifier.test_commands import Ran


def test_the_verbs() -> None:
    assert [c.name for c in COMMANDS] == ["train", "evaluate"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A labelled table of twenty rows."""
    rows = [f'"{t}",1,harassment,,,insult' for t in insults()[:10]]
    rows += [f'"{t}",0,,age,mention,thanks' for t in harmless()[:10]]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(["text,flag,categories,characteristics,kind,functionality", *rows]), encoding="utf-8")
    return path


def test_train_refuses_unknown_files(tmp_path: Path) -> None:
    write_sets(tmp_path)
    ran = Ran(train, "--datasets", str(tmp_path), "--out", str(tmp_path / "out"))
    assert isinstance(ran.error, UseError)
    assert not (tmp_path / "out").exists()


def test_evaluate_on_a_table(table: Path, trained: Trained) -> None:
    ran = Ran(evaluate, str(table), as_json=True, model=str(trained.folder))
    [document] = ran.lines
    found = document["files"]["own.csv"]
    assert (found["n"], found["upheld"]) == (20, 10)
    assert {"auc", "ap", "precision", "recall", "calibration_error", "balanced_accuracy"} <= set(found)
    assert set(found["functionalities"]) == {"insult", "thanks"}
    assert found["characteristics"]["age"]["false_alarms"]["n"] == found["kinds"]["mention"]["n"] == 10
    assert [one["prevalence"] for one in found["workload"]] == [0.001, 0.005, 0.01]
    told = Ran(evaluate, str(table), model=str(trained.folder)).result.stdout
    assert "own.csv: n 20" in told
    assert "per 1,000 posts" in told


def test_evaluate_says_which_thresholds_keep_to_a_workload(table: Path, trained: Trained) -> None:
    [document] = Ran(evaluate, str(table), "--at-most", "3", as_json=True, model=str(trained.folder)).lines
    assert set(document["files"]["own.csv"]["thresholds"]) >= {"discrimination", "harassment", "threat"}
    assert isinstance(Ran(evaluate, str(table), "--at-most", "20", model=str(trained.folder)).error, UseError)


def test_evaluate_writes_a_page(table: Path, trained: Trained, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert Ran(evaluate, str(table), "--report", str(page), model=str(trained.folder)).error is None
    written = page.read_text(encoding="utf-8")
    assert trained.manifest["name"] not in insults()
    for part in ("<svg", "harassment", "alerts per 1,000 posts", "prefers-color-scheme"):
        assert part in written
    missing = tmp_path / "no" / "page.html"
    ran = Ran(evaluate, str(table), "--report", str(missing), model=str(trained.folder))
    assert isinstance(ran.error, UseError)


def test_evaluate_without_a_file_takes_the_suite(
    table: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "SUITES", table.parent)
    [document] = Ran(evaluate, as_json=True, model=str(trained.folder)).lines
    assert set(document["files"]) == {"own.csv"}


def test_evaluate_on_public_sets(trained: Trained, monkeypatch: pytest.MonkeyPatch, table: Path) -> None:
    monkeypatch.setattr(own, "TRAINING", trained.plan.own)
    arguments = (str(table), "--datasets", str(trained.datasets))
    [document] = Ran(evaluate, *arguments, as_json=True, model=str(trained.folder)).lines
    assert {row["set"] for row in document["sets"]["sets"]} == {"all", own.SOURCE, *trained.plan.sets}
    stored = json.loads((trained.folder / "figures.json").read_text(encoding="utf-8"))
    assert document["sets"]["sets"] == stored["sets"]
