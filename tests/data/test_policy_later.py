"""A policy put down for later: what is judged meanwhile resolves against the one in force then."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from classifier.scan import scan
from data import policy as policies
from data.errors import IllegalStep, NotAllowed, NotFound, PolicyError
from data.model import Category, Person, Role
from data.services import policy as service
from data.services.actors import shell
from data.store import alerts, ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import post_and_scan
from tests.support.posts import WordJudge

TEXT = policies.DEFAULT.read_text(encoding="utf-8")
ZONE = "Europe/London"
LATER = date(2026, 12, 1)
People = Callable[..., Person]


def version(name: str) -> str:
    return TEXT.replace('version = "2026-11"', f'version = "{name}"')


def in_force(store: Store) -> str:
    with store.write() as tx:
        return service.current(tx, store.now()).policy.version


def actions(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as tx:
        return [(e.action, e.detail) for e in ledger.entries(tx) if e.action.startswith("policy.")]


def change(store: Store, name: str, day: date = LATER, reason: str = "The panel asked.") -> service.Kept:
    return service.change(store, shell(), ZONE, version(name), day, reason)


def test_it_comes_into_force_when_its_day_begins_here(store: Store, clock: FakeClock) -> None:
    assert in_force(store) == "2026-11"
    kept = change(store, "winter")
    assert (kept.later, kept.in_force) == (True, False)
    assert kept.begins == service.first_moment(LATER, ZONE)
    assert in_force(store) == "2026-11"
    clock.now = kept.begins - timedelta(seconds=1)
    assert in_force(store) == "2026-11"
    clock.now = kept.begins
    assert in_force(store) == "winter"
    assert [action for action, _ in actions(store)] == ["policy.in_force", "policy.schedule"]


def test_an_alert_resolves_against_the_version_in_force_when_it_was_raised(store: Store, clock: FakeClock) -> None:
    change(store, "winter")
    clock.move(days=1)
    service.put_in_force(store, shell(), version("autumn"), "p")
    post_and_scan(store, "bins", ["what a clown"])
    assert of_first(store) == "autumn"
    clock.now = service.first_moment(LATER, ZONE)
    list(scan(store, WordJudge({"clown": Category.HARASSMENT}, hash="c" * 64)))
    assert of_first(store) == "winter"  # put down before autumn, in force after it


def of_first(store: Store) -> str:
    with store.read() as tx:
        assert alerts.hits(tx, 1)
        return service.of_alert(tx, 1)[1].version


def test_today_means_at_once_and_a_day_that_began_is_refused(store: Store) -> None:
    assert change(store, "now", store.now().date()).in_force
    assert in_force(store) == "now"
    with pytest.raises(IllegalStep, match="never on one that has begun"):
        change(store, "late", store.now().date() - timedelta(days=1))


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_change_needs_a_reason_and_a_policy_that_holds(store: Store, reason: str) -> None:
    with pytest.raises(IllegalStep, match="Say in a few words why"):
        change(store, "x", reason=reason)
    with pytest.raises(PolicyError):
        service.change(store, shell(), ZONE, "version = 1", LATER, "why")
    assert in_force(store) == "2026-11"


def test_a_change_can_be_taken_back_until_it_is_in_force(store: Store, clock: FakeClock) -> None:
    assert in_force(store) == "2026-11"
    kept = change(store, "winter")
    with pytest.raises(IllegalStep, match="why the change is taken back"):
        service.withdraw(store, shell(), kept.id, " ")
    service.withdraw(store, shell(), kept.id, "Too soon.")
    assert "Too soon." in str(actions(store)[-1][1])
    clock.now = kept.begins
    assert in_force(store) == "2026-11"
    with pytest.raises(NotFound):
        service.withdraw(store, shell(), kept.id, "Again.")
    [only] = service.versions(store, shell())
    with pytest.raises(IllegalStep, match="came into force already"):
        service.withdraw(store, shell(), only.id, "No.")


def test_every_version_is_listed_with_who_and_since_when(store: Store, person: People) -> None:
    ada = person(store, "ada@council.example", Role.ADMINISTRATOR)
    assert in_force(store) == "2026-11"
    service.change(store, ada, ZONE, version("winter"), LATER, "Why not.")
    listed = [(v.policy.version, v.actor, v.in_force, v.later) for v in service.versions(store, ada)]
    assert listed == [("winter", "Ada", False, True), ("2026-11", "postreeve", True, False)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_change_it(store: Store, person: People, role: Role) -> None:
    someone = person(store, "s@council.example", role)
    with pytest.raises(NotAllowed):
        service.change(store, someone, ZONE, version("x"), LATER, "why")
    with pytest.raises(NotAllowed):
        service.withdraw(store, someone, 1, "why")
    if role is Role.OWNER:
        with pytest.raises(NotAllowed):
            service.versions(store, someone)
    else:
        assert service.versions(store, someone)
