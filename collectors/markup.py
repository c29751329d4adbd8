"""HTML as people read it: plain text with line breaks, true link targets, and the pictures with their alt texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from collectors.evidence import clean
from collectors.html_tokens import Token, cut
from data.model import Media

PARAGRAPHS = frozenset(
    ("address", "article", "aside", "blockquote", "dl", "figure", "footer", "form", "h1", "h2", "h3", "h4")
) | frozenset(("h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"))
LINES = frozenset(("caption", "dd", "details", "div", "dt", "fieldset", "figcaption", "legend", "li", "summary", "tr"))
CELLS = frozenset(("td", "th"))
UNREAD = frozenset(("head", "script", "style", "template", "title", "noframes", "select", "svg", "math"))
SHOWN = {"img": "image", "video": "video", "audio": "audio", "iframe": "video"}
_UNSEEN = dict.fromkeys(
    map(ord, "\t\r\n")
)  # an address has none (URL standard, section 4.4); text below it would be ours
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
    bare = target.strip().translate(_UNSEEN)
    if not bare:
        return ""
    try:
        joined = bare if bare.startswith(("https://", "http://")) else urljoin(base, bare)
        return clean(joined) if urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


class _Reader:
    def __init__(self, base: str) -> None:
        self.base = base
        self.pieces: list[str] = []
        self.links: dict[str, None] = {}
        self.media: dict[Media, None] = {}
        self.unread, self.depth = "", 0
        self.fresh_line = True

    def take(self, token: Token) -> None:
        """Take one token in."""
        if self.unread:
            self._skip(token)
        elif not token.tag:
            self.pieces.append(_SPACES.sub(" ", token.text))
            self.fresh_line = self.fresh_line and not token.text.strip()
        elif token.closing:
            self._break(token.tag)
        else:
            self._open(token.tag, token.attributes)

    def _skip(self, token: Token) -> None:
        """Pass over what nobody reads, up to the end of the element that holds it."""
        if token.tag == self.unread:
            self.depth += -1 if token.closing else 1
            self.unread = self.unread if self.depth else ""

    def _open(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in UNREAD:
            self.unread, self.depth = tag, 1
            return
        self._break(tag)
        if tag == "br":
            self.pieces.append("\n")
            self.fresh_line = True
        elif tag == "a":
            target = web_address(attributes.get("href", ""), self.base)
            self.links |= {target: None} if target else {}
        elif tag in SHOWN:
            alt = attributes.get("alt") or ("" if tag == "img" else attributes.get("title", ""))
            shown = Media(SHOWN[tag], web_address(attributes.get("src", ""), self.base), clean(alt).strip())
            self.media |= {shown: None} if shown.url or shown.alt else {}

    def _break(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.pieces.append("\n\n")
            self.fresh_line = True
        elif tag in LINES and not self.fresh_line:
            self.pieces.append("\n")
            self.fresh_line = True
        elif tag in CELLS:
            self.pieces.append(" ")


def _tidy(pieces: list[str]) -> str:
    """Join the pieces as a browser lays them out: single spaces, no space beside a break, one blank line at most."""
    text = _SPACES.sub(lambda found: "\n" * found[0].count("\n") or " ", "".join(pieces))
    return _BREAKS.sub("\n\n", _AROUND_BREAK.sub("\n", text)).strip(" \n")


def read_html(html: str, base: str = "") -> Read:
    """Read `html` as a person would; relative addresses are completed from `base`."""
    if "<" not in html and "&" not in html:
        return Read(clean(_tidy([_SPACES.sub(" ", html)])))
    reader = _Reader(base)
    for token in cut(html):
        reader.take(token)
    return Read(clean(_tidy(reader.pieces)), tuple(reader.links), tuple(reader.media))


def read_plain(text: str, *, escaped: bool = False) -> Read:
    """Read plain text with its own line breaks; with `escaped`, undo a second escaping (RSS titles often have one)."""
    lines = [_SPACES.sub(" ", line).strip() for line in (unescape(text) if escaped else text).splitlines()]
    return Read(clean(_BREAKS.sub("\n\n", "\n".join(lines)).strip()))
