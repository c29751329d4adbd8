"""Bodies in a stream: unpacked in small steps, so that a small answer cannot become a large one in memory."""

import zlib
from collections.abc import Iterable, Iterator

STEP = 64 * 1024
AUTO = 32 + zlib.MAX_WBITS  # gzip or zlib, as the header says
RAW = -zlib.MAX_WBITS  # what some servers call deflate


class UnpackError(Exception):
    """The packed body is damaged, cut, or packed in a way that we did not ask for."""


class TooLarge(Exception):
    """The body is larger than allowed."""


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the unpacked pieces, none larger than `STEP`; several gzip members follow one another."""
    engine, started = zlib.decompressobj(AUTO), False
    for chunk in chunks:
        rest = chunk
        while rest:
            if engine.eof:
                engine, started = zlib.decompressobj(AUTO), False
            try:
                piece = engine.decompress(rest, STEP)
            except zlib.error:
                if started:
                    raise
                engine = zlib.decompressobj(RAW)
                piece = engine.decompress(rest, STEP)
            started = True
            yield piece
            rest = engine.unused_data if engine.eof else engine.unconsumed_tail
    while piece := engine.decompress(engine.unconsumed_tail, STEP) if started and not engine.eof else b"":
        yield piece
    if started and not engine.eof:
        raise UnpackError("cut")


def _pieces(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    match encoding.strip().lower():
        case "" | "identity":
            yield from chunks
        case "gzip" | "x-gzip" | "deflate":
            yield from _inflate(chunks)
        case other:
            raise UnpackError(f"unknown packing {other[:40]!r}")


def gather(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Return the unpacked body; raise `TooLarge` beyond `most` bytes and `UnpackError` when it is damaged."""
    body = bytearray()
    try:
        for piece in _pieces(chunks, encoding):
            body += piece
            if len(body) > most:
                raise TooLarge
    except zlib.error as exc:
        raise UnpackError(str(exc)) from exc
    return bytes(body)
