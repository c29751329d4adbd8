"""The policy: its clauses in plain words, its versions, and for administrators the way to a new one."""

from datetime import date
from html import escape
from typing import Any

import streamlit as st

from dashboard import asking, present, ui
from dashboard.desk import Desk, Said
from data import policy as policies
from data.clock import local_day
from data.errors import PolicyError
from data.model import Person, Severity
from data.permissions import Action, may
from data.policy import Clause, Policy
from data.services import policy as service
from data.services.anchoring import anchor_head
from data.services.asking import BACKTEST, ask
from data.services.policy import Kept

PARTS = {"own": "the account’s own words", "shared": "words of others that it passes on"}
TEXT, DAY, REASON, CHECKED = "policy-text", "policy-day", "policy-reason", "policy-checked"
EDITOR = (
    "Change the text, check it, try it on what is stored, then put it in force. What people have decided stays "
    "decided under the policy it was decided by. Check every text with your legal and HR advisers."
)


def show(at: Desk, person: Person) -> None:
    """Draw the policy in force, its versions, and the editor for those who may change it."""
    kept = service.versions(at.store, person)
    now = next(one for one in kept if one.in_force)
    ui.title("Policy")
    ui.message()
    since = present.short(now.begins, at.settings.zone)
    ui.html(
        present.paragraphs([f"{now.policy.title}. Version {now.policy.version}, in force since {since}."], "pr-lead")
    )
    rules(now.policy)
    ui.heading("Its clauses")
    for clause in now.policy.clauses:
        one(clause)
    versions(at, kept)
    if may(person, Action.MANAGE_POLICY):
        scheduled(at, kept)
        editor(at, person, now)


def rules(policy: Policy) -> None:
    """Draw what holds for every clause."""
    second = [present.OUTCOMES[outcome].lower() for outcome in policy.second_look]
    pairs = [
        ("Nations", present.joined(policy.nations)),
        ("Days for the owner to reply", str(policy.reply_window_days)),
        ("Days to ask for another look", str(policy.appeal_days)),
        ("Minutes an alert is a reviewer’s own", str(policy.claim_minutes)),
        ("Two reviewers for", present.joined(second) or "no outcome"),
    ]
    ui.html(present.facts(pairs))


def one(clause: Clause) -> None:
    """Draw one clause in plain words."""
    raises = clause.severity.rank >= Severity.MEDIUM.rank
    does = "puts the post before a person" if raises else "only stands beside another; alone it alerts nobody"
    parts = present.joined([PARTS[part] for part in clause.parts])
    named = [present.CHARACTERISTICS[c].lower() for c in clause.characteristics]
    about = f" and points to {present.joined(named)}" if named else ""
    tag = present.tag(present.SEVERITIES[clause.severity], clause.severity)
    ui.html(f'<h3 class="pr-heading">{escape(clause.id)}. {escape(clause.title)} {tag}</h3>')
    looked = f"It is met when {parts} may be {present.CATEGORIES[clause.category].lower()}{about}; it {does}."
    ui.html(present.paragraphs([clause.text, looked]) + present.paragraphs([f"Guidance: {clause.guidance}"], "pr-soft"))


def versions(at: Desk, kept: list[Kept]) -> None:
    """Draw every version with its time and who put it there."""
    ui.heading("Versions")
    rows = [
        (v.policy.version, standing(v), present.short(v.begins, at.settings.zone), v.actor, v.policy.sha256[:12])
        for v in kept
    ]
    heads = ["Version", "Stands", "From", "By", "Digest"]
    ui.html(present.table("Every version, the last first; each decision names the one it was made under", heads, rows))


def standing(version: Kept) -> str:
    """Say how a version stands."""
    return "in force" if version.in_force else "not yet" if version.later else "was in force"


def scheduled(at: Desk, kept: list[Kept]) -> None:
    """Offer to take back what is not in force yet."""
    for version in kept:
        if version.later:
            when = present.short(version.begins, at.settings.zone)
            with st.form(key=f"withdraw-form-{version.id}", enter_to_submit=False):
                ui.html(present.paragraphs([f"Version {version.policy.version} comes into force on {when}."]))
                st.text_input("Why it is taken back", key=f"withdraw-{version.id}")
                st.form_submit_button("Take the change back", on_click=withdraw, args=(at, version.id))


