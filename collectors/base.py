"""The one protocol that every collector keeps, and what passes through it.

`fetch` speaks to the network and understands no more of an answer than it needs to ask for the next page;
`parse` is pure: the same bytes always give the same page. `collectors.run` drives both and stores the result.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from data.model import Account, AccountSnapshot, Item, Platform


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the collection of one account stands; moved only after all pages are committed.

    `format` is the version of the meaning of `state`, a collector's own strings (etag, last_modified, rev, …).
    """

    format: int = 1
    state: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer of a server: `body` as received (after transfer decoding), `sha256` its digest in hexadecimal."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    sha256: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """An entry that was there and could not be understood: counted and told, never swallowed."""

    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer held.

    `cursor` is where the collection would stand if this were the last page. `exhaustive` says that the pages up to
    this one list every post that the account still shows, so a known post that is missing is gone; otherwise only a
    known post younger than the oldest one listed is. `unchanged` says that the server told us so. `continuous` says
    that the pages up to this one list everything newer than what the last complete collection had: nothing was missed.

    `gone` holds ids of posts that the platform, asked for them one by one, no longer shows. `cost` is the price of this
    answer and `ahead` the estimated price of those that follow, in US dollars.

    `pinned` are ids of posts that the platform shows out of their place in time: an old one among them is no sign that
    the pages reach back to it.

    `older` says that the page goes on with a walk back which an earlier run began, so that it does not adjoin the pages
    before it. `unfinished` is why the walk ended before its end (a sentence); the next run goes on, and without
    `continuous` nothing is claimed of the time up to now. Posts last seen before `seen_from` are of another server.
    """

    items: tuple[Item, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    cursor: Cursor = field(default_factory=Cursor)
    exhaustive: bool = False
    unchanged: bool = False
    snapshot: AccountSnapshot | None = None
    platform_id: str = ""
    moved_to: str = ""
    continuous: bool = False
    gone: tuple[str, ...] = ()
    cost: float = 0.0
    ahead: float = 0.0
    older: bool = False
    unfinished: str = ""
    seen_from: datetime | None = None
    pinned: tuple[str, ...] = ()


class Http(Protocol):
    """What a collector may ask of the network: one guarded GET; counts its own requests."""

    requests: int

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Fetched:
        """Return the answer (any 2xx, 304, or a status in `accept`); raise `data.errors.CollectError` otherwise."""


class Collector(Protocol):
    """One platform: `fetch` yields answers newest first, `parse` turns each into a page."""

    platform: Platform

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the account's answers from the newest back; with `full`, ask unconditionally."""

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `data.errors.CollectError` when it is not what the platform gives."""
