"""A list of rows in a large JSON file, one row at a time: no row over 16 MiB, and no more of the file in memory.

The standard library's decoder does the reading. A streaming parser would hold a path for every level of nesting, which
a small hostile file turns into gigabytes, and gives up the rest of a file where a number is too long for it.
"""

import codecs
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn
from zipfile import BadZipFile

from collectors.archive import Bad, Damaged, Place

STEP = 256 * 1024
LONGEST_ROW = 16 * 2**20
LONGEST_HEAD = 200
AFTER = frozenset(",:]} \t\r\n")  # what may stand behind a value
TORN = (Damaged, BadZipFile, zlib.error, EOFError, tarfile.TarError)  # what reading a cut or changed download raises
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_ASSIGNMENT = re.compile(r"\s*window\.\w+(?:\.\w+)*\s*=\s*")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse)


class _Text:
    """The part of a file that is being read; bytes that are no UTF-8 become what `_NOT_UTF8` finds."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._text, self._at, self._over = "", 0, False

    def _more(self) -> bool:
        """Read on, twice as far where a row is long; say whether there was anything."""
        if self._over:
            return False
        chunk = self._stream.read(max(STEP, len(self._text) - self._at))
        self._text = self._text[self._at :] + self._decode(chunk, not chunk)
        self._at, self._over = 0, not chunk
        return not self._over

    def peek(self) -> str:
        """Return the next character that is no space, empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, sign: str) -> None:
        """Go past `sign`; raise `Damaged` where something else stands."""
        if self.peek() != sign:
            raise Damaged("is cut off or damaged from here on")
        self._at += 1

    def value(self) -> Any:
        """Go past one value and return it; raise `Damaged` when there is none, or one without an end."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                end = 0
            if end and (self._over or self._text[end : end + 1] in AFTER):  # not a number cut between two reads
                break
            if len(self._text) - self._at > LONGEST_ROW:
                raise Damaged("has a row that is too long or damaged, and cannot be read from here on")
            if not self._more() and not end:
                raise Damaged("is cut off or damaged from here on")
        if _NOT_UTF8.search(self._text, self._at, end):
            value = Damaged("is not UTF-8")
        self._at = end
        return value

    def enter(self, key: str) -> None:
        """Go into the object that begins here, to the value under `key`."""
        self.expect("{")
        while self.value() != key:
            self.expect(":")
            self.value()
            self.expect(",")
        self.expect(":")

    def after_assignment(self) -> None:
        """Go past `window.YTD.tweets.part0 =`, as files that a browser loads begin."""
        self.peek()
        found = _ASSIGNMENT.match(self._text, self._at)
        if not found or found.end() - self._at > LONGEST_HEAD:
            raise Damaged("is not a file of this archive")
        self._at = found.end()


def rows(name: str, stream: BinaryIO, *, key: str = "", assigned: bool = False) -> Iterator[tuple[Place, Any] | Bad]:
    """Yield the rows of the list in a file: the one under `key` of an object, or the file itself.

    A row that is not UTF-8 is bad and the next is read; a file that is damaged ends in a bad row that says so.
    """
    number = 1
    try:
        text = _Text(stream)
        if assigned:
            text.after_assignment()
        if key:
            text.enter(key)
        text.expect("[")
        while text.peek() != "]":
            if number > 1:
                text.expect(",")
            value, where = text.value(), Place(name, number)
            yield Bad(where, f"{value}") if isinstance(value, Damaged) else (where, value)
            number += 1
    except TORN as problem:
        yield Bad(Place(name, number), f"the file {_why(problem)}")


def _why(problem: BaseException) -> str:
    return str(problem) if isinstance(problem, Damaged) else "is cut off or damaged from here on"
