"""One item of an XML feed as evidence: written in one canonical way, and reduced by the rule `feed/1`.

`feed/1` keeps what the item itself says (title, text, addresses, dates, categories, media with their descriptions)
and removes everything else: authors and contributors, sources, comment addresses and counts, unknown extensions.
"""

import hashlib
import xml.etree.ElementTree as ET
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from collectors.feed_document import ATOM, local

RULE = "feed/1"
DEEPEST = 100

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FEEDS = frozenset(
    (
        "",
        ATOM,
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
    )
)
PREFIXES = {
    ATOM: "atom",
    CONTENT: "content",
    DC: "dc",
    TERMS: "dcterms",
    MEDIA: "media",
    ITUNES: "itunes",
    XHTML: "xhtml",
    XML: "xml",
    RDF: "rdf",
    "http://purl.org/rss/1.0/": "rss",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://www.youtube.com/xml/schemas/2015": "yt",
}

_OF_FEED = frozenset(
    ("title", "link", "description", "content", "summary", "guid", "id", "pubDate", "published", "updated", "issued")
) | frozenset(("modified", "created", "date", "category", "enclosure", "language"))
_OF_MEDIA = frozenset(("content", "group", "title", "description", "thumbnail"))
KEPT = {
    CONTENT: frozenset(("encoded",)),
    DC: frozenset(("date", "title", "description", "language", "identifier", "subject")),
    TERMS: frozenset(("created", "modified", "issued")),
    MEDIA: _OF_MEDIA,
    ITUNES: frozenset(("title", "subtitle", "summary", "duration", "image")),
    XHTML: frozenset(("body", "div")),
}
KEPT_LINKS = frozenset(("", "alternate", "enclosure", "self"))


@lru_cache(maxsize=2048)
def _split(tag: str) -> tuple[str, str]:
    space, _, name = tag.rpartition("}")
    return space[1:], name


@lru_cache(maxsize=2048)
def named(tag: str) -> str:
    """Return the prefixed name of an element or attribute; an unknown namespace gets a prefix made of its digest."""
    space, name = _split(tag)
    if not space:
        return name
    return f"{PREFIXES.get(space) or 'ns' + hashlib.sha256(space.encode()).hexdigest()[:8]}:{name}"


def _write(node: ET.Element, out: list[str], spaces: set[str], depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    name, space = named(node.tag), _split(node.tag)[0]
    spaces.update(_split(key)[0] for key in node.attrib)
    spaces.add(space)
    attributes = "".join(f" {named(key)}={quoteattr(value)}" for key, value in sorted(node.attrib.items()))
    out.append(f"<{name}{attributes}>{_text(node.text, space, len(node))}")
    for child in node:
        _write(child, out, spaces, depth + 1)
        out.append(_text(child.tail, space, 1))
    out.append(f"</{name}>")


def _text(text: str | None, space: str, children: int) -> str:
    """Escape text; white space that only lays out an element's children is left out."""
    if not text or (children and space != XHTML and not text.strip()):
        return ""
    return escape(text)


def canonical(item: ET.Element) -> bytes:
    """Write an element with sorted attributes, fixed prefixes and its namespaces declared on itself.

    Raises `ValueError` when it is nested deeper than any honest item.
    """
    out: list[str] = []
    spaces: set[str] = set()
    _write(item, out, spaces, 0)
    declared = sorted((named(f"{{{space}}}x")[:-2], space) for space in spaces if space and space != XML)
    head = named(item.tag)
    declarations = "".join(f" xmlns:{prefix}={quoteattr(space)}" for prefix, space in declared)
    return f"<{head}{declarations}{''.join(out)[len(head) + 1 :]}".encode("utf-8", "replace")


def _keeps(child: ET.Element) -> bool:
    space, name = _split(child.tag)
    if space in FEEDS:
        return name in _OF_FEED and (name != "link" or child.get("rel", "") in KEPT_LINKS)
    return name in KEPT.get(space, ())


def _path(parent: str, child: ET.Element) -> str:
    rel = child.get("rel", "") if local(child.tag) == "link" else ""
    return f"{parent}{named(child.tag)}" + (f"[@rel={rel!r}]" if rel else "")


def _reduced(node: ET.Element, path: str, removed: dict[str, None]) -> ET.Element:
    copy = ET.Element(node.tag, node.attrib)
    copy.text = node.text
    for child in node:
        if not _keeps(child):
            removed[_path(path, child)] = None
        elif _split(child.tag)[0] == MEDIA and len(child):
            copy.append(_reduced(child, f"{path}{named(child.tag)}/", removed))
        else:
            copy.append(child)
    return copy


def minimised(item: ET.Element) -> tuple[ET.Element, tuple[str, ...]]:
    """Return the item reduced by `feed/1` and the paths of what was removed, each once."""
    removed: dict[str, None] = {}
    reduced = _reduced(item, "", removed)
    return reduced, tuple(removed)


def item_elements(root: ET.Element) -> list[ET.Element]:
    """Return the items of a feed in the order of the document (which holds no comments: the reader leaves them out)."""
    wanted = FEEDS | {_split(root.tag)[0]}
    return [node for node in root.iter() if local(node.tag) in ("item", "entry") and _split(node.tag)[0] in wanted]
