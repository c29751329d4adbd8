"""The graph in float32 and in 8 bits, built from small random weights."""

import numpy as np
import onnxruntime
import pytest

from classifier.export import activation_scale, build, extents, quantised
from tests.support.weights import random_weights

SIZE, INNER, WORDS, PLACES, LAYERS = 24, 48, 60, 32, 3
IDS = np.array([[5, 6, 7, 8, 9, 10], [11, 12, 13, 0, 0, 0]], dtype=np.int32)
MASK = np.array([[1] * 6, [1, 1, 1, 0, 0, 0]], dtype=np.int32)


@pytest.fixture(scope="module")
def weights() -> dict[str, np.ndarray]:
    """Random weights by the names that a BERT has."""
    return random_weights(SIZE, INNER, WORDS, PLACES, LAYERS)


def ran(weights: dict[str, np.ndarray], ranges: dict[str, tuple[float, float]] | None) -> dict[str, np.ndarray]:
    """Run a graph and return its outputs by name."""
    session = onnxruntime.InferenceSession(build(weights, ranges).SerializeToString())
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"ids": IDS, "mask": MASK}), strict=True))


def norm(x: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Layer normalisation, written out."""
    scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    return np.asarray(scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"])


def by_hand(weights: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:
    """The encoder of Devlin et al. (2019), written out for one text without padding."""
    from math import erf

    w = weights
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], w, "embeddings.LayerNorm")
    for n in range(LAYERS):
        name = f"encoder.layer.{n}"

        def dense(of: np.ndarray, part: str, name: str = name) -> np.ndarray:
            return np.asarray(of @ w[f"{name}.{part}.weight"].T + w[f"{name}.{part}.bias"])

        q, k, v = (
            dense(x, f"attention.self.{part}").reshape(len(ids), 12, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        score = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
        share = np.exp(score - score.max(-1, keepdims=True))
        mixed = (share / share.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(dense(mixed, "attention.output.dense") + x, w, f"{name}.attention.output.LayerNorm")
        wide = dense(x, "intermediate.dense")
        bent = wide * (1 + np.vectorize(erf)(wide / np.sqrt(2))) / 2
        x = norm(dense(bent, "output.dense") + x, w, f"{name}.output.LayerNorm")
    return np.asarray(x)


def test_the_graph_is_the_encoder(weights: dict[str, np.ndarray]) -> None:
    found = ran(weights, None)
    assert np.abs(found["hidden"][0] - by_hand(weights, IDS[0])).max() < 1e-4
    assert np.abs(found["hidden"][1][:3] - by_hand(weights, IDS[1][:3])).max() < 1e-4
    assert np.abs(found["pooled"][1] - found["hidden"][1][:3].mean(axis=0)).max() < 1e-5


def test_eight_bits_stay_close_and_fixed(weights: dict[str, np.ndarray]) -> None:
    exact = ran(weights, None)["pooled"]
    texts = [row[mask == 1].tolist() for row, mask in zip(IDS, MASK, strict=True)]
    ranges = extents(weights, texts)
    small = build(weights, ranges)
    found = ran(weights, ranges)
    assert np.corrcoef(found["pooled"].ravel(), exact.ravel())[0, 1] > 0.99
    session = onnxruntime.InferenceSession(small.SerializeToString())
    [alone] = session.run(["pooled"], {"ids": IDS[1:, :3], "mask": MASK[1:, :3]})
    assert np.abs(alone - found["pooled"][1:]).max() < 1e-6
    assert small.SerializeToString() == build(weights, ranges).SerializeToString()


def test_seven_bits_with_a_scale_a_column() -> None:
    weight = np.array([[1.0, -100.0, 0.0], [-0.5, 50.0, 0.0]], dtype=np.float32)
    small, scale = quantised(weight)
    assert small.dtype == np.int8
    assert np.abs(small).max() == 63
    assert np.abs(small * scale - weight).max() <= np.abs(weight).max() / 126 * 1.001


@pytest.mark.parametrize("extent", [(-1.0, 3.0), (0.5, 2.0), (-3.0, -1.0), (0.0, 0.0)])
def test_nought_is_kept_exactly(extent: tuple[float, float]) -> None:
    scale, zero = activation_scale(extent)
    assert 0 <= zero <= 255
    low, high = (0 - zero) * scale, (255 - zero) * scale
    assert low <= min(extent[0], 0) + scale
    assert high >= max(extent[1], 0) - scale
