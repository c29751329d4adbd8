"""A dossier in words: sections of sentences, facts, tables and charts, the same for the page, the HTML and the PDF.

Pure. Words of others stay apart, in `quotes`; everything else is ours or is escaped where it is drawn.
"""

from dashboard import figures, kept, present
from dashboard.parts import Chart, Quote, Section, Table
from data.model import AlertStatus, Outcome
from data.reports.dossier import Dossier, Month, Stand, Upheld
from data.reports.intervals import Share, still_possible


def title(found: Dossier) -> str:
    """Return what the dossier is called."""
    return f"Renewal: {found.account.handle}"


def subtitle(found: Dossier, zone: str) -> str:
    """Return which time it is about and when it was made."""
    time = f"{present.day(found.now.since)} to {present.day(found.now.until)}"
    platform = present.PLATFORMS[found.account.platform]
    return f"{platform} account of {found.account.department}. {time}. Made {present.moment(found.made_at, zone)}."


def sections(found: Dossier, zone: str) -> tuple[Section, ...]:
    """Return the whole dossier."""
    return (
        _case(found),
        _cadence(found),
        kept.promise(found.kept),
        kept.about(found.topics),
        kept.well(found.commended, zone),
        _coverage(found, zone),
        _alerts(found),
        *([_listed(found, zone)] if found.upheld else []),
        _past(found),
        _history(found, zone),
    )


def _case(found: Dossier) -> Section:
    passport = found.passport
    if passport is None:
        return Section("The business case", ("This account has no passport on record.",))
    facts = (
        ("Purpose", passport.purpose),
        ("Audience", passport.audience),
        ("How often it meant to post", passport.cadence),
        ("Lawful basis", passport.lawful_basis),
        ("Impact assessment", passport.dpia_ref),
        ("Owner was told", present.day(passport.notice_date)),
        ("Stands at", present.STATES[passport.state]),
        ("Passport until", present.day(passport.renewal_date)),
        ("Conditions", passport.conditions or "none"),
        *((present.LINKS.get(link, link), name) for link, name in found.holders),
    )
    return Section("The business case", ("What the account said it was for.",), facts)


def _cadence(found: Dossier) -> Section:
    now, promised = found.now, found.passport.cadence if found.passport else ""
    weeks = now.collected / 7
    lead = [f"The business case says: {promised}." if promised else "The business case does not say how often."]
    lead.append(
        f"{present.count(now.counts.posts, 'post')} of this time {'is' if now.counts.posts == 1 else 'are'} known."
    )
    lead += [f"That is {now.counts.posts / weeks:.1f} a week that was collected."] if weeks >= 1 else []
    start, end = found.followers
    if start is not None and end is not None:
        lead.append(f"Followers shown by the platform: {start:,} at the beginning, {end:,} at the end.")
    bars = tuple((f"{m.first:%b %Y}", None if m.unseen else float(m.posts)) for m in found.months)
    said = "; ".join(f"{label}: {'not collected' if n is None else int(n)}" for label, n in bars)
    rows = [(f"{m.first:%B %Y}", *_month(m)) for m in found.months]
    table = Table(
        "Posts and alerts by the month of the post", ["Month", "Posts", "Raised", "Upheld", "Days collected"], rows
    )
    chart = Chart("Posts a month", said, bars) if any(n is not None for _, n in bars) else None
    return Section("Cadence: promised and kept", tuple(lead), chart=chart, table=table)


def _month(month: Month) -> tuple[str, ...]:
    if month.unseen:
        return ("not collected",) * 3 + (f"0 of {month.days:.0f}",)
    return f"{month.posts:,}", f"{month.raised:,}", f"{month.upheld:,}", f"{month.collected:.0f} of {month.days:.0f}"


def _coverage(found: Dossier, zone: str) -> Section:
    now = found.now
    missed = max(now.days - now.collected, 0.0)
    lead = [f"{now.collected:,.0f} of {now.days:,.0f} days were collected completely."]
    if now.collected == 0:
        lead.append("Nothing was collected in this time, so nothing can be said of it. That is no clean record.")
    elif missed >= 1:
        lead.append(f"Of the other {missed:,.0f} days nothing is known; no alert on them means nothing.")
    counts = now.counts
    lead.append(
        f"{present.count(counts.texts, 'text was', 'texts were')} assessed, {counts.unassessed:,} could not be, and "
        f"{present.count(counts.waiting, 'post waits', 'posts wait')} to be looked at. A text is a post’s own words or "
        "those it passes on."
    )
    rows = [(present.short(h.from_at, zone), present.short(h.to_at, zone), h.cause) for h in found.holes]
    table = Table("Gaps: stretches that were missed", ["From", "To", "Why"], rows) if rows else None
    return Section("What was collected and assessed", tuple(lead), table=table)


