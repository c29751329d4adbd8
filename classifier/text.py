"""Normalisation of hostile post text, with a map back to the original code points.

The passes, in order: control characters and lone surrogates become spaces, HTML entities are decoded, compatibility
forms are folded (Unicode NFKC, character by character), emoji are named, invisible and bidirectional characters and
stacked combining marks are dropped, links, handles and e-mail addresses are masked, disguised spellings are undone
(`classifier.spelling`). Every pass takes linear time.
"""

import html
import re
import unicodedata
from functools import lru_cache

import numpy as np

from classifier.mapped import Normalised, substituted
from classifier.spelling import named, undisguised

NORMALISER = 2  # part of every model's manifest: raise it when the outcome of `normalise` changes
URL, USER, EMAIL = "<url>", "<user>", "<email>"
MOST_MARKS = 4  # combining marks looked at behind one character
LONGEST_FOLD = 4  # a compatibility form that unfolds to more characters than this stays as it is

# What NFKC leaves apart although people use it for the same key.
PLAIN = str.maketrans(
    "\u2018\u2019\u201a\u201b\u00b4\u0060\u2032\u201c\u201d\u201e\u00ab\u00bb\u2033", "'''''''\"\"\"\"\"\""
)
PLAIN |= str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-------")
MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
CONTROLS = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\ud800-\udfff]")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]+"
)
MARKED = re.compile(f"[^{MARKS}]?[{MARKS}]+", re.DOTALL)
# The ends of handles that are domain names. Without such a list "@someone.any words" would hide the words.
DOMAINS = "app|blog|com|cymru|dev|eu|example|info|io|london|me|net|online|org|scot|social|test|uk|wales|xyz"
MASKS = (
    (re.compile(r"\b(?:https?://|www\.)[^\s<>\"]+|\[URL\]|\bHTTPURL\b", re.IGNORECASE), URL),
    (
        re.compile(
            r"(?<![\w@])@\w{1,64}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|"
            rf"(?:\.[\w-]{{1,63}}){{0,3}}\.(?:{DOMAINS})\b)?|\[USER\]"
        ),
        USER,
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), EMAIL),
)


def normalise(original: str) -> Normalised:
    """Normalise a text. Never fails: any sequence of code points, lone surrogates too, has an outcome."""
    text = CONTROLS.sub(" ", original)
    ends = np.arange(1, len(text) + 1)
    plain = Normalised(text, np.stack([ends - 1, ends], axis=1))
    for _ in range(2):  # twice: "&amp;lt;" is common
        plain = substituted(plain, ENTITY, _decoded)
    plain = _folded(plain)
    if not plain.text.isascii():
        plain = named(plain)
        plain = substituted(plain, INVISIBLE, lambda _: "")
        plain = substituted(plain, MARKED, _composed)
    for pattern, token in MASKS:
        plain = substituted(plain, pattern, lambda _, token=token: token)  # type: ignore[misc]
    return undisguised(plain)


def _decoded(entity: str) -> str:
    decoded = html.unescape(entity)
    return entity if len(decoded) > 2 else CONTROLS.sub(" ", decoded)


def _folded(plain: Normalised) -> Normalised:
    """Fold compatibility forms: one to one by translation, unfolding ones by substitution."""
    odd = {c: _fold(c) for c in set(plain.text.translate(PLAIN)) if not c.isascii()}
    table = {ord(c): to for c, to in odd.items() if len(to) == 1}
    plain = Normalised(plain.text.translate(PLAIN).translate(table), plain.offsets)
    longer = "".join(sorted(c for c, to in odd.items() if len(to) > 1))
    return substituted(plain, re.compile(f"[{re.escape(longer)}]"), _fold) if longer else plain


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded.translate(PLAIN) if 1 <= len(folded) <= LONGEST_FOLD else character


def _composed(cluster: str) -> str:
    """Return a character with the marks that have a composed form with it; other marks are dropped."""
    return unicodedata.normalize("NFC", cluster[: 1 + MOST_MARKS])[0] if not _is_mark(cluster[0]) else ""


def _is_mark(character: str) -> bool:
    return re.match(f"[{MARKS}]", character) is not None
