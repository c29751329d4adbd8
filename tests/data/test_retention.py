"""Retention: periods by table and outcome, a hold that wins, one certificate a run; a killed run is taken up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, delete, insert, text, update

from data.config import Settings, load
from data.errors import ConfigError, NotAllowed
from data.model import AccountSnapshot, Judgement
from data.retention import Case, Periods, described, is_due, periods, sort
from data.services import drafts, holds, models, people, supporting
from data.services.actors import shell
from data.services.judged import judgements
from data.services.retention import Retention
from data.services.verify import verify
from data.store import alerts, erasing, ledger, retaining, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import NOT_UPHELD, decide
from tests.support.rights import CANARY, CLOWN, Office, collected, ended, everywhere, office, posted, told

Rows = Callable[[Store, str], list[tuple[object, ...]]]
NOWHERE = Path("no anchor here")
KEPT_FOR = periods(Settings())
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUDGEMENTS = st.sampled_from(["", *Judgement])
CASES = st.builds(
    Case,
    st.integers(1, 99),
    st.integers(1, 5),
    st.booleans(),
    st.none() | st.integers(0, 4000).map(lambda days: NOW - timedelta(days=days)),
    JUDGEMENTS,
)


@pytest.fixture
def who(store: Store) -> Office:
    """Alert 1 is upheld, alert 2 is not, alert 3 waits; each post names someone. One post has no alert."""
    made = office(store)
    posted(store, CLOWN, f"Send in the clowns, {CANARY}, a clown", "a clown waits", "The bins are out.")
    ended(store)
    told(store, made, 1)
    decide(store, made.reviewer, 2, NOT_UPHELD)
    return made


def run(store: Store, who: Office, kept_for: Periods = KEPT_FOR) -> Retention:
    done = Retention(store, who.admin, kept_for)
    assert list(done.steps()) is not None
    return done


def texts(rows: Rows, store: Store) -> list[str]:
    return [str(t) for (t,) in rows(store, "SELECT text FROM version WHERE text != '' ORDER BY text")]


def test_nothing_is_due_at_first(store: Store, who: Office, rows: Rows) -> None:
    before = rows(store, "SELECT count(*) FROM audit_log")
    done = Retention(store, who.admin, KEPT_FOR)
    assert done.due().get("posts", 0) == 0
    assert list(done.steps()) == [0]
    assert (done.certificate, dict(done.counts)) == (None, {"sessions": 0, "requests": 0})
    assert rows(store, "SELECT count(*) FROM audit_log") == before


def test_each_outcome_has_its_time(store: Store, who: Office, rows: Rows, clock: FakeClock) -> None:
    clock.move(days=184)
    done = run(store, who)
    assert (done.certificate, done.counts["alerts"], done.counts["posts"]) == (1, 1, 0)
    assert rows(store, "SELECT judgement, reason FROM review ORDER BY id") == [
        ("upheld", "It belittles."),
        ("not_upheld", ""),
    ]
    assert len(texts(rows, store)) == 4  # the words of the post have their own time
    clock.move(days=560)
    done = run(store, who)
    assert done.counts["posts"] == 2
    assert texts(rows, store) == sorted(["a clown waits", CLOWN])
    clock.move(days=1460)
    assert run(store, who).counts["posts"] == 1
    assert texts(rows, store) == ["a clown waits"]  # an alert that waits for a person keeps its post
    assert rows(store, "SELECT judgement FROM review ORDER BY id") == [("upheld",), ("not_upheld",)]
    store.scrub(compact=True)
    assert everywhere(store, CANARY) == []
    report = verify(store, NOWHERE)
    assert report.problems == ()
    assert dict(report.certificates) == {2: 2, 3: 1}


def test_our_mistakes_stay_a_number(store: Store, who: Office, clock: FakeClock) -> None:
    clock.move(days=800)
    run(store, who)
    with store.read() as tx:
        rows = alerts.of_account(tx, "bins")
    assert sum(row.judgement == Judgement.NOT_UPHELD for row in rows) == 1


def test_a_model_may_be_used_until_the_words_themselves_go(store: Store, who: Office, clock: FakeClock) -> None:
    learnt = [(row.review_id, row.at) for row in judgements(store, who.admin, {}).rows]
    models.accept(store, who.admin, "c" * 64, {"name": "ours"}, learnt)
    clock.move(days=184)
    run(store, who)
    assert models.standing(store).usable == "c" * 64
    clock.move(days=560)
    run(store, who)
    assert models.standing(store).usable is None


@pytest.mark.parametrize("subject", ["account:bins", "alert:1"])
def test_a_hold_wins(store: Store, who: Office, rows: Rows, clock: FakeClock, subject: str) -> None:
    holds.place(store, who.admin, subject, "A claim.")
    clock.move(days=2300)
    done = Retention(store, who.admin, KEPT_FOR)
    list(done.steps())
    assert CLOWN in texts(rows, store)
    assert rows(store, "SELECT reason FROM review WHERE alert_id = 1") == [("It belittles.",)]
    with store.read() as tx:
        kept = [e.detail for e in ledger.entries(tx) if e.subject == "alert:1"]
    assert None not in kept
    holds.lift(store, who.admin, subject, "It was settled.")
    run(store, who)
    assert texts(rows, store) == ["a clown waits"]


def test_posts_under_a_hold_are_counted_apart(store: Store, who: Office, clock: FakeClock) -> None:
    clock.move(days=800)
    assert Retention(store, who.admin, KEPT_FOR).due() == {"posts": 2, "held": 0, "alerts": 1}
    holds.place(store, who.admin, "account:bins", "A claim.")
    assert Retention(store, who.admin, KEPT_FOR).due() == {"posts": 0, "held": 2, "alerts": 1}


def test_a_run_that_was_killed_is_taken_up(
    store: Store, who: Office, rows: Rows, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected(store, "parks", *range(1, 8))
    clock.move(days=800)
    monkeypatch.setattr("data.store.retaining.old_posts.__defaults__", (2,))
    killed = Retention(store, who.admin, KEPT_FOR)
    assert list(islice(killed.steps(), 2)) == [2, 2]
    assert verify(store, NOWHERE).problems == ()
    left = len(texts(rows, store))
    done = run(store, who)
    assert (killed.certificate, done.certificate) == (1, 2)
    assert done.counts["posts"] == left - 2  # the one that waits and the upheld one stay
    report = verify(store, NOWHERE)
    assert report.problems == ()
    assert sum(report.certificates.values()) == 9


def test_profiles_details_and_sign_ins_have_their_time(store: Store, who: Office, rows: Rows, clock: FakeClock) -> None:
    people.add(store, shell(), "sam@council.example", "Sam", [], "a long enough password")
    people.sign_in(store, "sam@council.example", "a long enough password")
    with store.write() as tx:
        for number in range(3):
            runs.record_snapshot(tx, "bins", AccountSnapshot(store.now(), biography=f"{CANARY} {number}"))
    clock.move(days=2200)
    done = run(store, who)
    assert rows(store, "SELECT biography FROM account_snapshot") == [(f"{CANARY} 2",)]
    assert (done.counts["snapshots"], done.counts["sessions"]) == (2, 1)
    assert done.counts["audit"] > 5
    kept = rows(store, "SELECT action FROM audit_log JOIN audit_detail USING (seq) WHERE detail IS NOT NULL")
    assert {str(action).partition(".")[0] for (action,) in kept} <= {"erasure", "collect"}
    assert verify(store, NOWHERE).problems == ()


def test_words_that_came_later_go_too(store: Store, who: Office, rows: Rows, clock: FakeClock) -> None:
    """A holder's note about a decision, written when the words of the decision were gone."""
    kept_for = Periods(0, 30, 30, 30, 0, 0, 0, 0)
    clock.move(days=5)
    run(store, who, Periods(0, 1, 1, 1, 0, 0, 0, 0))
    supporting.rate(store, who.owner, 1, (True, True, False), f"It was kind of {CANARY}.")
    clock.move(days=400)
    with store.write() as tx:
        tx.execute(text("UPDATE review SET reason = ''"))
    assert Retention(store, who.admin, kept_for).due()["alerts"] == 1
    run(store, who, kept_for)
    assert rows(store, "SELECT note FROM rating") == [("",)]
    assert Retention(store, who.admin, kept_for).due()["alerts"] == 0


