"""The collector of Mastodon and of servers that speak its API (Takahē, GoToSocial, Pleroma and others).

What is new is walked forward from the newest status known (`min_id`), so that a gap is never skipped. The newest page
is read too, for edits; the first collection, and `--full`, walk back through everything, a slice a run. Whether an
older status is still there is asked by its id (`collectors.recheck`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from collectors.base import Cursor, Dropped, Fetched, Http, Page
from collectors.evidence import canonical_json, clean, digest
from collectors.markup import read_html, web_address
from collectors.mastodon_answers import ids_of, newest_id, read_entity, read_statuses
from collectors.mastodon_posts import NotUnderstood, to_item
from collectors.mastodon_server import ABSENT, Server, place_of
from collectors.notes import cursor_of, note, pin
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Item, Platform

FORMAT = 1
A_SLICE = 100  # pages that one run walks back; servers allow 300 requests in five minutes
NOTHING = Cursor()


@dataclass(slots=True)
class _Walk:
    """How far a run has come: the newest id, the query from which older pages go on, and the account's id."""

    number: str
    newest: str = ""
    fill: str = ""

    def cursor(self, base: str) -> Cursor:
        return Cursor(FORMAT, {"server": base, "newest": self.newest, "fill": self.fill})


class MastodonCollector:
    """The `collectors.base.Collector` and `collectors.recheck.Rechecks` of Mastodon and compatible servers.

    The answers come as: profile (a snapshot), pages of statuses, and last the profile again with the new cursor.
    """

    platform = Platform.MASTODON
    recheck_most = 20
    recheck_newest: int | None = None
    recheck_price = 0.0

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the account's answers; three requests when nothing is new."""
        server = Server(place_of(account), http)
        profile = server.profile(account.platform_id)
        walk = _standing(read_entity(profile)["id"], cursor, server.place.base, full)
        yield _pinned(profile, "profile", walk)
        if walk.newest:
            yield from self._forward(server, walk)
        pages = self._slice(server, walk, walk.fill) if walk.fill or not walk.newest else ()
        yield from pages
        yield _pinned(profile, "end", walk, walk.cursor(server.place.base))

    def _forward(self, server: Server, walk: _Walk) -> Iterator[Fetched]:
        """Walk from the newest status known to the newest there is, then read the newest page for edits."""
        known, seen = walk.newest, {walk.newest}
        while True:
            answer = server.statuses(walk.number, min_id=walk.newest)
            found = read_statuses(answer)
            ids = ids_of(found)
            if not seen.isdisjoint(ids):  # a server that does not know min_id gives the newest page again and again
                yield from self._back(server, walk, known)
                return
            if not ids:
                break
            seen.update(ids)
            walk.newest = newest_id(found)
            yield _pinned(answer, "statuses", walk)
        yield _pinned(server.statuses(walk.number), "statuses", walk)

    def _back(self, server: Server, walk: _Walk, known: str) -> Iterator[Fetched]:
        """Walk back from the newest status to the one that is known, or to the end where that has been deleted."""
        first = ""
        for answer, found, _ in server.older(walk.number, {}):
            first = first or newest_id(found)
            yield _pinned(answer, "statuses", walk)
            if known in ids_of(found):
                break
        walk.newest = first or walk.newest

    def _slice(self, server: Server, walk: _Walk, start: str) -> Iterator[Fetched]:
        """Walk back from `start` (a query, empty for the newest), and note where to go on the next time."""
        walk.fill = ""
        for n, (answer, found, following) in enumerate(server.older(walk.number, dict(parse_qsl(start))), 1):
            walk.newest = walk.newest or newest_id(found)
            yield _pinned(answer, "statuses", walk)
            if n >= A_SLICE:
                walk.fill = urlencode(following)
                return

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        """Yield what the server says of each status; 404 and 410 are answers."""
        server = Server(place_of(account), http)
        for number in ids:
            answer = server.ask(f"statuses/{quote(number, safe='')}")
            yield pin(answer, NOTHING, part="single", account=account.platform_id, asked=number)

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` bad_answer when it is not what the API gives."""
        number, cursor = note(fetched, "account"), cursor_of(fetched)
        match note(fetched, "part"):
            case "profile":
                shown = read_entity(fetched)
                return Page(snapshot=_snapshot(shown, fetched), platform_id=number, moved_to=_moved(shown))
            case "end":
                return Page(cursor=cursor, platform_id=number, continuous=True)
            case "single":
                return _single(account, fetched, number)
            case _:
                items, dropped = _understood(account, fetched, read_statuses(fetched), number)
                return Page(items, dropped, platform_id=number)


def _standing(number: str, cursor: Cursor, base: str, full: bool) -> _Walk:
    """Settle where to begin: from nothing with `full`, or where the cursor is of another server."""
    known = cursor.state if cursor.format == FORMAT and cursor.state.get("server") == base else {}
    if full or not known.get("newest"):
        return _Walk(number)
    return _Walk(number, known["newest"], known.get("fill", ""))


def _pinned(fetched: Fetched, part: str, walk: _Walk, cursor: Cursor = NOTHING, **notes: str) -> Fetched:
    return pin(fetched, cursor, part=part, account=walk.number, **notes)


def _snapshot(shown: dict[str, Any], fetched: Fetched) -> AccountSnapshot:
    followers = shown.get("followers_count")
    return AccountSnapshot(
        at=fetched.received_at,
        handle=clean(shown.get("acct")) or clean(shown.get("username")),
        name=clean(shown.get("display_name")),
        biography=read_html(clean(shown.get("note"))).text,
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
        status="limited" if shown.get("limited") is True else "",
    )


def _moved(shown: dict[str, Any]) -> str:
    """Return the address of the account that this one says it has moved to."""
    there = shown.get("moved")
    return web_address(clean(there.get("url")), "") if isinstance(there, dict) else ""


def _single(account: Account, fetched: Fetched, number: str) -> Page:
    """Understand what the server says of one status; one that is no longer public is gone, too."""
    asked = note(fetched, "asked")
    if fetched.status in ABSENT:
        return Page(platform_id=number, gone=(asked,))
    shown = read_entity(fetched)
    items, dropped = _understood(account, fetched, [shown], number)
    if shown.get("id") != asked:
        raise CollectError("bad_answer", f"The server of {account.handle} gave another post than the one asked for.")
    return Page(items, dropped, platform_id=number, gone=() if items or dropped else (asked,))


def _understood(
    account: Account, fetched: Fetched, statuses: list[Any], number: str
) -> tuple[tuple[Item, ...], tuple[Dropped, ...]]:
    """Return the public statuses as items, and those that make no sense."""
    items, dropped = list[Item](), list[Dropped]()
    base = place_of(account).base
    for status in statuses:
        try:
            item = to_item(status, number, base, fetched.received_at)
        except NotUnderstood as exc:
            dropped.append(Dropped(str(exc), digest(canonical_json(status))))
        else:
            items += [item] if item else []
    return tuple(items), tuple(dropped)
