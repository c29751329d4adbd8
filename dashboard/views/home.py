"""Home: what waits for this person, what fails to be collected, what has lapsed."""

from datetime import date

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk
from dashboard.views import notices
from data.clock import local_day
from data.model import AlertStatus, PassportState, Person
from data.permissions import Action, may
from data.services import office, owning, reading, silence
from data.services.reading import Register

SHOWN = 10
OFFICE = (
    (Action.DECIDE_PASSPORT, "panel", office.PANEL, "Panel"),
    (Action.CHANGE_REGISTER, "register", office.OFFICE, "Register"),
)


def show(at: Desk, person: Person) -> None:
    """Draw the sections that this person's roles have a use for."""
    ui.title("What waits today")
    ui.message()
    if not any(may(person, action) for action in (Action.SEE_QUEUE, Action.SEE_ACCOUNTS, Action.REPLY)):
        ui.html(present.paragraphs(["You can sign in, but no page is open to your role yet."]))
        return
    if may(person, Action.REPLY):
        mine(at, person)
    if may(person, Action.SEE_QUEUE):
        waiting(at, person)
    for action, page, kinds, label in OFFICE:
        if may(person, action):
            offices(at, person, page, kinds, label)
    if may(person, Action.SEE_ACCOUNTS):
        register = reading.register(at.store, person, at.settings.zone)
        left, right = st.columns(2, gap="large")
        with left:
            collection(at, person, register)
        with right:
            passports(register, local_day(at.store.now(), at.settings.zone))
        private(at)
    if may(person, Action.MANAGE_PEOPLE):
        notices.failing(at, person)


def mine(at: Desk, person: Person) -> None:
    """Say what waits for the holder of accounts."""
    held = owning.mine(at.store, person)
    asked = sum(len(one.asked) for one in held)
    ui.heading("My accounts")
    waits = present.count(asked, "alert waits", "alerts wait")
    ui.html(present.paragraphs([f"You hold {present.count(len(held), 'account')}; {waits} for your reply."]))
    ui.link("mine", "Open my accounts")
    due, _ = office.due_of(at.store, person, at.settings.zone)
    if due:
        ui.html(
            present.paragraphs([f"{present.count(len(due), 'account waits', 'accounts wait')} for your “still right”."])
        )


def offices(at: Desk, person: Person, page: str, kinds: tuple[str, ...], label: str) -> None:
    """Say how many tasks of the passport office wait for this person."""
    tasks = [task for task in office.tasks(at.store, person, at.settings.zone) if task.kind in kinds]
    ui.heading(label)
    counts = [(sum(task.kind == kind for task in tasks), office.NAMED[kind]) for kind in kinds]
    said = [f"{number} {words}" for number, words in counts if number] or ["nothing waits"]
    ui.html(present.paragraphs([f"{present.joined(said).capitalize()}."]))
    ui.link(page, f"Open the {label.lower()}")


def waiting(at: Desk, person: Person) -> None:
    """Say how many alerts wait, with the way to the queue."""
    found = reading.queue(at.store, person, at.settings.zone)
    counts = found.counts
    numbers = [
        (counts.get(AlertStatus.OPEN, 0) + counts.get(AlertStatus.CLAIMED, 0), "to review"),
        (counts.get(AlertStatus.AWAITING_REPLY, 0), "waiting for an owner"),
        (counts.get(AlertStatus.SECOND_LOOK, 0), "waiting for a second look"),
        (counts.get(AlertStatus.APPEALED, 0), "appealed"),
        (counts.get(AlertStatus.DECIDED, 0) + counts.get(AlertStatus.CLOSED, 0), "decided so far"),
    ]
    ui.heading("Alerts")
    ui.html(figures(numbers))
    ui.link("queue", "Open the review queue")


def figures(numbers: list[tuple[int, str]]) -> str:
    """Return numbers with their words, as a list."""
    items = "".join(f"<li><span>{number:,}</span> {label}</li>" for number, label in numbers)
    return f'<ul class="pr-figures">{items}</ul>'


def silent(at: Desk) -> None:
    """Sound the silence alarm: accounts that were not collected for too long, and nobody at work."""
    found = silence.health(at.store, at.settings.zone, at.settings.silence_hours)
    if not found.worker_at_work:
        seen = f"since {present.short(found.worker_seen, at.settings.zone)}" if found.worker_seen else "yet"
        ui.refusal(f"Nothing is collected by itself: no worker has been at work {seen}. Start one: postreeve watch")
    if found.silent:
        hours = f"{at.settings.silence_hours:g} hours"
        few = present.count(len(found.silent), "account has", "accounts have")
        ui.refusal(f"{few} a live passport and was not collected completely for {hours}; no flag of theirs can come.")
        for one in found.silent[:SHOWN]:
            ui.link("account", one.handle, account=one.account_id)
            since = f"Last on {present.short(one.since, at.settings.zone)}." if one.since else "Never."
            ui.html(present.paragraphs([since], "pr-soft pr-under"))


def collection(at: Desk, person: Person, register: Register) -> None:
    """Say what was collected and assessed, and name what fails."""
    ui.heading("Collection")
    silent(at)
    found = reading.looked(at.store, person, at.settings.zone)
    ui.html(present.paragraphs(present.looked(found)))
    if found.failing:
        ui.heading("Could not be collected", 3)
        handles = {line.account.id: line.account.handle for line in register.rows}
        for run in found.failing[:SHOWN]:
            ui.link("account", handles.get(run.account_id, run.account_id), account=run.account_id)
            ui.html(present.paragraphs([run.reason], "pr-soft pr-under"))
        if len(found.failing) > SHOWN:
            ui.html(present.paragraphs([f"And {len(found.failing) - SHOWN} more; see Accounts."]))


def passports(register: Register, today: date) -> None:
    """Name the passports that have lapsed or wait for the panel."""
    ui.heading("Passports")
    live = sum(line.live for line in register.rows)
    ui.html(present.paragraphs([f"{present.count(live, 'passport is', 'passports are')} live today."]))
    lapsed = [x for x in register.rows if x.passport and x.passport.state is PassportState.LIVE and not x.live]
    applied = [x for x in register.rows if x.passport and x.passport.state is PassportState.APPLIED]
    for label, rows in (("Lapsed: collection has stopped", lapsed), ("Waiting for the panel", applied)):
        if rows:
            ui.heading(label, 3)
        for line in rows[:SHOWN]:
            ui.link("account", line.account.handle, account=line.account.id)
            when = line.passport.renewal_date if line.passport else None
            since = (
                f"Lapsed after {present.day(when)}, {present.count((today - when).days, 'day')} ago." if when else ""
            )
            ui.html(present.paragraphs([since or line.account.department], "pr-soft pr-under"))


def private(at: Desk) -> None:
    """Show which private addresses may be collected from, when there are any."""
    if at.settings.allow_private:
        ui.heading("Private addresses")
        named = present.joined([f"{place}" for place in at.settings.allow_private])
        ui.html(present.paragraphs([f"Collection is allowed from {named}, which lies inside a private network."]))
