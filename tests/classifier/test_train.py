"""Training end to end on the tests' own rows: parity, reproduction, card, refusals."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from classifier import storage
from classifier.heads import CATEGORIES, HEADS
from classifier.own import SOURCE
from classifier.train import _encoder, fitted, limits, parts, read, suggested, train, uncalibrated
from data.errors import UseError
from data.model import Characteristic
from tests.classifier.conftest import NOW, Trained
from tests.classifier.samples import hateful, insults


def test_no_text_of_one_part_is_in_another(trained: Trained) -> None:
    frame = read(trained.datasets, trained.plan.sets, trained.plan.own)
    twice = pd.concat([frame, frame[frame["split"] == "dev"].assign(split="train", group=0)], ignore_index=True)
    tuning, fitting, measuring = parts(twice)
    texts = [set(part["text"]) for part in (tuning, fitting, measuring)]
    assert all(texts)
    assert not texts[0] & texts[1] | texts[0] & texts[2] | texts[1] & texts[2]
    assert set(measuring["split"]) == {"dev"}
    assert set(fitting.loc[fitting["source"] == SOURCE, "split"]) == {"heads"}
    assert "heads" not in set(tuning["split"])


def test_heads_are_calibrated_on_texts_that_they_were_not_fitted_on(trained: Trained) -> None:
    frame = read(trained.datasets, trained.plan.sets, trained.plan.own)
    _, fitting, _ = parts(frame)
    scorer, manifest = storage.read(trained.folder)
    made = fitted(scorer.encoder, fitting, trained.plan.recipe, trained.plan.seed)
    seen = made.heads.uncalibrated(scorer.encoder.transform(fitting["text"].tolist()))
    assert np.abs(seen - made.raw).max() > 0.01
    assert np.abs(made.heads.weights - scorer.heads.weights).max() < 1e-6
    assert suggested(scorer, made.raw, fitting) == manifest["suggested_thresholds"]
    assert limits(scorer, made.raw, fitting)["set_limits"] == manifest["set_limits"]
    texts = fitting["text"].tolist()[:50]
    again = scorer.heads.slope * uncalibrated(scorer, fitting[:50]) + scorer.heads.offset + scorer.heads.shift
    assert scorer.raw(texts) == pytest.approx(again, abs=1e-5)


def test_an_encoder_of_another_variant_is_refused(trained: Trained, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(trained.folder, other)
    manifest = storage.read_manifest(other) | {"variant": "clear"}
    (other / storage.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    tuning, _, unseen = parts(read(trained.datasets, trained.plan.sets, trained.plan.own))
    with pytest.raises(UseError, match="is not of the variant full"):
        _encoder(replace(trained.plan, encoder=other, other_data=False), tuning, unseen, lambda _: None)


def test_the_same_seed_gives_the_same_files(trained: Trained, tmp_path: Path) -> None:
    manifest = train(replace(trained.plan, out=tmp_path), NOW, lambda _: None)
    assert storage.digest(manifest) == storage.digest(trained.manifest)
    for name in (storage.ARRAYS, storage.TOKENIZER, storage.MANIFEST):
        assert (tmp_path / name).read_bytes() == (trained.folder / name).read_bytes()


def test_a_model_serves_until_the_next_one_is_whole(trained: Trained, tmp_path: Path) -> None:
    shutil.copytree(trained.folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "notes.txt").write_text("kept", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    class Stop(Exception):
        """The power goes."""

    def stopping(line: str) -> None:
        if line.startswith("Measuring"):
            raise Stop

    with pytest.raises(Stop):
        train(replace(trained.plan, out=tmp_path, seed=8), NOW, stopping)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    manifest = train(replace(trained.plan, out=tmp_path, seed=8), NOW, lambda _: None)
    assert storage.digest(storage.read(tmp_path)[1]) == storage.digest(manifest)
    assert {path.name for path in tmp_path.iterdir()} == set(before)


def test_it_tells_harm_from_harmless(trained: Trained) -> None:
    figures = json.loads((trained.folder / storage.FIGURES).read_text(encoding="utf-8"))
    score = next(row for row in figures["heads"] if row["head"] == "score")
    assert score["auc"] > 0.95
    assert next(r for r in figures["sets"] if r["set"] == "all")["n"] > 100


def test_the_manifest_says_what_a_score_depends_on(trained: Trained) -> None:
    manifest = trained.manifest
    assert manifest["prevalence"] == 0.005
    assert manifest["seed"] == trained.plan.seed
    assert set(manifest["files"]) == set(storage.FILES)
    assert [one["name"] for one in manifest["sets"]] == list(trained.plan.sets)
    assert Characteristic.MARRIAGE_CIVIL_PARTNERSHIP in manifest["untrained"]
    assert set(manifest["suggested_thresholds"]) == {*CATEGORIES, "characteristic"}
    assert all(0 < t < 1 for t in manifest["suggested_thresholds"].values())
    assert {"numpy", "scikit-learn", "python"} <= set(manifest["versions"])
    assert {SOURCE} < set(manifest["set_limits"]) <= {*trained.plan.sets, SOURCE}


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
    assert [line.split()[0] for line in trained.said] == ["Reading", "Fitting", "Measuring", "Model"]


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
