"""On My accounts: still mine and still right, a councillor's own choice, and an application that waits."""

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.clock import local_day
from data.model import AccountKind, Person
from data.passport import ENDED, Standing, standing
from data.services import applying, assuring, office
from data.services.anchoring import anchor_head
from data.services.owning import Held
from data.store.rows import AnyRow

STILL = "Is this account still yours, and is what it says on the register still right?"
MEMBER = (
    "Your account is on the register by your own choice. You may take it off at any time, without a reason; nothing "
    "more of it is then collected."
)
JOIN = "Your account is off: nothing of it is collected unless you choose to have it on the register."
WAITING: Mapping[Standing, str] = {
    Standing.APPLIED: "Your application is with the panel.",
    Standing.RETURNED: "The panel asks for more before it decides.",
    Standing.REFUSED: "The panel did not approve this account.",
    Standing.RENEWAL_DUE: "Its passport ends soon; the panel has its renewal before it.",
    Standing.LAPSED: "Its passport has lapsed, so nothing of it is collected. Do you still need it? Tell the panel.",
    Standing.SUSPENDED: "The panel has suspended this account; nothing of it is collected.",
    Standing.CLOSED: "The passport of this account has ended; nothing of it is collected.",
}
WITHDRAWN = frozenset({Standing.APPLIED, Standing.RETURNED})
AGAIN = frozenset({Standing.RETURNED, Standing.REFUSED, Standing.CLOSED})


def account(at: Desk, person: Person, held: Held) -> None:
    """Draw what a holder can say or do about one account."""
    passport, account_id = held.passport, held.account.id
    if passport is None:
        return
    stands = standing(passport, local_day(at.store.now(), at.settings.zone))
    if stands in WAITING:
        ui.html(present.paragraphs([WAITING[stands]]))
    if stands in AGAIN:
        ui.link("apply", "Apply again", account=account_id)
    due, said = office.due_of(at.store, person, at.settings.zone)
    reports = [row for row in said if row.account_id == account_id]
    if account_id in due or reports:
        still(at, account_id, reports)
    if held.account.kind is AccountKind.COUNCILLOR and passport.state not in ENDED:
        choice(at, account_id)
    elif stands in WITHDRAWN or (held.account.kind is AccountKind.OFFICER and passport.state not in ENDED):
        withdrawal(at, account_id, "Withdraw the application" if stands in WITHDRAWN else "Take it off the register")


def withdrawal(at: Desk, account_id: str, label: str) -> None:
    """Offer to take an application back, or an account in one's own name off the register, with a reason."""
    with (
        st.expander(label, key=f"withdraw-{account_id}"),
        st.form(key=f"withdraw-form-{account_id}", enter_to_submit=False, border=False),
    ):
        st.text_input("Why", key=f"withdraw-{account_id}-words")
        st.form_submit_button(label, on_click=take, args=(at, "withdraw", account_id))


def still(at: Desk, account_id: str, reports: list[AnyRow]) -> None:
    """Ask whether the account is still theirs and still right; show what they said is not."""
    ui.heading("Still mine, still right", 3)
    for row in reports:
        ui.html(present.paragraphs([f"You said what is no longer right; the administrator has it: {row.reason}"]))
    ui.html(present.paragraphs([STILL]))
    step(at, "still", account_id, "Yes, still mine and still right")
    with st.form(key=f"not-right-{account_id}", enter_to_submit=False, border=False):
        st.text_input("If not, what is no longer right?", key=f"not-right-{account_id}-words")
        st.form_submit_button("No, it is not", on_click=take, args=(at, "not_right", account_id))


def choice(at: Desk, account_id: str) -> None:
    """Offer a member to join, or to take their account off."""
    ui.heading("Your own choice", 3)
    joined = applying.joined(at.store, account_id)
    ui.html(present.paragraphs([MEMBER if joined else JOIN]))
    if joined:
        with st.expander("Take my account off the register", key=f"withdraw-{account_id}"):
            step(at, "withdraw", account_id, "Take it off now")
    else:
        step(at, "join", account_id, "I choose to have it on the register")


def step(at: Desk, what: str, account_id: str, label: str) -> None:
    """Draw the button of one step."""
    st.button(label, key=f"{what}-{account_id}-now", on_click=take, args=(at, what, account_id))


def take(at: Desk, what: str, account_id: str) -> None:
    """Callback: take a step of a holder."""

    def act(person: Person) -> Said:
        words = str(st.session_state.get(f"not-right-{account_id}-words") or "")
        why = str(st.session_state.get(f"withdraw-{account_id}-words") or "")
        steps: dict[str, tuple[Callable[[], object], str]] = {
            "still": (lambda: assuring.still_right(at.store, person, account_id), "Thank you. That is recorded."),
            "not_right": (
                lambda: assuring.not_right(at.store, person, account_id, words),
                "It is recorded, and the administrator finds it among their tasks.",
            ),
            "join": (lambda: applying.join(at.store, person, account_id), "Your choice is recorded."),
            "withdraw": (
                lambda: applying.withdraw(at.store, person, account_id, why),
                "That account is off the register; nothing more of it is collected.",
            ),
        }
        done, said = steps[what]
        done()
        anchor_head(at.store, at.settings)
        return Said(0, True, said, "pr-title")

    at.attempt(act)
