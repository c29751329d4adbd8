"""Nouns → labels, sentences and tables for people. Pure: no Streamlit, no store; every text of others is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from math import sqrt
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from data.model import (
    AccountKind,
    AlertStatus,
    Assessed,
    Category,
    Characteristic,
    Judgement,
    Outcome,
    PassportState,
    Platform,
    PostKind,
    Role,
    Severity,
)
from data.services.reading import Looked

FEW = 5  # fewer decisions than this say nothing about how often flags are upheld
Z95 = 1.96
CATEGORIES: Mapping[Category, str] = {
    Category.DISCRIMINATION: "Discrimination",
    Category.HARASSMENT: "Harassment or bullying",
    Category.SEXUAL_HARASSMENT: "Sexual harassment",
    Category.THREAT: "Threat",
    Category.PROFANITY: "Strong language",
}
CHARACTERISTICS: Mapping[Characteristic, str] = {
    Characteristic.AGE: "Age",
    Characteristic.DISABILITY: "Disability",
    Characteristic.GENDER_REASSIGNMENT: "Gender reassignment",
    Characteristic.MARRIAGE_CIVIL_PARTNERSHIP: "Marriage and civil partnership",
    Characteristic.PREGNANCY_MATERNITY: "Pregnancy and maternity",
    Characteristic.RACE: "Race",
    Characteristic.RELIGION_OR_BELIEF: "Religion or belief",
    Characteristic.SEX: "Sex",
    Characteristic.SEXUAL_ORIENTATION: "Sexual orientation",
}
JUDGEMENTS: Mapping[Judgement, str] = {
    Judgement.UPHELD: "Upheld: the post does not meet the policy",
    Judgement.NOT_UPHELD: "Not upheld: the flag was mistaken",
    Judgement.CANNOT_TELL: "Cannot tell",
}
OUTCOMES: Mapping[Outcome, str] = {  # advice first, the adverse ones last
    Outcome.ADVICE: "Advice",
    Outcome.TRAINING: "Training",
    Outcome.NO_ACTION: "No action",
    Outcome.CORRECT_OR_REMOVE: "Correct or remove the post",
    Outcome.REFER: "Refer to the panel",
}
OUTCOME_NOTES: Mapping[Outcome, str] = {
    Outcome.ADVICE: "Support. It never counts against anyone.",
    Outcome.TRAINING: "Support. It never counts against anyone.",
    Outcome.NO_ACTION: "Says nothing about whether the flag was right.",
    Outcome.CORRECT_OR_REMOVE: "Only when upheld, and after the owner had the chance to reply.",
    Outcome.REFER: "Only when upheld, and after the owner had the chance to reply.",
}
KINDS: Mapping[PostKind, str] = {
    PostKind.OWN: "Own post",
    PostKind.REPLY: "Reply to someone",
    PostKind.QUOTE: "Quote, with its own words added",
    PostKind.SHARE: "Share of someone else's post",
}
STATUSES: Mapping[AlertStatus, str] = {
    AlertStatus.OPEN: "Open",
    AlertStatus.CLAIMED: "Taken",
    AlertStatus.AWAITING_REPLY: "Waiting for the owner",
    AlertStatus.SECOND_LOOK: "Waiting for a second look",
    AlertStatus.DECIDED: "Decided",
    AlertStatus.APPEALED: "Appealed",
    AlertStatus.CLOSED: "Closed",
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.LOW: "Low",
    Severity.MEDIUM: "Medium",
    Severity.HIGH: "High",
    Severity.URGENT: "Urgent",
}
PLATFORMS: Mapping[Platform, str] = {
    Platform.FEED: "Website feed",
    Platform.BLUESKY: "Bluesky",
    Platform.MASTODON: "Mastodon",
    Platform.X: "X",
    Platform.YOUTUBE: "YouTube",
    Platform.FACEBOOK: "Facebook",
    Platform.INSTAGRAM: "Instagram",
    Platform.THREADS: "Threads",
    Platform.LINKEDIN: "LinkedIn",
}
STATES: Mapping[PassportState, str] = {
    PassportState.APPLIED: "Applied, waits for the panel",
    PassportState.RETURNED: "Returned for more detail",
    PassportState.REFUSED: "Refused",
    PassportState.LIVE: "Live",
    PassportState.SUSPENDED: "Suspended",
    PassportState.CLOSED: "Closed",
}
ROLES: Mapping[Role, str] = {
    Role.REVIEWER: "reviewer",
    Role.SECOND_REVIEWER: "second reviewer",
    Role.PANEL: "panel member",
    Role.ANALYST: "analyst",
    Role.OWNER: "account owner",
    Role.ADMINISTRATOR: "administrator",
    Role.AUDITOR: "auditor",
}
RUN_OUTCOMES: Mapping[str, str] = {
    "ok": "Collected",
    "unchanged": "Collected, nothing new",
    "empty": "Collected, no posts there",
    "failed": "Could not be collected",
    "skipped": "Not collected",
}
CUES: Mapping[str, str] = {
    "quotation": "It quotes words, which may be someone else's.",
    "reporting": "It may report what others said or did.",
    "condemnation": "It may condemn such words rather than use them.",
    "counter_speech": "It may ask people not to say such things.",
    "awareness_campaign": "It may belong to an awareness campaign or commemoration.",
    "testimony": "Someone may be telling what was done to them.",
    "support": "It offers help or says where to report.",
    "service_notice": "It reads like service information.",
    "place_name": "It holds a place name that looks like another word.",
    "teaching": "It may teach about such words, or name a work of art.",
}
ACTIONS: Mapping[str, str] = {
    "open": "Alert opened",
    "claim": "Taken for review",
    "release": "Given back to the queue",
    "ask_reply": "Owner asked for their side",
    "reply": "Owner replied",
    "decide": "Decision recorded",
    "appeal": "Decision appealed",
    "reopen": "Opened again, because the post changed or a graver clause was met",
    "undo": "Decision taken back",
    "undo_appeal": "Decision on the appeal taken back",
    "second_look": "First opinion given; a second look is asked for",
    "differ": "Second look came to another view; open again",
    "interim": "Owner asked to hide or correct the post now",
    "lift": "No longer asked to hide or correct the post",
    "join": "New words or clauses joined the alert",
    "close": "Closed",
}
LINKS: Mapping[str, str] = {
    "owner": "Owner",
    "deputy": "Deputy",
    "may_post": "May post",
    "line_manager": "Line manager",
}
ASSESSED: Mapping[str, tuple[str, str]] = {  # of one post, of more
    Assessed.FULL: ("was assessed in full", "were assessed in full"),
    Assessed.PARTIAL: ("was assessed in part", "were assessed in part"),
    Assessed.NONE: ("could not be assessed", "could not be assessed"),
    "": ("has not been assessed yet", "have not been assessed yet"),
}
LEFT_OUT: Mapping[str, str] = {
    "image": "a picture or film without a description",
    "video": "a film without a description",
    "language": "words in another language than English",
    "length": "words beyond the first 100,000 characters",
    "empty": "there are no words",
}


def outcome(of: Outcome, kind: AccountKind) -> str:
    """Return an outcome as it is called for an account of this kind: members are referred to the monitoring officer."""
    referred = of is Outcome.REFER and kind is AccountKind.COUNCILLOR
    return "Refer to the monitoring officer" if referred else OUTCOMES[of]


def moment(at: datetime | None, zone: str, missing: str = "not known") -> str:
    """Return a time as people read it in the council's zone: "Sunday 22 November 2026, 14:05"."""
    if at is None:
        return missing
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def short(at: datetime | None, zone: str, missing: str = "not known") -> str:
    """Return a time briefly: "22 Nov 2026, 14:05"."""
    if at is None:
        return missing
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def day(on: date | None, missing: str = "not given") -> str:
    """Return a day: "22 November 2026"."""
    return f"{on.day} {on:%B %Y}" if on else missing


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 alert", "1,204 posts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def called(name: str, email: str) -> str:
    """Return a person with their address, which stands alone where no name is known."""
    return f"{name}, {email}" if name and name != email else email


