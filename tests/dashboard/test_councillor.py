"""An alert on a councillor's account: what can follow is told on the form, and enforced behind it."""

import pytest
from sqlalchemy import text

from dashboard import present
from data.errors import IllegalStep
from data.model import AccountKind, Decision, Judgement, Outcome
from data.services import review
from data.store import alerts
from data.store.engine import Store
from tests.dashboard.test_alert import number, taken
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.screen import words


@pytest.fixture
def ward(sqlite_store: Store) -> int:
    """The alert on account bins, which is a councillor's here."""
    with sqlite_store.write() as tx:
        tx.execute(text("UPDATE account SET kind = 'councillor' WHERE id = 'bins'"))
    return number(sqlite_store, "bins")


def test_the_form_offers_three_outcomes_and_says_why(
    sqlite_store: Store, council: Council, clock: FakeClock, ward: int
) -> None:
    page = taken(sqlite_store, council, clock, ward)
    assert "This is a councillor’s account, there by the member’s own choice." in words(page)
    [follows] = [radio for radio in page.radio if radio.label == "What follows?"]
    assert list(follows.options) == ["Advice", "No action", "Refer to the monitoring officer"]


def test_other_accounts_have_all_five(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    page = taken(sqlite_store, council, clock, number(sqlite_store, "bins"))
    assert "councillor" not in words(page)
    [follows] = [radio for radio in page.radio if radio.label == "What follows?"]
    assert list(follows.options) == list(present.OUTCOMES.values())


@pytest.mark.parametrize("outcome", [Outcome.TRAINING, Outcome.CORRECT_OR_REMOVE])
def test_the_service_refuses_what_the_form_does_not_offer(
    sqlite_store: Store, council: Council, ward: int, outcome: Outcome
) -> None:
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, ward))
    given = Decision(Judgement.UPHELD, outcome, "H1", "It belittles.")
    with pytest.raises(IllegalStep, match="A councillor is no employee"):
        review.decide(sqlite_store, council.reviewer, seen, given)
    with sqlite_store.read() as tx:
        assert alerts.reviews(tx, ward) == []


def test_a_referral_is_called_by_its_office() -> None:
    assert present.outcome(Outcome.REFER, AccountKind.COUNCILLOR) == "Refer to the monitoring officer"
    assert {present.outcome(Outcome.REFER, kind) for kind in AccountKind if kind is not AccountKind.COUNCILLOR} == {
        "Refer to the panel"
    }
