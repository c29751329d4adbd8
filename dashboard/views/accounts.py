"""The register: every account with its passport, its last collection and its gaps."""

from html import escape

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk
from data.model import PassportState, Person
from data.permissions import Action, may
from data.services import candidates, reading
from data.services.reading import Register
from data.services.register import Listed

PAGE = 25
CHOICES = ("All", "Live", "Lapsed", "Waiting for the panel", "Could not be collected", "Never collected", "With gaps")


def show(at: Desk, person: Person) -> None:
    """Draw one page of the register, narrowed as chosen."""
    found = reading.register(at.store, person, at.settings.zone)
    ui.title("Accounts")
    ui.message()
    live = sum(line.live for line in found.rows)
    ui.html(
        present.paragraphs(
            [f"{present.count(len(found.rows), 'account')} on the register, {live} live today."], "pr-lead"
        )
    )
    not_there(at, person)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = st.selectbox("Show", CHOICES, key="accounts-choice")
        departments = ["All departments", *sorted({line.account.department for line in found.rows})]
        department = st.selectbox("Department", departments, key="accounts-department")
    rows = [x for x in found.rows if fits(found, x, choice) and department in (departments[0], x.account.department)]
    page = paged(len(rows))
    ui.html(present.paragraphs([f"{present.count(len(rows), 'account fits', 'accounts fit')}."], "pr-soft"))
    for line in rows[page * PAGE : (page + 1) * PAGE]:
        entry(at, found, line)
    with st.container(horizontal=True):
        if page > 0:
            ui.link("accounts", "Previous page", page=page)
        if len(rows) > (page + 1) * PAGE:
            ui.link("accounts", "Next page", page=page + 2)


def not_there(at: Desk, person: Person) -> None:
    """Lead an administrator to the names that look like the council's and are not on the register."""
    if may(person, Action.CHANGE_REGISTER) and (rows := candidates.listed(at.store, person)):
        ui.link("candidates", f"{present.count(len(rows), 'name')} in posts, not on the register")


def paged(total: int) -> int:
    """Return the page that the address names, from 0; the last one there is when it lies beyond."""
    text = st.query_params.get("page", "1")
    wanted = int(text) - 1 if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    return max(0, min(wanted, (total - 1) // PAGE))


def standing(line: Listed) -> str:
    """Say in a word where the account's passport stands today."""
    if line.passport is None:
        return "No passport"
    if line.passport.state is PassportState.LIVE and not line.live:
        return "Lapsed"
    return present.STATES[line.passport.state]


def fits(found: Register, line: Listed, choice: str) -> bool:
    """Say whether an account belongs under a choice."""
    run = found.latest.get(line.account.id)
    return {
        "All": True,
        "Live": line.live,
        "Lapsed": standing(line) == "Lapsed",
        "Waiting for the panel": line.passport is not None and line.passport.state is PassportState.APPLIED,
        "Could not be collected": run is not None and run.outcome == "failed",
        "Never collected": run is None,
        "With gaps": found.gaps.get(line.account.id, 0) > 0,
    }[choice]


def entry(at: Desk, found: Register, line: Listed) -> None:
    """Draw one account."""
    account, run, gaps = line.account, found.latest.get(line.account.id), found.gaps.get(line.account.id, 0)
    where = f"<bdi>{escape(account.department)}</bdi> · {escape(present.PLATFORMS[account.platform])}"
    tags = present.tag(standing(line), "good" if line.live else "medium")
    if run is None:
        collected = "Never collected"
    else:
        collected = (
            f"{present.RUN_OUTCOMES.get(run.outcome, run.outcome)} {present.short(run.finished_at, at.settings.zone)}"
        )
        tags += present.tag("Collection failed", "high") if run.outcome == "failed" else ""
    tags += present.tag(present.count(gaps, "gap"), "medium") if gaps else ""
    reason = f'<p class="pr-soft">{escape(run.reason)}</p>' if run is not None and run.outcome == "failed" else ""
    with st.container(key=f"account-{account.id}", gap="xsmall"):
        ui.link("account", account.handle, account=account.id)
        ui.html(f'<p class="pr-row">{tags}<span>{where}</span><span>{escape(collected)}</span></p>{reason}')
