"""What stands beside the figures of alerts in the trends, each as a table of its own and never mixed with them."""

import streamlit as st

from dashboard import beside, present, ui
from dashboard.desk import Desk
from dashboard.parts import Section
from dashboard.views import assessment
from data.model import Person
from data.reports.trends import Ask
from data.services import assessing, backcast, elapsed, lessons

MOST = 20
NONE_YET = "No department has assessed itself yet."
BACK = "Also count what today’s model would raise over the whole time (this may take some seconds)"


def show(at: Desk, person: Person, ask: Ask) -> None:
    """Draw everything that stands beside the alerts of a time."""
    back(at, person, ask)
    zone = at.settings.zone
    draw(beside.to_approve(elapsed.to_approve(at.store, person, zone, ask.since, ask.until)))
    draw(beside.after_advice(elapsed.advised(at.store, person, zone, ask.since, ask.until)))
    learnt(at, person, ask)
    assessed(at, person, ask)


def back(at: Desk, person: Person, ask: Ask) -> None:
    """Draw the back-cast where it is asked for: it reads every finding of the model, so it is not always counted."""
    ui.heading(beside.BACKCAST)
    if st.checkbox(BACK, key="back-cast", bind="query-params"):
        draw(beside.back_cast(backcast.back_cast(at.store, person, at.settings.zone, ask)), headed=True)


def draw(section: Section, *, headed: bool = False) -> None:
    """Draw one section."""
    if not headed:
        ui.heading(section.title)
    ui.html(present.paragraphs(section.lead))
    if section.facts:
        ui.html(present.facts(section.facts))
    if section.table is not None:
        ui.html(present.table(section.table.caption, section.table.header, section.table.rows))


def assessed(at: Desk, person: Person, ask: Ask) -> None:
    """Draw how departments assessed themselves, as it stood at the end of the time: a table of its own."""
    ui.heading("How departments assess themselves")
    ui.html(present.paragraphs([assessment.LEAD, assessment.NOTE]))
    found = assessing.overview(at.store, person, at.settings.zone, ask.until)
    ui.html(assessment.table(found) if any(one.history for one in found) else present.paragraphs([NONE_YET]))
    ui.link("assessment", "What it rests on, and how it was before")


def learnt(at: Desk, person: Person, ask: Ask) -> None:
    """Draw what went well and what was learnt, of the whole council and without names."""
    found = lessons.learnt(at.store, person, at.settings.zone, ask.since, ask.until)
    ui.heading("What went well, and what was learnt")
    many = present.count(found.commended, "post of this time is", "posts of this time are")
    ui.html(present.paragraphs([f"{many} commended, in the whole council. People commend posts; no score does."]))
    for label, texts in (("Why posts are commended", found.reasons), ("Lessons shared", found.lessons)):
        if texts:
            ui.heading(label, 3)
            ui.html(present.bullets(texts[:MOST]))
        if len(texts) > MOST:
            ui.html(present.paragraphs([f"These are {MOST} of {len(texts):,}."], "pr-soft"))
