"""Days collected, periods and counts by day, each against the plainest way to say the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reports.collected import DAY, days, stretches
from data.reports.counting import AlertRow, Counts, PostRow, TextRow, by_day
from data.reports.periods import Unit, following, midnight, periods, span, start

LONDON = "Europe/London"
BASE = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = st.tuples(st.integers(0, 200), st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
STRETCHES = st.lists(HOURS, max_size=6)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def at(hours: int) -> datetime:
    return BASE + timedelta(hours=hours)


def seconds(found: tuple[tuple[datetime, datetime], ...]) -> list[tuple[float, float]]:
    return [(first.timestamp(), last.timestamp()) for first, last in found]


@given(STRETCHES, STRETCHES, HOURS)
def test_what_was_collected_is_every_hour_that_was_and_was_not_missed(
    complete: list[tuple[int, int]], gaps: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    found = stretches([(at(a), at(b)) for a, b in complete], [(at(a), at(b)) for a, b in gaps])
    hours = {h for a, b in complete for h in range(a, b)} - {h for a, b in gaps for h in range(a, b)}
    wanted = len(hours & set(range(*asked))) / 24
    assert days(seconds(found), at(asked[0]).timestamp(), at(asked[1]).timestamp()) == pytest.approx(wanted)


@given(STRETCHES, STRETCHES)
def test_stretches_are_in_order_and_apart(complete: list[tuple[int, int]], gaps: list[tuple[int, int]]) -> None:
    found = stretches([(at(a), at(b)) for a, b in complete], [(at(a), at(b)) for a, b in gaps])
    edges = [edge for stretch in found for edge in stretch]
    assert edges == sorted(edges)


def test_nothing_collected_is_no_day() -> None:
    assert stretches([], [(at(0), at(9))]) == ()
    assert days([], 0.0, DAY) == 0.0


@given(DAYS, st.integers(0, 800), st.sampled_from(list(Unit)))
def test_periods_cover_every_day_once(since: date, length: int, unit: Unit) -> None:
    until = since + timedelta(days=length)
    cut = list(periods(since, until, unit))
    every = [first + timedelta(days=n) for first, last in cut for n in range((last - first).days + 1)]
    assert every == [since + timedelta(days=n) for n in range(length + 1)]
    assert all(start(first, unit) == start(last, unit) for first, last in cut)


@given(DAYS, st.sampled_from(list(Unit)))
def test_a_period_begins_at_or_before_its_days_and_the_next_one_after(on: date, unit: Unit) -> None:
    first = start(on, unit)
    assert first <= on < following(first, unit)
    assert start(first, unit) == first
    assert start(following(first, unit), unit) == following(first, unit)


@given(DAYS, st.sampled_from([LONDON, "Asia/Kolkata", "America/St_Johns", "Pacific/Chatham"]))
def test_days_follow_each_other_without_a_hole(on: date, zone: str) -> None:
    begin, end = span(on, on, zone)
    assert end == midnight(on + timedelta(days=1), zone)
    assert timedelta(hours=22) < end - begin < timedelta(hours=26)


def text(post: int, assessed: str, part: str = "own", left_out: tuple[str, ...] = ()) -> TextRow:
    return TextRow(post, part, assessed, [*left_out])


@pytest.mark.parametrize(
    ("texts", "alerts", "wanted"),
    [
        ([], [], Counts(posts=1, waiting=1)),
        ([text(1, "full")], [], Counts(posts=1, texts=1)),
        ([text(1, "partial")], [], Counts(posts=1, texts=1)),
        ([text(1, "none", left_out=("image",))], [], Counts(posts=1, unassessed=1)),
        ([text(1, "none", left_out=("empty",))], [], Counts(posts=1)),
        ([text(1, "none", left_out=("empty",)), text(1, "full", "shared")], [], Counts(posts=1, texts=1)),
        ([text(1, "full"), text(1, "full", "shared")], [], Counts(posts=1, texts=2)),
        ([text(1, "full"), text(1, "none", left_out=("language",))], [], Counts(posts=1, unassessed=1)),
        ([text(1, "full")], [AlertRow(1, "own", None)], Counts(posts=1, texts=1, raised=1)),
        ([text(1, "full")], [AlertRow(1, "own", "upheld")], Counts(posts=1, texts=1, raised=1, upheld=1)),
        ([text(1, "full")], [AlertRow(1, "own", "not_upheld")], Counts(posts=1, texts=1, raised=1, not_upheld=1)),
        ([text(1, "full")], [AlertRow(1, "own", "cannot_tell")], Counts(posts=1, texts=1, raised=1)),
        ([], [AlertRow(1, "shared", "upheld")], Counts(posts=1, texts=1, raised=1, upheld=1)),
        ([text(1, "none")], [AlertRow(1, "own", None)], Counts(posts=1, texts=1, raised=1)),
    ],
)
def test_a_post_counts_by_its_texts(texts: list[TextRow], alerts: list[AlertRow], wanted: Counts) -> None:
    own = [text.assessed for text in texts if text.part == "own"]  # the newest is the last
    wanted = replace(wanted, **{f"own_{own[-1]}": 1}) if own else wanted
    assert by_day([PostRow(1, BASE)], texts, alerts, LONDON) == {BASE.date(): wanted}


def test_the_last_judgement_of_a_text_counts() -> None:
    rows = [AlertRow(1, "own", "upheld"), AlertRow(1, "own", "not_upheld")]
    [found] = by_day([PostRow(1, BASE)], [], rows, LONDON).values()
    assert (found.raised, found.upheld, found.not_upheld) == (1, 0, 1)


def test_days_turn_at_midnight_in_the_zone() -> None:
    rows = [PostRow(1, datetime(2026, 6, 30, 22, 59, tzinfo=UTC)), PostRow(2, datetime(2026, 6, 30, 23, 1, tzinfo=UTC))]
    assert set(by_day(rows, [], [], LONDON)) == {date(2026, 6, 30), date(2026, 7, 1)}


def test_figures_add_up() -> None:
    one, two = Counts(posts=1, texts=2), Counts(posts=3, raised=4)
    one.add(two)
    assert one == Counts(posts=4, texts=2, raised=4)
    assert one
    assert not Counts()
