"""Health: who is at work, what is silent or failing, what waits for an answer, and what the store is."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk
from data.model import Person
from data.services import at_work
from data.services.at_work import Condition

SHOWN = 25
NOBODY = "They wait until somebody else reviews too. Give another person the role on the page People."
KINDS = {
    "draft": "Drafts of owners",
    "advice": "Questions to officers",
    "verify": "Checks of the whole log",
    "backtest": "Trials of a policy",
    "card": "Cards of the model",
}


def show(at: Desk, person: Person) -> None:
    """Draw the page."""
    found = at_work.condition(at.store, person, at.settings)
    ui.title("Health")
    ui.message()
    ui.html(present.paragraphs([lead(found)], "pr-lead"))
    workers(at, found)
    collection(at, found)
    nobody(found)
    ui.heading("Requests that wait for an answer")
    waiting = [f"{KINDS.get(kind, kind)}: {number:,}" for kind, number in sorted(found.waiting.items())]
    ui.html(present.bullets(waiting, "None waits."))
    store(found)


def lead(found: Condition) -> str:
    """Say in a sentence whether anything needs someone."""
    wrong = ["nobody is at work"] * (not found.health.worker_at_work)
    silent, failing = len(found.health.silent), len(found.failing)
    wrong += [f"{present.count(silent, 'account is', 'accounts are')} silent"] * bool(silent)
    wrong += [f"{present.count(failing, 'account', 'accounts')} could not be collected"] * bool(failing)
    wrong += [f"{present.count(len(found.stranded), 'alert waits', 'alerts wait')} that nobody may decide"] * bool(
        found.stranded
    )
    said = present.joined(wrong)
    return f"{said[0].upper()}{said[1:]}." if said else "Everything is at work, and nothing is silent."


def nobody(found: Condition) -> None:
    """Name the alerts that everyone here is kept from, with the way out."""
    if found.stranded:
        ui.heading(f"Alerts that nobody here may decide ({len(found.stranded)})")
        ui.refusal(NOBODY)
        ui.html(present.bullets([f"Alert {one.alert_id} of {one.handle}: {one.why}" for one in found.stranded[:SHOWN]]))


def workers(at: Desk, found: Condition) -> None:
    """Draw the workers."""
    ui.heading("Workers")
    zone = at.settings.zone
    rows = [
        (row.holder, present.short(row.started_at, zone), present.short(row.seen_at, zone), row.doing or "waiting")
        for row in found.workers
    ]
    if rows:
        ui.html(present.table("At work now", ["Worker", "Since", "Last sign of life", "At"], rows))
        return
    seen = present.short(found.health.worker_seen, zone, "never")
    ui.refusal(f"No worker is at work; the last sign of life: {seen}. Nothing is collected. Start one: postreeve watch")


def collection(at: Desk, found: Condition) -> None:
    """Draw what was collected last, what is silent and what failed."""
    zone = at.settings.zone
    ui.heading("Collection")
    last = found.newest
    ended = f"The last collection ended on {present.short(last.finished_at, zone)}." if last else "There was none yet."
    ui.html(present.paragraphs([ended, f"{present.count(found.health.live, 'live account')} on the register."]))
    if found.health.silent:
        hours = f"{at.settings.silence_hours:g}"
        ui.heading(f"Silent for more than {hours} hours ({len(found.health.silent)})", 3)
        for one in found.health.silent[:SHOWN]:
            line(one.account_id, one.handle, f"Last on {present.short(one.since, zone)}." if one.since else "Never.")
    if found.failing:
        ui.heading(f"Could not be collected at the last attempt ({len(found.failing)})", 3)
        for run in found.failing[:SHOWN]:
            line(run.account_id, found.handles.get(run.account_id, run.account_id), run.reason)


def line(account_id: str, handle: str, words: str) -> None:
    """Draw one account that needs someone."""
    with st.container(gap="xsmall"):
        ui.link("account", handle, account=account_id)
        ui.html(present.paragraphs([words], "pr-soft pr-under"))


def store(found: Condition) -> None:
    """Draw what the store is, and which versions are at work."""
    ui.heading("The store")
    pairs = [
        ("Address", found.store),
        ("Version", found.version),
        ("Size", size(found.size)),
        ("Private addresses that may be collected from", present.joined(found.private) or "none"),
    ]
    ui.html(present.facts(pairs))
    ui.heading("Versions")
    ui.html(present.facts(list(found.parts.items())))


def size(count: int) -> str:
    """Return bytes as people read them."""
    number, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:,.1f} {unit}"
