"""What a reviewer has read lately: shown to them alone, with a reminder to pause and the council's limit."""

from dashboard import present, ui
from dashboard.desk import Desk
from data.model import Person
from data.services import wellbeing
from data.services.wellbeing import Load

PAUSE = (
    "Time for a pause: leave the screen for a while, and speak with someone if what you read stays with you. Your "
    "manager and occupational health are there for that; nobody is asked to clear a queue at the cost of their health."
)
FULL = "That is the council’s limit for a day. Leave the rest to colleagues, but for what cannot wait."


def tell(at: Desk, person: Person) -> None:
    """Draw a line on what this reviewer judged today and this week, and whether it is enough."""
    found = wellbeing.load(at.store, person, at.settings)
    if found.week:
        ui.html(present.paragraphs([sentence(found)], "pr-soft"))
    advice = [*([FULL] if found.full else []), *([PAUSE] if found.pause or found.full else [])]
    if advice:
        ui.html(f'<div class="pr-said" role="note">{present.paragraphs(advice)}</div>')


def sentence(found: Load) -> str:
    """Say how many posts were judged and what share of them was harmful."""
    today = "none" if not found.today else f"{found.today:,}, {_share(found.harmful_today, found.today)} harmful"
    week = f"{found.week:,}, {_share(found.harmful_week, found.week)} harmful"
    return f"Posts you judged today: {today}; this week: {week}. Only you see this."


def _share(part: int, whole: int) -> str:
    return f"{part:,} of them ({part / whole:.0%})"
