"""What stands beside the figures of alerts in the trends, each as a table of its own and never mixed with them."""

from dashboard import present, ui
from dashboard.desk import Desk
from data.model import Person
from data.reports.trends import Ask
from data.services import lessons

MOST = 20


def show(at: Desk, person: Person, ask: Ask) -> None:
    """Draw everything that stands beside the alerts of a time."""
    learnt(at, person, ask)


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
