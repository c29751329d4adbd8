"""HTML as people read it."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from collectors.evidence import clean
from collectors.markup import read_html, read_plain, web_address
from data.model import Media

BASE = "https://news.example.gov.uk/a/b"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One</p>\n\n  <p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br/>Three<br />Four", "One\nTwo\nThree\nFour"),
        ("One<br><br>Two", "One\n\nTwo"),
        ("<div><div>One</div><div>Two</div></div>", "One\nTwo"),
        ("<ul><li>One</li> <li>Two</li></ul>After", "One\nTwo\n\nAfter"),
        ("a  <b> b</b>\n c", "a b c"),
        ("no<b>space</b>inside", "nospaceinside"),
        ("<span>https://</span><span>example.org/</span><span>x</span>", "https://example.org/x"),
        ("&lt;b&gt; &amp; &pound;5 &#8211; &#x1F6A7; &nbsp;x", "<b> & £5 – 🚧 x"),
        ("one<script>alert('x')</script> two<style>p{}</style>", "one two"),
        ("one<!-- hidden --> two", "one two"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>", "A B\nC"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("</p></div>stray", "stray"),
        ("<svg><text>drawn</text></svg>after", "after"),
        ("<![CDATA[x]]>y", "y"),
        ("tail <", "tail <"),
        ("a\x00b\x0bc", "abc"),
    ],
)
def test_the_text_is_what_is_read(html: str, text: str) -> None:
    assert read_html(html, BASE).text == text


def test_links_are_the_true_targets_in_order_and_once() -> None:
    html = (
        '<a href="/x?a=1&amp;b=2">evil.example</a><a href="https://b.example/">b</a><a href="/x?a=1&amp;b=2">again</a>'
    )
    assert read_html(html, BASE).links == ("https://news.example.gov.uk/x?a=1&b=2", "https://b.example/")


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "mailto:a@b.example", "data:text/html,x", "", " ", "http://[bad", "tel:1"]
)
def test_only_web_addresses_are_links(href: str) -> None:
    assert read_html(f'<a href="{href}">x</a>', BASE).links == ()
    assert web_address(href, BASE) == ""


def test_pictures_and_films_are_media_with_their_alternatives() -> None:
    html = '<img src="p.jpg" alt=" A &amp; B "><img alt="only words"><img>'
    html += '<video src="/f.mp4"></video><iframe src="//y.example/1" title="Film">'
    assert read_html(html, BASE).media == (
        Media("image", "https://news.example.gov.uk/a/p.jpg", "A & B"),
        Media("image", "", "only words"),
        Media("video", "https://news.example.gov.uk/f.mp4", ""),
        Media("video", "https://y.example/1", "Film"),
    )


def test_plain_text_keeps_its_lines() -> None:
    assert read_plain("a  b\n\n\n\nc &amp; <d>").text == "a b\n\nc &amp; <d>"
    assert read_plain("c &amp; d", escaped=True).text == "c & d"


@given(st.lists(st.tuples(st.sampled_from(["b", "p", "div", "span", "a", "li"]), st.text("ab <>&é🚧", max_size=8))))
def test_no_word_is_lost_or_added(parts: list[tuple[str, str]]) -> None:
    """BeautifulSoup over the same tokenizer is the oracle: the same characters but for white space."""
    html = "".join(f"<{tag}>{text.replace('&', '&amp;').replace('<', '&lt;')}</{tag}>" for tag, text in parts)
    wanted = BeautifulSoup(html, "html.parser").get_text()
    assert "".join(read_html(html, BASE).text.split()) == "".join(wanted.split())


@given(st.text(max_size=80))
def test_no_text_is_an_error(html: str) -> None:
    text = read_html(f"<p>{html}", BASE).text
    assert text == clean(text)
    assert "\n\n\n" not in text


@given(st.text())
def test_clean_text_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned


def test_lone_surrogates_are_replaced() -> None:
    assert clean("a\ud800b") == "a\ufffdb"
    assert clean("a\r\nb\rc") == "a\nb\nc"
    assert clean(5) == ""
