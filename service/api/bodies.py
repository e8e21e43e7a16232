"""Bodies of requests that a layer reads before the route does."""

from __future__ import annotations

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
