"""What the holder of an account sees: their own, once they are asked or it is decided, and never our mistakes again."""

import json

import pytest
from sqlalchemy import text

from classifier.scan import scan
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import AlertStatus, Decision, Judgement, Outcome, Person, Role
from data.services import owning, people, review
from data.services.actors import ref, shell
from data.services.review import Seen
from data.store import alerts, ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE, NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row

OWNER = "jo@council.example"


@pytest.fixture
def jo(store: Store) -> Person:
    """The owner of the account bins, which has three alerts; another account has one."""
    add(store, row("bins", owner_email=OWNER))
    post_and_scan(store, "bins", ["what a clown", "the clown was late", "clown of the day", "bins are out"], known=True)
    post_and_scan(store, "parks", ["clown in the park"])
    return people.add(store, shell(), OWNER, "Jo", [Role.OWNER], None)


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer."""
    return reviewer(store)


def seen(store: Store, alert_id: int) -> Seen:
    with store.read() as tx:
        return review.seen(alerts.get(tx, alert_id))


def ask(store: Store, who: Person, alert_id: int) -> None:
    review.ask_reply(store, who, seen(store, alert_id))


def told(store: Store, who: Person) -> list[int]:
    return [r.id for one in owning.mine(store, who) for r in one.told]


def test_nothing_is_told_before_the_holder_is_asked(store: Store, jo: Person) -> None:
    [held] = owning.mine(store, jo)
    assert (held.account.id, held.told, held.asked, held.mistakes) == ("bins", (), (), 0)
    with pytest.raises(NotAllowed, match="no alert 1 on an account of yours"):
        owning.my_alert(store, jo, 1)


def test_who_is_asked_sees_what_the_reviewer_sees(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 1)
    [held] = owning.mine(store, jo)
    assert [r.id for r in held.asked] == [1]
    assert [r.id for r in held.told] == [1]
    case = owning.my_alert(store, jo, 1)
    assert (case.version.text, case.held) == ("what a clown", True)
    assert case.explanation is not None
    assert [c.text for c in case.explanation.for_] == ["clown"]
    assert [hit.clause for hit in case.hits] == ["H1"]


def test_a_decision_that_stands_is_told_with_its_reason(store: Store, jo: Person, rita: Person) -> None:
    decide(store, rita, 1, UPHELD)
    assert told(store, jo) == [1]
    [row_] = owning.my_alert(store, jo, 1).reviews
    assert (row_.judgement, row_.outcome, row_.reason) == (Judgement.UPHELD, Outcome.ADVICE, "It belittles.")


def test_a_mistake_of_ours_is_a_number_and_nothing_else(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 1)
    owning.reply(store, jo, seen(store, 1), "It was about a circus.")
    decide(store, rita, 1, NOT_UPHELD)
    [held] = owning.mine(store, jo)
    assert (held.told, held.mistakes) == ((), 1)
    with pytest.raises(NotAllowed):
        owning.my_alert(store, jo, 1)


def test_what_was_opened_again_waits_for_a_new_decision(
    store: Store, jo: Person, rita: Person, clock: FakeClock
) -> None:
    decide(store, rita, 1, NOT_UPHELD)
    clock.move(hours=1)
    store_items(store, "bins", item(1, "what a clown, I repeat"))
    list(scan(store, JUDGE))
    [held] = owning.mine(store, jo)
    assert (held.told, held.mistakes) == ((), 0)
    ask(store, rita, 1)
    assert told(store, jo) == [1]


def test_another_account_stays_unseen(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 4)
    assert told(store, jo) == []
    with pytest.raises(NotAllowed) as there:
        owning.my_alert(store, jo, 4)
    with pytest.raises(NotAllowed) as nowhere:
        owning.my_alert(store, jo, 4444)
    assert str(there.value).replace("4", "") == str(nowhere.value).replace("4444", "")


def test_who_no_longer_holds_the_account_sees_nothing(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 1)
    with store.write() as tx:
        tx.execute(text("UPDATE account_person SET until = since WHERE account_id = 'bins'"))
    assert owning.mine(store, jo) == ()
    for refused in (lambda: owning.my_alert(store, jo, 1), lambda: owning.note_read(store, jo, 1)):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.OWNER])
def test_only_the_role_of_an_owner_opens_it(sqlite_store: Store, role: Role) -> None:
    other = people.add(sqlite_store, shell(), "x@council.example", "X", [role], None)
    for refused in (
        lambda: owning.mine(sqlite_store, other),
        lambda: owning.my_alert(sqlite_store, other, 1),
        lambda: owning.note_read(sqlite_store, other, 1),
        lambda: owning.reply(sqlite_store, other, Seen(1, 0, 1), "No."),
    ):
        with pytest.raises(NotAllowed, match="takes the role owner"):
            refused()


def test_a_reply_goes_to_the_reviewer_once(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 1)
    before = seen(store, 1)
    found = owning.reply(store, jo, before, "It was about a circus.")
    assert found.status is AlertStatus.OPEN
    with pytest.raises(Conflict, match="changed since you opened it"):
        owning.reply(store, jo, before, "It was about a circus.")
    [reply] = owning.my_alert(store, jo, 1).replies
    assert (reply.person_id, reply.text) == (jo.id, "It was about a circus.")
    assert owning.mine(store, jo)[0].asked == ()


def test_a_reply_needs_words_and_an_open_alert(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 1)
    with pytest.raises(IllegalStep, match="needs words"):
        owning.reply(store, jo, seen(store, 1), "  ")
    decide(store, rita, 2, UPHELD)
    with pytest.raises(IllegalStep):
        owning.reply(store, jo, seen(store, 2), "But.")


def test_an_adverse_outcome_can_follow_only_the_holder_s_chance(store: Store, jo: Person, rita: Person) -> None:
    adverse = Decision(Judgement.UPHELD, Outcome.CORRECT_OR_REMOVE, "H1", "It belittles.")
    ask(store, rita, 1)
    with pytest.raises(IllegalStep):
        decide(store, rita, 1, adverse)
    owning.reply(store, jo, seen(store, 1), "I will take it down.")
    decide(store, rita, 1, adverse)
    assert told(store, jo) == [1]


def test_reading_the_words_is_audited(store: Store, jo: Person, rita: Person) -> None:
    ask(store, rita, 1)
    owning.note_read(store, jo, 1)
    with store.read() as tx:
        read = [e for e in ledger.entries(tx) if e.action == "alert.read"]
    assert [(e.actor, e.subject) for e in read] == [(ref(jo), "alert:1")]
    assert not any("clown" in json.dumps(e.detail) for e in read)


def test_a_reply_counts_only_for_the_words_that_were_read(store: Store, jo: Person, rita: Person) -> None:
    """Also when the post is edited between the look and the record."""
    ask(store, rita, 1)
    what = seen(store, 1)
    store_items(store, "bins", item(1, "what a clown, and worse"))
    list(scan(store, JUDGE))
    with pytest.raises(Conflict, match="changed since you opened it"):
        review.reply(store, jo, 1, "Sorry.", what=what)
    with store.read() as tx:
        assert alerts.get(tx, 1).replied_at is None
