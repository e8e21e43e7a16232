"""The ASGI layer that names each request, tells how it went, and answers for what failed inside."""

from __future__ import annotations

import re
import time
from contextlib import nullcontext
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.access.gate import KEY
from service.api.observing.telemetry import Telemetry, observed_by
from service.error_documents import failure

_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = structlog.get_logger(__name__)


class Observed:
    """Gives each request an id (`X-Request-ID`, the client's own where it is one), and tells of its end."""

    def __init__(self, app: ASGIApp, *, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid4().hex
        tracing = self._telemetry.tracing
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            observed_by(self._telemetry),
            nullcontext() if tracing is None else tracing.request(scope["method"], request_id) as span,
        ):
            began = time.perf_counter()
            status = await self._answered(scope, receive, send, request_id)
            seconds, route = time.perf_counter() - began, _route(scope)
            self._telemetry.metrics.request(scope["method"], route, status, seconds)
            if span is not None:
                span.ended(scope["method"], route, status)
            _log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                key=scope.get(KEY),
            )

    async def _answered(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> int:
        """Have it answered; returns the status, 499 where the client did not wait for one."""
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            # What went wrong inside is for the log, not for the client.
            _log.error("request failed", method=scope["method"], route=_route(scope), exc_info=error)
            if status:
                raise  # half an answer: the connection has to end
            told = "the service failed on this request; its log says why"
            await JSONResponse(failure("InternalError", told), 500)(scope, receive, noting)
        return status or 499


def _route(scope: Scope) -> str:
    """The address as the routes have it, so that nothing a client makes up is told."""
    return str(getattr(scope.get("route"), "path", "other"))
