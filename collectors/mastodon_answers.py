"""What an answer of the Mastodon API holds: an entity or a list, the ids in it, and which page follows."""

import re
from collections.abc import Mapping
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
    try:
        value = read_json(fetched.body)
    except ValueError:
        value = None
    if not isinstance(value, list):
        raise bad_answer(host_of(fetched), "gave an answer that is no list of posts")
    return value


def read_entity(fetched: Fetched) -> dict[str, Any]:
    """Return the JSON object that an answer holds; raise `CollectError` bad_answer when it holds none."""
    try:
        value = read_json(fetched.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_answer(host_of(fetched), "gave an answer that is no JSON object")
    return value


def ids_of(statuses: list[Any]) -> list[str]:
    """Return the ids of statuses in their order, also of those that are not kept."""
    return [one["id"] for one in statuses if isinstance(one, dict) and isinstance(one.get("id"), str)]


def newest_id(statuses: list[Any]) -> str:
    """Return the id at the newer end of a page: the first, or the last where a server lists the oldest first."""
    ids, times = ids_of(statuses), [read_time(clean(one.get("created_at"))).at for one in _ends(statuses)]
    if not ids:
        return ""
    return ids[-1] if len(times) == 2 and times[0] and times[1] and times[0] < times[1] else ids[0]


def _ends(statuses: list[Any]) -> list[dict[str, Any]]:
    whole = [one for one in statuses if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return [whole[0], whole[-1]] if whole else []


def host_of(fetched: Fetched) -> str:
    """Return the host that gave an answer."""
    return urlsplit(fetched.url).hostname or ""
