"""The HTML of a status as its author meant it: links whole, people named but not pointed to.

Servers cut a link into spans (`invisible`, `ellipsis`) that read on without a space, mark mentions and hashtags as
links of a class, and put the address of a quoted status in front (`quote-inline`) for apps that show no quotes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape

from collectors.html_tokens import Token, cut
from collectors.markup import Read, read_html

SOMEBODY = "@…"
VOID = frozenset(("br", "hr", "img", "wbr", "input", "source", "track", "embed", "area", "col", "link", "meta"))


@dataclass(frozen=True, slots=True)
class Content:
    """`html` as it may be kept, what a person reads in it, and whether anything of others was taken out."""

    html: str
    read: Read
    reduced: bool


def _classes(token: Token) -> frozenset[str]:
    return frozenset(token.attributes.get("class", "").lower().split())


def is_hashtag(token: Token) -> bool:
    """Tell whether a link is a hashtag's."""
    return "hashtag" in _classes(token) or token.attributes.get("rel", "").lower() == "tag"


def is_mention(token: Token, people: Collection[str] = ()) -> bool:
    """Tell whether a link is a mention of an account: by its class, or since it leads to one of `people`."""
    if token.attributes.get("href", "").rstrip("/") in people:
        return True
    return "mention" in _classes(token) and not is_hashtag(token)


def _written(token: Token) -> str:
    if not token.tag:
        return escape(token.text, quote=False)
    if token.closing:
        return f"</{token.tag}>"
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in token.attributes.items())
    return f"<{token.tag}{attributes}>"


class _Sieve:
    """Takes out what points to other people; with `unnamed` also the names by which a text calls them."""

    def __init__(self, unnamed: bool, people: Collection[str]) -> None:
        self.unnamed, self.people = unnamed, people
        self.reduced = False
        self._within, self._depth = "", 0

    def through(self, tokens: Iterator[Token]) -> Iterator[Token]:
        for token in tokens:
            if self._within:
                self._skip(token)
            elif token.tag == "a" and not token.closing and (self._names(token) or is_hashtag(token)):
                yield from self._link(token)
            elif token.tag and not token.closing and token.tag not in VOID and "quote-inline" in _classes(token):
                self._begin(token.tag)
            else:
                yield token

    def _link(self, token: Token) -> Iterator[Token]:
        """Keep a hashtag's or a person's name without where it leads."""
        person = self._names(token)
        self.reduced |= person
        if person and self.unnamed:
            yield Token(SOMEBODY)
            self._begin("a")
        else:
            yield Token("", "a", {"class": "mention" if person else "hashtag"})

    def _names(self, token: Token) -> bool:
        return is_mention(token, self.people)

    def _begin(self, tag: str) -> None:
        self.reduced, self._within, self._depth = True, tag, 1

    def _skip(self, token: Token) -> None:
        if token.tag == self._within:
            self._depth += -1 if token.closing else 1
            self._within = self._within if self._depth else ""


def read_content(html: str, base: str, *, unnamed: bool = False, people: Collection[str] = ()) -> Content:
    """Read a status's HTML; with `unnamed` (words of others), mentions lose their names too.

    `people` are the addresses, without a slash at the end, of the accounts that the status says it mentions.
    """
    sieve = _Sieve(unnamed, people)
    kept = "".join(map(_written, sieve.through(cut(html))))
    return Content(kept if sieve.reduced else html, read_html(kept, base), sieve.reduced)
