"""Posts are commended by people, lessons drawn from decisions; neither names anyone, both go with what they rest on."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person, Role
from data.services import appeals, commending, lessons, people, renewal, review
from data.services.actors import shell
from data.services.erasure import Asked, erase_person, erase_post
from data.store import alerts, learning, ledger
from data.store.engine import Store
from tests.support.judgements import NOT_UPHELD, appeal, decide
from tests.support.rights import CLOWN, Office, office, posted, told

ZONE = "Europe/London"
LESSON = "A joke about a person is read by that person too. Joke about the weather."
Rows = Callable[[Store, str], list[tuple[object, ...]]]


@pytest.fixture
def who(store: Store) -> Office:
    """Post 1 was flagged and upheld, posts 2 and 3 are ordinary."""
    made = office(store)
    posted(store, "The new glass bank is open.", "Thank you for your patience.", CLOWN)
    told(store, made, 1)
    return made


@pytest.fixture
def panel(store: Store) -> Person:
    return people.add(store, shell(), "pat@council.example", "Pat Lowe", [Role.PANEL], None)


def flagged(store: Store) -> int:
    with store.read() as tx:
        return int(alerts.get(tx, 1).post_id)


def plain(store: Store) -> list[int]:
    """Return the posts without an alert."""
    return [n for n in (1, 2, 3) if n != flagged(store)]


def actions(store: Store) -> list[str]:
    with store.read() as tx:
        return [e.action for e in ledger.entries(tx)]


def test_a_post_is_commended_with_a_reason_and_on_record(store: Store, who: Office, panel: Person) -> None:
    first, second = plain(store)
    commending.commend(store, who.reviewer, first, "Plain,  and  says what\nto do.")
    number = commending.commend(store, panel, first, "Short.")
    commending.commend(store, panel, second, "Warm.")
    found = commending.of_mine(store, who.owner)
    assert [row.reason for row in found] == ["Warm.", "Short.", "Plain, and says what to do."]
    assert [row.reason for row in commending.of_account(store, panel, "bins")] == [row.reason for row in found]
    assert actions(store).count("post.commend") == 3
    commending.withdraw(store, panel, number)
    assert "Short." not in [row.reason for row in commending.of_mine(store, who.owner)]
    assert actions(store)[-1] == "post.not_commended"


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 601])
def test_a_reason_is_needed(store: Store, who: Office, reason: str) -> None:
    with pytest.raises(IllegalStep, match="what went well"):
        commending.commend(store, who.reviewer, plain(store)[0], reason)


def test_what_is_not_commended(store: Store, who: Office, panel: Person) -> None:
    post = plain(store)[0]
    commending.commend(store, who.reviewer, post, "Plain.")
    with pytest.raises(IllegalStep, match="already"):
        commending.commend(store, who.reviewer, post, "Plain again.")
    with pytest.raises(IllegalStep, match="was upheld"):
        commending.commend(store, panel, flagged(store), "Funny.")
    with pytest.raises(NotFound):
        commending.commend(store, panel, 99, "Fine.")
    with pytest.raises(IllegalStep, match="the name Oswin Tarrant"):
        commending.commend(store, panel, post, "Tarrant writes well.")
    for person in (who.owner, who.admin):
        with pytest.raises(NotAllowed):
            commending.commend(store, person, post, "Mine.")


def test_nobody_commends_an_account_they_hold(store: Store, who: Office) -> None:
    both = people.add(store, shell(), who.owner.email, "Oswin Tarrant", [Role.OWNER, Role.PANEL], None)
    with pytest.raises(NotAllowed, match="for others to commend"):
        commending.commend(store, both, plain(store)[0], "Mine.")


def test_a_dismissed_flag_does_not_stand_in_the_way(store: Store, who: Office, panel: Person) -> None:
    posted(store, "another clown, the one from the circus", account="parks")
    with store.read() as tx:
        number, post = alerts.of_account(tx, "parks")[0].id, alerts.of_account(tx, "parks")[0].post_id
    decide(store, who.reviewer, number, NOT_UPHELD)
    assert commending.commend(store, panel, post, "Circus news, told well.")


def test_one_takes_back_one_s_own_and_the_panel_any(store: Store, who: Office, panel: Person) -> None:
    number = commending.commend(store, panel, plain(store)[0], "Plain.")
    with pytest.raises(NotAllowed):
        commending.withdraw(store, who.reviewer, number)
    commending.withdraw(store, panel, number)
    with pytest.raises(NotFound):
        commending.withdraw(store, panel, number)
    mine = commending.commend(store, who.reviewer, plain(store)[0], "Plain.")
    commending.withdraw(store, panel, mine)


def test_the_dossier_and_the_trends_have_it(store: Store, who: Office, panel: Person) -> None:
    first, second = plain(store)
    for post, reason in ((first, "Plain."), (second, "Plain."), (second, "Warm.")):
        commending.commend(store, panel if reason == "Warm." else who.reviewer, post, reason)
    lessons.share(store, who.reviewer, 1, LESSON)
    found = renewal.dossier(store, panel, ZONE, "bins").commended
    assert sorted((one.post_id, one.reason) for one in found) == sorted(
        [(first, "Plain."), (second, "Plain."), (second, "Warm.")]
    )
    learnt = lessons.learnt(store, panel, ZONE, date(2026, 11, 1), date(2026, 11, 30))
    assert learnt == lessons.Learnt(2, ("Plain.", "Warm."), (LESSON,))
    assert lessons.learnt(store, panel, ZONE, date(2026, 9, 1), date(2026, 9, 30)) == lessons.Learnt(0, (), ())
    with pytest.raises(NotAllowed):
        lessons.learnt(store, who.owner, ZONE, date(2026, 11, 1), date(2026, 11, 30))


def test_a_lesson_is_read_by_everyone_who_works_here(store: Store, who: Office, panel: Person) -> None:
    lessons.share(store, who.reviewer, 1, f"  {LESSON} ")
    for person in (who.owner, who.admin, who.reviewer, panel):
        assert [row.text for row in lessons.listed(store, person)] == [LESSON]
    for outsider in (Person("x@y.example", "X", frozenset({Role.OWNER})), Person("x@y.example", "X", id=9)):
        with pytest.raises(NotAllowed, match="council's staff"):
            lessons.listed(store, outsider)
    assert "lesson.share" in actions(store)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Too short.", "20 to 600"),
        ("x" * 700, "20 to 600"),
        ("Nobody should ever write what a clown Zephyrina is.", "the post’s own words"),
        ("As Oswin found, a joke can hurt someone badly.", "the name Oswin Tarrant"),
        ("Write to owner@bins.example before you joke.", "the address"),
    ],
)
def test_a_lesson_betrays_nobody(store: Store, who: Office, text: str, said: str) -> None:
    with pytest.raises(IllegalStep, match=said):
        lessons.share(store, who.reviewer, 1, text)
    assert lessons.listed(store, who.reviewer) == []


def test_a_lesson_needs_a_decision_that_stands(store: Store, who: Office) -> None:
    posted(store, "what a clown show", account="parks")
    with store.read() as tx:
        number = alerts.of_account(tx, "parks")[0].id
    with pytest.raises(IllegalStep, match="is not decided"):
        lessons.share(store, who.reviewer, number, LESSON)
    decide(store, who.reviewer, number, NOT_UPHELD)
    lessons.share(store, who.reviewer, number, LESSON)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, number))
    appeals.undo(store, who.reviewer, seen, "I misread it.")
    assert lessons.listed(store, who.reviewer) == []


def test_a_lesson_rests_while_its_decision_is_under_appeal(store: Store, who: Office) -> None:
    lessons.share(store, who.reviewer, 1, LESSON)
    appeal(store, 1)
    assert lessons.listed(store, who.owner) == []


def test_who_may_share_and_who_takes_back(store: Store, who: Office, panel: Person) -> None:
    for person in (who.owner, who.admin, panel):
        with pytest.raises(NotAllowed):
            lessons.share(store, person, 1, LESSON)
    number = lessons.share(store, who.reviewer, 1, LESSON)
    other = people.add(store, shell(), "uma@council.example", "Uma", [Role.SECOND_REVIEWER], None)
    assert [row.text for row in lessons.of_alert(store, other, 1)] == [LESSON]
    lessons.withdraw(store, other, number)
    assert (lessons.of_alert(store, other, 1), lessons.listed(store, panel)) == ([], [])
    with pytest.raises(NotFound):
        lessons.withdraw(store, other, number)


def test_words_go_with_the_post_they_are_about(store: Store, who: Office, panel: Person, rows: Rows) -> None:
    post = plain(store)[0]
    commending.commend(store, panel, post, "Plain.")
    lessons.share(store, who.reviewer, 1, LESSON)
    for number in (post, flagged(store)):
        erase_post(store, Asked(who.admin, "They asked."), number)
    assert rows(store, "SELECT reason FROM commendation") == [("",)]
    assert rows(store, "SELECT text FROM lesson") == [("",)]
    assert lessons.listed(store, panel) == []
    assert lessons.learnt(store, panel, ZONE, date(2026, 11, 1), date(2026, 11, 30)).commended == 1
    with pytest.raises(NotFound):
        commending.commend(store, who.reviewer, post, "Plain.")


def test_an_erased_person_is_not_named_by_what_they_commended(store: Store, who: Office, panel: Person) -> None:
    commending.commend(store, panel, plain(store)[0], "Plain.")
    erase_person(store, Asked(who.admin, "They asked."), panel.email)
    assert [row.reason for row in commending.of_mine(store, who.owner)] == ["Plain."]


def test_posts_of_a_time_are_told_by_their_day(store: Store, who: Office, panel: Person) -> None:
    commending.commend(store, panel, plain(store)[0], "Plain.")
    now = store.now()
    with store.read() as tx:
        assert learning.commendations(tx, "bins", now - timedelta(days=60), now - timedelta(days=50)) == []
        assert len(learning.commendations(tx, "bins", now - timedelta(days=60), now)) == 1
        assert learning.commendations(tx, "parks", now - timedelta(days=60), now) == []
