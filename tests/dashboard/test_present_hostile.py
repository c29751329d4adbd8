"""Words of others in labels, tables and lists: whatever they are, they come out as the same words and nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard import present
from data.model import AccountKind, Assessed, Outcome
from data.services.reading import Looked

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NO_BREAKS = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"))
WORDS = st.text(NO_BREAKS, max_size=30)
SIGNS = st.text(st.sampled_from("\\`*_{}[]()<>#+-.!|~$:^=&;'\" a1\n"), max_size=20)


def html(text: str) -> BeautifulSoup:
    """Return HTML as a browser reads it."""
    return BeautifulSoup(text, "html.parser")


@settings(max_examples=200)
@given(WORDS | SIGNS)
def test_a_label_of_markdown_is_the_words_on_one_line(text: str) -> None:
    drawn = html(READER.render(present.markdown(text)))
    assert {tag.name for tag in drawn.find_all()} <= {"p"}
    assert drawn.get_text().removesuffix("\n") == " ".join(text.split())


@given(WORDS | SIGNS)
def test_nothing_that_streamlit_knows_is_left_bare(text: str) -> None:
    bare = re.sub(r"\\.", "", present.markdown(text))
    assert not set(bare) & set("`*_[]<>#$:~^=&|")


@settings(max_examples=60)
@given(
    st.lists(st.lists(WORDS | SIGNS, min_size=2, max_size=2), max_size=3), WORDS, st.sampled_from(["", "/account?id="])
)
def test_a_table_has_the_cells_it_was_given(rows: list[list[str]], caption: str, link: str) -> None:
    drawn = html(present.table(caption, ["A", caption], rows, link=link))
    body = drawn.tbody
    assert body is not None
    found = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in body.find_all("tr")]
    assert found == [[cell if n == 0 and link else cell or "not given" for n, cell in enumerate(row)] for row in rows]
    assert drawn.caption is not None
    assert drawn.caption.get_text() == caption
    assert drawn.div is not None
    assert drawn.div["aria-label"] == caption
    assert {tag.name for tag in body.find_all()} <= {"tr", "th", "td", "bdi", "span", "a"}
    assert [a["href"] for a in body.find_all("a")] == ([link + row[0] for row in rows] if link else [])


@settings(max_examples=60)
@given(st.lists(st.tuples(WORDS | SIGNS, WORDS | SIGNS), max_size=4))
def test_facts_and_lists_have_the_words_they_were_given(pairs: list[tuple[str, str]]) -> None:
    drawn = html(present.facts(pairs))
    assert [(d.dt.get_text(), d.dd.get_text()) for d in drawn.find_all("div")] == [
        (k, v or "not given") for k, v in pairs
    ]
    lines = [key for key, _ in pairs]
    assert [li.get_text() for li in html(present.bullets(lines)).find_all("li")] == lines
    assert [p.get_text() for p in html(present.paragraphs(lines)).find_all("p")] == lines


@given(WORDS | SIGNS, WORDS | SIGNS)
def test_a_tag_has_one_class_for_each_word_of_its_kind_and_no_other_attribute(text: str, kind: str) -> None:
    [made] = html(present.tag(text, kind)).find_all()
    assert set(made.attrs) == {"class"}
    assert made.get_text() == text


@given(
    st.text(max_size=60) | st.from_regex(r"(https?|javascript|data|ftp|//)?:?/{0,3}[a-z.:@\[\]]{0,12}", fullmatch=True)
)
def test_a_link_leads_to_the_web_or_nowhere(url: str) -> None:
    found = present.web_link(url)
    assert found in ("", url.strip())
    assert not found or re.match(r"https?://", found, re.IGNORECASE)


@given(st.lists(st.text(st.sampled_from("abc"), min_size=1, max_size=5), max_size=6))
def test_a_list_in_a_sentence_has_every_word_once_and_one_and(words: list[str]) -> None:
    said = present.joined(words)
    assert re.split(r", | and ", said) == (words or [""])
    assert said.count(" and ") == (1 if len(words) > 1 else 0)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_how_often_flags_are_upheld_never_promises_more_than_there_is(number: int, more: int) -> None:
    said = present.upheld(number, number + more)
    assert said.endswith(".")
    assert ("not yet known" in said) is (number + more < present.FEW)
    assert ("none of the" in said) is (number == 0 and more >= present.FEW)
    assert "0 in 10" not in said.replace("10 in 10", "")


@given(st.floats(0, 1))
def test_a_ratio_is_near_its_share(share: float) -> None:
    said = present.ratio(share)
    if said != "1 in more than 2,000":
        part, whole = (float(n.replace(",", "")) for n in said.split(" in "))
        assert part / whole == pytest.approx(share, abs=0.101, rel=0.5)
        assert part <= whole
    else:
        assert share <= 0.0005


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_moment_is_read_back_as_itself(at: datetime) -> None:
    shown = datetime.strptime(present.short(at, "UTC"), "%d %b %Y, %H:%M").replace(tzinfo=UTC)
    assert timedelta() <= at - shown < timedelta(minutes=1)
    assert present.moment(at, "UTC").endswith(f"{at:%H:%M}")
    assert f"{at.day} {at:%B %Y}" in present.moment(at, "UTC")
    assert present.day(at.date()) in present.moment(at, "UTC")


@pytest.mark.parametrize("counts", [{}, {"full": 0}, {"full": 1}, {"none": 2, "full": 3}, {"": 1204}, {"strange": 4}])
def test_what_was_assessed_is_told_in_the_order_of_how_far(counts: dict[str, int]) -> None:
    said = present.assessed(counts)
    known = [word for word in present.ASSESSED if counts.get(word)]
    assert [said.index(f"{counts[word]:,} ") for word in known] == sorted(said.index(f"{counts[w]:,} ") for w in known)
    assert bool(said) is bool(known)
    assert set(present.ASSESSED) == {*Assessed, ""}


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3))
def test_what_was_looked_at_is_never_praised(posts: int, gaps: int, failing: int, never: int) -> None:
    found = Looked(3, posts, {"full": posts}, gaps, (object(),) * failing, ("a",) * never)  # type: ignore[arg-type]
    said = present.looked(found)
    assert len(said) == 1 + (posts > 0) + (gaps > 0) + (failing > 0) + (never > 0)
    assert not re.search(r"all clear|no problems|well done|good", " ".join(said), re.IGNORECASE)


def test_a_part_that_was_left_out_keeps_its_own_name_where_there_is_no_other() -> None:
    assert "Not assessed: a picture or film without a description and something new." in present.left_out(
        ["image", "something new"]
    )


@pytest.mark.parametrize("kind", AccountKind)
@pytest.mark.parametrize("of", Outcome)
def test_members_are_referred_to_the_monitoring_officer(of: Outcome, kind: AccountKind) -> None:
    said = present.outcome(of, kind)
    assert ("monitoring officer" in said) is (of is Outcome.REFER and kind is AccountKind.COUNCILLOR)
    assert said == present.OUTCOMES[of] or kind is AccountKind.COUNCILLOR
