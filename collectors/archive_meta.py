"""What the downloads of Facebook and Instagram have in common: mangled text, times in seconds, posts without ids.

Both are made by Meta's "Download your information" (Accounts Centre: "Export your information") as JSON. Its text is
mangled: each byte of the UTF-8 is written as a character of its own. Its posts have no ids, so one is made of time and
words, and the store joins such a post with the one that collecting knows by just these (`data.store.archives`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.archive import Bad
from collectors.archive_box import Box, refused
from collectors.archive_container import read_small
from collectors.evidence import clean, digest, read_json
from collectors.times import TOLERANCE
from data.model import Media
from data.store.archives import plain
from data.store.posts import NAMELESS

EARLIEST = datetime(2004, 1, 1, tzinfo=UTC)  # there was no Facebook before
FILMS = frozenset(("mp4", "mov", "m4v", "webm", "avi", "mkv", "3gp", "srt"))
DEEPEST = 40
UNSAID = (
    "{}: it does not say who may read its posts, and what is not for everybody is never taken in, so nothing was. "
    "Where the owner confirms that all of them are public, as those of a {} are, say so with --all-public."
)
_MANGLED = re.compile("[\xc2-\xf4][\x80-\xbf]+")


class Wrong(Exception):
    """An entry that makes no post; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a post was published, and the note that `data.model.Item.time_note` has of it."""

    at: datetime
    note: str = ""


def as_dict(value: object) -> dict[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def mended(text: object) -> str:
    """Return a text as its author wrote it, storable: bytes of UTF-8 that stand as characters are put together again.

    A text with any character that is no byte was not mangled and stays; so does what is no UTF-8, as "café" written
    properly, a run of such characters at a time.
    """
    if not isinstance(text, str) or not text or text.isascii() or max(text) > "\xff":
        return clean(text)
    return clean(_MANGLED.sub(_put_together, text))


def _put_together(found: re.Match[str]) -> str:
    try:
        return found[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def moment(value: object, received_at: datetime) -> Moment:
    """Read a time in seconds since 1970; raise `Wrong` for what can be none: a post is known by its time."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("a post without a time")
    try:
        at = datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        raise Wrong("a post with an impossible time") from None
    if at < EARLIEST:
        raise Wrong("a post with an impossible time")
    return Moment(received_at, "clamped") if at > received_at + TOLERANCE else Moment(at)


def made_up_id(at: datetime, words: str) -> str:
    """Return what stands for the id that the download does not carry: a digest of time and words that says so."""
    return NAMELESS + digest(f"{int(at.timestamp())}\n{plain(words)}".encode("utf-8", "surrogatepass"))


def shown(uri: object) -> Media:
    """Return a picture or film, by the ending of its file: without its address, which is a path within the download and
    may hold an album's or a person's name, and without alternative text, which the download has not."""
    ending = clean(uri).rpartition("?")[0] or clean(uri)
    return Media("video" if ending.rpartition(".")[2].lower() in FILMS else "image")


def member(box: Box, *patterns: re.Pattern[str]) -> str:
    """Return the first member that a pattern fits, empty when there is none."""
    return next((name for pattern in patterns for name in box.names if pattern.fullmatch(name)), "")


def members(box: Box, subject: str, pattern: re.Pattern[str], what: str) -> list[str]:
    """Return the members with posts, in the order of their numbers; raise `ArchiveError` when there are none."""
    found = sorted((name for name in box.names if pattern.fullmatch(name)), key=_number)
    if not found and any(pattern.fullmatch(f"{name.removesuffix('.html')}.json") for name in box.names):
        raise refused(subject, "it was made as HTML, which cannot be read; ask for it as JSON")
    if not found:
        raise refused(subject, f"it holds no posts ({what})")
    return found


def _number(name: str) -> tuple[int, str]:
    found = re.search(r"_(\d{1,9})\.json$", name)
    return int(found[1]) if found else 0, name


def small_json(box: Box, name: str, subject: str) -> dict[str, Any]:
    """Return a small member as an object; raise `ArchiveError` where it is none."""
    try:
        return as_dict(read_json(read_small(box, name, subject)))
    except ValueError as error:
        raise refused(subject, f"it does not say whose it is ({name} is damaged)") from error


def strings(value: object, depth: int = 0) -> Iterator[str]:
    """Yield every text in a value, mended."""
    if isinstance(value, str):
        yield mended(value)
    elif depth < DEEPEST and isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from strings(one, depth + 1)


def sentence_of(where: Any, problem: Exception) -> Bad:
    """Return a bad row with why it is one."""
    return Bad(where, str(problem) if isinstance(problem, Wrong) else "a post that makes no sense")


def joined_words(parts: Sequence[str]) -> str:
    """Return texts one below the other, each once."""
    return "\n".join(dict.fromkeys(filter(None, (one.strip() for one in parts))))
