"""Columns of the store: moments are UTC and keep their zone, on both databases; nothing is stored without one."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, MetaData, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from data import columns
from data.columns import UtcTime
from data.store.engine import Store

DIALECTS = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30), timezones=ZONES)


@pytest.mark.parametrize("dialect", DIALECTS, ids=["sqlite", "postgresql"])
@given(at=MOMENTS)
def test_a_moment_is_the_same_moment_afterwards(dialect: object, at: datetime) -> None:
    kind = UtcTime()
    again = kind.process_result_value(kind.process_bind_param(at, dialect), dialect)  # type: ignore[arg-type]
    assert again == at
    assert again is not None
    assert again.utcoffset() == timedelta()


@pytest.mark.parametrize("dialect", DIALECTS, ids=["sqlite", "postgresql"])
def test_a_moment_without_a_zone_is_refused_and_none_stays_none(dialect: object) -> None:
    kind = UtcTime()
    with pytest.raises(ValueError, match="a time without a zone cannot be stored"):
        kind.process_bind_param(datetime(2026, 11, 22, 12), dialect)  # type: ignore[arg-type]
    assert kind.process_bind_param(None, dialect) is None  # type: ignore[arg-type]
    assert kind.process_result_value(None, dialect) is None  # type: ignore[arg-type]


def test_the_hour_that_comes_twice_is_two_hours(store: Store) -> None:
    """On 25 October 2026 clocks in London go back: 01:30 is there twice."""
    london = ZoneInfo("Europe/London")
    both = [datetime(2026, 10, 25, 1, 30, fold=fold, tzinfo=london) for fold in (0, 1)]
    table = Table("moments", MetaData(), columns.key(), columns.time("at", "when"))
    with store.write() as tx:
        table.create(tx)
        tx.execute(insert(table), [{"at": at} for at in both])
        found = tx.execute(select(table.c.at).order_by(table.c.id)).scalars().all()
        assert found == [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
        assert tx.execute(select(table.c.id).where(table.c.at > found[0])).scalars().all() == [2]


def test_a_part_of_a_second_stays(store: Store) -> None:
    at = datetime(2026, 11, 22, 12, 0, 0, 123_456, tzinfo=UTC)
    table = Table("moments", MetaData(), columns.key(), columns.time("at", "when"))
    with store.write() as tx:
        table.create(tx)
        tx.execute(insert(table), {"at": at})
        assert tx.execute(select(table.c.at)).scalar() == at


WORDS = ["", " ", "👩‍👩‍👧 naïve", "\u202eevil", "'; --", "a\nb\r\n\tc", "\x1b[2J", "%_\\", "word " * 20_000]


def test_words_come_back_as_they_were(store: Store) -> None:
    table = Table("words", MetaData(), columns.key(), columns.text("said", "what was said"), columns.json("all", "all"))
    with store.write() as tx:
        table.create(tx)
        tx.execute(insert(table), [{"said": word, "all": {"said": [word, None, 1.5, True]}} for word in WORDS])
        found = tx.execute(select(table.c.said, table.c["all"]).order_by(table.c.id)).all()
    assert [tuple(row) for row in found] == [(word, {"said": [word, None, 1.5, True]}) for word in WORDS]


@pytest.mark.parametrize(
    ("made", "nullable", "comment"),
    [
        (columns.key(), False, "our own number"),
        (columns.text("a", "said"), False, "said"),
        (columns.word("a", "state"), False, "state"),
        (columns.time("a", "when"), True, "when, UTC"),
        (columns.time("a", "when", required=True), False, "when, UTC"),
        (columns.day("a", "on"), True, "on, a day in the council's zone"),
        (columns.json("a", "list"), False, "list, JSON"),
        (columns.count("a", "posts"), False, "posts"),
        (columns.ref("a", "b.id", "whose"), False, "whose"),
        (columns.ref("a", "b.id", "whose", required=False), True, "whose"),
        (columns.digest("a", "of it"), False, "of it, SHA-256 in hexadecimal"),
        (columns.digest("a", "of it", required=False), True, "of it, SHA-256 in hexadecimal"),
    ],
)
def test_each_kind_of_column_says_what_it_holds(made: Column[object], nullable: bool, comment: str) -> None:
    assert made.nullable is nullable
    assert made.comment == comment
    assert isinstance(made.type, Date) is (comment == "on, a day in the council's zone")
