"""Rights and retention: legal holds, people's requests with what is due when, what time takes, what left the store."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.clock import local_day
from data.model import Person
from data.services import cases, holds, rights_office
from data.services.anchoring import anchor_head
from data.services.cases import Kind
from data.services.rights_office import Office
from data.store.cases import is_overdue
from data.store.rows import AnyRow

KINDS = {
    Kind.ACCESS: "Access to what is held about them",
    Kind.OBJECTION: "Objection",
    Kind.RESTRICTION: "Restriction",
    Kind.RECTIFICATION: "Rectification",
    Kind.COMPLAINT: "Complaint",
}
PERIODS = {
    "posts": "Posts without an upheld alert lose their words after",
    "not_upheld": "What was said about an alert not upheld goes after",
    "cannot_tell": "The same where there was no telling, after",
    "upheld": "An upheld alert and its post lose their words after",
    "snapshots": "Earlier profiles of accounts go after",
    "audit": "Details of the audit log go after",
    "sessions": "Ended sign-ins and finished requests go after",
    "papers": "The office’s papers (minutes, interests, notes, requests) lose their words after",
}
SHELL = (
    "Erasure cannot be undone, so it stays in the shell of the machine that holds the store, where --dry-run says "
    "first what would go: postreeve erase post NUMBER, erase account ID, erase person EMAIL, each with --by and "
    "--reason; postreeve retention carries out what is due."
)


def show(at: Desk, person: Person) -> None:
    """Draw the page."""
    found = rights_office.office(at.store, person, at.settings)
    ui.title("Rights and retention")
    ui.message()
    requests(at, found)
    hold(at, found)
    retention(at, person, found)
    ui.heading("Certificates of erasure")
    rows = [
        (str(c.id), short(at, c), c.actor, c.reason, present.joined([f"{n} {what}" for what, n in c.scope.items()]))
        for c in found.certificates
    ]
    listed("The newest first", ["Certificate", "When", "By", "Ground", "Erased"], rows, "Nothing was erased yet.")
    ui.heading("Exports on record")
    taken = [(str(e.id), short(at, e), e.actor, e.what, f"{e.rows:,}", holding(e)) for e in found.exports]
    listed("The newest first", ["Export", "When", "By", "What", "Rows", "Holds"], taken, "No file left the store yet.")


def short(at: Desk, row: AnyRow) -> str:
    """Return when something was."""
    return present.short(row.at, at.settings.zone)


def listed(caption: str, heads: list[str], rows: Sequence[Sequence[str]], none: str) -> None:
    """Draw a table, or the sentence for none."""
    ui.html(present.table(caption, heads, rows) if rows else present.paragraphs([none]))


def holding(row: AnyRow) -> str:
    """Say what an export holds."""
    parts = ["words of posts"] * bool(row.scope.get("words")) + ["people’s names"] * bool(row.scope.get("people"))
    return present.joined(parts) or "figures only"


def requests(at: Desk, found: Office) -> None:
    """Draw people's requests and complaints, the open ones first, and the way to write one down."""
    today = local_day(at.store.now(), at.settings.zone)
    still = [row for row in found.requests if row.closed_at is None]
    late = [row for row in still if is_overdue(row, today)]
    ui.heading("Requests and complaints")
    overdue = f", {len(late)} overdue" if late else ""
    ui.html(present.paragraphs([f"{present.count(len(still), 'request is', 'requests are')} open{overdue}."]))
    for row in still:
        request(at, row, today)
    with (
        st.expander("Write a request down", key="rights-open"),
        st.form(key="rights-open-form", enter_to_submit=False, border=False),
    ):
        st.selectbox("What is asked", list(KINDS), key="rights-kind", format_func=lambda kind: KINDS[kind])
        st.text_input("Who asks", key="rights-person")
        st.text_area("About what", key="rights-about", height=90)
        st.form_submit_button("Write it down", on_click=opened, args=(at,))
    closed = [row for row in found.requests if row.closed_at is not None]
    if closed:
        rows = [
            (str(row.id), KINDS[row.kind], row.person, present.short(row.closed_at, at.settings.zone), row.outcome)
            for row in closed[: rights_office.MOST]
        ]
        ui.html(present.table("Answered", ["Request", "What", "Who", "When", "How"], rows))


