"""What notices say, in one place, and sending them. No post's words, no name, no category, no score: where to look.

Every text goes through `words`, a gettext catalogue; without one it is English.
"""

import hashlib
from collections.abc import Mapping
from gettext import NullTranslations
from urllib.parse import urlencode

from dashboard.notice_channels import Carrier, Message
from data.cli import plain
from data.config import Settings
from data.errors import NoticeError
from data.notice import HOLDERS, Channel, Kind
from data.services import notices, outbox, waits
from data.services.notices import Planned, Rules
from data.services.outbox import Tally
from data.store import people, preferences
from data.store.engine import Store
from data.store.rows import AnyRow

PAGES: Mapping[Kind, str] = {  # where each leads; about an alert, its number follows
    Kind.DIGEST: "",
    Kind.URGENT: "look-now",
    Kind.REPLY_REQUESTED: "my-alert",
    Kind.INTERIM: "my-alert",
    Kind.DECIDED: "mine",
    Kind.APPEAL: "alert",
    Kind.RENEWAL: "mine",
    Kind.SUPPORT_DUE: "mine",
    Kind.SILENCE: "",
    Kind.QUESTION: "questions",
}
ABOUT_ALERT = frozenset({"look-now", "my-alert", "alert"})
ENGLISH = NullTranslations()


def subject(kind: Kind, words: NullTranslations = ENGLISH) -> str:
    """Return the subject line of a kind of notice."""
    _ = words.gettext
    return {
        Kind.DIGEST: _("What waits for you"),
        Kind.URGENT: _("Please look now"),
        Kind.REPLY_REQUESTED: _("Your side is asked for"),
        Kind.INTERIM: _("Please hide or correct a post for now"),
        Kind.DECIDED: _("A review has been decided"),
        Kind.APPEAL: _("Someone else is asked to look again"),
        Kind.RENEWAL: _("An account is due for renewal"),
        Kind.SUPPORT_DUE: _("Advice or training is there for you"),
        Kind.SILENCE: _("Accounts are not being collected"),
        Kind.QUESTION: _("A question waits for an officer"),
    }[kind]


def lead(planned: Planned, rules: Rules, words: NullTranslations = ENGLISH) -> str:
    """Return what a notice says before its link; a digest has numbers instead."""
    _, n, about = words.gettext, words.ngettext, planned.cause.about
    days, accounts = int(about.get("days", 0)), int(about.get("accounts", 0))
    return {
        Kind.DIGEST: _("This waits on the register of social media accounts:"),
        Kind.URGENT: _(
            "Something needs a person to look now. The page says what to think of first. If nobody opens it within "
            "{minutes} minutes, the next colleague is asked."
        ).format(minutes=rules.urgent_minutes),
        Kind.REPLY_REQUESTED: _(
            "A post of an account that you hold is being reviewed. Nothing has been decided, and nobody is presumed to "
            "have written it. Please read what it is about and tell us your side; you may name someone to stand by you."
        ),
        Kind.INTERIM: _(
            "Please hide or correct a post of an account that you hold until it has been looked at. This is no finding "
            "and stands in no report; it ends with the decision. The page says which post, and why."
        ),
        Kind.DECIDED: _(
            "A review of a post of an account that you hold has been decided. Your page says what came of it. If the "
            "decision is one that you may disagree with, you can read its reason there, say how you found the review, "
            "and ask for someone else to look again."
        ),
        Kind.APPEAL: _("A holder asks that someone else decides anew. Whoever had a part in the decision is left out."),
        Kind.RENEWAL: n(
            "The passport of the account {account} ends in {days} day. Without a renewal its collection stops.",
            "The passport of the account {account} ends in {days} days. Without a renewal its collection stops.",
            days,
        ).format(account=plain(str(about.get("account", ""))), days=days),
        Kind.SUPPORT_DUE: _("Advice or training was offered to you. It is support, and counts against nobody.")
        if days >= 0
        else _("Advice or training that was offered to you still waits. It is support, and counts against nobody."),
        Kind.SILENCE: n(
            "{n} account was not collected completely for {hours} hours: no flag of theirs can come.",
            "{n} accounts were not collected completely for {hours} hours: no flag of theirs can come.",
            accounts,
        ).format(n=accounts, hours=f"{rules.silence_hours:g}"),
        Kind.QUESTION: _("Someone asks for advice before posting. Who asks is not shown."),
    }[planned.cause.kind]


