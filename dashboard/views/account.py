"""One account: its passport, what was collected and assessed of it, its posts and its alerts."""

from datetime import UTC, datetime
from html import escape

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import present, ui, words
from dashboard.desk import Desk, Said
from dashboard.views import commended
from dashboard.views.accounts import standing
from data.errors import NotFound
from data.model import Person, PostKind
from data.permissions import Action, may
from data.services import reading
from data.services.reading import AccountCase
from data.store.rows import AnyRow, Rows

LISTED = (
    "Listed is only what was upheld, and is to be corrected or was referred. Advice and training are support, and what "
    "was dismissed was our mistake: neither counts against anybody. Renewal has the numbers."
)
NONE = "There is none of these. That is only as much as this:"
COVERED = "The words are covered. When you show them, the audit log records that you read them."
INK = {False: "#47524e", True: "#b6c3be"}  # of the chart's labels, on light and on dark
COLOURS = {"Collected": "#1b7d69", "Gap": "#c4541a"}


def show(at: Desk, person: Person) -> None:
    """Draw the account that the address names."""
    account_id = st.query_params.get("account", "")
    if not account_id:
        raise NotFound("The address names no account. Choose one from Accounts.")
    case = reading.account_case(at.store, person, at.settings.zone, account_id)
    ui.link("accounts", "Back to the accounts")
    account = case.listed.account
    tags = present.tag(standing(case.listed), "good" if case.listed.live else "medium")
    ui.title(account.handle, f"{present.PLATFORMS[account.platform]} account of {account.department}", tags)
    ui.message()
    left, right = st.columns(2, gap="large")
    with left:
        passport(case)
    with right:
        holders(case)
        looked(case)
    ui.link("panel", "The whole business case, and what the panel decided", account=account_id)
    ui.link("renewal", "Renewal: this account against its business case", account=account_id)
    coverage(at, case)
    collections(at, case)
    alerts(at, person, case)
    posts(at, person, case)


def passport(case: AccountCase) -> None:
    """Draw the passport with its business case."""
    ui.heading("Passport")
    found = case.listed.passport
    if found is None:
        ui.html(present.paragraphs(["This account has no passport, so it is not collected."]))
        return
    ui.html(
        present.facts(
            [
                ("Stands at", standing(case.listed)),
                ("Purpose", found.purpose),
                ("Audience", found.audience),
                ("How often", found.cadence),
                ("Lawful basis", found.lawful_basis),
                ("Impact assessment", found.dpia_ref),
                ("Owner was told", present.day(found.notice_date)),
                ("Monitoring is reviewed", present.day(found.review_date)),
                ("Live until", present.day(found.renewal_date)),
                ("Conditions", found.conditions or "none"),
            ]
        )
    )


def holders(case: AccountCase) -> None:
    """Draw who holds the account, and its address."""
    ui.heading("Who holds it")
    ui.html(
        present.facts(
            [(present.LINKS.get(link, link), present.called(name, email)) for link, name, email in case.holders]
        )
    )
    ui.outward(case.listed.account.url, "Open the account’s address", "The account has no web address.")


def looked(case: AccountCase) -> None:
    """Say what was collected and assessed of this account."""
    ui.heading("What was looked at")
    ui.html(present.paragraphs(known(case)))


def known(case: AccountCase) -> list[str]:
    """Return what is known of an account's posts, in sentences; what was not collected is named as such."""
    gaps = sum(not stretch.complete for stretch in case.coverage)
    if not any(stretch.complete for stretch in case.coverage):
        lines = ["No stretch of time of this account has been collected completely yet."]
    else:
        lines = [
            f"{present.count(gaps, 'stretch was', 'stretches were')} missed; see Coverage."
            if gaps
            else "No gap is on record within the time that was collected."
        ]
    if case.posts:
        lines.insert(
            0, f"{present.count(case.posts, 'post is', 'posts are')} stored: {present.assessed(case.assessed)}."
        )
    else:
        lines.insert(0, "No post of this account is stored.")
    return lines


