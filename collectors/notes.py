"""Notes that a collector's `fetch` pins to an answer for its own `parse`, so that `parse` can stay pure, and those by
which it tells the client whose token a request is to carry.

They travel as headers under a reserved prefix; the client strips any that a server sends, and sends none.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from collectors.base import Cursor, Fetched

PREFIX = "postreeve-"
MOVED_TO = f"{PREFIX}moved-to"
CURSOR = f"{PREFIX}cursor"
TOKEN_OF = f"{PREFIX}token-of"  # on a request: the id of the account whose own token it is to carry, if there is one
TOKEN_IN = f"{PREFIX}token-in"  # on a request: the header that the token goes in, where that is not Authorization


def without_notes(headers: Mapping[str, str]) -> dict[str, str]:
    """Return `headers` (lower-case names) without anything that looks like a note of ours."""
    return {name: value for name, value in headers.items() if not name.startswith(PREFIX)}


def pin(fetched: Fetched, cursor: Cursor, **notes: str) -> Fetched:
    """Return `fetched` with the cursor that holds after it, and further notes."""
    own = {CURSOR: json.dumps({"format": cursor.format, "state": dict(cursor.state)}, sort_keys=True)}
    own |= {PREFIX + name: value for name, value in notes.items()}
    return replace(fetched, headers={**fetched.headers, **own})


def cursor_of(fetched: Fetched) -> Cursor:
    """Return the pinned cursor, an empty one when none was pinned."""
    if CURSOR not in fetched.headers:
        return Cursor()
    kept = json.loads(fetched.headers[CURSOR])
    return Cursor(int(kept["format"]), dict(kept["state"]))


def note(fetched: Fetched, name: str) -> str:
    """Return a pinned note, empty when there is none."""
    return fetched.headers.get(PREFIX + name, "")


def moved_to(fetched: Fetched) -> str:
    """Return the address that permanent redirects led to, empty when there were none."""
    return fetched.headers.get(MOVED_TO, "")
