"""Figures, charts and bars: what is hidden, unseen or pending is said so, and never a nought."""

import re
from datetime import date
from html import unescape
from xml.etree import ElementTree as ET

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts, figures, svg
from dashboard.parts import Chart
from data.model import AccountKind, Category, Characteristic, Outcome, Platform, Severity
from data.reports.counting import Counts
from data.reports.grouping import NONE
from data.reports.intervals import Share, share
from data.reports.periods import Unit
from data.reports.trends import WHOLE, Figure, Group, Line

HOSTILE = ["<script>alert(1)</script>", '" onload="x', "]]>", "&lt;", "\u202eevil", "{0} {x}", "a" * 10_000]
NO = Figure(0, None)
SVG = "{http://www.w3.org/2000/svg}"


def line(
    period: str = WHOLE, group: str | None = None, raised: Figure = NO, upheld: Figure = NO, **more: float | Counts
) -> Line:
    """Return a line of 200 texts in 100 posts of November 2026, collected whole."""
    values: dict[str, object] = {"counts": Counts(posts=100, texts=200), "collected": 30.0, "possible": 30.0} | more
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    return Line(first, last, period, group, raised=raised, upheld=upheld, **values)  # type: ignore[arg-type]


def unseen(**more: str) -> Line:
    """Return a line of which nothing was collected."""
    return line(counts=Counts(), collected=0.0, **more)  # type: ignore[arg-type]


SHARES = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.floats(0, 1))
def test_a_share_is_a_short_percentage_near_the_share(number: float) -> None:
    said = figures.percent(number)
    assert re.fullmatch(r"under 0\.01%|\d{1,3}(\.\d{1,2})?%", said)
    if not said.startswith("under"):
        assert float(said[:-1]) == pytest.approx(100 * number, abs=0.5, rel=0.06)
        assert (said == "0%") is (number == 0)
        assert (said == "100%") is (number == 1)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_said_as_a_smaller_one(one: float, other: float) -> None:
    low, high = (figures.percent(n).removeprefix("under ").rstrip("%") for n in sorted((one, other)))
    assert float(low) <= float(high)


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        (Group.PLATFORM, Platform),
        (Group.KIND, AccountKind),
        (Group.CATEGORY, Category),
        (Group.CHARACTERISTIC, Characteristic),
        (Group.SEVERITY, Severity),
        (Group.OUTCOME, Outcome),
    ],
)
def test_every_group_of_ours_has_a_name(group: Group, kind: type[Platform]) -> None:
    for one in kind:
        named = figures.named(group, one)
        assert named
        assert named[0].isupper()
        assert "_" not in named


def test_a_group_without_a_name_of_ours_keeps_its_own() -> None:
    assert figures.named(Group.DEPARTMENT, "Parks") == "Parks"
    assert figures.named(Group.CHARACTERISTIC, NONE) == NONE
    assert figures.named(None, "x") == "x"
    assert figures.named(Group.DEPARTMENT, None) == figures.named(None, None) == "All"
    assert set(figures.GROUPS) == set(Group)
    assert set(figures.UNITS) == set(Unit)


@given(SHARES, st.integers(1, 99))
def test_a_figure_has_its_number_share_and_interval(found: tuple[int, int], pending: int) -> None:
    number, total = found
    said = figures.figure(Figure(number, share(number, total)), line())
    assert said.startswith(f"{number:,} (")
    assert said.count("%") == 3
    assert "not judged" not in said
    assert figures.figure(Figure(number, share(number, total), pending=pending), line()).endswith(
        f"; {pending:,} not judged"
    )


@pytest.mark.parametrize(
    ("found", "where", "said"),
    [
        (Figure(None, hidden=True), line(), "hidden: small"),
        (Figure(None, hidden=True, pending=None), line(), "hidden: small"),
        (Figure(0, None), unseen(), "not collected"),
        (Figure(None), line(), "–"),
        (Figure(7, None), line(), "7"),
        (Figure(1204, None, pending=None), line(), "1,204 so far; how many are not judged is hidden"),
        (Figure(0, None, pending=None), line(), "0 so far; how many are not judged is hidden"),
    ],
)
def test_a_figure_without_a_share_says_why(found: Figure, where: Line, said: str) -> None:
    assert figures.figure(found, where) == said


