"""Training end to end on the tests' own rows: parity, reproduction, card, refusals."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier import datasets, storage
from classifier.fit import calibrate, pipeline
from classifier.heads import CATEGORIES, HEADS
from classifier.train import exported, labels, train
from classifier.train import trained as trained_heads
from data.errors import UseError
from data.model import Characteristic
from tests.classifier.conftest import NOW, Trained
from tests.classifier.samples import hateful, insults

TEXTS = [
    "Mervyn from the market is pathetic",
    "we met at the library",
    "",
    "zzz",
    "a a a 😀 <url>",
    "women do not belong here",
]


def test_numpy_gives_what_scikit_learn_gives(trained: Trained) -> None:
    frame = datasets.read(trained.datasets, trained.plan.sets)
    fitted = pipeline(trained.plan.size, trained.plan.seed)
    fitting = datasets.parts(frame)[0]
    fitted.fit(fitting["text"].tolist(), labels(fitting))
    texts = [*TEXTS, *frame["text"]]
    bare = exported(fitted)
    expected = fitted.decision_function(texts)
    expected[:, ~trained_heads(fitted)] = 0
    found = np.array([bare.uncalibrated(text) for text in texts])
    assert np.abs(found - expected).max() < 1e-6
    stored, _ = storage.read(trained.folder)
    assert np.abs(np.array([stored.uncalibrated(t) for t in texts]) - expected).max() < 1e-6
    again = calibrate(found, np.full((len(texts), len(HEADS)), np.nan), trained_heads(fitted), 0.005)
    assert again.shift.tolist() == [again.shift[0]] * len(HEADS)


def test_the_same_seed_gives_the_same_files(trained: Trained, tmp_path: Path) -> None:
    manifest = train(replace(trained.plan, out=tmp_path), NOW, lambda _: None)
    assert storage.digest(manifest) == storage.digest(trained.manifest)
    for name in (storage.ARRAYS, storage.VOCABULARY, storage.MANIFEST):
        assert (tmp_path / name).read_bytes() == (trained.folder / name).read_bytes()


def test_it_tells_harm_from_harmless(trained: Trained) -> None:
    figures = json.loads((trained.folder / storage.FIGURES).read_text(encoding="utf-8"))
    score = next(row for row in figures["heads"] if row["head"] == "score")
    assert score["auc"] > 0.95
    assert next(r for r in figures["sets"] if r["set"] == "all")["n"] > 100


def test_the_manifest_says_what_a_score_depends_on(trained: Trained) -> None:
    manifest = trained.manifest
    assert manifest["prevalence"] == 0.005
    assert manifest["seed"] == trained.plan.seed
    assert set(manifest["files"]) == {storage.ARRAYS, storage.VOCABULARY}
    assert [one["name"] for one in manifest["sets"]] == list(trained.plan.sets)
    assert Characteristic.MARRIAGE_CIVIL_PARTNERSHIP in manifest["untrained"]
    assert set(manifest["suggested_thresholds"]) == {*CATEGORIES, "characteristic"}
    assert all(0 < t < 1 for t in manifest["suggested_thresholds"].values())
    assert {"numpy", "scikit-learn", "python"} <= set(manifest["versions"])


def test_nothing_in_the_model_tells_of_the_machine(trained: Trained) -> None:
    for name in (storage.MANIFEST, storage.CARD, storage.FIGURES):
        assert str(trained.datasets.parent) not in (trained.folder / name).read_text(encoding="utf-8")


def test_the_card_has_every_set_head_and_warning(trained: Trained) -> None:
    card = (trained.folder / storage.CARD).read_text(encoding="utf-8")
    for one in trained.manifest["sets"]:
        assert f"| {one['name']} |" in card
        assert one["licence"] in card
    assert all(f"| {head} |" in card for head in HEADS)
    assert "marriage_civil_partnership is not trained" in card
    assert "must not be used for" in card
    assert "2026-11-22" in card
    assert storage.digest(trained.manifest) in card
    assert not [t for t, _ in hateful() if t in card] + [t for t in insults() if t in card]


def test_the_card_shows_the_other_variant(trained: Trained, tmp_path: Path) -> None:
    train(replace(trained.plan, out=tmp_path, variant="clear", beside=trained.folder), NOW, lambda _: None)
    assert "## The other variant" in (tmp_path / storage.CARD).read_text(encoding="utf-8")


def test_progress_is_told(trained: Trained) -> None:
    assert [line.split()[0] for line in trained.said] == ["Reading", "Fitting", "Calibrating", "Measuring", "Model"]


def test_other_files_than_the_known_ones_are_refused(trained: Trained, tmp_path: Path) -> None:
    plan = replace(trained.plan, out=tmp_path / "new", other_data=False)
    with pytest.raises(UseError, match=r"benign_govuk\.parquet.*--other-data"):
        train(plan, NOW, lambda _: None)
    assert not (tmp_path / "new").exists()


def test_a_missing_set_is_named(trained: Trained) -> None:
    with pytest.raises(UseError, match="dynahate"):
        train(replace(trained.plan, names=()), NOW, lambda _: None)


def test_positive_rows_are_counted(trained: Trained) -> None:
    found = {head: n for head, n in trained.manifest["positive_rows"].items() if n}
    assert set(found) >= {"score", "discrimination", "harassment", "race", "sex"}
