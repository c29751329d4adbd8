"""The page Trends: two measures over what was assessed, limits named, kept in the address, refused to others."""

from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from classifier.scan import scan
from dashboard import charts, figures, gaps
from dashboard.views.trends import periods
from data.model import Person, Role
from data.reports.counting import Counts
from data.reports.intervals import share
from data.reports.periods import Unit
from data.reports.trends import Ask, Facts, Figure, Group, Line, lines
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.filled import PASSWORD, Council, Rehearsed, many
from tests.support.posts import item, store_items
from tests.support.screen import opened, words


@pytest.fixture
def analyst(sqlite_store: Store) -> Person:
    """Someone who reads figures and exports."""
    return people.add(sqlite_store, shell(), "ana@fernbrook.example", "Ana", [Role.ANALYST], PASSWORD)


def line(**more: object) -> Line:
    """Return a line of a table with some of its figures replaced."""
    nothing = Figure(0, share(0, 200))
    usual: dict[str, object] = {
        "first": date(2026, 11, 1), "last": date(2026, 11, 30), "period": "2026-11", "group": None,
        "counts": Counts(posts=210, texts=200), "collected": 30.0, "possible": 60.0, "raised": nothing,
        "upheld": nothing,
    }  # fmt: skip
    return Line(**usual | more)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["reviewer", "second", "panel", "administrator"])
def test_figures_are_shown_with_their_limits(sqlite_store: Store, council: Council, role: str) -> None:
    many(sqlite_store, 12)
    page = words(opened(sqlite_store, getattr(council, role), "trends"))
    for needed in (
        "Alerts raised",
        "Alerts upheld",
        "An alert is a prompt to look, never a finding.",
        "1 December 2025 to 22 November 2026",
        "account-days were collected as of 22 Nov 2026,",
        "None judged yet: 17 alerts wait for a person, so there is nothing to draw.",
        "0 of them were upheld by a person so far; 17 alerts are not judged yet or could not be told: 0% to",
        "account-days were collected",
        "95% interval",
        "Texts assessed (n)",
        "2026-11",
    ):
        assert needed in page, needed


def test_owners_get_a_sentence(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.owner, "trends"))
    assert "may not see accounts" in page
    assert "Texts assessed" not in page


def test_a_view_is_kept_in_its_address(sqlite_store: Store, analyst: Person) -> None:
    query = {"cut": "Quarters", "by": "Department", "time": "Everything", "only-platform": "Mastodon"}
    page = opened(sqlite_store, analyst, "trends", **query)
    shown = words(page)
    assert "2026 Q4" in shown
    assert "Culture" in table_of(page)
    assert "Highways" not in table_of(page)
    assert {s.label: s.value for s in page.selectbox}["Told apart by"] == "Department"


def test_a_wrong_address_gives_the_usual_view(sqlite_store: Store, analyst: Person) -> None:
    page = opened(sqlite_store, analyst, "trends", cut="<script>", by="Nobody", time="1066")
    assert "<script>" not in words(page)
    assert {s.label: s.value for s in page.selectbox}["Time"] == "The last twelve months"


@pytest.mark.parametrize(
    ("cut", "group"),
    [
        ("No parts", "Department"),
        ("No parts", "Nothing"),
        *(("Quarters", group) for group in figures.GROUPS.values()),
        *((cut, "Category") for cut in figures.UNITS.values()),
    ],
)
def test_every_view_is_drawn(sqlite_store: Store, analyst: Person, group: str, cut: str) -> None:
    page = opened(sqlite_store, analyst, "trends", cut=cut, by=group)
    assert not page.exception
    assert "<caption>Number (share of texts assessed; 95% interval), oldest first</caption>" in words(page)


def test_small_figures_are_named_as_hidden(sqlite_store: Store, analyst: Person) -> None:
    page = opened(sqlite_store, analyst, "trends", by="Department")
    assert figures.HIDDEN in words(page)


def test_a_chart_has_words_and_marks(sqlite_store: Store, analyst: Person) -> None:
    many(sqlite_store, 12)
    page = opened(sqlite_store, analyst, "trends", cut="Months")
    chart = str(page.get("vega_lite_chart")[0].proto)  # type: ignore[attr-defined]
    assert "Alerts raised per 1,000 texts assessed" in chart
    assert "policy came into use: 2026-11 (dotted line)" in words(page)
    assert "another policy" not in words(page)  # it is the first


def test_nothing_is_drawn_where_nobody_has_judged() -> None:
    waits = line(counts=Counts(posts=210, texts=200, raised=9), upheld=Figure(0, share(0, 200), pending=9))
    judged = line(counts=Counts(posts=210, texts=200, raised=9), upheld=Figure(0, share(0, 200), pending=0))
    assert charts.frame([waits, judged], "upheld", ["All"])["Per 1,000"].isna().tolist() == [True, False]
    assert charts.frame([waits], "raised", ["All"])["Per 1,000"].notna().all()
    assert figures.figure(waits.upheld, waits) == "none judged yet; 9 wait (0% to 1.9%)"
    ask = Ask(date(2026, 11, 1), date(2026, 11, 30), Unit.MONTH)
    assert gaps.notes([waits, judged], "upheld", ["All"], ask) == ["None judged yet, so not drawn: November 2026."]


