"""Views that people keep: their own, under a name, holding only what the page knows; gone with the person."""

import pytest

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person, Role
from data.services import people, views
from data.services.actors import shell
from data.services.erasure import Asked, erase_person
from data.store import ledger
from data.store.engine import Store

ASKED = {"cut": "Quarters", "by": "Department", "only-department": "Parks & <b>", "x": "y"}


@pytest.fixture
def ana(store: Store) -> Person:
    return people.add(store, shell(), "ana@council.example", "Ana", [Role.ANALYST], None)


@pytest.fixture
def pat(store: Store) -> Person:
    return people.add(store, shell(), "pat@council.example", "Pat", [Role.PANEL], None)


def kept(store: Store, who: Person) -> dict[str, str]:
    return {row.name: row.query for row in views.mine(store, who)}


def test_a_view_is_one_s_own(store: Store, ana: Person, pat: Person) -> None:
    views.keep(store, ana, "  Parks \n by quarter ", ASKED)
    assert kept(store, ana) == {"Parks by quarter": "cut=Quarters&by=Department&only-department=Parks+%26+%3Cb%3E"}
    assert kept(store, pat) == {}
    with pytest.raises(NotFound):
        views.forget(store, pat, "Parks by quarter")
    views.forget(store, ana, "Parks by quarter")
    assert kept(store, ana) == {}
    with store.read() as tx:
        assert [e.action for e in ledger.entries(tx)][-2:] == ["view.kept", "view.forgotten"]


def test_the_same_name_is_replaced(store: Store, ana: Person) -> None:
    views.keep(store, ana, "Mine", {"cut": "Weeks"})
    views.keep(store, ana, "Mine", {})
    assert kept(store, ana) == {"Mine": ""}


def test_a_query_comes_back_as_it_was_asked() -> None:
    wanted = {key: value for key, value in ASKED.items() if key != "x"}
    assert views.read(views.written(ASKED)) == wanted
    assert views.read("cut=Weeks&evil=1&cut") == {"cut": "Weeks"}
    assert views.written({"cut": "", "back-cast": "true"}) == "back-cast=true"


@pytest.mark.parametrize(("name", "asked"), [("", {}), (" \n ", {}), ("x" * 81, {}), ("x", {"cut": "y" * 1001})])
def test_what_cannot_be_kept(store: Store, ana: Person, name: str, asked: dict[str, str]) -> None:
    with pytest.raises(IllegalStep, match="80 characters at most"):
        views.keep(store, ana, name, asked)


def test_there_is_an_end_to_it(store: Store, ana: Person) -> None:
    for n in range(views.MOST):
        views.keep(store, ana, f"View {n}", {})
    with pytest.raises(IllegalStep, match="Forget one first"):
        views.keep(store, ana, "One more", {})
    views.keep(store, ana, "View 7", {"cut": "Weeks"})
    assert len(kept(store, ana)) == views.MOST


def test_owners_and_the_shell_keep_none(store: Store, ana: Person) -> None:
    owner = people.add(store, shell(), "o@council.example", "O", [Role.OWNER], None)
    with pytest.raises(NotAllowed):
        views.mine(store, owner)
    for act in (lambda: views.mine(store, shell()), lambda: views.keep(store, shell(), "x", {})):
        with pytest.raises(NotAllowed, match="sign in first"):
            act()


def test_views_go_with_the_person(store: Store, ana: Person) -> None:
    admin = people.add(store, shell(), "ada@council.example", "Ada Moss", [Role.ADMINISTRATOR], None)
    views.keep(store, ana, "Mine", {"only-department": "Parks"})
    erase_person(store, Asked(admin, "They asked."), ana.email)
    assert kept(store, Person(ana.email, "", ana.roles, id=ana.id)) == {}
