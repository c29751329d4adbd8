"""A stub of Meta's Graph APIs on loopback, written from their documentation: profiles, lists in pages, posts by id, and
errors as objects with a number. What `paging.next` says holds a token and leads to a trap."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.local import Exchange, LocalServer

TOKEN = "EAAB-invented-page-token"
LEAK = "EAAB-a-token-in-an-address"
NUMBER = "10150000000001"
START = datetime(2026, 6, 1, 9, tzinfo=UTC)


def at(number: int) -> str:
    """When the post with this number was published."""
    return (START + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def problem(code: int, subcode: int | None = None, message: str = "Said by the platform") -> dict[str, Any]:
    """An error as the Graph API words it."""
    known = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return {"error": known | ({"error_subcode": subcode} if subcode else {})}


GONE = problem(100, 33, "Unsupported get request. Object with ID 'x' does not exist, cannot be loaded due to …")


def page_post(number: int, message: str = "", **changes: Any) -> dict[str, Any]:
    """A post of a Facebook Page."""
    known = {"id": f"{NUMBER}_{number}", "created_time": at(number), "updated_time": at(number)}
    said = {"message": message or f"Post {number}", "status_type": "mobile_status_update", "from": {"id": NUMBER}}
    public = {"value": "EVERYONE", "description": "Public", "friends": "", "allow": "", "deny": ""}
    shown = {"is_published": True, "is_hidden": False, "is_expired": False, "privacy": public}
    return {**known, **said, **shown, "permalink_url": f"https://www.facebook.com/{NUMBER}/posts/{number}", **changes}


@dataclass
class FakeGraph:
    """Shows each list of `lists` (name → posts, newest first) in pages of `page`, and every post by its id.

    `errors` are answered once each, in turn, to a path (the whole path, without query): (status, object, headers).
    Every request must carry `token`, in its header and nowhere else.
    """

    server: LocalServer
    version: str = "v25.0"
    me: str = "towncouncil"
    shown: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page: int = 2
    token: str = TOKEN
    errors: dict[str, list[tuple[int, Any, dict[str, str]]]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = {"id": NUMBER, "name": "Town council", "username": "towncouncil", "about": "News", "is_published": True}
        self.shown = {**page, "link": "https://www.facebook.com/towncouncil", "followers_count": 12, **self.shown}
        self.route()

    def route(self) -> None:
        """Serve what there is now, under its addresses."""
        names = [self.me, NUMBER, "", *(f"{NUMBER}/{name}" for name in self.lists)]
        names += [one["id"] for posts in self.lists.values() for one in posts]
        self.server.routes |= {f"/{self.version}/{name}": self._answer for name in names}

    def show(self, name: str, *posts: dict[str, Any]) -> None:
        """Show other posts in a list from now on."""
        self.lists[name] = list(posts)
        self.route()

    def fail(self, path: str, status: int, value: object, **headers: str) -> None:
        """Answer once with an error."""
        self.errors.setdefault(f"/{self.version}/{path}", []).append((status, value, headers))

    def _answer(self, exchange: Exchange) -> None:
        parts = urlsplit(exchange.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path.removeprefix(f"/{self.version}/"), query))
        for status, value, headers in [self.errors.get(parts.path, []).pop(0)] if self.errors.get(parts.path) else []:
            body = value if isinstance(value, bytes) else json.dumps(value).encode()
            return exchange.answer(status, body, **headers)
        if exchange.headers.get("authorization") != f"Bearer {self.token}" or "access_token" in query:
            return self._say(exchange, problem(190, 463), 401)
        return self._found(exchange, self.asked[-1][0], query)

    def _found(self, exchange: Exchange, path: str, query: dict[str, str]) -> None:
        known = {one["id"]: one for posts in self.lists.values() for one in posts}
        name = path.removeprefix(f"{NUMBER}/")
        if path in (self.me, NUMBER):
            return self._say(exchange, self.shown)
        if name in self.lists:
            return self._say(exchange, self._page(self.lists[name], query))
        if not path:
            wanted = query["ids"].split(",")
            lost = problem(803, message="(#803) Some of the aliases you requested do not exist")
            there = {one: known[one] for one in wanted if one in known}
            return self._say(
                exchange, there if len(there) == len(wanted) else lost, 200 if len(there) == len(wanted) else 404
            )
        return self._say(exchange, known.get(path, GONE), 200 if path in known else 400)

    def _page(self, posts: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
        if "until" in query:
            last = datetime.fromtimestamp(int(query["until"]), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
            posts = [one for one in posts if (one.get("created_time") or one["timestamp"]) < last]
        start = int(query.get("after", "0"))
        shown = posts[start : start + self.page]
        cursors = {"before": str(start), "after": str(start + self.page)}
        trap = f"{self.server.url}/trap?access_token={LEAK}&after={start + self.page}"
        more = {"next": trap} if start + self.page < len(posts) else {}
        return {"data": shown, "paging": {"cursors": cursors, **more}}

    def _say(self, exchange: Exchange, value: object, status: int = 200) -> None:
        exchange.answer(status, json.dumps(value).encode(), **self.headers)
