"""A text that was rewritten, with the stretch of the original that every character stands for."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text. `offsets` has shape (len(text), 2): character i stands for `original[slice(*offsets[i])]`."""

    text: str
    offsets: NDArray[np.int64]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original, in code points, that `text[start:end]` (not empty) stands for."""
        return int(self.offsets[start, 0]), int(self.offsets[end - 1, 1])

    def keep(self, spans: list[tuple[int, int]]) -> "Normalised":
        """Return the text with only these stretches of it, a line each."""
        if spans == [(0, len(self.text))]:
            return self
        pieces = [self.offsets[start : min(end + 1, len(self.text))][: end - start + 1] for start, end in spans]
        texts = [self.text[start:end] + "\n" * (end < len(self.text)) for start, end in spans]
        return Normalised("".join(texts), np.concatenate(pieces) if pieces else self.offsets[:0])


def substituted(plain: Normalised, pattern: re.Pattern[str], replace: Callable[[str], str]) -> Normalised:
    """Replace every match; a replacement's characters each stand for all of what the match stood for."""
    return replaced(plain, [(*match.span(), replace(match[0])) for match in pattern.finditer(plain.text)])


def replaced(plain: Normalised, changes: Sequence[tuple[int, int, str]]) -> Normalised:
    """Replace stretches (start, end, new text), which come in order and do not overlap."""
    pieces: list[str] = []
    cuts: list[tuple[int, int, int]] = []  # start and end of the stretch, length of its replacement
    at = 0
    for start, end, new in changes:
        if new == plain.text[start:end]:
            continue
        pieces += (plain.text[at:start], new)
        cuts.append((start, end, len(new)))
        at = end
    if not cuts:
        return plain
    pieces.append(plain.text[at:])
    return Normalised("".join(pieces), _mapped(plain.offsets, np.array(cuts)))


def _mapped(offsets: NDArray[np.int64], cuts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the offsets after the stretches of `cuts` were replaced, in whole-array steps."""
    starts, ends, lengths = cuts.T
    size = len(offsets)
    kept = np.ones(size, dtype=bool)
    inside = np.zeros(size + 1, dtype=np.int64)
    np.add.at(inside, starts, 1)
    np.add.at(inside, ends, -1)
    kept[np.cumsum(inside[:-1]) > 0] = False
    new = np.repeat(np.stack([offsets[starts, 0], offsets[ends - 1, 1]], axis=1), lengths, axis=0)
    # where each character comes from decides the order: replacements sort at the start of their match
    origin = np.concatenate([np.flatnonzero(kept), np.repeat(starts, lengths)])
    order = np.argsort(origin, kind="stable")
    mapped: NDArray[np.int64] = np.concatenate([offsets[kept], new])[order]
    return mapped
