"""What was deleted on a platform whose terms ask for it loses its words here, and nothing else does."""

from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import UseError
from data.model import Decision, Judgement, Outcome
from data.services import duties, holds, review
from data.services.actors import shell
from data.services.verify import verify
from data.store import alerts, posts
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import post_and_scan, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row

CANARY = "Zebedee Quill the clown"


@pytest.fixture
def filled(store: Store) -> Store:
    """Two accounts, each with a post that is there and one that is gone; one gone post was decided."""
    add(store, row("town", platform="x", handle="town", url="https://x.com/town"))
    post_and_scan(store, "town", [CANARY, "bins are out"], known=True)
    post_and_scan(store, "parks", [f"{CANARY} in the park", "benches"])
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 1))
    decision = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.")
    review.decide(store, reviewer(store), seen, decision)
    with store.write() as tx:
        for account in ("town", "parks"):
            posts.mark_gone_ids(tx, account, ["p1"], store.now() - timedelta(hours=13))
    return store


def texts(store: Store) -> dict[int, str]:
    with store.read() as tx:
        return {row.id: row.text for row in tx.exec_driver_sql("SELECT id, text FROM version")}


def test_only_what_is_gone_from_the_named_platforms_loses_its_words(filled: Store) -> None:
    assert CANARY in str(texts(filled))
    assert duties.carry_out(filled, shell(), ["x"]) == 1
    left = texts(filled)
    assert sorted(left.values()) == ["", f"{CANARY} in the park", "benches", "bins are out"]
    assert duties.carry_out(filled, shell(), ["x"]) == 0
    assert duties.carry_out(filled, shell(), []) == 0


def test_the_decision_and_the_digest_stay(filled: Store, tmp_path: Path) -> None:
    duties.carry_out(filled, shell(), ["x"])
    with filled.read() as tx:
        [kept] = alerts.reviews(tx, 1)
        digests = tx.exec_driver_sql("SELECT payload_sha256 FROM evidence WHERE payload IS NULL").all()
        certificates = tx.exec_driver_sql("SELECT reason FROM certificate").all()
    assert (kept.judgement, kept.outcome) == ("upheld", "advice")
    assert len(digests) == 1
    assert [row[0] for row in certificates] == [duties.GROUND]
    assert verify(filled, tmp_path / "no anchor").problems == ()


def test_what_is_gone_for_a_few_hours_waits(filled: Store) -> None:
    """A later collection that still sees it puts right what an earlier one took for deleted."""
    with filled.write() as tx:
        posts.mark_gone_ids(tx, "town", ["p2"], filled.now() - timedelta(hours=11))
    assert duties.carry_out(filled, shell(), ["x"]) == 1
    assert "bins are out" in texts(filled).values()


def test_a_hold_wins(filled: Store) -> None:
    holds.place(filled, shell(), "post:1", "A claim is before the tribunal.")
    for _ in range(3):
        assert duties.carry_out(filled, shell(), ["x"]) == 0
    with filled.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM certificate").scalar() == 0
    assert CANARY in texts(filled).values()
    holds.lift(filled, shell(), "post:1", "It was settled.")
    assert duties.carry_out(filled, shell(), ["x"]) == 1


def test_a_post_that_comes_back_is_not_stored_again(filled: Store, clock: FakeClock) -> None:
    duties.carry_out(filled, shell(), ["x"])
    clock.move(hours=1)
    store_items(filled, "town", item(1, CANARY))
    assert CANARY not in texts(filled).values()


def test_a_setting_that_names_no_platform_is_told(store: Store) -> None:
    with pytest.raises(UseError, match="drop_deleted: 'twitter' is no platform; there are feed"):
        duties.carry_out(store, shell(), ["twitter"])
