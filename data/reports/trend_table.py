"""The lines of trends as a table for files and for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

from data.clock import local_day
from data.reports.columns import Col, Kind
from data.reports.grouping import Mark
from data.reports.trends import Figure, Line

FIGURE = (
    Col("{}", Kind.COUNT, "alerts {}; empty when hidden or when it means nothing here"),
    Col("{}_share", Kind.NUMBER, "share of the texts assessed whose alert was {}"),
    Col("{}_low", Kind.NUMBER, "lower end of the 95 % interval of the share of alerts {}"),
    Col("{}_high", Kind.NUMBER, "upper end of the 95 % interval of the share of alerts {}"),
    Col("{}_hidden", Kind.YES, "the number of alerts {} is small, or would reveal a small one"),
)
COLUMNS = (
    Col("period", Kind.TEXT, "day, week, month, quarter or financial year; all: the whole time"),
    Col("first", Kind.DAY, "first day"),
    Col("last", Kind.DAY, "last day"),
    Col("group", Kind.TEXT, "department, platform, …; empty: all of them"),
    Col("posts", Kind.COUNT, "posts published then, by the platform's time"),
    Col("waiting", Kind.COUNT, "of these not looked at by any model yet"),
    Col("texts", Kind.COUNT, "n: texts assessed in full or in part; own words and those passed on are two texts"),
    Col("unassessed", Kind.COUNT, "texts that could not be assessed"),
    Col("collected_days", Kind.NUMBER, "account-days collected completely"),
    Col("possible_days", Kind.NUMBER, "account-days on the register"),
    *(Col(c.name.format(what), c.kind, c.meaning.format(what)) for what in ("raised", "upheld") for c in FIGURE),
    Col("pending", Kind.COUNT, "alerts not judged yet or not to be told; upheld_high counts them in; empty: hidden"),
    Col("marks", Kind.TEXT, "models and policies that came into use then"),
)


def rows(lines: Iterable[Line], marks: Sequence[Mark], zone: str) -> list[list[Any]]:
    """Return the lines as rows of `COLUMNS`."""
    return [_row(line, marks, zone) for line in lines]


def _row(line: Line, marks: Sequence[Mark], zone: str) -> list[Any]:
    counts = line.counts
    days = [(local_day(mark.at, zone), mark) for mark in marks]
    said = "; ".join(f"{on} {mark.what} {mark.name}" for on, mark in days if line.first <= on <= line.last)
    return [
        *(line.period, line.first, line.last, line.group),
        *(counts.posts, counts.waiting, counts.texts, counts.unassessed, line.collected, line.possible),
        *_figure(line.raised),
        *_figure(line.upheld),
        line.upheld.pending,
        said,
    ]


def _figure(found: Figure) -> list[Any]:
    share = found.share
    spread = [share.share, share.low, share.high] if share else [None] * 3
    return [found.number, *spread, found.hidden]
