"""What a page works with: the store, the settings, and who is there, asked anew at every step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import streamlit as st

from data.clock import system_clock
from data.config import Settings, load
from data.errors import NotAllowed, PostreeveError
from data.model import Person
from data.services import people
from data.store.engine import Store, open_store

COOKIE = "postreeve_session"
SIGNED_OUT = "You are signed out, so nothing was recorded. Sign in again and look at it once more."


@dataclass(frozen=True, slots=True)
class Said:
    """The last message to the person: `number` tells a new one from one already spoken, `focus` an element's id.

    One that is not `shown` is only spoken: the eye sees what has changed. `about` is the alert it speaks of where the
    page has gone on to another one; 0: none.
    """

    number: int
    good: bool
    text: str
    focus: str = ""
    shown: bool = True
    about: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the settings, and where the sign-in's token comes from."""

    store: Store
    settings: Settings
    token: Callable[[], str | None]

    def person(self) -> Person | None:
        """Return who is signed in now, None when nobody is: never remembered from an earlier run."""
        return people.who(self.store, self.token())

    def acting(self) -> Person:
        """Return who is signed in now; raise `NotAllowed` when nobody is."""
        person = self.person()
        if person is None:
            raise NotAllowed(SIGNED_OUT)
        return person

    def attempt(self, act: Callable[[Person], Said]) -> None:
        """Run a callback's step for the person who is there now; what is refused is said as a sentence."""
        try:
            done = act(self.acting())
        except PostreeveError as error:
            done = Said(0, False, str(error), "pr-said")
        say(done)


def say(message: Said) -> None:
    """Keep a message for the next drawing of the page."""
    number = said().number + 1
    st.session_state["said"] = replace(message, number=number)


def said() -> Said:
    """Return the last message, an empty one when there was none."""
    last = st.session_state.get("said")
    return last if isinstance(last, Said) else Said(0, True, "")


def forget_on_leaving(where: str) -> Said:
    """Return the last message, without its words once the person has gone on to another page."""
    last = said()
    if last.number == st.session_state.get("said_at", 0) and st.session_state.get("where") != where:
        last = replace(last, text="", focus="")
        st.session_state["said"] = last
    st.session_state["said_at"], st.session_state["where"] = last.number, where
    return last


@cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return load()


@cache
def store() -> Store:
    """Return the store of this process, opened once; raises `StoreError`."""
    return open_store(settings().store, system_clock)


def open_desk() -> Desk:
    """Return the desk of a page served to a browser."""
    return Desk(store(), settings(), lambda: st.context.cookies.get(COOKIE))
