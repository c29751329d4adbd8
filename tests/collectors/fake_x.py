"""A stub of X's API on loopback, written from its documentation: profiles, posts in pages and by id, its errors."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from data.model import Account, Platform
from tests.collectors.support import account
from tests.servers.local import Exchange, LocalServer

NUMBER = "2244994945"
TOKEN = "AAAA-invented-bearer"


def town(server: LocalServer, **changes: Any) -> Account:
    """The council's account, read from the stub."""
    return account(Platform.X, **{"handle": "@council", "url": "", "service_url": server.url, **changes})


def post(number: int, text: str = "", **changes: Any) -> dict[str, Any]:
    """A post of the council."""
    known = {"id": str(number), "author_id": NUMBER, "created_at": "2026-06-01T09:00:00.000Z", "lang": "en"}
    return {**known, "text": text or f"Post {number}", "edit_history_tweet_ids": [str(number)], **changes}


def problem(kind: str, detail: str, **more: str) -> dict[str, str]:
    """A problem as X words it."""
    return {"type": f"https://api.twitter.com/2/problems/{kind}", "title": "Error", "detail": detail, **more}


@dataclass
class FakeX:
    """Shows `posts`, newest first, in pages of at most `page`; what is in none of them is not found by id.

    A request for posts that names an id of `poison` is refused as a whole, with the status `poisoned`.
    """

    server: LocalServer
    posts: list[dict[str, Any]] = field(default_factory=list)
    user: dict[str, Any] = field(default_factory=dict)
    includes: dict[str, Any] = field(default_factory=dict)
    page: int = 100
    poison: tuple[str, ...] = ()
    poisoned: int = 400
    queries: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        metrics = {"followers_count": 12, "tweet_count": len(self.posts)}
        known = {"id": NUMBER, "username": "council", "name": "Town council", "description": "News"}
        self.user = {**known, "protected": False, "public_metrics": metrics, **self.user}
        shown = lambda e: self.say(e, {"data": self.user})  # noqa: E731  # one answer under two addresses
        self.server.routes |= {
            "/2/users/by/username/council": shown,
            f"/2/users/{NUMBER}": shown,
            f"/2/users/{NUMBER}/tweets": self._list,
            "/2/tweets": self._by_id,
        }

    @staticmethod
    def say(exchange: Exchange, value: object, status: int = 200, **headers: str) -> None:
        """Answer with JSON."""
        exchange.answer(status, json.dumps(value).encode(), **headers)

    def refuse(self, path: str, value: object, status: int = 200, **headers: str) -> None:
        """Answer with a problem under a path."""
        self.server.routes[path] = lambda exchange: self.say(exchange, value, status, **headers)

    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [urlsplit(one.path).path for one in self.server.seen]

    def _query(self, exchange: Exchange) -> dict[str, str]:
        self.queries.append({name: values[0] for name, values in parse_qs(urlsplit(exchange.path).query).items()})
        return self.queries[-1]

    def _list(self, exchange: Exchange) -> None:
        query = self._query(exchange)
        found = [one for one in self.posts if int(one["id"]) > int(query.get("since_id", 0))]
        start, size = int(query.get("pagination_token", 0)), min(int(query["max_results"]), self.page)
        shown, meta = found[start : start + size], {"result_count": len(found[start : start + size])}
        if start + size < len(found):
            meta |= {"next_token": str(start + size)}  # type: ignore[dict-item]
        value = {"data": shown, "includes": self.includes, "meta": meta} if shown else {"meta": meta}
        self.say(exchange, value)

    def _by_id(self, exchange: Exchange) -> None:
        wanted = self._query(exchange)["ids"].split(",")
        if set(wanted) & set(self.poison):
            detail = f"The `ids` query parameter value [{self.poison[0]}] is not valid"
            self.say(exchange, {"errors": [{"message": detail}], **problem("invalid-request", detail)}, self.poisoned)
            return
        found = [one for one in self.posts if one["id"] in wanted]
        lost = sorted(set(wanted) - {one["id"] for one in found})
        errors = [problem("resource-not-found", f"Could not find tweet: [{n}].", resource_id=n, value=n) for n in lost]
        self.say(exchange, ({"data": found} if found else {}) | ({"errors": errors} if errors else {}))
