"""What every container of a download must keep to: its limits, and what in it is refused."""

import re
from typing import Any, Protocol

from data.errors import ArchiveError

MEMBERS = 500_000
TOTAL = 256 * 2**30  # bytes unpacked; nothing of it is kept, it only takes time
RATIO = 200  # text packs to a tenth, rarely to a fiftieth; deflate's best is a thousandth
SLACK = 4 * 2**20  # what may be unpacked before the ratio is asked for
_DRIVE = re.compile(r"[A-Za-z]:")


class Box(Protocol):
    """A download's members: `names` in the order of the file."""

    names: tuple[str, ...]

    def open(self, name: str) -> Any:
        """Return a context manager that yields one member as a stream of bytes."""


def refused(name: str, why: str) -> ArchiveError:
    """Return the error for a download that is not touched any further."""
    return ArchiveError(f"{name}: {why}. Nothing was taken in; ask the owner for a fresh download.")


def check_path(subject: str, path: str) -> None:
    """Raise `ArchiveError` for a path that would lead out of a folder, or is none."""
    wrong = path.startswith("/") or "\\" in path or "\0" in path or _DRIVE.match(path) or ".." in path.split("/")
    if wrong or not path:
        raise refused(subject, f"it holds a path that leads out of it ({path[:80]!r})")


def check_once(subject: str, names: list[str], name: str) -> None:
    """Raise `ArchiveError` when a member that is read is there twice: it could be one for us and one for others."""
    if names.count(name) > 1:
        raise refused(subject, f"it holds {name} twice")