def test_what_is_hidden_is_counted_under_the_chart() -> None:
    ask = Ask(date(2026, 11, 1), date(2026, 11, 30), Unit.MONTH)
    away = [line(upheld=Figure(None, hidden=True, pending=None)), line(upheld=Figure(7, None, pending=None)), line()]
    [said] = gaps.notes(away, "upheld", ["All"], ask)
    assert said.startswith("2 months are left out because figures from 1 to 4")
    assert gaps.notes(away, "raised", ["All"], ask) == []
    parts = [line(group=name, raised=Figure(None, hidden=True)) for name in "ab"]
    assert gaps.notes(parts, "raised", ["a", "b"], ask)[0].startswith("2 points are left out")


def test_many_periods_without_a_figure_are_named_in_short() -> None:
    ask = Ask(date(2026, 11, 1), date(2026, 11, 30), Unit.DAY)
    unseen = [line(first=date(2026, 11, n), counts=Counts(), collected=0.0) for n in range(1, 31)]
    [said] = gaps.notes(unseen, "raised", ["All"], ask)
    assert said.endswith("12 November 2026 and 18 more.")


def test_files_can_be_taken(sqlite_store: Store, analyst: Person) -> None:
    page = opened(sqlite_store, analyst, "trends")
    labels = [b.proto.label for b in page.get("download_button")]  # type: ignore[attr-defined]
    assert labels == ["Download as CSV", "Download as Excel", "Download as Parquet"]


def test_an_empty_store_is_no_clean_record(sqlite_store: Store, analyst: Person) -> None:
    page = words(opened(sqlite_store, analyst, "trends", **{"only-kind": "Councillor"}))
    assert "councillor" not in page.lower() or "All" in page
    said = figures.sentences(line(counts=Counts(), collected=0.0))
    assert said == ["Nothing was collected in this time, so nothing can be said of it. That is no clean record."]


def test_what_was_not_collected_is_no_nought() -> None:
    unseen = line(counts=Counts(), collected=0.0)
    assert figures.figure(unseen.raised, unseen) == "not collected"
    points = charts.frame([unseen, line()], "raised", ["All"])
    assert points["Per 1,000"].isna().tolist() == [True, False]


def test_hidden_figures_are_in_no_chart() -> None:
    away = line(raised=Figure(None, hidden=True))
    assert figures.figure(away.raised, away) == "hidden: small"
    assert charts.frame([away], "raised", ["All"])["Per 1,000"].isna().all()
    assert figures.sentences(away)[1] == "How many of them raised an alert is a small number, and therefore hidden."


def test_none_in_n_is_said_with_what_it_allows() -> None:
    said = figures.sentences(line())
    assert said[1] == "None raised an alert. With 95% confidence it may still be up to 1.5% of such texts."
    assert said[2] == "None was upheld by a person. With 95% confidence it may still be up to 1.5% of such texts."
    found = line(upheld=Figure(20, share(20, 200)))
    assert figures.sentences(found)[2] == "20 of them were upheld by a person: 10% (95% interval 6.6% to 15%)."


@pytest.mark.parametrize(
    ("number", "said"), [(0.0, "0%"), (0.00001, "under 0.01%"), (0.0023, "0.23%"), (0.023, "2.3%"), (0.23, "23%")]
)
def test_shares_are_said_as_people_read_them(number: float, said: str) -> None:
    assert figures.percent(number) == said


def test_a_figure_says_its_share_and_interval() -> None:
    assert figures.figure(Figure(20, share(20, 200)), line()) == "20 (10%; 6.6% to 15%)"
    assert figures.figure(Figure(None), line()) == "–"
    assert figures.figure(Figure(0, share(0, 200), pending=3), line()).endswith("; 3 not judged")
    assert figures.figure(Figure(2, None, pending=None), line()) == "2 so far; how many are not judged is hidden"
    assert figures.days(line()) == "30 of 60"
    assert figures.days(line(possible=0.0, collected=0.0)) == "none on the register"
    assert figures.unassessed(line(counts=Counts(waiting=2, unassessed=1))) == "1 text and 2 posts waiting"


def test_only_the_five_largest_are_drawn() -> None:
    facts = Facts()
    for n in range(8):
        for key in ((date(2026, 11, 1), f"d{n}"), (None, f"d{n}")):
            facts.counts[key] = Counts(posts=n, texts=100 * n)
    ask = Ask(date(2026, 11, 1), date(2026, 11, 30), Unit.MONTH, Group.DEPARTMENT)
    assert charts.largest(lines(ask, facts)) == ["d7", "d6", "d5", "d4", "d3"]


def test_times_that_can_be_chosen() -> None:
    found = periods(date(2024, 12, 24), date(2026, 11, 22))
    assert found["The last twelve months"] == (date(2025, 12, 1), date(2026, 11, 22))
    assert found["Financial year 2026/27"] == (date(2026, 4, 1), date(2026, 11, 22))
    assert found["Financial year 2025/26"] == (date(2025, 4, 1), date(2026, 3, 31))
    assert list(found)[-2:] == ["Financial year 2024/25", "Everything"]


def test_posts_of_long_ago_are_reached(sqlite_store: Store, analyst: Person) -> None:
    old = datetime(2023, 5, 1, tzinfo=UTC)
    store_items(sqlite_store, "bins", *[item(900 + n, published_at=old + timedelta(days=n)) for n in range(6)])
    list(scan(sqlite_store, Rehearsed()))
    page = words(opened(sqlite_store, analyst, "trends", time="Financial year 2023/24"))
    assert "6 posts; 6 texts in them assessed." in page


def table_of(page: AppTest) -> str:
    """Return the table of figures."""
    return next(h.proto.body for h in page.html if "<caption>Number" in h.proto.body)
