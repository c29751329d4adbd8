"""The audit log, for reading: what was done, by whom, on what, and whether the log still is what was signed."""

import json
import re
from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboard import asking, present, ui
from dashboard.desk import Desk
from data.audit import Entry
from data.errors import PostreeveError
from data.model import Person
from data.permissions import Action, check
from data.services import auditing
from data.services.actors import number_of
from data.services.asking import VERIFY
from data.services.auditing import Found, Head
from data.store.ledger import Sought
from data.store.rows import AnyRow

LEAD = (
    "Every step and every reading of what is sensitive stands here, in a chain that shows when a row was changed, "
    "dropped or put in. Nothing on this page changes it, but looking is recorded too."
)
FIELDS = {
    "actor": ("Who", "an e-mail address, or classifier, system, shell:name"),
    "action": ("What", "such as alert.decide, or alert for all of that kind"),
    "subject": ("On what", "such as alert:12, or account for all of them"),
    "since": ("From this day", "such as 2026-01-31"),
    "until": ("To this day", "such as 2026-02-28"),
}
LONGEST = 600  # characters of a detail that are shown
DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


def show(at: Desk, person: Person) -> None:
    """Draw the head, the search and a page of rows."""
    check(person, Action.SEE_AUDIT)
    asked = {name: st.query_params.get(name, "") for name in FIELDS}
    found, refused = None, ""
    try:  # first of all: looking is a row of the log too, and the head counts it
        found = auditing.search(at.store, person, sought(asked, at.settings.zone), place())
    except (PostreeveError, ValueError) as error:
        refused = str(error)
    ui.title("Audit log")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    standing(at, person, auditing.head(at.store, person, at.settings))
    ui.heading("Search the log")
    form()
    if found is None:
        ui.refusal(refused)
    else:
        rows(at, found, asked)


def standing(at: Desk, person: Person, head: Head) -> None:
    """Say how the log stands to what was signed, and offer to look at all of it."""
    ui.html(present.bullets(signed(head)))
    asking.button(at, VERIFY, "Check all evidence and the whole log")
    row = asking.answer(at, person, VERIFY)
    if row is not None:
        checked(at, row)


def signed(head: Head) -> list[str]:
    """Return in sentences how the newest row stands to the head that was signed last."""
    first = f"The log has {present.count(head.rows, 'row')}; the newest has the digest {head.hash[:16]}…"
    if not head.at:
        return [first, "It was never signed into a file outside the store, so nobody can tell whether it was cut."]
    if not head.matches:
        why = "Row {:,}, signed on {}, is not in the log as it was signed. Run postreeve verify and find out why."
        return [first, why.format(head.anchored, head.at[:10]) if head.anchored else "Its last signature is not ours."]
    loose = head.rows - head.anchored
    since = f"It was signed last at {head.at[:16].replace('T', ' ')} UTC, up to row {head.anchored:,}, and has that row"
    more = f" {present.count(loose, 'row has', 'rows have')} come since; the next signature takes them in."
    return [first, f"{since} unchanged.{more if loose > 0 else ''}"]


def checked(at: Desk, row: AnyRow) -> None:
    """Draw what checking everything came to."""
    when, told = present.short(row.done_at, at.settings.zone), row.result
    did = f"{present.count(told['evidence'], 'item')} of evidence and {present.count(told['audit_rows'], 'row')}"
    erased = f", {told['erased']:,} of them erased lawfully under a certificate" if told["erased"] else ""
    if not told["failed"]:
        ui.html(present.paragraphs([f"Checked on {when}: {did}{erased}. Everything verifies."]))
        return
    ui.refusal(f"Checked on {when}: {did}{erased}. {present.count(told['failed'], 'thing does', 'things do')} not.")
    ui.html(present.bullets(told["problems"]))


def form() -> None:
    """Ask what to look for; it stands in the address."""
    with st.form(key="audit-form"):
        for name, (label, hint) in FIELDS.items():
            st.text_input(f"{label}: {hint}", st.query_params.get(name, ""), key=f"audit-{name}", max_chars=200)
        st.form_submit_button("Search", type="primary", on_click=into_address)


def into_address() -> None:
    """Callback: put what is looked for into the address."""
    st.query_params.from_dict(
        {name: text for name in FIELDS if (text := str(st.session_state.get(f"audit-{name}") or "").strip())}
    )


def sought(asked: Mapping[str, str], zone: str) -> Sought:
    """Return what the address asks for; raise `ValueError` with a sentence for a day that is none."""
    first, last = day(asked["since"]), day(asked["until"])
    since, until = auditing.days(first, last, zone)
    return Sought(asked["actor"], asked["action"], asked["subject"], since, until)


def day(text: str) -> date | None:
    """Return a day out of its words, None for none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no day; write it such as 2026-01-31.") from None


def place() -> int | None:
    """Return below which row the page begins."""
    text = st.query_params.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def rows(at: Desk, found: Found, asked: Mapping[str, str]) -> None:
    """Draw a page of rows, with the way to older ones."""
    if not found.rows:
        ui.html(present.paragraphs(["No row of the log fits."]))
        return
    lines = [line(at, found, row) for row in found.rows]
    table = present.table("Rows that fit, newest first", ["Row", "When", "Who", "What", "On what", "Details"], lines)
    ui.html(f'<div class="pr-log">{table}</div>')
    kept = {name: text for name, text in asked.items() if text}
    with st.container(horizontal=True):
        if place() is not None:
            ui.link("audit", "Back to the newest", **kept)
        if found.before is not None:
            ui.link("audit", "Older rows", **kept, before=found.before)


def line(at: Desk, found: Found, row: Entry) -> tuple[str, ...]:
    """Return one row as words."""
    when = present.short(row.at, at.settings.zone)
    return (
        str(row.seq),
        when,
        called(found, row.actor),
        row.action,
        called(found, row.subject),
        detail(row),
    )


def called(found: Found, text: str) -> str:
    """Return an actor or subject, with the name of a person."""
    name = found.names.get(number_of(text) or 0)
    return f"{name} ({text})" if name else DIGEST.sub(r"\1…", text)


def detail(row: Entry) -> str:
    """Return a row's detail as words; one that was erased says so."""
    if row.detail is None:
        under = f" under certificate {row.certificate}" if row.certificate else " without a certificate"
        return f"erased{under}; its commitment stays"
    try:
        known = json.loads(row.detail)
        words = "; ".join(f"{key}: {value}" for key, value in known.items())
    except (ValueError, AttributeError):
        words = row.detail
    short = DIGEST.sub(r"\1…", words)
    return (short if len(short) <= LONGEST else f"{short[:LONGEST]}…") or "none"
