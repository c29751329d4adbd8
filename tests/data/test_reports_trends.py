"""Trends equal the log, are told by period and group as they were then, and hide what is small."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from classifier.scan import scan
from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Category, Person, Role
from data.reports.intervals import wilson
from data.reports.periods import Unit, following, label, midnight, periods, start
from data.reports.trends import Ask, Group, Line
from data.schema import alert, review
from data.services import departments, trends
from data.services.actors import shell
from data.store import alerts, ledger, runs
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, NOT_UPHELD, UPHELD, decide, reviewer
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

LONDON = "Europe/London"
JUDGE = WordJudge({"clown": Category.HARASSMENT, "those people": Category.DISCRIMINATION})
MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)
YEAR = Ask(date(2025, 4, 1), date(2027, 3, 31), Unit.MONTH, threshold=0)


def fill(store: Store) -> Person:
    """Two accounts, a year of posts, some alerts, some of them judged."""
    add(store, row("bins"), row("parks", department="Culture", platform="mastodon", kind="officer"))
    store_items(store, "bins", *[item(n, published_at=MARCH + timedelta(days=n)) for n in range(200)])
    clowns = [item(1000 + n, f"clown {n}", published_at=MARCH + timedelta(days=9 * n)) for n in range(20)]
    store_items(store, "bins", *clowns)
    those = [item(n, f"those people {n}", published_at=MARCH + timedelta(days=30 * n)) for n in range(7)]
    store_items(store, "parks", *those)
    list(scan(store, JUDGE))
    rita = reviewer(store)
    with store.read() as tx:
        numbers = list(tx.scalars(select(alert.c.id).order_by(alert.c.id)))
    for n, number in enumerate(numbers[:21]):
        decide(store, rita, number, (UPHELD, NOT_UPHELD, CANNOT_TELL)[n % 3])
    return rita


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A filled store that tests only read."""
    clock = FakeClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path_factory.mktemp('year')}/postreeve.db", clock)
    fill(store)
    yield store
    store.close()


def told(store: Store, ask: Ask, who: Person | None = None) -> dict[tuple[str, str | None], Line]:
    found = trends.trends(store, who or shell(), LONDON, ask).lines
    return {(line.period, line.group): line for line in found}


def test_figures_equal_the_log(store: Store) -> None:
    fill(store)
    whole = told(store, YEAR)["all", None]
    with store.read() as tx:
        opened = tx.execute(select(alert.c.id)).all()
        events = Counter(e.action for e in ledger.entries(tx) if e.subject.startswith("alert:"))
        upheld = tx.execute(select(review.c.id).where(review.c.judgement == "upheld")).all()
        told_of = sum(len([e for e in alerts.events(tx, a.id) if e.action == "open"]) for a in opened)
    assert whole.raised.number == len(opened) == told_of == 27
    assert whole.upheld.number == len(upheld) == 7
    assert events["alert.decide"] == 21
    assert whole.counts.posts == whole.counts.texts == 227
    assert whole.counts.not_upheld == 7
    assert whole.upheld.share is not None
    assert (whole.upheld.share.low, whole.upheld.share.high) == (wilson(7, 227)[0], wilson(7 + 13, 227)[1])
    assert whole.upheld.pending == 13  # not judged, or not to be told: any of them might have been upheld
    assert whole.raised.share is not None
    assert (whole.raised.share.low, whole.raised.share.high) == wilson(27, 227)


@pytest.mark.parametrize("unit", [None, *Unit])
@pytest.mark.parametrize("group", [None, *Group])
def test_every_cut_adds_up_to_the_same(year: Store, unit: Unit | None, group: Group | None) -> None:
    found = told(year, Ask(YEAR.since, YEAR.until, unit, group, threshold=0))
    whole = found["all", None]
    assert whole.counts.posts == 227
    assert (whole.raised.number, whole.upheld.number) == (27, 7)
    cells = [(period != "all" or unit is None) and bool(name or not group) for period, name in found]
    parts = [line for line, cell in zip(found.values(), cells, strict=True) if cell]
    assert sum(line.upheld.number or 0 for line in parts) == 7
    if group is not Group.OUTCOME:
        assert sum(line.raised.number or 0 for line in parts) == 27


