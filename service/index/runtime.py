"""What runs the encoder: OpenVINO where it is installed, onnxruntime where it is not."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, islice
from queue import LifoQueue
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.errors import EmbeddingError
from service.index import minilm

_SINGLY: Final = 64
"""Requests for single batches at once. All are made with the model, at no cost: to make one while batches run one after
the other on a stream takes seconds, because it waits for the lock that they hold."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded texts: `ids` and `mask` are (n, length); `rows` are the n places in the caller's result."""

    rows: NDArray[np.int64]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


Store: TypeAlias = Callable[[Batch, NDArray[np.float32]], None]


class Runtime(Protocol):
    """Runs batches, in any order, and stores each one's (n, 384) mean-pooled output. Thread-safe."""

    name: str

    def run(self, batches: Iterable[Batch], store: Store) -> None: ...


def load_runtime(choice: str) -> Runtime:
    """`openvino`, `onnxruntime`, or `auto`: the first that is installed. Raises `EmbeddingError`."""
    for name, package in (("openvino", OpenVinoRuntime), ("onnxruntime", OnnxRuntime)):
        if choice in ("auto", name) and importlib.util.find_spec(name) is not None:
            return package()
    raise EmbeddingError(
        f"embedding runtime {choice!r} is not installed; "
        "reinstall from the lock file: pip install --require-hashes -r requirements.lock"
    )


def quiet_openvino() -> Any:
    """The module `openvino`, whose import counts itself with Google (openvino.tools.ovc) and writes ~/intel.

    Without the package `openvino_telemetry`, which nothing here needs, it has a stub that tells nobody.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


class OpenVinoRuntime:
    """The rebuilt encoder in bf16 (float32 where the CPU has no bf16), two batches at a time."""

    name = "openvino"

    def __init__(self) -> None:
        ov = quiet_openvino()
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        core = ov.Core()
        precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": min(2, cores),
            "INFERENCE_PRECISION_HINT": precision,
        }
        graph = core.read_model(str(minilm.model_path()))
        encoder = minilm.build_encoder(minilm.read_weights(graph))
        self._compiled = core.compile_model(encoder, "CPU", settings)
        self._queue: Any = ov.AsyncInferQueue(self._compiled, min(2, cores))
        self._queue_lock = threading.Lock()
        self._singly: LifoQueue[Any] = LifoQueue()
        for _ in range(_SINGLY):
            self._singly.put(self._compiled.create_infer_request())

    def run(self, batches: Iterable[Batch], store: Store) -> None:
        """One batch (a query) runs beside the queue, so it never waits for an import."""
        stream = iter(batches)
        head = list(islice(stream, 2))
        if len(head) == 1:
            self._run_alone(head[0], store)
        elif head:
            self._run_queued(chain(head, stream), store)

    def _run_alone(self, batch: Batch, store: Store) -> None:
        request = self._singly.get()
        try:
            request.infer({"input_ids": batch.ids, "attention_mask": batch.mask})
            store(batch, request.get_output_tensor(0).data)
        finally:
            self._singly.put(request)

    def _run_queued(self, batches: Iterable[Batch], store: Store) -> None:
        def done(request: Any, batch: Batch) -> None:
            store(batch, request.get_output_tensor(0).data)

        with self._queue_lock:
            self._queue.set_callback(done)
            try:
                for batch in batches:
                    self._queue.start_async({"input_ids": batch.ids, "attention_mask": batch.mask}, userdata=batch)
            finally:
                self._queue.wait_all()


class OnnxRuntime:
    """The int8 ONNX graph as it is shipped; 2.5 to 4 times slower than the rebuilt encoder."""

    name = "onnxruntime"

    def __init__(self) -> None:
        # From its import on, in compiled code; `disable_telemetry_events` comes too late.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        self._session = onnxruntime.InferenceSession(str(minilm.model_path()), providers=["CPUExecutionProvider"])

    def run(self, batches: Iterable[Batch], store: Store) -> None:
        for batch in batches:
            feed = {
                "input_ids": batch.ids,
                "attention_mask": batch.mask,
                "token_type_ids": np.zeros_like(batch.ids),
            }
            hidden = self._session.run(["last_hidden_state"], feed)[0]
            kept = batch.mask[:, :, None].astype(np.float32)
            store(batch, (hidden * kept).sum(axis=1) / kept.sum(axis=1))
