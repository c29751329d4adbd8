"""The passport's states, without a store."""

from datetime import date, timedelta

import pytest

from data import passport
from data.errors import IllegalStep
from data.model import AccountKind, Passport, PassportState
from data.passport import PANEL, RENEWAL_WINDOW, STEPS, Standing

TODAY = date(2026, 11, 22)
ACTIONS = sorted({action for _, action in STEPS})
TOLD = {  # the machine, told once more in other words
    "applied": {"approve": "live", "refuse": "refused", "return": "returned", "withdraw": "closed"},
    "returned": {"apply": "applied", "withdraw": "closed"},
    "live": {"suspend": "suspended", "renew": "live", "close": "closed", "withdraw": "closed"},
    "suspended": {"reinstate": "live", "close": "closed", "withdraw": "closed"},
    "refused": {},
    "closed": {},
}


def made(state: PassportState = PassportState.LIVE, ends: int | None = 200) -> Passport:
    """Return a passport whose last day lies so many days ahead."""
    return Passport("bins", state, "News", renewal_date=None if ends is None else TODAY + timedelta(days=ends))


@pytest.mark.parametrize("state", list(PassportState))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_step(state: PassportState, action: str) -> None:
    told = TOLD[state].get(action)
    if told is not None:
        assert passport.step(state, action) == told
        return
    with pytest.raises(IllegalStep) as caught:
        passport.step(state, action)
    assert str(caught.value).endswith(f"possible: {', '.join(sorted(TOLD[state])) or 'nothing more'}.")


def test_nothing_leads_out_of_an_end() -> None:
    assert not [s for s, _ in STEPS if s in passport.ENDED]
    assert all(any(s is state for s, _ in STEPS) for state in set(PassportState) - passport.ENDED)


def test_every_step_is_the_panel_s_or_a_holder_s() -> None:
    assert set(ACTIONS) - set(PANEL) == {"apply", "withdraw"}


@pytest.mark.parametrize(
    ("state", "ends", "stands"),
    [
        (PassportState.LIVE, 61, Standing.LIVE),
        (PassportState.LIVE, 60, Standing.RENEWAL_DUE),
        (PassportState.LIVE, 0, Standing.RENEWAL_DUE),
        (PassportState.LIVE, -1, Standing.LAPSED),
        (PassportState.LIVE, None, Standing.LAPSED),
        (PassportState.SUSPENDED, -1, Standing.SUSPENDED),
        (PassportState.APPLIED, None, Standing.APPLIED),
        (PassportState.RETURNED, None, Standing.RETURNED),
        (PassportState.REFUSED, None, Standing.REFUSED),
        (PassportState.CLOSED, 10, Standing.CLOSED),
    ],
)
def test_where_a_passport_stands(state: PassportState, ends: int | None, stands: Standing) -> None:
    assert passport.standing(made(state, ends), TODAY) is stands
    assert passport.is_live(made(state, ends), TODAY) is (stands in (Standing.LIVE, Standing.RENEWAL_DUE))


def test_a_passport_lapses_by_the_calendar_alone() -> None:
    found = made(ends=90)
    days = [passport.standing(found, TODAY + timedelta(days=n)) for n in range(100)]
    assert days == [Standing.LIVE] * 30 + [Standing.RENEWAL_DUE] * (RENEWAL_WINDOW.days + 1) + [Standing.LAPSED] * 9


@pytest.mark.parametrize("kind", list(AccountKind))
@pytest.mark.parametrize("action", PANEL)
def test_the_panel_suspends_and_closes_corporate_and_service_accounts_only(kind: AccountKind, action: str) -> None:
    mine = kind in (AccountKind.OFFICER, AccountKind.COUNCILLOR)
    if mine and action in ("suspend", "close"):
        with pytest.raises(IllegalStep, match="corporate and service accounts only"):
            passport.check_kind("x", kind, action)
    else:
        passport.check_kind("x", kind, action)


def test_what_a_panel_is_offered_is_what_it_may_do() -> None:
    assert passport.panel_steps(PassportState.APPLIED, AccountKind.OFFICER) == ("approve", "return", "refuse")
    assert passport.panel_steps(PassportState.LIVE, AccountKind.SERVICE) == ("renew", "suspend", "close")
    assert passport.panel_steps(PassportState.LIVE, AccountKind.COUNCILLOR) == ("renew",)
    assert passport.panel_steps(PassportState.SUSPENDED, AccountKind.OFFICER) == ("reinstate",)
    assert passport.panel_steps(PassportState.CLOSED, AccountKind.SERVICE) == ()
