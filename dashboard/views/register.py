"""The administrator's tasks in the register: ownerless accounts, what holders say is wrong, who asks for training."""

from collections.abc import Mapping

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from dashboard.views import handing
from data.model import Person
from data.permissions import Action, check
from data.services import assuring, office
from data.services.anchoring import anchor_head
from data.services.office import Task

HEADINGS: Mapping[str, str] = {
    "ownerless": "Accounts that nobody owns",
    "not_right": "What holders say is no longer right",
    "not_assured": "Not confirmed by their owner for six months",
    "training": "Asked for training",
}


def show(at: Desk, person: Person) -> None:
    """Draw the tasks by their kinds."""
    check(person, Action.CHANGE_REGISTER)
    waiting = [task for task in office.tasks(at.store, person, at.settings.zone) if task.kind in office.OFFICE]
    ui.title("Register")
    ui.message()
    lead = present.count(len(waiting), "task waits", "tasks wait") if waiting else "Nothing waits"
    ui.html(present.paragraphs([f"{lead} for the administrator of the register."], "pr-lead"))
    for kind, heading in HEADINGS.items():
        tasks = [task for task in waiting if task.kind == kind]
        if tasks:
            ui.heading(f"{heading} ({len(tasks)})")
        for n, task in enumerate(tasks):
            one(at, task, n)


def one(at: Desk, task: Task, n: int) -> None:
    """Draw one task with what can be done about it here."""
    with st.container(key=f"account-task-{task.kind}-{n}", gap="xsmall"):
        if task.account is not None:
            ui.link("account", task.account.handle, account=task.account.id)
        since = f"Since {present.day(task.since)}. " if task.since else ""
        ui.html(present.paragraphs([f"{since}{task.words}"], "pr-soft pr-under"))
        if task.kind == "ownerless" and task.account is not None:
            owner(at, task.account.id)
        if task.kind == "not_right":
            settled(at, task.number)


def owner(at: Desk, account_id: str) -> None:
    """Ask for a new owner."""
    with st.form(key=f"over-form-{account_id}", enter_to_submit=False, border=False):
        st.text_input("E-mail address of the new owner", key=f"over-to-{account_id}")
        st.text_input("Why it is handed over", key=f"over-why-{account_id}")
        st.form_submit_button("Hand it over", on_click=handing.hand_over, args=(at, account_id))


def settled(at: Desk, number: int) -> None:
    """Ask how something was dealt with."""
    with st.form(key=f"settle-form-{number}", enter_to_submit=False, border=False):
        st.text_input("How it was dealt with", key=f"settle-{number}")
        st.form_submit_button("It is dealt with", on_click=settle, args=(at, number))


def settle(at: Desk, number: int) -> None:
    """Callback: record that something was dealt with."""

    def act(person: Person) -> Said:
        assuring.settle(at.store, person, number, str(st.session_state.get(f"settle-{number}") or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, "It is recorded as dealt with.", "pr-title")

    at.attempt(act)