def coverage(at: Desk, case: AccountCase) -> None:
    """Draw which stretches of time were collected, gaps as gaps, as a picture and as a table."""
    ui.heading("Coverage")
    if not case.coverage:
        ui.html(present.paragraphs(["Nothing has been collected completely, so nothing can be said of any period."]))
        return
    zone = at.settings.zone
    rows = [
        (
            "Collected" if s.complete else "Gap",
            present.short(s.from_at, zone),
            present.short(s.to_at, zone),
            s.cause or "–",
        )
        for s in case.coverage
    ]
    gaps = [row for row in rows if row[0] == "Gap"]
    said = f"Timeline of collection from {rows[0][1]} to {rows[-1][2]} with {present.count(len(gaps), 'gap')}."
    st.altair_chart(
        timeline(case.coverage, st.context.theme.type == "dark"),
        key="coverage-chart",
        alt=said + " The table below gives the same.",
    )
    ui.html(present.table("Stretches of time, newest first", ["Stretch", "From", "To", "Why"], reversed(rows)))


def timeline(stretches: Rows, dark: bool) -> alt.Chart:
    """Return the stretches as bars on two rows, collected and missed, labelled for a light or dark page."""
    frame = pd.DataFrame(
        [{"Stretch": "Collected" if s.complete else "Gap", "From": s.from_at, "To": s.to_at} for s in stretches]
    )
    colour = alt.Color("Stretch:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None)
    ink = INK[dark]
    y_axis = alt.Axis(labelFontSize=14, labelColor=ink)
    x_axis = alt.Axis(labelFontSize=14, labelColor=ink, format="%-d %b", tickCount=8, labelOverlap=True)
    y = alt.Y("Stretch:N", title=None, axis=y_axis, scale=alt.Scale(domain=list(COLOURS)))
    x = alt.X("From:T", title=None, axis=x_axis)
    bars = alt.Chart(frame).mark_bar(height=16, minBandSize=3)
    chart: alt.Chart = bars.encode(x=x, x2="To:T", y=y, color=colour).properties(height=110)
    return chart


def collections(at: Desk, case: AccountCase) -> None:
    """Draw the last collections with their sentences."""
    ui.heading("Collections")
    if not case.runs:
        ui.html(present.paragraphs(["This account has never been collected."]))
        return
    zone = at.settings.zone
    rows = [
        (
            present.short(r.started_at, zone),
            present.RUN_OUTCOMES.get(r.outcome, "Broken off") if r.finished_at else "Broken off or still running",
            f"{r.new} new, {r.changed} changed, {r.gone} gone",
            r.reason,
        )
        for r in case.runs
    ]
    ui.html(present.table("The last collections, newest first", ["When", "Outcome", "Posts", "In words"], rows))


def alerts(at: Desk, person: Person, case: AccountCase) -> None:
    """Draw the alerts with judgement and outcome; their absence is explained by what was looked at."""
    ui.heading("Alerts")
    every = may(person, Action.SEE_QUEUE)
    if not every:
        ui.html(present.paragraphs([LISTED]))
    if not case.alerts:
        ui.html(present.paragraphs(no_alerts(case) if every or not case.posts else [NONE, *known(case)]))
        return
    rows = [
        (
            str(a.id),
            present.short(a.opened_at, at.settings.zone),
            present.SEVERITIES[a.severity],
            present.STATUSES[a.status],
            present.JUDGEMENTS[a.judgement] if a.judgement else "not judged yet",
            present.OUTCOMES[a.outcome] if a.outcome else "–",
        )
        for a in case.alerts
    ]
    header = ["Alert", "Opened", "Severity", "Stands at", "Judgement", "Outcome"]
    link = "/alert?alert=" if every else ""
    ui.html(present.table("Alerts, newest first; a flag alone is not a finding", header, rows, link=link))
    if every and case.flagged > len(rows):
        words = (
            f"These are the newest {len(rows)} of {case.flagged:,}. Renewal counts them all, by judgement and outcome."
        )
        ui.html(present.paragraphs([words], "pr-soft"))


def no_alerts(case: AccountCase) -> list[str]:
    """Say what the absence of alerts is worth."""
    if not case.posts:
        return ["Nothing of this account has been collected, so nothing could be flagged."]
    return [
        "No alert was raised on what was collected and assessed so far. That is only as much as this:",
        *known(case),
    ]


def posts(at: Desk, person: Person, case: AccountCase) -> None:
    """Draw a page of posts, newest first; their words stay covered until this page of them is asked for."""
    ui.heading("Posts")
    account_id, after = case.listed.account.id, place(st.query_params.get("after", ""))
    rows, more = reading.account_posts(at.store, person, account_id, after)
    if not rows:
        ui.html(present.paragraphs(["No post is stored here."]))
        return
    numbers = tuple(int(row.id) for row in rows)
    read = (account_id, numbers) in st.session_state.get("posts_read", set())
    if not read:
        ui.html(f'<div class="pr-cover">{present.paragraphs([COVERED])}</div>')
        label = f"Show the words of {'this post' if len(rows) == 1 else f'these {len(rows)} posts'}"
        st.button(label, key=f"show-posts-{numbers[0]}", on_click=uncover, args=(at, account_id, numbers))
    for row in rows:
        one(at, row, read)
    more_of(account_id, after, rows[-1] if more else None)
    commended.form(at, person, account_id, rows if read else ())


def more_of(account_id: str, after: tuple[datetime | None, int] | None, last: AnyRow | None) -> None:
    """Link to the newest posts and to older ones; `last` is the last post here when there are any."""
    with st.container(horizontal=True):
        if after is not None:
            ui.link("account", "Back to the newest posts", account=account_id)
        if last is not None:
            at_word = last.published_at.timestamp() if last.published_at else "none"
            ui.link("account", "Older posts", account=account_id, after=f"{at_word}_{last.id}")


def one(at: Desk, row: AnyRow, read: bool) -> None:
    """Draw one post."""
    published = present.moment(row.published_at, at.settings.zone, "at an unknown time")
    more = [present.KINDS[PostKind(row.kind)]]
    more += [f"changed {row.number - 1} times"] if row.number > 1 else []
    more += ["no longer on the platform"] if row.gone_at else []
    label = f"Published {published} · {' · '.join(more)}"
    if not read:
        ui.html(f'<p class="pr-label">{escape(label)}</p>')
        return
    alts = [f"Description of a picture or film: {m['alt']}" for m in row.media if m["alt"]]
    warning = [f"Content warning: {row.warning}"] if row.warning else []
    ui.html(words.plain(label, "\n".join([row.text, *warning, *alts])))
    if row.shared_text:
        ui.html(words.plain("Words of someone else that it passes on", row.shared_text))


def uncover(at: Desk, account_id: str, numbers: tuple[int, ...]) -> None:
    """Callback: record the reading, then show the words of these posts."""

    def act(person: Person) -> Said:
        reading.note_posts_read(at.store, person, account_id, numbers)
        st.session_state.setdefault("posts_read", set()).add((account_id, numbers))
        return Said(0, True, f"The words of {present.count(len(numbers), 'post')} are shown.", shown=False)

    at.attempt(act)


def place(text: str) -> tuple[datetime | None, int] | None:
    """Return where a page of posts begins, out of its address ("1793000000.0_17"); None for the first page."""
    moment, _, number = text.partition("_")
    if not (text.isascii() and number.isdecimal() and len(text) < 60):
        return None
    if moment == "none":
        return None, int(number)
    try:
        return datetime.fromtimestamp(float(moment), UTC), int(number)
    except (ValueError, OverflowError, OSError):
        return None
