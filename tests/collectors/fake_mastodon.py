"""A server that speaks the Mastodon API, in memory: pages of two, in the shapes of the API's documentation."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from collectors.base import Fetched
from collectors.failures import TryLater
from data.clock import Clock
from data.errors import CollectError
from data.model import Account, Platform
from tests.collectors.support import RECEIVED, FakeHttp, account, as_json, fetched

BASE = "https://social.town.example"
API = f"{BASE}/api/v1"
NUMBER = "109"
Answers = Callable[[Mapping[str, str], Mapping[str, str]], Fetched]


def town(**changes: Any) -> Account:
    """The council's account."""
    known = {"handle": "@council@town.example", "url": f"{BASE}/@council", "platform_id": NUMBER}
    return account(Platform.MASTODON, **{**known, **changes})


def profile(**changes: Any) -> dict[str, Any]:
    """The Account entity of the council."""
    known = {"id": NUMBER, "username": "council", "acct": "council", "url": f"{BASE}/@council", "locked": False}
    shown = {"display_name": "Town council", "note": "<p>News &amp; services</p>", "followers_count": 7, "moved": None}
    return {**known, **shown, "suspended": False, "limited": False, **changes}


def status(number: int | str, content: str = "", **changes: Any) -> dict[str, Any]:
    """A Status entity of the council."""
    known = {"id": str(number), "created_at": f"2026-06-01T10:{int(number) % 60:02}:00.000Z", "edited_at": None}
    words = {
        "content": content or f"<p>Post {number}</p>",
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
    }
    usual = {"account": profile(), "url": f"{BASE}/@council/{number}", "favourites_count": 3, "reblog": None}
    return {**known, **words, **usual, "media_attachments": [], "mentions": [], **changes}


@dataclass
class FakeMastodon:
    """Shows `statuses`, newest first, at most `page` at a time.

    `deaf` is a server that does not know `min_id`, `since` one that takes it for `since_id`; without `links` it sends
    no Link. It says 429 to all but the first `limit` requests, with `tells` how many are left, and 500 when it is asked
    for the status `broken`. `in_front` are pinned statuses that it puts before the newest page.
    """

    statuses: list[dict[str, Any]]
    shown: dict[str, Any] = field(default_factory=profile)
    deaf: bool = False
    page: int = 2
    since: bool = False
    links: bool = True
    limit: int | None = None
    tells: bool = False
    broken: str = ""
    base: str = BASE
    asked: int = 0
    in_front: list[dict[str, Any]] = field(default_factory=list)
    clock: Clock = lambda: RECEIVED

    def http(self) -> FakeHttp:
        """Return a client of it."""
        api, number = f"{self.base}/api/v1", self.shown["id"]
        made = FakeHttp(
            {
                f"{api}/accounts/lookup": self._counted(lambda *_: as_json(self.shown, f"{api}/accounts/lookup")),
                f"{api}/accounts/{number}": self._counted(lambda *_: as_json(self.shown, f"{api}/accounts/{number}")),
                f"{api}/accounts/{number}/statuses": self._counted(self._list),
            }
        )
        made.answers |= {f"{api}/statuses/{one['id']}": self._counted(self._one(one["id"])) for one in self.statuses}
        return made

    def _counted(self, answer: Answers) -> Answers:
        def counted(params: Mapping[str, str], headers: Mapping[str, str]) -> Fetched:
            self.asked += 1
            if self.limit is not None and self.asked > self.limit:
                raise TryLater("rate_limited", "social.town.example says that we ask too often (429).", RECEIVED)
            found = replace(answer(params, headers), received_at=self.clock())
            if self.limit is not None:
                left = {"x-ratelimit-limit": str(self.limit), "x-ratelimit-remaining": str(self.limit - self.asked)}
                found = replace(found, headers={**found.headers, **left}) if self.tells else found
            return found

        return counted

    def _one(self, number: str) -> Answers:
        def answer(*_: Mapping[str, str]) -> Fetched:
            if number == self.broken:
                raise CollectError("server_error", "social.town.example has a fault of its own (500).")
            found = [one for one in self.statuses if one["id"] == number]
            url = f"{self.base}/api/v1/statuses/{number}"
            return as_json(found[0], url) if found else as_json({"error": "Record not found"}, url, 404)

        return answer

    def _list(self, params: Mapping[str, str], _: Mapping[str, str]) -> Fetched:
        found = self.statuses
        if "max_id" in params:
            found = [one for one in found if int(one["id"]) < int(params["max_id"])]
        if "min_id" in params and not self.deaf:
            newer = [one for one in found if int(one["id"]) > int(params["min_id"])]
            found = newer if self.since else newer[-self.page :]
        found = found[: self.page]
        found = [*self.in_front, *found] if not params.keys() & {"max_id", "min_id"} else found
        url = f"{self.base}/api/v1/accounts/{self.shown['id']}/statuses"
        if not self.links:
            return fetched(json.dumps(found).encode(), url)
        # Behind a proxy: the link names an address that only the server itself knows.
        link = (
            f'<http://localhost:3000/x?limit=40&max_id={found[-1]["id"]}>; rel="next", <x>; rel="prev"' if found else ""
        )
        return fetched(json.dumps(found).encode(), url, link=link)
