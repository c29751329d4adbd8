"""The queue narrowed and searched; alerts with the very same words; one decision for several, each on its own."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from classifier.scan import scan
from data.errors import IllegalStep, NotAllowed
from data.model import Alert, AlertStatus, Decision, Judgement, Media, Outcome, Person, Role
from data.policy import default
from data.services import queueing, reading, review
from data.store import alerts, ledger
from data.store.engine import Store
from data.store.narrowing import Narrow
from tests.support import filled
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.posts import item, store_items

ZONE = "Europe/London"
FINE = Decision(Judgement.NOT_UPHELD, Outcome.NO_ACTION, "H1", "It is about sofas.")
SAME = "Notice: clueless sorting at the bins."


@pytest.fixture
def council(store: Store) -> Council:
    people = filled.staff(store)
    filled.fill(store)
    return people


def again(store: Store, *items: object) -> None:
    """Post more on the account bins, and scan."""
    store_items(store, "bins", *items)  # type: ignore[arg-type]
    for _ in scan(store, filled.Rehearsed()):
        pass


def found(store: Store, council: Council, asked: Narrow) -> list[str]:
    """Return the accounts of the alerts that fit, checked against the count and the next alert."""
    page = reading.queue(store, council.reviewer, ZONE, None, asked)
    assert queueing.beside(store, council.reviewer, asked).fit == len(page.rows)
    first = reading.next_alert(store, council.reviewer, default(), 0, asked)
    assert first == (page.rows[0].alert.id if page.rows else None)
    return [row.alert.account_id for row in page.rows]


def taken(store: Store, who: Person) -> Alert:
    with store.read() as tx:
        first = alerts.queue(tx)[0].alert
    return review.claim(store, who, review.seen(first))


@pytest.mark.parametrize(
    ("asked", "accounts"),
    [
        (Narrow(), ["events", "events", "parking", "parking", "bins"]),
        (Narrow(words="SOFAS"), ["bins"]),
        (Narrow(words="sofas clueless"), ["bins"]),
        (Narrow(words="sofas legs"), []),
        (Narrow(words="come round"), ["events"]),
        (Narrow(words="bandstand"), ["events"]),
        (Narrow(words="100%"), []),
        (Narrow(words="_"), []),
        (Narrow(words="<SCRIPT>"), ["parking"]),
        (Narrow(words="'; drop"), []),
        (Narrow(clause="D1"), ["parking", "parking"]),
        (Narrow(severity="urgent"), ["events"]),
        (Narrow(department="Highways"), ["parking", "parking"]),
        (Narrow(platform="mastodon"), ["events", "events"]),
        (Narrow(department="Highways", severity="urgent"), []),
        (Narrow(stage="appealed"), []),
        (Narrow(older=1), []),
    ],
)
def test_what_is_asked_for_is_found(store: Store, council: Council, asked: Narrow, accounts: list[str]) -> None:
    assert found(store, council, asked) == accounts


def test_words_are_those_of_the_version_it_is_about_now(store: Store, council: Council) -> None:
    again(store, item(2, "Honestly, whoever leaves mattresses by the bins is clueless."))
    assert found(store, council, Narrow(words="mattresses")) == ["bins"]
    assert found(store, council, Narrow(words="sofas")) == []


def test_accents_in_descriptions_are_found(store: Store, council: Council) -> None:
    again(store, item(7, "clueless at the bins", media=(Media("image", "https://x.example/1", "Outside Café Rhôs"),)))
    assert found(store, council, Narrow(words="rhôs")) == ["bins"]


def test_older_ones_and_ones_taken(store: Store, council: Council, clock: FakeClock) -> None:
    clock.move(days=4)
    again(store, item(9, SAME))
    assert len(found(store, council, Narrow(older=3))) == 5
    one = taken(store, council.reviewer)
    assert found(store, council, Narrow(mine=int(council.reviewer.id or 0))) == [one.account_id]
    clock.move(hours=1)
    assert found(store, council, Narrow(mine=int(council.reviewer.id or 0))) == []


def test_the_choices_are_those_of_what_waits(store: Store, council: Council) -> None:
    beside = queueing.beside(store, council.reviewer, Narrow())
    assert list(beside.clauses) == ["D1", "H1", "S1", "T1"]
    assert {"Culture", "Highways"} <= set(beside.departments)
    assert "mastodon" in beside.platforms


def test_alike_are_only_the_very_same_words_that_wait(store: Store, council: Council) -> None:
    media = (Media("image", "https://x.example/1", "A sorting hall"),)
    again(store, item(101, SAME), item(102, SAME), item(103, f"{SAME} "), item(104, SAME, media=media), item(105, "x"))
    with store.read() as tx:
        new = [q.alert.id for q in alerts.queue(tx, limit=50) if q.alert.id > 5]
    same = queueing.alike(store, council.reviewer, new)
    assert sorted(len(others) for others in same.values()) == [
        0,
        0,
        1,
        1,
    ]  # a space more, or a picture, is not the same
    alone = next(number for number, others in same.items() if not others)
    assert queueing.alike(store, council.reviewer, [alone]) == {alone: ()}
    assert queueing.alike(store, council.reviewer, []) == {}


def group(store: Store, council: Council, number: int = 4) -> list[Alert]:
    """Return the alerts on the same words, the first taken by the reviewer."""
    again(store, *(item(n, SAME) for n in range(101, 101 + number)))
    with store.read() as tx:
        same = [q.alert for q in alerts.queue(tx, limit=50) if q.alert.id > 5]
    assert len(same) == number
    return same


def test_the_number_must_be_the_one_that_stands(store: Store, council: Council) -> None:
    first, *others = group(store, council)
    assert queueing.agreed(store, council.reviewer, first.id, "") == ()
    assert {a.id for a in queueing.agreed(store, council.reviewer, first.id, " 4 ")} == {a.id for a in others}
    for wrong in ("3", "5", "all", "4.0", "-4"):
        with pytest.raises(IllegalStep, match="There are 4 alerts"):
            queueing.agreed(store, council.reviewer, first.id, wrong)
    review.decide(store, council.reviewer, review.seen(others[0]), FINE)
    with pytest.raises(IllegalStep, match="There are 3 alerts"):
        queueing.agreed(store, council.reviewer, first.id, "4")


def test_each_decision_stands_on_its_own_alert(store: Store, council: Council) -> None:
    first, *_ = group(store, council)
    others = queueing.agreed(store, council.reviewer, first.id, "4")
    review.decide(store, council.reviewer, review.seen(first), FINE)
    done = queueing.decide_others(store, council.reviewer, review.seen(first), others, FINE)
    assert (sorted(done.recorded), done.left) == (sorted(a.id for a in others), {})
    with store.read() as tx:
        for other in others:
            assert alerts.get(tx, other.id).status is AlertStatus.DECIDED
            assert [row.reason for row in alerts.reviews(tx, other.id)] == [FINE.reason]
            assert [event.action for event in alerts.events(tx, other.id)][-1] == "decide"
            assert [e.action for e in ledger.recent(tx, f"alert:{other.id}", 1)] == ["alert.decide"]
    own = queueing.beside(store, council.reviewer, Narrow()).own
    assert {row.id for row in own} == {first.id, *done.recorded}


def test_one_that_moved_or_is_held_is_left_with_the_reason(store: Store, council: Council) -> None:
    first, *_ = group(store, council)
    others = queueing.agreed(store, council.reviewer, first.id, "4")
    review.claim(store, council.second, review.seen(others[0]))
    adverse = replace(FINE, judgement=Judgement.UPHELD, outcome=Outcome.REFER)
    done = queueing.decide_others(store, council.reviewer, review.seen(first), others, adverse)
    assert done.recorded == ()
    assert "changed by someone else" in done.left[others[0].id]
    assert "has not had the chance to reply" in done.left[others[1].id]
    with store.read() as tx:
        assert not alerts.reviews(tx, others[1].id)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.REVIEWER, Role.SECOND_REVIEWER)])
def test_only_reviewers(store: Store, person: Callable[..., Person], role: Role) -> None:
    someone = person(store, "s@council.example", role)
    steps: list[Callable[[], object]] = [
        lambda: queueing.beside(store, someone, Narrow()),
        lambda: queueing.alike(store, someone, [1]),
        lambda: queueing.agreed(store, someone, 1, ""),
        lambda: queueing.decide_others(store, someone, review.Seen(1, 0, 1), (), FINE),
    ]
    for step in steps:
        with pytest.raises(NotAllowed):
            step()
