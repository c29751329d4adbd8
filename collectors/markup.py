"""HTML as people read it: plain text with line breaks, true link targets, and the pictures with their alt texts.

Built on the standard library's tokenizer: the text of a feed is the hot path, and a tree is not needed for it.
"""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from collectors.evidence import clean
from data.model import Media

PARAGRAPHS = frozenset(
    ("address", "article", "aside", "blockquote", "dl", "figure", "footer", "form", "h1", "h2", "h3", "h4")
) | frozenset(("h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"))
LINES = frozenset(("caption", "dd", "details", "div", "dt", "fieldset", "figcaption", "legend", "li", "summary", "tr"))
CELLS = frozenset(("td", "th"))
UNREAD = frozenset(("head", "script", "style", "template", "title", "noframes", "select", "svg", "math"))
FILMS = {"video": "video", "audio": "audio", "iframe": "video"}
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")  # a no-break space is read as a space
_AROUND_BREAK = re.compile(r" ?\n ?")
_BREAKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Read:
    """What a person meets in a piece of HTML: its text, where its links lead, what it shows."""

    text: str
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


def web_address(target: str, base: str) -> str:
    """Return `target` as a complete http(s) address, empty when it is none."""
    if not target.strip():
        return ""
    try:
        joined = urljoin(base, target.strip())
        return clean(joined) if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


class _Reader(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.pieces: list[str] = []
        self.links: dict[str, None] = {}
        self.media: dict[Media, None] = {}
        self.unread: list[str] = []
        self.fresh_line = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.unread.append(tag)
        if self.unread:
            return
        self._break(tag)
        if tag == "a":
            self._link(dict(attrs).get("href"))
        elif tag == "img":
            found = dict(attrs)
            self._show("image", found.get("src"), found.get("alt"))
        elif tag in FILMS:
            found = dict(attrs)
            self._show(FILMS[tag], found.get("src"), found.get("title"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in UNREAD:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.unread:
            del self.unread[self.unread.index(tag) :]
        elif not self.unread and tag != "br":
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.pieces.append(_SPACES.sub(" ", data))
            self.fresh_line = self.fresh_line and not data.strip()

    def _break(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.pieces.append("\n\n")
            self.fresh_line = True
        elif tag == "br" or (tag in LINES and not self.fresh_line):
            self.pieces.append("\n")
            self.fresh_line = True
        elif tag in CELLS:
            self.pieces.append(" ")

    def _link(self, href: str | None) -> None:
        target = web_address(href, self.base) if href else ""
        if target:
            self.links[target] = None

    def _show(self, kind: str, src: str | None, alt: str | None) -> None:
        shown = Media(kind, web_address(src, self.base) if src else "", clean(alt).strip())
        if shown.url or shown.alt:
            self.media[shown] = None


def _tidy(pieces: list[str]) -> str:
    """Join the pieces as a browser lays them out: single spaces, no space beside a break, one blank line at most."""
    text = _SPACES.sub(lambda found: "\n" * found[0].count("\n") or " ", "".join(pieces))
    return _BREAKS.sub("\n\n", _AROUND_BREAK.sub("\n", text)).strip(" \n")


def read_html(html: str, base: str = "") -> Read:
    """Read `html` as a person would; relative addresses are completed from `base`."""
    if "<" not in html and "&" not in html:
        return Read(clean(_tidy([_SPACES.sub(" ", html)])))
    reader = _Reader(base)
    reader.feed(html)
    reader.close()
    return Read(clean(_tidy(reader.pieces)), tuple(reader.links), tuple(reader.media))


def read_plain(text: str, *, escaped: bool = False) -> Read:
    """Read plain text with its own line breaks; with `escaped`, undo a second escaping (RSS titles often have one)."""
    lines = [_SPACES.sub(" ", line).strip() for line in (unescape(text) if escaped else text).splitlines()]
    return Read(clean(_BREAKS.sub("\n\n", "\n".join(lines)).strip()))