def test_what_is_hidden_is_not_told_apart_from_what_is_unseen_by_its_number() -> None:
    where = unseen()
    assert figures.figure(Figure(None, hidden=True), where) == "hidden: small"
    assert not re.search(r"\d", figures.figure(Figure(3, share(3, 200), hidden=True), line()))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Figure(None, hidden=True),
            "How many of them were upheld by a person is a small number, and therefore hidden.",
        ),
        (Figure(7, None, pending=None), "7 of them were upheld by a person so far; how many are not"),
        (Figure(7, Share(7, 200, 0.02, 0.1), pending=1), "7 of them were upheld by a person so far; 1 alert is not"),
        (
            Figure(7, Share(7, 200, 0.02, 0.1), pending=9),
            "9 alerts are not judged yet or could not be told: 2.0% to 10%",
        ),
        (Figure(0, Share(0, 200, 0.0, 0.1), pending=9), "0 of them were upheld by a person so far; 9 alerts are not"),
        (Figure(0, share(0, 200)), "None was upheld by a person. With 95% confidence it may still be up to 1.5%"),
        (Figure(20, share(20, 200)), "20 of them were upheld by a person: 10% (95% interval 6.6% to 15%)."),
    ],
)
def test_the_whole_time_is_said_in_sentences(found: Figure, said: str) -> None:
    sentences = figures.sentences(line(upheld=found))
    assert len(sentences) == 4
    assert said in sentences[2]
    assert sentences[0] == "100 posts; 200 texts in them assessed."
    assert sentences[3] == "30 of 30 account-days were collected. Not assessed: none."


def test_a_measure_that_means_nothing_here_is_left_out() -> None:
    assert not [one for one in figures.sentences(line(raised=Figure(None))) if "raised" in one]


def test_nothing_collected_is_one_sentence_and_no_number() -> None:
    [said] = figures.sentences(unseen())
    assert "no clean record" in said
    assert not re.search(r"\d", said)


@pytest.mark.parametrize(
    ("period", "unit", "said"),
    [
        (WHOLE, Unit.MONTH, "Whole time"),
        (WHOLE, None, "Whole time"),
        ("2026-11", Unit.MONTH, "November 2026"),
        ("2026-11-01", Unit.DAY, "1 November 2026"),
        ("week of 2026-10-26", Unit.WEEK, "week of 2026-10-26"),
        ("2026 Q4", Unit.QUARTER, "2026 Q4"),
        ("2026/27", Unit.YEAR, "2026/27"),
    ],
)
def test_a_period_is_called_as_people_call_it(period: str, unit: Unit | None, said: str) -> None:
    assert figures.period(line(period), unit) == said


@pytest.mark.parametrize("group", [None, *Group])
def test_each_row_has_a_cell_for_each_column(group: Group | None) -> None:
    made = figures.row(line(group="x"), Unit.MONTH, group)
    assert len(made) == len(figures.header(group))
    assert all(made)


@pytest.mark.parametrize(
    ("collected", "possible", "said"),
    [
        (0.0, 0.0, "none on the register"),
        (0.0, 30.0, "0 of 30"),
        (1204.4, 30.0, "1,204 of 30"),
        (3.0, 0.0, "3 of 0"),
    ],
)
def test_days_are_said_with_those_there_could_have_been(collected: float, possible: float, said: str) -> None:
    assert figures.days(line(collected=collected, possible=possible)) == said


def test_a_chart_has_a_gap_where_nothing_can_be_said() -> None:
    found = [
        line("2026-11", raised=Figure(20, share(20, 200))),
        line("2026-12", raised=Figure(None, hidden=True)),
        unseen(period="2027-01"),
        line(raised=Figure(99, share(99, 200))),
    ]
    points = charts.frame(found, "raised", ["All"])
    assert points["Per 1,000"].isna().tolist() == [False, True, True]
    assert points["Low"].isna().tolist() == points["High"].isna().tolist() == [False, True, True]
    assert points.iloc[0]["Per 1,000"] == pytest.approx(100.0)
    assert points.iloc[0]["Low"] < 100.0 < points.iloc[0]["High"]
    assert points["n"].tolist() == [200, 200, 0]


def test_only_the_groups_asked_for_are_in_a_chart_and_the_measures_stay_apart() -> None:
    found = [line("2026-11", name, Figure(2, share(2, 200)), Figure(1, share(1, 200))) for name in ("a", "b", "c")]
    points = charts.frame(found, "upheld", ["a", "c"])
    assert points["Group"].tolist() == ["a", "c"]
    assert set(points["Per 1,000"]) == {5.0}
    assert charts.frame([], "raised", ["All"]).empty


def test_what_was_not_collected_is_in_no_chart_whatever_its_figure_says() -> None:
    odd = line("2026-11", raised=Figure(0, share(0, 200)), counts=Counts(), collected=0.0)
    assert charts.frame([odd], "raised", ["All"])[["Per 1,000", "Low", "High"]].isna().all(axis=None)
    assert figures.figure(odd.raised, odd) == "not collected"


