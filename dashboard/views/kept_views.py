"""Views of the trends that someone keeps for themselves; the link of one shows the same to anyone who may see it."""

from html import escape

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person
from data.services import views

LEAD = "The address of this page holds what is chosen. Keep it under a name, or send its link: it shows the same view."


def show(at: Desk, person: Person) -> None:
    """Draw one's own views as links, with the way to keep this one or to forget one."""
    rows = views.mine(at.store, person) if person.id is not None else ()
    with st.expander("Views that you keep", key="kept-views", expanded=False):
        ui.html(present.paragraphs([LEAD]))
        if rows:
            ui.html(f"<ul>{''.join(map(line, [(row.name, row.query) for row in rows]))}</ul>")
        with st.form(key="keep-view", enter_to_submit=False, border=False):
            st.text_input("Name of this view", key="keep-view-name", max_chars=views.LONGEST)
            st.form_submit_button("Keep this view", on_click=keep, args=(at,))
        if rows:
            with st.form(key="forget-view", enter_to_submit=False, border=False):
                st.selectbox("A view that you keep", [row.name for row in rows], None, key="forget-view-name")
                st.form_submit_button("Forget it", on_click=forget, args=(at,))


def line(view: tuple[str, str]) -> str:
    """Return a view as a link; the page is loaded anew, so that its choices are those of the address."""
    name, query = view
    return f'<li><a href="/trends?{escape(query)}" target="_self"><bdi>{escape(name)}</bdi></a></li>'


def keep(at: Desk) -> None:
    """Callback: keep what the address holds."""

    def act(person: Person) -> Said:
        name = str(st.session_state.get("keep-view-name") or "")
        views.keep(at.store, person, name, st.query_params.to_dict())
        return Said(0, True, "The view is kept. You find it under Views that you keep.", "pr-title")

    at.attempt(act)


def forget(at: Desk) -> None:
    """Callback: forget the chosen view."""

    def act(person: Person) -> Said:
        name = st.session_state.get("forget-view-name")
        if name is None:
            return Said(0, False, "Choose which view, then press Forget it again.", "pr-said")
        views.forget(at.store, person, str(name))
        return Said(0, True, "The view is forgotten.", "pr-title")

    at.attempt(act)
