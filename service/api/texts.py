"""`POST /v1/texts`: the words of a .docx, as a text that can be checked."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.api.filters_document import ContractDocument
from service.api.replies import REFUSALS, AsciiJSON
from service.manuscript.word import docx_markdown

TEXTS: Final = "/v1/texts"
MAX_DOCX_BYTES: Final = 20_000_000
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class TextDocument(ContractDocument):
    """`text` is markdown: a heading or a paragraph, then an empty line."""

    text: str


def add_texts(app: FastAPI) -> None:
    """Add the route to the app."""

    @app.post(
        TEXTS,
        summary="Read a .docx, sent as the body, into markdown",
        responses={200: {"model": TextDocument}, **REFUSALS},
        openapi_extra=_BODY,
    )
    async def read_text(request: Request) -> Response:
        content = await request.body()
        return AsciiJSON({"text": await run_in_threadpool(docx_markdown, content)})
