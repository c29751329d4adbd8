"""Who holds a lease: a process by host and number, with a mark of its own for each piece of work.

A lease ends by itself, so that work goes on when its holder is gone. Where the holder was a process of this host, that
it is gone is known at once, and nothing waits for the end.
"""

import os
import secrets
import socket

_OURS: set[str] = set()


def new() -> str:
    """Return the name of a new holder in this process."""
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"
    _OURS.add(name)
    return name


def gone(name: str) -> bool:
    """Say whether a holder is known to be gone: a process of this host that no longer runs, or another one's mark
    under our own number (numbers are given again, in containers always the same)."""
    host, _, rest = name.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    if int(rest) == os.getpid():
        return name not in _OURS
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