def test_a_group_is_told_by_what_was_flagged_and_by_what_was_confirmed(year: Store) -> None:
    ask = Ask(YEAR.since, YEAR.until, None, Group.CATEGORY, threshold=0)
    found = {name: (line.raised.number, line.upheld.number) for (_, name), line in told(year, ask).items()}
    assert found == {"harassment": (20, 7), "discrimination": (7, 0), None: (27, 7)}
    ask = Ask(YEAR.since, YEAR.until, None, Group.OUTCOME, threshold=0)
    [line] = [line for (_, name), line in told(year, ask).items() if name]
    assert (line.group, line.raised.number, line.upheld.number) == ("advice", None, 7)


def test_posts_count_on_their_day_in_the_zone(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    late = [datetime(2026, 6, 30, 23, 30, tzinfo=UTC), datetime(2026, 1, 31, 23, 30, tzinfo=UTC)]
    store_items(sqlite_store, "bins", *[item(n, published_at=at) for n, at in enumerate(late)])
    found = {period: line.counts.posts for (period, _), line in told(sqlite_store, YEAR).items() if line.counts.posts}
    assert found == {"2026-01": 1, "2026-07": 1, "all": 2}


def test_small_figures_are_hidden_with_their_shares_and_so_is_what_reveals_them(year: Store) -> None:
    found = told(year, Ask(YEAR.since, YEAR.until, Unit.QUARTER, Group.DEPARTMENT))
    shown = {key: line.raised for key, line in found.items()}
    small = shown["2026 Q1", "Culture"]
    assert (small.number, small.share, small.hidden) == (None, None, True)
    for key, figure in shown.items():
        assert figure.hidden or figure.number == 0 or (figure.number or 0) >= 5, key
    line = [shown["2026 Q1", name] for name in ("Culture", "Environment", None)]
    assert sum(figure.hidden for figure in line) != 1


def test_what_waits_does_not_reveal_what_is_hidden(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    store_items(sqlite_store, "bins", *[item(n) for n in range(50)], item(60, "clown"), item(61, "clown again"))
    list(scan(sqlite_store, JUDGE))
    ask = Ask(date(2026, 11, 1), date(2026, 11, 30), Unit.MONTH)
    found = told(sqlite_store, ask)["2026-11", None]
    assert (found.raised.hidden, found.raised.number) == (True, None)
    assert (found.upheld.number, found.upheld.share, found.upheld.pending) == (0, None, None)


def test_the_department_then_and_now(sqlite_store: Store, clock: FakeClock) -> None:
    clock.now = datetime(2026, 5, 10, 10, tzinfo=UTC)
    add(sqlite_store, row("bins"))
    before = [item(n, published_at=clock.now - timedelta(days=n)) for n in range(1, 4)]
    store_items(sqlite_store, "bins", *before)
    departments.move(sqlite_store, "bins", "  Streets and  Parks ", None, "Reorganised.")
    after = [item(n, published_at=clock.now + timedelta(days=n)) for n in range(4, 9)]
    store_items(sqlite_store, "bins", *after)
    for then, wanted in ((True, {"Environment": 3, "Streets and Parks": 5}), (False, {"Streets and Parks": 8})):
        for unit in (None, Unit.MONTH):
            ask = Ask(YEAR.since, YEAR.until, unit, Group.DEPARTMENT, then, threshold=0)
            found = {g: line.counts.posts for (p, g), line in told(sqlite_store, ask).items() if p == "all" and g}
            assert found == wanted
    ask = Ask(YEAR.since, YEAR.until, None, None, only={Group.DEPARTMENT: "Environment"})
    assert told(sqlite_store, ask)["all", None].counts.posts == 3
    with sqlite_store.read() as tx:
        assert [e.action for e in ledger.recent(tx, "account:bins", 1)] == ["account.move"]


@pytest.mark.parametrize(("name", "reason"), [("", "x"), ("Culture", " "), ("Environment", "x")])
def test_a_move_needs_another_department_and_a_reason(sqlite_store: Store, name: str, reason: str) -> None:
    add(sqlite_store, row("bins"))
    with pytest.raises(IllegalStep):
        departments.move(sqlite_store, "bins", name, None, reason)
    with pytest.raises(NotFound):
        departments.move(sqlite_store, "none", "Culture", None, "x")


def test_days_that_were_collected_stand_beside_every_share(sqlite_store: Store, clock: FakeClock) -> None:
    clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    add(sqlite_store, row("bins"), row("parks", department="Culture"))
    clock.now = datetime(2026, 5, 1, tzinfo=UTC)
    with sqlite_store.write() as tx:
        run = runs.begin(tx, "bins", clock.now)
        runs.extend_coverage(tx, "bins", datetime(2026, 3, 11, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), run)
    found = told(sqlite_store, Ask(date(2026, 1, 1), date(2026, 6, 30), Unit.MONTH, Group.DEPARTMENT))
    assert (found["2026-03", "Environment"].collected, found["2026-03", "Culture"].collected) == (21.0, 0.0)
    assert found["2026-03", None].possible == 61.9  # an hour is missing in March, for each account
    assert found["2026-02", None].possible == 0.0
    assert found["2026-03", "Culture"].unseen
    assert not found["2026-03", "Environment"].unseen
    assert found["2026-06", None].possible == 0.0  # not yet


def test_what_was_taken_back_no_longer_counts(sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store.write() as tx:
        first = tx.scalar(select(review.c.id).where(review.c.judgement == "upheld").limit(1))
        tx.execute(review.update().where(review.c.id == first).values(undone_at=sqlite_store.now()))
    assert told(sqlite_store, YEAR)["all", None].upheld.number == 6


def test_other_models_and_policies_are_marked(year: Store) -> None:
    found = trends.trends(year, shell(), LONDON, YEAR).marks
    assert {mark.what for mark in found} == {"model", "policy"}
    assert trends.trends(year, shell(), LONDON, Ask(date(2020, 1, 1), date(2020, 2, 1))).marks == ()


def test_owners_see_no_trends(sqlite_store: Store) -> None:
    owner = Person("o@council.example", "O", frozenset({Role.OWNER}))
    with pytest.raises(NotAllowed):
        trends.bounds(sqlite_store, owner, LONDON)
    with pytest.raises(NotAllowed):
        trends.choices(sqlite_store, owner)
    with pytest.raises(NotAllowed):
        trends.trends(sqlite_store, owner, LONDON, YEAR)


def test_bounds_and_choices(sqlite_store: Store) -> None:
    assert trends.bounds(sqlite_store, shell(), LONDON) == (date(2026, 11, 22),) * 2
    fill(sqlite_store)
    assert trends.bounds(sqlite_store, shell(), LONDON) == (date(2026, 3, 1), date(2026, 11, 22))
    assert trends.choices(sqlite_store, shell())[Group.DEPARTMENT] == ["Culture", "Environment"]


def test_periods_follow_the_calendar() -> None:
    assert start(date(2026, 3, 31), Unit.YEAR) == date(2025, 4, 1)
    assert start(date(2026, 4, 1), Unit.YEAR) == date(2026, 4, 1)
    assert label(date(2025, 4, 1), Unit.YEAR) == "2025/26"
    assert label(date(1999, 4, 1), Unit.YEAR) == "1999/00"
    assert label(date(2026, 10, 1), Unit.QUARTER) == "2026 Q4"
    assert start(date(2026, 11, 22), Unit.WEEK) == date(2026, 11, 16)
    for unit in Unit:
        cut = list(periods(date(2023, 2, 10), date(2026, 11, 22), unit))
        assert cut[0][0] == date(2023, 2, 10)
        assert cut[-1][1] == date(2026, 11, 22)
        assert all(a[1] + timedelta(days=1) == b[0] == following(start(a[0], unit), unit) for a, b in pairwise(cut))
    assert midnight(date(2026, 3, 30), LONDON) - midnight(date(2026, 3, 29), LONDON) == timedelta(hours=23)