def line(name: str, number: int, words: NullTranslations = ENGLISH) -> str:
    """Return one line of a digest."""
    n = words.ngettext
    return {
        "replies": n("{n} review waits for your side", "{n} reviews wait for your side", number),
        "support": n("{n} offer of advice or training", "{n} offers of advice or training", number),
        "to_review": n("{n} alert to review", "{n} alerts to review", number),
        "second_look": n("{n} alert for a second look", "{n} alerts for a second look", number),
        "appealed": n("{n} appeal", "{n} appeals", number),
        "questions": n("{n} question for officers", "{n} questions for officers", number),
        "panel": n("{n} matter for the panel", "{n} matters for the panel", number),
        "office": n("{n} matter of the register", "{n} matters of the register", number),
        "silent": n("{n} account is not being collected", "{n} accounts are not being collected", number),
        "candidates": n("{n} name that is not on the register", "{n} names that are not on the register", number),
        "stranded": n("{n} alert that nobody here may decide", "{n} alerts that nobody here may decide", number),
        "unsent": n("{n} notice could not be sent", "{n} notices could not be sent", number),
    }[name].format(n=number)


def why(planned: Planned, choose: str, words: NullTranslations = ENGLISH) -> str:
    """Return why the recipient gets this, and where to choose otherwise."""
    _ = words.gettext
    if planned.person_id is None:
        return _("This goes to the team’s channel; each of you finds more in their own notices.")
    if planned.cause.kind in HOLDERS:
        return _("You get this because you hold an account of the council. What you are told: {url}").format(url=choose)
    return _("You get this because of your role on the register. What you are told: {url}").format(url=choose)


def message(row: AnyRow, planned: Planned, rules: Rules, base: str, numbers: Mapping[str, int]) -> Message:
    """Return the message of a notice; the same notice has the same mark and the same date each time it is tried."""
    kind, page = planned.cause.kind, PAGES[planned.cause.kind]
    query = urlencode({"alert": planned.cause.about["alert"]}) if page in ABOUT_ALERT else ""
    url = f"{base.rstrip('/')}/{page}" + (f"?{query}" if query else "")
    listed = "".join(f"\n- {line(name, number)}" for name, number in numbers.items())
    mark = hashlib.sha256(f"{row.cause}\n{row.recipient}\n{row.put_at.isoformat()}".encode()).hexdigest()[:32]
    last = why(planned, f"{base.rstrip('/')}/notices")
    return Message(mark, row.put_at, planned.email, subject(kind), lead(planned, rules) + listed, url, last)


def rules_of(settings: Settings) -> Rules:
    """Return what the settings say of notices."""
    team = [Channel.SLACK] if settings.slack_url else []
    team += [Channel.TEAMS] if settings.teams_url else []
    hours = (settings.silence_hours, settings.urgent_minutes, settings.digest_hour)
    return Rules(settings.zone, *hours, bool(settings.smtp_host), tuple(team))


def send(store: Store, settings: Settings, carriers: Mapping[Channel, Carrier]) -> tuple[int, Tally]:
    """Put down what is new and send what is due; return how many are new, and what sending came to."""
    rules = rules_of(settings)
    planned = notices.plan(store, rules)
    new = notices.put_down(store, planned)

    def deliver(row: AnyRow, wanted: Planned) -> bool:
        numbers = _numbers(store, rules, wanted)
        if wanted.cause.kind is Kind.DIGEST and not numbers:
            return False
        if wanted.channel not in carriers:
            raise NoticeError(f"There is no way to {wanted.channel} any more; see the settings.", channel=True)
        carriers[wanted.channel].send(message(row, wanted, rules, settings.dashboard_url, numbers))
        return True

    return new, outbox.send_due(store, planned, deliver)


def _numbers(store: Store, rules: Rules, planned: Planned) -> Mapping[str, int]:
    if planned.cause.kind is not Kind.DIGEST:
        return {}
    if planned.person_id is None:
        return waits.of_team(store)
    with store.read() as tx:
        person, wish = people.by_id(tx, planned.person_id), preferences.of(tx, planned.person_id)
    return waits.of_person(store, rules, person, wish)