def request(at: Desk, row: AnyRow, today: date) -> None:
    """Draw one open request with what can be done."""
    with st.container(key=f"row-request-{row.id}", gap="xsmall"):
        tags = present.tag("Overdue", "urgent") if is_overdue(row, today) else ""
        ui.html(f'<h3 class="pr-heading">Request {row.id}: {KINDS[row.kind].lower()} {tags}</h3>')
        pairs = [("Who", row.person), ("About", row.about), ("Since", present.short(row.opened_at, at.settings.zone))]
        if row.acknowledge_by is not None:
            done = row.acknowledged_at is not None
            pairs.append(("To be acknowledged by", "done" if done else present.day(row.acknowledge_by)))
        pairs.append(("To be answered by", present.day(row.due, "without undue delay")))
        ui.html(present.facts(pairs))
        with st.form(key=f"close-form-{row.id}", enter_to_submit=False, border=False):
            st.text_input("How it was answered", key=f"close-{row.id}")
            with st.container(horizontal=True):
                st.form_submit_button("It is answered", on_click=closed, args=(at, row.id))
                if row.acknowledged_at is None:
                    st.form_submit_button("It is acknowledged", on_click=acknowledged, args=(at, row.id))


def hold(at: Desk, found: Office) -> None:
    """Draw the legal holds, with the ways to place and to lift one."""
    ui.heading("Legal holds")
    standing = [row for row in found.holds if row.lifted_at is None]
    rows = [(row.subject, row.reason, present.short(row.placed_at, at.settings.zone), row.actor) for row in standing]
    listed("Standing: no retention and no erasure touches these", ["On", "Why", "Since", "By"], rows, "None stands.")
    with st.form(key="hold-form", enter_to_submit=False):
        st.text_input("On what: account:ID, post:NUMBER or alert:NUMBER", key="hold-subject")
        st.text_input("Why", key="hold-reason")
        with st.container(horizontal=True):
            st.form_submit_button("Place a hold", on_click=placed, args=(at,))
            if standing:
                st.form_submit_button("Lift the hold", on_click=lifted, args=(at,))


def retention(at: Desk, person: Person, found: Office) -> None:
    """Draw the periods, and at a press what is due now."""
    ui.heading("Retention")
    ui.html(present.facts([(PERIODS[name], words) for name, words in found.kept_for.items()]))
    ui.html(present.paragraphs(["The periods are settings (postreeve.toml). A legal hold wins.", SHELL], "pr-soft"))
    if st.button("What would go now?", key="rights-due-button"):
        told = rights_office.due(at.store, person, at.settings)
        parts = [
            f"{number:,} {what.replace('_', ' ')}" for what, number in sorted(told.items()) if number and what != "held"
        ]
        kept = f" A hold keeps {told['held']:,} posts." if told.get("held") else ""
        ui.html(present.paragraphs([f"Due now: {present.joined(parts) or 'nothing'}.{kept} Nothing was erased."]))


def done(at: Desk, words: str, step: Callable[[Person], object]) -> None:
    """Take a step for the person at the desk, sign the log's head, and say what was done."""

    def act(person: Person) -> Said:
        step(person)
        anchor_head(at.store, at.settings)
        return Said(0, True, words, "pr-title")

    at.attempt(act)


def field(key: str) -> str:
    """Return what stands in a field."""
    return str(st.session_state.get(key) or "").strip()


def opened(at: Desk) -> None:
    """Callback: write a request down."""
    kind, who, about = Kind(st.session_state["rights-kind"]), field("rights-person"), field("rights-about")
    zone = at.settings.zone
    done(at, "The request is written down.", lambda p: cases.open_case(at.store, zone, p, kind, who, about))


def acknowledged(at: Desk, number: int) -> None:
    """Callback: note that a request was acknowledged."""
    done(at, f"Request {number} is acknowledged.", lambda p: cases.acknowledge(at.store, p, number))


def closed(at: Desk, number: int) -> None:
    """Callback: note how a request was answered."""
    done(at, f"Request {number} is answered.", lambda p: cases.close(at.store, p, number, field(f"close-{number}")))


def placed(at: Desk) -> None:
    """Callback: place a hold."""
    subject, why = field("hold-subject"), field("hold-reason")
    done(at, f"A legal hold stands on {subject}.", lambda p: holds.place(at.store, p, subject, why))


def lifted(at: Desk) -> None:
    """Callback: lift the holds on a subject."""
    subject, why = field("hold-subject"), field("hold-reason")
    done(at, f"The legal hold on {subject} is lifted.", lambda p: holds.lift(at.store, p, subject, why))
