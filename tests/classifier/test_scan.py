"""scan(): findings and alerts, with a judge that knows a few words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from classifier.scan import Scanned, scan
from data.errors import IllegalStep
from data.model import (
    AlertStatus,
    Category,
    Decision,
    Finding,
    Judgement,
    Outcome,
    Part,
    Person,
    Role,
    Severity,
    Version,
)
from data.policy import DEFAULT
from data.services import policy as policies
from data.services import review
from data.services.actors import shell
from data.store import alerts, findings
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

JUDGE = WordJudge({"clown": Category.HARASSMENT, "hurt you": Category.THREAT, "damn": Category.PROFANITY})
ADVICE = Decision(Judgement.NOT_UPHELD, Outcome.NO_ACTION, "H1", "A circus came to town.")


@pytest.fixture
def filled(store: Store) -> Store:
    add(store, row("bins"))
    store_items(store, "bins", item(1, "what a clown"), item(2, "bins are out"), item(3, "damn the rain"))
    return store


def run(store: Store, judge: WordJudge = JUDGE, *, everything: bool = False) -> Scanned:
    return sum(scan(store, judge, everything=everything), Scanned())


def decide_all(store: Store, reviewer: Person) -> None:
    with store.read() as tx:
        waiting = [q.alert for q in alerts.queue(tx)]
    for alert in waiting:
        review.decide(store, reviewer, review.seen(alert), ADVICE)


def test_a_clause_that_is_met_raises_one_alert(filled: Store) -> None:
    assert run(filled) == Scanned(3, 1)
    with filled.read() as tx:
        [queued] = alerts.queue(tx)
        [hit] = alerts.hits(tx, queued.alert.id)
        assert (queued.alert.severity, queued.alert.cause, hit.clause) == (Severity.MEDIUM, Part.OWN, "H1")
        explained = findings.explanation_of(tx, hit.finding_id, "what a clown")
    assert explained is not None
    assert [w.text for w in explained.for_] == ["clown"]


def test_scanning_again_finds_nothing_to_do(filled: Store) -> None:
    run(filled)
    assert run(filled) == Scanned(0, 0)
    assert run(filled, everything=True) == Scanned(3, 0)


def test_every_finding_names_its_model_and_policy(filled: Store, rows: Callable[..., list[tuple[object, ...]]]) -> None:
    run(filled)
    assert rows(filled, "SELECT DISTINCT model_hash FROM finding") == [(JUDGE.hash,)]
    assert rows(filled, "SELECT p.sha256 FROM alert_hit h JOIN policy_version p ON p.id = h.policy_version_id") == [
        (policies.policies.default().sha256,)
    ]


def test_shared_words_are_judged_apart(filled: Store) -> None:
    store_items(filled, "bins", item(4, "worth reading", shared_text="I will hurt you"))
    run(filled)
    with filled.read() as tx:
        causes = {(q.alert.post_id, q.alert.cause) for q in alerts.queue(tx)}
    assert (4, Part.SHARED) in causes
    assert (4, Part.OWN) not in causes


def test_a_new_model_or_policy_does_not_reopen_what_was_decided(filled: Store, person: Callable[..., Person]) -> None:
    run(filled)
    decide_all(filled, person(filled, "r@council.example", Role.REVIEWER))
    policies.put_in_force(filled, shell(), DEFAULT.read_text() + "\n# a remark\n", "p")
    again = WordJudge(JUDGE.words, hash="b" * 64)
    assert run(filled, again) == Scanned(3, 0)
    with filled.read() as tx:
        assert alerts.counts(tx) == {"decided": 1}


def test_a_changed_text_reopens(filled: Store, person: Callable[..., Person]) -> None:
    run(filled)
    decide_all(filled, person(filled, "r@council.example", Role.REVIEWER))
    store_items(filled, "bins", item(1, "what a sad clown"))
    assert run(filled) == Scanned(1, 1)
    with filled.read() as tx:
        assert alerts.counts(tx) == {"open": 1}
        assert [e.action for e in alerts.events(tx, 1)] == ["open", "decide", "reopen"]


def test_a_graver_clause_reopens(filled: Store, person: Callable[..., Person]) -> None:
    run(filled)
    decide_all(filled, person(filled, "r@council.example", Role.REVIEWER))
    harsher = WordJudge({"clown": Category.THREAT}, hash="c" * 64)
    assert run(filled, harsher).opened == 1
    with filled.read() as tx:
        assert alerts.get(tx, 1).severity is Severity.URGENT


def test_more_findings_join_an_open_alert(filled: Store) -> None:
    run(filled)
    store_items(filled, "bins", item(1, "what a clown, I will hurt you"))
    assert run(filled).opened == 0
    with filled.read() as tx:
        alert = alerts.get(tx, 1)
        assert alert.severity is Severity.URGENT
        assert alert.status is AlertStatus.OPEN
        assert [h.clause for h in alerts.hits(tx, 1)] == ["T1", "H1", "H1"]


def test_new_words_ask_for_a_new_chance_to_reply(
    filled: Store, person: Callable[..., Person], clock: FakeClock
) -> None:
    """The owner replied to the words of then; what joins later is recorded as an event and asks anew."""
    run(filled)
    reviewer = person(filled, "r@council.example", Role.REVIEWER)
    owner = person(filled, "owner@bins.example", Role.OWNER)
    with filled.read() as tx:
        first = alerts.get(tx, 1)
    review.ask_reply(filled, reviewer, review.seen(first))
    replied = review.reply(filled, owner, 1, "It was about the circus.")
    assert replied.replied_at is not None
    store_items(filled, "bins", item(1, "what a clown, I will hurt you"))
    run(filled)
    with filled.read() as tx:
        joined = alerts.get(tx, 1)
        assert [e.action for e in alerts.events(tx, 1)] == ["open", "ask_reply", "reply", "join"]
    assert joined.replied_at is None
    assert joined.revision == replied.revision + 1
    refer = Decision(Judgement.UPHELD, Outcome.REFER, "T1", "A threat.")
    with pytest.raises(IllegalStep, match="chance to reply"):
        review.decide(filled, reviewer, review.seen(joined), refer)


def test_a_reopened_alert_asks_for_a_new_reply(filled: Store, person: Callable[..., Person]) -> None:
    run(filled)
    reviewer = person(filled, "r@council.example", Role.REVIEWER)
    review.reply(filled, person(filled, "owner@bins.example", Role.OWNER), 1, "Sorry.")
    decide_all(filled, reviewer)
    store_items(filled, "bins", item(1, "what a clown, I will hurt you"))
    run(filled)
    with filled.read() as tx:
        again = alerts.get(tx, 1)
    assert (again.status, again.replied_at, again.reply_asked_at) == (AlertStatus.OPEN, None, None)


def test_the_queue_pages_by_gravity_then_age(filled: Store) -> None:
    store_items(filled, "bins", *(item(n, "clown " + "x" * n) for n in range(10, 20)), item(30, "I will hurt you"))
    run(filled)
    with filled.read() as tx:
        seen, after = [], None
        while page := alerts.queue(tx, after=after, limit=4):
            seen += [q.alert.id for q in page]
            after = (page[-1].alert.severity.rank, page[-1].alert.id)
        whole = [q.alert.id for q in alerts.queue(tx, limit=100)]
    assert seen == whole
    assert len(seen) == 12
    assert whole[1:] == sorted(whole[1:])


def test_what_was_erased_while_it_was_judged_gets_no_finding_and_no_alert(store: Store) -> None:
    @dataclass
    class Erasing(WordJudge):
        def findings(self, versions: Sequence[Version], *, explain: bool = False) -> list[tuple[Finding, ...]]:
            with store.write() as tx:
                tx.exec_driver_sql("UPDATE post SET erased_at = '2026-11-22 12:00:00' WHERE platform_id = 'p1'")
            return super().findings(versions, explain=explain)

    add(store, row("bins"))
    store_items(store, "bins", item(2, "clown of the day"), item(1, "what a clown"))
    list(scan(store, Erasing({"clown": Category.HARASSMENT})))
    with store.read() as tx:
        flagged = tx.exec_driver_sql("SELECT platform_id FROM alert JOIN post ON post.id = post_id").all()
        found = tx.exec_driver_sql("SELECT count(*) FROM finding").scalar()
    assert ([row[0] for row in flagged], found) == (["p2"], 1)
