"""The nouns of an owner's own download: what a reader of one gives, and how a row of it is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from data.model import Account, Item, Platform
from data.store.archives import Told


class Damaged(Exception):
    """A file that cannot be read on from where it is; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: the file within the download, and its number, counted from 1."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}, row {self.number}"


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that could not be understood: named, and left out."""

    where: Place
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class NotPublic:
    """A row that its author did not show to everybody: counted, and nothing of it is kept."""

    where: Place


WITHOUT_IDS = (Platform.FACEBOOK, Platform.INSTAGRAM)  # whose downloads name no ids of posts
Row = Item | Bad | NotPublic


@dataclass(frozen=True, slots=True)
class Archive:
    """An owner's download, opened and known to be of the account.

    `rows` are read as they are asked for. `owner` is the platform's lasting id of the account, empty where the download
    does not say. `as_of` is when the download was made, None where it does not say. `whole` says that it lists every
    post there was, so that its stretch of time is covered.
    """

    rows: Iterator[Row]
    owner: str = ""
    as_of: datetime | None = None
    whole: bool = True


def as_told(item: Item) -> list[Told]:
    """Return what a post is known by where a download brought it without its id, empty where it has no time."""
    at = item.published_at
    return [Told(item.platform_id, at, item.text, item.updated_at is not None)] if at else []


def told_of(account: Account, items: Iterable[Item]) -> list[Told]:
    """Return the same of posts that are collected, where a download of the platform would have brought no ids."""
    return [one for item in items for one in as_told(item)] if account.platform in WITHOUT_IDS else []
