"""Readings of disguised and decorated spelling: emoji by name, look-alike letters, hashtags, spaced-out letters, leet.

Each pass gives the reading that a person takes in at a glance; every character of a reading stands for the whole of
what was rewritten. In doubt a word stays as it is written.
"""

import re
from functools import cache

from classifier.mapped import Normalised, replaced, substituted

# Letters of other scripts that are drawn like Latin ones (Unicode Technical Standard 39 lists many more).
_ALIKE = dict(zip("аеорсухіјѕһԛԝкмнтвАЕОРСУХІЈЅКМНТВ", "aeopcyxijshqwkmhtbAEOPCYXIJSKMHTB", strict=True))
_ALIKE |= dict(zip("αορντικυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aopvtikuxABEZHIKMNOPTYX", strict=True))
_ALIKE |= dict(zip("ıɑɡɩʟʀ", "iagilr", strict=True))
_ALIKE_TABLE = str.maketrans(_ALIKE)
_MIXED = re.compile(rf"\b(?=\w*[A-Za-z])(?=\w*[{''.join(_ALIKE)}])\w+")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_WORD = re.compile(r"(?<![\w@#$!|])(?=[A-Za-z]{0,39}[013457@$!|])[A-Za-z013457@$!|]{4,40}(?!\w)")
_INSIDE = re.compile(r"(?<=[A-Za-z])[013457@$!|]{1,2}(?=[A-Za-z])")
# Codes, years and numbers of daily bread: SW1A, MP3s, What3Words, Year11s, flat4a, windows10update, sw1a1aa.
_CODE = re.compile(
    r"[a-z0-9][A-Z]|^[A-Z]{2}|^[A-Z\d]+$|[1-9][A-Za-z]?$|\d\ds$|(\d)(?!\1)\d|^[a-z]{1,2}\d[a-z\d]?\d[a-z]{2}$"
)
_CALLED_OUT = re.compile(r"^.{3,}[!|]|[!|].*[!|]")  # "What!no", "eat|sleep|repeat": words set apart, not letters
_SPACED = re.compile(r"(?<![\w'])[A-Za-z]([ .\-_*~])(?:[A-Za-z0134@$]\1){2,40}[A-Za-z](?!\w)")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}|([A-Z])\2{3,}")
_HASHTAGS = re.compile(r"(?<![\w&])(?:#(?=\w*[^\W\d_])\w{2,100})+")
_SEAM = re.compile(r"_+|(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_NOT_LETTER = re.compile(r"[^a-z]+")
FEWEST_LETTERS = 3  # a word in leet has at least as many letters left
LONGEST_CALL = 6  # letters of a word in which "!" or "|" may be a letter
MOST_REPEATED = 3  # of a row of the same emoji so many are named


def named(plain: Normalised) -> Normalised:
    """Replace every emoji by its CLDR short name between colons; joined ones count as one. Takes linear time."""
    table = _emoji()
    text, at, row = plain.text, 0, 0
    changes: list[tuple[int, int, str]] = []
    while at < len(text):
        known = table.get(text[at])
        found = next((one for one in known if text.startswith(one[0], at)), None) if known else None
        if found is None:
            at += 1
            continue
        end = at + len(found[0])
        same = bool(changes) and changes[-1][1] == at and text.startswith(found[0], changes[-1][0])
        row = row + 1 if same else 1
        changes.append((at, end, found[1] if row <= MOST_REPEATED else ""))
        at = end
    return replaced(plain, changes)


def undisguised(plain: Normalised) -> Normalised:
    """Undo disguised spelling in a text whose links and handles are masked already."""
    if not plain.text.isascii():
        plain = substituted(plain, _MIXED, lambda word: word.translate(_ALIKE_TABLE))
    plain = substituted(plain, _HASHTAGS, lambda tags: " ".join(map(_tag, tags[1:].split("#"))))
    plain = substituted(plain, _SPACED, lambda word: word[::2])
    plain = substituted(plain, _WORD, _read)
    return substituted(plain, _DRAWN_OUT, lambda letters: letters[:2])


@cache
def _emoji() -> dict[str, list[tuple[str, str]]]:
    """Return every emoji with its name by its first character, the longest first."""
    import emoji  # late: its table takes 30 ms, and most texts need none

    table: dict[str, list[tuple[str, str]]] = {}
    for one in sorted(emoji.EMOJI_DATA, key=len, reverse=True):
        table.setdefault(one[0], []).append((one, _name(emoji.EMOJI_DATA[one]["en"])))
    return table


def _tag(tag: str) -> str:
    """Return the words of a hashtag, after the sign."""
    read = _read(tag)
    return f"# {read}" if read != tag else "# " + " ".join(filter(None, _SEAM.split(tag)))


def _name(cldr: str) -> str:
    return f" :{_NOT_LETTER.sub(' ', cldr.lower()).strip()}: "


def _read(word: str) -> str:
    """Return the reading of a word that may be in leet; in doubt the word."""
    if word.isalpha() or not word.isascii() or _CODE.search(word) or "_" in word:
        return word
    if ("!" in word or "|" in word) and (len(word) > LONGEST_CALL or _CALLED_OUT.search(word)):
        return word
    if sum(c.isalpha() for c in word) < FEWEST_LETTERS:
        return word
    return _INSIDE.sub(lambda inside: inside[0].translate(_LEET), word)
