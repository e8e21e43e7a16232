"""Bodies of requests that a layer reads before the route does."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive


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
    return f"the request is larger than {limit} bytes: send fewer or smaller files at a time"
