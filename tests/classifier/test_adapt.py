"""Heads that learn: what a judgement says of each head, when there is enough, and what the refit keeps of its base."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from classifier import own
from classifier.adapt import (
    BALLAST,
    FEWEST_CONFIRMED,
    Encoded,
    Lessons,
    adapted,
    assessed_words,
    ballast,
    check_enough,
    correction,
    encode,
    even,
    lessons,
    targets,
    teachable,
)
from classifier.fit import SLOPES, log_odds
from classifier.heads import HEADS
from classifier.pipeline import Model
from classifier.scorer import Linear, Scorer
from data.errors import IllegalStep
from data.model import Category, Characteristic
from data.services.judged import Judged
from tests.classifier.conftest import English, Trained
from tests.support.judgements import judged

PRIOR = 0.005
SCORE, HARASSMENT, THREAT = (HEADS.index(h) for h in ("score", "harassment", "threat"))


def heads(features: int = 4, seed: int = 0) -> Linear:
    rng = np.random.default_rng(seed)
    n = len(HEADS)
    slope, offset = rng.uniform(0.5, 2.0, n), rng.normal(size=n)
    return Linear(rng.normal(size=(features, n)), rng.normal(size=n), slope, offset, np.full(n, log_odds(PRIOR)))


def taught(texts: int = 400, reviews: int = 200, features: int = 4, seed: int = 1) -> Lessons:
    """Return lessons in which reviewers also uphold what the last feature says, against a base that ignores it."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(texts, features)).astype(np.float32)
    base = even(heads(features), PRIOR, vectors)
    ours = np.arange(texts) < reviews
    y = (base + rng.logistic(size=base.shape) > 0).astype(float)
    y[:reviews] = (vectors[:reviews, -1:] + 0.3 * rng.logistic(size=(reviews, 1)) > 0.5).astype(float)
    return Lessons(Encoded(vectors, np.arange(texts)), y, ours)


def by_head(row: Judged) -> dict[str, float]:
    return dict(zip(HEADS, targets(row), strict=True))


def test_what_was_not_upheld_is_harmless_but_may_swear() -> None:
    told = by_head(judged(1, "x", False))
    assert np.isnan(told.pop(Category.PROFANITY))
    assert set(told.values()) == {0.0}


def test_what_was_confirmed_is_there_and_what_was_not_is_not() -> None:
    told = by_head(judged(1, "x", True, categories=[Category.DISCRIMINATION], characteristics=[Characteristic.AGE]))
    assert [told[h] for h in ("score", "discrimination", "threat", "sexual_harassment")] == [1, 1, 0, 0]
    assert (told["age"], told["race"]) == (1, 0)
    assert np.isnan(told["harassment"])
    assert np.isnan(told["profanity"])


@pytest.mark.parametrize(
    ("categories", "age"),
    [((), None), ((Category.DISCRIMINATION,), None), ((Category.HARASSMENT,), 0.0), ((Category.THREAT,), 0.0)],
)
def test_an_upheld_alert_without_a_characteristic(categories: Sequence[Category], age: float | None) -> None:
    """Harassment without one is about none; for discrimination nobody said about which."""
    told = by_head(judged(1, "x", True, categories=categories))
    assert told["score"] == 1
    assert np.isnan(told["age"]) if age is None else told["age"] == age
    assert np.isnan(told["threat"]) if not categories else told["threat"] == float(Category.THREAT in categories)


def some(upheld: int, not_upheld: int, accounts: int = 5) -> list[Judged]:
    return [judged(n, f"text {n}", n < upheld, f"a{n % accounts}") for n in range(upheld + not_upheld)]


@pytest.mark.parametrize(
    ("upheld", "other", "accounts", "told"),
    [
        (70, 79, 5, "149 judgements to learn from, 70 upheld and 79 not upheld, on 5 accounts"),
        (29, 300, 5, "329 judgements to learn from, 29 upheld"),
        (300, 29, 5, "300 upheld and 29 not upheld"),
        (100, 100, 2, "on 2 accounts; it takes 150, at least 30 of either kind, on 3 accounts"),
        (0, 0, 1, "There are 0 judgements"),
    ],
)
def test_too_few_are_refused_with_the_counts(upheld: int, other: int, accounts: int, told: str) -> None:
    with pytest.raises(IllegalStep, match=told):
        check_enough(some(upheld, other, accounts))


def test_enough_is_enough() -> None:
    check_enough(some(30, 120, 3))


def test_the_ballast_is_always_the_same_and_never_held_out() -> None:
    frame = own.frame()
    first, again = ballast(frame), ballast(frame.sample(frac=1.0, random_state=3))
    assert len(first) == BALLAST
    assert first["text"].tolist() == again["text"].tolist()
    assert "dev" not in set(first["split"])
    unseen = int((frame["split"] == "heads").sum())
    assert int((first["split"] == "heads").sum()) == min(BALLAST, unseen)
    assert len(ballast(frame, 7)) == 7
    assert {0.0, 1.0} <= set(first["score"].dropna())


def test_the_words_are_those_a_scan_assesses() -> None:
    assert assessed_words("Caf\u00e9 &amp; bar", English()) == "Caf\u00e9 & bar"
    assert len(assessed_words("a " * 20_000, English())) <= 20_000


