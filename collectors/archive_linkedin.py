"""The download of a LinkedIn member ("Get a copy of your data"): the table `Shares.csv`, in its zip or by itself.

Written from the layout of 2023 to 2026: the columns `COLUMNS`, in the complete download named `Shares_NUMBER.csv`. A
post's id is the one in its address, which LinkedIn's API would give, too. Times name no zone; they are UTC, as the
numbers in the ids show, which hold the same moment. A line break within a text is written as a quote, the break and a
quote. `linkedin-archive/1` keeps what the table says of a post but the address of its picture, which does not last.
Messages, comments, connections and reactions lie in other members, which are never opened.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from collectors.archive import Archive, Bad, NotPublic, Place, Row
from collectors.archive_box import Box, refused
from collectors.archive_json import TORN
from collectors.archive_table import Wrong, cell, csv_rows, read_header
from collectors.evidence import canonical_json, digest
from collectors.graph import name_of
from collectors.markup import web_address
from collectors.times import TOLERANCE
from data.errors import ArchiveError
from data.model import Account, Item, Media, PostKind

RULE = "linkedin-archive/1"
COLUMNS = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")
KEPT = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "Visibility")
PUBLIC = "PUBLIC"
UNSAID = ("MEMBER_NETWORK", "")  # a kind of audience, not which: everybody, or the member's contacts alone
A_TIME = "%Y-%m-%d %H:%M:%S"
SHARES = re.compile(r"(?:[^/]+/){0,2}Shares(?:_\d{1,20})?\.csv", re.IGNORECASE)
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d{1,20}", re.ASCII)
_POST = re.compile(r"/posts/([^/_]{1,100})_[^/]*?(share|ugcPost|activity)-(\d{1,20})", re.IGNORECASE)
_TYPES = {"share": "share", "ugcpost": "ugcPost", "activity": "activity"}


def open_linkedin(box: Box, subject: str, account: Account, received_at: datetime, *, all_public: bool) -> Archive:
    """Open the zip; raise `ArchiveError` when it holds no posts."""
    names = [name for name in box.names if SHARES.fullmatch(name)]
    if len(names) != 1:
        raise refused(subject, "it is no download of a LinkedIn member (Shares.csv is missing or there twice)")

    def rows() -> Iterator[Row]:
        with box.open(names[0]) as stream:
            yield from _rows(stream, names[0], account, received_at, all_public)

    with box.open(names[0]) as stream:
        _header(stream, names[0])
    return Archive(rows(), whole=False)


def open_shares(file: BinaryIO, subject: str, account: Account, received_at: datetime, *, all_public: bool) -> Archive:
    """Open the table by itself."""
    file.seek(0)
    _header(file, subject)
    file.seek(0)
    return Archive(_rows(file, subject, account, received_at, all_public), whole=False)


def _rows(file: BinaryIO, name: str, account: Account, received_at: datetime, all_public: bool) -> Iterator[Row]:
    number = 1
    try:
        table, header = _header(file, name)
        for row in csv_rows(table, header, name, _reader(account, received_at, all_public)):
            number += 1
            yield row
    except TORN:
        yield Bad(Place(name, number), "the file is cut off or damaged from here on")


def _header(file: BinaryIO, name: str) -> tuple[Any, list[str]]:
    """Return the table and its columns; raise `ArchiveError` where it is not LinkedIn's."""
    try:
        table, header = read_header(file, name)
    except TORN as problem:
        raise refused(name, "it is cut off or damaged") from problem
    lacking = [one for one in COLUMNS if one not in header]
    if lacking or len(set(header)) < len(header):
        what = f"lacks the column {', '.join(lacking)}" if lacking else "has a column twice"
        raise ArchiveError(f"{name} {what}, so it is no table of LinkedIn's. Nothing was taken in.")
    return table, header


def _reader(account: Account, received_at: datetime, all_public: bool) -> Callable[[Place, Mapping[str, str]], Row]:
    name = name_of(account)

    def read(where: Place, cells: Mapping[str, str]) -> Row:
        try:
            audience = cell(cells, "Visibility").strip().upper()
            if audience != PUBLIC and not (all_public and audience in UNSAID):
                return NotPublic(where)
            return to_item(cells, name, received_at)
        except (Wrong, ValueError, OverflowError) as problem:
            return Bad(where, str(problem) if isinstance(problem, Wrong) else "a post that makes no sense")

    return read


def to_item(cells: Mapping[str, str], owner: str, received_at: datetime) -> Item:
    """Turn one row into an item; raise `Wrong` when it makes no post of the account named `owner`."""
    said = {name: cell(cells, name) for name in COLUMNS}
    address = web_address(said["ShareLink"], "")
    at = _time(said["Date"].strip(), received_at)
    text, shared = _unbroken(said["ShareCommentary"]).strip(), web_address(said["SharedUrl"], "")
    passed = _is_own_site(shared)
    return Item(
        platform_id=_id(address, owner),
        kind=(PostKind.QUOTE if text else PostKind.SHARE) if passed else PostKind.OWN,
        text=text,
        payload=canonical_json({name: said[name] for name in KEPT}),
        original_sha256=digest(canonical_json(dict(cells))),
        rule=RULE,
        removed=tuple(sorted(name for name in cells if name not in KEPT)),
        published_at=at,
        url=address,
        links=(shared,) if shared and not passed else (),
        media=(Media("image"),) if said["MediaUrl"].strip() else (),
    )


def _id(address: str, owner: str) -> str:
    """Return the id that a post's address holds; raise `Wrong` when there is none, or it is another member's."""
    if not _is_own_site(address):
        raise Wrong("a post without an address on LinkedIn")
    plain = unquote(address)
    if found := _URN.search(plain):
        return found[0]
    if named := _POST.search(urlsplit(plain).path):
        if named[1].lower() != owner.lower():
            raise Wrong("a post of another account")
        return f"urn:li:{_TYPES[named[2].lower()]}:{named[3]}"
    raise Wrong("a post whose address holds no id")


def _is_own_site(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return host == "linkedin.com" or host.endswith(".linkedin.com")


def _unbroken(text: str) -> str:
    """Return a text with its line breaks as they were written, without the quotes that the table puts around each."""
    lines = text.split("\n")
    quoted = len(lines) > 1 and all(one.endswith('"') for one in lines[:-1]) and all(map(_begins, lines[1:]))
    if not quoted:
        return text
    first, *middle, last = lines
    return "\n".join([first[:-1], *(one[1:-1] for one in middle), last[1:]])


def _begins(line: str) -> bool:
    return line.startswith('"')


def _time(raw: str, received_at: datetime) -> datetime:
    """Read a time, which is UTC; raise `Wrong` for what is none."""
    try:
        at = datetime.strptime(raw.removesuffix(" UTC"), A_TIME).replace(tzinfo=UTC)
    except ValueError:
        raise Wrong(f"no time that can be read ({raw[:40]!r})") from None
    if at.year < 2003 or at > received_at + TOLERANCE:
        raise Wrong(f"an impossible time ({raw[:40]!r})")
    return at