@pytest.mark.parametrize(("column", "way"), erasing.WORDS, ids=str)
def test_any_words_about_an_alert_are_due(sqlite_store: Store, column: Column[str], way: str) -> None:
    who = office(sqlite_store)
    posted(sqlite_store, CLOWN)
    told(sqlite_store, who, 1)
    with sqlite_store.write() as tx:
        for other, _ in erasing.WORDS:
            tx.execute(update(other.table).values({other.name: ""}))
        assert retaining.with_words(tx, [1]) == []
        tx.execute(delete(column.table).where(column.table.c[way] != 1))
        row = {"at": sqlite_store.now(), "given_at": sqlite_store.now(), "account_id": "bins", "kind": "advice", way: 1}
        row |= {"version_id": 1, "person_id": who.owner.id, "judgement": "upheld", "outcome": "advice", "clause": "H1"}
        row |= {"reviewer_id": who.reviewer.id, "policy_version_id": 1, "fair": True, "clear": True, "useful": True}
        values = {c.name: row[c.name] for c in column.table.columns if c.name in row}
        if not tx.execute(update(column.table).values({column.name: "words"})).rowcount:
            tx.execute(insert(column.table).values(values | {column.name: "words"}))
        assert [r.id for r in retaining.with_words(tx, [1])] == [1]


