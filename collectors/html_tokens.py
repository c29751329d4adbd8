"""HTML cut into text and tags in one pass whose time grows with the length alone.

The standard library's tokenizer (and BeautifulSoup on it) takes minutes for a hundred kilobytes of tags that are never
closed, and whoever writes a feed could write those. Rules: the tokenizer of the HTML standard, section 13.2.5, except
that where a browser would hide all the rest (a tag or comment without end), the rest is told as text.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from html.entities import html5
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_GAP = re.compile(r"[\s/]*")
# Every alternative consumes what it looks at: a quote without end is looked for once, since no other follows it.
_ATTRIBUTE = re.compile(r"""([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?""")
_REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);?=?")
_RAW = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title", "textarea", "noframes")}


def _read_reference(found: re.Match[str]) -> str:
    """Read a character reference in an attribute: one by name needs its semicolon there, or an end that is no letter,
    digit or equals sign, so that `?a=1&copy=2` is the address that it looks like (HTML standard, section 13.2.5.73).
    """
    name = found[0][1:].removesuffix("=")
    known = name.startswith("#") or (name in html5 and (name.endswith(";") or not found[0].endswith("=")))
    return unescape(found[0]) if known else found[0]


class Token(NamedTuple):
    """A piece of text (`tag` empty, character references read) or a tag; `closing` for end tags."""

    text: str
    tag: str = ""
    attributes: Mapping[str, str] = {}
    closing: bool = False


class _Cutter:
    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.no_comment_ends = False

    def tokens(self) -> Iterator[Token]:
        html, size = self.html, len(self.html)
        while self.at < size:
            start = html.find("<", self.at)
            if start < 0:
                start = size
            if start > self.at:
                yield Token(unescape(html[self.at : start]))
            self.at = start
            if start < size:
                yield from self._markup()

    def _markup(self) -> Iterator[Token]:
        """Read what begins with the `<` at hand."""
        html, following = self.html, self.html[self.at + 1 : self.at + 2]
        if following in ("!", "?"):
            self._skip_declaration()
        elif following == "/":
            name = _NAME.match(html, self.at + 2)
            self._skip_to_end(self.at + 2)
            if name:
                yield Token("", name[0].lower(), closing=True)
        elif name := _NAME.match(html, self.at + 1):
            yield from self._start(name)
        else:
            self.at += 1
            yield Token("<")

    def _skip_to_end(self, start: int) -> None:
        end = self.html.find(">", start)
        self.at = end + 1 if end >= 0 else len(self.html)

    def _skip_declaration(self) -> None:
        if not self.html.startswith("<!--", self.at):
            return self._skip_to_end(self.at + 2)
        end = -1 if self.no_comment_ends else self.html.find("-->", self.at + 4)
        self.no_comment_ends = end < 0
        self.at = end + 3 if end >= 0 else self.at + 4
        return None

    def _start(self, name: re.Match[str]) -> Iterator[Token]:
        """Read a start tag; one without end is text to the end of the document."""
        html, tag, attributes, at = self.html, name[0].lower(), dict[str, str](), name.end()
        while True:
            at = _GAP.match(html, at).end()  # type: ignore[union-attr]  # it matches nothing too
            if html[at : at + 1] == ">":
                break
            found = _ATTRIBUTE.match(html, at)
            if not found:
                yield Token(unescape(html[self.at :]))
                self.at = len(html)
                return
            attributes.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
            at = found.end()
        self.at = at + 1
        yield Token("", tag, {key: _REFERENCE.sub(_read_reference, value) for key, value in attributes.items()})
        if tag in _RAW:
            self._skip_raw(tag)

    def _skip_raw(self, tag: str) -> None:
        """Skip the content of an element that is no markup, up to its end tag."""
        end = _RAW[tag].search(self.html, self.at)
        self.at = end.start() if end else len(self.html)


def cut(html: str) -> Iterator[Token]:
    """Yield the texts and tags of `html`; comments, declarations, scripts and styles are left out."""
    return _Cutter(html).tokens()