def upheld(number: int, judged: int) -> str:
    """Say how often such flags were upheld here: 1 in N with its numbers and a 95 % interval, or "not yet known".

    The interval is Wilson's (1927), without continuity correction.
    """
    if judged < FEW:
        so_far = count(judged, "has been decided", "have been decided") if judged else "none has been decided"
        return f"How often alerts like this are upheld here is not yet known: {so_far} so far."
    low, high = wilson(number, judged)
    if number == 0:
        return (
            f"Of alerts like this, none of the {judged} decided was upheld here; it may still be up to {ratio(high)}."
        )
    spread = f"between {ratio(low)} and {ratio(high)}, allowing for chance"
    return (
        f"Of alerts like this, about {ratio(number / judged)} was upheld here ({number} of {judged} decided; {spread})."
    )


def ratio(share: float) -> str:
    """Return a share as people say it: "1 in 12" when rare, "7 in 10" when not."""
    if share > 0.5:
        return f"{round(10 * share)} in 10"
    return f"1 in {round(1 / share):,}" if share > 0.0005 else "1 in more than 2,000"


def wilson(number: int, total: int) -> tuple[float, float]:
    """Return the 95 % score interval of `number` out of `total`, both ends in [0, 1]."""
    share, z2 = number / total, Z95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 * sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def assessed(counts: Mapping[str, int]) -> str:
    """Say how far posts were assessed: "12 were assessed in full and 3 could not be assessed"."""
    parts = [count(counts[word], *labels) for word, labels in ASSESSED.items() if counts.get(word)]
    return joined(parts)


