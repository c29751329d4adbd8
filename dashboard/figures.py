"""Figures of reports in words: shares with their interval, days collected, what is hidden. Pure."""

import math
from collections.abc import Mapping
from typing import Any

from dashboard import present
from data.reports.intervals import still_possible
from data.reports.periods import Unit
from data.reports.trends import WHOLE, Figure, Group, Line

HIDDEN = "hidden: small"
UNSEEN = "not collected"
WAIT_HIDDEN = "how many are not judged is hidden"
UNITS = {
    Unit.MONTH: "Months",
    Unit.QUARTER: "Quarters",
    Unit.YEAR: "Financial years",
    Unit.WEEK: "Weeks",
    Unit.DAY: "Days",
}
GROUPS = {
    Group.DEPARTMENT: "Department",
    Group.PLATFORM: "Platform",
    Group.KIND: "Kind of account",
    Group.CATEGORY: "Category",
    Group.CHARACTERISTIC: "Protected characteristic",
    Group.SEVERITY: "Severity",
    Group.OUTCOME: "Outcome",
}
ACCOUNT_KINDS = {"corporate": "Corporate", "service": "Service", "officer": "Named officer", "councillor": "Councillor"}
LABELS: Mapping[Group, Mapping[Any, str]] = {
    Group.PLATFORM: present.PLATFORMS,
    Group.KIND: ACCOUNT_KINDS,
    Group.CATEGORY: present.CATEGORIES,
    Group.CHARACTERISTIC: present.CHARACTERISTICS,
    Group.SEVERITY: present.SEVERITIES,
    Group.OUTCOME: present.OUTCOMES,
}
HEADER = ("Period", "Texts assessed (n)", "Alerts raised", "Upheld", "Account-days collected", "Not assessed")


def percent(share: float) -> str:
    """Return a share of 1 as people read it: "23%", "2.3%", "0.23%"; not "100%" where something is missing."""
    if 0 < share < 0.0001:
        return "under 0.01%"
    points = 100 * share
    if 99.5 <= points < 100:
        return f"{math.floor(10 * points) / 10:.1f}%"
    return f"{points:.0f}%" if points >= 10 or points == 0 else f"{points:.1f}%" if points >= 1 else f"{points:.2f}%"


def named(group: Group | None, name: str | None) -> str:
    """Return how a group is called on the page."""
    if name is None:
        return "All"
    return LABELS.get(group, {}).get(name, name) if group else name


def figure(found: Figure, line: Line) -> str:
    """Return a figure for a table: the number, its share and interval, or why there is none."""
    if found.hidden:
        return HIDDEN
    if line.unseen:
        return UNSEEN
    if found.number is None:
        return "–"
    if found.share is None:
        return f"{found.number:,} so far; {WAIT_HIDDEN}" if found.pending is None else f"{found.number:,}"
    spread = f"{percent(found.share.low)} to {percent(found.share.high)}"
    if found is line.upheld and line.unjudged:
        return f"none judged yet; {found.pending:,} wait ({spread})"
    return f"{found.number:,} ({percent(found.share.share)}; {spread}){_pending(found)}"


def days(line: Line) -> str:
    """Return how much of a period was collected."""
    if not line.possible and not line.collected:
        return "none on the register"
    return f"{line.collected:,.0f} of {line.possible:,.0f}"


def unassessed(line: Line) -> str:
    """Return what was not assessed: texts that could not be, posts that nobody has looked at yet."""
    parts = [present.count(line.counts.unassessed, "text")] if line.counts.unassessed else []
    parts += [f"{present.count(line.counts.waiting, 'post')} waiting"] if line.counts.waiting else []
    return present.joined(parts) or "none"


def sentences(whole: Line, as_of: str = "") -> list[str]:
    """Return what the whole time comes to, absence included; `as_of` is when the days collected were counted."""
    if whole.unseen:
        return ["Nothing was collected in this time, so nothing can be said of it. That is no clean record."]
    texts = whole.counts.texts
    lines = [f"{present.count(whole.counts.posts, 'post')}; {present.count(texts, 'text')} in them assessed."]
    for found, what, none in (
        (whole.raised, "raised an alert", "None raised an alert"),
        (whole.upheld, "were upheld by a person", "None was upheld by a person"),
    ):
        lines += [_said(found, texts, what, none)] if found.number is not None or found.hidden else []
    when = f" as of {as_of}" if as_of else ""
    lines.append(f"{days(whole)} account-days were collected{when}. Not assessed: {unassessed(whole)}.")
    return lines


def _pending(found: Figure) -> str:
    return f"; {found.pending:,} not judged" if found.pending else ""


def period(line: Line, unit: Unit | None) -> str:
    """Return how a period is called on the page."""
    if line.period == WHOLE:
        return "Whole time"
    if unit is Unit.MONTH:
        return f"{line.first:%B %Y}"
    return present.day(line.first) if unit is Unit.DAY else line.period


def row(line: Line, unit: Unit | None, group: Group | None) -> tuple[str, ...]:
    """Return a line of the table under `header`."""
    name = (named(group, line.group),) if group else ()
    figures = (figure(line.raised, line), figure(line.upheld, line))
    return period(line, unit), *name, f"{line.counts.texts:,}", *figures, days(line), unassessed(line)


def header(group: Group | None) -> list[str]:
    """Return the table's header."""
    return [HEADER[0], *([GROUPS[group]] if group else []), *HEADER[1:]]


def _said(found: Figure, texts: int, what: str, none: str) -> str:
    if found.hidden:
        return f"How many of them {what} is a small number, and therefore hidden."
    if found.share is None:
        return f"{found.number:,} of them {what}{f' so far; {WAIT_HIDDEN}' if found.pending is None else ''}."
    if found.pending:
        waiting = present.count(found.pending, "alert is", "alerts are")
        spread = f"{percent(found.share.low)} to {percent(found.share.high)}"
        return f"{found.number:,} of them {what} so far; {waiting} not judged yet or could not be told: {spread}."
    if found.number == 0:
        return f"{none}. With 95% confidence it may still be up to {percent(still_possible(texts))} of such texts."
    spread = f"95% interval {percent(found.share.low)} to {percent(found.share.high)}"
    return f"{found.number:,} of them {what}: {percent(found.share.share)} ({spread})."
