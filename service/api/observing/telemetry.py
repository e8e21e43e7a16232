"""Metrics and traces of the request at hand, also in the threads that work on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from service.api.observing.metrics import Metrics
from service.api.observing.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where what happens is told; without `tracing` no spans are made."""

    metrics: Metrics = field(default_factory=Metrics)
    tracing: Tracing | None = None

    def stage(self, name: str, began_ns: int, ended_ns: int) -> None:
        """A stage has ended; times in ns since the epoch."""
        self.metrics.stage(name, max(0, ended_ns - began_ns) / 1e9)
        if self.tracing is not None:
            self.tracing.stage(name, began_ns, ended_ns)


_CURRENT: ContextVar[Telemetry | None] = ContextVar("litweave_telemetry", default=None)


@contextmanager
def observed_by(telemetry: Telemetry) -> Iterator[None]:
    """Work begun inside the block is told there."""
    token = _CURRENT.set(telemetry)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def stage_clock() -> Callable[[str], None]:
    """A function to call at the end of each stage; the first one began now."""
    telemetry, began_ns = _CURRENT.get(), time.time_ns()

    def ended(name: str) -> None:
        nonlocal began_ns
        now_ns = time.time_ns()
        if telemetry is not None:
            telemetry.stage(name, began_ns, now_ns)
        began_ns = now_ns

    return ended


def counted(document: dict[str, Any]) -> dict[str, Any]:
    """The document, counted in the metrics of the request at hand."""
    telemetry = _CURRENT.get()
    if telemetry is not None:
        telemetry.metrics.answered(document)
    return document
