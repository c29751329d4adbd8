"""The outbox: at least once, at most one more after a crash, growing waits, an end, and one sender at a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from data import holder
from data.audit import first_break
from data.errors import NotAllowed, NoticeError
from data.notice import GIVEN_UP, Kind
from data.services import drafts, notices, outbox, people, review
from data.services.actors import shell
from data.services.outbox import LEASE, NAME
from data.store import leases, ledger
from data.store import outbox as kept
from data.store.engine import Store
from data.store.rows import AnyRow
from tests.support.clock import FakeClock
from tests.support.notices import INSULT, RULES, TEAM, Post, Staff, posted, round_of, seen, staff

Rows = Callable[[Store, str], list[tuple[object, ...]]]
DOWN = NoticeError("The mail server cannot be reached.", channel=True)


@pytest.fixture
def who(store: Store) -> Staff:
    """The people; the owner is asked for their side of one alert."""
    made = staff(store)
    [number] = posted(store, INSULT)
    review.ask_reply(store, made.ann, seen(store, number))
    return made


def fates(store: Store, rows: Rows) -> list[tuple[object, ...]]:
    query = """SELECT kind, tries, error, sent_at IS NOT NULL, given_up_at IS NOT NULL, dropped_at IS NOT NULL
        FROM notice WHERE kind <> 'digest' ORDER BY id"""
    return [tuple(int(v) if isinstance(v, bool) else v for v in row) for row in rows(store, query)]


def test_what_was_sent_is_not_sent_again(store: Store, who: Staff, clock: FakeClock, rows: Rows) -> None:
    post = Post()
    for _ in range(3):
        round_of(store, post)
        clock.move(minutes=1)
    assert post.sent == [("reply_requested", "owner")]
    assert fates(store, rows) == [("reply_requested", 0, "", 1, 0, 0)]


def test_killed_before_it_is_noted_it_goes_once_more_and_no_oftener(store: Store, who: Staff, rows: Rows) -> None:
    class Killed(BaseException):
        """As if the power had gone."""

    seen_rows: list[AnyRow] = []

    def dies(row: AnyRow, wanted: notices.Planned) -> bool:
        seen_rows.append(row)
        if wanted.cause.kind is Kind.REPLY_REQUESTED:
            raise Killed
        return False

    plan = notices.plan(store, RULES)
    notices.put_down(store, plan)
    with pytest.raises(Killed):
        outbox.send_due(store, plan, dies)
    post = Post()
    round_of(store, post)
    round_of(store, post)
    assert post.sent == [("reply_requested", "owner")]
    assert seen_rows[-1].put_at == kept_row(store, rows)


def kept_row(store: Store, rows: Rows) -> object:
    with store.read() as tx:
        first = kept.first_put(tx, "reply")
    return first.put_at if first else None


def test_a_failure_is_tried_again_later_and_later(store: Store, who: Staff, clock: FakeClock, rows: Rows) -> None:
    post = Post(errors=[DOWN] * 3)
    moments, began = [], clock.now
    for minute in (0, 1, 2, 4, 5, 6, 20, 21, 22):
        clock.now = began + timedelta(minutes=minute)
        tally = round_of(store, post)
        moments += [minute] * len(tally.failures)
    assert moments == [0, 1, 5]
    assert post.sent == [("reply_requested", "owner")]
    assert fates(store, rows) == [("reply_requested", 3, "", 1, 0, 0)]


def test_after_some_days_it_is_given_up_and_told(store: Store, who: Staff, clock: FakeClock, rows: Rows) -> None:
    post = Post(errors=[DOWN] * 100)
    for _ in range(14):
        round_of(store, post)
        clock.move(hours=6)
    [(kind, tries, error, sent, given_up, dropped)] = fates(store, rows)
    assert (kind, error, sent, given_up, dropped) == ("reply_requested", str(DOWN), 0, 1, 0)
    assert 10 < int(str(tries)) < 15
    [row] = [row for row in outbox.failing(store, who.ada) if row.kind == "reply_requested"]
    assert row.given_up_at - row.put_at <= GIVEN_UP
    assert rows(store, "SELECT count(*) FROM audit_log WHERE action = 'notice.given_up'") == [(1,)]
    clock.move(days=15)
    assert not outbox.failing(store, who.ada)


def test_what_is_refused_for_good_is_given_up_at_once(store: Store, who: Staff, rows: Rows) -> None:
    refused = NoticeError("The mail server did not take the person's address (550).", final=True)
    tally = round_of(store, Post(errors=[refused]))
    assert len(tally.failures) == 1
    assert fates(store, rows)[0][4] == 1


def test_where_nothing_gets_through_the_others_are_not_tried(store: Store, who: Staff) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    post = Post(errors=[DOWN])
    tally = round_of(store, post, TEAM)
    assert len(tally.failures) == 1
    assert {to for _, to in post.sent} == {"team:slack"}
    assert tally.waiting >= 2


def test_one_who_cannot_be_reached_keeps_nobody_else_waiting(store: Store, who: Staff) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    post = Post(errors=[NoticeError("Refused (550).", final=True)])
    round_of(store, post)
    assert len(post.sent) == 2


def test_what_is_no_longer_called_for_is_not_sent(store: Store, who: Staff, clock: FakeClock, rows: Rows) -> None:
    round_of(store, Post(errors=[DOWN]))
    people.set_active(store, shell(), who.owner.email, active=False)
    clock.move(hours=1)
    post = Post()
    round_of(store, post)
    assert post.sent == []
    assert fates(store, rows)[0][3:] == (0, 0, 1)


def test_a_digest_that_never_got_out_was_a_failure(store: Store, who: Staff, clock: FakeClock, rows: Rows) -> None:
    round_of(store, Post(errors=[None, DOWN], kinds=tuple(Kind)))
    clock.move(days=1)
    round_of(store, Post())
    assert rows(store, "SELECT count(*) FROM notice WHERE kind = 'digest' AND given_up_at IS NOT NULL") == [(1,)]


def test_two_do_not_send_side_by_side(store: Store, who: Staff, clock: FakeClock) -> None:
    other = holder.new()
    with store.write() as tx:
        leases.take(tx, NAME, other, store.now(), store.now() + LEASE, holder.gone)
    post = Post()
    assert round_of(store, post).busy
    assert post.sent == []
    clock.move(minutes=6)
    assert not round_of(store, post).busy
    assert len(post.sent) == 1


def test_whoever_lost_the_lease_stops(store: Store, who: Staff, clock: FakeClock) -> None:
    drafts.ask_officer(store, who.owner, "May I?", "")
    sent = []

    def slow(row: AnyRow, wanted: notices.Planned) -> bool:
        sent.append(row.id)
        clock.move(minutes=10)
        with store.write() as tx:
            leases.take(tx, NAME, "elsewhere:1:a", store.now(), store.now() + LEASE, holder.gone)
        return True

    plan = notices.plan(store, RULES)
    notices.put_down(store, plan)
    with pytest.raises(NotAllowed, match="Another process has taken over"):
        outbox.send_due(store, plan, slow)
    assert len(sent) == 1


def test_the_lease_is_given_back(store: Store, who: Staff, rows: Rows) -> None:
    round_of(store, Post(errors=[DOWN]))
    assert rows(store, "SELECT count(*) FROM lease") == [(0,)]


def test_who_was_told_what_is_on_record_and_the_chain_holds(store: Store, who: Staff, rows: Rows) -> None:
    round_of(store, Post(kinds=tuple(Kind)))
    found = rows(store, "SELECT actor, subject FROM audit_log WHERE action = 'notice.sent'")
    assert found == [("system", f"person:{who.owner.id}")]
    with store.read() as tx:
        assert first_break(ledger.entries(tx), ledger.head(tx)) is None


def test_failures_are_for_those_who_keep_the_people(store: Store, who: Staff) -> None:
    with pytest.raises(NotAllowed):
        outbox.failing(store, who.ann)


def test_old_ones_are_forgotten(store: Store, who: Staff, clock: FakeClock, rows: Rows) -> None:
    round_of(store, Post())
    clock.move(days=401)
    with store.write() as tx:
        assert kept.forget_before(tx, store.now() - timedelta(days=400)) >= 1
    assert fates(store, rows) == []


def test_more_causes_than_one_question_can_hold_are_known_again(store: Store) -> None:
    rows = [
        {"kind": "digest", "cause": f"c{n}", "recipient": "person:1", "person_id": None, "channel": "email"}
        for n in range(1000)
    ]
    with store.write() as tx:
        assert kept.put(tx, rows, store.now()) == 1000
        assert len(kept.known(tx, [f"c{n}" for n in range(1000)])) == 1000
