"""The page of people: administrators alone, each step recorded, no password ever shown."""

import pytest

from data.model import Person, Role
from data.services import people
from data.store import people as stored
from data.store.engine import Store
from tests.support.filled import PASSWORD, Council
from tests.support.opened import fill, refused
from tests.support.screen import buttons, opened, press, words

OTHER = "another long password"


def now(store: Store, person: Person) -> Person:
    with store.read() as tx:
        return stored.get(tx, person.email)


@pytest.mark.parametrize("role", ["reviewer", "second", "panel", "owner"])
def test_other_roles_get_a_sentence(sqlite_store: Store, council: Council, role: str) -> None:
    page = opened(sqlite_store, getattr(council, role), "people")
    assert refused(page)
    assert "fernbrook.example" not in words(page).replace(getattr(council, role).email, "")


def test_everyone_is_listed_and_can_be_found(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "people")
    assert "6 people are known, 6 with a role." in words(page)
    fill(page, "people-sought", "PRIYA").run()
    assert "Priya Lowe" in words(page)
    assert "Jo Field" not in words(page)


def test_someone_is_added_and_signs_in(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "people")
    fill(page, "join-email", "New@fernbrook.example")
    fill(page, "join-name", "<b>Nia</b>")
    fill(page, "join-roles", [Role.ANALYST])
    fill(page, "join-password", "short")
    assert "at least 12 characters" in words(press(page, "Add them"))
    fill(page, "join-password", OTHER)
    shown = words(press(page, "Add them"))
    assert "New@fernbrook.example is added." in shown
    assert "<b>Nia" not in "".join(block.proto.body for block in page.html)
    assert OTHER not in shown
    token = people.sign_in(sqlite_store, "new@fernbrook.example", OTHER)
    assert people.who(sqlite_store, token).roles == {Role.ANALYST}  # type: ignore[union-attr]
    assert "is known here already" in words(press(fill(page, "join-email", "new@fernbrook.example"), "Add them"))


def test_roles_change_and_the_last_administrator_stays(sqlite_store: Store, council: Council) -> None:
    panel, admin = council.panel, council.administrator
    page = opened(sqlite_store, admin, "people", who=int(panel.id or 0))
    fill(page, f"roles-{panel.id}", [Role.PANEL, Role.ANALYST])
    assert "has now: analyst and panel member." in words(press(page, "Change the roles"))
    assert now(sqlite_store, panel).roles == {Role.PANEL, Role.ANALYST}
    page = opened(sqlite_store, admin, "people", who=int(admin.id or 0))
    fill(page, f"roles-{admin.id}", [])
    assert "is the last administrator" in words(press(page, "Change the roles"))
    assert "is the last administrator" in words(press(page, "They may no longer sign in"))
    assert now(sqlite_store, admin).roles == {Role.ADMINISTRATOR}


def test_a_password_is_set_and_sign_ins_end(sqlite_store: Store, council: Council) -> None:
    token = people.sign_in(sqlite_store, council.panel.email, PASSWORD)
    page = opened(sqlite_store, council.administrator, "people", who=int(council.panel.id or 0))
    assert "signed in until" in words(page)
    fill(page, f"password-{council.panel.id}", OTHER)
    shown = words(press(page, "Set the password"))
    assert "their sign-ins are ended" in shown
    assert OTHER not in shown
    assert people.who(sqlite_store, token) is None
    assert "not signed in" in shown


def test_sign_ins_are_ended_and_a_person_shut_out(sqlite_store: Store, council: Council) -> None:
    token = people.sign_in(sqlite_store, council.panel.email, PASSWORD)
    page = opened(sqlite_store, council.administrator, "people", who=int(council.panel.id or 0))
    press(page, "End their sign-ins")
    assert people.who(sqlite_store, token) is None
    assert "End their sign-ins" not in buttons(page)
    assert "may no longer sign in" in words(press(page, "They may no longer sign in"))
    assert not now(sqlite_store, council.panel).active
    press(page, "Let them sign in again")
    assert now(sqlite_store, council.panel).active


def test_a_made_up_number_shows_everyone(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.administrator, "people", who="99; drop"))
    assert "6 people are known" in page
    assert "Add them" in page
