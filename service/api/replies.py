"""How documents are sent: JSON in ASCII, with what it may be refused with."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi.responses import JSONResponse

from service.api import documents

REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": documents.ErrorDocument, "description": description}
    for status, description in (
        (400, "Not HTTP or not JSON, or for another host"),
        (401, "The service asks for an API key, and this is none of its keys"),
        (403, "The key's scope does not cover it, or a page of another site asks"),
        (409, "The first request with this Idempotency-Key is still being worked on"),
        (413, "Larger than the service takes"),
        (422, "The request makes no sense or the file cannot be read"),
        (429, "As much is under way as the service, or as much is used as the key, takes; see Retry-After"),
        (500, "The service failed; its log says why"),
        (507, "No space is left to keep what was sent; what is stored can be searched"),
        (503, "The library, the embedding model or the language model cannot be used now"),
    )
}
NOT_FOUND: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": documents.ErrorDocument, "description": "There is no such thing"}
}


def file_content(media_type: str, *, text: bool) -> dict[str, Any]:
    """What is declared of a file that is sent with this content type: text, bytes, or an array in JSON."""
    bare = media_type.partition(";")[0]
    schema: dict[str, Any] = {"type": "string"} if text else {"type": "string", "format": "binary"}
    return {bare: {"schema": {"type": "array", "items": {"type": "object"}} if bare.endswith("+json") else schema}}


def object_of(*names: str) -> dict[str, Any]:
    """What is declared of JSON whose form is another's: an object that holds at least these."""
    return {"application/json": {"schema": {"type": "object", "required": list(names)}}}


class AsciiJSON(JSONResponse):
    """JSON in ASCII: a lone surrogate in a paper's text is then still a valid response."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")
