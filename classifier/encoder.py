"""The encoder at work: normalised texts in, windows of token ids, vectors out, by ONNX Runtime; no torch is needed."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.tokens import CLS, PAD, SEP, Tokens

Vectors = NDArray[np.float32]
WINDOW = 94  # tokens of a text that are read at once, the two special ones not counted
STRIDE = 70  # a longer text is read in windows that begin this many tokens apart
BATCH_TOKENS = 1024
BATCH_TEXTS = 64


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text's tokens: `ids` with the special ones, and `first`, the index of the first token in it."""

    text: int
    first: int
    ids: list[int]


class Encoder:
    """Turns windows into vectors. Scales are fixed in the graph, so a window's vector does not depend on its batch."""

    def __init__(self, graph: bytes, tokens: Tokens, threads: int | None = None) -> None:
        import onnxruntime  # late: nobody pays for it who does not classify

        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or _processors()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        self._session: Any = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.tokens = tokens

    def transform(self, texts: Sequence[str]) -> Vectors:
        """Return the mean vector of every text's first window, of shape (n_texts, n_features)."""
        first = [window for window in windows(self.tokens.ids(list(texts))) if window.first == 0]
        return self.pooled(first)

    def pooled(self, read: Sequence[Window]) -> Vectors:
        """Return the mean of the token vectors of every window, of shape (n_windows, n_features), in order."""
        made: Vectors | None = None
        for batch in batches([len(window.ids) for window in read]):
            [vectors] = self._session.run(["pooled"], _padded([read[i].ids for i in batch]))
            if made is None:
                made = np.empty((len(read), vectors.shape[1]), dtype=np.float32)
            made[batch] = vectors
        return made if made is not None else np.empty((0, 0), dtype=np.float32)

    def hidden(self, window: Window) -> Vectors:
        """Return the vector of every token of a window, the special ones too, of shape (n_tokens, n_features)."""
        [vectors] = self._session.run(["hidden"], _padded([window.ids]))
        found: Vectors = vectors[0]
        return found


def windows(texts: Sequence[list[int]]) -> list[Window]:
    """Cut texts (ids between CLS and SEP) into overlapping windows; most texts are one."""
    return [Window(n, first, _cut(ids, first)) for n, ids in enumerate(texts) for first in _starts(len(ids) - 2)]


def _cut(ids: list[int], first: int) -> list[int]:
    return ids if len(ids) <= WINDOW + 2 else [CLS, *ids[1 + first : -1][:WINDOW], SEP]


def batches(lengths: Sequence[int]) -> Iterator[NDArray[np.intp]]:
    """Yield the indices of windows of like length, so many at a time that padding and memory stay small."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    for end in range(1, len(order) + 1):
        full = end == len(order) or (end + 1 - start) * lengths[order[end]] > BATCH_TOKENS or end - start >= BATCH_TEXTS
        if full:
            yield order[start:end]
            start = end


def _starts(tokens: int) -> range:
    """Return where windows begin; the last one reaches the end."""
    return range(0, max(1, tokens - (WINDOW - STRIDE)), STRIDE)


def _padded(ids: Sequence[list[int]]) -> dict[str, NDArray[np.int32]]:
    width = max(map(len, ids))
    rows = np.array([[*one, *[PAD] * (width - len(one))] for one in ids], dtype=np.int32)
    mask = np.arange(width) < np.array([[len(one)] for one in ids])
    return {"ids": rows, "mask": mask.astype(np.int32)}


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
