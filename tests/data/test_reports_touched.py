"""Each trigger notes its account and hour, on both databases, and only for what the figures are made of."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, select, update

from classifier.scan import scan
from data.model import Outcome
from data.schema import alert, alert_event, alert_hit, explanation, finding, post, review, version
from data.schema_reports import rollup_touched
from data.store import touched
from data.store.engine import Store
from tests.support.judgements import JUDGE, UPHELD, decide, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row

AT = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
HOUR = ("bins", "2026-07-01 23")
OTHER = datetime(2025, 1, 1, 0, 5, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    """One post with a finding, an alert and a review, all of it counted."""
    add(store, row("bins"), row("parks"))
    store_items(store, "bins", item(1, "what a clown", published_at=AT))
    list(scan(store, JUDGE))
    decide(store, reviewer(store), 1, replace(UPHELD, outcome=Outcome.NO_ACTION))
    clear(store)
    return store


def clear(store: Store) -> None:
    with store.write() as tx:
        tx.execute(delete(rollup_touched))


def noted(store: Store) -> set[tuple[str, str]]:
    with store.read() as tx:
        return {(r.account_id, r.hour) for r in tx.execute(select(*rollup_touched.c))}


def changed(store: Store, table: Table, **values: Any) -> set[tuple[str, str]]:
    with store.write() as tx:
        tx.execute(update(table).values(**values))
    return noted(store)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (finding, {"assessed": "none"}),
        (finding, {"part": "shared"}),
        (finding, {"not_assessed": ["image"]}),
        (alert, {"cause": "shared"}),
        (review, {"judgement": "not_upheld"}),
        (review, {"undone_at": AT}),
        (post, {"version_id": None}),
    ],
)
def test_what_figures_are_made_of_is_noted(filled: Store, table: Table, values: dict[str, Any]) -> None:
    assert changed(filled, table, **values) == {HOUR}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (finding, {"score": 0.2}),
        (alert, {"status": "closed"}),
        (review, {"reason": "better words"}),
        (post, {"last_seen_at": AT, "gone_at": AT, "url": "https://x.example"}),
        (version, {"text": ""}),
    ],
)
def test_what_they_are_not_made_of_is_not(filled: Store, table: Table, values: dict[str, Any]) -> None:
    assert changed(filled, table, **values) == set()


def test_a_back_dated_post_touches_both_hours(filled: Store) -> None:
    assert changed(filled, post, published_at=OTHER) == {HOUR, ("bins", "2025-01-01 00")}


def test_a_post_without_a_time_counts_when_it_was_first_seen(filled: Store) -> None:
    assert changed(filled, post, published_at=None) == {HOUR, ("bins", "2026-11-22 12")}


def test_a_post_that_changes_accounts_touches_both(filled: Store) -> None:
    assert changed(filled, post, account_id="parks") == {HOUR, ("parks", HOUR[1])}


def test_a_new_post_is_noted_once_however_many_there_are(filled: Store) -> None:
    store_items(filled, "parks", *[item(n, published_at=AT + timedelta(minutes=n)) for n in range(5)])
    assert noted(filled) == {("parks", HOUR[1])}


def _reviews(tx: Connection) -> None:
    tx.execute(delete(review))


def _alerts(tx: Connection) -> None:
    for table in (review, alert_event, alert_hit, alert):
        tx.execute(delete(table))


def _findings(tx: Connection) -> None:
    for table in (alert_hit, explanation, finding):
        tx.execute(delete(table))


@pytest.mark.parametrize("erase", [_reviews, _alerts, _findings])
def test_rows_that_go_are_noted(filled: Store, erase: Callable[[Connection], None]) -> None:
    with filled.write() as tx:
        erase(tx)
    assert noted(filled) == {HOUR}


def test_what_is_undone_is_not_noted(filled: Store) -> None:
    def broken() -> None:
        with filled.write() as tx:
            tx.execute(update(post).values(published_at=OTHER))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert noted(filled) == set()


def test_everything_can_be_noted(filled: Store) -> None:
    for _ in range(2):
        with filled.write() as tx:
            tx.exec_driver_sql(touched.note_everything(tx.dialect.name))
        assert noted(filled) == {HOUR}
