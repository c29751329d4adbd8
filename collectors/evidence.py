"""What is kept of an item as received: canonical bytes, their digest, and text that every store accepts."""

import hashlib
import json
from typing import Any

CONTROLS: dict[int, None] = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: object) -> bytes:
    """Return the one way to write `value`: sorted keys, no spaces, ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def read_json(body: bytes) -> Any:
    """Read JSON; raise `ValueError` for whatever is none, too deeply nested JSON included."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise ValueError("not JSON") from exc


def clean(text: object) -> str:
    """Return `text` as storable Unicode: no control characters but tab and newline, no lone surrogates.

    Whatever is not a string is no text.
    """
    if not isinstance(text, str):
        return ""
    kept = text.translate(CONTROLS).replace("\r\n", "\n").replace("\r", "\n") if not text.isprintable() else text
    return kept if kept.isascii() else kept.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
