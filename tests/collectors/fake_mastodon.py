"""A server that speaks the Mastodon API, in memory: pages of two, in the shapes of the API's documentation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors.base import Fetched
from data.model import Account, Platform
from tests.collectors.support import FakeHttp, account, as_json, fetched

BASE = "https://social.town.example"
API = f"{BASE}/api/v1"
NUMBER = "109"


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
    """Shows `statuses`, newest first. `deaf` is a server that does not know `min_id`; `page` is its largest page."""

    statuses: list[dict[str, Any]]
    shown: dict[str, Any] = field(default_factory=profile)
    deaf: bool = False
    page: int = 2

    def http(self) -> FakeHttp:
        """Return a client of it."""
        made = FakeHttp(
            {
                f"{API}/accounts/lookup": lambda *_: as_json(self.shown, f"{API}/accounts/lookup"),
                f"{API}/accounts/{NUMBER}": lambda *_: as_json(self.shown, f"{API}/accounts/{NUMBER}"),
                f"{API}/accounts/{NUMBER}/statuses": self._list,
            }
        )
        made.answers |= {f"{API}/statuses/{one['id']}": self._one(one["id"]) for one in self.statuses}
        return made

    def _one(self, number: str) -> Any:
        def answer(*_: Mapping[str, str]) -> Fetched:
            found = [one for one in self.statuses if one["id"] == number]
            url = f"{API}/statuses/{number}"
            return as_json(found[0], url) if found else as_json({"error": "Record not found"}, url, 404)

        return answer

    def _list(self, params: Mapping[str, str], _: Mapping[str, str]) -> Fetched:
        found = self.statuses
        if "max_id" in params:
            found = [one for one in found if int(one["id"]) < int(params["max_id"])]
        if "min_id" in params and not self.deaf:
            found = [one for one in found if int(one["id"]) > int(params["min_id"])][-self.page :]
        found = found[: self.page]
        url = f"{API}/accounts/{NUMBER}/statuses"
        # Behind a proxy: the link names an address that only the server itself knows.
        link = (
            f'<http://localhost:3000/x?limit=40&max_id={found[-1]["id"]}>; rel="next", <x>; rel="prev"' if found else ""
        )
        return fetched(json.dumps(found).encode(), url, link=link)
