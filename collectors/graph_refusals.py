"""What the errors of Meta's Graph APIs mean: an `error` object with a number, whatever the status it comes with.

The words of an error are never repeated: they may name people, or hold what must not be told.
Source: "Handling Errors" and "Rate Limits" of the Graph API, "Troubleshooting" of the Threads API.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from collectors import failures, waits
from collectors.base import Fetched
from collectors.evidence import clean, read_json
from collectors.http import SIGNED
from data.errors import CollectError

STATUSES = (400, 401, 403, 404)  # that come with an error object; the client itself deals with 402, 410, 429 and 5xx
SIGNED_OUT = frozenset((102, 104, 190, 2500))
LIMITED = frozenset((4, 17, 32, 341, 613, *range(80_000, 80_015)))
REFUSED = frozenset((3, 10, *range(200, 300)))
PASSING = frozenset((1, 2))
BLOCKED = 368
MIGRATED = 21
NOT_THERE = frozenset((24, 110, 803))
PARAMETER, NO_SUCH_OBJECT = 100, 33  # code 100 is also said of a wrong request; with this subcode it is not there
_MIGRATED_TO = re.compile(r"migrated to (?:page )?ID (\d{1,25})", re.IGNORECASE)


def read_object(fetched: Fetched) -> dict[str, Any]:
    """Return the JSON object that an answer holds; raise `CollectError` bad_answer when it holds none."""
    try:
        value = read_json(fetched.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise failures.bad_answer(host_of(fetched), "gave an answer that is no JSON object")
    return value


def host_of(fetched: Fetched) -> str:
    """Return the host that gave an answer."""
    return urlsplit(fetched.url).hostname or ""


def problem_of(fetched: Fetched) -> dict[str, Any]:
    """Return the error object of an answer, empty where it has none."""
    try:
        problem = read_object(fetched).get("error")
    except CollectError:
        return {}
    return problem if isinstance(problem, dict) else {}


def is_absent(fetched: Fetched) -> bool:
    """Tell whether an answer says that what was asked for is not there, or not for us."""
    problem = problem_of(fetched)
    lost = problem.get("code") == PARAMETER and problem.get("error_subcode") == NO_SUCH_OBJECT
    return lost or problem.get("code") in NOT_THERE


def refusal(fetched: Fetched, who: str, variable: str) -> CollectError:
    """Return the error for an answer that is a refusal; `who` is the account, `variable` where its token is given."""
    problem, host = problem_of(fetched), host_of(fetched)
    code = problem.get("code")
    if code in SIGNED_OUT or (fetched.status == 401 and not problem):
        return _unauthorised(fetched, who, variable)
    if code in LIMITED:
        return waits.from_busy(429, fetched.headers, host, fetched.received_at, longest=0.0)
    if code in REFUSED:
        sentence = "{0} does not let this access token read {1} (error {2}). Check its permissions: docs/collecting.md."
        return CollectError("forbidden", sentence.format(host, who, code))
    if code in PASSING:
        return CollectError("server_error", f"{host} has a fault of its own (error {code}). It is tried again.")
    if code == BLOCKED:
        return CollectError("suspended", f"{host} has blocked {who} or the council's app for a while (error {code}).")
    if code == MIGRATED:
        found = _MIGRATED_TO.search(clean(problem.get("message")))
        there = found[1] if found else "another one"
        return CollectError("moved", f"{who} has moved to the id {there}. Enter that in the register.")
    if is_absent(fetched):
        sentence = "{0} knows no account {1}, or does not show it to this access token. Check its name and the token."
        return CollectError("unknown", sentence.format(host, who))
    if problem:
        return failures.bad_answer(host, f"refused the request (error {code if isinstance(code, int) else 'unknown'})")
    return failures.from_status(fetched.status, host)


def _unauthorised(fetched: Fetched, who: str, variable: str) -> CollectError:
    how = "does not accept the access token of" if SIGNED in fetched.headers else "wants an access token for"
    sentence = "{0} {1} {2}: it may have expired or been revoked. An administrator gives one as {3}=ACCOUNT=TOKEN."
    why = sentence if SIGNED in fetched.headers else sentence.replace(": it may have expired or been revoked", "")
    return CollectError("unauthorised", why.format(host_of(fetched), how, who, variable))
