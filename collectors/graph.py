"""The collector of Meta's Graph APIs: Facebook Pages, Instagram and Threads, each told by a `Dialect`.

What is new is walked from the newest back until a post older than the newest known; the first collection, and `--full`,
walk back through everything, a slice a run, and go on by time: their cursors do not last. Edits of older posts and
deletions show in no list, so posts are asked for by id (`collectors.recheck`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from collectors.base import Cursor, Dropped, Fetched, Http, Page
from collectors.evidence import canonical_json, clean, digest
from collectors.failures import bad_answer, bad_url
from collectors.graph_client import GraphApi, entries_of
from collectors.graph_posts import NotUnderstood, Owner, Profile, as_dict
from collectors.graph_refusals import host_of, is_absent, read_object
from collectors.notes import cursor_of, note, pin
from collectors.times import read_time
from collectors.waits import share_left
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Item, Platform

FORMAT = 1
A_SLICE = 100  # pages of a list that one run walks back
LEFT_FOR_NEWS = 1 / 3  # of the limits, which all accounts of an app share
LEFT_FOR_LISTS = 1 / 10
FOR_ALL = ("rate_limited", "timeout", "unauthorised", "dns", "refused", "tls", "proxy", "address_refused", "forbidden")
MORE = "There is more than one collection reads."
NOTHING = Cursor()
NOTHING_SHOWN = (
    "{0} shows no post at all, though posts of it are known. Either all were deleted or the access token may no longer "
    "read them; so none is taken for deleted. Check the token's permissions: docs/collecting.md."
)
_NAME = re.compile(r"(?=.*\w)[\w.-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One platform: the server, its version, where its token is given, and what is asked for.

    `me` is the path of the token's own account, empty where an account is asked for by name. `lists` are its lists of
    posts, each with its fields; `fields` are those of one post. `at_once` is how many posts one request may ask for.
    `profile` and `read` are pure: `read` gives None for a post that is not public and raises `NotUnderstood`.
    """

    platform: Platform
    server: str
    version: str
    variable: str
    me: str
    about: str
    lists: Mapping[str, str]
    fields: str
    profile: Callable[[dict[str, Any]], Profile]
    read: Callable[[object, Owner, datetime], Item | None]
    at_once: int = 1


@dataclass(slots=True)
class _List:
    """How far a list has been read: the time of the newest post known, and until when the walk back has come (both in
    seconds since 1970, empty at first)."""

    name: str
    newest: str = ""
    until: str = ""


@dataclass(slots=True)
class _Walk:
    """A run: whose posts, how far each list has been read, and why a walk ended early."""

    owner: Owner
    lists: list[_List]
    unfinished: str = ""

    def cursor(self, base: str) -> Cursor:
        known = {f"{one.name}.newest": one.newest for one in self.lists}
        return Cursor(FORMAT, {"server": base} | known | {f"{one.name}.until": one.until for one in self.lists})


