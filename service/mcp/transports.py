"""Where the server is reached: standard streams, or HTTP on this machine only."""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any, Final

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.guard import LOOPBACK_NAMES, Guard

PATH: Final = "/mcp"
_BODY_BYTES: Final = 4_000_000
_SESSIONS: Final = 200
_IDLE_S: Final = 1800.0
"""A session without a request or an open stream for so long is ended."""


def serve_stdio(server: Server[Any]) -> None:
    """Serve until standard input ends. Whatever else is printed goes to standard error."""

    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            with redirect_stdout(sys.stderr):
                await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)


def http_app(server: Server[Any], *, admitted: Callable[[ASGIApp], ASGIApp] | None = None) -> Starlette:
    """The application at `PATH`, for a listener on loopback: foreign hosts and origins are refused.

    `admitted` wraps the application in a check of who may call, behind the check of host and origin.
    """
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        max_request_body_size=_BODY_BYTES,
        max_sessions=_SESSIONS,
        session_idle_timeout=_IDLE_S,
    )
    app.add_middleware(RoomForSessions, most=_SESSIONS)
    if admitted is not None:
        app.add_middleware(admitted)
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES, body_limits={}, body_limit=_BODY_BYTES)
    return app


class RoomForSessions:
    """Has the session that was idle for longest give way to a new one; the SDK refuses the new one.

    Idle is what has neither a request nor a stream open: the sessions of clients that are there stay.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app = app
        self._most = most
        self._open: OrderedDict[str, int] = OrderedDict()
        """The requests under way in each session, the one used last at the end."""
        self._opening = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        session = Headers(scope=scope).get(MCP_SESSION_ID_HEADER)
        if session is not None:
            await self._within(session, scope, receive, send)
        elif scope["method"] == "POST":
            await self._maybe_opened(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _within(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        ended = False

        async def heard(message: Message) -> None:
            nonlocal ended
            if message["type"] == "http.response.start":
                ended = message["status"] == 404 or (scope["method"] == "DELETE" and message["status"] < 300)
            await send(message)

        if session in self._open:
            self._open[session] += 1
        try:
            await self._app(scope, receive, heard)
        finally:
            if ended:
                self._open.pop(session, None)
            elif session in self._open:
                self._open[session] -= 1
                self._open.move_to_end(session)

    async def _maybe_opened(self, scope: Scope, receive: Receive, send: Send) -> None:
        body: list[Message] = []
        while not body or body[-1].get("more_body", False):
            body.append(await receive())

        async def again() -> Message:
            return body.pop(0) if body else await receive()

        async def heard(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                session = Headers(raw=message["headers"]).get(MCP_SESSION_ID_HEADER)
                if session is not None:
                    self._open[session] = 0
            await send(message)

        if not _opens(b"".join(message.get("body", b"") for message in body)):
            await self._app(scope, again, send)
            return
        self._opening += 1
        try:
            await self._make_room(scope)
            await self._app(scope, again, heard)
        finally:
            self._opening -= 1

    async def _make_room(self, scope: Scope) -> None:
        while len(self._open) + self._opening > self._most:
            oldest = next((session for session, requests in self._open.items() if not requests), None)
            if oldest is None:
                return
            del self._open[oldest]
            kept = [(name, value) for name, value in scope["headers"] if name == b"host"]
            headers = [*kept, (MCP_SESSION_ID_HEADER.encode(), oldest.encode())]
            await self._app({**scope, "method": "DELETE", "headers": headers}, _nothing, _unheard)


def _opens(body: bytes) -> bool:
    """Whether a request asks for a session."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(asked, dict) and asked.get("method") == "initialize"


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _unheard(_message: Message) -> None:
    """Whether the session was still there makes no difference."""