def editor(at: Desk, person: Person, now: Kept) -> None:
    """Draw the text with what can be done with it."""
    ui.heading("Change the policy")
    ui.html(present.paragraphs([EDITOR]))
    st.session_state.setdefault(TEXT, now.policy.content)
    with st.form(key="policy-form", enter_to_submit=False):
        st.text_area("The policy, as TOML", key=TEXT, height=420)
        with st.container(horizontal=True):
            st.form_submit_button("Check it", on_click=check, args=(at,))
            st.form_submit_button("Try it on what is stored", on_click=try_it, args=(at,))
        today = local_day(at.store.now(), at.settings.zone)
        st.date_input("First day it holds on", today, min_value=today, key=DAY, format="DD/MM/YYYY")
        st.text_input("Why the policy changes", key=REASON)
        st.form_submit_button("Put it in force", type="primary", on_click=put, args=(at,))
    if wrong := st.session_state.get(CHECKED):
        ui.html(f'<div class="pr-said pr-said-bad"><pre class="pr-plain" tabindex="0">{escape(wrong)}</pre></div>')
    row = asking.answer(at, person, BACKTEST)
    if row is not None:
        tried(row.result, present.short(row.done_at, at.settings.zone))


def tried(told: dict[str, Any], when: str) -> None:
    """Draw what a policy would have put before a person."""
    before, after = told["before"], told["after"]
    ui.heading("What it would do")
    lines = [
        f"Tried on {when}: version {told['proposed']} against {told['in_force']}, on "
        f"{present.count(told['texts'], 'text')} as they stand now.",
        f"Alerts: {after['alerts']:,} instead of {before['alerts']:,}; {told['new']:,} new, {told['gone']:,} "
        "no longer.",
    ]
    for name, words in (("upheld", "upheld"), ("not_upheld", "did not uphold")):
        if told[name]:
            lines.append(
                f"Of {present.count(told[name], 'flag')} that reviewers {words}, it would raise {after[name]:,}; the "
                f"present one raises {before[name]:,}."
            )
    ui.html(present.bullets(lines))
    known = dict.fromkeys((*before["by_clause"], *after["by_clause"]))
    rows = [(c, f"{before['by_clause'].get(c, 0):,}", f"{after['by_clause'].get(c, 0):,}") for c in known]
    ui.html(present.table("Texts that meet each clause", ["Clause", "Now", "With the change"], rows))


def read() -> Policy:
    """Return the policy in the text; keep what is wrong with it for the page and raise `PolicyError`."""
    st.session_state.pop(CHECKED, None)
    try:
        return policies.load(str(st.session_state.get(TEXT) or ""), "policy")
    except PolicyError as error:
        st.session_state[CHECKED] = str(error)
        raise PolicyError(
            "The policy does not hold together yet; each mistake is shown below with its line."
        ) from error


def check(at: Desk) -> None:
    """Callback: say whether the text holds together."""

    def act(_: Person) -> Said:
        found = read()
        clauses = present.count(len(found.clauses), "clause")
        return Said(0, True, f"Policy {found.version} with {clauses} holds together. Nothing was changed.", "pr-said")

    at.attempt(act)


def try_it(at: Desk) -> None:
    """Callback: ask the worker what the policy would do."""

    def act(person: Person) -> Said:
        ask(at.store, person, BACKTEST, content=read().content)
        return Said(0, True, asking.ASKED, shown=False)

    at.attempt(act)


def put(at: Desk) -> None:
    """Callback: put the policy in force, now or from a later day."""

    def act(person: Person) -> Said:
        day, reason = st.session_state.get(DAY), str(st.session_state.get(REASON) or "")
        today = local_day(at.store.now(), at.settings.zone)
        first = day if isinstance(day, date) else today
        new = service.change(at.store, person, at.settings.zone, read().content, first, reason)
        anchor_head(at.store, at.settings)
        told = f"comes into force on {present.day(first)}" if new.later else "is in force"
        return Said(0, True, f"Policy {new.policy.version} {told}. What was decided stays decided.", "pr-title")

    at.attempt(act)


def withdraw(at: Desk, number: int) -> None:
    """Callback: take back a change that is not in force yet."""

    def act(person: Person) -> Said:
        service.withdraw(at.store, person, number, str(st.session_state.get(f"withdraw-{number}") or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, "The change is taken back; the policy in force stays.", "pr-title")

    at.attempt(act)
