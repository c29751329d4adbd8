"""What an answer of the Mastodon API holds: an entity or a list, the ids in it, and which page follows."""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from collectors.base import Fetched
from collectors.evidence import clean, read_json
from collectors.failures import bad_answer
from collectors.times import read_time

_NEXT = re.compile(r"<([^<>]*)>[^,<]*?rel=\"?next\"?", re.IGNORECASE)


def next_query(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the query of the page that `Link` calls next, empty when there is none (RFC 8288).

    Only the query counts: servers behind a proxy name themselves by addresses that nobody else can reach.
    """
    found = _NEXT.search(headers.get("link", ""))
    query = dict(parse_qsl(urlsplit(found[1]).query)) if found else {}
    return {name: value for name, value in query.items() if name != "access_token"}


def read_statuses(fetched: Fetched) -> list[Any]:
    """Return the list that an answer holds; raise `CollectError` bad_answer when it holds none."""
    if isinstance(value := _json(fetched), list):
        return value
    raise bad_answer(host_of(fetched), "gave an answer that is no list of posts")


def read_entity(fetched: Fetched) -> dict[str, Any]:
    """Return the JSON object that an answer holds; raise `CollectError` bad_answer when it holds none."""
    if isinstance(value := _json(fetched), dict):
        return value
    raise bad_answer(host_of(fetched), "gave an answer that is no JSON object")


def _json(fetched: Fetched) -> Any:
    try:
        return read_json(fetched.body)
    except ValueError:
        return None


def ids_of(statuses: list[Any]) -> list[str]:
    """Return the ids of statuses, the newest first whichever way the server lists them, of those not kept too.

    Some servers put pinned statuses in front, out of their place; those say nothing of how far a page goes.
    """
    whole = [one for one in statuses if isinstance(one, dict) and isinstance(one.get("id"), str)]
    while len(whole) > 1 and whole[0].get("pinned") is True and is_newer(whole[1]["id"], whole[0]["id"]):
        whole = whole[1:]
    ids = [one["id"] for one in whole]
    first, last = (
        (read_time(clean(one.get("created_at"))).at for one in (whole[0], whole[-1])) if whole else (None, None)
    )
    return ids[::-1] if first and last and first < last else ids


def pinned_in(statuses: list[Any]) -> tuple[str, ...]:
    """Return the ids of the statuses that are pinned."""
    whole = [one for one in statuses if isinstance(one, dict) and one.get("pinned") is True]
    return tuple(one["id"] for one in whole if isinstance(one.get("id"), str))


def is_newer(one: str, other: str) -> bool:
    """Tell whether an id was given after another of the same server: numbers, ULIDs and flakes all grow in time."""
    return (len(one), one) > (len(other), other)


def reaches(ids: list[str], known: str) -> bool:
    """Tell whether a page goes back to the status `known` or, where that has been deleted, past its place."""
    in_order = all(is_newer(one, other) for one, other in pairwise(ids))
    return known in ids or (in_order and not is_newer(ids[-1], known))


def host_of(fetched: Fetched) -> str:
    """Return the host that gave an answer."""
    return urlsplit(fetched.url).hostname or ""
