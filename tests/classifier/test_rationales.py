"""Explanations against marks that people made."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from classifier import storage
from classifier.rationales import Marked, _top, _without, on_rationales, read
from classifier.scorer import Scorer
from tests.classifier.conftest import Trained
from tests.classifier.samples import insults, row


@pytest.fixture(scope="module")
def scorer(trained: Trained) -> Scorer:
    """The small model's scorer."""
    return storage.read(trained.folder)[0]


def marked_set(folder: Path) -> Path:
    """Write a set whose rationale is what follows "is"."""
    rows = [
        row(t, "dev", abusive=1, kind="insult") | {"rationale": json.dumps([[t.index(" is ") + 4, len(t)]])}
        for t in insults()[:12]
    ]
    rows += [row("all of it", "dev", abusive=1) | {"rationale": "[[0, 9]]"}]
    rows += [row("longer than one window " * 40, "dev", abusive=1) | {"rationale": "[[0, 6]]"}]
    rows += [
        row("a fine day", "dev") | {"rationale": None},
        row(insults()[13], "train", abusive=1) | {"rationale": "[[0, 3]]"},
    ]
    folder.mkdir(exist_ok=True)
    pd.DataFrame(rows).to_parquet(folder / "toxic_spans.parquet")
    return folder


def test_only_harmful_development_rows_with_marks_count(scorer: Scorer, tmp_path: Path) -> None:
    found = read(scorer, marked_set(tmp_path) / "toxic_spans.parquet")
    assert len(found) == 12
    first = found[0]
    words = [first.text[start:end] for start, end in first.words]
    assert [w for w, t in zip(words, first.truth, strict=True) if t] == first.text.split(" is ")[1].split()


def test_three_ways_to_explain_are_compared(scorer: Scorer, tmp_path: Path) -> None:
    told = on_rationales(scorer, marked_set(tmp_path))
    assert set(told) == {"toxic_spans"}
    figures = told["toxic_spans"]
    assert figures["n"] == 12
    assert 0 < figures["marked"] < 1
    for way in ("contributions", "occlusion", "random"):
        assert 0 <= figures[way]["token_f1"] <= 1
        assert 0 < figures[way]["auprc"] <= 1
    assert figures == on_rationales(scorer, tmp_path)["toxic_spans"]


def test_words_are_taken_out_where_they_stand() -> None:
    one = Marked("a bad old day", [(0, 1), (2, 5), (6, 9), (10, 13)], np.array([False, True, False, False]))
    assert _without(one, np.array([1, 3])) == "a  old "
    assert _without(one, np.array([], dtype=int)) == one.text


def test_at_least_one_word_is_on_top() -> None:
    assert _top(np.array([0.1, 0.9, 0.3]), 0.01).tolist() == [1]
    assert _top(np.array([0.1, 0.9, 0.3, 0.2]), 0.5).tolist() == [1, 2]
