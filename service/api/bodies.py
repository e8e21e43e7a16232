"""Bodies of requests that a layer reads before the route does.

JSON that is nested deeper than any document here needs is refused before it is parsed: a parser goes down a level for
each bracket, so that a megabyte of them costs it its stack, and validation costs more.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.error_documents import failure
from service.errors import UsageError

DEEPEST: Final = 64
MOST_BYTES: Final = 1_000_000
"""Of a body of JSON, whatever the limit of its path is: it is looked through while others wait."""
SHORTER: Final = "send less at a time: a shorter text as JSON, fewer or smaller files as a form"
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKET: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


class ClientGone(Exception):
    """The client left before its body was whole: there is nobody to answer."""


async def whole_body(receive: Receive) -> bytes:
    """The body, which the guard has bounded. Raises `ClientGone`, and `HTTPException` (413) over the limit."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def sent_again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, and then what else comes: the disconnect."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def limited(receive: Receive, limit: int) -> Receive:
    """`receive` that counts, for a chunked body states no length: it raises `HTTPException` (413) over the limit."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, too_large(limit))
        return message

    return counted


def too_large(limit: int) -> str:
    """The message for a body over `limit` bytes."""
    return f"the request is larger than {limit:,} bytes"


class ShallowJson:
    """Answers 422 to a JSON body that is nested deeper than `DEEPEST` or not in UTF-8.

    What does not say that it is JSON passes unread: no route takes it for JSON.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
            await self._app(scope, receive, send)
            return
        if "json" not in Headers(scope=scope).get("content-type", "").lower():
            await self._app(scope, receive, send)
            return
        try:
            body = await whole_body(limited(receive, MOST_BYTES))
        except ClientGone:
            return
        except HTTPException as error:
            document = failure("SourceTooLarge", error.detail, field="body", then=SHORTER)
            refusal = JSONResponse(document, error.status_code)
            await refusal(scope, receive, send)
            return
        fault = _fault(body)
        if fault is not None:
            document = failure(
                UsageError.__name__, fault, field="body", then="GET /openapi.json describes each request"
            )
            await JSONResponse(document, 422)(scope, receive, send)
            return
        await self._app(scope, sent_again(body, receive), send)


def _fault(body: bytes) -> str | None:
    if b"\0" in body:  # UTF-16 and UTF-32, which the parser would read, and in which strings end elsewhere
        return "the JSON is not in UTF-8"
    return f"the JSON is nested more than {DEEPEST} levels deep" if too_deep(body) else None


def too_deep(body: bytes) -> bool:
    """Whether brackets outside strings are nested deeper than `DEEPEST`."""
    brackets = _STRING.sub(b"", body).translate(_ALIKE, _NO_BRACKET)
    steps = np.where(np.frombuffer(brackets, np.uint8) == ord("["), 1, -1)
    return bool(np.cumsum(steps).max(initial=0) > DEEPEST)
