"""What people may read: permissions first, then the queries behind the pages."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from classifier.scan import scan
from data.errors import NotAllowed, NotFound
from data.model import Part, Person, PostKind, Version
from data.policy import default
from data.services import reading, review
from data.store import accounts, alerts, ledger, people, posts
from data.store.engine import Store
from data.words import judged_words
from tests.support import filled
from tests.support.clock import FakeClock
from tests.support.filled import Council
from tests.support.posts import item, store_items
from tests.support.register import add, row

ZONE = "Europe/London"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def council(store: Store) -> Council:
    """A filled store's people."""
    made = filled.staff(store)
    filled.fill(store)
    return made


READERS: dict[str, tuple[Callable[[Store, Person], object], set[str]]] = {
    "queue": (lambda s, p: reading.queue(s, p, ZONE), {"reviewer", "second", "owning_reviewer"}),
    "alert": (lambda s, p: reading.alert_case(s, p, 1), {"reviewer", "second", "owning_reviewer"}),
    "next": (lambda s, p: reading.next_alert(s, p, default(), 0), {"reviewer", "second", "owning_reviewer"}),
    "register": (
        lambda s, p: reading.register(s, p, ZONE),
        {"reviewer", "second", "owning_reviewer", "panel", "administrator"},
    ),
    "looked": (
        lambda s, p: reading.looked(s, p, ZONE),
        {"reviewer", "second", "owning_reviewer", "panel", "administrator"},
    ),
    "account": (
        lambda s, p: reading.account_case(s, p, ZONE, "bins"),
        {"reviewer", "second", "owning_reviewer", "panel", "administrator"},
    ),
    "posts": (
        lambda s, p: reading.account_posts(s, p, "bins"),
        {"reviewer", "second", "owning_reviewer", "panel", "administrator"},
    ),
    "note": (
        lambda s, p: reading.note_posts_read(s, p, "bins", [1]),
        {"reviewer", "second", "owning_reviewer", "panel", "administrator"},
    ),
}


def test_every_reading_asks_for_the_right(store: Store, council: Council) -> None:
    for read, allowed in READERS.values():
        for role in ("reviewer", "second", "owning_reviewer", "panel", "administrator", "owner"):
            person = getattr(council, role)
            if role in allowed:
                read(store, person)
            else:
                with pytest.raises(NotAllowed, match="takes the role"):
                    read(store, person)


def test_an_alert_comes_with_what_a_reviewer_needs(store: Store, council: Council) -> None:
    with store.read() as tx:
        number = next(int(a.id) for a in alerts.of_account(tx, "bins"))
    case = reading.alert_case(store, council.reviewer, number)
    assert [v.number for v in case.versions] == [1, 2]
    assert case.version.number == 2
    assert [h.clause for h in case.hits] == ["H1"]
    assert case.explanation is not None
    assert [w.text for w in case.explanation.for_] == ["clueless"]
    assert case.holders == (("owner", "Jo Field", "owner@fernbrook.example"),)
    assert case.upheld == (0, 0)
    assert not case.held
    with pytest.raises(NotFound):
        reading.alert_case(store, council.reviewer, 999)


def test_the_next_alert_is_one_the_person_can_decide(store: Store, council: Council, clock: FakeClock) -> None:
    policy = default()
    with store.read() as tx:
        order = [q.alert for q in alerts.queue(tx)]
    assert reading.next_alert(store, council.reviewer, policy, 0) == order[0].id
    assert reading.next_alert(store, council.reviewer, policy, order[0].id) == order[1].id
    # the two gravest belong to an account that this reviewer holds
    assert reading.next_alert(store, council.owning_reviewer, policy, 0) == order[2].id
    review.claim(store, council.second, review.seen(order[0]))
    assert reading.next_alert(store, council.reviewer, policy, 0) == order[1].id
    review.ask_reply(store, council.reviewer, review.seen(order[1]))
    assert reading.next_alert(store, council.reviewer, policy, 0) == order[2].id
    clock.move(days=6)  # the claim has lapsed; the owner had the chance to reply
    assert reading.next_alert(store, council.reviewer, policy, 0) == order[0].id
    assert reading.next_alert(store, council.reviewer, policy, order[0].id) == order[1].id


def test_judged_words_are_those_the_classifier_read() -> None:
    version = Version(1, 1, "bins", 1, PostKind.OWN, "text", "warning", ("alt",), "theirs", 1, "en", None, NOON)
    assert judged_words(version, Part.OWN) == "text\nwarning\nalt"
    assert judged_words(version, Part.SHARED) == "theirs"


def test_what_was_looked_at_counts_absence(store: Store, council: Council) -> None:
    found = reading.looked(store, council.panel, ZONE)
    assert (found.accounts, found.posts, found.gaps) == (5, 8, 1)
    assert found.never == ("museum",)
    assert [run.account_id for run in found.failing] == ["library"]
    store_items(store, "bins", item(77, "Not looked at yet."))
    assert reading.looked(store, council.panel, ZONE).assessed == {"full": 7, "partial": 1, "": 1}


def test_a_newer_finding_replaces_an_older_in_the_count(store: Store, council: Council) -> None:
    def assessed() -> Mapping[str, int]:
        return reading.account_case(store, council.panel, ZONE, "bins").assessed

    before = assessed()
    newer = filled.Rehearsed(hash="c" * 64)
    list(scan(store, newer))
    assert assessed() == before == {"full": 2, "partial": 1}


def test_posts_come_newest_first_with_the_undated_last(store: Store) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1), item(5), item(3, published_at=None), item(2), item(4, published_at=None))
    store_items(store, "bins", item(6, published_at=item(2).published_at))  # a second post of the same moment
    with store.read() as tx:
        whole = [r.id for r in posts.newest_first(tx, "bins", limit=10)]
        paged: list[int] = []
        after = None
        while rows := posts.newest_first(tx, "bins", after, 1):
            paged += [r.id for r in rows]
            after = (rows[-1].published_at, rows[-1].id)
        texts = [r.text for r in posts.newest_first(tx, "bins", limit=10)]
    assert paged == whole
    assert texts[:4] == ["Post number 5", "Post number 6", "Post number 2", "Post number 1"]
    assert set(texts[4:]) == {"Post number 3", "Post number 4"}


def test_reading_posts_leaves_a_trace(store: Store, council: Council) -> None:
    reading.note_posts_read(store, council.panel, "bins", [1, 2])
    with store.read() as tx:
        newest = ledger.recent(tx, "account:bins", 1)[0]
    assert (newest.actor, newest.action) == (f"person:{council.panel.id}", "posts.read")


def test_holders_have_names(store: Store, council: Council) -> None:
    with store.read() as tx:
        assert accounts.holder_names(tx, "bins") == [("owner", "Jo Field", "owner@fernbrook.example")]
        assert people.held(tx, int(council.owner.id or 0)) == {"bins", "parking", "library", "museum"}
        assert people.names(tx, [int(council.owner.id or 0)]) == {council.owner.id: "Jo Field"}
