"""What else can be done with an account that lapsed, closed or is ownerless: handed over, or confirmed as gone."""

import streamlit as st

from dashboard.desk import Desk, Said
from data.model import Person
from data.passport import Standing
from data.services import assuring, belonging
from data.services.anchoring import anchor_head
from data.services.panels import Dossier


def otherwise(at: Desk, found: Dossier) -> None:
    """Offer to hand an account over, and to confirm that a lapsed or closed one is gone."""
    account_id = found.account.id
    if found.standing not in (Standing.LAPSED, Standing.CLOSED) and found.holders:
        return
    with (
        st.expander("Hand it over to someone else", key=f"over-{account_id}"),
        st.form(key=f"over-form-{account_id}", enter_to_submit=False, border=False),
    ):
        st.text_input("E-mail address of the new owner", key=f"over-to-{account_id}")
        st.text_input("Why it is handed over", key=f"over-why-{account_id}")
        st.form_submit_button("Hand it over", on_click=hand_over, args=(at, account_id))
    if found.standing in (Standing.LAPSED, Standing.CLOSED):
        with (
            st.expander("Confirm that it is no longer public", key=f"gone-{account_id}"),
            st.form(key=f"gone-form-{account_id}", enter_to_submit=False, border=False),
        ):
            st.text_input("How you made sure of it", key=f"gone-how-{account_id}")
            st.form_submit_button("Confirm", on_click=gone, args=(at, account_id))


def hand_over(at: Desk, account_id: str) -> None:
    """Callback: give an account to another owner."""

    def act(person: Person) -> Said:
        to, why = (str(st.session_state.get(f"over-{name}-{account_id}") or "").strip() for name in ("to", "why"))
        belonging.hand_over(at.store, person, account_id, to, why)
        anchor_head(at.store, at.settings)
        return Said(0, True, f"{account_id} is handed over to {to}.", "pr-title")

    at.attempt(act)


def gone(at: Desk, account_id: str) -> None:
    """Callback: confirm that an account is gone."""

    def act(person: Person) -> Said:
        assuring.settle_lapse(at.store, person, account_id, str(st.session_state.get(f"gone-how-{account_id}") or ""))
        anchor_head(at.store, at.settings)
        return Said(0, True, f"It is recorded that {account_id} is no longer public.", "pr-title")

    at.attempt(act)
