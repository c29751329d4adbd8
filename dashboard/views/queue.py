"""The review queue: gravest first, a page at a time, and what it means when nothing is there."""

from html import escape

import streamlit as st

from dashboard import filters, present, ui
from dashboard.desk import Desk
from dashboard.views import after as after_decision
from data.model import Alert, AlertStatus, Person, Platform, Severity
from data.services import queueing, reading
from data.services.queueing import Beside
from data.services.reading import Waiting
from data.services.review import Seen
from data.store.alerts import Queued
from data.store.narrowing import Narrow

NO_VERDICT = (
    "That is no verdict on any account. It means only that nothing in what was collected and assessed met a clause, "
    "or that all of it has been decided."
)


def show(at: Desk, person: Person) -> None:
    """Draw one page of the queue and the alerts decided last."""
    after, asked = place(st.query_params.get("after", "")), filters.asked(person)
    found = reading.queue(at.store, person, at.settings.zone, after, asked)
    beside = queueing.beside(at.store, person, asked)
    same = queueing.alike(at.store, person, [row.alert.id for row in found.rows])
    ui.title("Review queue")
    ui.message()
    ui.html(present.paragraphs([summary(found)], "pr-lead"))
    filters.form(beside)
    if asked != Narrow():
        ui.html(present.paragraphs([f"{present.count(beside.fit, 'alert fits', 'alerts fit')} what is asked for."]))
    if not found.rows and (asked == Narrow() or after is not None):
        nothing(found, after is not None)
    for row in found.rows:
        line(at, person, found, row, len(same.get(row.alert.id, ())))
    with st.container(horizontal=True):
        if after is not None:
            filters.link("queue", "Back to the first page")
        if found.after is not None:
            filters.link("queue", "Next page", after="{}-{}".format(*found.after))
    ui.link("keys", "Keys for the page of an alert")
    own(at, beside)
    if at.settings.sample_size:
        ui.link("sample", "Read posts of the sample, most of them not flagged")
    decided(found)


def place(text: str) -> tuple[int, int] | None:
    """Return where a page begins, out of its address ("2-17": rank and alert); None for the first page."""
    rank, _, number = text.partition("-")
    good = text.isascii() and rank.isdecimal() and number.isdecimal() and len(text) < 20 and int(rank) < len(Severity)
    return (int(rank), int(number)) if good else None


def summary(found: Waiting) -> str:
    """Say how many alerts wait and for whom."""
    counts = found.counts
    parts = [
        present.count(counts.get(AlertStatus.OPEN, 0), "alert is open", "alerts are open"),
        f"{counts.get(AlertStatus.CLAIMED, 0)} taken by a reviewer",
        f"{counts.get(AlertStatus.AWAITING_REPLY, 0)} waiting for the account’s owner",
    ]
    if counts.get(AlertStatus.SECOND_LOOK):
        parts.append(f"{counts[AlertStatus.SECOND_LOOK]} waiting for a second look")
    if counts.get(AlertStatus.APPEALED):
        parts.append(f"{counts[AlertStatus.APPEALED]} appealed")
    return f"{present.joined(parts)}. The gravest come first, the oldest first among them."


def nothing(found: Waiting, later: bool) -> None:
    """Say that nothing waits, and what that does and does not mean."""
    ui.heading("No alert waits on this page" if later else "No alert waits for a reviewer")
    ui.html(present.paragraphs([NO_VERDICT]) + present.bullets(present.looked(found.looked)))


def line(at: Desk, person: Person, found: Waiting, row: Queued, same: int = 0) -> None:
    """Draw one alert: a link, and what is needed to choose it. Words of the post are not shown here.

    `same` other alerts that nobody has decided on have exactly the same words.
    """
    alert = row.alert
    with st.container(key=f"row-{alert.id}", gap="xsmall"):
        filters.link("alert", f"{row.clause_title or 'Possible: see the alert'} – {row.handle}", alert=alert.id)
        twins = f"<span>{present.count(same, 'other alert', 'other alerts')} with the same words</span>" * bool(same)
        severity = present.tag(present.SEVERITIES[alert.severity], alert.severity)
        standing = escape(status(at, person, found, alert))
        published = present.short(row.published_at, at.settings.zone, "at an unknown time")
        where = f"<bdi>{escape(row.department)}</bdi> · {escape(present.PLATFORMS[Platform(row.platform)])}"
        ui.html(
            f'<p class="pr-row">{severity} <span>{where} · published {escape(published)}</span> '
            f"<span>Alert {alert.id} · {standing}</span>{twins}</p>"
        )


def status(at: Desk, person: Person, found: Waiting, alert: Alert) -> str:
    """Say where an alert stands, for this reader."""
    zone = at.settings.zone
    if alert.account_id in found.held:
        return "you hold this account, so someone else reviews it"
    if alert.status is AlertStatus.CLAIMED and alert.claim_until is not None and alert.claim_until > at.store.now():
        mine = alert.claimed_by == person.id
        name = "you" if mine else found.names.get(alert.claimed_by or 0, "another reviewer")
        return f"with {name} until {present.short(alert.claim_until, zone).split(', ')[1]}"
    if alert.status is AlertStatus.CLAIMED:
        return "open (an earlier reviewer ran out of time)"
    if alert.status is AlertStatus.AWAITING_REPLY:
        return f"waiting for the owner since {present.short(alert.reply_asked_at, zone)}"
    if alert.replied_at is not None:
        return "open, the owner has replied"
    return present.STATUSES[alert.status].lower()


def own(at: Desk, beside: Beside) -> None:
    """List one's own last decisions, each with the way to take it back while that is possible."""
    if not beside.own:
        return
    ui.heading(f"Your last {present.count(len(beside.own), 'decision')}")
    for row in beside.own:
        with st.container(key=f"own-{row.id}-{row.revision}", gap="xsmall"):
            ui.link("alert", f"Alert {row.id} – {row.handle}", alert=row.id)
            words = f"{present.JUDGEMENTS[row.judgement].split(':')[0]}, {present.OUTCOMES[row.outcome].lower()}"
            said = f"{words}, {present.short(row.at, at.settings.zone)}. {present.STATUSES[row.status]}."
            ui.html(f'<p class="pr-row"><span>{escape(said)}</span></p>')
            if row.status == AlertStatus.DECIDED:
                take_back(at, Seen(row.id, row.revision, row.version_id))


def take_back(at: Desk, seen: Seen) -> None:
    """Offer to take one's own decision back."""
    with (
        st.expander(f"Take the decision on alert {seen.alert_id} back", key=f"undo-{seen.alert_id}-{seen.revision}"),
        st.form(key=f"undo-form-{seen.alert_id}-{seen.revision}", enter_to_submit=False, border=False),
    ):
        ui.html(present.paragraphs([after_decision.UNDO]))
        st.text_input("Why it is taken back", key=after_decision.field("undo", seen))
        st.form_submit_button("Take it back", on_click=after_decision.act, args=(at, "undo", seen))


def decided(found: Waiting) -> None:
    """List the alerts decided last."""
    if not found.decided:
        return
    ui.heading("Decided last")
    for row in found.decided:
        with st.container(key=f"decided-{row.alert.id}", gap="xsmall"):
            ui.link("alert", f"Alert {row.alert.id}: {row.clause_title} – {row.handle}", alert=row.alert.id)
