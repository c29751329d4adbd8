"""The form for a decision of the panel: what, why, who was there. A press counts only on what was seen."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data import passport
from data.clock import local_day
from data.errors import IllegalStep
from data.model import Passport, Person
from data.panel import Seat, Sitting, Vote
from data.services import panels, register
from data.services.anchoring import anchor_head
from data.services.panels import Dossier
from data.services.register import YEAR, Verdict

ABSENT = "absent"
VOTES: Mapping[str, str] = {
    ABSENT: "Was not there",
    Vote.FOR: "For this decision",
    Vote.AGAINST: "Against it",
    Vote.ABSTAINED: "Abstained",
    Vote.RECUSED: "Recused",
}
DECISIONS: Mapping[str, str] = {
    "approve": "Approve",
    "return": "Return it: more is asked for",
    "refuse": "Refuse",
    "renew": "Renew",
    "suspend": "Suspend: collection stops until it is reinstated",
    "reinstate": "Reinstate",
    "close": "Close it for good",
}
OWN = "You hold or line-manage this account, so others on the panel decide."
NAMED = "This application names you: you may return or refuse it; others on the panel approve it."
QUORUM = "The quorum is {}. Whoever holds or line-manages the account is recused, whatever is entered here."
TEXTS = ("reason", "conditions", "minute", "dpia", "url")


def form(at: Desk, person: Person, found: Dossier) -> None:
    """Draw the form for what the panel could do with this passport now, or say why there is none."""
    every = passport.panel_steps(found.passport.state, found.account.kind)
    steps = [step for step in every if step not in found.closed_to_me]
    if not steps:
        ui.html(present.paragraphs([OWN if every else "There is nothing for the panel to decide now."]))
        return
    if len(steps) < len(every):
        ui.html(present.paragraphs([NAMED]))
    ui.heading("The panel’s decision")
    stem, members = key(found), panels.members(at.store)
    seen = found.history[-1].id
    with st.form(key=f"decide-{stem}", enter_to_submit=False):
        st.radio("What is decided?", steps, None, key=f"step-{stem}", format_func=lambda s: DECISIONS[s])
        st.text_area("Reason, in a factual sentence or two (required)", key=f"reason-{stem}", height=80)
        until(at, found, stem)
        there(at, person, members, stem)
        st.form_submit_button(
            "Record the decision",
            type="primary",
            on_click=record,
            args=(at, found.account.id, stem, seen, [m.email for m in members]),
        )


def until(at: Desk, found: Dossier, stem: str) -> None:
    """Ask for what goes with an approval or a renewal."""
    today = local_day(at.store.now(), at.settings.zone)
    st.text_area("Conditions of an approval or renewal", found.passport.conditions, key=f"conditions-{stem}", height=80)
    last = today + YEAR
    st.date_input("Live until", last, today + timedelta(days=1), key=f"until-{stem}", format="DD/MM/YYYY")
    if "dpia_ref" in found.missing:
        st.text_input("Reference of the impact assessment (DPIA)", key=f"dpia-{stem}")
    for name, label in (("notice_date", "Day on which the owner was told"), ("review_date", "Monitoring is reviewed")):
        if name in found.missing:
            st.date_input(label, None, key=f"{name}-{stem}", format="DD/MM/YYYY")
    if not found.account.url:
        st.text_input("Web address of the account", key=f"url-{stem}")


def there(at: Desk, person: Person, members: list[Person], stem: str) -> None:
    """Ask who was there, how they voted, and what they declared."""
    ui.heading("Who decided", 3)
    ui.html(present.paragraphs([QUORUM.format(at.settings.panel_quorum)]))
    for n, member in enumerate(members):
        with st.container(horizontal=True):
            first = list(VOTES).index(Vote.FOR if member.id == person.id else ABSENT)
            name = present.markdown(member.name)
            st.selectbox(name, list(VOTES), first, key=f"vote-{n}-{stem}", format_func=lambda v: VOTES[v])
            st.text_input(f"Interest that {name} declared", key=f"interest-{n}-{stem}")
    st.text_area("Minute: what was said and why (needed once several decide)", key=f"minute-{stem}", height=100)


def key(found: Dossier) -> str:
    """Return what the widgets of one account in one state are named by."""
    return f"{found.account.id}-{found.history[-1].id}"


def sat(emails: list[str], stem: str) -> Sitting:
    """Return the sitting that the form holds."""
    state: Any = st.session_state
    seats = [
        Seat(email, Vote(vote), str(state.get(f"interest-{n}-{stem}") or "").strip())
        for n, email in enumerate(emails)
        if (vote := state.get(f"vote-{n}-{stem}", ABSENT)) != ABSENT
    ]
    return Sitting(tuple(seats), str(state.get(f"minute-{stem}") or ""))


def record(at: Desk, account_id: str, stem: str, seen: int, emails: list[str]) -> None:
    """Callback: record the decision on exactly what was seen."""

    def act(person: Person) -> Said:
        step = st.session_state.get(f"step-{stem}")
        if step is None:
            raise IllegalStep("Choose what is decided, then press Record the decision again.")
        found = decided(at, person, account_id, step, stem, seen, sat(emails, stem))
        anchor_head(at.store, at.settings)
        last = f" until {present.day(found.renewal_date)}" if step in ("approve", "renew") else ""
        return Said(0, True, f"The decision is recorded: {DECISIONS[step].split(':')[0].lower()}{last}.", "pr-title")

    at.attempt(act)


def decided(at: Desk, person: Person, account_id: str, step: str, stem: str, seen: int, came: Sitting) -> Passport:
    """Take the step through the service that it belongs to."""
    words = {name: str(st.session_state.get(f"{name}-{stem}") or "").strip() for name in TEXTS}
    zone, quorum = at.settings.zone, at.settings.panel_quorum
    if step not in ("approve", "refuse", "renew"):
        return register.change(at.store, account_id, person.email, step, words["reason"], came, quorum, seen=seen)
    last: date | None = st.session_state.get(f"until-{stem}")
    days = {name: st.session_state.get(f"{name}-{stem}") for name in ("notice_date", "review_date")}
    completed = {name: value for name, value in (days | {"dpia_ref": words["dpia"]}).items() if value}
    verdict = Verdict(step != "refuse", words["reason"], words["conditions"], last, words["url"], completed, came, seen)
    service = register.renew if step == "renew" else register.decide
    return service(at.store, zone, account_id, person.email, verdict, quorum)
