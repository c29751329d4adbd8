"""Certificates of erasure: attested in the chain as it happens, believed for nothing else, nothing personal in them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from data.schema import post
from data.services.certified import TIME, certified, misdated
from data.services.erasing import IN_TIME, barred, begin
from data.services.erasure import Asked, erase_account, erase_post
from data.services.verify import verify
from data.store import certificates, ledger, rights
from data.store.certificates import digest, scope_digest
from data.store.engine import Store
from data.store.rows import FEW, ranges, within
from data.store.tombstones import PREFIX, tombstone, tombstones
from tests.support.clock import FakeClock
from tests.support.rights import CANARY, CLOWN, Office, collected, office, posted, told

Rows = Callable[[Store, str], list[tuple[object, ...]]]
NOWHERE = Path("no anchor here")


@pytest.fixture
def who(store: Store) -> Office:
    made = office(store)
    collected(store, "bins", 1, 2, 3)
    collected(store, "parks", 4)
    return made


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_exactly_their_numbers(numbers: set[int]) -> None:
    found = ranges(numbers)
    assert {n for first, last in found for n in range(first, last + 1)} == numbers
    assert all(b[0] - a[1] > 1 for a, b in pairwise(found))  # none could be one with the next


@pytest.mark.parametrize("step", [1, 3])
def test_a_long_list_is_asked_for_as_it_is(store: Store, step: int) -> None:
    office(store)
    collected(store, "bins", *range(1, 200))
    numbers = list(range(1, 199, step))
    assert (len(ranges(numbers)) > FEW) is (step == 3)
    with store.read() as tx:
        found = tx.scalars(select(post.c.id).where(within(post.c.id, numbers)).order_by(post.c.id)).all()
        assert tx.scalars(select(post.c.id).where(within(post.c.id, []))).all() == []
    assert found == numbers


def test_ranges_do_not_mind_order_or_repetition() -> None:
    assert ranges([3, 1, 2, 2, 9]) == [(1, 3), (9, 9)]
    assert ranges([]) == []


@given(st.text(max_size=20), st.text(max_size=20))
def test_an_erased_post_is_known_by_account_and_id(account: str, name: str) -> None:
    mark = tombstone(account, name)
    assert mark.startswith(PREFIX)
    assert len(mark) == len(PREFIX) + 64
    assert tombstone(account + "x", name) != mark
    assert tombstones(account, [name]) == {mark: name}


def test_the_chain_names_every_row_that_was_erased(store: Store, who: Office, rows: Rows) -> None:
    erase_account(store, Asked(who.admin, "on request"), "bins")
    with store.read() as tx:
        [said] = certificates.attested(tx).values()
        [row] = certificates.everything(tx)
    erased = {n for (n,) in rows(store, "SELECT id FROM evidence WHERE payload IS NULL")}
    assert said.evidence == erased
    assert len(erased) == 3
    assert row.scope == {"evidence": 3, "posts": 3}
    assert (said.digest, said.closed) == (digest(row.at, row.actor, row.reason), scope_digest(row.scope))


def test_an_erasure_that_was_killed_verifies_and_is_not_closed(store: Store, who: Office) -> None:
    with store.write() as tx:
        run = begin(tx, store, who.admin, IN_TIME)
        run.posts(tx, rights.post_rows(tx, "bins", limit=2))
    report = verify(store, NOWHERE)
    assert report.problems == ()
    assert dict(report.certificates) == {1: 2}
    with store.read() as tx:
        assert certificates.everything(tx)[0].scope == {}
        assert certificates.attested(tx)[1].closed == ""
    assert erase_account(store, Asked(who.admin, "on request"), "bins").counts["posts"] == 1


@pytest.mark.parametrize(
    ("statement", "told_"),
    [
        ("UPDATE certificate SET actor = 'nobody'", "certificate 1: it is not the one of the audit log"),
        ("UPDATE certificate SET scope = '{\"posts\": 9}'", "certificate 1: its counts are not what they were"),
        ("UPDATE certificate SET scope = '{}'", "certificate 1: its counts are not what they were"),
        ("UPDATE evidence SET certificate_id = NULL", "evidence 1: missing without a certificate"),
        ("UPDATE evidence SET erased_at = NULL WHERE id = 1", "certificate 1 does not cover it"),
        (
            "UPDATE evidence SET erased_at = '2026-11-20 12:00:00.000000' WHERE id = 1",
            "evidence 1: not erased when its certificate says",
        ),
        (
            "UPDATE audit_detail SET salt = NULL, detail = NULL, certificate_id = 1 WHERE seq = 1",
            "the detail of row 1 is missing, and no certificate covers it",
        ),
    ],
)
def test_what_a_certificate_does_not_cover_is_told(store: Store, who: Office, statement: str, told_: str) -> None:
    erase_account(store, Asked(who.admin, "on request"), "bins")
    with store.write() as tx:
        tx.execute(text(statement.replace(":", r"\:")))
    problems = verify(store, NOWHERE).problems
    assert any(told_ in problem for problem in problems), problems


def test_a_certificate_somebody_else_wrote_is_believed_for_nothing(store: Store, who: Office) -> None:
    with store.write() as tx:
        values = f"(7, '{store.now():%Y-%m-%d %H:%M:%S}.000000', 'system', 'erased on request', '{{}}')"
        tx.execute(text(f"INSERT INTO certificate (id, at, actor, reason, scope) VALUES {values}".replace(":", r"\:")))
        tx.execute(text("UPDATE evidence SET payload = NULL, certificate_id = 7, erased_at = received_at WHERE id = 4"))
    problems = verify(store, NOWHERE).problems
    assert "certificate 7: it is not the one of the audit log" in problems
    assert "evidence 4: missing, and certificate 7 does not cover it" in problems


def test_a_time_in_another_form_is_told_where_any_text_may_stand(sqlite_store: Store) -> None:
    made = office(sqlite_store)
    collected(sqlite_store, "bins", 1)
    assert made.admin.id
    with sqlite_store.write() as tx:
        assert misdated(tx) == []
        tx.execute(text("UPDATE audit_log SET at = replace(at, ' ', 'T') WHERE seq = 2"))
        assert misdated(tx) == ["audit log 2: its time was changed"]
    assert TIME.count("[0-9]") == 20


def test_nothing_personal_is_in_a_certificate_or_its_rows(store: Store, who: Office, rows: Rows) -> None:
    posted(store, CLOWN)
    told(store, who, 1)
    with store.read() as tx:
        post = int(tx.exec_driver_sql("SELECT post_id FROM alert").scalar_one())
    erase_post(store, Asked(who.admin, "A person named in it asked."), post)
    with store.read() as tx:
        said = [e for e in ledger.entries(tx) if e.subject.startswith("certificate:")]
    for words in (CANARY, who.admin.email, who.owner.email, "asked"):
        assert all(words not in (e.detail or "") + e.actor for e in said)
        assert words not in str(rows(store, "SELECT * FROM certificate"))
    assert [e.action for e in said] == list(certificates.ATTESTS)


def test_no_model_is_barred_where_none_learnt(store: Store, who: Office) -> None:
    with store.read() as tx:
        assert barred(tx) == set()
        assert certified(tx)[1] == []


def test_certificates_are_numbered_one_a_request(store: Store, who: Office, clock: FakeClock) -> None:
    for number, account in enumerate(("bins", "parks"), 1):
        clock.move(hours=1)
        assert erase_account(store, Asked(who.admin, "on request"), account).certificate == number
    assert dict(verify(store, NOWHERE).certificates) == {1: 3, 2: 1}
