"""The encoder's weights as an ONNX graph: once in float32 to take measure, once in int8 with fixed scales to ship.

The graph is built node by node from the weights, in the fused operators of ONNX Runtime (`com.microsoft`). Every
activation that meets a weight is cut to 8 bits by a scale found beforehand on calibration texts, so that no text
changes the outcome of another. Weights keep 7 bits: on processors without VNNI the sums of 8 would overflow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]
Range = tuple[float, float]
HEADS, EPSILON = 12, 1e-12
OPSET, CONTRIB, IR = 17, 1, 8
KEPT = 0.999  # share of texts whose activations fit their extent wholly; the others are clipped
WEIGHT_LIMIT = 63  # 7 bits, symmetric
MICROSOFT = "com.microsoft"


@dataclass(slots=True)
class _Graph:
    """A graph under construction. `ranges` holds every quantised activation's extent; None builds float32."""

    weights: Mapping[str, Floats]
    ranges: Mapping[str, Range] | None
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)
    measured: list[str] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        self.constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name].astype(np.float32))

    def add(self, op: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(op, list(inputs), [output], name=output, domain=domain, **attributes))
        return output

    def cut(self, x: str) -> tuple[str, str, str]:
        """Quantise an activation; return the names of its 8-bit form, scale and zero point."""
        assert self.ranges is not None
        scale, zero = activation_scale(self.ranges[x])
        names = self.constant(f"{x}.scale", np.float32(scale)), self.constant(f"{x}.zero", np.uint8(zero))
        output = f"{x}.cut"
        if all(node.output[0] != output for node in self.nodes):
            self.add("QuantizeLinear", [x, *names], output)
        return output, *names


def build(weights: Mapping[str, Floats], ranges: Mapping[str, Range] | None = None) -> onnx.ModelProto:
    """Build the graph: ids and mask of shape (n_texts, n_tokens) in, `hidden` and the mean `pooled` out.

    Without `ranges` the graph is float32 and gives every activation that is to be measured too.
    """
    graph = _Graph(weights, ranges)
    x = _embedded(graph)
    for layer in range(layers(weights)):
        x = _layer(graph, layer, x)
    graph.add("Identity", [x], "hidden")
    _pooled(graph)
    return _model(graph)


def extents(weights: Mapping[str, Floats], texts: Sequence[list[int]]) -> dict[str, Range]:
    """Measure every activation that is to be cut, over texts of token ids: its extent but for the outermost values."""
    import onnxruntime

    session = onnxruntime.InferenceSession(build(weights).SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()][2:]
    low: dict[str, list[float]] = {name: [] for name in names}
    high: dict[str, list[float]] = {name: [] for name in names}
    for ids in texts:
        row = np.array([ids], dtype=np.int32)
        for name, values in zip(names, session.run(names, {"ids": row, "mask": np.ones_like(row)}), strict=True):
            low[name].append(float(values.min()))
            high[name].append(float(values.max()))
    return {name: (_outer(low[name], 1 - KEPT), _outer(high[name], KEPT)) for name in names}


def _outer(values: Sequence[float], quantile: float) -> float:
    return float(np.quantile(np.array(values), quantile))


def layers(weights: Mapping[str, Floats]) -> int:
    """Return how many layers weights have."""
    return sum(name.endswith(".intermediate.dense.weight") for name in weights)


def activation_scale(extent: Range) -> tuple[float, int]:
    """Return scale and zero point that map an extent, widened to hold 0, onto 0..255."""
    low, high = min(extent[0], 0.0), max(extent[1], 0.0)
    scale = max(high - low, 1e-6) / 255
    return scale, int(np.clip(round(-low / scale), 0, 255))


