"""An alert's life, without a store."""

from datetime import UTC, datetime, timedelta

import pytest

from data import policy, review
from data.errors import IllegalStep
from data.model import AccountKind, Alert, AlertStatus, Decision, Judgement, Outcome, Part, PostKind, Severity, Version

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLICY = policy.default()


def alert(status: AlertStatus = AlertStatus.OPEN, **more: object) -> Alert:
    return Alert(1, 1, 10, "bins", Part.OWN, status, Severity.MEDIUM, NOW, **more)  # type: ignore[arg-type]


def decision(outcome: Outcome = Outcome.ADVICE, judgement: Judgement = Judgement.UPHELD, **more: str) -> Decision:
    return Decision(judgement, outcome, more.get("clause", "H1"), more.get("reason", "It names a resident."))


def version(number: int) -> Version:
    return Version(number, 1, "bins", 1, PostKind.OWN, "t", "", (), "", 0, "en", NOW, NOW)


ACTIONS = sorted({action for _, action in review.STEPS})


@pytest.mark.parametrize("status", list(AlertStatus))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_step(status: AlertStatus, action: str) -> None:
    if (status, action) in review.STEPS:
        assert review.step(status, action) is review.STEPS[(status, action)]
    else:
        with pytest.raises(IllegalStep, match="possible"):
            review.step(status, action)


@pytest.mark.parametrize("outcome", [Outcome.CORRECT_OR_REMOVE, Outcome.REFER])
def test_an_adverse_outcome_waits_for_the_owner(outcome: Outcome) -> None:
    window = timedelta(days=POLICY.reply_window_days)
    with pytest.raises(IllegalStep, match="has not had the chance to reply"):
        review.check_decision(alert(), decision(outcome), POLICY, NOW)
    with pytest.raises(IllegalStep, match="has not had the chance"):
        review.check_decision(alert(reply_asked_at=NOW - window + timedelta(seconds=1)), decision(outcome), POLICY, NOW)
    review.check_decision(alert(reply_asked_at=NOW - window), decision(outcome), POLICY, NOW)
    review.check_decision(alert(replied_at=NOW), decision(outcome), POLICY, NOW)


@pytest.mark.parametrize("outcome", [Outcome.NO_ACTION, Outcome.ADVICE, Outcome.TRAINING])
def test_support_needs_no_waiting(outcome: Outcome) -> None:
    review.check_decision(alert(), decision(outcome), POLICY, NOW)


@pytest.mark.parametrize("kind", list(AccountKind))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_councillor_is_given_no_action_advice_or_a_referral_to_the_monitoring_officer(
    kind: AccountKind, outcome: Outcome
) -> None:
    given = alert(replied_at=NOW), decision(outcome), POLICY, NOW, kind
    if kind is AccountKind.COUNCILLOR and outcome in (Outcome.TRAINING, Outcome.CORRECT_OR_REMOVE):
        with pytest.raises(IllegalStep, match="monitoring officer"):
            review.check_decision(*given)
    else:
        review.check_decision(*given)
    assert (outcome in review.outcomes(kind)) is (
        kind is not AccountKind.COUNCILLOR or outcome in (Outcome.NO_ACTION, Outcome.ADVICE, Outcome.REFER)
    )


def test_a_decision_needs_reason_and_clause() -> None:
    with pytest.raises(IllegalStep, match="needs a reason"):
        review.check_decision(alert(), decision(reason="  "), POLICY, NOW)
    with pytest.raises(IllegalStep, match="no clause 'X9'"):
        review.check_decision(alert(), decision(clause="X9"), POLICY, NOW)


def test_what_is_not_upheld_has_no_adverse_outcome() -> None:
    with pytest.raises(IllegalStep, match="Only an upheld alert"):
        review.check_decision(alert(replied_at=NOW), decision(Outcome.REFER, Judgement.NOT_UPHELD), POLICY, NOW)


def test_a_claim_holds_until_it_lapses() -> None:
    held = alert(AlertStatus.CLAIMED, claimed_by=7, claim_until=NOW + timedelta(minutes=1))
    review.check_claim(held, 7, NOW)
    with pytest.raises(IllegalStep, match="with another reviewer"):
        review.check_claim(held, 8, NOW)
    review.check_claim(held, 8, NOW + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("status", "on", "severity", "expected"),
    [
        (AlertStatus.OPEN, 10, Severity.MEDIUM, "join"),
        (AlertStatus.AWAITING_REPLY, 11, Severity.HIGH, "join"),
        (AlertStatus.DECIDED, 10, Severity.MEDIUM, "ignore"),
        (AlertStatus.DECIDED, 10, Severity.LOW, "ignore"),
        (AlertStatus.DECIDED, 9, Severity.MEDIUM, "ignore"),
        (AlertStatus.DECIDED, 11, Severity.MEDIUM, "reopen"),
        (AlertStatus.DECIDED, 10, Severity.HIGH, "reopen"),
        (AlertStatus.CLOSED, 11, Severity.LOW, "reopen"),
    ],
)
def test_what_a_new_finding_does(status: AlertStatus, on: int, severity: Severity, expected: str) -> None:
    assert review.arrival(alert(status), version(on), severity) == expected


def test_a_first_finding_opens() -> None:
    assert review.arrival(None, version(1), Severity.MEDIUM) == "open"


def test_every_status_can_be_reached_and_left() -> None:
    reached = {AlertStatus.OPEN} | set(review.STEPS.values())
    assert reached == set(AlertStatus)
    assert {status for status, _ in review.STEPS} == set(AlertStatus)
