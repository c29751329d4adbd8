"""The long posts of an X download: their whole text lies in `data/note-tweet.js`, apart from the cut post.

The file has names and fields of its own and seldom says which post it belongs to. A text belongs to the post of the
same moment that begins as it does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from html import unescape
from typing import Any

from collectors.archive import Bad, Place
from collectors.archive_box import Box
from collectors.archive_json import rows
from collectors.evidence import clean
from collectors.times import read_time

NOTES = re.compile(r"(?:[^/]+/)?data/note-tweets?(?:-part\d+)?\.js")
LONG = 140  # characters from which on a post may be a cut one
AROUND = 5  # seconds between a post and its text
MOST = 64 * 2**20  # characters of long texts in memory
LOST = "a long text that belongs to no post of this download"
_TAIL = re.compile(r"\s*(?:https://t\.co/\w+\s*)*$", re.ASCII)
_ADDRESSEES = re.compile(r"(?:@\w{1,15}\s+)+", re.ASCII)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _moment(said: str) -> int | None:
    at = read_time(said).at
    return int(at.astimezone(UTC).timestamp()) if at else None


def _plain(text: str) -> str:
    return " ".join(unescape(text).split())


@dataclass(slots=True)
class _Note:
    where: Place
    text: str
    urls: list[dict[str, str]]
    taken: bool = False

    def begins_as(self, cut: str) -> bool:
        """Say whether a cut post is the beginning of this text."""
        start, whole = _plain(_TAIL.sub("", cut)).removesuffix("…").rstrip(), _plain(self.text)
        return bool(start) and whole.startswith((start, _ADDRESSEES.sub("", start, count=1)))


@dataclass(slots=True)
class Notes:
    """The long texts of a download, by the second they were written in and, where that is said, by their post."""

    bad: list[Bad] = field(default_factory=list)
    by_second: dict[int, list[_Note]] = field(default_factory=dict)
    by_post: dict[str, _Note] = field(default_factory=dict)
    every: list[_Note] = field(default_factory=list)

    def of(self, tweet: dict[str, Any], said: str) -> dict[str, Any]:
        """Return the long text of a post as the API gives it, empty where it has none."""
        text = clean(tweet.get("full_text") or tweet.get("text"))
        found = self.by_post.get(clean(tweet.get("id_str") or tweet.get("id")))
        if found is None and len(text) >= LONG and (second := _moment(said)) is not None:
            near = (n for s in range(second - AROUND, second + AROUND + 1) for n in self.by_second.get(s, ()))
            found = next((one for one in near if one.begins_as(text)), None)
        if found is None:
            return {}
        found.taken = True
        return {"text": found.text, "entities": {"urls": found.urls}}

    def left(self) -> Iterator[Bad]:
        """Yield the texts whose post was not found, once every post has been asked for."""
        yield from (Bad(one.where, LOST) for one in self.every if not one.taken)

    def add(self, where: Place, entry: object) -> None:
        """Take in one entry of the file."""
        note = _dict(_dict(entry).get("noteTweet"))
        core = next(
            (part for name in ("core", "noteTweetResults", "noteTweetContents") if (part := _dict(note.get(name)))), {}
        )
        text, second = clean(core.get("text")), _moment(clean(note.get("createdAt")))
        if not text or (second is None and not clean(note.get("tweetId"))):
            self.bad.append(Bad(where, "a long text without words or time"))
            return
        links = core.get("urls") or _dict(core.get("entitySet")).get("urls")
        urls = [_link(one) for one in (links if isinstance(links, list) else []) if isinstance(one, dict)]
        made = _Note(where, text, urls)
        self.every.append(made)
        if post := clean(note.get("tweetId")):
            self.by_post[post] = made
        elif second is not None:
            self.by_second.setdefault(second, []).append(made)


def _link(one: dict[str, Any]) -> dict[str, str]:
    short, target = one.get("shortUrl") or one.get("url"), one.get("expandedUrl") or one.get("expanded_url")
    return {"url": clean(short), "expanded_url": clean(target)}


def read_notes(box: Box, names: list[str]) -> Notes:
    """Read the long texts of a download."""
    notes, total = Notes(), 0
    for name in names:
        with box.open(name) as stream:
            for one in rows(name, stream, assigned=True):
                if isinstance(one, Bad):
                    notes.bad.append(one)
                    continue
                notes.add(*one)
                total += len(notes.every[-1].text) if notes.every else 0
                if total > MOST:
                    notes.bad.append(Bad(one[0], "there are more long texts than can be matched to their posts"))
                    break
    return notes
