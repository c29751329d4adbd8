"""One account on one of Meta's Graph APIs: who it is, and the pages of its lists.

The token goes into the Authorization header alone. `paging.next` is an address of the server's with the token in it:
it is never followed, only its place in the list is taken.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from collectors.base import Fetched, Http
from collectors.evidence import clean
from collectors.failures import bad_answer
from collectors.graph_refusals import STATUSES, host_of, is_absent, read_object, refusal
from collectors.notes import TOKEN_OF
from data.errors import CollectError
from data.model import Account

A_PAGE = "50"
A_SMALL_PAGE = "10"  # where a server fails over a larger one: Facebook asks to "reduce the amount of data" so
MOST_PAGES = 2_000
PLACES = ("after", "until", "__paging_token")  # what of the next page's address says where it begins


def entries_of(fetched: Fetched) -> list[Any]:
    """Return the list that a page holds; raise `CollectError` bad_answer when it holds none."""
    found = read_object(fetched).get("data")
    if not isinstance(found, list):
        raise bad_answer(host_of(fetched), "gave an answer that is no list of posts")
    return found


def following(fetched: Fetched) -> dict[str, str]:
    """Return the query of the page that follows, empty when this is the last one; raise bad_answer where it has no
    place that can be asked for."""
    paging = read_object(fetched).get("paging")
    if not isinstance(paging, dict) or not clean(paging.get("next")):
        return {}
    cursors = paging.get("cursors")
    after = clean(cursors.get("after")) if isinstance(cursors, dict) else ""
    query = dict(parse_qsl(urlsplit(clean(paging["next"])).query))
    place = {"after": after} if after else {name: query[name] for name in PLACES if name in query}
    if not place:
        raise bad_answer(host_of(fetched), "says that more follows, but not where")
    return place


class GraphApi:
    """Asks one API about one account: `base` is its address with the version, `variable` what its token is given as."""

    def __init__(self, http: Http, base: str, account: Account, variable: str) -> None:
        self._http, self._base, self._account, self._variable = http, base, account, variable

    def ask(self, path: str, params: Mapping[str, str], *, absent: bool = False) -> Fetched:
        """Return an answer; with `absent` also one that says that nothing is there. Raise `CollectError` otherwise."""
        headers = {TOKEN_OF: self._account.id, "accept": "application/json"}
        answer = self._http.get(f"{self._base}/{path}", params=params, headers=headers, accept=STATUSES)
        if absent and is_absent(answer):
            return answer
        if answer.status != 200 or "error" in read_object(answer):
            raise refusal(answer, self._account.handle or self._account.id, self._variable)
        return answer

    def pages(self, path: str, fields: str, start: Mapping[str, str]) -> Iterator[tuple[Fetched, list[Any], bool]]:
        """Yield the pages of a list from the newest back, or from `start` on: the answer, its entries, whether more
        follow."""
        seen, place, size = set[tuple[tuple[str, str], ...]](), dict(start), A_PAGE
        while len(seen) < MOST_PAGES and tuple(place.items()) not in seen:
            try:
                answer = self.ask(path, {"fields": fields, "limit": size, **start, **place})
            except CollectError as error:
                if error.code != "server_error" or size == A_SMALL_PAGE:
                    raise
                size = A_SMALL_PAGE
                continue
            seen.add(tuple(place.items()))
            entries, place = entries_of(answer), following(answer)
            yield answer, entries, bool(place)
            if not place:
                return
        raise bad_answer(urlsplit(self._base).hostname or "", "gave pages without an end")
