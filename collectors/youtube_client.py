"""One channel on the YouTube Data API: what is asked, what its lists hold, and what its refusals mean.

The key goes in a header, never in an address. An error's words are never repeated, only its reasons are read.
Source: channels.list, playlistItems.list, videos.list and "Errors" of the YouTube Data API, version 3.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collectors import failures, waits
from collectors.base import Fetched, Http
from collectors.evidence import clean, read_json
from collectors.graph_posts import as_dict, dicts
from collectors.http import SIGNED
from collectors.notes import TOKEN_IN, TOKEN_OF
from collectors.youtube_videos import PUBLIC, channel_of
from data.errors import CollectError
from data.model import Account

SERVER = "https://www.googleapis.com"
STATUSES = (400, 401, 403, 404)
A_PAGE = 50
MOST_PAGES = 1_000
QUOTA = ("quotaExceeded", "dailyLimitExceeded")
TOO_FAST = ("rateLimitExceeded", "userRateLimitExceeded", "servingLimitExceeded")
BAD_KEY = ("keyInvalid", "keyExpired", "API_KEY_INVALID", "required", "authError")
CLOSED = ("playlistItemsNotAccessible", "channelClosed", "channelSuspended")
NO_PLAYLIST = "playlistNotFound"
PACIFIC = "America/Los_Angeles"  # where the quota's day begins


def read_object(fetched: Fetched) -> dict[str, Any]:
    """Return the JSON object that an answer holds; raise `CollectError` bad_answer when it holds none."""
    try:
        value = read_json(fetched.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise failures.bad_answer("YouTube", "gave an answer that is no JSON object")
    return value


def items_of(fetched: Fetched) -> list[dict[str, Any]]:
    """Return what an answer lists, nothing where it has found nothing; raise bad_answer when it is no list."""
    value = read_object(fetched)
    if not isinstance(value.get("items", []), list) or not clean(value.get("kind")).endswith("ListResponse"):
        raise failures.bad_answer("YouTube", "gave an answer that is no list")
    return dicts(value.get("items"))


def reasons(fetched: Fetched) -> set[str]:
    """Return the reasons that an error gives."""
    try:
        problem = as_dict(read_object(fetched).get("error"))
    except CollectError:
        return set()
    told = [*dicts(problem.get("errors")), *dicts(problem.get("details"))]
    return {clean(one.get("reason")) for one in told} - {""}


def refusal(fetched: Fetched, who: str) -> CollectError:
    """Return the error for an answer that is a refusal."""
    told = reasons(fetched)
    if told & set(QUOTA):
        local = fetched.received_at.astimezone(ZoneInfo(PACIFIC)) + timedelta(days=1)
        again = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        return waits.until("usage_cap", "The day's quota of the council's YouTube key is used up (403).", again)
    if told & set(TOO_FAST):
        return waits.from_busy(429, fetched.headers, "YouTube", fetched.received_at, longest=0.0)
    if told & set(BAD_KEY) or fetched.status == 401 or SIGNED not in fetched.headers:
        sentence = "YouTube does not accept the key it was given. An administrator gives one as POSTREEVE_YOUTUBE_KEY."
        return CollectError("unauthorised", sentence)
    if told & set(CLOSED):
        return CollectError("protected", f"The videos of the YouTube channel {who} are not public.")
    if fetched.status == 403:
        sentence = "YouTube does not let this key read {0} (403). Check that the Data API is enabled for the key."
        return CollectError("forbidden", sentence.format(who))
    return failures.from_status(fetched.status, "YouTube")


class YouTubeApi:
    """Asks the Data API about one account."""

    def __init__(self, http: Http, account: Account) -> None:
        self._http, self._account = http, account
        self.base = (account.service_url or SERVER).rstrip("/")

    def ask(self, what: str, params: Mapping[str, str], *, missing: bool = False) -> Fetched:
        """Return an answer; with `missing` also one that says that there is no such list. Raise otherwise."""
        headers = {TOKEN_OF: self._account.id, TOKEN_IN: "x-goog-api-key", "accept": "application/json"}
        answer = self._http.get(f"{self.base}/youtube/v3/{what}", params=params, headers=headers, accept=STATUSES)
        if answer.status != 200 and not (missing and NO_PLAYLIST in reasons(answer)):
            raise refusal(answer, self._account.handle or self._account.id)
        return answer

    def channel(self) -> tuple[Fetched, dict[str, Any]]:
        """Return the channel; raise `CollectError` unknown or protected."""
        known, name = channel_of(self._account), self._account.handle.strip().removeprefix("@")
        who = {"id": known} if known else {"forHandle": f"@{name}"}
        answer = self.ask("channels", {"part": "id,snippet,contentDetails,statistics,status", **who})
        found = items_of(answer)
        if len(found) != 1 or (known and found[0].get("id") != known):
            sentence = "YouTube knows no channel {0}. Check the register; it may have been closed."
            raise CollectError("unknown", sentence.format(self._account.handle or known))
        if as_dict(found[0].get("status")).get("privacyStatus", PUBLIC) != PUBLIC:
            raise CollectError("protected", f"The YouTube channel {self._account.handle or known} is not public.")
        return answer, found[0]

    def uploads(self, playlist: str, videos: str) -> Iterator[tuple[Fetched, list[str], bool]]:
        """Yield the pages of the uploads from the newest back: the answer, the ids in it, whether more follow.

        `videos` is how many the channel says it has: one that never had any has no list.
        """
        token, seen = "", set[str]()
        while len(seen) < MOST_PAGES and token not in seen:
            seen.add(token)
            more = {"pageToken": token} if token else {}
            query = {"part": "snippet,contentDetails,status", "playlistId": playlist, "maxResults": str(A_PAGE), **more}
            answer = self.ask("playlistItems", query, missing=not token)
            if answer.status == 404:
                if videos == "0":
                    return
                raise CollectError(
                    "interrupted", "YouTube says that the channel has no list of videos. It is tried again."
                )
            token = clean(read_object(answer).get("nextPageToken"))
            yield (
                answer,
                [clean(as_dict(one.get("contentDetails")).get("videoId")) for one in items_of(answer)],
                bool(token),
            )
            if not token:
                return
        raise failures.bad_answer("YouTube", "gave pages without an end")
