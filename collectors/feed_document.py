"""What kind of document an answer is, made fit for a strict XML reader without losing a word.

Publishing systems put HTML entities, control characters and wrong encodings into XML. These are mended here, in
one linear pass each; a document type declaration is cut off, so that no entity of its own is ever expanded.
"""

import codecs
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from enum import Enum
from html.entities import html5
from typing import Any
from urllib.parse import urlsplit

from collectors.base import Fetched
from collectors.evidence import read_json
from collectors.markup import web_address

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
FEED_ROOTS = frozenset(("rss", "feed", "rdf"))
JSON_FEED = "https://jsonfeed.org/version/"
XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
ENCODINGS = re.compile(r"utf-(16|32)|iso8859-|cp125|koi8|gb|big5|shift|euc|mac-", re.IGNORECASE)

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BARE = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_LABEL = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)|encoding\s*=\s*["']([\w.:-]+)""", re.ASCII | re.IGNORECASE)
_ENTITY = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{1,31})|#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile("[\ufeff \t\r\n]*")
_FIRST_TAG = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_END_TAG = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)


class Kind(Enum):
    """What an answer turned out to be."""

    XML = "xml"
    JSON = "json"
    HTML = "html"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Document:
    """An answer, read: `text` mended; `root` None where XML is not well-formed, `cut` where its end is missing."""

    kind: Kind
    text: str
    root: ET.Element | None = None
    value: Any = None
    cut: bool = False


def _label(body: bytes, content_type: str) -> str:
    for place in (content_type, body[:200].decode("ascii", "replace")):
        if found := _LABEL.search(place):
            return str(found[1] or found[2])
    return ""


def decode(body: bytes, content_type: str) -> str:
    """Decode by byte order mark, else as UTF-8 if it is that, else as labelled, else as Windows-1252 as browsers do."""
    for mark, name in (*_BOMS, *_BARE):
        if body.startswith(mark):
            return body.decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        name = codecs.lookup(_label(body, content_type)).name
    except LookupError:
        name = ""
    latin = name == "iso8859-1" or not ENCODINGS.match(name)
    return body.decode("cp1252" if latin else name, "replace")


def _doctype_end(text: str, start: int) -> int:
    """Return where the document type declaration at `start` ends, -1 when it does not."""
    end, subset = text.find(">", start), text.find("[", start)
    if 0 <= subset < end:
        close = text.find("]", subset)
        while close >= 0 and not text[close + 1 : close + 50].lstrip().startswith(">"):
            close = text.find("]", close + 1)
        end = text.find(">", close) if close >= 0 else -1
    return end


def without_doctype(text: str) -> str:
    """Cut all that stands before the first element off: declarations with any entities they declare, and comments.

    Again and again, since whoever writes several, or hides one behind a long comment, means no good.
    """
    start = _SPACE.match(text).end()  # type: ignore[union-attr]  # it matches nothing too
    while text.startswith(("<!", "<?"), start):
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4) + 2
        elif text.startswith("<?", start):
            end = text.find("?>", start) + 1
        elif text[start : start + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, start)
        else:
            break
        if end < start:
            break
        start = _SPACE.match(text, end + 1).end()  # type: ignore[union-attr]
    return text[start:]


def _mended(found: re.Match[str]) -> str:
    name, decimal, hexadecimal = found.groups()
    if name is not None:
        if name in XML_NAMES:
            return found[0]
        meant = html5.get(f"{name};")
        return "".join(f"&#{ord(char)};" for char in meant) if meant else f"&amp;{name};"
    code = int(decimal) if decimal else int(hexadecimal, 16)
    legal = code < 0x110000 and not _ILLEGAL.match(chr(code))
    return found[0] if legal else ""


def mend(text: str) -> str:
    """Make `text` acceptable to an XML reader as far as that cannot change its meaning."""
    text = without_doctype(_ILLEGAL.sub("", text))
    return _ENTITY.sub(_mended, text) if "&" in text else text


def _read_xml(text: str) -> Document:
    text = mend(text)
    try:
        root = ET.fromstring(text.encode("utf-8"))  # noqa: S314 - `mend` leaves no declaration of entities to expand
    except ET.ParseError:
        root = None
    first = _FIRST_TAG.search(text)
    name = (local(root.tag) if root is not None else first[1] if first else "").lower()
    if name not in FEED_ROOTS:
        return Document(Kind.HTML if name in ("html", "head", "body") else Kind.OTHER, text)
    return Document(Kind.XML, text, root, cut=root is None and not _END_TAG.search(text[-4096:]))


def read_document(fetched: Fetched) -> Document:
    """Settle what an answer is and read it as that."""
    text = decode(fetched.body, fetched.headers.get("content-type", ""))
    bare = text.lstrip("\ufeff \t\r\n")
    if bare.startswith(("{", "[")):
        try:
            value = read_json(bare.encode("utf-8", "replace"))
        except ValueError:
            return Document(Kind.JSON, bare, cut=True)
        named = isinstance(value, dict) and str(value.get("version", "")).startswith(JSON_FEED)
        return Document(Kind.JSON if named else Kind.OTHER, bare, value=value)
    if bare[:15].lower().startswith(("<!doctype html", "<html")):
        return Document(Kind.HTML, text)
    return _read_xml(text)


def local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _head(root: ET.Element) -> list[ET.Element]:
    """Return the elements that speak of the whole feed: the root and, in RSS, its channel."""
    return [root, *(child for child in root if local(child.tag) == "channel")]


def next_page(document: Document, url: str) -> str:
    """Return the address of the page that follows (RFC 5005, JSON Feed), empty when there is none on the same host."""
    target = ""
    if document.kind is Kind.JSON and isinstance(document.value, dict):
        target = str(document.value.get("next_url") or "")
    elif document.root is not None:
        links = [link for place in _head(document.root) for link in place.findall(f"{{{ATOM}}}link")]
        rels = {link.get("rel", ""): link.get("href", "") for link in links}
        target = rels.get("next", "") or rels.get("prev-archive", "")
    there = web_address(target, url) if target else ""
    return there if there and urlsplit(there).netloc == urlsplit(url).netloc else ""


def is_complete(document: Document) -> bool:
    """Tell whether the feed says that it lists everything there is (RFC 5005, section 2)."""
    if document.root is None:
        return False
    return any(place.find(f"{{{HISTORY}}}complete") is not None for place in _head(document.root))
