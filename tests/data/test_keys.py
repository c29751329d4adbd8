"""Keys for the review: none by default, checked, one's own."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import IllegalStep, NotAllowed
from data.keys import LETTERS, MODIFIERS, RESERVED, Step, understood
from data.model import Person, Role
from data.services import keys, people
from data.services.actors import shell
from data.store import ledger
from data.store.engine import Store
from data.store.unnaming import unname


@pytest.fixture
def rita(store: Store) -> Person:
    return people.add(store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("t", "T"),
        (" alt + t ", "Alt+T"),
        ("SHIFT+CTRL+4", "Ctrl+Shift+4"),
        ("ctrl+shift+alt+z", "Ctrl+Alt+Shift+Z"),
    ],
)
def test_keys_are_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert understood({Step.TAKE: typed}) == {Step.TAKE: kept}


@pytest.mark.parametrize(
    "typed", ["c", "Ctrl+R", "Enter", "F5", "Alt", "+", "tt", "Hyper+T", "Alt+Alt+T", "é", "T+Alt", "<b>"]
)
def test_what_is_no_key_is_refused_with_the_way_out(typed: str) -> None:
    with pytest.raises(IllegalStep, match="Name a letter or digit but C and R"):
        understood({Step.SHOW: typed})


@pytest.mark.parametrize("typed", sorted(RESERVED))
def test_the_browser_s_own_keys_are_refused(typed: str) -> None:
    with pytest.raises(IllegalStep, match="belongs to the browser"):
        understood({Step.SHOW: typed.lower()})


def test_one_key_does_one_thing() -> None:
    with pytest.raises(IllegalStep, match=r"Alt\+T stands for two steps"):
        understood({Step.SHOW: "alt+t", Step.TAKE: "Alt+T", Step.RECORD: "s"})


@given(st.sets(st.sampled_from(MODIFIERS)), st.sampled_from(sorted(LETTERS)))
def test_a_kept_key_is_understood_again_as_itself(held: set[str], letter: str) -> None:
    text = "+".join([*sorted(held), letter])
    try:
        kept = understood({Step.ASK: text})
    except IllegalStep:
        return
    assert understood(kept) == kept


@given(st.text(max_size=30))
def test_any_text_is_kept_refused_or_nothing(text: str) -> None:
    try:
        kept = understood({Step.ASK: text})
    except IllegalStep:
        kept = {Step.ASK: ""} if text.strip() else {}
    assert bool(kept) == bool(text.strip())


def test_nobody_has_any_until_they_choose(store: Store, rita: Person) -> None:
    assert keys.mine(store, rita) == {}
    assert keys.choose(store, rita, {Step.TAKE: "alt+t", Step.RECORD: ""}) == {Step.TAKE: "Alt+T"}
    assert keys.mine(store, rita) == {Step.TAKE: "Alt+T"}
    assert keys.choose(store, rita, {Step.TAKE: "  "}) == {}
    assert keys.mine(store, rita) == {}
    with store.read() as tx:
        assert [e.action for e in ledger.recent(tx, f"person:{rita.id}", 2)] == ["keys.chosen"] * 2


def test_a_mistake_changes_nothing(store: Store, rita: Person) -> None:
    keys.choose(store, rita, {Step.TAKE: "T"})
    with pytest.raises(IllegalStep):
        keys.choose(store, rita, {Step.TAKE: "Enter"})
    assert keys.mine(store, rita) == {Step.TAKE: "T"}


def test_each_has_their_own_and_an_erased_person_none(store: Store, rita: Person) -> None:
    otto = people.add(store, shell(), "otto@council.example", "Otto", [Role.SECOND_REVIEWER], None)
    keys.choose(store, rita, {Step.TAKE: "T"})
    keys.choose(store, otto, {Step.TAKE: "U"})
    with store.write() as tx:
        unname(tx, int(rita.id or 0), rita.email, [rita.email])
    assert keys.mine(store, otto) == {Step.TAKE: "U"}
    assert keys.mine(store, rita) == {}


@pytest.mark.parametrize("role", [Role.OWNER, Role.PANEL, Role.ANALYST, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_who_reviews(sqlite_store: Store, role: Role) -> None:
    who = people.add(sqlite_store, shell(), "x@council.example", "X", [role], None)
    with pytest.raises(NotAllowed):
        keys.choose(sqlite_store, who, {Step.TAKE: "T"})
    with pytest.raises(NotAllowed):
        keys.mine(sqlite_store, who)


def test_the_shell_has_no_keys(sqlite_store: Store, rita: Person) -> None:
    with pytest.raises(NotAllowed, match="sign in first"):
        keys.mine(sqlite_store, replace(rita, id=None))
