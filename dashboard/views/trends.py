"""Trends: alerts raised and alerts upheld over what was assessed, by time and group, with what limits them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import charts, figures, gaps, present, ui
from dashboard.desk import Desk
from dashboard.views import beside, kept_views
from data.clock import local_day
from data.model import Person
from data.reports.periods import Unit, label, start
from data.reports.trends import WHOLE, Ask, Group, Line
from data.services import trends
from data.services.trends import Trends

MOST_ROWS = 300
ANY = "All"
TWELVE, EVERYTHING = "The last twelve months", "Everything"
THEN, NOW = "as they were then", "as they are now"
TITLES = {"raised": "Alerts raised", "upheld": "Alerts upheld"}
NOTES = {
    "raised": "An alert is a prompt to look, never a finding.",
    "upheld": "What a person judged not to meet the policy. Alerts that nobody has judged yet are not "
    "among them; the upper end of the interval allows for all of them.",
}
HELP = (
    "A text is a post’s own words, or the words it passes on. Everything counts on the day its post was published. n "
    "is the number of texts assessed; a share comes with the range in which it lies with 95% confidence, allowing for "
    "chance.",
    "Numbers from 1 to 4 are hidden, and with them others that would reveal them by subtraction: a total, another "
    "period, or how many are not judged yet. A hidden number is not nought.",
    "Account-days collected say how much of the time can be spoken of at all. “Not collected” means that nobody knows.",
    "An alert can stand under two categories or characteristics: raised under what it was flagged for, upheld under "
    "what the reviewer confirmed.",
)


def show(at: Desk, person: Person) -> None:
    """Draw what the address and the choices ask for."""
    ui.title("Trends")
    ui.message()
    ui.html(
        present.paragraphs(
            ["Of what was published, collected and assessed: how much raised an alert, and how much a person upheld."],
            "pr-lead",
        )
    )
    ask = chosen(at, person)
    found = trends.trends(at.store, person, at.settings.zone, ask)
    limits(found)
    whole = next(line for line in reversed(found.lines) if line.period == WHOLE and line.group is None)
    ui.heading(f"{present.day(ask.since)} to {present.day(ask.until)}")
    ui.html(present.bullets(figures.sentences(whole, present.short(at.store.now(), at.settings.zone))))
    for measure in charts.MEASURES:
        if measure == "upheld" or ask.group is not Group.OUTCOME:
            picture(at, found, measure)
    table(found)
    downloads(at, ask)
    kept_views.show(at, person)
    beside.show(at, person, ask)
    with st.expander("How to read these figures", key="trends-help"):
        ui.html(present.paragraphs(HELP))


def chosen(at: Desk, person: Person) -> Ask:
    """Draw the choices, kept in the address, and return what they ask for."""
    first, last = trends.bounds(at.store, person, at.settings.zone)
    spans = periods(first, last)
    narrow = trends.choices(at.store, person)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = _choice("Cut time into", "cut", {None: "No parts", **figures.UNITS}, Unit.MONTH)
        group = _choice("Told apart by", "by", {None: "Nothing", **figures.GROUPS}, None)
        since, until = spans[_choice("Time", "time", {name: name for name in spans}, TWELVE)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        only = {g: _only(g, narrow[g]) for g in (Group.DEPARTMENT, Group.PLATFORM, Group.KIND)}
        then = _choice("Departments", "departments", {THEN: THEN.capitalize(), NOW: NOW.capitalize()}, THEN)
    asked = {g: name for g, name in only.items() if name}
    return Ask(since, until, unit, group, then == THEN, asked)


def periods(first: date, last: date) -> dict[str, tuple[date, date]]:
    """Return the times that can be chosen: the last twelve months, each financial year, everything."""
    found = {TWELVE: (start(last, Unit.MONTH) - timedelta(days=335), last)}
    found[TWELVE] = (start(found[TWELVE][0], Unit.MONTH), last)
    year = start(last, Unit.YEAR)
    while year >= start(first, Unit.YEAR):
        end = min(start(year + timedelta(days=366), Unit.YEAR) - timedelta(days=1), last)
        found[f"Financial year {label(year, Unit.YEAR)}"] = (year, end)
        year = start(year - timedelta(days=1), Unit.YEAR)
    return found | {EVERYTHING: (first, last)}


def limits(found: Trends) -> None:
    """Say what stands between the figures and the truth of the moment."""
    if found.uncounted:
        waiting = present.count(found.uncounted, "hour", "hours")
        ui.refusal(f"Posts of {waiting} are still being counted, so figures are incomplete. Open this page again soon.")


def picture(at: Desk, found: Trends, measure: str) -> None:
    """Draw one measure as a chart, with the same in words."""
    ui.heading(TITLES[measure])
    ui.html(present.paragraphs([NOTES[measure]], "pr-soft"))
    if found.ask.unit is None:
        return
    names = charts.largest(found.lines)
    points = charts.frame(found.lines, measure, names)
    marks = [(local_day(mark.at, at.settings.zone), mark.said) for mark in found.marks]
    whole = next(line for line in reversed(found.lines) if line.period == WHOLE and line.group is None)
    if measure == "upheld" and whole.unjudged:
        waits = present.count(whole.counts.pending, "alert waits", "alerts wait")
        ui.html(present.paragraphs([f"None judged yet: {waits} for a person, so there is nothing to draw."]))
        return
    notes = gaps.notes(found.lines, measure, names, found.ask)
    if points["Per 1,000"].notna().sum() == 0:
        ui.html(present.paragraphs(["No figure can be drawn."]))
    else:
        points["Group"] = [figures.named(found.ask.group, None if name == "All" else name) for name in points["Group"]]
        said = f"{TITLES[measure]} per 1,000 texts assessed, {found.ask.since} to {found.ask.until}."
        chart = charts.over_time(points, marks, st.context.theme.type == "dark")
        st.altair_chart(chart, key=f"trend-{measure}", alt=f"{said} The table has the same.")
        notes += [f"{present.day(on)}: {said} (dotted line)." for on, said in marks]
    if notes:
        ui.html(present.bullets(notes))


def table(found: Trends) -> None:
    """Draw the figures as a table, each with its n, days and interval."""
    ui.heading("The figures")
    group = found.ask.group
    shown: list[Line] = [*found.lines[:MOST_ROWS]]
    caption = "Number (share of texts assessed; 95% interval), oldest first"
    ui.html(present.table(caption, figures.header(group), [figures.row(line, found.ask.unit, group) for line in shown]))
    if len(found.lines) > MOST_ROWS:
        more = f"These are the first {MOST_ROWS} of {len(found.lines):,} lines. The files below have all of them."
        ui.html(present.paragraphs([more]))


def downloads(at: Desk, ask: Ask) -> None:
    """Offer the same figures as files; small ones are hidden there too."""

    def made(ending: str) -> Callable[[], bytes]:
        return lambda: trends.as_file(at.store, at.acting(), at.settings.zone, ask, ending)

    with st.container(horizontal=True):
        for ending, name in ((".csv", "CSV"), (".xlsx", "Excel"), (".parquet", "Parquet")):
            st.download_button(
                f"Download as {name}", made(ending), f"trends{ending}", key=f"download{ending}", on_click="ignore"
            )


def _choice(words: str, key: str, options: dict[Any, str], default: Any) -> Any:
    names = [*options.values()]
    index = [*options].index(default)
    picked = st.selectbox(words, names, index=index, key=key, bind="query-params")
    return next(value for value, name in options.items() if name == picked)


def _only(group: Group, known: list[str]) -> str:
    options = {"": ANY} | {name: figures.named(group, name) for name in known}
    return str(_choice(f"Only {figures.GROUPS[group].lower()}", f"only-{group}", options, ""))
