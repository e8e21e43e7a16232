"""Record a model's replies to a file, and replay them without it: one JSON line a reply.

A reply is found by what was asked: model, messages and parameters (`request_key`). Asked again, the next
recording of the same request is given, and the last one repeats.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from service.errors import ModelNotCalled, UsageError
from service.llm.core.model import Completion, Deadline, Delta, Event, Finished, Message, Model, Parameters

_COMPLETION = TypeAdapter(Completion)


def request_key(model: str, messages: Sequence[Message], parameters: Parameters, prompt_version: str = "") -> str:
    """sha256 over everything that a reply depends on, in hexadecimal."""
    asked: dict[str, Any] = {
        "model": model,
        "messages": [[m.role, m.text] for m in messages],
        "parameters": [parameters.max_tokens, parameters.temperature, parameters.schema],
        "prompt": prompt_version,
    }
    canonical = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


class RecordingModel:
    """Passes calls on to `model` and appends each reply to the file. Messages are not written, only their key."""

    def __init__(self, model: Model, path: Path) -> None:
        self.name = model.name
        self._model = model
        self._path = path
        self._lock = threading.Lock()

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        completion = self._model.complete(messages, parameters=parameters, deadline=deadline)
        self._write(messages, parameters, completion)
        return completion

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        for event in self._model.stream(messages, parameters=parameters, deadline=deadline):
            if isinstance(event, Finished):
                self._write(messages, parameters, event.completion)
            yield event

    def _write(self, messages: Sequence[Message], parameters: Parameters, completion: Completion) -> None:
        key = request_key(self.name, messages, parameters)
        line = json.dumps({"key": key, "completion": asdict(completion)}, ensure_ascii=True)
        with self._lock, self._path.open("a", encoding="ascii") as file:
            file.write(line + "\n")


class ReplayingModel:
    """Gives the recorded replies of a model of that name. Raises `ModelNotCalled` for what was never asked."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path
        self._replies = _read(path)
        self._given: dict[str, int] = {}
        self._lock = threading.Lock()

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        deadline.check()
        key = request_key(self.name, messages, parameters)
        replies = self._replies.get(key)
        if not replies:
            raise ModelNotCalled(f"{str(self._path)!r} holds no reply to this request (key {key[:12]}); record it anew")
        with self._lock:
            at = self._given.get(key, 0)
            self._given[key] = at + 1
        return replies[min(at, len(replies) - 1)]

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        completion = self.complete(messages, parameters=parameters, deadline=deadline)
        yield Delta(completion.text)
        yield Finished(completion)


def _read(path: Path) -> dict[str, list[Completion]]:
    replies: dict[str, list[Completion]] = {}
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        try:
            record = json.loads(line)
            replies.setdefault(record["key"], []).append(_COMPLETION.validate_python(record["completion"]))
        except (ValueError, KeyError, TypeError, ValidationError) as error:
            raise UsageError(f"line {number} of {str(path)!r} is no recorded reply; record it anew") from error
    return replies
