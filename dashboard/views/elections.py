"""The pre-election checklist: shown during a window, apart from every flag and score."""

from dashboard import present, ui
from dashboard.desk import Desk
from data.services import elections

APART = "It has nothing to do with why a post was flagged, and no score knows of it."


def show(at: Desk) -> None:
    """Draw the checklist of each window that today lies in, or nothing."""
    found = elections.standing(at.store, at.settings.zone)
    if not found:
        return
    ui.heading("; ".join(one.sentence for one in found))
    ui.html(present.bullets(elections.CHECKLIST))
    sources = present.joined([f"{one.source} ({one.area})" for one in found])
    ui.html(present.paragraphs([f"{APART} The days are from: {sources}."], "pr-soft"))
