"""The collector of X (formerly Twitter), by its API version 2, which is paid for by what is read.

A profile is read once in a UTC day. New posts are walked from the newest back to the newest known (`since_id`); the API
goes 3,200 posts deep. An edit has a new id and comes as a new post of the same history. A deletion never shows in a
list, so posts are asked for by id (`collectors.recheck`). Each answer says what it cost and what the next will cost at
most, so that the month's cap ends a walk before it is exceeded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from collectors import x_prices
from collectors.base import Cursor, Fetched, Http, Page
from collectors.evidence import clean, digest
from collectors.failures import bad_answer
from collectors.notes import cursor_of, note, pin
from collectors.x_answers import (
    DEEPEST,
    by_id,
    is_superseded,
    pinned_of,
    read_posts,
    read_user,
    snapshot_of,
    total_of,
    understood,
)
from collectors.x_client import BASE, XApi
from collectors.x_posts import dicts, history
from collectors.x_refusals import read_object, told
from data.clock import Clock, system_clock
from data.errors import CollectError
from data.model import Account, Platform

FORMAT = 1
A_PAGE = 100
AN_UPDATE = 20  # posts a page when only what is new is read: what is not there is not paid for
FEWEST = 5
SURELY_REACHED = 3_000  # a walk of more than this may have met the API's end, which also counts posts that are deleted
OF_THE_REQUEST = ("bad_answer", "server_error", "too_large", "unknown")  # others hold for every request
MOST_FAILURES = 20  # one bad id among a hundred is found after eight
NOTHING = Cursor()
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
_NAME = re.compile(r"\w{1,15}", re.ASCII)
_PROFILE = re.compile(r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/@?(\w{1,15})/?(?:[?#].*)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a run begins with: the account's number, the newest post known (empty at first), the day's profile, how
    many posts it said to have then (`total`), and how many when the last complete run ended (`posts`)."""

    number: str
    since: str
    day: str
    handle: str
    total: int
    posts: int

    def cursor(self) -> Cursor:
        state = {"since": self.since, "day": self.day, "handle": self.handle}
        return Cursor(FORMAT, state | {"total": str(self.total), "posts": str(self.posts)})

    def after(self, newest: str) -> Cursor:
        """Return the cursor that holds when everything up to `newest` has been read."""
        return replace(self, since=newest, posts=self.total).cursor()

    def expected(self, most: int, full: bool) -> int:
        """Return how many posts there are to read, as far as the profile tells."""
        return min(self.total, most) if full or not self.since else max(self.total - self.posts, AN_UPDATE)


def name_of(account: Account) -> str:
    """Return the account's name as X writes it; raise `CollectError` bad_url for what can be none."""
    shown = _PROFILE.match(account.url.strip())
    name = shown[1] if shown else account.handle.strip().removeprefix("@")
    if not _NAME.fullmatch(name):
        raise CollectError(
            "bad_url", f"{name} is no name that an X account can have. Correct the handle in the register."
        )
    return name


