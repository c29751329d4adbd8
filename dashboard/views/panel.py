"""The panel: what waits for it, and one account with its business case, what to know before deciding, and the form."""

from collections.abc import Mapping

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk
from dashboard.views import handing, sitting
from data import business_case
from data.model import Person
from data.passport import Standing
from data.permissions import Action, may
from data.services import office, panels
from data.services.office import Task
from data.services.panels import Dossier
from data.store.rows import AnyRow, Rows

HEADINGS: Mapping[str, str] = {
    "applied": "Applications",
    "renewal_due": "Renewals due within 60 days",
    "lapsed": "Lapsed, and perhaps still public",
    "closed": "Closed, and perhaps still public",
}
STANDINGS: Mapping[Standing, str] = {
    Standing.APPLIED: "Applied, waits for the panel",
    Standing.RETURNED: "Returned for more detail",
    Standing.REFUSED: "Refused",
    Standing.LIVE: "Live",
    Standing.RENEWAL_DUE: "Live, renewal due",
    Standing.LAPSED: "Lapsed",
    Standing.SUSPENDED: "Suspended",
    Standing.CLOSED: "Closed",
}
STEPS: Mapping[str, str] = {
    "import": "Recorded as approved",
    "apply": "Applied",
    "approve": "Approved",
    "return": "Returned for more",
    "refuse": "Refused",
    "renew": "Renewed",
    "suspend": "Suspended",
    "reinstate": "Reinstated",
    "close": "Closed",
    "withdraw": "Withdrawn",
}

LACKS: Mapping[str, str] = {
    "lawful_basis": "a lawful basis of the list",
    "dpia_ref": "the reference of the impact assessment",
    "notice_date": "the day on which the owner was told",
    "review_date": "the day of the monitoring’s review",
}


def show(at: Desk, person: Person) -> None:
    """Draw what waits, or the account that the address names."""
    if account_id := st.query_params.get("account", ""):
        one(at, person, panels.dossier(at.store, person, at.settings.zone, account_id))
        return
    waiting = [task for task in office.tasks(at.store, person, at.settings.zone) if task.kind in office.PANEL]
    ui.title("Panel")
    ui.message()
    lead = present.count(len(waiting), "account waits", "accounts wait") if waiting else "Nothing waits"
    ui.html(present.paragraphs([f"{lead} for the panel."], "pr-lead"))
    for kind, heading in HEADINGS.items():
        tasks = [task for task in waiting if task.kind == kind]
        if tasks:
            ui.heading(f"{heading} ({len(tasks)})")
        for task in tasks:
            line(task)


def line(task: Task) -> None:
    """Draw one task as a link to its account."""
    if task.account is None:
        return
    with st.container(key=f"account-panel-{task.kind}-{task.account.id}", gap="xsmall"):
        ui.link("panel", task.account.handle, account=task.account.id)
        since = {"applied": "Applied on", "closed": "Closed on"}.get(task.kind, "Last day of its passport:")
        when = f"{since} {present.day(task.since)}. " if task.since else ""
        ui.html(present.paragraphs([f"{task.account.department}. {when}{task.words}"], "pr-soft pr-under"))


def one(at: Desk, person: Person, found: Dossier) -> None:
    """Draw one account as the panel has it before it."""
    ui.link("panel", "Back to the panel")
    account = found.account
    above = f"{present.PLATFORMS[account.platform]} account of {account.department}"
    ui.title(account.handle, above, present.tag(STANDINGS[found.standing]))
    ui.message()
    before(found)
    left, right = st.columns(2, gap="large")
    with left:
        the_case(found)
    with right:
        ui.heading("Who holds it")
        held = [(present.LINKS.get(row.link, row.link), present.called(row.name, row.email)) for row in found.holders]
        ui.html(present.facts(held) if held else present.paragraphs(["Nobody holds it."]))
        ui.outward(account.url, "Open the account’s address", "The account has no web address.")
        ui.link("account", "What was collected of it", account=account.id)
        ui.link("renewal", "This account against its business case", account=account.id)
    if may(person, Action.DECIDE_PASSPORT):
        sitting.form(at, person, found)
    if may(person, Action.DECIDE_PASSPORT) or may(person, Action.CHANGE_REGISTER):
        handing.otherwise(at, found)
    history(at, found)


def before(found: Dossier) -> None:
    """Say what forbids an approval, what is missing, and what to know; each as a sentence."""
    for sentence in found.hindrances:
        ui.refusal(sentence)
    lines = list(found.warnings)
    if found.missing:
        lacks = present.joined([LACKS[name] for name in found.missing])
        lines.append(f"The business case still lacks: {lacks}. It can be completed with the decision.")
    if lines:
        ui.heading("Before you decide")
        ui.html(present.bullets(lines))


def the_case(found: Dossier) -> None:
    """Draw the business case."""
    ui.heading("Business case")
    of, case = found.passport, found.case
    numbers = [f"{n}" for n in (case.posts_from, case.posts_to) if n is not None]
    note = found.application.note if found.application else ""
    pairs = [
        ("Purpose", of.purpose),
        ("Audience", of.audience),
        ("Will post", case.will_post),
        ("Will not post", case.will_not_post),
        ("How often", of.cadence),
        ("Posts a week", " to ".join(numbers)),
        ("Lawful basis", of.lawful_basis),
        ("Articles 9 and 10", "; ".join(business_case.SPECIAL.get(name, name) for name in case.special) or "none"),
        ("Impact assessment", of.dpia_ref),
        ("Owner was told", present.day(of.notice_date)),
        ("Monitoring is reviewed", present.day(of.review_date)),
        ("Live until", present.day(of.renewal_date)),
        ("Conditions", of.conditions or "none"),
        ("The applicant adds", note),
    ]
    ui.html(present.facts(pairs))


def history(at: Desk, found: Dossier) -> None:
    """Draw every step so far, with who sat when the panel decided."""
    ui.heading("What happened so far")
    zone = at.settings.zone
    sat = {row.event_id: told(row, found.members) for row in found.sittings}
    rows = [
        (present.short(s.at, zone), STEPS.get(s.action, s.action), s.actor, s.reason, sat.get(s.id, "–"))
        for s in found.history
    ]
    ui.html(present.table("Steps, oldest first", ["When", "Step", "Who recorded it", "Why", "The panel"], rows))


def told(sitting: AnyRow, members: Rows) -> str:
    """Say who sat and how they voted, whether there was a quorum, and what the minute says."""
    there = [row for row in members if row.event_id == sitting.event_id]
    votes = [f"{row.name} {row.vote}{f' ({row.interest})' if row.interest else ''}" for row in there]
    return f"{'; '.join([*votes, f'{sitting.counted} counted, quorum {sitting.quorum}'])}. {sitting.minute}".strip()
