"""Estimates from strata: what must hold whatever comes in, what is exact, and how often the intervals are right."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reports import intervals, stratified
from data.reports.stratified import Stratum, recall, still_possible, total

RUNS = 1500


def strata_of(counts: Sequence[tuple[int, int, int]]) -> list[Stratum]:
    return [Stratum(f"s{n}", *one) for n, one in enumerate(counts)]


@st.composite
def surveys(draw: st.DrawFn) -> list[Stratum]:
    """Strata with one answer at least."""
    found = []
    for n in range(draw(st.integers(1, 4))):
        population = draw(st.integers(1, 50_000))
        answered = draw(st.integers(1, min(population, 500)))
        found.append(Stratum(f"s{n}", population, answered, draw(st.integers(0, answered))))
    return found


@given(surveys())
def test_the_estimate_lies_in_its_interval_and_in_what_is_possible(strata: list[Stratum]) -> None:
    found = total(strata)
    assert found is not None
    slack = 1e-6 * sum(s.population for s in strata)
    assert sum(s.harmful for s in strata) <= found.low <= found.value + slack
    assert found.value <= found.high + slack
    assert found.high <= sum(s.population - s.answered + s.harmful for s in strata) + slack


@given(surveys(), surveys())
def test_recall_is_a_share_within_its_interval(flagged: list[Stratum], missed: list[Stratum]) -> None:
    found = recall(flagged, missed)
    if found is not None:
        assert 0.0 <= found.low <= found.value + 1e-9
        assert found.value <= found.high + 1e-9 <= 1.0 + 2e-9


def test_one_large_stratum_is_the_exact_interval() -> None:
    found = total(strata_of([(10_000_000, 263, 81)]))
    assert found is not None
    assert (found.low / 10_000_000, found.high / 10_000_000) == pytest.approx((0.2527, 0.3676), abs=1e-4)


def test_what_was_read_whole_is_known() -> None:
    found = total(strata_of([(40, 40, 3), (1, 1, 1)]))
    assert found is not None
    assert (found.low, found.value, found.high) == (4.0, 4.0, 4.0)


def test_two_like_strata_are_surer_than_their_intervals_added() -> None:
    one = total(strata_of([(1000, 50, 5)]))
    both = total(strata_of([(1000, 50, 5), (1000, 50, 5)]))
    assert one is not None
    assert both is not None
    assert both.high - both.value == pytest.approx(np.sqrt(2) * (one.high - one.value))


def test_a_stratum_without_an_answer_leaves_it_open() -> None:
    assert total(strata_of([(10, 5, 1), (10, 0, 0)])) is None
    assert recall(strata_of([(10, 0, 0)]), strata_of([(10, 5, 1)])) is None
    assert recall(strata_of([(10, 5, 0)]), strata_of([(10, 5, 0)])) is None


def test_where_there_are_no_posts_there_is_nothing_to_miss() -> None:
    assert total(strata_of([(0, 0, 0)])) == stratified.Between(0.0, 0.0, 0.0)
    found = recall(strata_of([(0, 0, 0)]), strata_of([(100, 50, 5)]))
    assert found is not None
    assert (found.value, found.high) == (0.0, 0.0)


@given(st.integers(1, 3000))
def test_none_in_one_stratum_is_the_exact_bound(answered: int) -> None:
    population = 100_000_000
    bound = still_possible(strata_of([(population, answered, 0)]))
    assert bound / population == pytest.approx(intervals.still_possible(answered), rel=1e-6)


@given(surveys())
def test_none_found_allows_no_more_than_a_chance_of_five_percent(strata: list[Stratum]) -> None:
    """Any spread of that many harmful posts over the strata would have shown itself in 95 of 100 draws."""
    bound = still_possible(strata)
    unread = sum(s.population - s.answered for s in strata)
    assert 0.0 <= bound <= unread
    for chosen in strata:
        if bound < unread and chosen.population > chosen.answered:
            share = min(1.0, 1.0001 * bound / chosen.population)
            assert (1 - share) ** chosen.answered <= 0.05 + 1e-3


def test_the_bound_is_the_largest_total_on_a_grid() -> None:
    strata = strata_of([(900, 60, 0), (100, 40, 0)])
    grid = np.linspace(0, 0.2, 1001)
    first, second = np.meshgrid(grid, grid)
    chance = (1 - first) ** 60 * (1 - second) ** 40
    best = (900 * first + 100 * second)[chance >= 0.05].max()
    assert still_possible(strata) == pytest.approx(best, rel=0.01)


def test_a_stratum_nobody_read_may_be_harmful_as_a_whole() -> None:
    assert still_possible(strata_of([(70, 0, 0), (30, 30, 0)])) == 70.0


@pytest.mark.parametrize(
    ("populations", "drawn", "shares"),
    [
        ((100, 900, 4000, 5000), (40, 100, 160, 100), (0.2, 0.05, 0.01, 0.002)),
        ((1000, 9000, 40_000, 50_000), (40, 100, 160, 100), (0.10, 0.02, 0.003, 0.0005)),
        ((300, 2700, 12_000, 15_000), (16, 40, 64, 40), (0.3, 0.1, 0.03, 0.01)),
        ((50, 450, 2000, 2500), (40, 100, 160, 100), (0.0, 0.0, 0.0, 0.0)),
        ((50, 450, 2000, 2500), (25, 80, 150, 90), (0.5, 0.3, 0.1, 0.05)),
    ],
)
def test_the_interval_holds_the_truth_in_95_of_100_draws(
    populations: Sequence[int], drawn: Sequence[int], shares: Sequence[float]
) -> None:
    """Draws without replacement from a known population; one of a hundred is left to the simulation's own chance."""
    rng = np.random.default_rng(20261122)
    harmful = [round(n * share) for n, share in zip(populations, shares, strict=True)]
    found = [rng.hypergeometric(h, n - h, d, RUNS) for n, h, d in zip(populations, harmful, drawn, strict=True)]
    held = 0
    for counts in zip(*found, strict=True):
        cells = zip(populations, drawn, counts, strict=True)
        between = total(strata_of([(n, d, int(x)) for n, d, x in cells]))
        assert between is not None
        held += between.low <= sum(harmful) <= between.high
    assert held / RUNS >= 0.94


def test_recall_holds_the_truth_in_95_of_100_draws() -> None:
    rng = np.random.default_rng(7)
    flagged, caught = 400, 120
    missed, lost = (90, 900, 4000, 5000), (30, 40, 40, 10)
    truth, held = caught / (caught + sum(lost)), 0
    for _ in range(RUNS):
        up = [(flagged, 100, int(rng.hypergeometric(caught, flagged - caught, 100)))]
        drawn = [min(n, d) for n, d in zip(missed, (40, 100, 160, 100), strict=True)]
        down = [(n, d, int(rng.hypergeometric(h, n - h, d))) for n, h, d in zip(missed, lost, drawn, strict=True)]
        found = recall(strata_of(up), strata_of(down))
        assert found is not None
        held += found.low <= truth <= found.high
    assert held / RUNS >= 0.95


def test_two_intervals_at_once_are_wider() -> None:
    narrow, wide = total(strata_of([(1000, 50, 5)])), total(strata_of([(1000, 50, 5)]), 0.025)
    assert narrow is not None
    assert wide is not None
    assert wide.low < narrow.low
    assert wide.high > narrow.high
