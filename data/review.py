"""An alert's life as a pure state machine: what a step leads to, and what it needs first.

The ground rules live here: an adverse outcome (correct or remove, refer) needs the owner's chance to reply first, and a
decided alert is put before people again only for changed text or a clause of higher severity.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from data.errors import IllegalStep
from data.model import AccountKind, Alert, AlertStatus, Decision, Judgement, Outcome, Severity, Version
from data.policy import Policy

ADVERSE = frozenset({Outcome.CORRECT_OR_REMOVE, Outcome.REFER})
SUPPORT = frozenset({Outcome.ADVICE, Outcome.TRAINING})
MEMBERS = frozenset({Outcome.NO_ACTION, Outcome.ADVICE, Outcome.REFER})  # councillors are no employees
FINISHED = frozenset({AlertStatus.DECIDED, AlertStatus.CLOSED})
SETTLED = FINISHED | {AlertStatus.APPEALED}  # there is a decision, though someone else may be looking at it anew
UNDECIDED = tuple(status for status in AlertStatus if status not in FINISHED)
STEPS: Mapping[tuple[AlertStatus, str], AlertStatus] = {
    (AlertStatus.OPEN, "claim"): AlertStatus.CLAIMED,
    (AlertStatus.CLAIMED, "claim"): AlertStatus.CLAIMED,
    (AlertStatus.CLAIMED, "release"): AlertStatus.OPEN,
    (AlertStatus.OPEN, "ask_reply"): AlertStatus.AWAITING_REPLY,
    (AlertStatus.CLAIMED, "ask_reply"): AlertStatus.AWAITING_REPLY,
    (AlertStatus.OPEN, "reply"): AlertStatus.OPEN,
    (AlertStatus.CLAIMED, "reply"): AlertStatus.CLAIMED,
    (AlertStatus.AWAITING_REPLY, "reply"): AlertStatus.OPEN,
    (AlertStatus.OPEN, "decide"): AlertStatus.DECIDED,
    (AlertStatus.CLAIMED, "decide"): AlertStatus.DECIDED,
    (AlertStatus.AWAITING_REPLY, "decide"): AlertStatus.DECIDED,
    (AlertStatus.OPEN, "second_look"): AlertStatus.SECOND_LOOK,
    (AlertStatus.CLAIMED, "second_look"): AlertStatus.SECOND_LOOK,
    (AlertStatus.AWAITING_REPLY, "second_look"): AlertStatus.SECOND_LOOK,
    (AlertStatus.SECOND_LOOK, "reply"): AlertStatus.SECOND_LOOK,
    (AlertStatus.SECOND_LOOK, "decide"): AlertStatus.DECIDED,
    (AlertStatus.SECOND_LOOK, "differ"): AlertStatus.OPEN,
    (AlertStatus.DECIDED, "undo"): AlertStatus.OPEN,
    (AlertStatus.DECIDED, "undo_appeal"): AlertStatus.APPEALED,
    (AlertStatus.DECIDED, "appeal"): AlertStatus.APPEALED,
    (AlertStatus.APPEALED, "decide"): AlertStatus.DECIDED,
    (AlertStatus.DECIDED, "reopen"): AlertStatus.OPEN,
    (AlertStatus.DECIDED, "close"): AlertStatus.CLOSED,
    (AlertStatus.CLOSED, "reopen"): AlertStatus.OPEN,
    (AlertStatus.OPEN, "join"): AlertStatus.OPEN,
    (AlertStatus.CLAIMED, "join"): AlertStatus.CLAIMED,
    (AlertStatus.AWAITING_REPLY, "join"): AlertStatus.OPEN,
    (AlertStatus.SECOND_LOOK, "join"): AlertStatus.OPEN,
    (AlertStatus.APPEALED, "join"): AlertStatus.APPEALED,
    **{(status, action): status for status in UNDECIDED for action in ("interim", "lift")},
}


class Arrival(StrEnum):
    """What a new finding does to the alert that may already be there."""

    OPEN = "open"
    JOIN = "join"
    REOPEN = "reopen"
    IGNORE = "ignore"


def step(status: AlertStatus, action: str) -> AlertStatus:
    """Return the status a step leads to; raise `IllegalStep` with what is possible instead."""
    if (status, action) in STEPS:
        return STEPS[(status, action)]
    possible = sorted(a for s, a in STEPS if s is status)
    raise IllegalStep(
        f"An alert that is {status.replace('_', ' ')} cannot take the step {action}; possible: {', '.join(possible)}."
    )


def check_claim(alert: Alert, person_id: int, now: datetime) -> None:
    """Refuse a step on an alert that someone else holds at the moment."""
    held = alert.status is AlertStatus.CLAIMED and alert.claim_until is not None and alert.claim_until > now
    if held and alert.claimed_by != person_id:
        raise IllegalStep(
            f"Alert {alert.id} is with another reviewer until {alert.claim_until:%H:%M} UTC; take the next one."
        )


def needs_second_look(decision: Decision, policy: Policy, opinions: int) -> bool:
    """Say whether the policy wants another reviewer's opinion before this decision counts.

    Once two have looked (`opinions` on this version), whoever decides after they differed decides alone.
    """
    return decision.outcome in policy.second_look and opinions < 2


def agree(first: Decision, second: Decision) -> bool:
    """Say whether two reviewers, apart from each other, came to the same judgement and the same outcome."""
    return (first.judgement, first.outcome) == (second.judgement, second.outcome)


def appeal_over(decided_at: datetime, policy: Policy, now: datetime) -> bool:
    """Say whether the days are over in which an owner may ask that someone else decides anew."""
    return now > decided_at + timedelta(days=policy.appeal_days)


def check_appeal(decided_at: datetime, policy: Policy, now: datetime) -> None:
    """Refuse an appeal after the policy's days."""
    if appeal_over(decided_at, policy, now):
        raise IllegalStep(
            f"This was decided on {decided_at:%d %B %Y}; the policy gives {policy.appeal_days} days to ask for another "
            "look. Write to the communications team, or make a complaint."
        )


