"""Which request headers each operation honours, in the OpenAPI document: middleware reads them, so no route names them.

`Accept: text/event-stream` stands there as a content of the 200: OpenAPI 3.1 (4.8.12.1) has a parameter of that name
ignored. `If-Match` is honoured nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI

from service.api.idempotency import MAX_CHARS
from service.api.working import STREAM


def _header(name: str, description: str, **schema: object) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


_IDEMPOTENCY_KEY: Final = _header(
    "Idempotency-Key",
    "New for each request: sent again within a day with the same body, it is done once and answered "
    "twice, the second time with Idempotency-Replayed. A stream is not replayed",
    minLength=1,
    maxLength=MAX_CHARS,
    pattern="^[\\x21-\\x7e]+$",
)
_PREFER: Final = _header("Prefer", "With respond-async the reply is 202 and a job to come back for (RFC 7240)")
_IF_NONE_MATCH: Final = _header("If-None-Match", "The ETag of the document as it is held: unchanged, the reply is 304")
_LAST_EVENT_ID: Final = _header(
    "Last-Event-ID",
    "The id of the last event that was read, as the stream gave it: the next is told first",
    pattern="^([0-9a-f-]+:[0-9]{1,15})?$",
)
_UNCHANGED: Final = {
    "description": "The document is the one that If-None-Match names",
    "headers": {"ETag": {"schema": {"type": "string"}}},
}


def declare_headers(app: FastAPI) -> None:
    """Add the headers, and the key, to the app's document, when it is first made. Called once all routes are there."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made()
            for path in document["paths"].values():
                for method, operation in path.items():
                    _declare(method, operation)
            document["components"]["securitySchemes"] = {"ApiKey": {"type": "http", "scheme": "bearer"}}
            document["security"] = [{}, {"ApiKey": []}]
            return document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _declare(method: str, operation: dict[str, Any]) -> None:
    found = list(_honoured(method, operation["responses"]))
    if found:
        operation["parameters"] = [*operation.get("parameters", ()), *found]
    if _IF_NONE_MATCH in found:
        operation["responses"]["304"] = _UNCHANGED


def _honoured(method: str, responses: dict[str, Any]) -> Iterator[dict[str, Any]]:
    contents = responses.get("200", {}).get("content", {})
    if method == "post":
        yield _IDEMPOTENCY_KEY
        if {"200", "202"} <= responses.keys():
            yield _PREFER
    if method == "get" and "application/json" in contents:
        yield _IF_NONE_MATCH
    if method == "get" and STREAM in contents:
        yield _LAST_EVENT_ID
