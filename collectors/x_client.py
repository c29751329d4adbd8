"""X's API through tweepy, with every request sent by our own guarded client.

tweepy knows the addresses and parameters; but it has no timeout, waits without bound, follows redirects, reads netrc,
and writes the bearer token into its debug log. So it is given a word in place of the token, which the client beneath
adds for X's own server alone, and a session whose only way out is that client: guarded addresses, one deadline, a size
limit, no redirects, no waiting.
"""

import logging
from collections.abc import Sequence
from typing import Any

import requests
import tweepy

from collectors.base import Fetched, Http
from collectors.failures import bad_redirect
from collectors.x_refusals import refusal
from data.errors import CollectError

TWEEPYS = "https://api.twitter.com"  # written into tweepy
BASE = "https://api.x.com"
PLACEHOLDER = "added-by-the-client"  # what tweepy is given for a token
REDIRECTS = (301, 302, 303, 307, 308)
REFUSALS = (400, 401, 402, 403, 404, 429)
USER_FIELDS = ["id", "name", "username", "description", "protected", "public_metrics", "pinned_tweet_id"]
POST_FIELDS = [
    *("id", "text", "author_id", "created_at", "lang", "note_tweet", "referenced_tweets", "possibly_sensitive"),
    *("withheld", "edit_controls", "edit_history_tweet_ids", "entities", "attachments"),
]
POSTS = {
    "tweet_fields": POST_FIELDS,
    "media_fields": ["media_key", "type", "url", "preview_image_url", "alt_text"],
    # No expansion names people: neither authors nor those who are mentioned or replied to are ever asked for.
    "expansions": ["attachments.media_keys", "referenced_tweets.id"],
}


class _Wire:
    """What requests calls an adapter: sends by our own client, and remembers the answer as received."""

    def __init__(self, http: Http, base: str, who: str) -> None:
        self._http, self._base, self._who = http, base.rstrip("/"), who
        self.last: Fetched | None = None

    def send(self, request: Any, **_: object) -> Any:
        """Return an answer of 200 to tweepy; raise `CollectError` for any other, so that tweepy reads none of them."""
        path = str(request.url).removeprefix(TWEEPYS)
        answer = self._http.get(
            self._base + path, headers={"accept": "application/json"}, accept=(*REFUSALS, *REDIRECTS)
        )
        if answer.status in REDIRECTS:
            raise bad_redirect("X", "is not its API")
        if answer.status != 200:
            raise refusal(answer, self._who)
        self.last = answer
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status, answer.url, request
        response._content, response._content_consumed = answer.body, True
        return response

    def close(self) -> None:
        """Nothing to close: the client's connections are shared."""


class XApi:
    """Asks X about one account; `who` is how sentences name it. Each answer is returned as received."""

    def __init__(self, http: Http, base: str, who: str) -> None:
        logging.getLogger("tweepy").setLevel(logging.INFO)  # its debug lines hold headers and whole answers
        self._wire = _Wire(http, base or BASE, who)
        self._client = tweepy.Client(PLACEHOLDER, return_type=requests.Response)
        session = self._client.session
        session.trust_env = False  # no proxy of its own, no netrc
        session.adapters.clear()
        for scheme in ("https://", "http://"):
            session.mount(scheme, self._wire)

    def user(self, *, number: str, name: str) -> Fetched:
        """Return the account's profile, by its lasting number where that is known."""
        named = {"id": number} if number else {"username": name}
        self._client.get_user(**named, user_fields=USER_FIELDS)
        return self._answer()

    def posts(self, number: str, *, size: int, since: str, token: str) -> Fetched:
        """Return one page of the account's posts, newest first: those after the id `since`, from `token` on."""
        more = {"since_id": since or None, "pagination_token": token or None}
        self._client.get_users_tweets(number, max_results=size, **more, **POSTS)
        return self._answer()

    def by_id(self, ids: Sequence[str]) -> Fetched:
        """Return the posts with these ids, 100 at most."""
        self._client.get_tweets(list(ids), **POSTS)
        return self._answer()

    def _answer(self) -> Fetched:
        answer, self._wire.last = self._wire.last, None
        if answer is None:
            raise CollectError("internal", "tweepy did not ask X; please report it.")
        return answer