def test_a_draft_that_no_worker_answered_goes(store: Store, who: Office, rows: Rows, clock: FakeClock) -> None:
    drafts.ask(store, who.owner, "a draft")
    drafts.ask_officer(store, who.owner, "a question", "")
    clock.move(hours=2)
    assert run(store, who, Periods(0, 0, 0, 0, 0, 0, 0, 0)).counts["requests"] == 1
    assert rows(store, "SELECT kind FROM request") == [("advice",)]
    clock.move(days=30)
    run(store, who)
    assert rows(store, "SELECT kind FROM request") == []


def test_only_an_administrator(store: Store, who: Office) -> None:
    with pytest.raises(NotAllowed):
        Retention(store, who.reviewer, KEPT_FOR).due()
    with pytest.raises(NotAllowed):
        list(Retention(store, who.reviewer, KEPT_FOR).steps())


def test_for_ever_is_for_ever(store: Store, who: Office, clock: FakeClock) -> None:
    clock.move(days=9000)
    done = run(store, who, Periods(0, 0, 0, 0, 0, 0, 0, 0))
    assert (done.certificate, +done.counts) == (None, {})


@given(st.lists(CASES, max_size=8))
def test_an_alert_that_is_not_due_keeps_its_post(cases: list[Case]) -> None:
    found = sort(cases, KEPT_FOR, NOW)
    for case in cases:
        assert (case.alert_id in found.alerts) or not is_due(case, KEPT_FOR, NOW)
        assert is_due(case, KEPT_FOR, NOW) or case.post_id in found.kept
    assert not set(found.posts) & found.kept


@pytest.mark.parametrize("judgement", list(Judgement))
def test_the_period_of_a_judgement_ends_on_its_day(judgement: Judgement) -> None:
    days = getattr(KEPT_FOR, judgement)
    for age, due in ((days - 1, False), (days, True)):
        case = Case(1, 1, True, NOW - timedelta(days=age), judgement)
        assert is_due(case, KEPT_FOR, NOW) is due
    assert not is_due(Case(1, 1, False, NOW - timedelta(days=9999), judgement), KEPT_FOR, NOW)


def test_periods_come_from_a_table_of_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "postreeve.toml"
    file.write_text("[retention]\nposts = 365\nupheld = 0\n")
    found = periods(load(str(file), {}))
    assert (found.posts, found.upheld, found.not_upheld) == (365, 0, 183)
    assert described(found)["upheld"] == "for ever"
    assert described(found)["posts"] == "365 days (1 year)"
    assert described(periods(Settings()))["upheld"] == "2192 days (6 years)"
    assert described(periods(Settings()))["not_upheld"] == "183 days (6 months)"
    odd = described(replace(found, posts=100, snapshots=30))
    assert (odd["posts"], odd["snapshots"]) == ("100 days", "30 days (1 month)")
    file.write_text("[retention]\nposst = 365\n")
    with pytest.raises(ConfigError, match="did you mean retention_posts"):
        load(str(file), {})
    file.write_text("[retention]\nposts = -1\n")
    with pytest.raises(ConfigError, match="retention_posts must be a number of days"):
        load(str(file), {})
