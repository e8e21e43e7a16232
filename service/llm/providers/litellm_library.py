"""litellm, imported late and with everything off that talks: telemetry, downloads, `.env` files, logs, callbacks.

No redirect of a model's server is followed: a 307 or 308 would carry key, question and abstracts to a stranger.
litellm's clients follow redirects, each made at another place; all of them get their transport from one function,
so the reply is looked at there. Where that function is gone, loading litellm fails rather than following.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Final

from service.llm.core.network_policy import go_directly

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
Handle = Callable[[Any], Coroutine[Any, Any, Any]]
# Before the import: else it fetches a price list, reads a `.env` of the working directory, and asks a hub.
_ENVIRONMENT: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_MODE": "PRODUCTION",
    "HF_HUB_OFFLINE": "1",
    "LITELLM_LOG": "ERROR",
}
_OFF: Final = {
    "suppress_debug_info": True,
    "turn_off_message_logging": True,
    "cache": None,
    # Embeddings read `max_retries=0` as "not given" (litellm 1.106) and would send each of our requests three times.
    "DEFAULT_MAX_RETRIES": 0,
}
_CALLBACKS: Final = ("callbacks", "input_callback", "success_callback", "failure_callback", "service_callback")
# httpx logs each URL, which for some providers holds the key.
_LOGGERS: Final = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "httpx", "httpcore", "openai")
_importing = threading.Lock()


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


def litellm() -> Any:
    """The module. The first call takes seconds."""
    with _importing:
        return _imported()


@functools.cache
def _imported() -> Any:
    os.environ.update(_ENVIRONMENT)
    go_directly()
    import litellm as module

    for name, value in _OFF.items():
        setattr(module, name, value)
    for name in _CALLBACKS:
        setattr(module, name, [])
    refuse_redirects()
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL if name.startswith("LiteLLM") else logging.WARNING)
    return module
