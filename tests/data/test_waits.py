"""The numbers of a digest: what waits for each role, and nothing of what is not theirs."""

from dataclasses import replace

import pytest

from data.errors import NoticeError
from data.model import Role
from data.notice import Preference
from data.services import appeals, candidates, drafts, people, review, waits
from data.services.actors import shell
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.notices import DOMAIN, INSULT, RULES, Post, Staff, decide, posted, round_of, seen, staff
from tests.support.posts import item, store_items
from tests.support.register import add, row

USUAL = Preference()


@pytest.fixture
def who(store: Store) -> Staff:
    """The people."""
    return staff(store)


def test_nothing_waits(store: Store, who: Staff) -> None:
    for person in (who.ann, who.owner, who.ada):
        assert waits.of_person(store, RULES, person, USUAL) == {}
    assert waits.of_team(store) == {}


def test_reviewers_and_the_team_are_told_of_alerts_and_questions(store: Store, who: Staff) -> None:
    one, two = posted(store, INSULT, f"{INSULT}!")
    decide(store, who.ann, one)
    appeals.appeal(store, who.owner, seen(store, one), "Look again.")
    review.claim(store, who.ann, seen(store, two))
    drafts.ask_officer(store, who.owner, "May I?", "")
    told = {"to_review": 1, "appealed": 1, "questions": 1}
    assert waits.of_person(store, RULES, who.ben, USUAL) == told
    assert waits.of_team(store) == told
    assert waits.of_person(store, RULES, who.ada, USUAL) == {}


def test_departments_narrow_the_alerts(store: Store, who: Staff) -> None:
    add(store, row("events", department="Culture", owner_email=f"owner@{DOMAIN}"))
    posted(store, INSULT)
    elsewhere = Preference(departments=frozenset({"Culture"}))
    assert waits.of_person(store, RULES, who.ann, elsewhere) == {}
    assert waits.of_person(store, RULES, who.ann, Preference(departments=frozenset({"Environment"}))) != {}


def test_holders_are_told_of_replies_and_support(store: Store, who: Staff) -> None:
    one, two = posted(store, INSULT, f"{INSULT}!")
    review.ask_reply(store, who.ann, seen(store, one))
    decide(store, who.ann, two)
    assert waits.of_person(store, RULES, who.owner, USUAL) == {"replies": 1, "support": 1}


def test_the_panel_and_the_administrator_are_told_of_the_office(store: Store, who: Staff, clock: FakeClock) -> None:
    add(store, row("museum", renewal_date="", owner_email=f"owner@{DOMAIN}"))
    store_items(store, "bins", item(9, "See @fernbrook_lib"))
    candidates.search(store, ["fernbrook"])
    pat = people.add(store, shell(), f"pat@{DOMAIN}", "Pat", [Role.PANEL], None)
    assert waits.of_person(store, RULES, pat, USUAL) == {"panel": 1}
    clock.move(days=2)
    found = waits.of_person(store, replace(RULES, silence_hours=26.0), who.ada, USUAL)
    assert (found["silent"], found["candidates"]) == (1, 1)
    assert "panel" not in found


def test_notices_that_fail_are_told_the_administrator(store: Store, who: Staff) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    round_of(store, Post(errors=[NoticeError("It cannot be reached.", channel=True)]))
    assert waits.of_person(store, RULES, who.ada, USUAL) == {"unsent": 1}


def test_several_roles_add_up(store: Store, who: Staff) -> None:
    number = posted(store, INSULT)[0]
    review.ask_reply(store, who.ann, seen(store, number))
    both = people.set_roles(store, shell(), who.owner.email, [Role.OWNER, Role.REVIEWER])
    posted(store, INSULT)
    assert waits.of_person(store, RULES, both, USUAL) == {"replies": 1}
