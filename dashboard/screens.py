"""The script that Streamlit runs: who is there, which pages there are, and the one that is open."""

from collections.abc import Collection, Mapping
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import Page

from dashboard import desk, present, ui
from dashboard.desk import Desk, open_desk
from dashboard.speak import speak
from dashboard.views import (
    account,
    accounts,
    apply,
    ask,
    assessment,
    audit,
    candidates,
    health,
    home,
    keys,
    lessons,
    look_now,
    mine,
    model,
    notices,
    panel,
    people,
    policy,
    post,
    questions,
    queue,
    reading_scores,
    register,
    renewal,
    rights,
    sample,
    trends,
)
from data.errors import PostreeveError
from data.model import Person
from data.permissions import Action, may

STYLE = Path(__file__).with_name("postreeve.css")
LOGO = Path(__file__).with_name("static") / "postreeve.svg"
# One list of the pages: url path, title, how it is shown. The first is the default.
PAGES = (
    ("home", "Home", home.show),
    ("mine", "My accounts", mine.show),
    ("ask", "Ask first", ask.show),
    ("apply", "Apply", apply.show),
    ("queue", "Review queue", queue.show),
    ("questions", "Questions", questions.show),
    ("lessons", "Lessons", lessons.show),
    ("assessment", "Own assessment", assessment.show),
    ("panel", "Panel", panel.show),
    ("register", "Register", register.show),
    ("accounts", "Accounts", accounts.show),
    ("people", "People", people.show),
    ("policy", "Policy", policy.show),
    ("model", "Model", model.show),
    ("rights", "Rights and retention", rights.show),
    ("audit", "Audit log", audit.show),
    ("health", "Health", health.show),
    ("sample", "Sample", sample.show),
    ("how-to-read", "How to read a score", reading_scores.show),
    ("my-alert", "My alert", mine.show_alert),
    ("alert", "Alert", post.show),
    ("account", "Account", account.show),
    ("trends", "Trends", trends.show),
    ("renewal", "Renewal", renewal.show),
    ("look-now", "Please look now", look_now.show),
    ("candidates", "Not on the register", candidates.show),
    ("notices", "Notices", notices.show),
    ("keys", "Keys", keys.show),
)
# Pages that stand together under one word in the navigation, for those who may see any of them.
OFFICE, TOGETHER = "Office", frozenset({"people", "policy", "model", "rights", "audit", "health"})
# Pages that the navigation does not name: links lead there.
UNNAMED = frozenset(
    {"sample", "my-alert", "alert", "account", "renewal", "look-now", "candidates", "how-to-read", "keys"}
)
NEEDS = {  # to be named there
    "mine": Action.REPLY,
    "ask": Action.ASK_FIRST,
    "apply": Action.APPLY,
    "assessment": Action.ASSESS_DEPARTMENT,
    "panel": Action.DECIDE_PASSPORT,
    "register": Action.CHANGE_REGISTER,
    "questions": Action.GIVE_ADVICE,
    "queue": Action.SEE_QUEUE,
    "accounts": Action.SEE_ACCOUNTS,
    "trends": Action.SEE_ACCOUNTS,
    "people": Action.MANAGE_PEOPLE,
    "policy": Action.SEE_ACCOUNTS,
    "model": Action.SEE_ACCOUNTS,
    "rights": Action.MANAGE_RIGHTS,
    "audit": Action.SEE_AUDIT,
    "health": Action.SEE_AUDIT,
}


def main(at: Desk, first: str = "home") -> None:
    """Draw the page that the address names; `first` is the one without a path."""
    st.set_page_config(page_title="postreeve", layout="wide", initial_sidebar_state="collapsed")
    st.html(STYLE)
    st.logo(LOGO, size="large")
    person = at.person()
    if person is None:
        signed_out()
        return
    made = {
        path: st.Page(
            partial(_drawn, at, person, path),
            title=title,
            url_path=path,
            default=path == first,
            visibility="visible" if named(person, path) else "hidden",
        )
        for path, title, _ in PAGES
    }
    ui.keep(made)
    chosen = st.navigation(sections(person, made), position="top")
    st.set_page_config(page_title=f"{chosen.title} – postreeve")
    signed_in(person)
    where = f"{chosen.title} {dict(st.query_params)}"
    message = desk.forget_on_leaving(where)
    speak(number=message.number, good=message.good, text=message.text, focus=message.focus, page=where)
    if chosen is made[first] and unknown(st.context.url or "", made):
        ui.title("There is no such page")
        ui.html(present.paragraphs(["Nothing is known under this address. The pages there are stand above."]))
        ui.link(first, "Go to the first page")
        return
    chosen.run()


def unknown(url: str, made: Collection[str]) -> bool:
    """Say whether an address names a page, and none of ours: the first page is then what is open instead."""
    path = urlsplit(url).path.strip("/")
    return bool(path) and path not in made


def sections(person: Person, made: Mapping[str, Page]) -> dict[str, list[Page]]:
    """Return the pages as the navigation names them: those of every day, then those that stand together."""
    together = [path for path in made if path in TOGETHER and named(person, path)]
    found = {"": [page for path, page in made.items() if path not in together]}
    return found | ({OFFICE: [made[path] for path in together]} if together else {})


def named(person: Person, path: str) -> bool:
    """Say whether the navigation names a page to this person; the page itself asks again what they may see."""
    return path not in UNNAMED and (path not in NEEDS or may(person, NEEDS[path]))


def signed_in(person: Person) -> None:
    """Say who is signed in, with the way out."""
    roles = present.joined([present.ROLES[role] for role in sorted(person.roles)]) or "no role yet"
    name = f'<bdi>{escape(person.name)}</bdi> <span class="pr-soft">({escape(roles)})</span>'
    way_out = (
        '<form method="post" action="/sign-out"><button type="submit" class="pr-linklike">Sign out</button></form>'
    )
    ui.html(f'<div class="pr-who"><span>Signed in as {name}</span>{way_out}</div>')


def signed_out() -> None:
    """Say that the sign-in has ended, with the way back to the same page."""
    ui.title("You are signed out")
    ui.html(
        "<p>Your sign-in has ended: eight hours have passed, you signed out elsewhere, or your access changed. "
        "What you had not recorded was not kept.</p>"
        '<p><a href="/sign-in" target="_self">Sign in again</a></p>'
    )


def _drawn(at: Desk, person: Person, path: str) -> None:
    show = next(show for known, _, show in PAGES if known == path)
    try:
        show(at, person)
    except PostreeveError as error:
        ui.title("This page cannot be shown")
        ui.refusal(str(error))


if __name__ == "__main__":
    main(open_desk())