def outcomes(kind: AccountKind) -> tuple[Outcome, ...]:
    """Return the outcomes that an alert on an account of this kind can have.

    For a councillor's account: no action, advice, or a referral to the monitoring officer, whose office judges members.
    """
    return tuple(outcome for outcome in Outcome if kind is not AccountKind.COUNCILLOR or outcome in MEMBERS)


def check_decision(
    alert: Alert, decision: Decision, policy: Policy, now: datetime, kind: AccountKind = AccountKind.SERVICE
) -> None:
    """Refuse a decision that lacks its reason, its clause or the owner's chance to reply, or fits no such account."""
    if decision.outcome not in outcomes(kind):
        raise IllegalStep(
            "A councillor is no employee: an alert on their account ends with no action, advice, or a referral to the "
            "monitoring officer."
        )
    if not decision.reason.strip():
        raise IllegalStep("A decision needs a reason in words.")
    if policy.clause(decision.clause) is None:
        known = ", ".join(c.id for c in policy.clauses)
        raise IllegalStep(f"The policy has no clause {decision.clause!r}; it has {known}.")
    if decision.outcome not in ADVERSE:
        return
    if decision.judgement is not Judgement.UPHELD:
        raise IllegalStep("Only an upheld alert can lead to correction, removal or a referral.")
    if not reply_chance_given(alert, policy, now):
        raise IllegalStep(
            "The owner has not had the chance to reply. Ask them first; "
            f"they have {policy.reply_window_days} days. Advice and training can be offered now."
        )


def reply_chance_given(alert: Alert, policy: Policy, now: datetime) -> bool:
    """Say whether the owner has replied, or was asked and the policy's window has passed."""
    if alert.replied_at is not None:
        return True
    window = timedelta(days=policy.reply_window_days)
    return alert.reply_asked_at is not None and now >= alert.reply_asked_at + window


def arrival(existing: Alert | None, on: Version, severity: Severity, *, reworded: bool = True) -> Arrival:
    """Return what a finding that meets a clause of `severity` on the version `on` does to the existing alert.

    `reworded` says whether the words changed since the version that the alert is about: a version may also be new
    because a picture or a link has another address.
    """
    if existing is None:
        return Arrival.OPEN
    if existing.status not in FINISHED:
        return Arrival.JOIN
    changed = reworded and on.id > existing.version_id
    graver = severity.rank > existing.severity.rank
    return Arrival.REOPEN if changed or graver else Arrival.IGNORE