def test_the_largest_groups_are_those_with_the_most_texts_then_alerts_then_by_name() -> None:
    def of(name: str, texts: int, raised: int | None) -> Line:
        return line(group=name, counts=Counts(posts=1, texts=texts), raised=Figure(raised))

    found = [of("d", 1, 9), of("c", 5, None), of("b", 5, 2), of("a", 5, 2), of("e", 1, 1), of("f", 0, 99)]
    assert charts.largest(found) == ["a", "b", "c", "d", "e"]
    assert charts.largest([line("2026-11", "x"), line()]) == ["All"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("names", [["All"], ["a", "b"], [f"n{n}" for n in range(5)]])
def test_a_chart_is_one_that_can_be_drawn(dark: bool, names: list[str]) -> None:
    found = [line("2026-11", None if name == "All" else name, Figure(20, share(20, 200))) for name in names]
    made = charts.over_time(charts.frame(found, "raised", names), [(date(2026, 11, 5), HOSTILE[0])], dark).to_dict()
    assert len(made["layer"]) == (3 if len(names) == 1 else 2)
    assert made["layer"][0]["encoding"]["y"]["scale"]["domain"][0] == 0
    assert charts.INK[dark] in str(made)
    assert charts.INK[not dark] not in str(made)
    legend = made["layer"][-2]["encoding"]["color"]["legend"]
    assert (legend is None) is (len(names) == 1)


def test_a_chart_in_which_nothing_is_shown_has_a_scale_all_the_same() -> None:
    points = charts.frame([unseen(period="2026-11")], "raised", ["All"])
    made = charts.over_time(points.astype({"Per 1,000": float, "High": float}), [], False)
    assert isinstance(made, alt.LayerChart)
    assert str(made.to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"]) in ("[0, 1.0]", "[0, nan]")


def test_lines_are_told_apart_by_more_than_colour() -> None:
    assert len(charts.DASHES) >= charts.TOP
    assert len({str(dash) for dash in charts.DASHES}) == len(charts.DASHES)
    assert len(set(charts.COLOURS)) == len(charts.COLOURS) >= charts.TOP


def drawn(*bars: tuple[str, float | None], title: str = "Posts", words: str = "said", name: str = "c1") -> ET.Element:
    """Return a chart of bars, parsed."""
    return ET.fromstring(svg.bars(Chart(title, words, bars), name))


@given(st.lists(st.tuples(st.just("Nov 2026"), st.none() | st.floats(0, 1e9)), max_size=40))
def test_bars_stay_inside_their_chart(bars: list[tuple[str, float | None]]) -> None:
    boxes = drawn(*bars).findall(f".//{SVG}rect")
    assert len(boxes) == len(bars)
    for box in boxes:
        x, y, width, height = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + width <= svg.WIDTH + 0.1
        assert y >= svg.TOP - 0.1
        assert y + height == pytest.approx(svg.BASE, abs=0.11)


def test_a_bar_is_as_high_as_its_share_of_the_highest() -> None:
    heights = [float(b.attrib["height"]) for b in drawn(("a", 10.0), ("b", 5.0), ("c", 0.0)).findall(f".//{SVG}rect")]
    assert heights == pytest.approx([svg.BASE - svg.TOP, (svg.BASE - svg.TOP) / 2, 0.0])


def test_what_is_not_known_is_hatched_and_no_nought() -> None:
    nought, unknown = drawn(("Oct 2026", 0.0), ("Nov 2026", None)).findall(f"./{SVG}g")
    assert [one.attrib["fill"] for g in (nought, unknown) for one in g.iter(f"{SVG}rect")] == [
        svg.BAR,
        "url(#c1-hatch)",
    ]
    assert [g.findtext(f"{SVG}title") for g in (nought, unknown)] == ["Oct 2026: 0", "Nov 2026: none known"]
    assert [g.findtext(f"{SVG}text") for g in (nought, unknown)] == ["0", "?"]


def test_a_chart_has_a_name_and_words_and_ids_of_its_own() -> None:
    made = drawn(("Nov 2026", 3.0), title="Posts a month", words="Nov 2026: 3", name="c7")
    assert made.attrib["role"] == "img"
    assert made.attrib["aria-labelledby"] == "c7-t"
    assert made.find(f"{SVG}title[@id='c7-t']").text == "Posts a month"  # type: ignore[union-attr]
    assert made.find(f"{SVG}desc[@id='c7-d']").text == "Nov 2026: 3"  # type: ignore[union-attr]


@pytest.mark.parametrize("words", HOSTILE)
def test_words_in_a_chart_are_only_words(words: str) -> None:
    text = svg.bars(Chart(words, words, ((words, 1.0), (words, None))), "c1")
    made = ET.fromstring(text)
    assert made.findtext(f"{SVG}title") == words
    assert not re.search(r"<(?!/?(svg|title|desc|defs|pattern|line|g|rect|text)\b)", text)
    assert "onload" not in {name for tag in made.iter() for name in tag.attrib}
    assert words in unescape(text)


@pytest.mark.parametrize(("value", "said"), [(1_234_567.0, "1,234,567"), (12.0, "12"), (0.5, "0.5"), (1204.0, "1,204")])
def test_numbers_over_bars_are_whole(value: float, said: str) -> None:
    assert drawn(("Nov 2026", value)).findtext(f"./{SVG}g/{SVG}text") == said
