"""The tokenizer: the rules of the HTML standard, and time that grows with the length alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.html_tokens import Token, cut


@pytest.mark.parametrize(
    ("html", "tokens"),
    [
        ("", []),
        ("a &amp; b", [Token("a & b")]),
        ("<B>x</B >", [Token("", "b"), Token("x"), Token("", "b", closing=True)]),
        ("<br/>", [Token("", "br")]),
        ("<a href=x>", [Token("", "a", {"href": "x"})]),
        ("<a href = 'x y' TITLE=\"&lt;\">", [Token("", "a", {"href": "x y", "title": "<"})]),
        ("<a href=1 href=2 hidden>", [Token("", "a", {"href": "1", "hidden": ""})]),
        ('<a title="a>b">', [Token("", "a", {"title": "a>b"})]),
        ("<a it's>x", [Token("", "a", {"it's": ""}), Token("x")]),
        ("<a =x>", [Token("", "a", {"=x": ""})]),
        ("<!doctype html>x", [Token("x")]),
        ("<!-- <b> -->x", [Token("x")]),
        ("<?php x ?>y", [Token("y")]),
        ("</ x>y", [Token("y")]),
        ("<3", [Token("<"), Token("3")]),
        ("<script>if (a<b) x()</SCRIPT>y", [Token("", "script"), Token("", "script", closing=True), Token("y")]),
        ("<style>p{}", [Token("", "style")]),
        ("x<a href='y", [Token("x"), Token("<a href='y")]),
        ("x<!-- y", [Token("x"), Token(" y")]),
    ],
)
def test_html_is_cut_as_a_browser_cuts_it(html: str, tokens: list[Token]) -> None:
    assert list(cut(html)) == tokens


@given(st.text(alphabet="<>/!?-=\"' abAB&;#", max_size=60))
def test_any_text_is_cut_to_its_end(html: str) -> None:
    found = list(cut(html))
    assert all(token.text or token.tag for token in found)
    assert sum(len(token.text) for token in found) <= len(html)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        "<div",
        "<a ",
        '<a b="',
        "<a b='",
        "<a b=\"'>",
        "<!--",
        "<!-- >",
        "<",
        "</",
        "</a",
        "<?",
        "<!",
        "&",
        "&#",
        "<![CDATA[",
        "<script>",
        "<title>",
        "<svg>",
        "</svg>",
        "<select>",
        "<a/",
        "<a b",
        "<a =",
        "<a b=",
        "\n",
        " ",
        "<br>",
        "<p> ",
    ],
)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    """A million characters of each: a quadratic tokenizer would take hours, and the limit of the test ends it."""
    count = 1_000_000 // len(unit)
    assert sum(1 for _ in cut(unit * count)) <= 2 * count
