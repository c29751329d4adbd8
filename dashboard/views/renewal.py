"""Renewal: one account against its business case, with its gaps and our mistakes; the dossier to take away."""

from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import charts, dossier, present, telling, ui
from dashboard.desk import Desk
from dashboard.parts import Chart, Section
from dashboard.report_commands import scope
from dashboard.views import sitting
from data.errors import NotFound
from data.model import Person
from data.permissions import Action, may
from data.reports.dossier import Dossier
from data.services import exports, panels, renewal

WORDS = "The words of these posts and the owner’s replies stand in the dossier, not on this page."
FILES = ((".html", "web page", "text/html"), (".pdf", "PDF", "application/pdf"), (".json", "JSON", "application/json"))


def show(at: Desk, person: Person) -> None:
    """Draw the renewal page of the account that the address names."""
    account_id = st.query_params.get("account", "")
    if not account_id:
        raise NotFound("The address names no account. Choose one from Accounts.")
    zone = at.settings.zone
    found = renewal.dossier(at.store, person, zone, account_id)
    ui.link("account", f"Back to {found.account.handle}", account=account_id)
    ui.title(telling.title(found), telling.subtitle(found, zone))
    ui.message()
    downloads(at, account_id)
    for section in telling.sections(found, zone):
        draw(section)
    decision(at, person, account_id)


def decision(at: Desk, person: Person, account_id: str) -> None:
    """Offer the panel its decision with conditions, and lead everyone to where it stands."""
    ui.link("panel", "The whole business case, and what the panel decided", account=account_id)
    if may(person, Action.DECIDE_PASSPORT):
        sitting.form(at, person, panels.dossier(at.store, person, at.settings.zone, account_id))


def draw(section: Section) -> None:
    """Draw one section as the dossier has it, without the words of posts."""
    ui.heading(section.title)
    if section.lead:
        ui.html(present.paragraphs(section.lead))
    if section.facts:
        ui.html(present.facts(section.facts))
    if section.chart is not None:
        st.altair_chart(bars(section.chart, st.context.theme.type == "dark"), key="posts-chart", alt=section.chart.alt)
    if section.table is not None:
        header = [name or "Figure" for name in section.table.header]
        ui.html(present.table(section.table.caption, header, section.table.rows))
    if section.quotes:
        ui.html(present.bullets(quote.label for quote in section.quotes) + present.paragraphs([WORDS], "pr-soft"))


def bars(chart: Chart, dark: bool) -> Any:
    """Return the bars of a section; a month that was not collected is named in its place, not drawn as nought."""
    ink = charts.INK[dark]
    points = pd.DataFrame([(label, value) for label, value in chart.bars], columns=["Month", "Posts"])
    points["Said"] = ["not collected" if value is None else f"{value:g}" for _, value in chart.bars]
    axis = alt.Axis(labelFontSize=14, labelColor=ink, labelAngle=-45)
    x = alt.X("Month:N", sort=None, title=None, axis=axis)
    y = alt.Y("Posts:Q", title=None, axis=alt.Axis(labelFontSize=14, labelColor=ink, tickMinStep=1))
    drawn = alt.Chart(points).mark_bar(color=charts.COLOURS[0]).encode(x=x, y=y)
    named = alt.Chart(points[points["Posts"].isna()]).mark_text(angle=270, align="left", color=ink, fontSize=13)
    return (drawn + named.encode(x=x, y=alt.value(150), text="Said:N")).properties(height=180)


def downloads(at: Desk, account_id: str) -> None:
    """Offer the dossier; each one taken is on record."""

    def made(ending: str) -> Callable[[], bytes]:
        return lambda: taken(at, account_id, ending)

    with st.container(horizontal=True):
        for ending, name, mime in FILES:
            st.download_button(
                f"Dossier as {name}",
                made(ending),
                f"dossier-{account_id}{ending}",
                mime,
                key=f"dossier{ending}",
                on_click="ignore",
            )


def taken(at: Desk, account_id: str, ending: str) -> bytes:
    """Return the dossier for the person who is there now, entered in the register of exports."""
    person, zone = at.acting(), at.settings.zone
    found: Dossier = renewal.dossier(at.store, person, zone, account_id)
    content = dossier.made(found, zone, ending)
    exports.entered_bytes(at.store, person, "dossier", scope(found), content)
    return content
