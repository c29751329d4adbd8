"""What an administrator does to people from a page, and what nobody may do there."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.errors import IllegalStep, NotAllowed
from data.model import Person, Role
from data.services import identity, people, staff_room
from data.services.actors import shell
from data.services.identity import Vouched
from data.services.staff_room import Member
from data.store import ledger
from data.store.engine import Store

EMAIL, PASSWORD, OTHER = "rita@council.example", "correct horse battery", "another long password"
People = Callable[..., Person]


@pytest.fixture
def ada(store: Store, person: People) -> Person:
    return person(store, "ada@council.example", Role.ADMINISTRATOR)


@pytest.fixture
def rita(store: Store, person: People) -> Person:
    return person(store, EMAIL, Role.REVIEWER, password=PASSWORD)


def member(store: Store, who: Person, email: str = EMAIL) -> Member:
    return next(m for m in staff_room.everyone(store, who) if m.person.email == email)


def details(store: Store, action: str) -> list[object]:
    with store.read() as tx:
        return [json.loads(e.detail or "") for e in ledger.entries(tx) if e.action == action]


def test_everyone_is_listed_with_their_sign_ins(store: Store, ada: Person, rita: Person) -> None:
    assert (member(store, ada).signed_in, member(store, ada).until) == (0, None)
    for _ in range(2):
        people.sign_in(store, EMAIL, PASSWORD)
    found = member(store, ada)
    assert (found.signed_in, found.until, found.password) == (2, store.now() + people.SESSION, True)
    assert found.person == rita
    assert not member(store, ada, ada.email).password


def test_someone_new_joins_and_nobody_is_overwritten(store: Store, ada: Person) -> None:
    made = staff_room.join(store, ada, "Omar@council.example", " Omar ", [Role.OWNER], PASSWORD)
    assert (made.email, made.name, set(made.roles)) == ("omar@council.example", "Omar", {Role.OWNER})
    with pytest.raises(IllegalStep, match="is known here already"):
        staff_room.join(store, ada, "omar@council.example", "Mallory", [Role.ADMINISTRATOR], OTHER)
    assert people.sign_in(store, "omar@council.example", PASSWORD)
    assert not member(store, ada, staff_room.join(store, ada, "u@council.example", "U", [], "").email).password


@pytest.mark.parametrize("email", ["", "nobody", "a b@council.example"])
def test_an_address_that_is_none_is_refused(store: Store, ada: Person, email: str) -> None:
    with pytest.raises(IllegalStep):
        staff_room.join(store, ada, email, "X", [], "")


def test_a_password_is_set_ends_sign_ins_and_shows_nowhere(store: Store, ada: Person, rita: Person) -> None:
    token = people.sign_in(store, EMAIL, PASSWORD)
    with pytest.raises(IllegalStep, match="at least 12"):
        staff_room.set_password(store, ada, EMAIL, "short")
    assert people.who(store, token) is not None
    staff_room.set_password(store, ada, EMAIL, OTHER)
    assert people.who(store, token) is None
    with pytest.raises(NotAllowed):
        people.sign_in(store, EMAIL, PASSWORD)
    assert people.who(store, people.sign_in(store, EMAIL, OTHER)) == rita
    assert details(store, "person.password") == [{}]


def test_sign_ins_are_ended_and_a_person_shut_out(store: Store, ada: Person, rita: Person) -> None:
    token = people.sign_in(store, EMAIL, PASSWORD)
    staff_room.sign_out(store, ada, EMAIL)
    assert people.who(store, token) is None
    token = people.sign_in(store, EMAIL, PASSWORD)
    staff_room.set_active(store, ada, EMAIL, False)
    assert people.who(store, token) is None
    with pytest.raises(NotAllowed):
        people.sign_in(store, EMAIL, PASSWORD)
    staff_room.set_active(store, ada, EMAIL, True)
    assert people.who(store, people.sign_in(store, EMAIL, PASSWORD)) == rita


def test_a_link_to_another_service_is_forgotten(store: Store, ada: Person, rita: Person) -> None:
    identity.sign_in(store, Vouched("https://login.example", "7", rita.email))
    assert member(store, ada).linked == 1
    assert staff_room.unlink(store, ada, EMAIL) == 1
    assert (member(store, ada).linked, member(store, ada).signed_in) == (0, 0)
    with store.read() as tx:
        last = list(ledger.entries(tx))[-1]
    assert (last.actor, last.action) == (f"person:{ada.id}", "person.unlinked")


def test_the_last_administrator_keeps_the_role(store: Store, ada: Person, rita: Person) -> None:
    for step in (
        lambda: staff_room.set_roles(store, ada, ada.email, [Role.PANEL]),
        lambda: staff_room.set_active(store, ada, ada.email, False),
    ):
        with pytest.raises(IllegalStep, match="last administrator"):
            step()
    both = staff_room.set_roles(store, ada, EMAIL, [Role.REVIEWER, Role.ADMINISTRATOR])
    assert both.roles == rita.roles | {Role.ADMINISTRATOR}
    assert staff_room.set_roles(store, ada, ada.email, [Role.PANEL]).roles == {Role.PANEL}


def test_two_administrators_cannot_take_each_other_s_role_at_once(store: Store, ada: Person) -> None:
    bea = staff_room.join(store, ada, "bea@council.example", "Bea", [Role.ADMINISTRATOR], "")

    def attempt(pair: tuple[Person, Person]) -> str:
        try:
            staff_room.set_roles(store, pair[0], pair[1].email, [Role.PANEL])
        except IllegalStep as error:
            return str(error)
        return ""

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(attempt, [(ada, bea), (bea, ada)]))
        assert sum("last administrator" in one for one in said) == 1
        for one in (ada, bea):
            people.set_roles(store, shell(), one.email, [Role.ADMINISTRATOR])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_does_any_of_it(store: Store, person: People, rita: Person, role: Role) -> None:
    someone = person(store, "s@council.example", role)
    steps: list[Callable[[], object]] = [
        lambda: staff_room.everyone(store, someone),
        lambda: staff_room.join(store, someone, "n@council.example", "N", [], ""),
        lambda: staff_room.set_roles(store, someone, EMAIL, list(Role)),
        lambda: staff_room.set_active(store, someone, EMAIL, False),
        lambda: staff_room.set_password(store, someone, EMAIL, OTHER),
        lambda: staff_room.sign_out(store, someone, EMAIL),
        lambda: staff_room.unlink(store, someone, EMAIL),
    ]
    for step in steps:
        with pytest.raises(NotAllowed):
            step()
    assert people.who(store, people.sign_in(store, EMAIL, PASSWORD)) == rita
