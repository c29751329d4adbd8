"""The collector of Mastodon and of servers that speak its API (Takahē, GoToSocial, Pleroma and others).

What is new is walked forward from the newest status known (`min_id`), so that a gap is never skipped. The newest page
is read too, for edits; the first collection, and `--full`, walk back through everything, a slice a run. Whether an
older status is still there is asked by its id (`collectors.recheck`). Servers count requests by who asks, not by
account, so a walk that meets the limit keeps its place, and what can wait leaves room for what is new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from collectors.base import Cursor, Dropped, Fetched, Http, Page
from collectors.evidence import canonical_json, clean, digest
from collectors.markup import read_html, web_address
from collectors.mastodon_answers import is_newer, pinned_in, reaches, read_entity, read_statuses
from collectors.mastodon_posts import NotUnderstood, to_item
from collectors.mastodon_server import ABSENT, Server, place_of
from collectors.notes import cursor_of, note, pin
from collectors.waits import share_left
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Item, Platform

FORMAT = 1
A_SLICE = 100  # pages that one run walks either way; servers allow 300 requests in five minutes
LEFT_FOR_NEWS = 1 / 3  # of a server's limit: a walk back leaves it to what is new in all accounts there
LEFT_FOR_LISTS = 1 / 10  # and asking for single posts this
SERVER_WIDE = ("rate_limited", "timeout", "unauthorised", "dns", "refused", "tls", "proxy", "address_refused")
MORE = "There is more than one collection reads."
NOTHING = Cursor()


@dataclass(slots=True)
class _Walk:
    """How far a run has come: the account's id, the newest id, the query from which older pages go on; since when the
    account is read from this server (empty: always); why the walk ended early, and whether it reached the newest."""

    number: str
    newest: str = ""
    fill: str = ""
    since: str = ""
    unfinished: str = ""
    reached: bool = True

    def cursor(self, base: str) -> Cursor:
        return Cursor(FORMAT, {"server": base, "newest": self.newest, "fill": self.fill, "since": self.since})


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
        base = server.place.base
        same = cursor.state.get("server") == base  # an account's id, like a status's, holds on its own server alone
        profile = server.profile(account.platform_id if same else "")
        walk = _standing(profile, cursor, base, full)
        yield _pinned(profile, "profile", walk)
        if walk.newest:
            yield from self._forward(server, walk)
        if walk.reached and (walk.fill or not walk.newest):
            yield from self._slice(server, walk, walk.fill)
        notes = {"unfinished": walk.unfinished, "continuous": "yes" if walk.reached else ""}
        yield _pinned(profile, "end", walk, walk.cursor(base), **notes)

    def _forward(self, server: Server, walk: _Walk) -> Iterator[Fetched]:
        """Walk from the newest status known to the newest there is, then read the newest page for edits."""
        known, seen = walk.newest, {walk.newest}
        for n in range(A_SLICE):
            try:
                answer, ids = server.statuses(walk.number, min_id=walk.newest)
            except CollectError as error:
                if error.code != "rate_limited" or walk.newest == known:
                    raise
                walk.unfinished, walk.reached = str(error), False
                return
            if not ids:
                break
            if not seen.isdisjoint(ids) or (n == 0 and _left_out(server, walk, ids[-1])):
                yield from self._back(server, walk, known)
                return
            seen.update(ids)
            walk.newest = ids[0]
            yield _pinned(answer, "statuses", walk)
        else:
            walk.unfinished, walk.reached = MORE, False
            return
        yield _pinned(server.statuses(walk.number)[0], "statuses", walk)

    def _back(self, server: Server, walk: _Walk, known: str) -> Iterator[Fetched]:
        """Walk back from the newest status to the one that is known, or to its place where that has been deleted."""
        first = ""
        for answer, ids, _ in server.older(walk.number, {}):
            first = first or ids[0]
            yield _pinned(answer, "statuses", walk)
            if reaches(ids, known):
                break
        walk.newest = first or walk.newest

    def _slice(self, server: Server, walk: _Walk, start: str) -> Iterator[Fetched]:
        """Walk back from `start` (a query, empty for the newest), and note where to go on the next time."""
        walk.fill, following = "", dict(parse_qsl(start))
        pages, older = server.older(walk.number, following), "yes" if start else ""
        try:
            for n, (answer, ids, following) in enumerate(pages, 1):
                walk.newest = walk.newest or ids[0]
                yield _pinned(answer, "statuses", walk, older=older)
                if following and (n >= A_SLICE or share_left(answer.headers) < LEFT_FOR_NEWS):
                    walk.fill, walk.unfinished = urlencode(following), MORE
                    return
        except CollectError as error:
            if error.code != "rate_limited" or not walk.newest:
                raise
            walk.fill, walk.unfinished = urlencode(following), str(error)

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        """Yield what the server says of each status; 404 and 410 are answers. What fails for one alone is raised when
        the others have been asked for."""
        server, failed = Server(place_of(account), http), None
        for number in ids:
            try:
                answer = server.ask(f"statuses/{quote(number, safe='')}")
            except CollectError as error:
                if error.code in SERVER_WIDE:
                    raise
                failed = failed or error
                continue
            yield pin(answer, NOTHING, part="single", account=account.platform_id, asked=number)
            if share_left(answer.headers) < LEFT_FOR_LISTS:
                break
        if failed:
            raise failed

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` bad_answer when it is not what the API gives."""
        number, cursor = note(fetched, "account"), cursor_of(fetched)
        match note(fetched, "part"):
            case "profile":
                shown = read_entity(fetched)
                return Page(snapshot=_snapshot(shown, fetched), platform_id=number, moved_to=_moved(shown))
            case "end":
                since, whole = cursor.state["since"], bool(note(fetched, "continuous"))
                seen_from = datetime.fromisoformat(since) if since else None
                unfinished = note(fetched, "unfinished")
                return Page(
                    cursor=cursor, platform_id=number, continuous=whole, unfinished=unfinished, seen_from=seen_from
                )
            case "single":
                return _single(account, fetched, number)
            case _:
                items, dropped = _understood(account, fetched, read_statuses(fetched), number)
                older, pinned = bool(note(fetched, "older")), pinned_in(read_statuses(fetched))
                return Page(items, dropped, platform_id=number, older=older, pinned=pinned)


