"""The feed collector: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed; YouTube's and WordPress's are feeds like any other."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from collectors import feed_json, feed_xml
from collectors.base import Cursor, Dropped, Fetched, Http, Page
from collectors.failures import bad_answer
from collectors.feed_document import Document, Kind, is_complete, next_page, read_document
from collectors.feed_entry import Entry, distinct, to_item
from collectors.html_tokens import cut
from collectors.markup import web_address
from collectors.notes import cursor_of, moved_to, note, pin
from data.clock import Clock, system_clock
from data.errors import CollectError
from data.model import Account, AccountSnapshot, Platform

FORMAT = 1
MOST_PAGES = 200
FULL_EVERY = timedelta(hours=24)  # a deletion can hide behind "not modified" (WordPress)
FEED_TYPES = frozenset(("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"))
PAGE_HEAD = 500_000  # characters of a web page in which its announcement is looked for
ENDED = (404, 410)  # what some servers say one page past the last


def announced_feed(text: str, url: str) -> str:
    """Return the address of the first feed that an HTML page announces, empty when it announces none."""
    for token in cut(text[:PAGE_HEAD]):
        found = token.attributes
        kind = found.get("type", "").partition(";")[0].strip().lower()
        if token.tag == "link" and "alternate" in found.get("rel", "").lower().split() and kind in FEED_TYPES:
            return web_address(found.get("href", ""), url)
    return ""


def not_a_feed(account: Account, document: Document, url: str) -> CollectError:
    """Return the error for an answer that is something else, naming the feed that it announces."""
    what = "a web page" if document.kind is Kind.HTML else "something" if document.text.strip() else "an empty answer"
    there = announced_feed(document.text, url) if document.kind is Kind.HTML else ""
    hint = f"The page announces its feed at {there} — enter that address." if there else "Enter the feed's own address."
    return CollectError("not_a_feed", f"The address of {account.handle or account.id} gives {what}, not a feed. {hint}")


def malformed(account: Account) -> CollectError:
    """Return the error for a feed in which nothing can be read."""
    return CollectError(
        "malformed",
        f"The feed of {account.handle or account.id} is damaged and no entry in it can be read. "
        "Tell the people who publish it.",
    )


def is_stale(cursor: Cursor, url: str, now: datetime) -> bool:
    """Tell whether everything must be asked for again: another address, or the last full fetch a day ago."""
    state = cursor.state
    if cursor.format != FORMAT or state.get("url") != url or "full_at" not in state:
        return True
    return now - datetime.fromisoformat(state["full_at"]) >= FULL_EVERY


def _validators(cursor: Cursor) -> dict[str, str]:
    """Return the headers of a conditional request (RFC 9110, section 13.1)."""
    names = {"if-none-match": "etag", "if-modified-since": "last_modified"}
    return {header: cursor.state[key] for header, key in names.items() if cursor.state.get(key)}


def _after(url: str, headers: Mapping[str, str], full_at: str) -> Cursor:
    state = {"url": url, "full_at": full_at, "etag": headers.get("etag", "")}
    return Cursor(FORMAT, state | {"last_modified": headers.get("last-modified", "")})


class FeedCollector:
    """The `collectors.base.Collector` of feeds.

    An answer is asked for conditionally, except with `full`, the first time, and once a day. Only then are the pages
    that follow walked too, since an incremental round has the newest entries on the first page.
    """

    platform = Platform.FEED

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        """Yield the feed's pages from the newest back, each with the cursor that holds after it."""
        now = self._clock()
        whole = full or is_stale(cursor, account.url, now)
        first = http.get(account.url, headers={} if whole else _validators(cursor))
        if first.status == 304:
            if whole:
                raise bad_answer(account.url, "says that nothing changed although we did not ask for changes only")
            yield pin(first, cursor)
            return
        end = _after(account.url, first.headers, now.isoformat() if whole else cursor.state["full_at"])
        yield from self._pages(first, end, http) if whole else [pin(first, end)]

    def _pages(self, first: Fetched, end: Cursor, http: Http) -> Iterator[Fetched]:
        """Walk the pages that follow `first`; only the last one carries the cursor `end`."""
        page, seen, left = first, {first.url}, ""
        while len(seen) < MOST_PAGES:
            following = next_page(read_document(page), page.url)
            if not following or following in seen:
                left = "" if following else "walked" * (len(seen) > 1)
                break
            seen.add(following)
            after = http.get(following, accept=ENDED)
            if after.status in ENDED:
                break
            yield pin(page, Cursor())
            page = after
        yield pin(page, end, walked=left)

    def parse(self, account: Account, fetched: Fetched) -> Page:
        """Turn one answer into a page; raise `CollectError` not_a_feed or malformed."""
        if fetched.status == 304:
            return Page(unchanged=True, cursor=cursor_of(fetched), moved_to=moved_to(fetched))
        document = read_document(fetched)
        entries, dropped, (title, about) = self._read(account, document, fetched.url)
        return Page(
            items=distinct([to_item(entry, fetched.received_at) for entry in entries]),
            dropped=tuple(dropped),
            cursor=cursor_of(fetched),
            exhaustive=bool(note(fetched, "walked")) or is_complete(document),
            snapshot=AccountSnapshot(fetched.received_at, account.handle, title, about),
            moved_to=moved_to(fetched),
        )

    def _read(
        self, account: Account, document: Document, url: str
    ) -> tuple[list[Entry], Sequence[Dropped], tuple[str, str]]:
        if document.kind is Kind.JSON:
            value = document.value
            if document.cut or not isinstance(value, dict) or not isinstance(value.get("items"), list):
                raise malformed(account)
            return *feed_json.read_entries(value, url), feed_json.named(value)
        if document.kind is not Kind.XML:
            raise not_a_feed(account, document, url)
        try:
            understood = feed_xml.understand(document, url)
        except ValueError as exc:
            raise malformed(account) from exc
        entries, dropped = feed_xml.read_entries(document, understood, url)
        if document.root is None and not entries:
            raise malformed(account)
        return entries, dropped, feed_xml.named(understood)