def looked(found: Looked) -> list[str]:
    """Say in sentences what was collected and assessed, and what was not: absence is named, never praised."""
    if not found.accounts:
        return ["The register has no accounts yet, so nothing is collected."]
    lines = [f"{count(found.posts, 'post')} of {count(found.accounts, 'account')} on the register are stored."]
    if found.posts:
        lines.append(f"Of these posts, {assessed(found.assessed)}.")
    if found.never:
        lines.append(f"{count(len(found.never), 'account has', 'accounts have')} never been collected.")
    if found.failing:
        failed = count(len(found.failing), "account", "accounts")
        lines.append(f"At the last attempt, {failed} could not be collected.")
    if found.gaps:
        missed = count(
            found.gaps, "stretch of time was missed and stays a gap", "stretches of time were missed and stay gaps"
        )
        lines.append(f"{missed} in the record.")
    return lines


def left_out(words: Iterable[str]) -> str:
    """Say what of a post was not assessed, or nothing."""
    named = [LEFT_OUT.get(word, word) for word in words]
    return f"Not assessed: {joined(named)}. No flag on that part would mean nothing." if named else ""


def web_link(url: str) -> str:
    """Return an address that may be linked to: http or https only, otherwise ""."""
    try:
        parts = urlsplit(url.strip())
        return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def markdown(text: str) -> str:
    """Return `text` so that Streamlit's labels show it as it is: what Markdown gives a meaning is escaped."""
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|~$:^=&" else c for c in text)
    return " ".join(escaped.split())


def tag(text: str, kind: str = "plain") -> str:
    """Return a small label; `kind` names its colour, the words carry the meaning."""
    return f'<strong class="pr-tag pr-tag-{escape(kind)}">{escape(text)}</strong>'


def facts(pairs: Iterable[tuple[str, str]], *, raw: bool = False) -> str:
    """Return a list of facts, label and value; values are escaped unless they are HTML of ours (`raw`)."""
    rows = (f"<div><dt>{escape(k)}</dt><dd>{v if raw else value(v)}</dd></div>" for k, v in pairs)
    return f'<dl class="pr-facts">{"".join(rows)}</dl>'


def value(text: str) -> str:
    """Return a text of someone's as inert, isolated HTML."""
    return f'<bdi class="pr-value">{escape(text)}</bdi>' if text else '<span class="pr-none">not given</span>'


def table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, hidden: bool = False, link: str = ""
) -> str:
    """Return a table with a caption; every cell is escaped. A wide one scrolls inside itself, also by keyboard.

    With `link`, an address of ours that a number is added to, the first cell of each row leads there.
    """
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in header)
    body = "".join(f"<tr>{_first(row[0], link)}{''.join(f'<td>{value(c)}</td>' for c in row[1:])}</tr>" for row in rows)
    words = f"<caption{' class=pr-hidden' if hidden else ''}>{escape(caption)}</caption>"
    region = f'<div class="pr-wide" tabindex="0" role="region" aria-label="{escape(caption)}">'
    return f"{region}<table>{words}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def paragraphs(lines: Iterable[str], kind: str = "") -> str:
    """Return sentences as paragraphs, escaped."""
    return "".join(f'<p class="{escape(kind)}">{escape(line)}</p>' for line in lines)


def bullets(lines: Iterable[str], empty: str = "") -> str:
    """Return sentences as a list, escaped, or the sentence for none."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{items}</ul>" if items else f"<p>{escape(empty)}</p>"


def _first(cell: str, link: str) -> str:
    inner = f'<a href="{escape(link + cell)}" target="_self">{escape(cell)}</a>' if link else value(cell)
    return f'<th scope="row">{inner}</th>' if link else f"<td>{inner}</td>"
