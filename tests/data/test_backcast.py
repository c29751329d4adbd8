"""The back-cast: one model over the whole time, apart from the log, with what it has read; small figures are hidden."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from classifier.scan import scan
from data.errors import NotAllowed
from data.model import Category, Person, Role
from data.reports.backcast import lines
from data.reports.intervals import share
from data.reports.periods import Unit
from data.reports.trends import Ask, Group
from data.schema import alert
from data.services import backcast, trends
from data.services.actors import shell
from data.store.engine import Store
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

ZONE = "Europe/London"
JUNE = datetime(2026, 6, 10, 12, tzinfo=UTC)
OLD = WordJudge({"clown": Category.HARASSMENT})
NEW = WordJudge({"clown": Category.HARASSMENT, "fool": Category.HARASSMENT}, "b" * 64, {"name": "second"})
YEAR = Ask(date(2026, 4, 1), date(2027, 3, 31), Unit.MONTH, threshold=0)


@pytest.fixture
def council(store: Store) -> Store:
    """Six clowns in June, seven fools in July, twenty ordinary posts; all read by the first model alone."""
    add(store, row("bins"), row("parks", platform="mastodon", department="Culture"))
    clowns = [item(n, f"clown {n}", published_at=JUNE + timedelta(hours=n)) for n in range(6)]
    fools = [item(20 + n, f"fool {n}", published_at=JUNE + timedelta(days=30, hours=n)) for n in range(7)]
    plain = [item(40 + n, published_at=JUNE + timedelta(days=n)) for n in range(20)]
    store_items(store, "bins", *clowns, *plain)
    store_items(store, "parks", *fools)
    list(scan(store, OLD))
    return store


def told(store: Store, ask: Ask = YEAR) -> dict[str, tuple[int, int | None]]:
    found = backcast.back_cast(store, shell(), ZONE, ask)
    return {line.period: (line.texts, line.raised.number) for line in found.lines if line.texts}


def test_one_model_is_told_throughout(council: Store) -> None:
    assert told(council) == {"2026-06": (26, 6), "2026-07": (7, 0), "all": (33, 6)}
    list(scan(council, NEW))
    found = backcast.back_cast(council, shell(), ZONE, YEAR)
    assert (found.model, found.posts, found.read) == ("second", 33, 33)
    assert told(council) == {"2026-06": (26, 6), "2026-07": (7, 7), "all": (33, 13)}


def test_it_is_no_log(council: Store) -> None:
    before = trends.trends(council, shell(), ZONE, YEAR).lines
    backcast.back_cast(council, shell(), ZONE, YEAR)
    assert trends.trends(council, shell(), ZONE, YEAR).lines == before
    with council.read() as tx:
        assert tx.scalar(select(func.count()).select_from(alert)) == 6


def test_a_part_that_was_read_is_said(council: Store) -> None:
    day = council.now()
    store_items(council, "bins", item(90, "new fool", published_at=day))
    list(scan(council, NEW, since=day))
    found = backcast.back_cast(council, shell(), ZONE, YEAR)
    assert found.model == "second"
    assert found.posts == 34
    assert 1 <= found.read <= 34
    assert found.lines[-1].texts == found.read


def test_accounts_are_narrowed_by_where_they_are_now(council: Store) -> None:
    list(scan(council, NEW))
    for only in ({Group.PLATFORM: "mastodon"}, {Group.DEPARTMENT: "Culture"}):
        ask = Ask(YEAR.since, YEAR.until, None, only=only, threshold=0)  # type: ignore[arg-type]
        assert told(council, ask) == {"all": (7, 7)}
    ask = Ask(YEAR.since, YEAR.until, None, only={Group.KIND: "councillor"}, threshold=0)
    assert told(council, ask) == {}


def test_an_edited_post_counts_as_it_stands(council: Store) -> None:
    store_items(council, "bins", item(0, "bins are out", published_at=JUNE))
    list(scan(council, OLD))
    assert told(council)["2026-06"] == (26, 5)


def test_days_are_those_of_the_council(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # July by British summer time
    store_items(sqlite_store, "bins", item(1, "clown", published_at=late))
    list(scan(sqlite_store, OLD))
    assert told(sqlite_store) == {"2026-07": (1, 1), "all": (1, 1)}


def test_small_figures_are_hidden_with_what_reveals_them() -> None:
    ask = Ask(date(2026, 4, 1), date(2026, 6, 30), Unit.MONTH)
    days = {date(2026, 4, 2): 50, date(2026, 5, 2): 50, date(2026, 6, 2): 50}
    found = lines(ask, days, {date(2026, 4, 2): 2, date(2026, 5, 2): 9, date(2026, 6, 2): 20})
    assert [line.raised.hidden for line in found] == [True, True, False, False]
    assert found[2].raised.share == share(20, 50)
    assert found[-1].raised.number == 31


def test_periods_without_texts_have_no_share() -> None:
    found = lines(Ask(date(2026, 4, 1), date(2026, 5, 31), Unit.MONTH), {date(2026, 5, 1): 9}, {})
    assert [(line.period, line.texts, line.raised.share is None) for line in found] == [
        ("2026-04", 0, True),
        ("2026-05", 9, False),
        ("all", 9, False),
    ]
    assert [line.period for line in lines(Ask(date(2026, 4, 1), date(2026, 5, 31), None), {}, {})] == ["all"]


def test_an_unread_store_says_so_and_owners_are_refused(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    store_items(sqlite_store, "bins", item(1))
    found = backcast.back_cast(sqlite_store, shell(), ZONE, YEAR)
    assert (found.model, found.posts, found.read, found.lines) == ("", 1, 0, ())
    owner = Person("o@council.example", "O", frozenset({Role.OWNER}))
    with pytest.raises(NotAllowed):
        backcast.back_cast(sqlite_store, owner, ZONE, YEAR)
