"""Figures, against scikit-learn's and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from classifier.measure import (
    FEWEST_EACH,
    auc,
    average_precision,
    balanced_accuracy,
    best_limit,
    calibration_error,
    interval,
    macro_f1,
    measured,
    perfect_error,
    reliability,
    share,
    threshold,
    workload,
)

PAIRS = st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=60).filter(
    lambda pairs: len({truth for truth, _ in pairs}) == 2
)


@given(PAIRS)
def test_the_same_as_scikit_learn(pairs: list[tuple[bool, int]]) -> None:
    truth = np.array([t for t, _ in pairs])
    score = np.array([s for _, s in pairs], dtype=float)
    assert auc(truth, score) == pytest.approx(roc_auc_score(truth, score))
    assert average_precision(truth, score) == pytest.approx(average_precision_score(truth, score))
    expected = f1_score(truth, score >= 0, average="macro", labels=[False, True], zero_division=0)
    assert macro_f1(truth, score >= 0) == pytest.approx(expected)


def test_the_best_limit_splits_better_than_even_odds() -> None:
    random = np.random.default_rng(3)
    truth = np.arange(1000) < 100
    score = random.normal(0, 1, 1000) + 2 * truth + 1.5
    limit = best_limit(truth, score)
    assert macro_f1(truth, score >= limit) > macro_f1(truth, score >= 0) + 0.2
    assert limit > 1.5


def test_few_texts_of_a_class_choose_no_limit() -> None:
    score = np.arange(500.0)
    assert best_limit(np.arange(500) >= 500 - FEWEST_EACH + 1, score) == 0.0
    assert best_limit(np.arange(500) >= 500 - FEWEST_EACH, score) > 400


def test_calibration_error_by_hand() -> None:
    truth = np.array([True, False, False, False])
    assert calibration_error(truth, np.array([0.25, 0.25, 0.25, 0.25])) == pytest.approx(0)
    assert calibration_error(truth, np.array([1.0, 0.0, 0.0, 0.5])) == pytest.approx(0.125)


def test_unknown_labels_are_left_out_and_one_class_has_no_figures() -> None:
    found = measured(np.array([1, 0, np.nan]), np.array([2.0, -2.0, 9.0]))
    assert (found.n, found.positives, found.auc) == (2, 1, 1.0)
    assert measured(np.array([0.0, 0.0]), np.array([1.0, 2.0])).auc is None
    assert share(np.array([], dtype=bool)) is None


@given(st.lists(st.floats(0, 0.99), min_size=1, max_size=300), st.sampled_from([0.005, 0.01, 0.2]))
def test_a_threshold_keeps_to_its_budget(values: list[float], budget: float) -> None:
    harmless = np.array(values)
    limit = threshold(harmless, np.array([0.0]), budget)
    assert float((harmless >= limit).mean()) <= budget


def test_a_threshold_keeps_to_its_budget_in_both_groups() -> None:
    assert threshold(np.array([0.1]), np.array([0.7]), 0.01) > 0.7
    assert threshold(np.array([0.7]), np.array([0.1]), 0.01) > 0.7


def test_balanced_accuracy_by_hand() -> None:
    truth = np.array([True, True, False, False])
    assert balanced_accuracy(truth, np.array([True, False, False, False])) == 0.75
    assert balanced_accuracy(np.array([True]), np.array([True])) is None


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1)]
)
def test_wilson_intervals(hits: int, n: int, low: float, high: float) -> None:
    assert interval(hits, n) == pytest.approx((low, high), abs=1e-4)


def test_no_interval_of_nothing() -> None:
    assert interval(0, 0) is None


def test_a_perfect_model_has_an_error_by_chance_that_shrinks_with_numbers() -> None:
    random = np.random.default_rng(1)
    few, many = (perfect_error(random.random(n)) for n in (100, 10_000))
    assert 0.005 < many * 3 < few < 0.15


def test_reliability_by_hand() -> None:
    truth, probability = np.array([True, False, True]), np.array([0.05, 0.07, 1.0])
    assert reliability(truth, probability) == [(pytest.approx(0.06), 0.5, 2), (1.0, 1.0, 1)]


def test_a_workload_by_hand() -> None:
    alerts, right = workload(0.5, 0.01, 0.1)
    assert alerts == pytest.approx(59)
    assert right == pytest.approx(50 / 59)
    assert workload(0.0, 0.0, 0.1) == (0.0, None)
