"""One call of a tool: arguments read, core called, document paged and marked; errors as the contract has them."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
from pydantic import ValidationError

from service.error_documents import error_document, failure
from service.errors import LitweaveError, QueryError, UsageError
from service.mcp.arguments import TOKENS_MAX, Arguments
from service.mcp.calls import Document, Job
from service.mcp.paging import Cursor, Page, content_digest, digest, page_of
from service.mcp.tools import Tool
from service.mcp.untrusted import NOTE, framed, marked
from service.review.core import ReviewCore

_log = structlog.get_logger(__name__)
_FRAME_TOKENS: Final = 450
"""Beside the document in both forms: `page`, `untrusted`, heading and delimiters."""
_KEPT: Final = 16
_CHANGED: Final = "the library has changed since the page before: leave the cursor out to start anew"
_NEXT: Final = "correct the arguments; tools/list describes each"


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a call returns, structured and as text.

    `failed`: the document is an error of the contract, which is sent as text only: no tool's output schema has it.
    """

    document: Document
    text: str
    failed: bool


class Runner:
    """Calls tools over one core. Keeps its last documents, so that the pages of one are cut from one.

    `opening` gives the core, with `True` also where there is no library yet; what it raises is a failed call.
    """

    def __init__(self, opening: Callable[[bool], ReviewCore]) -> None:
        self._opening = opening
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._guard = threading.Lock()

    def call(self, tool: Tool, given: Mapping[str, Any], job: Job) -> ToolResult:
        """The result of a call. Never raises for what the caller can mend."""
        try:
            asked = tool.arguments.model_validate(dict(given))
        except ValidationError as error:
            return _failed(_refused(tool, error))
        try:
            document, heading = self._called(tool, asked, job)
        except (LitweaveError, OSError) as error:
            document = error_document(error)
            if isinstance(error, UsageError) and not isinstance(error, QueryError):
                document["error"]["next"] = _NEXT
            return _failed(document)
        except Exception as error:  # noqa: BLE001  a fault of litweave's own must not end the server
            _log.error("tool failed", tool=tool.name, error=type(error).__name__, exc_info=error)
            return _failed(failure("InternalError", "litweave failed on this call; the server's log says why"))
        return ToolResult(document, framed(document, heading), failed=False)

    def _called(self, tool: Tool, asked: Arguments, job: Job) -> tuple[Document, str]:
        cursor = None if asked.cursor is None else Cursor.decoded(asked.cursor)
        request = digest([tool.name, asked.model_dump(mode="json", exclude={"cursor", "max_tokens"})])
        if cursor is not None and cursor.request != request:
            raise UsageError(
                "the cursor belongs to another request: repeat that one's arguments, or leave the cursor out"
            )
        core = self._opening(tool.writes)
        try:
            document, made = self._document(core, tool, asked, job, request, cursor)
        finally:
            core.release()
        position = 0 if cursor is None else cursor.position
        limit = getattr(asked, "limit", None) if tool.limited else None
        room = (asked.max_tokens - _FRAME_TOKENS) // 2
        page = page_of(document, tool.lists, position=position, max_tokens=room, limit=limit)
        if tool.deeper and cursor is None and page.next_position is None and len(document[tool.lists[0]]) == limit:
            page = replace(page, next_position=limit)
        document, heading = self._told(tool, page, made)
        past = cursor is not None and position >= page.items
        return document, "There is no more." if past else heading

    def _document(
        self, core: ReviewCore, tool: Tool, asked: Arguments, job: Job, request: str, cursor: Cursor | None
    ) -> tuple[Document, Cursor]:
        """The document of a request and the cursor of its start; made anew for a first page, or where none is kept.

        An import changes the library by itself: its report stays what it was.
        """
        first = None if cursor is None else self._kept_of(request)
        if first is None and cursor is not None and tool.writes:
            raise UsageError("the report of that import is no longer kept; leave the cursor out to import again")
        change = 0 if tool.writes else core.newest_change()
        if cursor is not None and cursor.change != change:
            raise UsageError(_CHANGED)
        if first is None:
            first = tool.run(core, asked, job)
            self._keep(request, first)
        made = Cursor(request, content_digest(first, tool.lists), change, 0)
        if cursor is None:
            return first, made
        if cursor.content != made.content:
            raise UsageError(_CHANGED)
        if tool.deeper is None:
            return first, made
        deep = self._kept_of(f"{request}+") or tool.deeper(core, asked, first)
        self._keep(f"{request}+", deep)
        return deep, made

    def _told(self, tool: Tool, page: Page, made: Cursor) -> tuple[Document, str]:
        """The page as it is sent: with its cursor and with what strangers wrote marked as such."""
        clean = marked(page.document, tool.strangers)
        following = None if page.next_position is None else replace(made, position=page.next_position).encoded()
        needed = [(large, 2 * large.tokens + _FRAME_TOKENS) for large in page.too_large]
        too_large = [
            {"field": large.field, "index": large.index, "max_tokens": most if most <= TOKENS_MAX else None}
            for large, most in needed
        ]
        about = {
            "complete": page.complete,
            "next_cursor": following,
            "left": dict(page.left),
            "too_large": too_large,
        }
        untrusted = {"note": NOTE, "fields": sorted(tool.strangers), "withheld": clean.withheld}
        more = " More follows: call again with `page.next_cursor`." if following else ""
        heading = tool.heading(page.document) + more
        return {**clean.document, "page": about, "untrusted": untrusted}, heading

    def _kept_of(self, request: str) -> Document | None:
        with self._guard:
            return self._kept.get(request)

    def _keep(self, request: str, document: Document) -> None:
        with self._guard:
            self._kept[request] = document
            self._kept.move_to_end(request)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


def _refused(tool: Tool, error: ValidationError) -> Document:
    """What is wrong with each argument; `field` names the first."""
    faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
    told = "; ".join(f"{name or 'arguments'}: {message}" for name, message in faults)
    return failure(UsageError.__name__, f"{tool.name}: {told}"[:2000], field=faults[0][0] or None, then=_NEXT)


def _failed(document: Document) -> ToolResult:
    again = "may succeed later" if document["error"]["retryable"] else "will fail again"
    content = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return ToolResult(document, f"The call failed; the same call {again}.\n{content}", failed=True)
