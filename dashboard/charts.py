"""Charts: one measure each, with its interval; what is hidden or was not collected is a gap, never a nought."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from data.reports.trends import WHOLE, Figure, Line

INK = {False: "#47524e", True: "#b6c3be"}  # of labels, on light and on dark
RULE = {False: "#8f1d14", True: "#ffb4ab"}
COLOURS = ["#1b7d69", "#c4541a", "#5b6bbf", "#9a6b00", "#a4447c", "#6b7773"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 4]]
TOP = 5
MEASURES = ("raised", "upheld")


def figure_of(line: Line, measure: str) -> Figure:
    """Return one of the two measures of a line; they never share a chart."""
    found: Figure = getattr(line, measure)
    return found


def frame(lines: Iterable[Line], measure: str, names: Sequence[str]) -> pd.DataFrame:
    """Return the points of a chart: per 1,000 texts with both ends of the interval, missing where nothing is shown."""
    rows = [_point(line, measure, names) for line in lines if line.period != WHOLE and (line.group or "All") in names]
    return pd.DataFrame(rows, columns=["From", "Group", "Per 1,000", "Low", "High", "n"])


def _point(line: Line, measure: str, names: Sequence[str]) -> tuple[Any, ...]:
    share = figure_of(line, measure).share
    told = share is not None and not line.unseen and not (measure == "upheld" and line.unjudged)
    ends = (share.share, share.low, share.high) if share is not None and told else ()
    spread: list[float | None] = [1000 * end for end in ends] or [None, None, None]
    return line.first, line.group or names[0], *spread, line.counts.texts


def withheld(lines: Iterable[Line], measure: str, names: Sequence[str]) -> int:
    """Return how many points of a chart are left out because their figure, or what waits beside it, is small."""
    found = [figure_of(line, measure) for line in lines if line.period != WHOLE and (line.group or "All") in names]
    return sum(one.hidden or (one.share is None and one.pending is None) for one in found)


def largest(lines: Iterable[Line]) -> list[str]:
    """Return the groups with the most texts or alerts over the whole time, five at most; "All" where none is told."""
    totals = [line for line in lines if line.period == WHOLE and line.group]
    ordered = sorted(totals, key=lambda line: (-line.counts.texts, -(line.raised.number or 0), line.group or ""))
    return [str(line.group) for line in ordered[:TOP]] or ["All"]


def over_time(points: pd.DataFrame, marks: Sequence[tuple[date, str]], dark: bool) -> Any:
    """Return lines over time with their intervals as bands, and a rule for each mark."""
    ink = INK[dark]
    axis = alt.Axis(labelFontSize=14, labelColor=ink, titleColor=ink, titleFontSize=14, labelOverlap=True)
    time = alt.X("From:T", title=None, axis=alt.Axis(labelFontSize=14, labelColor=ink, format="%b %Y", tickCount=8))
    names = sorted(set(points["Group"]))
    colour = alt.Color("Group:N", scale=alt.Scale(domain=names, range=COLOURS), legend=_legend(names, ink))
    dash = alt.StrokeDash("Group:N", scale=alt.Scale(domain=names, range=DASHES), legend=_legend(names, ink))
    most = points["High" if len(names) == 1 else "Per 1,000"].max()
    scale = alt.Scale(domain=[0, float(most) or 1.0], nice=True)
    base = alt.Chart(points).encode(x=time)
    band = base.mark_area(opacity=0.15).encode(y=alt.Y("Low:Q", scale=scale), y2="High:Q", color=colour)
    line = base.mark_line(point=True, invalid="break-paths-show-domains").encode(
        y=alt.Y("Per 1,000:Q", title="per 1,000 texts", axis=axis, scale=scale), color=colour, strokeDash=dash
    )
    layers: list[alt.Chart] = [line] if len(names) > 1 else [band, line]
    if marks:
        days = pd.DataFrame([{"On": on, "What": what} for on, what in marks])
        layers.append(alt.Chart(days).mark_rule(strokeDash=[3, 3], color=RULE[dark]).encode(x="On:T"))
    return alt.layer(*layers).properties(height=280 if len(names) == 1 else 400)


def _legend(names: Sequence[str], ink: str) -> alt.Legend | None:
    if len(names) < 2:
        return None
    return alt.Legend(orient="bottom", title=None, labelFontSize=14, labelColor=ink, labelLimit=400, columns=2)
