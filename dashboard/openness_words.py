"""What the documents share: what the council says of itself, sentences on the configuration, and what is left to it."""

from collections import Counter
from dataclasses import dataclass

from dashboard import figures, present
from data.model import AccountKind
from data.services import openness
from data.services.openness import Facts

TO_DO = "To be completed by the council: {}."
ADVICE = (
    "Made by postreeve from its own settings and records. Whatever it could not know is marked as to be completed or "
    "not measured. Check with your legal, HR and data protection advisers before you publish it."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the council says of itself; empty where it did not."""

    council: str = ""
    team: str = ""
    owner: str = ""
    contact: str = ""
    website: str = ""


def or_to_do(said: str, what: str) -> str:
    """Return what was said, or that it is left to the council."""
    return said or TO_DO.format(what)


def made(found: Facts) -> str:
    """Return when a document was made and of which time its figures are."""
    time = f"{present.day(found.since)} to {present.day(found.until)}"
    return f"Made on {present.day(openness.today(found))}. Figures: {time}."


def accounts(found: Facts) -> str:
    """Say which accounts are collected, by kind."""
    live = Counter(one.account.kind for one in found.register if one.live)
    parts = [f"{live[kind]:,} {figures.ACCOUNT_KINDS[kind].lower()}" for kind in AccountKind if live[kind]]
    listed = f"{present.joined(parts)} ({sum(live.values()):,} in all)" if parts else "none at present"
    return f"Accounts on the register with a live passport: {listed}; {len(found.register):,} are on the register."


def platforms(found: Facts) -> str:
    """Return the platforms of the live accounts."""
    return (
        present.joined(sorted({present.PLATFORMS[one.account.platform] for one in found.register if one.live}))
        or "none"
    )


def clauses(found: Facts) -> list[str]:
    """Return the clauses of the policy in force, each with its severity and thresholds."""
    named = {c: present.SEVERITIES[c.severity].lower() for c in found.policy.policy.clauses}
    return [f"{c.id}. {c.title} ({w} severity; threshold {c.threshold:g}, score {c.score:g})" for c, w in named.items()]


def policy(found: Facts) -> str:
    """Say which policy is in force since when."""
    one = found.policy.policy
    since = present.short(found.policy_since, found.settings.zone)
    return f"Policy {one.version} (“{one.title}”), in force since {since}, SHA-256 {one.sha256}."


def model(found: Facts) -> str:
    """Say which model judged last."""
    if found.model is None:
        return "No model has judged a post yet."
    since = present.short(found.model["activated_at"], found.settings.zone, "an unknown time")
    return f"{found.model['name'] or 'a model without a name'}, SHA-256 {found.model['hash']}, in use since {since}."


def kept(found: Facts) -> list[tuple[str, str]]:
    """Return how long what is kept."""
    names = {
        "posts": "Posts without an upheld alert",
        "not_upheld": "What was said about alerts not upheld",
        "cannot_tell": "Alerts of which there was no telling, with their posts",
        "upheld": "Upheld alerts with their posts",
        "snapshots": "Earlier profiles of accounts",
        "audit": "Details in the audit log",
        "sessions": "Ended sign-ins and finished requests",
    }
    return [(names.get(name, name), words) for name, words in found.kept_for.items()]


def switched(found: Facts) -> list[tuple[str, str]]:
    """Return which further purposes are on, with the assessment and the notice that cover them."""
    s = found.settings
    sample = f"on: {s.sample_size} posts a quarter; assessment {s.sample_dpia}; owners told on {s.sample_notice}"
    adapt = f"on: {s.adapt_purpose}; assessment {s.adapt_dpia}; told on {s.adapt_notice}"
    return [
        ("A sample of posts that raised no alert is read", sample if s.sample_size and s.sample_dpia else "off"),
        ("The classifier learns from reviews", adapt if s.adapt_purpose and s.adapt_dpia else "off"),
    ]