class GraphCollector:
    """The `collectors.base.Collector` and `collectors.recheck.Rechecks` of one dialect.

    The answers come as: profile (a snapshot), pages of posts, and last the profile again with the new cursor.
    """

    recheck_newest: int | None = None
    recheck_price = 0.0

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.platform = dialect.platform
        self.recheck_most = max(20, dialect.at_once)

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the account's answers; one request for the profile and one for each list when nothing is new."""
        base = self._base(account)
        api = GraphApi(http, base, account, self.dialect.variable)
        answer, profile = self._who(api, account)
        walk = self._standing(profile, cursor, base, full)
        yield _pinned(answer, "profile", walk.owner)
        if profile.closed:
            raise CollectError("protected", f"{profile.closed} Its posts are not public, so they are not collected.")
        for one in walk.lists:
            if one.newest:
                yield from self._news(api, walk, one)
            if one.until or not one.newest:
                yield from self._back(api, walk, one)
        whole = len(walk.lists) == 1 or not walk.unfinished  # where one list is behind, nothing is said of all
        notes = {"unfinished": walk.unfinished, "continuous": "yes" if whole else ""}
        yield _pinned(answer, "end", walk.owner, walk.cursor(base), **notes)

    def _base(self, account: Account) -> str:
        return f"{(account.service_url or self.dialect.server).rstrip('/')}/{self.dialect.version}"

    def _who(self, api: GraphApi, account: Account) -> tuple[Fetched, Profile]:
        """Ask who the account is; raise `CollectError` where it is another one than the register's."""
        name = name_of(account)
        asked = account.platform_id or (name if name.isdigit() else self.dialect.me or name)
        answer = api.ask(quote(asked, safe=""), {"fields": self.dialect.about})
        profile = self.dialect.profile(read_object(answer))
        if not profile.number:
            raise bad_answer(host_of(answer), "gave an answer that is no account")
        same = profile.number == asked or (not account.platform_id and profile.name.lower() == name.lower())
        if not same and asked == self.dialect.me:
            sentence = "The access token given for {0} is that of another account. Give it one of its own as {1}."
            raise CollectError("other_account", sentence.format(account.handle, self.dialect.variable))
        if not same:
            raise CollectError("renamed", f"{name} leads to an account of another name. Check the register.")
        return answer, profile

    def _standing(self, profile: Profile, cursor: Cursor, base: str, full: bool) -> _Walk:
        same = cursor.format == FORMAT and cursor.state.get("server") == base and not full
        state = cursor.state if same else {}
        lists = [_List(n, state.get(f"{n}.newest", ""), state.get(f"{n}.until", "")) for n in self.dialect.lists]
        return _Walk(Owner(profile.number, profile.name), lists)

    def _pages(self, api: GraphApi, walk: _Walk, one: _List, **start: str) -> Iterator[tuple[Fetched, list[int], bool]]:
        """Yield the pages of a list with the times of their posts, and take note of the newest."""
        path = f"{quote(walk.owner.number, safe='')}/{one.name}"
        for answer, entries, more in api.pages(path, self.dialect.lists[one.name], start):
            times = times_of(entries, answer.received_at)
            one.newest = str(max([*times, int(one.newest or 0)])) if times else one.newest
            yield answer, times, more

    def _news(self, api: GraphApi, walk: _Walk, one: _List) -> Iterator[Fetched]:
        """Walk from the newest post back until one that is older than the newest known."""
        known = int(one.newest)
        for answer, times, _ in self._pages(api, walk, one):
            yield _pinned(answer, "posts", walk.owner)
            if times and times[-1] < known:
                return

    def _back(self, api: GraphApi, walk: _Walk, one: _List) -> Iterator[Fetched]:
        """Walk back from where the last walk back came to, or from the newest, and note where to go on."""
        start = one.until
        oldest, one.until = start, ""
        try:
            pages = self._pages(api, walk, one, **({"until": start} if start else {}))
            for n, (answer, times, more) in enumerate(pages, 1):
                oldest = _until(times, start) if times else oldest
                yield _pinned(answer, "posts", walk.owner, older="yes" if start else "")
                if more and oldest and (n >= A_SLICE or share_left(answer.headers) < LEFT_FOR_NEWS):
                    one.until, walk.unfinished = oldest, MORE
                    return
        except CollectError as error:
            if error.code != "rate_limited" or not oldest:
                raise
            one.until, walk.unfinished = oldest, str(error)

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        """Yield what the API says of each post, several at once where it can; what fails for one alone is raised when
        the others have been asked for."""
        api = GraphApi(http, self._base(account), account, self.dialect.variable)
        failed: CollectError | None = None
        believed = False
        for start in range(0, len(ids), self.dialect.at_once):
            asked = ids[start : start + self.dialect.at_once]
            found = self._several(api, asked)
            if found:
                yield _pinned(found, "several", Owner(account.platform_id), asked=",".join(asked))
            there = read_object(found) if found else {}
            for number in (one for one in asked if one not in there):
                try:
                    answer = api.ask(quote(number, safe=""), {"fields": self.dialect.fields}, absent=True)
                except CollectError as error:
                    if error.code in FOR_ALL:
                        raise
                    failed = failed or error
                    continue
                believed = believed or not is_absent(answer) or self._shows_posts(api, account)
                yield _pinned(answer, "single", Owner(account.platform_id), asked=number)
                if share_left(answer.headers) < LEFT_FOR_LISTS:
                    return
        if failed:
            raise failed

    def _shows_posts(self, api: GraphApi, account: Account) -> bool:
        """Make sure that we may still read posts here, before one that is not there is taken for deleted: the API says
        the same of what a token may no longer read. Raises `CollectError` forbidden where nothing at all is shown."""
        for name in self.dialect.lists:
            path = f"{quote(account.platform_id, safe='')}/{name}"
            if entries_of(api.ask(path, {"fields": "id", "limit": "1"})):
                return True
        raise CollectError("forbidden", NOTHING_SHOWN.format(account.handle))

    def _several(self, api: GraphApi, asked: Sequence[str]) -> Fetched | None:
        """Ask for several posts at once; None where that is no use, as when one of them is no longer there."""
        if len(asked) < 2:
            return None
        answer = api.ask("", {"ids": ",".join(asked), "fields": self.dialect.fields}, absent=True)
        return None if is_absent(answer) else answer

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` bad_answer when it is not what the API gives."""
        owner, cursor = Owner(note(fetched, "account"), note(fetched, "name")), cursor_of(fetched)
        match note(fetched, "part"):
            case "profile":
                shown = self.dialect.profile(read_object(fetched))
                return Page(
                    snapshot=_snapshot(shown, fetched), platform_id=owner.number, moved_to=_renamed(shown, account)
                )
            case "end":
                whole, unfinished = bool(note(fetched, "continuous")), note(fetched, "unfinished")
                return Page(cursor=cursor, platform_id=owner.number, continuous=whole, unfinished=unfinished)
            case "single" | "several":
                return self._by_id(fetched, owner)
            case _:
                items, dropped = self._understood(fetched, entries_of(fetched), owner)
                return Page(items, dropped, platform_id=owner.number, older=bool(note(fetched, "older")))

    def _by_id(self, fetched: Fetched, owner: Owner) -> Page:
        """Understand what is said of single posts; one that is no longer public is gone, too."""
        asked = note(fetched, "asked").split(",")
        if is_absent(fetched):
            return Page(platform_id=owner.number, gone=tuple(asked))
        value = read_object(fetched)
        shown = [as_dict(value[n]) for n in asked if n in value] if note(fetched, "part") == "several" else [value]
        if any(one.get("id") not in asked for one in shown):
            raise bad_answer(host_of(fetched), "gave another post than the one asked for")
        items, dropped = self._understood(fetched, shown, owner)
        kept = {item.platform_id for item in items} | {clean(one.get("id")) for one in shown if dropped}
        gone = tuple(str(one["id"]) for one in shown if one["id"] not in kept)
        return Page(items, dropped, platform_id=owner.number, gone=gone)

    def _understood(
        self, fetched: Fetched, entries: list[Any], owner: Owner
    ) -> tuple[tuple[Item, ...], tuple[Dropped, ...]]:
        """Return the public posts as items, and those that make no sense."""
        items, dropped = list[Item](), list[Dropped]()
        for entry in entries:
            try:
                item = self.dialect.read(entry, owner, fetched.received_at)
            except NotUnderstood as exc:
                dropped.append(Dropped(str(exc), digest(canonical_json(entry))))
            else:
                items += [item] if item else []
        return tuple(items), tuple(dropped)


def name_of(account: Account) -> str:
    """Return the name or number of an account on its platform; raise `CollectError` bad_url for what can be none."""
    parts = urlsplit(account.url.strip())
    shown = parse_qs(parts.query).get("id", [parts.path.strip("/").rpartition("/")[2]])[0]  # profile.php?id=…
    name = (account.handle.strip() or shown).removeprefix("@")
    if not _NAME.fullmatch(name):
        raise bad_url("", "and handle give no name; write the account's name or its number as handle")
    return name


def _until(times: list[int], start: str) -> str:
    """Return from where to go on: with the oldest post once more, since up to a moment may mean before it, but never
    from where we began."""
    return str(min(times)) if str(min(times) + 1) == start else str(min(times) + 1)


def times_of(entries: Sequence[Any], received_at: datetime) -> list[int]:
    """Return when the posts of a page were published, in seconds since 1970; none is later than `received_at`."""
    stated = (as_dict(one).get("created_time") or as_dict(one).get("timestamp") for one in entries)
    read = (read_time(clean(one)).at for one in stated)
    return [int(min(at, received_at).timestamp()) for at in read if at]


def _pinned(fetched: Fetched, part: str, owner: Owner, cursor: Cursor = NOTHING, **notes: str) -> Fetched:
    return pin(fetched, cursor, part=part, account=owner.number, name=owner.name, **notes)


def _snapshot(shown: Profile, fetched: Fetched) -> AccountSnapshot:
    return AccountSnapshot(
        fetched.received_at,
        shown.name,
        shown.title,
        shown.biography,
        shown.followers,
        "protected" if shown.closed else "",
    )


def _renamed(shown: Profile, account: Account) -> str:
    """Return the address under which an account goes by another name than the register's, empty where it does not."""
    name = name_of(account)
    return "" if not shown.name or name in (shown.number, "") or name.lower() == shown.name.lower() else shown.url
