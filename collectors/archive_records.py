"""What the blocks of an AT Protocol repository say, in the protocol's own words: links, bytes, moments.

Sources: the specifications "Data Model" and "TID" of the AT Protocol.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import libipld

DAG_CBOR, RAW = b"\x01\x71\x12\x20", b"\x01\x55\x12\x20"  # version 1, codec, SHA-256, 32 bytes
A_CID = 36
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"  # of a TID, which counts microseconds since 1970, and a clock's number
CLOCK_BITS = 10


def is_cid(value: object) -> bool:
    """Say whether bytes have the form of a content identifier of this protocol."""
    return isinstance(value, bytes) and len(value) == A_CID and value[:4] in (DAG_CBOR, RAW)


def as_json(value: Any) -> Any:
    """Return a record as the protocol's own JSON writes it: links as `$link`, bytes as `$bytes`.

    libipld gives both as bytes; what has the form of a link is one. Records of posts hold no other bytes.
    """
    if isinstance(value, dict):
        return {name: as_json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    if isinstance(value, bytes):
        return (
            {"$link": libipld.encode_cid(value)}
            if is_cid(value)
            else {"$bytes": libipld.encode_multibase("m", value)[1:]}
        )
    return value


def tid_time(tid: str) -> datetime | None:
    """Return the moment that a revision names, None for what is no TID."""
    if len(tid) != 13 or any(char not in _DIGITS for char in tid):
        return None
    number = 0
    for char in tid:
        number = number * 32 + _DIGITS.index(char)
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number >> CLOCK_BITS)
    except OverflowError:
        return None
