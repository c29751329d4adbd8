"""What a chart of the trends does not draw, and why, in sentences under it. Pure."""

from collections.abc import Sequence

from dashboard import charts, figures, present
from data.reports.periods import Unit
from data.reports.trends import WHOLE, Ask, Line

ONE = {
    Unit.MONTH: "month",
    Unit.QUARTER: "quarter",
    Unit.YEAR: "financial year",
    Unit.WEEK: "week",
    Unit.DAY: "day",
}
MOST_NAMED = 12


def notes(lines: Sequence[Line], measure: str, names: Sequence[str], ask: Ask) -> list[str]:
    """Return why points are missing: hidden, not judged, not collected; and which groups are drawn."""
    periods = [line for line in lines if line.group is None and line.period != WHOLE]
    unjudged = [line for line in periods if measure == "upheld" and line.unjudged]
    unseen = [line for line in periods if line.unseen]
    found = [f"The five with the most texts are drawn: {present.joined([*names])}."] * (len(names) == charts.TOP)
    found += _hidden(charts.withheld(lines, measure, names), names, ask)
    found += [f"None judged yet, so not drawn: {_named(unjudged, ask)}."] * bool(unjudged)
    found += [f"Not collected, so not drawn: {_named(unseen, ask)}."] * bool(unseen)
    return found


def _hidden(number: int, names: Sequence[str], ask: Ask) -> list[str]:
    what = ONE[ask.unit] if ask.unit and len(names) == 1 else "point"
    if not number:
        return []
    many = present.count(number, f"{what} is", f"{what}s are")
    return [f"{many} left out because figures from 1 to 4, and what would reveal them, are hidden. That is not nought."]


def _named(lines: Sequence[Line], ask: Ask) -> str:
    named = [figures.period(line, ask.unit) for line in lines[:MOST_NAMED]]
    more = len(lines) - len(named)
    return present.joined([*named, f"{more} more"] if more else named)