def _alerts(found: Dossier) -> Section:
    now, counts = found.now, found.now.counts
    lead = (
        "An alert is a prompt for a person, never a finding. Only what a person upheld is one.",
        _share("with an alert raised", now.raised),
        _share("upheld by a person", now.upheld, now.pending),
        f"Our mistakes: {counts.not_upheld}.",
    )
    facts = (
        ("Alerts raised", f"{counts.raised:,}"),
        ("Upheld", f"{counts.upheld:,}"),
        ("Not upheld: our mistakes", f"{counts.not_upheld:,}"),
        ("Could not be told", f"{now.cannot_tell:,}"),
        ("Not decided yet", f"{now.unjudged:,}"),
        ("Under appeal", f"{now.appealed:,}"),
        ("Owner was asked first", f"{now.asked:,}"),
        ("Owner replied", f"{now.replied:,}"),
    )
    rows = [(present.OUTCOMES[o], f"{now.outcomes.get(o, 0):,}", present.OUTCOME_NOTES[o]) for o in present.OUTCOMES]
    table = Table("Upheld alerts by outcome", ["Outcome", "Alerts", "What it means"], rows)
    return Section("Alerts, decisions and our mistakes", lead, facts, table=table)


def _share(what: str, found: Share | None, pending: int = 0) -> str:
    if found is None:
        return f"No text was assessed, so none can be said to be {what}, or not to be."
    told, spread = f"Texts {what}", f"{figures.percent(found.low)} to {figures.percent(found.high)}"
    if pending:
        waiting = present.count(pending, "alert is", "alerts are")
        return f"{told}: {found.number:,} of {found.total:,} so far; {waiting} not judged or not to be told: {spread}."
    if found.number == 0:
        bound = figures.percent(still_possible(found.total))
        return f"{told}: none of {found.total:,}; with 95% confidence it may still be up to {bound} of such texts."
    return f"{told}: {found.number:,} of {found.total:,}, {figures.percent(found.share)} (95% interval {spread})."


def _listed(found: Dossier, zone: str) -> Section:
    lead = (
        "Listed are upheld alerts whose outcome was to correct or remove the post, or a referral. Advice and training "
        "are support: they are counted above and never held against anyone.",
    )
    quotes = [quote for one in found.upheld for quote in _quotes(one, zone)]
    return Section("Upheld alerts with an outcome that counts", lead, quotes=tuple(quotes))


def _quotes(one: Upheld, zone: str) -> list[Quote]:
    what = f"Alert {one.alert_id}, clause {one.clause}, {present.OUTCOMES[Outcome(one.outcome)].lower()}"
    when = f"published {present.short(one.published_at, zone, 'at an unknown time')}"
    stands = "" if one.final else f" Not final: {present.STATUSES[AlertStatus(one.status)].lower()}."
    found = [Quote(f"{what}; {when}. The post:{stands}", one.words or "The words were erased.")]
    found.append(Quote(f"Alert {one.alert_id}: reason, {present.short(one.decided_at, zone)}", one.reason))
    return [*found, *(Quote(f"Alert {one.alert_id}: the owner’s reply", reply) for reply in one.replies)]


def _past(found: Dossier) -> Section:
    now, before = found.now, found.before
    lead = (
        "The account beside its own past: the time of the same length just before. This is comparison, not cause, and "
        "no other account stands beside it.",
    )
    if before.collected == 0 and before.counts.posts == 0:
        nothing = "Nothing of the time before was collected, so nothing is compared."
        return Section("Beside its own past", (*lead, nothing))
    rows = [(what, _of(before, what), _of(now, what)) for what in MEASURED]
    header = [
        "",
        f"{before.since:%d %b %Y} to {before.until:%d %b %Y}",
        f"{now.since:%d %b %Y} to {now.until:%d %b %Y}",
    ]
    return Section("Beside its own past", lead, table=Table("Then and now", header, rows))


MEASURED = ("Posts", "Texts assessed", "Days collected", "Alerts raised", "Upheld", "Our mistakes")


def _of(stand: Stand, what: str) -> str:
    counts = stand.counts
    return {
        "Posts": f"{counts.posts:,}",
        "Texts assessed": f"{counts.texts:,}",
        "Days collected": f"{stand.collected:,.0f} of {stand.days:,.0f}",
        "Alerts raised": _spread(stand.raised),
        "Upheld": _spread(stand.upheld),
        "Our mistakes": f"{counts.not_upheld:,}",
    }[what]


def _spread(found: Share | None) -> str:
    if found is None:
        return "nothing assessed"
    return f"{found.number:,} ({figures.percent(found.low)} to {figures.percent(found.high)} of texts)"


def _history(found: Dossier, zone: str) -> Section:
    rows = [(present.short(s.at, zone), s.action, s.reason, s.conditions or "–") for s in found.steps]
    table = (
        Table("Steps of the passport, oldest first", ["When", "Step", "Reason", "Conditions"], rows) if rows else None
    )
    return Section("Passport and conditions", () if rows else ("No step of a passport is on record.",), table=table)
