"""Masked heads and calibration."""

import numpy as np
import pytest

from classifier.fit import (
    FEWEST_TO_CALIBRATE,
    FEWEST_TO_FIT,
    SLOPES,
    Calibration,
    MaskedHeads,
    blended,
    calibrate,
    exported,
    log_odds,
    platt,
    sigmoid,
)
from classifier.measure import auc


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return raw scores and labels whose true log-odds are twice the raw score less one."""
    random = np.random.default_rng(seed)
    raw = random.normal(0, 1.5, n)
    return raw, (random.random(n) < sigmoid(2 * raw - 1)).astype(float)


def test_unknown_labels_do_not_move_a_head() -> None:
    random = np.random.default_rng(1)
    x = random.random((60, 5))
    y = np.stack([(x[:, 0] > 0.5).astype(float)] * 2, axis=1)
    y[40:, 1] = np.nan
    both = MaskedHeads().fit(x, y)
    alone = MaskedHeads().fit(x[:40], y[:40, 1:])
    assert both.coef_[:, 1].tolist() == alone.coef_[:, 0].tolist()
    assert both.coef_[:, 0].tolist() != both.coef_[:, 1].tolist()


def test_a_head_with_too_few_rows_stays_untrained() -> None:
    x = np.eye(30)
    y = np.zeros((30, 2))
    y[: FEWEST_TO_FIT - 1, 0] = 1
    y[:FEWEST_TO_FIT, 1] = 1
    fitted = MaskedHeads().fit(x, y)
    assert fitted.trained_.tolist() == [False, True]
    assert not fitted.decision_function(x)[:, 0].any()


def test_numpy_gives_what_scikit_learn_gives() -> None:
    random = np.random.default_rng(2)
    x, y = random.normal(size=(80, 7)).astype(np.float32), np.array([[0.0, 1.0], [1.0, 0.0]] * 40)
    fitted = MaskedHeads().fit(x, y)
    assert np.abs(exported(fitted).uncalibrated(x) - fitted.decision_function(x.astype(float))).max() < 1e-9


def test_rows_of_weight_nothing_do_not_move_a_head() -> None:
    random = np.random.default_rng(4)
    x, y = random.normal(size=(60, 3)), (random.random((60, 1)) < 0.5).astype(float)
    weight = np.r_[np.ones(40), np.zeros(20)]
    other = np.r_[y[:40], 1 - y[40:]]
    assert MaskedHeads().fit(x, y, weight).decision_function(x) == pytest.approx(
        MaskedHeads().fit(x, other, weight).decision_function(x), abs=0.05
    )


def test_a_calibration_takes_its_place_in_the_heads() -> None:
    fitted = MaskedHeads().fit(np.eye(12), np.array([[0.0], [1.0]] * 6))
    made = Calibration(np.array([2.0]), np.array([-1.0]), np.array([0.5]))
    heads = made.of(exported(fitted))
    assert heads.raw(np.eye(12)) == pytest.approx(2 * fitted.decision_function(np.eye(12)) - 0.5)
    assert heads.base == pytest.approx(2 * fitted.intercept_ - 0.5)


def scores(n: int, positives: int) -> tuple[np.ndarray, np.ndarray]:
    """Return raw scores and labels of score and one category whose own head hears little and the score much."""
    random = np.random.default_rng(6)
    y = np.zeros((n, 6))
    y[:positives, :2] = 1
    raw = random.normal(0, 1, (n, 6))
    raw[:, 0] += 3 * y[:, 0]
    raw[:, 1] += 0.5 * y[:, 1]
    return raw, y


def test_a_category_listens_to_the_score() -> None:
    raw, y = scores(2000, 300)
    blend = blended(raw, y, np.ones(6, dtype=bool))
    assert blend[0, 1] > blend[1, 1] > 0
    assert auc(y[:, 1] == 1, (raw @ blend)[:, 1]) > auc(y[:, 1] == 1, raw[:, 1]) + 0.2
    assert (blend[:, 0] == np.eye(6)[:, 0]).all()


def test_a_category_never_counts_the_score_against_a_text() -> None:
    raw, y = scores(2000, 300)
    raw[:, 0] *= -1
    blend = blended(raw, y, np.ones(6, dtype=bool))
    assert blend[0, 1] == 0
    assert blend[1, 1] > 0


def test_a_category_with_few_rows_stands_alone() -> None:
    raw, y = scores(200, FEWEST_TO_CALIBRATE - 1)
    assert (blended(raw, y, np.ones(6, dtype=bool)) == np.eye(6)).all()


def test_a_blend_stays_linear() -> None:
    random = np.random.default_rng(7)
    x, y = random.normal(size=(90, 4)), (random.random((90, 6)) < 0.5).astype(float)
    made, blend = MaskedHeads().fit(x, y), np.eye(6) + random.random((6, 6))
    assert exported(made, blend).uncalibrated(x) == pytest.approx(made.decision_function(x) @ blend)


def test_platt_finds_the_truth() -> None:
    slope, offset = platt(*drawn(20_000))
    assert slope == pytest.approx(2, abs=0.1)
    assert offset == pytest.approx(-1, abs=0.1)


def test_a_slope_stays_rising() -> None:
    raw, y = drawn(500)
    slope, offset = platt(-raw, y)
    assert slope == SLOPES[0]
    assert float(sigmoid(slope * -raw + offset).mean()) == pytest.approx(float(y.mean()), abs=1e-6)


def test_the_stated_prevalence_is_reached_by_weight() -> None:
    raw, y = drawn(50_000)
    made = calibrate(raw[:, None], y[:, None], np.array([True]), 0.005)
    probability = sigmoid(made.slope * raw[:, None] + made.offset + made.shift)[:, 0]
    share = y.mean()
    weight = np.where(y == 1, 0.005 / share, 0.995 / (1 - share))
    assert float((probability * weight).sum() / weight.sum()) == pytest.approx(0.005, rel=0.1)


def test_a_head_without_rows_gives_the_prior() -> None:
    made = calibrate(np.zeros((10, 1)), np.zeros((10, 1)), np.array([False]), 0.005)
    assert float(sigmoid(made.offset + made.shift)[0]) == pytest.approx(0.005)


def test_too_few_held_out_rows_are_not_scaled_on() -> None:
    y = np.zeros((100, 1))
    y[:3] = 1
    made = calibrate(np.random.default_rng(3).normal(size=(100, 1)), y, np.array([True]), 0.005)
    assert (made.slope[0], made.offset[0], made.shift[0]) == (1, 0, log_odds(0.005))
