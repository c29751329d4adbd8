"""Masked heads and calibration."""

import numpy as np
import pytest
from scipy import sparse

from classifier.fit import FEWEST_TO_FIT, SLOPES, MaskedHeads, calibrate, log_odds, platt, sigmoid


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return raw scores and labels whose true log-odds are twice the raw score less one."""
    random = np.random.default_rng(seed)
    raw = random.normal(0, 1.5, n)
    return raw, (random.random(n) < sigmoid(2 * raw - 1)).astype(float)


def test_unknown_labels_do_not_move_a_head() -> None:
    random = np.random.default_rng(1)
    x = sparse.csr_matrix(random.random((60, 5)))
    y = np.stack([(x.toarray()[:, 0] > 0.5).astype(float)] * 2, axis=1)
    y[40:, 1] = np.nan
    both = MaskedHeads().fit(x, y)
    alone = MaskedHeads().fit(x[:40], y[:40, 1:])
    assert both.coef_[:, 1].tolist() == alone.coef_[:, 0].tolist()
    assert both.coef_[:, 0].tolist() != both.coef_[:, 1].tolist()


def test_a_head_with_too_few_rows_stays_untrained() -> None:
    x = sparse.csr_matrix(np.eye(30))
    y = np.zeros((30, 2))
    y[: FEWEST_TO_FIT - 1, 0] = 1
    y[:FEWEST_TO_FIT, 1] = 1
    fitted = MaskedHeads().fit(x, y)
    assert fitted.trained_.tolist() == [False, True]
    assert not fitted.decision_function(x)[:, 0].any()


def test_weights_are_those_that_are_stored() -> None:
    x = sparse.csr_matrix(np.random.default_rng(2).random((40, 7)))
    fitted = MaskedHeads().fit(x, np.array([[0.0], [1.0]] * 20))
    assert fitted.coef_.astype(np.float16).astype(float).tolist() == fitted.coef_.tolist()


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