def quantised(weight: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return a matrix of shape (n_in, n_out) in 7 bits with one scale a column."""
    scale = np.maximum(np.abs(weight).max(axis=0), 1e-8) / WEIGHT_LIMIT
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


def _embedded(graph: _Graph) -> str:
    """Word, position and segment vectors, summed and normalised."""
    words = graph.weights["embeddings.word_embeddings.weight"]
    if graph.ranges is None:
        graph.add("Gather", [graph.weight("embeddings.word_embeddings.weight"), "ids"], "words")
    else:
        scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127
        graph.constant("words.cut", np.round(words / scale).astype(np.int8))
        graph.add("Gather", ["words.cut", "ids"], "words.small")
        graph.add("Cast", ["words.small"], "words.wide", to=TensorProto.FLOAT)
        graph.add("Gather", [graph.constant("words.scale", scale.astype(np.float32)), "ids"], "words.scales")
        graph.add("Mul", ["words.wide", "words.scales"], "words")
    places = graph.weights["embeddings.position_embeddings.weight"]
    segment = graph.weights["embeddings.token_type_embeddings.weight"][0]
    graph.constant("places", (places + segment).astype(np.float32))
    for name, value in (("first", 0), ("second", 1)):
        graph.constant(name, np.array([value]))
    graph.add("Shape", ["ids"], "shape")
    graph.add("Gather", ["shape", "second"], "width")
    graph.add("Slice", ["places", "first", "width", "first"], "places.used")
    graph.add("Add", ["words", "places.used"], "embedded.sum")
    norm = [graph.weight(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    return graph.add("LayerNormalization", ["embedded.sum", *norm], "embedded", epsilon=EPSILON)


def _layer(graph: _Graph, number: int, x: str) -> str:
    name = f"encoder.layer.{number}"
    attended = _attention(graph, f"{name}.attention.self", x)
    joined = _product(graph, f"{name}.attention.output.dense", attended)
    middle = _normed(graph, f"{name}.attention.output.LayerNorm", joined, x)
    wide = _product(graph, f"{name}.intermediate.dense", middle, biased=False)
    bias = graph.weight(f"{name}.intermediate.dense.bias")
    bent = graph.add("BiasGelu", [wide, bias], f"{name}.gelu", MICROSOFT)
    narrow = _product(graph, f"{name}.output.dense", bent)
    return _normed(graph, f"{name}.output.LayerNorm", narrow, middle)


def _attention(graph: _Graph, name: str, x: str) -> str:
    parts = ("query", "key", "value")
    weight = np.concatenate([graph.weights[f"{name}.{part}.weight"].T for part in parts], axis=1)
    bias = graph.constant(f"{name}.bias", np.concatenate([graph.weights[f"{name}.{p}.bias"] for p in parts]))
    if graph.ranges is None:
        graph.measured.append(x)
        whole = graph.constant(f"{name}.weight", weight.astype(np.float32))
        return graph.add("Attention", [x, whole, bias, "mask"], f"{name}.out", MICROSOFT, num_heads=HEADS)
    cut, scale, zero = graph.cut(x)
    small, scales = quantised(weight)
    inputs = [cut, graph.constant(f"{name}.cut", small), bias, scale, graph.constant(f"{name}.scales", scales)]
    none = graph.constant(f"{name}.zeros", np.zeros(len(scales), dtype=np.int8))
    return graph.add("QAttention", [*inputs, "mask", zero, none], f"{name}.out", MICROSOFT, num_heads=HEADS)


def _product(graph: _Graph, name: str, x: str, biased: bool = True) -> str:
    weight = graph.weights[f"{name}.weight"].T
    bias = graph.weight(f"{name}.bias") if biased else ""
    if graph.ranges is None:
        graph.measured.append(x)
        product = graph.add("MatMul", [x, graph.constant(f"{name}.weight", weight.astype(np.float32))], f"{name}.mul")
        return graph.add("Add", [product, bias], f"{name}.out") if biased else product
    cut, scale, zero = graph.cut(x)
    small, scales = quantised(weight)
    inputs = [cut, graph.constant(f"{name}.cut", small), scale, graph.constant(f"{name}.scales", scales), zero]
    none = graph.constant(f"{name}.zeros", np.zeros(len(scales), dtype=np.int8))
    return graph.add("MatMulIntegerToFloat", [*inputs, none, bias], f"{name}.out", MICROSOFT)


def _normed(graph: _Graph, name: str, x: str, skip: str) -> str:
    norm = [graph.weight(f"{name}.{part}") for part in ("weight", "bias")]
    return graph.add("SkipLayerNormalization", [x, skip, *norm], name, MICROSOFT, epsilon=EPSILON)


def _pooled(graph: _Graph) -> None:
    """The mean of the token vectors, padding left out."""
    graph.add("Cast", ["mask"], "mask.wide", to=TensorProto.FLOAT)
    graph.constant("last", np.array([-1]))
    graph.add("Unsqueeze", ["mask.wide", "second"], "mask.row")  # (n_texts, 1, n_tokens)
    graph.add("MatMul", ["mask.row", "hidden"], "summed.row")
    graph.add("Squeeze", ["summed.row", "second"], "summed")
    graph.add("ReduceSum", ["mask.wide", "last"], "tokens", keepdims=1)
    graph.add("Div", ["summed", "tokens"], "pooled")


def _model(graph: _Graph) -> onnx.ModelProto:
    size = graph.weights["embeddings.LayerNorm.weight"].shape[0]
    info = helper.make_tensor_value_info
    inputs = [info(name, TensorProto.INT32, ["texts", "tokens"]) for name in ("ids", "mask")]
    outputs = [
        info("pooled", TensorProto.FLOAT, ["texts", size]),
        info("hidden", TensorProto.FLOAT, ["texts", "tokens", size]),
        *(info(name, TensorProto.FLOAT, None) for name in dict.fromkeys(graph.measured)),
    ]
    whole = helper.make_graph(graph.nodes, "encoder", inputs, outputs, list(graph.constants.values()))
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, CONTRIB)]
    return helper.make_model(whole, opset_imports=opsets, ir_version=IR, producer_name="postreeve")
