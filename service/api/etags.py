"""`ETag` on JSON that is read: who has it already is told 304 and sent nothing."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ETags:
    """Tags each JSON document of a GET by its content, and answers `If-None-Match`. Streams and files pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        wanted = Headers(scope=scope).get("if-none-match", "")

        async def tagging(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_document(message):
                start = message
                return
            if start is None:
                await send(message)
                return
            begun, start = start, None
            if message.get("more_body", False):  # made while it is sent: its whole is not known
                await send(begun)
                await send(message)
                return
            tag = f'"{hashlib.sha256(message.get("body", b"")).hexdigest()[:32]}"'
            headers = MutableHeaders(scope=begun)
            headers["ETag"] = tag
            headers.setdefault("Cache-Control", "private, no-cache")
            if matches(wanted, tag):
                del headers["content-length"], headers["content-type"]
                await send({**begun, "status": 304})
                await send({"type": "http.response.body", "body": b""})
                return
            await send(begun)
            await send(message)

        await self._app(scope, receive, tagging)


def matches(wanted: str, tag: str) -> bool:
    """Whether `If-None-Match` names the tag (RFC 9110, 13.1.2: compared weakly)."""
    return wanted.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in wanted.split(","))


def _is_document(start: Message) -> bool:
    return start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "") == "application/json"
