"""No redirect of a model's server is followed: a 307 or 308 would carry key, question and abstracts to a stranger.

litellm's clients follow redirects, each made at another place; all of them get their transport from one function,
so the reply is looked at there. Where that function is gone, loading litellm fails rather than following.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Final

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
Handle = Callable[[Any], Coroutine[Any, Any, Any]]


class Redirected(Exception):
    """A server answered with a redirect; the message says where to, without the query."""


def refuse_redirects() -> None:
    """From now on every transport that litellm makes raises `Redirected` instead of returning a redirect."""
    import httpx
    from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler

    made: Callable[..., httpx.AsyncBaseTransport | None] = AsyncHTTPHandler.create_async_transport

    @functools.wraps(made)
    def guarded(*arguments: Any, **options: Any) -> Any:
        transport = made(*arguments, **options) or httpx.AsyncHTTPTransport()
        setattr(transport, "handle_async_request", _refusing(transport.handle_async_request))  # noqa: B010
        return transport

    setattr(AsyncHTTPHandler, "create_async_transport", staticmethod(guarded))  # noqa: B010


def _refusing(handle: Handle) -> Handle:
    async def refusing(request: Any) -> Any:
        response = await handle(request)
        if response.status_code in _REDIRECTS and "location" in response.headers:
            await response.aclose()
            raise Redirected(f"{response.status_code} to {response.headers['location'].partition('?')[0][:200]}")
        return response

    return refusing
