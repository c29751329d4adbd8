"""What people want to be told: one's own choice, on record, and what cannot be chosen."""

import pytest

from data.errors import IllegalStep, NotAllowed
from data.model import Role
from data.notice import ALWAYS, Frequency, Kind, Preference, Reach
from data.services import access, erasure, people, preferences
from data.services.actors import shell
from data.services.erasure import Asked
from data.store import ledger
from data.store.engine import Store
from tests.support.notices import Staff, staff

CHOICE = Preference(frozenset({Kind.APPEAL}), frozenset({"Environment"}), Frequency.WEEKLY, Reach.TEAM)


@pytest.fixture
def who(store: Store) -> Staff:
    """The people."""
    return staff(store)


def test_who_has_said_nothing_gets_what_is_usual(store: Store, who: Staff) -> None:
    assert preferences.mine(store, who.ann) == Preference()


def test_a_choice_is_kept_and_replaced(store: Store, who: Staff) -> None:
    preferences.choose(store, who.ann, CHOICE)
    assert preferences.mine(store, who.ann) == CHOICE
    assert preferences.mine(store, who.ben) == Preference()
    preferences.choose(store, who.ann, Preference())
    assert preferences.mine(store, who.ann) == Preference()


def test_a_choice_is_on_record(store: Store, who: Staff) -> None:
    preferences.choose(store, who.ann, CHOICE)
    with store.read() as tx:
        newest = ledger.recent(tx, f"person:{who.ann.id}")[0]
    assert (newest.action, newest.actor) == ("notices.chosen", f"person:{who.ann.id}")


@pytest.mark.parametrize("kind", sorted(ALWAYS))
def test_being_heard_is_no_choice(store: Store, who: Staff, kind: Kind) -> None:
    with pytest.raises(IllegalStep, match="nobody is judged unheard"):
        preferences.choose(store, who.owner, Preference(off=frozenset({kind})))


def test_what_is_no_choice_is_told(store: Store, who: Staff) -> None:
    with pytest.raises(IllegalStep, match="comes never"):
        preferences.choose(store, who.ann, Preference(off=frozenset({Kind.DIGEST})))
    with pytest.raises(IllegalStep, match="no department Nowhere"):
        preferences.choose(store, who.ann, Preference(departments=frozenset({"Nowhere"})))
    assert preferences.mine(store, who.ann) == Preference()


def test_the_shell_and_who_left_have_none(store: Store, who: Staff) -> None:
    with pytest.raises(NotAllowed, match="sign in first"):
        preferences.choose(store, shell(), CHOICE)
    people.set_active(store, shell(), who.ann.email, active=False)
    gone = next(p for p in people.everyone(store) if p.email == who.ann.email)
    with pytest.raises(NotAllowed):
        preferences.mine(store, gone)


def test_kinds_are_those_of_ones_roles(store: Store, who: Staff) -> None:
    assert preferences.kinds(who.ann) == (Kind.URGENT, Kind.APPEAL, Kind.QUESTION)
    assert preferences.kinds(who.ada) == (Kind.SILENCE,)
    assert preferences.kinds(who.owner) == (Kind.RENEWAL, Kind.SUPPORT_DUE)
    both = people.set_roles(store, shell(), who.ann.email, [Role.REVIEWER, Role.OWNER])
    assert len(preferences.kinds(both)) == 5


def test_departments_are_those_of_the_register(store: Store, who: Staff) -> None:
    assert preferences.departments(store, who.ann) == ("Environment",)


def test_a_person_is_given_their_choice_and_can_be_erased(store: Store, who: Staff) -> None:
    preferences.choose(store, who.ann, CHOICE)
    told = access.about(store, who.ada, who.ann.email)
    assert any(rows and "kinds_off" in rows[0] for rows in told.sections.values())
    erasure.erase_person(store, Asked(shell(), "They asked for it."), who.ann.email)
    assert preferences.mine(store, who.ben) == Preference()
