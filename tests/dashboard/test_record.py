"""Documents out of sections: the same words as HTML and as Markdown, whatever the words are."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard.parts import Section, Table
from dashboard.record import ODD, Record, html, markdown, paragraph, plain

READER = MarkdownIt("commonmark").enable("table")
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[here](javascript:alert(1))",
    "![](https://tracker.example/x.png)",
    "https://council.example/a_b_c",
    "<https://evil.example>",
    "`code` ``` *bold* __both__ ~~gone~~",
    "| a | b |",
    "# not a heading",
    "- not a list",
    "12. nor this",
    "=== --- ***",
    "&lt;b&gt; &amp; &copy; &#60;",
    "=SUM(A1:A9)",
    "back\\slash\\",
    "    indented",
    "one\ntwo\r\n\r\nthree\u2028four\x85five",
    "> quoted",
    "\u202egpj.exe",
    "\x1b[2Jgone",
    "{{ made.title }}{% for x in y %}",
    "عربي עברית 👩‍👩‍👧",
]
TEXTS = st.text(max_size=40) | st.sampled_from(HOSTILE)


def record(*words: str) -> Record:
    """Return a document with the same words in every place."""
    word = words[0] if words else "x"
    table = Table(word, ["A", word], [[word, word], *([one, one] for one in words)])
    return Record("x", word, word, (Section(word, words, ((word, word),), None, table),), word)


def rendered(text: str) -> BeautifulSoup:
    """Return Markdown as a reader draws it."""
    return BeautifulSoup(READER.render(text), "html.parser")


def bare(text: str) -> str:
    """Return words on one line, odd characters by their code."""
    return ODD.sub(lambda m: f"[U+{ord(m[0]):04X}]", " ".join(text.split()))


@settings(max_examples=60)
@given(TEXTS)
def test_a_paragraph_of_markdown_is_the_words_and_nothing_else(text: str) -> None:
    drawn = rendered(paragraph(text))
    assert [tag.name for tag in drawn.find_all()] == (["p"] if bare(text) else [])
    assert drawn.get_text().removesuffix("\n") == bare(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_document_of_markdown_holds_only_what_we_put_there(text: str) -> None:
    drawn = rendered(markdown(record(text)))
    names = {tag.name for tag in drawn.find_all()}
    assert names <= {"h1", "h2", "p", "ul", "li", "strong", "em", "hr", "table", "thead", "tbody", "tr", "th", "td"}
    assert [cell.get_text() for cell in drawn.find_all("td")] == [bare(text)] * 4
    assert drawn.h1 is not None
    assert drawn.h1.get_text() == bare(text)
    assert len(drawn.find_all("h2")) == len(drawn.find_all("table")) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_a_document_of_html_holds_only_what_we_put_there(text: str) -> None:
    made = html(record(text))
    drawn = BeautifulSoup(made, "html.parser")
    assert not drawn.find_all(["script", "img", "iframe", "b"])
    assert {link["href"] for link in drawn.find_all("a")} == {"#s1"}
    coded = ODD.sub(lambda m: f"[U+{ord(m[0]):04X}]", text.replace("\r", ""))
    assert " ".join(drawn.find_all("td")[0].get_text().split()) == " ".join(coded.split())
    assert not [c for c in made if ODD.match(c)]


@settings(max_examples=40)
@given(st.lists(TEXTS.map(lambda text: ODD.sub("", text)), min_size=1, max_size=3))
def test_both_forms_say_the_same(words: list[str]) -> None:
    one, other = BeautifulSoup(html(record(*words)), "html.parser"), rendered(markdown(record(*words)))
    for name in ("h2", "td"):
        left = one.select("tbody tr th, tbody tr td") if name == "td" else one.find_all(name)
        right = other.find_all(name)
        assert [" ".join(t.get_text().split()) for t in left] == [" ".join(t.get_text().split()) for t in right]


def test_what_a_section_lacks_is_not_drawn() -> None:
    made = Record("x", "T", "S", (Section("Empty"),), "N")
    drawn = BeautifulSoup(html(made), "html.parser")
    assert not drawn.find_all(["table", "dl"])
    assert markdown(made) == "# T\n\nS\n\n## Empty\n\n---\n\nN\n"


def test_markdown_reads_well_as_plain_text() -> None:
    table = Table("Figures", ["What", "n"], [["Posts", "12"]])
    made = Record("x", "Title", "Sub", (Section("One", ("Said.",), (("Who", "Ann"),), None, table),), "End.")
    assert markdown(made).split("\n") == [
        *("# Title", "", "Sub", "", "## One", "", "Said.", "", "- **Who**: Ann"),
        *("", "*Figures*", "", "| What | n |", "| --- | --- |", "| Posts | 12 |", "", "---", "", "End.", ""),
    ]


def test_the_page_is_built_for_everyone() -> None:
    drawn = BeautifulSoup(html(record("Words")), "html.parser")
    assert [tag.name for tag in drawn.body.find_all(recursive=False)] == ["header", "nav", "main", "footer"]  # type: ignore[union-attr]
    assert drawn.html is not None
    assert drawn.html["lang"] == "en-GB"
    assert all(cell.get("scope") in ("col", "row") for cell in drawn.find_all("th"))
    assert drawn.table is not None
    assert drawn.table.caption is not None
    assert drawn.nav is not None
    assert drawn.nav["aria-label"] == "Sections"
    assert "default-src 'none'" in html(record("Words"))
    assert BeautifulSoup(html(Record("x", "T", "S", (), "N", "cy", "Adrannau")), "html.parser").html["lang"] == "cy"  # type: ignore[index]


@pytest.mark.parametrize("odd", ["\x00", "\x1b", "\x7f", "\x9b", "\u202a", "\u202e", "\u2066", "\u2069", "\ud800"])
def test_odd_characters_are_shown_by_their_code(odd: str) -> None:
    assert plain(f"a{odd}b").replace("\\", "") == f"a[U+{ord(odd):04X}]b"
    assert f"[U+{ord(odd):04X}]" in html(record(f"a{odd}b"))
    markdown(record(odd)).encode()
    html(record(odd)).encode()


def test_a_text_of_any_length_stays_whole() -> None:
    text = "word | <b> " * 10_000
    assert len(re.findall("word", markdown(Record("x", "T", text, (), "N")))) == 10_000
    assert html(Record("x", "T", text, (), "N")).count("word | &lt;b&gt;") == 10_000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1. first", "1\\. first"),
        ("12) second", "12\\) second"),
        ("- dash", "\\- dash"),
        ("+ plus", "\\+ plus"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("3.5 posts a week", "3.5 posts a week"),
        ("-5 degrees", "-5 degrees"),
        ("2026-11-22", "2026-11-22"),
        ("R&D, bread & butter", "R&D, bread & butter"),
        ("&lt;b&gt; &#x26;", "\\&lt;b\\&gt; \\&\\#x26;"),
    ],
)
def test_only_what_would_begin_a_list_is_escaped_at_the_start(text: str, said: str) -> None:
    assert paragraph(text) == said
