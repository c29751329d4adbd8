"""Alerts that everyone here is kept from are named, with the reason."""

import pytest

from data.config import Settings
from data.model import Outcome, Person, Role
from data.policy import default
from data.services import appeals, at_work, people, review, stranded
from data.services.actors import shell
from data.services.policy import put_in_force
from data.services.review import Seen
from data.services.stranded import Stranded
from data.store import accounts, alerts
from data.store.engine import Store
from tests.support.judgements import UPHELD, another, decide, post_and_scan, reviewer


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer; account bins has two alerts."""
    post_and_scan(store, "bins", ["what a clown", "what a clown, again"])
    return reviewer(store)


def found(store: Store) -> tuple[Stranded, ...]:
    with store.read() as tx:
        return stranded.found(tx)


def seen(store: Store, number: int = 1) -> Seen:
    with store.read() as tx:
        return review.seen(alerts.get(tx, number))


def linked(store: Store, who: Person, link: str) -> None:
    with store.write() as tx:
        accounts.hold(tx, "bins", int(who.id or 0), link, store.now())


def test_with_a_free_reviewer_nothing_is_stranded(store: Store, rita: Person) -> None:
    assert found(store) == ()


def test_without_any_reviewer_everything_is(store: Store, rita: Person) -> None:
    people.set_active(store, shell(), rita.email, False)
    assert [(one.alert_id, one.why) for one in found(store)] == [(1, stranded.NOBODY), (2, stranded.NOBODY)]


@pytest.mark.parametrize("link", ["owner", "deputy", "may_post", "line_manager"])
def test_where_everyone_has_the_account_in_their_hands(store: Store, rita: Person, link: str) -> None:
    linked(store, rita, link)
    assert {one.why for one in found(store)} == {stranded.HOLDERS}
    another(store)
    assert found(store) == ()


def test_an_appeal_that_nobody_may_hear_is_named_until_somebody_joins(store: Store, rita: Person) -> None:
    jo = people.add(store, shell(), "owner@bins.example", "Jo", [Role.OWNER], None)
    decide(store, rita, 1, UPHELD)
    appeals.appeal(store, jo, seen(store), "It was a joke.")
    [one] = found(store)
    assert (one.alert_id, one.why) == (1, stranded.APPEAL)
    uma = another(store)
    assert found(store) == ()
    decide(store, uma, 1, UPHELD)
    assert found(store) == ()


def test_a_second_look_that_nobody_is_left_for_is_named(store: Store, rita: Person) -> None:
    put_in_force(store, shell(), default().content.replace("second_look = []", 'second_look = ["advice"]'), "p")
    post_and_scan(store, "parks", ["a clown in the park"])
    assert UPHELD.outcome is Outcome.ADVICE
    decide(store, rita, 3, UPHELD)
    assert [(one.alert_id, one.why) for one in found(store)] == [(3, stranded.SECOND)]
    another(store)
    assert found(store) == ()


def test_an_alert_that_is_decided_is_not_told_of(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    linked(store, rita, "deputy")
    assert [one.alert_id for one in found(store)] == [2]


def test_the_page_of_health_has_them(store: Store, rita: Person) -> None:
    ada = people.add(store, shell(), "ada@council.example", "Ada", [Role.ADMINISTRATOR], None)
    linked(store, rita, "deputy")
    condition = at_work.condition(store, ada, Settings())
    assert [one.alert_id for one in condition.stranded] == [1, 2]
