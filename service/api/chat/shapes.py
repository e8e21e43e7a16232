"""What a chat's reply looks like in each of the two shapes, whole and in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

Annotation = dict[str, Any]
"""start_index, end_index (exclusive), url, title"""


class Shape(Protocol):
    """One of the two."""

    model: str

    def whole(self, text: str, annotations: list[Annotation], document: dict[str, Any]) -> dict[str, Any]:
        """The reply that is not streamed."""
        ...

    def begun(self) -> Iterator[str]: ...

    def piece(self, text: str) -> str: ...

    def ended(self, text: str, annotations: list[Annotation], document: dict[str, Any]) -> Iterator[str]: ...


@dataclass(slots=True)
class Chunks:
    """Chat completions. `include_usage`: the last piece of a stream is the usage, without choices."""

    id: str
    model: str
    created: int
    include_usage: bool = False

    def whole(self, text: str, annotations: list[Annotation], document: dict[str, Any]) -> dict[str, Any]:
        message = {"role": "assistant", "content": text, "refusal": None, "annotations": _nested(annotations)}
        return {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": self._usage(document),
        }

    def begun(self) -> Iterator[str]:
        yield self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> str:
        return self._chunk({"content": text})

    def ended(
        self,
        text: str,  # noqa: ARG002
        annotations: list[Annotation],
        document: dict[str, Any],
    ) -> Iterator[str]:
        yield self._chunk({"annotations": _nested(annotations)}, finish="stop")
        if self.include_usage:
            yield self._event([], self._usage(document))
        yield "data: [DONE]\n\n"

    def _usage(self, document: dict[str, Any]) -> dict[str, int]:
        read, written = document["tokens_in"], document["tokens_out"]
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def _chunk(self, delta: dict[str, Any], *, finish: str | None = None) -> str:
        return self._event([{"index": 0, "delta": delta, "finish_reason": finish}], None)

    def _event(self, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> str:
        chunk = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "choices": choices,
            **({"usage": usage} if self.include_usage else {}),
        }
        return f"data: {json.dumps(chunk)}\n\n"


@dataclass(slots=True)
class Events:
    """Responses. `previous`: the id of the one that it goes on from."""

    id: str
    model: str
    created: int
    previous: str | None = None
    _number: int = field(default=0, init=False)

    def whole(self, text: str, annotations: list[Annotation], document: dict[str, Any]) -> dict[str, Any]:
        spent = {"input_tokens": document["tokens_in"], "output_tokens": document["tokens_out"]}
        details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        usage = {**spent, **details, "total_tokens": document["tokens_in"] + document["tokens_out"]}
        return self._response("completed", [self._message("completed", text, annotations)], usage)

    def begun(self) -> Iterator[str]:
        yield self._event("response.created", response=self._response("in_progress", [], None))
        yield self._event("response.output_item.added", output_index=0, item=self._message("in_progress", None, []))
        part = {"type": "output_text", "text": "", "annotations": []}
        yield self._event("response.content_part.added", item_id=self._item, output_index=0, content_index=0, part=part)

    def piece(self, text: str) -> str:
        place = {"item_id": self._item, "output_index": 0, "content_index": 0}
        return self._event("response.output_text.delta", **place, delta=text, logprobs=[])

    def ended(self, text: str, annotations: list[Annotation], document: dict[str, Any]) -> Iterator[str]:
        place = {"item_id": self._item, "output_index": 0, "content_index": 0}
        yield self._event("response.output_text.done", **place, text=text, logprobs=[])
        message = self._message("completed", text, annotations)
        yield self._event("response.output_item.done", output_index=0, item=message)
        yield self._event("response.completed", response=self.whole(text, annotations, document))

    @property
    def _item(self) -> str:
        return f"msg_{self.id}"

    def _message(self, status: str, text: str | None, annotations: list[Annotation]) -> dict[str, Any]:
        flat = [{"type": "url_citation", **annotation} for annotation in annotations]
        content = [] if text is None else [{"type": "output_text", "text": text, "annotations": flat, "logprobs": []}]
        return {"id": self._item, "type": "message", "role": "assistant", "status": status, "content": content}

    def _response(self, status: str, output: list[dict[str, Any]], usage: dict[str, Any] | None) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "model": self.model,
            "output": output,
            "usage": usage,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "previous_response_id": self.previous,
            "parallel_tool_calls": False,
            "tool_choice": "none",
            "tools": [],
        }

    def _event(self, kind: str, **fields: Any) -> str:
        event = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return f"event: {kind}\ndata: {json.dumps(event)}\n\n"


def _nested(annotations: list[Annotation]) -> list[dict[str, Any]]:
    return [{"type": "url_citation", "url_citation": annotation} for annotation in annotations]
