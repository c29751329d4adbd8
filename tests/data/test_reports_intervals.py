"""Intervals against published figures, and what they promise whatever comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from data.reports.intervals import exact, share, still_possible, wilson


@pytest.mark.parametrize(
    ("number", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(number: int, total: int, low: float, high: float) -> None:
    assert wilson(number, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval(found: tuple[int, int]) -> None:
    number, total = found
    low, high = wilson(number, total)
    assert 0.0 <= low <= number / total <= high <= 1.0
    assert (low == 0.0) is (number == 0)
    assert (high == 1.0) is (number == total)


@given(st.integers(1, 400), st.integers(2, 50))
def test_more_of_the_same_is_surer(total: int, times: int) -> None:
    number = total // 3
    few, many = wilson(number, total), wilson(number * times, total * times)
    assert many[1] - many[0] < few[1] - few[0]


def test_out_of_nothing_nothing_can_be_said() -> None:
    assert share(0, 0) is None
    found = share(3, 12)
    assert found is not None
    assert (found.share, found.number, found.total) == (0.25, 3, 12)
    assert (found.low, found.high) == wilson(3, 12)


@pytest.mark.parametrize(("number", "total"), [(1, 0), (-1, 5), (6, 5), (0, 0)])
def test_what_is_no_share_is_refused(number: int, total: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(number, total)


def test_none_in_n_still_allows_about_three_in_n() -> None:
    assert still_possible(0) == 1.0
    assert still_possible(1) == pytest.approx(0.95)
    for total in (30, 100, 1000, 10**6):
        assert still_possible(total) == pytest.approx(3 / total, rel=0.06)
        assert (1 - still_possible(total)) ** total == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("number", "total", "low", "high"),
    [
        (81, 263, 0.2527, 0.3676),  # Newcombe (1998), table I, method 5
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_the_exact_interval_is_the_published_one(number: int, total: int, low: float, high: float) -> None:
    assert exact(number, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 600).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_exact_interval_is_that_of_the_beta_distribution(found: tuple[int, int]) -> None:
    number, total = found
    low, high = exact(number, total, 0.025)
    assert low == pytest.approx(beta.ppf(0.0125, number, total - number + 1) if number else 0.0, abs=1e-9)
    assert high == pytest.approx(beta.ppf(0.9875, number + 1, total - number) if number < total else 1.0, abs=1e-9)


def test_no_share_has_no_exact_interval() -> None:
    with pytest.raises(ValueError, match="3 of 2 is no share"):
        exact(3, 2)
