"""What X's refusals mean, whether they come as a status or as `errors` in an answer of 200.

Source: the X API's documentation of response codes and of partial errors (their `type` is an address, the reason
itself only in `detail`).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from collectors import waits
from collectors.base import Fetched
from collectors.evidence import clean, read_json
from collectors.failures import bad_answer
from data.errors import CollectError

NOT_FOUND = "resource-not-found"


def read_object(fetched: Fetched) -> dict[str, Any]:
    """Return the JSON object that an answer holds; raise `CollectError` bad_answer when it holds none."""
    try:
        value = read_json(fetched.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_answer("X", "gave an answer that is no JSON object")
    return value


def problems(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the problems that an answer tells: its `errors`, and the answer itself where it is one."""
    errors = value.get("errors")
    yield from (one for one in (errors if isinstance(errors, list) else []) if isinstance(one, dict))
    if "title" in value or "detail" in value:
        yield dict(value)


def _words(value: Mapping[str, Any]) -> str:
    told = [
        clean(one.get(name)) for one in problems(value) for name in ("title", "detail", "message", "type", "reason")
    ]
    return " ".join(told).lower()


def told(value: Mapping[str, Any], who: str) -> CollectError:
    """Return the error for an answer that has problems and nothing else."""
    words = _words(value)
    if "suspended" in words:
        return CollectError("suspended", f"The X account {who} has been suspended by the platform.")
    if "not authorized" in words or "authorization" in words:
        return CollectError(
            "protected",
            f"The posts of the X account {who} are protected, so they are not collected. Its owner can open it.",
        )
    if NOT_FOUND in words or "not found" in words or "could not find" in words:
        return CollectError("unknown", f"X knows no account {who}. Check its name in the register; it may be closed.")
    return bad_answer("X", "gave an answer without posts and without a reason")


def refusal(answer: Fetched, who: str) -> CollectError:
    """Return the error for an answer that is not 200; its body may be anything."""
    try:
        value = read_object(answer)
    except CollectError:
        value = {}
    words = _words(value)
    match answer.status:
        case 401:
            sentence = "X does not accept the access token (401), or was given none. An administrator gives it as {0}."
            return CollectError("unauthorised", sentence.format("POSTREEVE_X_TOKEN"))
        case 402:
            return CollectError(
                "out_of_credits", "The credits of the council's X API plan are used up (402). Buy more."
            )
        case 429 if "usagecap" in words.replace(" ", "") or "usage-capped" in words:
            sentence = (
                "The month's usage cap of the council's X API plan is reached (429). Raise it, or wait for the next."
            )
            return CollectError("usage_cap", sentence)
        case 429:
            host = urlsplit(answer.url).hostname or "X"
            return waits.from_busy(429, answer.headers, host, answer.received_at, longest=0.0)
        case 403 | 404 if "suspended" in words:
            return told(value, who)
        case 403:
            return CollectError("forbidden", f"X does not let this access token read {who} (403). Check its plan.")
        case 404:
            return CollectError("unknown", f"X knows no account {who} (404). Check its name in the register.")
        case _:
            return bad_answer("X", f"refused the request ({answer.status})")
