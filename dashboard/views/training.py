"""Training on a holder's own pages: what they have had, the policies that go with it, and asking for more."""

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person
from data.services import trainings
from data.services.anchoring import anchor_head
from data.store.rows import AnyRow

OFFER = "Training is there for everyone who posts, before anything goes wrong. It never counts against you."


def show(at: Desk, person: Person) -> None:
    """Draw what training a holder has had, with the policies."""
    ui.heading("My training")
    rows = [row for row in trainings.mine(at.store, person) if row.completed_on is not None]
    if rows:
        header = ["Course", "Completed", "To be refreshed by", "Follow-up talk", "With it"]
        ui.html(present.table("My training, newest first", header, [line(row) for row in rows]))
    else:
        ui.html(present.paragraphs(["No training of yours is on record yet."]))
    offer(at, person)


def line(row: AnyRow) -> tuple[str, ...]:
    """Return one record as cells."""
    named = present.joined([trainings.POLICIES.get(name, name) for name in row.policies])
    days = (present.day(row.completed_on), present.day(row.refresher_due, "–"), present.day(row.talk_on, "–"))
    return (row.course, *days, named or "–")


def offer(at: Desk, person: Person) -> None:
    """Offer training, whether or not there ever was an alert, and link to the council's policies."""
    with st.expander("Training and the policies behind it", key="training-offer"):
        ui.html(present.paragraphs([OFFER]))
        for name, address in trainings.addresses(at.settings).items():
            ui.outward(address, trainings.POLICIES[name], f"{trainings.POLICIES[name]}: ask for it; no address is set.")
        if any(row.completed_on is None for row in trainings.mine(at.store, person)):
            ui.html(present.paragraphs(["You have asked for training; the communications team will be in touch."]))
        else:
            st.button("Ask for training", key="training-ask", on_click=ask, args=(at,))


def ask(at: Desk) -> None:
    """Callback: ask for training."""

    def act(person: Person) -> Said:
        trainings.ask(at.store, person)
        anchor_head(at.store, at.settings)
        return Said(0, True, "You have asked for training; the communications team will be in touch.", "pr-title")

    at.attempt(act)
