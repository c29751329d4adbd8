"""People: who is here with which roles, and what an administrator may do: add, change, shut out, set a password."""

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard import present, ui
from dashboard.desk import Desk, Said
from data.model import Person, Role
from data.services import staff_room
from data.services.anchoring import anchor_head
from data.services.people import SHORTEST_PASSWORD
from data.services.staff_room import Member

LEAD = "Everyone who owns, reviews, decides or administers. Every change is recorded with who made it."
SECRET = f"A password has at least {SHORTEST_PASSWORD} characters. It is kept as a hash and never shown again."
PAGE = 50


def show(at: Desk, person: Person) -> None:
    """Draw everyone, with the one that is chosen open for changes."""
    members = staff_room.everyone(at.store, person)
    ui.title("People")
    ui.message()
    able = sum(m.person.active and bool(m.person.roles) for m in members)
    count = f"{present.count(len(members), 'person is', 'people are')} known, {able} with a role."
    ui.html(present.paragraphs([LEAD, count], "pr-lead"))
    chosen = next((m for m in members if str(m.person.id) == st.query_params.get("who", "")), None)
    if chosen is not None:
        change(at, chosen)
        ui.link("people", "Back to everyone")
        return
    add(at)
    sought = st.text_input("Find someone by name or address", key="people-sought").strip().lower()
    fits = [m for m in members if sought in f"{m.person.name} {m.person.email}".lower()]
    for member in fits[:PAGE]:
        one(at, member)
    if len(fits) > PAGE:
        ui.html(present.paragraphs([f"These are the first {PAGE} of {len(fits):,}. Find the others by name."]))


def one(at: Desk, member: Member) -> None:
    """Draw one line: who it is, what they may do, whether they are signed in."""
    person = member.person
    roles = [present.ROLES[role] for role in sorted(person.roles)]
    tags = "".join(present.tag(role.capitalize()) for role in roles) or present.tag("No role", "medium")
    tags += "" if person.active else present.tag("May not sign in", "high")
    with st.container(key=f"row-person-{person.id}", gap="xsmall"):
        ui.link("people", person.name, who=int(person.id or 0))
        address = f"<span><bdi>{escape(person.email)}</bdi></span>" if person.name != person.email else ""
        ui.html(f'<p class="pr-row">{tags}{address}<span>{now(at, member)}</span></p>')


def now(at: Desk, member: Member) -> str:
    """Say whether someone is signed in."""
    if not member.signed_in or member.until is None:
        return "not signed in"
    return f"signed in until {present.short(member.until, at.settings.zone)} at the latest"


def add(at: Desk) -> None:
    """Offer to add someone."""
    with (
        st.expander("Add someone", key="people-add"),
        st.form(key="people-add-form", enter_to_submit=False, border=False),
    ):
        st.text_input("E-mail address", key="join-email", autocomplete="off")
        st.text_input("Name", key="join-name", autocomplete="off")
        roles_field("join-roles", ())
        st.text_input(
            "Password; leave it empty for someone who signs in through the council’s service",
            type="password",
            key="join-password",
            autocomplete="new-password",
        )
        ui.html(present.paragraphs([SECRET], "pr-soft"))
        st.form_submit_button("Add them", type="primary", on_click=joined, args=(at,))


def roles_field(key: str, now_: tuple[Role, ...]) -> None:
    """Ask for roles."""
    st.multiselect(
        "Roles",
        list(Role),
        list(now_),
        key=key,
        placeholder="None chosen",
        format_func=lambda role: present.ROLES[role].capitalize(),
    )


def change(at: Desk, member: Member) -> None:
    """Draw one person with everything that may be done."""
    person = member.person
    ui.heading(person.name)
    doors = ["a password of their own"] * member.password + ["the council’s own service"] * bool(member.linked)
    pairs = [
        ("E-mail address", person.email),
        ("May sign in", "Yes" if person.active else "No"),
        ("Signs in by", present.joined(doors) or "nothing yet"),
        ("Now", now(at, member)),
    ]
    ui.html(present.facts(pairs))
    number, email = int(person.id or 0), person.email
    with st.form(key=f"roles-form-{number}", enter_to_submit=False):
        roles_field(f"roles-{number}", tuple(sorted(person.roles)))
        st.form_submit_button("Change the roles", on_click=roles, args=(at, number, email))
    with st.form(key=f"password-form-{number}", enter_to_submit=False, clear_on_submit=True):
        st.text_input("New password", type="password", key=f"password-{number}", autocomplete="new-password")
        ui.html(present.paragraphs([f"{SECRET} Their sign-ins end."], "pr-soft"))
        st.form_submit_button("Set the password", on_click=password, args=(at, number, email))
    steps(at, member)


def steps(at: Desk, member: Member) -> None:
    """Draw the steps that need no words."""
    number, email = int(member.person.id or 0), member.person.email
    with st.container(horizontal=True):
        if member.signed_in:
            st.button("End their sign-ins", key=f"out-{number}", on_click=signed_out, args=(at, email))
        if member.linked:
            st.button(
                "Forget the link to the council’s service", key=f"un-{number}", on_click=unlinked, args=(at, email)
            )
        label = "They may no longer sign in" if member.person.active else "Let them sign in again"
        st.button(label, key=f"active-{number}", on_click=active, args=(at, email, not member.person.active))


def done(at: Desk, words: str, step: Callable[[Person], object]) -> None:
    """Take a step for the person at the desk, sign the log's head, and say what was done."""

    def act(person: Person) -> Said:
        step(person)
        anchor_head(at.store, at.settings)
        return Said(0, True, words, "pr-title")

    at.attempt(act)


def field(key: str) -> str:
    """Return what stands in a field."""
    return str(st.session_state.get(key) or "").strip()


def joined(at: Desk) -> None:
    """Callback: add someone."""
    email, chosen = field("join-email"), [Role(role) for role in st.session_state.get("join-roles") or ()]
    secret = str(st.session_state.get("join-password") or "")
    st.session_state["join-password"] = ""
    done(
        at,
        f"{email} is added.",
        lambda person: staff_room.join(at.store, person, email, field("join-name"), chosen, secret),
    )


def roles(at: Desk, number: int, email: str) -> None:
    """Callback: give someone exactly the roles chosen."""
    chosen = [Role(role) for role in st.session_state.get(f"roles-{number}") or ()]
    named = present.joined([present.ROLES[role] for role in sorted(chosen)]) or "no role"
    done(at, f"{email} has now: {named}.", lambda person: staff_room.set_roles(at.store, person, email, chosen))


def password(at: Desk, number: int, email: str) -> None:
    """Callback: set a password."""
    secret = str(st.session_state.get(f"password-{number}") or "")
    words = f"The password of {email} is set, and their sign-ins are ended."
    done(at, words, lambda person: staff_room.set_password(at.store, person, email, secret))


def signed_out(at: Desk, email: str) -> None:
    """Callback: end someone's sign-ins."""
    done(at, f"The sign-ins of {email} are ended.", lambda person: staff_room.sign_out(at.store, person, email))


def unlinked(at: Desk, email: str) -> None:
    """Callback: forget who someone is to other services."""
    words = f"The link of {email} is forgotten; the next one with that address is linked anew."
    done(at, words, lambda person: staff_room.unlink(at.store, person, email))


def active(at: Desk, email: str, wanted: bool) -> None:
    """Callback: let someone in again, or no longer."""
    words = f"{email} may sign in again." if wanted else f"{email} may no longer sign in; their sign-ins are ended."
    done(at, words, lambda person: staff_room.set_active(at.store, person, email, wanted))
