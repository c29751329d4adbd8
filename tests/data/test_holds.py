"""Legal hold: on an account, a post or an alert; it wins, and says so by name."""

from pathlib import Path

import pytest

from data.errors import IllegalStep, NotAllowed, NotFound
from data.services import holds
from data.services.erasure import Asked, erase_account, erase_person, erase_post
from data.services.verify import verify
from data.store import holds as held
from data.store import ledger
from data.store.engine import Store
from tests.support.rights import CLOWN, Office, office, posted, told


@pytest.fixture
def who(store: Store) -> Office:
    made = office(store)
    posted(store, CLOWN, "The bins are out.")
    told(store, made, 1)
    return made


@pytest.mark.parametrize("subject", ["account:bins", "post:1", "alert:1"])
def test_what_is_held_is_not_erased(store: Store, who: Office, subject: str) -> None:
    with store.read() as tx:
        [post] = tx.exec_driver_sql("SELECT post_id FROM alert").scalars()
    subject = subject.replace("post:1", f"post:{post}")
    number = holds.place(store, who.admin, subject, "Claim 7 is before the tribunal.")
    asked = Asked(who.admin, "on request")
    told = f"legal hold {number} stands on {subject} since 2026-11-22 .Claim 7 is before the tribunal"
    with pytest.raises(IllegalStep, match=told):
        erase_post(store, asked, post)
    with pytest.raises(IllegalStep, match=told):
        erase_account(store, asked, "bins")
    with pytest.raises(IllegalStep, match="owns bins"):
        erase_person(store, asked, "owner@bins.example")
    holds.lift(store, who.admin, subject, "It was settled.")
    assert erase_post(store, asked, post).certificate == 1


def test_another_post_is_not_held_by_it(store: Store, who: Office) -> None:
    holds.place(store, who.admin, "alert:1", "A claim.")
    with store.read() as tx:
        [other] = tx.exec_driver_sql("SELECT id FROM post WHERE id NOT IN (SELECT post_id FROM alert)").scalars()
    assert erase_post(store, Asked(who.admin, "on request"), other).certificate == 1


def test_holds_are_listed_and_audited(store: Store, who: Office) -> None:
    one = holds.place(store, who.admin, "account:bins", "First.")
    two = holds.place(store, who.admin, "account:bins", "Second.")
    holds.place(store, who.admin, "account:parks", "Third.")
    assert holds.lift(store, who.admin, "account:bins", "Over.") == [one, two]
    rows = holds.listed(store, who.admin)
    assert [(r.subject, r.lifted_at is None) for r in rows] == [
        ("account:parks", True),
        ("account:bins", False),
        ("account:bins", False),
    ]
    with store.read() as tx:
        actions = [e.action for e in ledger.recent(tx, "account:bins") if e.action.startswith("hold")]
        assert set(held.held(tx).accounts) == {"parks"}
    assert actions == ["hold.lift", "hold.place", "hold.place"]
    assert verify(store, Path("no anchor here")).problems == ()


@pytest.mark.parametrize("subject", ["bins", "post:x", "post:", "person:1", "alert:-1", "post:²"])
def test_a_subject_that_is_none_is_refused(store: Store, who: Office, subject: str) -> None:
    with pytest.raises(IllegalStep, match="A hold is on an account, a post or an alert"):
        holds.place(store, who.admin, subject, "A claim.")


@pytest.mark.parametrize("subject", ["account:nobody", "post:99", "alert:99"])
def test_a_subject_nobody_knows_is_named(store: Store, who: Office, subject: str) -> None:
    with pytest.raises(NotFound):
        holds.place(store, who.admin, subject, "A claim.")


def test_it_takes_a_reason_a_hold_and_the_role(store: Store, who: Office) -> None:
    with pytest.raises(IllegalStep, match="needs a reason"):
        holds.place(store, who.admin, "account:bins", "  ")
    with pytest.raises(NotFound, match="No legal hold stands on account:bins"):
        holds.lift(store, who.admin, "account:bins", "Over.")
    for act in (holds.place, holds.lift):
        with pytest.raises(NotAllowed):
            act(store, who.reviewer, "account:bins", "A claim.")
    with pytest.raises(NotAllowed):
        holds.listed(store, who.reviewer)
