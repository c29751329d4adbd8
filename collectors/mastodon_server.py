"""One account on one server that speaks the Mastodon API: where it is, who it is, and its pages of statuses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from collectors.base import Fetched, Http
from collectors.failures import bad_answer, bad_url
from collectors.http import SIGNED, server_name
from collectors.mastodon_answers import ids_of, next_query, read_entity, read_statuses
from data.errors import CollectError
from data.model import Account

A_PAGE = "40"  # the most that Mastodon gives
MOST_PAGES = 5_000
CLOSED = (401, 422)  # 422 is what older servers say instead of 401
ABSENT = (404, 410)
CLOSED_TO_US = (
    "{place} shows posts only to those who sign in ({status}). Make an access token there that may read, and give it "
    "as POSTREEVE_MASTODON_TOKEN={place}=… or in the file of tokens."
)
REFUSED = (
    "{place} refuses the access token that it was given ({status}); it may have been revoked or may not read. Make a "
    "new one there, and give it as POSTREEVE_MASTODON_TOKEN={place}=… or in the file of tokens."
)
_IN_PATH = re.compile(r"/(?:@|users/|web/@)([^/@]+)(?:@([^/]+))?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account lives: the base address of its server and its name there."""

    base: str
    name: str


def place_of(account: Account) -> Place:
    """Return where an account lives, from its handle, its address and, where given, its server's; raise bad_url."""
    name, _, domain = account.handle.strip().removeprefix("@").partition("@")
    parts = urlsplit(account.url)
    found = _IN_PATH.match(parts.path)
    if found and not domain:
        name, domain = found[1], found[2] or parts.netloc
    shown = f"{parts.scheme}://{parts.netloc}" if parts.netloc and not (found and found[2]) else ""
    base = account.service_url or shown or (f"https://{domain}" if domain else "")
    if not base or not name:
        raise bad_url("", "names no server; write the handle as name@server")
    return Place(base.rstrip("/"), name)


class Server:
    """Asks one server about one account."""

    def __init__(self, place: Place, http: Http) -> None:
        self.place = place
        self._http = http
        self._host = urlsplit(place.base).hostname or ""

    def ask(self, path: str, **params: str) -> Fetched:
        """Return the answer, 404 and 410 too; raise `CollectError` unauthorised where one must sign in."""
        answer = self._http.get(f"{self.place.base}/api/v1/{path}", params=params, accept=(*CLOSED, *ABSENT))
        if answer.status in CLOSED:
            sentence = REFUSED if SIGNED in answer.headers else CLOSED_TO_US
            place = server_name(httpx.URL(answer.url))
            raise CollectError("unauthorised", sentence.format(place=place, status=answer.status))
        return answer

    def profile(self, known_id: str) -> Fetched:
        """Return the account's profile; raise `CollectError` unknown, gone, renamed or suspended."""
        path = f"accounts/{quote(known_id, safe='')}" if known_id else "accounts/lookup"
        answer = self.ask(path, **({} if known_id else {"acct": self.place.name}))
        who = f"{self.place.name} on {self._host}"
        if answer.status == 410:
            raise CollectError("gone", f"The account {who} is closed for good (410). Close it in the register too.")
        if answer.status == 404:
            raise CollectError("unknown", f"There is no account {who}. Check its name and server in the register.")
        found = read_entity(answer)
        if not isinstance(found.get("id"), str) or not isinstance(found.get("username"), str):
            raise bad_answer(self._host, "gave an answer that is no account")
        if found["username"].lower() != self.place.name.lower():
            raise CollectError("renamed", f"{who} leads to an account of another name. Check the register.")
        if found.get("suspended") is True:  # its list of posts is empty then, which is not the same as having none
            raise CollectError("suspended", f"The account {who} has been suspended by those who run the server.")
        return answer

    def statuses(self, number: str, **query: str) -> tuple[Fetched, list[str]]:
        """Return one page of the account's statuses and the ids in it, the newest first.

        Raises `CollectError` interrupted when the account went away, bad_answer for what has no ids.
        """
        answer = self.ask(f"accounts/{quote(number, safe='')}/statuses", **{"limit": A_PAGE, **query})
        if answer.status in ABSENT:
            raise CollectError(
                "interrupted", f"{self.place.name} went away while its posts were read. It is tried again."
            )
        found = read_statuses(answer)
        ids = ids_of(found)
        if found and not ids:
            raise bad_answer(self._host, "gave a list of posts without their ids")
        return answer, ids

    def older(self, number: str, query: Mapping[str, str]) -> Iterator[tuple[Fetched, list[str], dict[str, str]]]:
        """Yield pages from the newest back, or from `query` on: the answer, the ids in it, the query of the next.

        Where there is no `Link` at all, which proxies strip and some servers never send, the oldest id leads on.
        """
        seen: set[str] = set()
        following = dict(query)
        for _ in range(MOST_PAGES):
            answer, ids = self.statuses(number, **following)
            if not ids:
                return
            if ids[-1] in seen:
                break
            seen.update(ids)
            following = next_query(answer.headers) if "link" in answer.headers else {"max_id": ids[-1]}
            yield answer, ids, following
            if not following:
                return
        raise bad_answer(self._host, "gave pages without an end")
