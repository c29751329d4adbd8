"""What trends keep to themselves: small figures of the tables raised, upheld and not judged, and what gives them away.

The three stand side by side, so that a reader can subtract one from another, and one line from its total. With U
upheld, N not upheld and P not judged (or not to be told), an alert raised is one of the three: R = U + N + P. R, U and
P are shown; N, R - U and R - P follow. The totals of R, of U and of P bind nothing of one another, so a figure that
follows is unknown in a cell exactly when one of its parts is. R is hidden first, then U, then P.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data.reports.counting import Counts
from data.reports.suppression import ALONE, Around, Beside, Cell, Table, hidden, hidden_line, with_totals

Key = tuple[date | None, str | None]  # first day of the period, group; None stands for all of them
Keys = frozenset[Key]


@dataclass(frozen=True, slots=True)
class Withheld:
    """The keys of the figures that are not to be shown."""

    raised: Keys
    upheld: Keys
    pending: Keys


NOTHING = Withheld(frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Grid:
    """Periods (by first day) and groups; a single None where time is not cut or nothing is told apart."""

    firsts: Sequence[date | None]
    groups: Sequence[str | None]
    threshold: int

    @property
    def square(self) -> bool:
        """Whether it has both periods and groups, and so totals of either."""
        return [*self.firsts] != [None] and [*self.groups] != [None]

    def rows(self) -> list[list[Key]]:
        """Return the key of every cell, with those of the totals."""
        if self.square:
            return [[(first, group) for group in (*self.groups, None)] for first in (*self.firsts, None)]
        return [*([(first, group)] for first in self.firsts for group in self.groups), [(None, None)]]

    def table(self, numbers: Mapping[Key, int]) -> Table:
        """Return the numbers as a table with totals; without groups or periods it has one column."""
        if self.square:
            return with_totals([[numbers.get((first, g), 0) for g in self.groups] for first in self.firsts])
        column = [numbers.get((first, g), 0) for first in self.firsts for g in self.groups]
        return [[number] for number in (*column, sum(column))]

    def cells(self, keys: Collection[Key]) -> frozenset[Cell]:
        """Return where the keys stand."""
        return frozenset((r, c) for r, row in enumerate(self.rows()) for c, key in enumerate(row) if key in keys)

    def hidden(self, numbers: Mapping[Key, int], around: Around = ALONE) -> Keys:
        """Return the keys of numbers that are not to be shown."""
        table, keys = self.table(numbers), self.rows()
        if self.square:
            found = {keys[r][c] for r, c in hidden(table, self.threshold, around)}
        else:
            line = [row[0] for row in table]
            found = {keys[n][0] for n in hidden_line(line, self.threshold, around)}
        # An alert can be in two categories: the total is then less than the sum, and is looked at for itself.
        return frozenset(found | {key for key, count in numbers.items() if 0 < count < self.threshold})


@dataclass(frozen=True, slots=True)
class Shown:
    """Alerts by period and group as they are shown, the totals under None.

    `counts` give those judged: by group too, or by period alone (`apart` is False). `adds_up`: each alert is in one
    group, the same one raised and upheld; otherwise only the totals by period can be subtracted from each other.
    """

    raised: Mapping[Key, int]
    upheld: Mapping[Key, int]
    counts: Mapping[Key, Counts]
    apart: bool = True
    adds_up: bool = True


def withheld(grid: Grid, shown: Shown) -> Withheld:
    """Return what is not to be shown."""
    if shown.adds_up:
        return _subtracted(grid, shown, NOTHING)
    found, narrow = NOTHING, Grid(grid.firsts, [None], grid.threshold)
    while True:  # each round hides more, or nothing more
        totals = _subtracted(narrow, shown, found)
        raised = totals.raised | grid.hidden(shown.raised, Around(grid.cells(totals.raised)))
        upheld = totals.upheld | grid.hidden(shown.upheld, Around(grid.cells(totals.upheld)))
        if (more := Withheld(raised, upheld, totals.pending)) == found:
            return found
        found = more


def _subtracted(grid: Grid, shown: Shown, also: Withheld) -> Withheld:
    """Return what is not to be shown where all that stands side by side can be subtracted."""
    raised = grid.hidden(_within(grid, shown.raised), Around(grid.cells(also.raised)))
    rest = {key: max(number - shown.upheld.get(key, 0), 0) for key, number in shown.raised.items()}
    left = Around(grid.cells(also.upheld), [_beside(grid, rest, raised, raised)], _noughts(grid, shown.raised, raised))
    upheld = grid.hidden(_within(grid, shown.upheld), left)
    whole = grid if shown.apart else Grid(grid.firsts, [None], grid.threshold)
    judged = {key: counts.raised - counts.pending for key, counts in shown.counts.items()}
    against = {key: counts.not_upheld for key, counts in shown.counts.items()}
    beside = [_beside(whole, judged, raised, raised), _beside(whole, against, raised | upheld, raised)]
    waiting = {key: counts.pending for key, counts in shown.counts.items()}
    around = Around(whole.cells(raised | also.pending), beside, _noughts(whole, rest, raised | upheld))
    return Withheld(raised, upheld, whole.hidden(waiting, around))


def _noughts(grid: Grid, numbers: Mapping[Key, int], hidden_too: Keys) -> frozenset[Cell]:
    """Return where a table that is shown tells that there is nothing to count."""
    return grid.cells([key for row in grid.rows() for key in row if key not in hidden_too and not numbers.get(key)])


def _within(grid: Grid, numbers: Mapping[Key, int]) -> dict[Key, int]:
    inside = {key for row in grid.rows() for key in row}
    return {key: number for key, number in numbers.items() if key in inside}


def _beside(grid: Grid, numbers: Mapping[Key, int], unknown: Keys, loose: Keys) -> Beside:
    return Beside(grid.table(numbers), grid.cells(unknown), grid.cells(loose))
