"""The Bluesky collector: AT Protocol repositories, read anonymously from the server that keeps them.

A repository's `rev` changes with every write, so one small request tells whether anything happened. If something
did, all posts and reposts are walked: only so an edit of an old post and a deletion are found.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from collectors.base import Cursor, Dropped, Fetched, Http, Page
from collectors.bluesky_identity import REFUSED, Identity, handle_of, identify, read_object, unknown
from collectors.bluesky_posts import POST, REPOST, NotUnderstood, to_item
from collectors.bluesky_walk import LONGEST, MORE, MOST_BYTES, Budget, Walk, key_of, reaches
from collectors.evidence import canonical_json, clean, digest
from collectors.failures import bad_answer
from collectors.notes import cursor_of, note, pin
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Item, Platform

FORMAT = 1
A_PAGE = 100
MOST_PAGES = 5_000
PROFILE = "app.bsky.actor.profile"
HIDDEN = "!no-unauthenticated"

_CLOSED = {
    "deactivated": ("deactivated", "has been deactivated by its owner"),
    "suspended": ("suspended", "has been suspended by the platform"),
    "takendown": ("taken_down", "has been taken down by the platform"),
    "deleted": ("unknown", "has been deleted"),
}


def closed(handle: str, status: str) -> CollectError:
    """Return the error for an account that its server does not show, by the status the server gives (or none)."""
    if status not in _CLOSED:
        return unknown(handle)
    code, what = _CLOSED[status]
    return CollectError(code, f"The Bluesky account {handle} {what}. Ask its owner, or close it in the register.")


def is_hidden(profile: dict[str, Any]) -> bool:
    """Tell whether a profile record asks not to be shown to anybody who is not signed in."""
    labels = profile.get("labels")
    values = labels.get("values") if isinstance(labels, dict) else None
    return any(
        isinstance(one, dict) and one.get("val") == HIDDEN for one in (values if isinstance(values, list) else [])
    )


class _Repository:
    """One account's repository on its server, asked over XRPC."""

    def __init__(self, who: Identity, http: Http) -> None:
        self.who = who
        self._http = http

    def ask(self, method: str, **params: str) -> Fetched:
        return self._http.get(f"{self.who.pds}/xrpc/{method}", params=params, accept=REFUSED)

    def commit(self) -> Fetched:
        """Return the latest commit; raise the reason (code) when the server does not show the account."""
        answer = self.ask("com.atproto.sync.getLatestCommit", did=self.who.did)
        if answer.status == 200:
            return answer
        status = self.ask("com.atproto.sync.getRepoStatus", did=self.who.did)
        stated = read_object(status).get("status") if status.status == 200 else None
        raise closed(self.who.handle or self.who.did, clean(stated))

    def profile(self) -> Fetched | None:
        """Return the profile record, None when the account has none; raise `CollectError` protected if it is hidden."""
        answer = self.ask("com.atproto.repo.getRecord", repo=self.who.did, collection=PROFILE, rkey="self")
        if answer.status != 200:
            return None
        if is_hidden(_value(answer)):
            raise CollectError(
                "protected",
                f"{self.who.handle or self.who.did} asks Bluesky to show its posts to people who are signed in only, "
                "so they are not collected. Its owner can change that under Moderation in the app's settings.",
            )
        return answer

    def pages(self, collection: str, start: str = "") -> Iterator[tuple[Fetched, list[Any], str]]:
        """Yield a collection's pages, newest first or from `start` on: the answer, its records, where the next begins.

        The last full page still gives a cursor, an empty one ends it.
        """
        cursor = {"cursor": start} if start else {}
        for _ in range(MOST_PAGES):
            wanted = {"repo": self.who.did, "collection": collection, "limit": str(A_PAGE)}
            answer = self.ask("com.atproto.repo.listRecords", **wanted, **cursor)
            if answer.status != 200:
                raise interrupted_walk(self.who)
            found = read_object(answer)
            records = found.get("records")
            if not isinstance(records, list):  # no end of the list: an answer that says nothing of the posts
                raise bad_answer(urlsplit(answer.url).hostname or "", "gave a list of posts without posts")
            if not records:
                return
            following = found.get("cursor")
            yield answer, records, following if isinstance(following, str) else ""
            if not isinstance(following, str) or not following:
                return
            if following == cursor.get("cursor"):
                break
            cursor = {"cursor": following}
        raise bad_answer(self.who.handle or self.who.did, "gave pages without an end")


def interrupted_walk(who: Identity) -> CollectError:
    """Return the error for an account that went away while it was being read."""
    return CollectError(
        "interrupted",
        f"The Bluesky account {who.handle or who.did} went away while its posts were read. It is tried again.",
    )


def _value(answer: Fetched) -> dict[str, Any]:
    value = read_object(answer).get("value")
    return value if isinstance(value, dict) else {}


