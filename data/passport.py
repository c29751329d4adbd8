"""Passports as a pure state machine: what each step leads to, who may take it, and where a passport stands on a day.

A lapse is no step: a passport that is live ends with its renewal date, whatever anyone does or forgets.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from data.errors import IllegalStep
from data.model import AccountKind, Passport, PassportState

RENEWAL_WINDOW = timedelta(days=60)  # before the last day a renewal is due
ASSURED_FOR = timedelta(days=183)  # how long "still mine, still right" holds: six months
STEPS: Mapping[tuple[PassportState, str], PassportState] = {
    (PassportState.APPLIED, "approve"): PassportState.LIVE,
    (PassportState.APPLIED, "refuse"): PassportState.REFUSED,
    (PassportState.APPLIED, "return"): PassportState.RETURNED,
    (PassportState.APPLIED, "withdraw"): PassportState.CLOSED,
    (PassportState.RETURNED, "apply"): PassportState.APPLIED,
    (PassportState.RETURNED, "withdraw"): PassportState.CLOSED,
    (PassportState.LIVE, "suspend"): PassportState.SUSPENDED,
    (PassportState.LIVE, "renew"): PassportState.LIVE,
    (PassportState.LIVE, "close"): PassportState.CLOSED,
    (PassportState.LIVE, "withdraw"): PassportState.CLOSED,
    (PassportState.SUSPENDED, "reinstate"): PassportState.LIVE,
    (PassportState.SUSPENDED, "close"): PassportState.CLOSED,
    (PassportState.SUSPENDED, "withdraw"): PassportState.CLOSED,
}
PANEL = ("approve", "return", "refuse", "renew", "suspend", "reinstate", "close")  # the panel's steps; others: holders'
RECOGNISED = frozenset({AccountKind.CORPORATE, AccountKind.SERVICE})
IN_A_NAME = frozenset({AccountKind.OFFICER, AccountKind.COUNCILLOR})
ENDED = frozenset({PassportState.REFUSED, PassportState.CLOSED})  # after these, an application begins anew
WITHDRAWS = (
    "The panel suspends and closes corporate and service accounts only. {} is in a person’s own name: it ends when "
    "they withdraw it, or when its passport lapses."
)


class Standing(StrEnum):
    """Where a passport stands on a day."""

    APPLIED = "applied"
    RETURNED = "returned"
    REFUSED = "refused"
    LIVE = "live"
    RENEWAL_DUE = "renewal_due"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    CLOSED = "closed"


def step(state: PassportState, action: str) -> PassportState:
    """Return the state a step leads to; raise `IllegalStep` with what is possible instead."""
    if (state, action) in STEPS:
        return STEPS[(state, action)]
    possible = sorted(a for s, a in STEPS if s is state) or ["nothing more"]
    raise IllegalStep(f"A passport that is {state} cannot take the step {action}; possible: {', '.join(possible)}.")


def check_kind(account_id: str, kind: AccountKind, action: str) -> None:
    """Refuse that a panel suspends or closes an account in a person's own name."""
    if action in ("suspend", "close") and kind not in RECOGNISED:
        raise IllegalStep(WITHDRAWS.format(account_id))


def panel_steps(state: PassportState, kind: AccountKind) -> tuple[str, ...]:
    """Return what a panel could do with a passport, in the order of `PANEL`."""
    barred = () if kind in RECOGNISED else ("suspend", "close")
    return tuple(action for action in PANEL if (state, action) in STEPS and action not in barred)


def is_live(found: Passport, today: date) -> bool:
    """Say whether a passport permits collection on the day `today`: approved, and not past its renewal date."""
    in_time = found.renewal_date is not None and today <= found.renewal_date
    return found.state is PassportState.LIVE and in_time


def standing(found: Passport, today: date) -> Standing:
    """Return where a passport stands on the day `today`: a renewal is due in the last 60 days, that of the end too."""
    if found.state is not PassportState.LIVE:
        return Standing(found.state)
    if not is_live(found, today):
        return Standing.LAPSED
    assert found.renewal_date is not None, "what is live has its last day"
    return Standing.RENEWAL_DUE if found.renewal_date - today <= RENEWAL_WINDOW else Standing.LIVE
