"""Small cells of a table are hidden, together with what would reveal them by subtraction.

A table has rows and columns of counts and may have totals: then every row adds up to its total, and so does every
column. Hidden is every count from 1 to just under the threshold, and then as many others as it takes:

- what is hidden in one line with a visible total adds up to at least the threshold, over two cells or more;
- no hidden cell follows from all visible ones together. As a graph, rows and columns are the nodes and hidden cells the
  edges between them; a cell follows from the others exactly when its edge is a bridge, that is, lies on no cycle
  (Gusfield, 1988, "A graph theoretic approach to statistical data security", SIAM Journal on Computing 17).

A nought is shown, unless nothing else is left to hide another cell. Tables of the same cut that stand side by side
(alerts raised, upheld, not judged) are hidden one after the other, each with regard to what the ones before it leave
to be subtracted (`Beside`). Two tables that cut the same counts differently can still be subtracted from each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

THRESHOLD = 5
Cell = tuple[int, int]  # row, column; the last row and the last column are the totals
Table = Sequence[Sequence[int]]
Line = list[Cell]  # the last is the total of the others
Node = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Beside:
    """Counts that no table shows but whoever reads this one and others has by subtraction, cell by cell.

    In the cells of `unknown` another table hides something of them. In those of `loose` it hides so much that even a
    nought of theirs fixes nothing.
    """

    counts: Table
    unknown: frozenset[Cell]
    loose: frozenset[Cell]


def with_totals(counts: Table) -> list[list[int]]:
    """Return a table with a last column and a last row of totals."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known around a table: `also` are cells to be hidden whatever they hold, `beside` what follows from it.

    In the cells of `noughts` another table tells that there is nothing, so that hiding them hides nothing.
    """

    also: frozenset[Cell] = frozenset()
    beside: Sequence[Beside] = ()
    noughts: frozenset[Cell] = frozenset()


ALONE = Around()


def hidden(table: Table, threshold: int = THRESHOLD, around: Around = ALONE) -> frozenset[Cell]:
    """Return the cells of a table with totals (see `with_totals`) that are not to be shown; 0 or 1 hides none.

    Hidden is also whatever else it takes that nothing small of what stands around it can be had.
    """
    small = _small(table, threshold, around)
    while more := _wanting([*_lines(table)], table, small, threshold, around) or _bridging(table, small, around):
        small |= more
    return frozenset(small)


def hidden_line(counts: Sequence[int], threshold: int = THRESHOLD, around: Around = ALONE) -> frozenset[int]:
    """Return the positions not to be shown of counts of which the last is the total of the others.

    `around` is as in `hidden`, of a table of one column.
    """
    column = [[count] for count in counts]
    lines = [[(n, 0) for n in range(len(counts))]]
    small = _small(column, threshold, around)
    while more := _wanting(lines, column, small, threshold, around):
        small |= more
    return frozenset(n for n, _ in small)


def bridges(cells: frozenset[Cell] | set[Cell]) -> set[Cell]:
    """Return the hidden cells that follow from the visible ones: edges of the graph that lie on no cycle.

    Depth first without recursion, after Tarjan (1974): an edge is a bridge when nothing below it reaches above it.
    """
    beside: Mapping[Node, list[Node]] = _graph(cells)
    seen: dict[Node, int] = {}
    found: set[Cell] = set()
    for start in sorted(beside):
        if start not in seen:
            found |= _bridges_from(start, beside, seen)
    return found


def _bridges_from(start: Node, beside: Mapping[Node, list[Node]], seen: dict[Node, int]) -> set[Cell]:
    low, found = {start: len(seen)}, set()
    seen[start] = len(seen)
    path: list[tuple[Node, Node | None, Iterator[Node]]] = [(start, None, iter(beside[start]))]
    while path:
        node, above, rest = path[-1]
        other = next(rest, None)
        if other is None:
            path.pop()
            if above is not None:
                low[above] = min(low[above], low[node])
                if low[node] > seen[above]:
                    found.add(_cell(above, node))
        elif other not in seen:
            seen[other] = low[other] = len(seen)
            path.append((other, node, iter(beside[other])))
        elif other != above:
            low[node] = min(low[node], seen[other])
    return found


def _small(table: Table, threshold: int, around: Around) -> set[Cell]:
    found = {at for at, count in _cells(table) if 0 < count < threshold} | around.also
    for other in around.beside:
        found |= {at for at, count in _cells(other.counts) if 0 < count < threshold and at not in other.unknown}
    return found - around.noughts


def _wanting(lines: Sequence[Line], table: Table, small: set[Cell], threshold: int, around: Around) -> set[Cell]:
    """Return the cells that have to be hidden too for the sake of single lines, none when all of them hold."""
    chosen: set[Cell | None] = set()
    for other in around.beside if threshold > 1 else ():
        away = small | other.unknown
        untold = away | around.noughts
        chosen |= {_choice(other.counts, line, untold) for line in lines if _tells(other, line, away, threshold)}
    chosen -= {None}
    untold = small | around.noughts
    chosen = chosen or {_choice(table, line, untold) for line in lines if _open(table, line, small, threshold)}
    return {cell for cell in chosen if cell is not None}


def _bridging(table: Table, small: set[Cell], around: Around) -> set[Cell]:
    """Return cells to be hidden with one that follows from the visible ones of all lines together."""
    weak = sorted(bridges(small))
    untold = small | around.noughts
    chosen = {_choice(table, line, untold) for cell in weak[:1] for line in _through(table, cell)}
    return {cell for cell in chosen if cell is not None}


def _open(table: Table, line: Line, small: set[Cell], threshold: int) -> bool:
    """Say whether a line tells too much of what is hidden in it: one cell alone, or a sum under the threshold."""
    inside = [cell for cell in line if cell in small]
    if not inside:
        return False
    return len(inside) == 1 or (line[-1] not in small and sum(table[r][c] for r, c in inside) < threshold)


def _tells(beside: Beside, line: Line, away: set[Cell], threshold: int) -> bool:
    """Say whether a line tells too much of what stands beside it: a small sum, or a nought that fixes its parts."""
    inside = [cell for cell in line if cell in away]
    if not inside or line[-1] in away:
        return False
    total = sum(beside.counts[r][c] for r, c in inside)
    return 0 < total < threshold or (total == 0 and not beside.loose.issuperset(inside))


def _choice(table: Table, line: Line, small: set[Cell]) -> Cell | None:
    """Return the cell of a line to hide next: the smallest count, then the total, a nought only when all else is."""
    visible = [cell for cell in line if cell not in small]
    return min(visible, key=lambda at: (table[at[0]][at[1]] == 0, at == line[-1], table[at[0]][at[1]]), default=None)


def _cells(table: Table) -> Iterator[tuple[Cell, int]]:
    for r, row in enumerate(table):
        for c, count in enumerate(row):
            yield (r, c), count


def _lines(table: Table) -> Iterator[Line]:
    yield from ([(r, c) for c in range(len(row))] for r, row in enumerate(table))
    yield from ([(r, c) for r in range(len(table))] for c in range(len(table[0]) if table else 0))


def _through(table: Table, cell: Cell) -> list[Line]:
    return [line for line in _lines(table) if cell in line]


def _graph(cells: frozenset[Cell] | set[Cell]) -> dict[Node, list[Node]]:
    beside: dict[Node, list[Node]] = defaultdict(list)
    for r, c in sorted(cells):
        beside["row", r].append(("column", c))
        beside["column", c].append(("row", r))
    return beside


def _cell(one: Node, other: Node) -> Cell:
    return (one[1], other[1]) if one[0] == "row" else (other[1], one[1])
