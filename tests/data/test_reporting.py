"""Views for reporting tools: the same figures as the reports, nobody's words, and a role that can do nothing else."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from data.model import Account, AccountKind, Gap, Person, Platform
from data.reports.trends import Ask
from data.services import appeals, people, review, trends
from data.services.actors import shell
from data.store import accounts, alerts, reporting, runs
from data.store.engine import Store, create_or_upgrade, open_store
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, NOT_UPHELD, UPHELD, decide
from tests.support.postgres import Cluster
from tests.support.rights import CANARY, CLOWN, Office, office, posted, told

ZONE = "Europe/London"
PAGE = (Path(__file__).parents[2] / "docs" / "trends.md").read_text(encoding="utf-8")
ASK = Ask(date(2026, 4, 1), date(2027, 3, 31), None, threshold=0)
NAMES = (CANARY, "clown", "sorry", "Oswin", "Tarrant", "Ada", "Rita", "example", "It belittles", "circus", "feed.xml")


@pytest.fixture
def who(store: Store) -> Office:
    """Five flags: one upheld and told, one dismissed, one that cannot be told, one taken back, one open; and a gap."""
    made = office(store)
    posted(store, "The bins are out.", "A day in the park.", *(f"{CLOWN} {n}" for n in range(4)), CLOWN)
    told(store, made, 1)
    for number, decision in ((2, NOT_UPHELD), (3, CANNOT_TELL), (4, UPHELD)):
        decide(store, made.reviewer, number, decision)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 4))
    appeals.undo(store, made.reviewer, seen, "I misread it.")
    with store.write() as tx:
        run = runs.begin(tx, "bins", store.now())
        runs.extend_coverage(tx, "bins", store.now() - timedelta(days=9), store.now(), run)
        runs.record_gap(tx, "bins", Gap(store.now() - timedelta(days=2), store.now(), f"{CANARY} cut it"), run)
    return made


def rows(store: Store, query: str) -> list[dict[str, Any]]:
    with store.read() as tx:
        return [dict(row._mapping) for row in tx.execute(text(query))]


def whole(store: Store, person: Person) -> Any:
    found = trends.trends(store, person, ZONE, ASK).lines
    return next(line for line in found if line.group is None and line.period == "all")


def test_figures_equal_those_of_the_reports(store: Store, who: Office) -> None:
    line = whole(store, shell())
    names = ("posts", "texts", "raised", "upheld", "not_upheld", "waiting", "unassessed", "pending")
    sums = ", ".join(f"sum({name}) AS {name}" for name in names)
    [day] = rows(store, f"SELECT {sums} FROM reporting_day")
    counts = line.counts
    assert {n: int(day[n]) for n in names[:-1]} == {n: getattr(counts, n) for n in names[:-1]}
    assert (counts.raised, counts.upheld, counts.not_upheld) == (5, 1, 1)
    assert day["pending"] == line.upheld.pending == 3
    judged = [row["judgement"] for row in rows(store, "SELECT * FROM reporting_alert ORDER BY alert_id")]
    assert judged == ["upheld", "not_upheld", "cannot_tell", None, None]
    assert len(rows(store, "SELECT * FROM reporting_post")) == counts.posts == 7


def test_figures_follow_what_changes(store: Store, who: Office) -> None:
    whole(store, shell())
    assert rows(store, "SELECT * FROM reporting_state")[0]["uncounted_hours"] == 0
    decide(store, who.reviewer, 5, UPHELD)
    state = rows(store, "SELECT * FROM reporting_state")[0]
    assert (state["zone"], state["uncounted_hours"] > 0) == (ZONE, True)
    assert whole(store, shell()).counts.upheld == 2
    assert rows(store, "SELECT sum(upheld) AS n FROM reporting_day")[0]["n"] == 2


@pytest.mark.parametrize("name", list(reporting.VIEWS))
def test_no_view_has_anyone_s_words_or_name(store: Store, who: Office, name: str) -> None:
    whole(store, shell())
    found = rows(store, f"SELECT * FROM {name}")
    assert found or name == "reporting_assessment"
    said = " ".join(str(value) for row in found for value in row.values())
    assert [word for word in NAMES if word.lower() in said.lower()] == []
    forbidden = {"text", "reason", "handle", "url", "email", "name", "shared_text", "evidence", "said_by", "cause"}
    assert not forbidden & set(found[0] if found else {})


def test_a_review_names_its_reviewer_by_number_and_says_when_it_was_taken_back(store: Store, who: Office) -> None:
    found = rows(store, "SELECT * FROM reporting_review ORDER BY review_id")
    assert {row["reviewer"] for row in found} == {who.reviewer.id}
    assert [row["undone_at"] is None for row in found] == [True, True, True, False]
    assert found[0]["categories"] == '["harassment"]'
    hits = rows(store, "SELECT * FROM reporting_hit ORDER BY alert_id, clause")
    assert {row["alert_id"] for row in hits} == {1, 2, 3, 4, 5}
    assert {row["category"] for row in hits} == {"harassment"}


def test_an_account_without_a_passport_and_its_departments_are_there(store: Store, who: Office) -> None:
    with store.write() as tx:
        accounts.add(tx, Account("lone", Platform.FEED, "Lone", "", AccountKind.SERVICE, "Parks"), store.now())
    found = {row["account_id"]: row for row in rows(store, "SELECT * FROM reporting_account")}
    assert (found["lone"]["state"], found["bins"]["state"]) == (None, "live")
    [stay] = rows(store, "SELECT * FROM reporting_department WHERE account_id = 'bins'")
    assert (stay["department"], stay["until"]) == ("Environment", None)


def test_gaps_are_there_as_gaps(store: Store, who: Office) -> None:
    found = rows(store, "SELECT complete FROM reporting_coverage ORDER BY stretch_id")
    assert sorted(bool(row["complete"]) for row in found) == [False, True]


def test_every_view_is_documented_and_granted() -> None:
    table = re.findall(r"`(reporting_\w+)`", PAGE)
    assert set(table) == set(reporting.VIEWS)
    granted = re.findall(r"reporting_\w+", sql())
    assert sorted(granted) == sorted(reporting.VIEWS)


def sql() -> str:
    """Return the statements of the page."""
    return re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def reader(postgres: Cluster, clock: FakeClock) -> Callable[[str], list[tuple[Any, ...]]]:
    """Run a statement as the documented role on a store of its own."""
    url = postgres.new_store()
    store = open_store(url, clock)
    made = office(store)
    posted(store, CLOWN)
    told(store, made, 1)
    whole(store, shell())
    store.close()
    place = url.removeprefix("postgresql://postgres@/").replace("?host=", " host=")
    with psycopg.connect(f"dbname={place} user=postgres", autocommit=True) as connection:
        name = place.split()[0]  # roles belong to the whole server, and this test has had others
        connection.execute(sql().replace("postreeve_reader", f"reader_{name}"))  # type: ignore[arg-type]

    def run(statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(f"dbname={place} user=reader_{name}", autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[arg-type]
            return found.fetchall() if found.description else []

    return run


def test_the_documented_role_reads_the_views(reader: Callable[[str], list[tuple[Any, ...]]]) -> None:
    for name in reporting.VIEWS:
        reader(f"SELECT * FROM {name}")
    assert reader("SELECT sum(raised), sum(upheld) FROM reporting_day") == [(1, 1)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM post",
        "SELECT text FROM version",
        "SELECT email FROM person",
        "SELECT reason FROM review",
        "SELECT * FROM rollup_day",
        "INSERT INTO post (account_id) VALUES ('x')",
        "UPDATE reporting_post SET kind = 'x'",
        "DELETE FROM reporting_post",
        "SET default_transaction_read_only = off; UPDATE reporting_department SET department = 'x'",
        "SET default_transaction_read_only = off; DELETE FROM audit_log",
        "CREATE TABLE mine (n int)",
        "DROP VIEW reporting_day",
    ],
)
def test_and_can_do_nothing_else(reader: Callable[[str], list[tuple[Any, ...]]], statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
        reader(statement)


def test_a_file_opened_for_reading_cannot_be_written(sqlite_store: Store) -> None:
    made = office(sqlite_store)
    posted(sqlite_store, CLOWN)
    told(sqlite_store, made, 1)
    whole(sqlite_store, shell())
    assert "file:/var/lib/postreeve/postreeve.db?mode=ro" in PAGE
    with closing(sqlite3.connect(f"file:{sqlite_store.path}?mode=ro", uri=True)) as tool:
        assert tool.execute("SELECT sum(raised), sum(upheld) FROM reporting_day").fetchall() == [(1, 1)]
        for statement in ("DELETE FROM post", "UPDATE account SET department = ''", "DROP VIEW reporting_day"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                tool.execute(statement)


def test_the_views_can_be_taken_away_and_made_anew(store: Store, who: Office) -> None:
    before = rows(store, "SELECT * FROM reporting_alert ORDER BY alert_id")
    with store.write() as tx:
        for statement in (*reporting.drops(), *reporting.drops(), *reporting.statements()):
            tx.exec_driver_sql(statement)
    assert rows(store, "SELECT * FROM reporting_alert ORDER BY alert_id") == before


def test_an_older_store_gets_them(tmp_path: Path, clock: FakeClock) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    store, _ = create_or_upgrade(url, clock)
    people.add(store, shell(), "ada@council.example", "Ada", [], None)
    with store.write() as tx:
        for statement in reporting.drops():
            tx.exec_driver_sql(statement)
        for statement in (
            "DROP INDEX ix_alert_decided_at",
            "DROP TABLE key_choice",
            "DROP INDEX ix_collection_run_unended",
        ):  # what came after
            tx.exec_driver_sql(statement)
        tx.execute(text("UPDATE alembic_version SET version_num = '0012'"))
    store.close()
    store, done = create_or_upgrade(url, clock)
    assert done == "upgraded"
    assert rows(store, "SELECT * FROM reporting_account") == []
    store.close()
