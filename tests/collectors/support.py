"""What the tests of the collectors share: accounts, answers, and an `Http` that answers from a table."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.base import Collector, Cursor, Fetched, Page
from collectors.http import Network
from data.errors import CollectError
from data.model import Account, AccountKind, Item, Platform

FIXTURES = Path(__file__).parents[1] / "fixtures"
RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED_URL = "https://feeds.example.gov.uk/news/all.xml"


def account(platform: Platform = Platform.FEED, **changes: Any) -> Account:
    """An account of the register."""
    known = {"id": "town", "platform": platform, "handle": "town.example", "url": FEED_URL}
    return Account(**{**known, "kind": AccountKind.CORPORATE, "department": "Communications", **changes})


def fetched(body: bytes, url: str = FEED_URL, *, status: int = 200, at: datetime = RECEIVED, **headers: str) -> Fetched:
    """An answer; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(url, status, named, body, hashlib.sha256(body).hexdigest(), at)


def recorded(path: str, url: str = FEED_URL, **notes: str) -> Fetched:
    """A recorded answer of a real server, under tests/fixtures/recorded."""
    return fetched((FIXTURES / "recorded" / f"{path}.body").read_bytes(), url, **notes)


Answer = Fetched | Exception | Callable[[Mapping[str, str], Mapping[str, str]], Fetched]


class FakeHttp:
    """A `collectors.base.Http` that answers from a table: address without query → answer, or a function of
    parameters and headers. `asked` remembers (address, parameters, headers)."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.requests = 0
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Fetched:
        """Answer from the table as the real client would."""
        self.requests += 1
        self.asked.append((url, dict(params or {}), dict(headers or {})))
        answer = self.answers.get(url, fetched(b"", url, status=404))
        if isinstance(answer, Exception):
            raise answer
        found = answer if isinstance(answer, Fetched) else answer(params or {}, headers or {})
        if not (200 <= found.status < 300 or found.status == 304 or found.status in accept):
            raise CollectError("not_found", f"status {found.status}")
        return found


def as_json(value: object, url: str, status: int = 200) -> Fetched:
    """A JSON answer."""
    return fetched(json.dumps(value).encode(), url, status=status)


def pages(
    collector: Collector, of: Account, http: Any, cursor: Cursor | None = None, *, full: bool = False
) -> list[Page]:
    """Fetch and parse everything."""
    return [collector.parse(of, one) for one in collector.fetch(of, cursor or Cursor(), http, full=full)]


def items(found: list[Page]) -> list[Item]:
    """All items of the pages."""
    return [item for page in found for item in page.items]


def failure(network: Network, url: str, **options: object) -> CollectError:
    """Ask for an address and return the error that comes of it."""
    with pytest.raises(CollectError) as caught:
        network.client().get(url, **options)  # type: ignore[arg-type]
    return caught.value
