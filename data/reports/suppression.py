"""Small cells of a table are hidden, together with what would reveal them by subtraction.

A table has rows and columns of counts and may have totals: then every row adds up to its total, and so does every
column. Hidden is every count from 1 to just under the threshold, and then as many others as it takes:

- what is hidden in one line with a visible total adds up to at least the threshold, over two cells or more;
- no hidden cell follows from all visible ones together. As a graph, rows and columns are the nodes and hidden cells the
  edges between them; a cell follows from the others exactly when its edge is a bridge, that is, lies on no cycle
  (Gusfield, 1988, "A graph theoretic approach to statistical data security", SIAM Journal on Computing 17).

A nought is shown, unless nothing else is left to hide another cell. This holds for one table at a time: two tables that
cut the same counts differently can still be subtracted from each other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

THRESHOLD = 5
Cell = tuple[int, int]  # row, column; the last row and the last column are the totals
Node = tuple[str, int]


def with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return a table with a last column and a last row of totals."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def hidden(table: Sequence[Sequence[int]], threshold: int = THRESHOLD) -> frozenset[Cell]:
    """Return the cells of a table with totals (see `with_totals`) that are not to be shown; 0 or 1 hides none."""
    small = {at for at, count in _cells(table) if 0 < count < threshold}
    while more := _missing(table, small, threshold):
        small |= more
    return frozenset(small)


def hidden_line(counts: Sequence[int], threshold: int = THRESHOLD) -> frozenset[int]:
    """Return the positions not to be shown of counts of which the last is the total of the others."""
    column = [[count] for count in counts]
    line = [(n, 0) for n in range(len(counts))]
    small = {(n, 0) for n, count in enumerate(counts) if 0 < count < threshold}
    while _open(column, line, small, threshold) and (more := _choice(column, line, small)):
        small.add(more)
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


def _missing(table: Sequence[Sequence[int]], small: set[Cell], threshold: int) -> set[Cell]:
    """Return the cells that have to be hidden too, none when everything holds."""
    chosen = {_choice(table, line, small) for line in _lines(table) if _open(table, line, small, threshold)}
    if not chosen - {None}:
        weak = sorted(bridges(small))
        chosen = {_choice(table, line, small) for cell in weak[:1] for line in _through(table, cell)}
    return {cell for cell in chosen if cell is not None}


def _open(table: Sequence[Sequence[int]], line: Sequence[Cell], small: set[Cell], threshold: int) -> bool:
    """Say whether a line tells too much of what is hidden in it: one cell alone, or a sum under the threshold."""
    inside = [cell for cell in line if cell in small]
    if not inside:
        return False
    return len(inside) == 1 or (line[-1] not in small and sum(table[r][c] for r, c in inside) < threshold)


def _choice(table: Sequence[Sequence[int]], line: Sequence[Cell], small: set[Cell]) -> Cell | None:
    """Return the cell of a line to hide next: the smallest count, then the total, a nought only when all else is."""
    visible = [cell for cell in line if cell not in small]
    return min(visible, key=lambda at: (table[at[0]][at[1]] == 0, at == line[-1], table[at[0]][at[1]]), default=None)


def _cells(table: Sequence[Sequence[int]]) -> Iterator[tuple[Cell, int]]:
    for r, row in enumerate(table):
        for c, count in enumerate(row):
            yield (r, c), count


def _lines(table: Sequence[Sequence[int]]) -> Iterator[list[Cell]]:
    yield from ([(r, c) for c in range(len(row))] for r, row in enumerate(table))
    yield from ([(r, c) for r in range(len(table))] for c in range(len(table[0]) if table else 0))


def _through(table: Sequence[Sequence[int]], cell: Cell) -> list[list[Cell]]:
    return [line for line in _lines(table) if cell in line]


def _graph(cells: frozenset[Cell] | set[Cell]) -> dict[Node, list[Node]]:
    beside: dict[Node, list[Node]] = defaultdict(list)
    for r, c in sorted(cells):
        beside["row", r].append(("column", c))
        beside["column", c].append(("row", r))
    return beside


def _cell(one: Node, other: Node) -> Cell:
    return (one[1], other[1]) if one[0] == "row" else (other[1], one[1])
