"""JSON that is nested deeper than any document here needs is refused before it is parsed.

A parser goes down a level for each bracket: a megabyte of them costs it its stack, and validation costs more.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.bodies import ClientGone, sent_again, whole_body
from service.error_documents import failure
from service.errors import UsageError

DEEPEST: Final = 64
_FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


class ShallowJson:
    """Answers 422 to a JSON body that is nested deeper than `DEEPEST`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS", "DELETE"):
            await self._app(scope, receive, send)
            return
        if Headers(scope=scope).get("content-type", "").lower().startswith(_FORMS):
            await self._app(scope, receive, send)
            return
        try:
            body = await whole_body(receive)
        except ClientGone:
            return
        except HTTPException as error:
            refusal = JSONResponse(failure("SourceTooLarge", error.detail), error.status_code)
            await refusal(scope, receive, send)
            return
        if too_deep(body):
            told = f"the JSON is nested more than {DEEPEST} levels deep"
            document = failure(UsageError.__name__, told, field="body", then="GET /openapi.json describes each request")
            await JSONResponse(document, 422)(scope, receive, send)
            return
        await self._app(scope, sent_again(body, receive), send)


def too_deep(body: bytes) -> bool:
    """Whether brackets outside strings are nested deeper than `DEEPEST`."""
    depth = 0
    for token in _TOKEN.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif first in b"]}":
            depth -= 1
    return False