def _standing(profile: Fetched, cursor: Cursor, base: str, full: bool) -> _Walk:
    """Settle where to begin: from nothing with `full`, or where the cursor is of another server."""
    state, number = cursor.state, read_entity(profile)["id"]
    if state.get("server", base) != base:
        return _Walk(number, since=profile.received_at.isoformat())
    since = state.get("since", "")
    if full or cursor.format != FORMAT or not state.get("newest"):
        return _Walk(number, since=since)
    return _Walk(number, state["newest"], state.get("fill", ""), since)


def _left_out(server: Server, walk: _Walk, oldest: str) -> bool:
    """Tell whether `min_id` was taken for `since_id`, whose answer begins at the newest end: whether there is a status
    between the page whose oldest is `oldest` and the newest known."""
    _, before = server.statuses(walk.number, max_id=oldest, limit="1")
    return bool(before) and is_newer(before[0], walk.newest)


def _pinned(fetched: Fetched, part: str, walk: _Walk, cursor: Cursor = NOTHING, **notes: str) -> Fetched:
    return pin(fetched, cursor, part=part, account=walk.number, **notes)


def _snapshot(shown: dict[str, Any], fetched: Fetched) -> AccountSnapshot:
    followers = shown.get("followers_count")
    return AccountSnapshot(
        at=fetched.received_at,
        handle=clean(shown.get("acct")) or clean(shown.get("username")),
        name=clean(shown.get("display_name")),
        biography=read_html(clean(shown.get("note"))).text,
        followers=followers if type(followers) is int and 0 <= followers < 2**31 else None,  # a bool is an int, too
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
