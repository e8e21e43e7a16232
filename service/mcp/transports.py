"""Where the server is reached: standard streams, or HTTP on this machine only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any, Final

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from starlette.applications import Starlette
from starlette.types import ASGIApp

from service.api.guard import LOOPBACK_NAMES, Guard

PATH: Final = "/mcp"
_BODY_BYTES: Final = 4_000_000
_SESSIONS: Final = 200


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
        streamable_http_path=PATH, max_request_body_size=_BODY_BYTES, max_sessions=_SESSIONS
    )
    if admitted is not None:
        app.add_middleware(admitted)
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES, body_limits={}, body_limit=_BODY_BYTES)
    return app
