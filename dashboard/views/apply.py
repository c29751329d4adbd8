"""Apply: an owner's business case for an account, for the panel. The checks are those of the register's import."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from dashboard.views import post, training
from data import business_case
from data.errors import IllegalStep, InputError
from data.model import AccountKind, Person
from data.permissions import Action, may
from data.services import applying, candidates
from data.services.anchoring import anchor_head

LEAD = (
    "Say what the account is for. The panel reads it, and may come back to you for more. Personal accounts and "
    "those of trade unions are no part of this register."
)
ONCE = "Your application for {} is with the panel, once; a further press was ignored."
KINDS: Mapping[AccountKind, str] = {
    AccountKind.CORPORATE: "Corporate: the council as a whole",
    AccountKind.SERVICE: "A service or a team",
    AccountKind.OFFICER: "An officer, in their own name for work",
    AccountKind.COUNCILLOR: "A councillor, by their own choice",
}
TEXTS: Mapping[str, str] = {  # the register's column and how the form asks for it
    "handle": "Name on the platform",
    "url": "Web address of the account; for a website feed, that of the feed",
    "department": "Department",
    "owner_email": "E-mail address of the owner",
    "deputy_emails": "E-mail addresses of deputies, separated by ; (a corporate account needs one at least)",
}
CASE: Mapping[str, str] = {
    "purpose": "What is it for?",
    "audience": "For whom?",
    "will_post": "What will it post?",
    "will_not_post": "What will it not post?",
    "cadence": "How often, in words",
}
DAYS: Mapping[str, str] = {
    "notice_date": "Day on which everyone who posts was told of the monitoring",
    "review_date": "Day by which the monitoring is reviewed",
}
LABELS: Mapping[str, str] = {
    **TEXTS,
    **CASE,
    **DAYS,
    "id": "Name on the register",
    "kind": "Whose voice is it?",
    "platform": "Platform",
    "lawful_basis": "Lawful basis",
    "posts_from": "Fewest posts a week",
    "posts_to": "Most posts a week",
}


def show(at: Desk, person: Person) -> None:
    """Draw the form: empty, or with what was applied for when the address names an account."""
    again = st.query_params.get("account", "")
    before = {"owner_email": person.email} | (applying.present(at.store, person, again) if again else {})
    if number := st.query_params.get("candidate", ""):
        before |= candidates.application(
            at.store, person, post.number(number, "the names that are not on the register")
        )
    ui.title(f"Apply again for {before['handle']}" if again else "Apply for an account")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    with st.form(key="apply", enter_to_submit=False):
        the_account(before)
        the_case(before)
        the_law(before)
        st.text_area("Anything to add", key="apply-note", height=80)
        st.form_submit_button("Send the application", type="primary", on_click=send, args=(at, again))
    if may(person, Action.REPLY):
        training.offer(at, person)


def the_account(before: Mapping[str, str]) -> None:
    """Ask which account it is, and who holds it."""
    ui.heading("The account")
    chosen("platform", "Platform", present.PLATFORMS, before)
    chosen("kind", LABELS["kind"], KINDS, before)
    for name, label in TEXTS.items():
        st.text_input(label, before.get(name, ""), key=f"apply-{name}")


def the_case(before: Mapping[str, str]) -> None:
    """Ask for the business case; posts a week are numbers, so that they can be compared later."""
    ui.heading("The business case")
    for name, label in CASE.items():
        st.text_area(label, before.get(name, ""), key=f"apply-{name}", height=80)
    with st.container(horizontal=True):
        for name in ("posts_from", "posts_to"):
            value = int(before[name]) if before.get(name) else None
            st.number_input(LABELS[name], 0, business_case.MOST_POSTS, value, key=f"apply-{name}")


def the_law(before: Mapping[str, str]) -> None:
    """Ask for the grounds under data protection law."""
    ui.heading("Data protection")
    st.multiselect(
        LABELS["lawful_basis"],
        list(business_case.BASES),
        list(business_case.bases(before.get("lawful_basis", ""))),
        key="apply-lawful_basis",
        format_func=lambda basis: f"{basis.capitalize()}, UK GDPR {business_case.BASES[basis]}",
        placeholder="None chosen",
    )
    ui.html(present.bullets(business_case.BASIS_WARNINGS.values()))
    st.multiselect(
        "Conditions for special categories and criminal offences, if there is need",
        list(business_case.SPECIAL),
        [name for name in before.get("special", "").split(";") if name],
        key="apply-special",
        format_func=lambda name: business_case.SPECIAL[name],
        placeholder="None chosen",
    )
    st.text_input("Reference of the impact assessment (DPIA)", before.get("dpia_ref", ""), key="apply-dpia_ref")
    for name, label in DAYS.items():
        value = date.fromisoformat(before[name]) if before.get(name) else None
        st.date_input(label, value, key=f"apply-{name}", format="DD/MM/YYYY")


def chosen(name: str, label: str, known: Mapping[Any, str], before: Mapping[str, str]) -> None:
    """Ask for one of a list; nothing is chosen beforehand."""
    names = [str(key) for key in known]
    index = names.index(before[name]) if before.get(name) in names else None
    labels = {str(key): words for key, words in known.items()}
    st.selectbox(label, names, index, key=f"apply-{name}", format_func=lambda n: labels[n], placeholder="Choose one")


def filled(known: set[str], again: str) -> dict[str, str]:
    """Return what the form holds as a row of the register."""
    values = {name: st.session_state.get(f"apply-{name}") for name in (*LABELS, "dpia_ref", "special")}
    row = {name: as_text(value) for name, value in values.items() if name != "id"}
    name = again or applying.proposed_id(row["handle"], known)
    return row | {"id": name}


def as_text(value: Any) -> str:
    """Return a widget's value as a cell."""
    return ";".join(value) if isinstance(value, list) else "" if value is None else str(value).strip()


def told(error: InputError) -> str:
    """Return the mistakes of a form in its own words, without rows and columns."""
    return " ".join(f"{LABELS.get(m.column, m.column.replace('_', ' '))}: {m.message}." for m in error.mistakes)


def send(at: Desk, again: str) -> None:
    """Callback: put the application before the panel."""

    def act(person: Person) -> Said:
        row = filled(applying.known_ids(at.store), again)
        try:
            entry = applying.understood(row)
        except InputError as error:
            raise IllegalStep(told(error)) from error
        if applying.waits(at.store, person, entry):
            return Said(0, True, ONCE.format(entry.account.handle), "pr-title")
        found = applying.apply(at.store, person, entry, str(st.session_state.get("apply-note") or ""))
        if entry.account.kind is AccountKind.COUNCILLOR and entry.owner_email == person.email and not again:
            applying.join(at.store, person, found.account_id)
        anchor_head(at.store, at.settings)
        for name in (*LABELS, "dpia_ref", "special", "note"):
            st.session_state.pop(f"apply-{name}", None)
        return Said(0, True, f"Your application for {entry.account.handle} is with the panel.", "pr-title")

    at.attempt(act)
