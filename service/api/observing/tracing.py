"""Spans for OpenTelemetry, where `litweave[otel]` is installed and an endpoint is set; nothing of it is loaded else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.errors import UsageError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Tracing:
    """A span a request and a span a stage. Attributes are routes, ids and states, never what was asked."""

    def __init__(self, provider: TracerProvider) -> None:
        """The provider is this object's to shut down."""
        self._provider = provider
        self._tracer = provider.get_tracer("litweave")

    @contextmanager
    def request(self, method: str, request_id: str) -> Iterator[RequestSpan]:
        """A span for the request of the block; stages that are told inside it, in any thread, hang below it."""
        from opentelemetry.trace import SpanKind

        with self._tracer.start_as_current_span(
            method, kind=SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            span.set_attributes({"http.request.method": method, "litweave.request_id": request_id})
            yield RequestSpan(span)

    def stage(self, name: str, began_ns: int, ended_ns: int) -> None:
        """A stage that has ended; times in ns since the epoch."""
        self._tracer.start_span(f"stage {name}", start_time=began_ns).end(ended_ns)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


@dataclass(frozen=True, slots=True)
class RequestSpan:
    """The span of a request under way."""

    span: Span

    def ended(self, method: str, route: str, status: int) -> None:
        """What is known once it is answered."""
        from opentelemetry.trace import StatusCode

        self.span.update_name(f"{method} {route}")
        self.span.set_attributes({"http.route": route, "http.response.status_code": status})
        if status >= 500:
            self.span.set_status(StatusCode.ERROR)


def tracing() -> Tracing | None:
    """Spans to the endpoint of the environment, by gRPC; `None` where none is set.

    Raises `UsageError` where one is set and the packages for it are missing.
    """
    if not os.environ.get(ENDPOINT) or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise UsageError(f"{ENDPOINT} is set, and the packages for it are missing: install litweave[otel]") from error
    name = os.environ.get("OTEL_SERVICE_NAME", "litweave")
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
