"""The model: its card, which one is in use since when, how its flags fared here, how reviewers agree."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import asking, card, present, ui
from dashboard.desk import Desk, Said
from data.errors import IllegalStep
from data.model import Person
from data.permissions import Action, may
from data.services import estimating, modelling, models
from data.services.anchoring import anchor_head
from data.services.modelling import About, Fared

LEAD = (
    "The classifier prompts people to look, and is mistaken in most of its flags. This page says what it was made "
    "from, how it was measured, and how its flags fared here."
)
CHOICE, REASON = "model-choice", "model-reason"
FEW = present.FEW


def show(at: Desk, person: Person) -> None:
    """Draw the page."""
    found = modelling.about(at.store, person)
    ui.title("Model")
    ui.message()
    ui.html(present.paragraphs([LEAD], "pr-lead"))
    ui.link("how-to-read", "How to read a score")
    in_use(at, found)
    if may(person, Action.MANAGE_MODELS) and found.standing.kept:
        choose(at, found)
    ui.heading("How flags fared here")
    fared(found.fared)
    missed(at, person)
    agreeing(found)
    owners(found)
    ui.heading("The model’s card")
    the_card(at, person)


def named(model: str | None) -> str:
    """Return how a model is called."""
    return f"Model {model[:12]}" if model else "The shipped model"


def in_use(at: Desk, found: About) -> None:
    """Say which model scans use since when, and what was used before."""
    ui.heading("In use")
    standing = found.standing
    since = f", since {present.short(found.uses[0].at, at.settings.zone)}" if found.uses else ", since the beginning"
    lines = [f"{named(standing.usable)} is in use{since}."]
    if standing.barred is not None:
        gone = f"{standing.barred.lost} of the {standing.barred.learnt} reviews it learnt from are gone or erased"
        lines = [f"{named(standing.barred.hash)} may not be used: {gone}. {named(standing.usable)} is used instead."]
    if at.settings.model:
        lines = ["The settings name a folder (model); scans use the model there."]
    ui.html(present.paragraphs(lines))
    rows = [(named(u.hash), present.short(u.at, at.settings.zone), u.actor, u.reason) for u in found.uses]
    if rows:
        ui.html(present.table("What was put in use, newest first", ["Model", "From", "By", "Why"], rows))


def choose(at: Desk, found: About) -> None:
    """Offer to go back to another model."""
    names = {models.SHIPPED: "The shipped model"}
    names |= {
        k.hash: f"{named(k.hash)}, of {present.short(k.created_at, at.settings.zone)}" for k in found.standing.kept
    }
    with st.form(key="model-form", enter_to_submit=False):
        st.selectbox("Use this model from the next scan on", list(names), key=CHOICE, format_func=lambda m: names[m])
        st.text_input("Why", key=REASON)
        st.form_submit_button("Put it in use", on_click=use, args=(at,))


def use(at: Desk) -> None:
    """Callback: put another model in use."""

    def act(person: Person) -> Said:
        wanted, reason = str(st.session_state.get(CHOICE)), str(st.session_state.get(REASON) or "")
        if wanted != models.SHIPPED and not (Path(at.settings.models) / wanted).is_dir():
            raise IllegalStep(f"{named(wanted)} is not in the folder of the models any more; restore it first.")
        chosen = models.use(at.store, person, wanted, reason)
        anchor_head(at.store, at.settings)
        return Said(0, True, f"{named(chosen)} is in use from the next scan on.", "pr-title")

    at.attempt(act)


def fared(rows: tuple[Fared, ...]) -> None:
    """Draw how often flags were upheld under each clause, with n and the interval."""
    lines = [(f"{row.clause}. {row.title}", f"{row.judged:,}", *shares(row.upheld, row.judged)) for row in rows]
    heads = ["Clause", "Decided", "Upheld", "95% interval"]
    ui.html(present.table("Decisions on flags under each clause of the policy in force", heads, lines))


def shares(number: int, total: int) -> tuple[str, str]:
    """Return a share with its interval in words, or that it is not known yet."""
    if total < FEW:
        return "not yet known", f"fewer than {FEW} decided"
    low, high = present.wilson(number, total)
    return f"{number:,} ({number / total:.0%})", f"{low:.0%} to {high:.0%}"


def missed(at: Desk, person: Person) -> None:
    """Say what the last sample tells of the harm that flags miss, or that none was drawn."""
    ui.heading("What the flags missed")
    found = estimating.latest(at.store, person)
    none = "No sample was drawn, so nothing is known of what the flags missed. An empty queue is no clean record."
    ui.html(present.paragraphs(estimating.sentences(found) if found else [none]))


def agreeing(found: About) -> None:
    """Say how far two reviewers agree who did not see each other's opinion."""
    ui.heading("How far two reviewers agree")
    told = found.agreement
    if told.raw is None:
        ui.html(present.paragraphs(["No alert has been looked at by two reviewers yet."]))
        return
    beyond = [f"{name} {value:.2f}" for name, value in (("kappa", told.kappa), ("AC1", told.ac1)) if value is not None]
    chance = f" Beyond chance: {present.joined(beyond)} (1 is full agreement, 0 none)." if beyond else ""
    pairs = present.count(told.n, "alert")
    ui.html(present.paragraphs([f"On {pairs} that two looked at, they agreed on {told.raw:.0%}.{chance}"]))


def owners(found: About) -> None:
    """Say how owners of accounts found the reviews."""
    ui.heading("How owners found the reviews")
    rated, *yes = found.rated
    if rated < FEW:
        ui.html(present.paragraphs([f"Too few owners have said so yet: {present.count(rated, 'review')} rated."]))
        return
    said = [f"{word} {number:,} times" for word, number in zip(("fair", "clear", "useful"), yes, strict=True)]
    ui.html(
        present.paragraphs([f"{present.count(rated, 'review was', 'reviews were')} rated: {present.joined(said)}."])
    )


def the_card(at: Desk, person: Person) -> None:
    """Draw the card that the worker gave, or say that it is on its way."""
    row = modelling.card(at.store, person)
    if row is None:
        asking.no_worker(at)
        return
    told = row.result
    ui.html(present.paragraphs([f"As of {present.short(row.done_at, at.settings.zone)}."], "pr-soft"))
    if told["adapted"]:
        learnt(told["adapted"])
    with st.expander(f"The card of {told['name']}", key="model-card"):
        ui.html(card.html(told["card"]))


def learnt(adapted: Mapping[str, Any]) -> None:
    """Say that the model learnt from reviews of this council."""
    base = str(adapted.get("base", ""))[:12]
    ui.html(
        present.paragraphs(
            [f"It learnt from this council’s reviews, on top of model {base}, whose card this is. See: model list"]
        )
    )