class BlueskyCollector:
    """The `collectors.base.Collector` of Bluesky and other AT Protocol accounts.

    The answers come as: profile (a snapshot), pages of posts, pages of reposts, and last the commit that was read
    before the walk, whose `rev` is the new cursor: what is written during the walk is found the next time.
    """

    platform = Platform.BLUESKY

    def __init__(self, most_bytes: int = MOST_BYTES, longest: timedelta = LONGEST) -> None:
        self._most_bytes, self._longest = most_bytes, longest

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the account's answers; two requests when its `rev` is the cursor's and its DID is known."""
        who = identify(account, http)
        repository = _Repository(who, http)
        commit = repository.commit()
        state = {"rev": clean(read_object(commit).get("rev")), "handle": who.handle}
        known = cursor.state if cursor.format == FORMAT else {}
        same = bool(state["rev"]) and known.get("rev") == state["rev"] and not full
        if not same or known.get("handle") != who.handle:
            yield _pinned(repository.profile() or replace(commit, body=b"{}"), "profile", who, Cursor())
        if same:
            yield _pinned(replace(commit, status=304), "commit", who, Cursor(FORMAT, state))
            return
        walk, budget = Walk.of({} if full else known), Budget(self._most_bytes, self._longest)
        for collection in (POST, REPOST):
            if not walk.ended_early:
                yield from _walk(repository, walk, collection, budget)
        state |= walk.state() | ({"rev": ""} if walk.ended_early else {})
        notes = {"unfinished": MORE if walk.ended_early else "", "resumed": "yes" if walk.resumed else ""}
        yield _pinned(commit, "commit", who, Cursor(FORMAT, state), **notes)

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` bad_answer when it is not what the protocol says."""
        did, cursor = note(fetched, "did"), cursor_of(fetched)
        match note(fetched, "part"):
            case "profile":
                pinned = _pinned_post(fetched)
                return Page(cursor=cursor, platform_id=did, snapshot=_snapshot(account, fetched), pinned=pinned)
            case "commit":
                same, unfinished = fetched.status == 304, note(fetched, "unfinished")
                whole, resumed = not same and not unfinished, bool(note(fetched, "resumed"))
                page = Page(cursor=cursor, platform_id=did, unfinished=unfinished, unchanged=same)
                return replace(page, exhaustive=whole and not resumed, continuous=whole and resumed)
            case _:
                items, dropped = _records(fetched, did)
                return Page(items, dropped, cursor, platform_id=did, older=bool(note(fetched, "older")))


def _walk(repository: _Repository, walk: Walk, collection: str, budget: Budget) -> Iterator[Fetched]:
    """Yield a list's pages: all of them, or where an earlier run broke off what is new and then what it left."""
    known, left, newest = walk.known(collection), walk.place if walk.at == collection else "", ""
    for answer, records, following in repository.pages(collection):
        yield _pinned(answer, "records", repository.who, Cursor())
        newest = max([newest, *map(key_of, records)])
        spent = budget.is_spent(answer)
        if known and reaches(records, known):
            break
        if spent and following:
            walk.break_off(*((walk.at, walk.place) if known else (collection, following)))
            walk.tops[collection] = known or newest
            return
    walk.tops[collection] = max(newest, known)
    if not left:
        return
    for answer, _, following in repository.pages(collection, left):
        yield _pinned(answer, "records", repository.who, Cursor(), older="yes")
        if budget.is_spent(answer) and following:
            walk.break_off(collection, following)
            return


def _pinned(fetched: Fetched, part: str, who: Identity, cursor: Cursor, **notes: str) -> Fetched:
    return pin(fetched, cursor, part=part, did=who.did, handle=who.handle, **notes)


def _snapshot(account: Account, fetched: Fetched) -> AccountSnapshot:
    profile = _value(fetched)
    name, about = clean(profile.get("displayName")), clean(profile.get("description"))
    return AccountSnapshot(fetched.received_at, note(fetched, "handle") or handle_of(account), name, about)


def _pinned_post(fetched: Fetched) -> tuple[str, ...]:
    """Return the address of the post that the account has put above the others, if it has."""
    found = _value(fetched).get("pinnedPost")
    address = clean(found.get("uri")) if isinstance(found, dict) else ""
    return (address,) if address else ()


def _records(fetched: Fetched, did: str) -> tuple[tuple[Item, ...], tuple[Dropped, ...]]:
    items, dropped = list[Item](), list[Dropped]()
    parts = urlsplit(fetched.url)
    for record in read_object(fetched)["records"]:
        try:
            items.append(to_item(record, did, f"{parts.scheme}://{parts.netloc}", fetched.received_at))
        except NotUnderstood as exc:
            dropped.append(Dropped(str(exc), digest(canonical_json(record))))
    return tuple(items), tuple(dropped)