class XCollector:
    """The `collectors.base.Collector` and `collectors.recheck.Rechecks` of X.

    The answers come as: profile or, later the same day, what is remembered of it (both with the estimate), pages of
    posts, and last the final page again with the new cursor.
    """

    platform = Platform.X
    recheck_most = 100
    recheck_price = x_prices.WITH_ORIGINAL

    def __init__(self, first_posts: int = 800, recheck_newest: int = 20, clock: Clock = system_clock) -> None:
        self.recheck_newest: int | None = recheck_newest
        self._first = first_posts
        self._clock = clock

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the account's answers; one request when the profile has been read today and nothing is new."""
        api = XApi(http, account.service_url, account.handle)
        before, today = _standing(account, cursor), self._clock().astimezone(UTC).date().isoformat()
        if full or not before.number or before.day != today:
            answer = api.user(number=before.number, name=name_of(account))
            user = read_user(read_object(answer), account.handle)
            known = replace(before, number=user["id"], day=today, handle=user["username"], total=total_of(user))
        else:
            answer, user, known = self._remembered(account), {}, before
        most, since = DEEPEST if full else self._first, "" if full else known.since
        size = AN_UPDATE if since else A_PAGE
        costs = str(x_prices.ahead(known.expected(most, full), size))
        yield pin(answer, known.cursor(), part="user" if user else "plan", account=known.number, ahead=costs)
        if user.get("protected") is True:
            raise told({"title": "Not authorized"}, account.handle)
        yield from _walk(api, account, known, since, size, most)

    def _remembered(self, account: Account) -> Fetched:
        """Return an answer that nobody was asked for: it only carries the estimate."""
        return Fetched(account.service_url or BASE, 200, {}, b"{}", digest(b"{}"), self._clock())

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        """Yield what X says of the posts; where one has been edited, its newest version is asked for as well.

        X refuses a whole request over one id that it cannot take, so a batch that fails is halved until the id is
        found: the others are asked for, and what failed for it alone is raised when they have been.
        """
        api, failed, failures = XApi(http, account.service_url, account.handle), None, 0
        numbers = [one for one in ids if _ID.fullmatch(one)]  # an imported table may have brought ids of its own
        batches = [(numbers[n : n + A_PAGE], True) for n in range(0, len(numbers), A_PAGE)]
        while batches:
            asked, known = batches.pop(0)
            try:
                answer = api.by_id(asked)
                newer = [history(one)[-1] for one in dicts(read_object(answer).get("data")) if is_superseded(one)]
            except CollectError as error:
                failures += 1
                if error.code not in OF_THE_REQUEST or failures > MOST_FAILURES:
                    raise
                half = len(asked) // 2
                batches = [(part, known) for part in (asked[:half], asked[half:]) if half] + batches
                failed = failed if half else error
                continue
            names = ",".join(asked) if known else ""
            yield pin(answer, NOTHING, part="by_id", account=account.platform_id, asked=names)
            batches = ([(newer, False)] if newer and known else []) + batches
        if failed:
            raise failed

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` when it is not what the API gives."""
        number, cursor, ahead = note(fetched, "account"), cursor_of(fetched), float(note(fetched, "ahead") or 0)
        match note(fetched, "part"):
            case "plan":
                return Page(cursor=cursor, platform_id=number, ahead=ahead)
            case "user":
                user = read_user(read_object(fetched), account.handle)
                seen, cost, pinned = snapshot_of(user, fetched), x_prices.USER, pinned_of(user)
                return Page(cursor=cursor, snapshot=seen, platform_id=number, cost=cost, ahead=ahead, pinned=pinned)
            case "end":
                whole, same = bool(note(fetched, "continuous")), bool(note(fetched, "same"))
                return Page(cursor=cursor, platform_id=number, continuous=whole, unchanged=same)
            case "by_id":
                return by_id(fetched, number)
            case _:
                value = read_object(fetched)
                items, dropped = understood(read_posts(value, account.handle), value, fetched, number)
                return Page(items, dropped, platform_id=number, cost=x_prices.of_answer(value), ahead=ahead)


def _walk(api: XApi, account: Account, known: _Known, since: str, size: int, most: int) -> Iterator[Fetched]:
    """Walk from the newest post back to `since`, or until `most` posts have come; end with the new cursor."""
    newest, token, total, seen = known.since, "", 0, set[str]()
    while True:
        left = size if since else max(min(size, most - total), FEWEST)
        answer = api.posts(known.number, size=left, since=since, token=token)
        value = read_object(answer)
        found, meta = read_posts(value, account.handle), value.get("meta")
        newest = max([newest, *(clean(one.get("id")) for one in found)], key=_as_number)
        total += len(found)
        token = clean(meta.get("next_token")) if isinstance(meta, dict) else ""
        over = not token or (not since and total >= most)
        following = size if since else min(size, most - total)
        costs = "0" if over else str(x_prices.ahead(following, size))
        yield pin(answer, NOTHING, part="posts", account=known.number, ahead=costs)
        if over:
            break
        if token in seen:
            raise bad_answer("X", "gave pages without an end")
        seen.add(token)
    whole = "yes" if since and total < SURELY_REACHED else ""
    same = "yes" if since and not total else ""
    yield pin(answer, known.after(newest), part="end", account=known.number, continuous=whole, same=same)


def _as_number(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() else 0


def _standing(account: Account, cursor: Cursor) -> _Known:
    state = dict(cursor.state) if cursor.format == FORMAT else {}
    total, posts = (_as_number(state.get(name, "")) for name in ("total", "posts"))
    return _Known(
        account.platform_id, state.get("since", ""), state.get("day", ""), state.get("handle", ""), total, posts
    )
