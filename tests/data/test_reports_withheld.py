"""What a reader of the trends can have by adding and subtracting: no figure of 1 to 4 that is hidden."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.reports import trend_table
from data.reports.counting import Counts
from data.reports.periods import Unit
from data.reports.suppression import THRESHOLD
from data.reports.trends import Ask, Facts, Group, Line, lines
from data.reports.withheld import Key

MONTHS = [date(2026, n, 1) for n in range(1, 5)]
SMALL = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 40))
CELL = st.tuples(SMALL, SMALL, SMALL)  # upheld, not upheld, not judged
OVERLAPPING = (Group.CATEGORY, Group.CHARACTERISTIC, Group.OUTCOME)
Made = dict[Key, tuple[int, int, int]]
PARTS = {  # each figure a reader might ask for, of raised, upheld and not judged
    "raised": (1, 0, 0),
    "upheld": (0, 1, 0),
    "not judged": (0, 0, 1),
    "not upheld": (1, -1, -1),
    "not upheld or not judged": (1, -1, 0),
    "judged": (1, 0, -1),
}


def cells(months: int, groups: int) -> st.SearchStrategy[Made]:
    firsts: list[date | None] = [*MONTHS[:months]] or [None]
    names: list[str | None] = [f"d{n}" for n in range(groups)] or [None]
    return st.fixed_dictionaries({(first, name): CELL for first in firsts for name in names})


TABLES = st.tuples(st.integers(0, 4), st.integers(0, 3)).flatmap(lambda size: cells(*size))


def above(key: Key) -> set[Key]:
    """Return the figures that a cell is counted in: its own, and the totals."""
    first, group = key
    return {(a, b) for a in (first, None) for b in (group, None)}


def told(made: Made, group: Group | None = None) -> dict[Key, Line]:
    """Return the lines of a table, as they are shown; with a group of alerts, each stands in two of its groups."""
    facts = Facts()
    for key, (upheld, not_upheld, waiting) in made.items():
        raised = upheld + not_upheld + waiting
        for at in above(key):
            counts = facts.counts.setdefault(at, Counts())
            counts.add(Counts(posts=99, texts=99, raised=raised, upheld=upheld, not_upheld=not_upheld))
            facts.raised[at], facts.upheld[at] = counts.raised, counts.upheld
            for name in "ab" if group else "":
                facts.raised[at[0], name] = facts.raised[at] if group is not Group.OUTCOME else 0
                facts.upheld[at[0], name] = facts.upheld[at]
    cut = any(first for first, _ in made)
    until = max([first.replace(day=28) for first, _ in made if first], default=MONTHS[0])
    by = group or (Group.DEPARTMENT if any(g for _, g in made) else None)
    ask = Ask(MONTHS[0], until, Unit.MONTH if cut else None, by)
    found = lines(ask, facts)
    return {(line.first if cut and line.period != "all" else None, line.group): line for line in found}


def shown(line: Line) -> tuple[int | None, int | None, int | None]:
    return line.raised.number, line.upheld.number, None if line.upheld.hidden else line.upheld.pending


def row(keys: list[Key], weights: tuple[int, ...], at: Key) -> np.ndarray:
    """Return a figure as a sum of what is unknown: upheld, not upheld and not judged of each cell."""
    return np.concatenate([np.array(weights if at in above(cell) else (0, 0, 0), dtype=float) for cell in keys])


def aim(keys: list[Key], what: str, at: Key) -> np.ndarray:
    r, u, p = PARTS[what]
    return row(keys, (r + u, r, r + p), at)


def known(made: Made, table: dict[Key, Line]) -> tuple[np.ndarray, list[int]]:
    """Return the sums that a reader knows, and that nothing is in what a nought is the sum of."""
    keys, sums, equal = [*made], [], []
    for at, line in table.items():
        raised, upheld, waiting = shown(line)
        left = raised - upheld if raised is not None and upheld is not None else None
        judged = raised - waiting if raised is not None and waiting is not None else None
        told = [((1, 1, 1), raised), ((1, 0, 0), upheld), ((0, 0, 1), waiting), ((0, 1, 1), left), ((1, 1, 0), judged)]
        for weights, number in told:
            one = row(keys, weights, at)
            if number is not None:
                sums += [one] if number else [*np.eye(len(one))[one > 0]]
                equal += [number] if number else [0] * int(one.sum())
    return np.array(sums).reshape(-1, 3 * len(keys)), equal


def follows(made: Made, table: dict[Key, Line], what: str, at: Key) -> bool:
    """Say whether a figure is a sum and difference of what is known."""
    sums, _ = known(made, table)
    wanted = np.vstack([sums, aim([*made], what, at)])
    return bool(np.linalg.matrix_rank(wanted) == (np.linalg.matrix_rank(sums) if len(sums) else 0))


def most_and_least(made: Made, table: dict[Key, Line], what: str, at: Key) -> tuple[float, float]:
    """Return between what a figure can lie for a reader who knows all sums, and that no count is below nought."""
    sums, equal = known(made, table)
    if not equal:
        return 0.0, np.inf
    wanted = aim([*made], what, at)
    low, high = (linprog(sign * wanted, A_eq=sums, b_eq=equal, bounds=(0, None)) for sign in (1, -1))
    return low.fun if low.status == 0 else 0.0, -high.fun if high.status == 0 else np.inf


def small(made: Made) -> list[tuple[str, Key]]:
    """Return the figures of a table, shown or not, that are 1 to 4."""
    found = []
    for at in {total for key in made for total in above(key)}:
        upheld, not_upheld, waiting = (sum(n[i] for key, n in made.items() if at in above(key)) for i in range(3))
        whole = upheld + not_upheld + waiting
        for what, (r, u, p) in PARTS.items():
            if 0 < r * whole + u * upheld + p * waiting < THRESHOLD:
                found.append((what, at))
    return found


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_no_small_figure_is_a_sum_or_difference_of_what_is_shown(made: Made) -> None:
    table = told(made)
    for what, at in small(made):
        assert not follows(made, table, what, at), (what, at, {key: shown(line) for key, line in table.items()})


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.integers(0, 4).map(lambda n: (n, 0)), st.integers(1, 3).map(lambda n: (0, n))).flatmap(
        lambda size: cells(*size)
    )
)
def test_nor_can_it_be_had_by_bounds_where_only_time_or_only_groups_are_cut(made: Made) -> None:
    """A solver is asked that knows that no count is below nought. Cut both ways, such bounds may be narrow."""
    table = told(made)
    for what, at in small(made):
        low, high = most_and_least(made, table, what, at)
        assert high - low >= 1 - 1e-6, (what, at, low, high)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4).flatmap(lambda months: cells(months, 0)), st.sampled_from([*OVERLAPPING]))
def test_the_totals_give_nothing_away_whatever_they_are_told_apart_by(made: Made, group: Group) -> None:
    """Alerts by category, characteristic or outcome do not add up to their total; the totals by period still do."""
    table = told(made, group)
    for what, at in small(made):
        low, high = most_and_least(made, {key: line for key, line in table.items() if not key[1]}, what, at)
        assert high - low >= 1 - 1e-6, (what, at, low, high)


def test_one_decision_is_not_told_by_what_waits() -> None:
    """9 raised, 0 upheld and 8 not judged would tell that one was not upheld."""
    made: Made = {(month, None): (0, 0, 15) for month in MONTHS} | {(MONTHS[2], None): (0, 1, 8)}
    table = told(made)
    march, whole = table[MONTHS[2], None], table[None, None]
    assert (march.raised.number, march.upheld.number) == (9, 0)
    for line in (march, whole):
        assert (line.upheld.pending, line.upheld.share) == (None, None)
    assert sum(line.upheld.pending is None for line in table.values()) == 2
    rows = trend_table.rows(table.values(), [], "Europe/London")
    names = [column.name for column in trend_table.COLUMNS]
    [told_of] = [dict(zip(names, row, strict=True)) for row in rows if row[0] == "2026-03"]
    assert [told_of[name] for name in ("raised", "upheld", "pending", "upheld_share", "upheld_high")] == [
        *(9, 0, None, None, None)
    ]


def test_one_that_is_left_over_is_not_told_either() -> None:
    """12 raised and 11 upheld would tell that one was not."""
    table = told({(MONTHS[0], None): (11, 1, 0), (MONTHS[1], None): (20, 10, 0), (MONTHS[2], None): (9, 20, 0)})
    assert table[MONTHS[0], None].raised.number == 12
    assert table[MONTHS[0], None].upheld.hidden
    assert [line.upheld.hidden for line in table.values()].count(True) == 2


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    table = told({(month, None): (10 + n, 20, 30) for n, month in enumerate(MONTHS)})
    assert not [line for line in table.values() if line.raised.hidden or line.upheld.hidden]
    assert table[None, None].upheld.pending == 120


def test_a_table_where_nobody_has_judged_keeps_what_waits() -> None:
    table = told({(month, None): (0, 0, 9 + n) for n, month in enumerate(MONTHS)})
    assert [line.upheld.pending for line in table.values()] == [9, 10, 11, 12, 42]
