"""What litellm raised -> what it means. litellm gives 500 to anything it cannot name, so causes are looked at.

Measured on litellm 1.106: a refused connection, a truncated body, HTML with status 200 and a missing key all
arrive as `InternalServerError` with status 500. Only an error that carries a response has a status to trust.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from service.errors import (
    BadCompletion,
    ContentFiltered,
    ContextTooLong,
    ModelError,
    ModelRateLimited,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from service.llm.providers.litellm_library import Redirected
from service.llm.providers.redaction import scrubbed
from service.llm.providers.retry import retry_after_s

_CONNECTION = frozenset(
    {"APIConnectionError", "ConnectError", "ReadError", "WriteError", "RemoteProtocolError", "ClientError",
     "ClientOSError", "ClientPayloadError", "ServerDisconnectedError"}
)  # fmt: skip
_TIMEOUTS = frozenset({"Timeout", "APITimeoutError", "TimeoutException", "ReadTimeout", "ConnectTimeout"})
_ADVICE = {
    400: "the provider does not take this request; check LITWEAVE_MODEL and LITWEAVE_MODEL_JSON",
    401: "the key was not accepted; check LITWEAVE_API_KEY",
    402: "the account has no credit; top it up, or choose another model",
    403: "this key may not use this model; choose another, or ask the provider for access",
    404: "there is no such model or address; check LITWEAVE_MODEL and LITWEAVE_API_BASE",
    422: "the provider does not take this request; check LITWEAVE_MODEL and LITWEAVE_MODEL_JSON",
}


def translated(error: BaseException, *, model: str, secrets: tuple[str, ...] = ()) -> ModelError:
    """The `ModelError` that says what happened and what to change. Its text holds no key."""
    causes = list(_chain(error))
    said = scrubbed(str(error), secrets)
    status = _status(error, causes)
    if status is not None:
        return _of_status(status, causes, model=model, said=said)
    away = next((cause for cause in causes if isinstance(cause, Redirected)), None)
    if away is not None:
        to = scrubbed(str(away), secrets)
        return ModelRefused(f"{model!r} redirects ({to}), which is not followed: set LITWEAVE_API_BASE to where it is")
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    if isinstance(error, TimeoutError) or names & _TIMEOUTS:
        return ModelTimeout(f"{model!r} did not answer in time; raise LITWEAVE_MODEL_TIMEOUT_S, or try again")
    if any(isinstance(cause, UnicodeDecodeError) for cause in causes):
        return BadCompletion("garbled", f"{model!r} sent bytes that are no UTF-8; {_CHECK_SERVER}")
    if any(isinstance(cause, json.JSONDecodeError) for cause in causes):
        return BadCompletion("cut", f"the reply of {model!r} is no whole JSON document; {_CHECK_SERVER}")
    if "Empty or invalid response" in str(error):
        return BadCompletion("html", f"what answers for {model!r} speaks no model's protocol; {_CHECK_SERVER}")
    if names & _CONNECTION or isinstance(error, ConnectionError):
        return ModelUnavailable(f"the connection to {model!r} failed ({said}); check LITWEAVE_API_BASE, or try again")
    if "api_key" in str(error) or "credentials" in str(error).lower():
        return ModelRefused(f"{model!r} needs a key: set LITWEAVE_API_KEY, or the provider's own variable")
    if getattr(error, "status_code", None) == 400:
        return ModelRefused(f"{model!r} cannot be called ({said}): {_ADVICE[404]}")
    return ModelError(f"{model!r} failed ({said}); try another model, or none")


_CHECK_SERVER = "check LITWEAVE_API_BASE (with an OpenAI-compatible server it usually ends in /v1), or try again"


def _of_status(code: int, causes: list[BaseException], *, model: str, said: str) -> ModelError:
    words = f"{said} {' '.join(str(getattr(c, 'code', '')) for c in causes)}".lower()
    names = {type(cause).__name__ for cause in causes}
    if "ContentPolicyViolationError" in names or "content_filter" in words or "content management policy" in words:
        return ContentFiltered(f"the filter of {model!r} stopped the request: reword it, or change the model")
    if "ContextWindowExceededError" in names or "context_length" in words or "maximum context length" in words:
        return ContextTooLong(f"too long a request for {model!r}: lower LITWEAVE_MODEL_SOURCES, or change the model")
    wait = retry_after_s(_headers(causes))
    if code == 429 and not ("insufficient_quota" in words or "current quota" in words):
        when = "" if wait is None else f"; it asks to wait {wait:.0f} s"
        return ModelRateLimited(f"{model!r} has too many requests{when}", retry_after_s=wait)
    if code == 408:
        return ModelTimeout(f"{model!r} timed out on its own side ({said})", retry_after_s=wait)
    if code >= 500:
        return ModelUnavailable(f"{model!r} has an error of its own, {code} ({said}); try later", retry_after_s=wait)
    advice = _ADVICE.get(402 if code == 429 else code, _ADVICE[400])
    return ModelRefused(f"{model!r} refused, {code} ({said}): {advice}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or at.__context__


def _status(error: BaseException, causes: list[BaseException]) -> int | None:
    """The HTTP status, where there really was a response with one."""
    code = getattr(error, "status_code", None)
    answered = any(type(c).__name__ == "HTTPStatusError" or getattr(c, "litellm_response_headers", None) is not None
                   for c in causes)  # fmt: skip
    return code if isinstance(code, int) and code >= 400 and answered else None


def _headers(causes: list[BaseException]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for cause in reversed(causes):
        response = getattr(cause, "response", None)
        for headers in (getattr(response, "headers", None), getattr(cause, "litellm_response_headers", None)):
            if isinstance(headers, Mapping):
                found |= {str(name): str(value) for name, value in headers.items()}
    return found
