"""No hidden cell can be had from what is shown: a solver is asked that knows every total."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.reports.suppression import THRESHOLD, Cell, bridges, hidden, hidden_line, with_totals

COUNTS = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 60))
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=5)
)


def ranges(table: list[list[int]], away: frozenset[Cell]) -> dict[Cell, tuple[float, float]]:
    """Return between which figures each hidden cell can lie for a reader who sees the others."""
    unknown = {cell: n for n, cell in enumerate(sorted(away))}
    height, width = len(table), len(table[0])
    lines = [[(r, c) for c in range(width)] for r in range(height)]
    lines += [[(r, c) for r in range(height)] for c in range(width)]
    sums, known = [], []
    for line in lines:
        signs = [*([1] * (len(line) - 1)), -1]
        row = np.zeros(len(unknown))
        for (r, c), sign in zip(line, signs, strict=True):
            if (r, c) in unknown:
                row[unknown[r, c]] = sign
        sums.append(row)
        known.append(-sum(s * table[r][c] for (r, c), s in zip(line, signs, strict=True) if (r, c) not in unknown))
    found = {}
    for cell, n in unknown.items():
        aim = np.zeros(len(unknown))
        aim[n] = 1
        low = linprog(aim, A_eq=np.array(sums), b_eq=known, bounds=(0, None))
        high = linprog(-aim, A_eq=np.array(sums), b_eq=known, bounds=(0, None))
        found[cell] = (low.fun if low.success else 0.0, -high.fun if high.success else np.inf)
    return found


@settings(max_examples=300)
@given(TABLES)
def test_no_hidden_cell_follows_from_the_others(counts: list[list[int]]) -> None:
    table = with_totals(counts)
    away = hidden(table)
    for cell, (low, high) in ranges(table, away).items():
        assert high - low >= 1 - 1e-6, (cell, low, high)


@given(TABLES, st.integers(2, 12))
def test_every_small_cell_is_hidden_and_a_line_gives_no_small_sum(counts: list[list[int]], threshold: int) -> None:
    table = with_totals(counts)
    away = hidden(table, threshold)
    assert {(r, c) for r, row in enumerate(table) for c, n in enumerate(row) if 0 < n < threshold} <= away
    for r, row in enumerate(table):
        inside = [n for c, n in enumerate(row) if (r, c) in away]
        assert len(inside) != 1
        assert not inside or (r, len(row) - 1) in away or sum(inside) >= threshold


def test_what_need_not_be_hidden_is_shown() -> None:
    assert hidden(with_totals([[12, 30], [0, 9], [7, 0]])) == frozenset()
    assert hidden(with_totals([[1, 2], [3, 4]]), threshold=0) == frozenset()


def test_one_small_cell_takes_three_others_with_it_and_the_smallest_are_chosen() -> None:
    table = with_totals([[3, 90, 10], [80, 70, 60], [11, 50, 8]])
    assert hidden(table) == {(0, 0), (0, 2), (2, 0), (2, 2)}


def test_two_small_cells_that_add_up_to_little_take_a_third() -> None:
    """Two hidden cells with a sum of 2 would be 1 and 1 for everyone who can subtract."""
    assert hidden_line([1, 1, 40, 50, 92]) == {0, 1, 2}
    assert hidden_line([4, 4, 40, 50, 98]) == {0, 1}


def test_a_line_alone() -> None:
    assert hidden_line([2, 30, 9, 41]) == {0, 2}
    assert hidden_line([2, 0, 0, 2]) == {0, 3}
    assert hidden_line([0, 0, 0]) == frozenset()
    assert hidden_line([3]) == {0}


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_a_line_alone_never_gives_a_cell_away(counts: list[int]) -> None:
    line = [*counts, sum(counts)]
    away = hidden_line(line)
    assert {n for n, count in enumerate(line) if 0 < count < THRESHOLD} <= away
    inside = [line[n] for n in away if n < len(counts)]
    if inside and len(counts) not in away:
        assert len(inside) > 1
        assert sum(inside) >= THRESHOLD
    if len(inside) == 0 and away:
        pytest.fail("a hidden total alone is had by adding up")


def test_a_bridge_between_two_rings_is_found() -> None:
    ring = {(0, 0), (0, 1), (1, 0), (1, 1)}
    other = {(2, 2), (2, 3), (3, 2), (3, 3)}
    assert bridges(ring | other) == set()
    assert bridges(ring | other | {(1, 2)}) == {(1, 2)}
    assert bridges({(0, 0)}) == {(0, 0)}
    assert bridges({(0, 0), (1, 0)}) == {(0, 0), (1, 0)}


def test_a_large_table_takes_no_long_time() -> None:
    rng = np.random.default_rng(7)
    table = with_totals(rng.poisson(6, (60, 30)).tolist())
    away = hidden(table)
    assert bridges(away) == set()
    assert len(away) < 60 * 30
