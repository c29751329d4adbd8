"""Random weights by the names that a BERT has: the shape decides how long it takes, the values do not."""

import numpy as np
from numpy.typing import NDArray


def random_weights(
    size: int, inner: int, words: int, places: int, layers: int, seed: int = 1
) -> dict[str, NDArray[np.float32]]:
    """Return weights of an encoder with `size` features, `inner` inside its layers, and so many words and places."""
    random = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (words, size),
        "embeddings.position_embeddings.weight": (places, size),
        "embeddings.token_type_embeddings.weight": (2, size),
        "embeddings.LayerNorm.weight": (size,),
        "embeddings.LayerNorm.bias": (size,),
    }
    for n in range(layers):
        name = f"encoder.layer.{n}"
        for part in ("query", "key", "value"):
            shapes |= {f"{name}.attention.self.{part}.weight": (size, size)}
            shapes |= {f"{name}.attention.self.{part}.bias": (size,)}
        dense = {"attention.output": (size, size), "intermediate": (inner, size), "output": (size, inner)}
        for part, shape in dense.items():
            shapes |= {f"{name}.{part}.dense.weight": shape, f"{name}.{part}.dense.bias": shape[:1]}
        for part in ("attention.output", "output"):
            shapes |= {f"{name}.{part}.LayerNorm.weight": (size,), f"{name}.{part}.LayerNorm.bias": (size,)}
    made = {name: random.standard_normal(shape, dtype=np.float32) * np.float32(0.3) for name, shape in shapes.items()}
    return {name: w + 1 if name.endswith("LayerNorm.weight") else w for name, w in made.items()}
