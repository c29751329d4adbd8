"""Measuring on a council's own table and on public sets."""

from pathlib import Path

import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.evaluate import Labelled, limits_for, on_public, on_table, read_labelled
from classifier.pipeline import Model
from data.errors import InputError, UseError
from data.model import Category, Characteristic, Finding
from tests.classifier.samples import harmless, hateful, insults


def written(folder: Path, content: str) -> Path:
    """Write a table."""
    path = folder / "own.csv"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    return path


def alerts(found: Finding) -> bool:
    """Alert at a probability of one in fifty."""
    return found.score is not None and found.score >= 0.02


def test_a_table_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufefftext,flag,categories,characteristics\n"a, b",Yes,threat; harassment,age\nc,0,,\n')
    assert read_labelled(path) == [
        Labelled("a, b", True, frozenset({Category.THREAT, Category.HARASSMENT}), frozenset({Characteristic.AGE})),
        Labelled("c", False),
    ]


def test_two_columns_are_enough(tmp_path: Path) -> None:
    assert read_labelled(written(tmp_path, "flag,text\n1,a\n")) == [Labelled("a", True)]


def test_every_mistake_is_named_with_row_and_column(tmp_path: Path) -> None:
    path = written(tmp_path, "text,flag,categories,characteristics\n,1,,\na,maybe,rude,height\nb,1\n")
    with pytest.raises(InputError) as raised:
        read_labelled(path)
    message = str(raised.value)
    assert message.startswith("own.csv: 5 mistakes")
    for part in ("row 2, column text", "row 3, column flag", "'rude'", "'height'", "row 4: the row has another number"):
        assert part in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "column text"),
        ("text\na\n", "column flag"),
        ("text,flag\n", "no rows"),
        ("text,flag\n\udcff,1\n", "not CSV in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_labelled(written(tmp_path, content))


def test_figures_of_a_table(small: Model) -> None:
    rows = [Labelled(t, True, frozenset({Category.HARASSMENT})) for t in insults()[:20]]
    rows += [Labelled(t, True, frozenset(), frozenset({Characteristic(c)})) for t, c in hateful()[:20]]
    rows += [Labelled(t, False) for t in harmless()[:40]] + [Labelled("\u200b", False)]
    found = on_table(small, rows, alerts)
    assert (found["n"], found["upheld"], found["not_assessed"]) == (81, 40, 1)
    told = [(one.score, row.flag) for one, row in zip(small.classify([r.text for r in rows]), rows, strict=True)]
    scores, upheld = zip(*[(score, flag) for score, flag in told if score is not None], strict=True)
    assert found["auc"] == pytest.approx(roc_auc_score(upheld, scores))
    assert found["ap"] == pytest.approx(average_precision_score(upheld, scores))
    assert min(found["auc"], found["ap"]) > 0.999
    assert found["recall"] > 0.8
    assert found["precision"] > 0.9
    assert 0 <= found["calibration_error"] < 0.5
    assert set(found["characteristics"]) >= {"sex", "race"}
    assert found["categories"]["harassment"]["upheld"] == 20
    low, high = found["characteristics"]["sex"]["recall"]["interval"]
    assert low < found["characteristics"]["sex"]["recall"]["share"] <= high


def test_one_class_has_no_ranking(small: Model) -> None:
    found = on_table(small, [Labelled("a fine day", False)], lambda _: False)
    assert (found["auc"], found["recall"], found["precision"]) == (None, None, None)


def test_a_workload_is_kept(small: Model) -> None:
    texts = [*harmless()[:60], *insults()[:6]]
    told = []
    for most in (1, 5, 30):
        limits = limits_for(small, texts, most)
        found = small.classify(texts)
        score = limits.pop("score")
        named = [any(f.categories[Category(c)] >= t for c, t in limits.items()) for f in found]
        alerts = sum(one and (f.score or 0.0) >= score for one, f in zip(named, found, strict=True))
        assert alerts <= most
        told.append(alerts)
    assert told[-1] >= 10


def test_figures_of_each_category_and_kind_by_hand(small: Model) -> None:
    rows = [Labelled(t, True, frozenset({Category.HARASSMENT})) for t in insults()[:8]]
    rows += [Labelled(t, False, frozenset(), frozenset({Characteristic.AGE}), "mention") for t in harmless()[:12]]
    rows += [Labelled(t, False, frozenset(), frozenset(), "plain", "thanks") for t in harmless()[12:20]]
    everything = on_table(small, rows, lambda _: True)
    assert {name: one["share"] for name, one in everything["kinds"].items()} == {"mention": 1.0, "plain": 1.0}
    assert {name: one["n"] for name, one in everything["kinds"].items()} == {"mention": 12, "plain": 8}
    assert everything["functionalities"]["thanks"]["share"] == 0.0
    assert everything["characteristics"]["age"]["false_alarms"]["share"] == 1.0
    assert everything["characteristics"]["age"]["recall"]["n"] == 0
    assert everything["categories"]["harassment"]["n"] == 28
    assert everything["balanced_accuracy"] == 0.5
    assert everything["workload"][0]["alerts_per_1000"] == pytest.approx(1000)
    nothing = on_table(small, rows, lambda _: False)
    assert (nothing["recall"], nothing["false_alarms"], nothing["precision"]) == (0.0, 0.0, None)
    assert nothing["functionalities"]["thanks"]["share"] == 1.0
    assert nothing["workload"][0]["expected_precision"] is None


def test_kind_and_functionality_are_read_as_they_stand(tmp_path: Path) -> None:
    rows = read_labelled(written(tmp_path, "text,flag,kind,functionality\na,0,plain,kind words\n"))
    assert rows == [Labelled("a", False, kind="plain", functionality="kind words")]


def test_thresholds_need_more_posts_than_alerts(small: Model) -> None:
    with pytest.raises(UseError, match="nothing to choose"):
        limits_for(small, harmless()[:5], 5)


def test_texts_that_cannot_be_assessed_do_not_choose_thresholds(small: Model) -> None:
    texts = [*harmless()[:20], *["\u200b"] * 50]
    limits = limits_for(small, texts, 3)
    assert set(limits) == {"score", *(c for c in Category if c is not Category.PROFANITY)}


def test_public_rows_are_measured_only_with_the_rows_that_trained(small: Model, tmp_path: Path) -> None:
    with pytest.raises(UseError, match="trained on other rows"):
        on_public(small, tmp_path)