def test_a_long_text_is_taught_by_its_worst_window(small: Model) -> None:
    long = " ".join(["the library is open on monday"] * 60)
    found = encode(small.scorer.encoder, ["short", long, "last"])
    assert found.first.tolist()[:2] == [0, 1]
    assert len(found.vectors) > 3
    scores = np.arange(len(found.vectors), dtype=float)
    assert found.best(scores).tolist() == [0, len(scores) - 2, len(scores) - 1]
    assert found.best(-scores).tolist() == [0, 1, len(scores) - 1]


def test_lessons_hold_reviews_then_ballast(small: Model, trained: Trained) -> None:
    others = ballast(own.frame(trained.plan.own), 5)
    found = lessons(small.scorer.encoder, some(2, 1), others)
    assert found.ours.tolist() == [True] * 3 + [False] * 5
    assert found.y.shape == (8, len(HEADS))
    assert found.y[:3, SCORE].tolist() == [1, 1, 0]
    assert len(found.texts.first) == 8
    hidden = found.without(np.arange(8) < 2)
    assert np.isnan(hidden.y[:2]).all()
    assert hidden.y[2, SCORE] == 0


def test_a_head_with_few_confirmed_reviews_keeps_its_base() -> None:
    given = taught()
    given.y[:200, THREAT] = 0
    given.y[: FEWEST_CONFIRMED - 1, THREAT] = 1
    assert THREAT not in teachable(given)
    made, names = adapted(heads(), PRIOR, given, PRIOR)
    assert "threat" not in names
    assert "score" in names
    vectors = given.texts.vectors
    assert np.allclose(made.raw(vectors)[:, THREAT], heads().raw(vectors)[:, THREAT])
    assert not np.allclose(made.raw(vectors)[:, SCORE], heads().raw(vectors)[:, SCORE])
    given.y[FEWEST_CONFIRMED - 1, THREAT] = 1
    assert THREAT in teachable(given)


def test_what_is_exported_is_what_was_fitted() -> None:
    """The base plus the correction, and nothing on average over the ballast."""
    given, base = taught(), heads()
    found = correction(base, PRIOR, given, SCORE)
    made, _ = adapted(base, PRIOR, given, PRIOR)
    score = even(base, PRIOR, given.texts.vectors)[:, SCORE]
    expected = score + given.texts.vectors @ found.weights + found.intercept + log_odds(PRIOR)
    assert np.allclose(made.raw(given.texts.vectors)[:, SCORE], expected)
    assert SLOPES[0] <= found.slope <= SLOPES[1]


def test_it_learns_what_reviewers_uphold() -> None:
    given, base = taught(), heads()
    made, _ = adapted(base, PRIOR, given, PRIOR)
    learnt = made.raw(given.texts.vectors)[:200, SCORE] - base.raw(given.texts.vectors)[:200, SCORE]
    assert np.corrcoef(learnt, given.texts.vectors[:200, -1])[0, 1] > 0.3


def test_the_scale_stays_where_it_was_whatever_share_was_upheld() -> None:
    base, vectors = heads(), taught().texts.vectors
    for upheld in (0.1, 0.9):
        given = taught()
        rng = np.random.default_rng(4)
        given.y[:200, SCORE] = (rng.random(200) < upheld).astype(float)
        made, _ = adapted(base, PRIOR, given, PRIOR)
        moved = (made.raw(vectors) - base.raw(vectors))[200:, SCORE]
        assert abs(float(moved.mean())) < 1e-6


def test_another_prevalence_shifts_every_head() -> None:
    given, base = taught(), heads()
    one, other = (adapted(base, PRIOR, given, p)[0].raw(given.texts.vectors) for p in (PRIOR, 0.02))
    assert np.allclose(other - one, log_odds(0.02) - log_odds(PRIOR))


def test_learning_is_repeatable() -> None:
    one, other = (adapted(heads(), PRIOR, taught(), PRIOR)[0] for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.intercept, other.intercept)


def test_explanations_keep_adding_up(small: Model) -> None:
    texts = [judged(n, f"Wanda number {n} is {'pathetic' if n % 2 else 'brilliant'}", bool(n % 2)) for n in range(80)]
    frame = pd.DataFrame([{"text": "bins are out", "split": "train", **dict.fromkeys(HEADS, 0.0)}] * 5)
    prior = float(small.manifest["prevalence"])
    made, names = adapted(small.scorer.heads, prior, lessons(small.scorer.encoder, texts, frame), prior)
    assert {"score", "harassment"} <= set(names)
    scorer = Scorer(small.scorer.encoder, made)
    text = "wanda at the depot is pathetic, and " + "so it goes " * 60
    for head in (SCORE, HARASSMENT):
        why = scorer.attribute(text, head)
        assert why.base + why.context + sum(weight for _, _, weight in why.words) == pytest.approx(why.raw, abs=1e-4)
        assert why.raw == pytest.approx(float(scorer.raw([text])[0, head]), abs=1e-6)
    model = Model(scorer, small.manifest, identifier=English())
    [found] = model.classify([text], explain=True)
    assert found.explanation is not None
    assert found.explanation.raw == pytest.approx(float(scorer.raw([text])[0, SCORE]), abs=1e-6)
