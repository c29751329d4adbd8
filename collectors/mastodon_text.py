"""The HTML of a status as its author meant it: links whole, people named but not pointed to.

Servers cut a link into spans (`invisible`, `ellipsis`) that read on without a space, mark mentions and hashtags as
links of a class, and put the address of a quoted status in front (`quote-inline`) for apps that show no quotes.
Whatever could hide words is taken out only where it is what it says: nobody shall write past the scan.
"""

import re
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from html import escape

from collectors.html_tokens import Token, cut
from collectors.markup import CELLS, LINES, PARAGRAPHS, Read, read_html

SOMEBODY = "@…"
VOID = frozenset(("br", "hr", "img", "wbr", "input", "source", "track", "embed", "area", "col", "link", "meta"))
ENDS_A_LINK = PARAGRAPHS | LINES | CELLS | {"a"}
QUOTING = ("re:", "rt:", "qt:", "rn:")
LONGEST_ADDRESS = 40  # tokens
_NAME = re.compile(r"(?<!\w)[@＠]\w+(?:[.-]\w+)*(?:@\w+(?:[.-]\w+)*)?")


@dataclass(frozen=True, slots=True)
class Content:
    """`html` as it may be kept, what a person reads in it, and whether anything of others was taken out."""

    html: str
    read: Read
    reduced: bool


def without_names(text: str) -> str:
    """Return a text without the names that are written as @name or @name@server; a mail address is none."""
    return _NAME.sub(SOMEBODY, text)


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


def _is_address(tokens: list[Token]) -> bool:
    """Tell whether the content of an element is an address alone, as apps write one in front of a quote."""
    words = "".join(token.text for token in tokens[:LONGEST_ADDRESS]).lower().split()
    words = words[1:] if words and words[0] in QUOTING else words
    return len(tokens) < LONGEST_ADDRESS and len(words) < 2 and all("/" in word for word in words)


def _ends(tokens: list[Token]) -> dict[int, int]:
    """Return where each element that is closed ends, by the place of its start; elements of one tag nest."""
    found, started = dict[int, int](), dict[str, list[int]]()
    for at, token in enumerate(tokens):
        if token.tag and token.tag not in VOID and not token.closing:
            started.setdefault(token.tag, []).append(at)
        elif token.closing and started.get(token.tag):
            found[started[token.tag].pop()] = at
    return found


def _written(token: Token) -> str:
    if not token.tag:
        return escape(token.text, quote=False)
    if token.closing:
        return f"</{token.tag}>"
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in token.attributes.items())
    return f"<{token.tag}{attributes}>"


class _Sieve:
    """Takes out what points to other people; with `unnamed` also the names by which links call them."""

    def __init__(self, html: str, unnamed: bool, quotes: bool, people: Collection[str]) -> None:
        self.tokens = list(cut(html))
        self.unnamed, self.people = unnamed, people
        self.reduced = False
        self._ends = _ends(self.tokens) if quotes else {}

    def through(self) -> Iterator[Token]:
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            end = self._ends.get(at)
            if token.tag == "a" and not token.closing and (is_mention(token, self.people) or is_hashtag(token)):
                at = yield from self._link(at)
            elif end and "quote-inline" in _classes(token) and _is_address(self.tokens[at:end]):
                self.reduced, at = True, end + 1
            else:
                yield token
                at += 1

    def _link(self, at: int) -> Generator[Token, None, int]:
        """Keep a hashtag's or a person's name without where it leads; return the place from which to go on."""
        person = is_mention(self.tokens[at], self.people)
        self.reduced |= person
        if not person or not self.unnamed:
            yield Token("", "a", {"class": "mention" if person else "hashtag"})
            return at + 1
        end = next((n for n in range(at + 1, len(self.tokens)) if self.tokens[n].tag in ENDS_A_LINK), at)
        if self.tokens[end].tag == "a" and self.tokens[end].closing:
            yield Token(SOMEBODY)
            return end + 1
        return at + 1  # a link without end is text


def read_content(
    html: str, base: str, *, unnamed: bool = False, quotes: bool = False, people: Collection[str] = ()
) -> Content:
    """Read a status's HTML; with `unnamed` (words of others), mentions lose their names too.

    `quotes` says that the status quotes another, whose address in front is then left out. `people` are the addresses,
    without a slash at the end, of the accounts that the status says it mentions.
    """
    sieve = _Sieve(html, unnamed, quotes, people)
    kept = "".join(map(_written, sieve.through()))
    return Content(kept if sieve.reduced else html, read_html(kept, base), sieve.reduced)
