"""Packed bodies: unpacked exactly, in small steps, or refused."""

import gzip
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.unpack import STEP, TooLarge, UnpackError, gather

MOST = 10 * 2**20


def pieces(data: bytes, size: int) -> Iterable[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


@given(st.binary(max_size=3000), st.integers(1, 700))
def test_every_packing_gives_back_what_was_packed(data: bytes, size: int) -> None:
    assert gather(pieces(data, size), "", MOST) == data
    assert gather(pieces(gzip.compress(data), size), "gzip", MOST) == data
    assert gather(pieces(zlib.compress(data), size), "deflate", MOST) == data


@given(st.binary(min_size=1, max_size=3000))
def test_deflate_without_its_wrapper_is_understood(data: bytes) -> None:
    assert gather([raw_deflate(data)], "deflate", MOST) == data


def test_several_gzip_members_follow_one_another() -> None:
    assert gather([gzip.compress(b"one ") + gzip.compress(b"two")], "GZIP", MOST) == b"one two"


def test_a_large_body_arrives_whole() -> None:
    data = bytes(range(256)) * 40_000
    assert gather(pieces(gzip.compress(data), STEP), "gzip", MOST) == data


def test_the_limit_is_exact() -> None:
    assert len(gather([b"x" * 100], "", 100)) == 100
    with pytest.raises(TooLarge):
        gather([b"x" * 101], "", 100)


def test_a_bomb_stops_at_the_limit() -> None:
    def endless() -> Iterable[bytes]:
        engine = zlib.compressobj(9, wbits=31)
        while True:
            yield engine.compress(b"\0" * 2**20) + engine.flush(zlib.Z_SYNC_FLUSH)

    with pytest.raises(TooLarge):
        gather(endless(), "gzip", MOST)


@pytest.mark.parametrize(
    ("data", "packing"),
    [
        (gzip.compress(b"words" * 100, mtime=0)[:-20], "gzip"),
        (b"no gzip at all, only words", "gzip"),
        (gzip.compress(b"words", mtime=0)[:-8] + b"\0" * 8, "gzip"),
        (b"words", "br"),
        (b"words", "gzip, gzip"),
    ],
)
def test_damaged_or_unasked_packings_are_refused(data: bytes, packing: str) -> None:
    with pytest.raises(UnpackError):
        gather([data], packing, MOST)
