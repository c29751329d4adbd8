"""What is gathered for publication: counted from the store, never naming an account that stands alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from data.config import Settings
from data.errors import NotAllowed, UseError
from data.model import Person, Role
from data.services import openness
from data.services.actors import shell
from data.services.openness import OTHER, pooled
from data.store import involvement, requests
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import (
    CANNOT_TELL,
    JUDGE,
    NOT_UPHELD,
    UPHELD,
    another,
    appeal,
    decide,
    post_and_scan,
    reviewer,
)

AddPerson = Callable[..., Person]
SETTINGS = Settings()


@dataclass
class Step:
    """An event as the store gives it."""

    action: str
    from_status: str = "claimed"
    detail: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer; three service accounts with three alerts each."""
    for account in ("bins", "parks", "swim"):
        post_and_scan(store, account, [f"{account} clown {n}" for n in range(3)] + ["Bin day is Friday."])
    return reviewer(store)


def test_an_empty_store_has_nothing_to_say_and_says_it(store: Store) -> None:
    found = openness.facts(store, shell(), SETTINGS)
    assert (found.posts, found.kinds, found.characteristics, found.model, found.sample) == (0, (), (), None, None)
    assert found.policy.policy.version
    assert found.kept_for["posts"] == "730 days (2 years)"


def test_alerts_are_counted_by_what_became_of_them(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    for number in (2, 3):
        decide(store, rita, number, NOT_UPHELD)
    decide(store, rita, 4, CANNOT_TELL)
    found = openness.facts(store, shell(), SETTINGS)
    [kind] = found.kinds
    assert (kind.name, kind.texts, kind.counts) == ("service", 12, [1, 2, 1, 5])
    [purpose] = found.purposes
    assert (purpose.name, purpose.counts) == ("Service news", [1, 2, 1, 5])
    assert {g.name: sum(g.counts) for g in found.characteristics} == {"none named": 9}
    assert found.model is not None
    assert (found.model["hash"], found.card) == (JUDGE.hash, None)
    assert (found.posts, found.assessed["full"]) == (12, 12)


def test_only_posts_of_the_time_count(store: Store, rita: Person) -> None:
    found = openness.facts(store, shell(), SETTINGS, date(2026, 11, 2), date(2026, 11, 22))
    assert (found.posts, found.kinds[0].texts, sum(found.kinds[0].counts)) == (0, 0, 0)
    with pytest.raises(UseError, match="--from 2026-11-02 lies after --to 2026-11-01"):
        openness.facts(store, shell(), SETTINGS, date(2026, 11, 2), date(2026, 11, 1))


def test_appeals_are_counted_when_they_change_the_judgement(store: Store, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    appeal(store, 1)
    decide(store, another(store), 1, NOT_UPHELD)
    found = openness.facts(store, shell(), SETTINGS).involved
    assert (found.appealed, found.heard, found.overturned) == (1, 1, 1)


def test_a_card_counts_only_for_the_model_that_judged(store: Store, rita: Person) -> None:
    for model, known in (("f" * 64, False), (JUDGE.hash, True)):
        with store.write() as tx:
            number = requests.ask(tx, openness.CARD, {}, "x", store.now())
            requests.answer(tx, number, {}, {"hash": model, "figures": {}}, store.now(), "")
        assert (openness.facts(store, shell(), SETTINGS).card is not None) is known


def test_it_takes_someone_who_may_export(store: Store, person: AddPerson) -> None:
    for role in (Role.REVIEWER, Role.PANEL, Role.OWNER, Role.AUDITOR):
        with pytest.raises(NotAllowed, match="export rows"):
            openness.facts(store, person(store, f"{role.replace('_', '.')}@council.example", role), SETTINGS)
    openness.facts(store, person(store, "ana@council.example", Role.ANALYST), SETTINGS)


@pytest.mark.parametrize(
    ("groups", "left"),
    [
        ("aaabbb", {"a": 3, "b": 3}),
        ("aaabb", {OTHER: 5}),
        ("aaaabbbcc", {"a": 4, OTHER: 5}),
        ("aaabbcc", {"a": 3, OTHER: 4}),
        ("ab", {OTHER: 2}),
        ("", {}),
    ],
)
def test_no_group_of_one_or_two_accounts_is_told_apart(groups: Sequence[str], left: dict[str, int]) -> None:
    found = list(pooled({str(n): name for n, name in enumerate(groups)}).values())
    assert {name: found.count(name) for name in set(found)} == left


def test_one_account_of_a_kind_never_stands_alone(store: Store, rita: Person) -> None:
    from tests.support.register import add, row

    add(store, row("mayor", kind="corporate", deputy_emails="d@mayor.example"))
    names = [group.name for group in openness.facts(store, shell(), SETTINGS).kinds]
    assert names == [OTHER]


@pytest.mark.parametrize(
    ("steps", "changed"),
    [
        ([], []),
        ([Step("decide", detail={"judgement": "upheld"})], []),
        (
            [
                Step("decide", detail={"judgement": "upheld"}),
                Step("appeal"),
                Step("decide", "appealed", {"judgement": "upheld"}),
            ],
            [False],
        ),
        (
            [
                Step("decide", detail={"judgement": "upheld"}),
                Step("undo"),
                Step("decide", detail={"judgement": "cannot_tell"}),
                Step("decide", "appealed", {"judgement": "not_upheld"}),
            ],
            [True],
        ),
    ],
)
def test_what_was_appealed_is_compared_with_what_stood(steps: Sequence[Any], changed: list[bool]) -> None:
    assert involvement.appeals(steps) == changed


def test_asking_and_answering_count_once_an_alert(store: Store, rita: Person, clock: FakeClock) -> None:
    from data.services import people, review
    from data.store import alerts

    owner = people.add(store, shell(), "owner@bins.example", "Jo", [Role.OWNER], None)
    for _ in range(2):
        with store.read() as tx:
            seen = review.seen(alerts.get(tx, 1))
        if _ == 0:
            review.ask_reply(store, rita, seen)
        review.reply(store, owner, 1, "It was a circus.")
    found = openness.facts(store, shell(), SETTINGS).involved
    assert (found.asked, found.replied, found.taken_back) == (1, 1, 0)
