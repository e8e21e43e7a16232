"""The seam: messages in, a `Completion` or a stream of events out. Nothing here knows any provider."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from service.errors import ModelCancelled, ModelTimeout

Role: TypeAlias = Literal["system", "user", "assistant"]
Finish: TypeAlias = Literal["stop", "length", "content_filter", "other"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation that a model is sent."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a call asks for. `schema`: the JSON schema the reply should have, for models that can be held to one."""

    max_tokens: int = 2000
    temperature: float = 0.0
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call. `estimated`: the provider did not say, so they are counted from the text, rather high."""

    tokens_in: int
    tokens_out: int
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out, self.estimated or other.estimated
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole reply. `cost_usd` is `None` where no price is known; `requests` counts what was sent for it."""

    text: str
    finish: Finish
    usage: Usage
    cost_usd: float | None
    model: str
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of a reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a stream; its completion holds the whole text."""

    completion: Completion


Event: TypeAlias = Delta | Finished


class Deadline:
    """Until when a request may run (wall clock), and the way to end it sooner. Safe from any thread."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._cancelled = False
        self._callbacks: list[Callable[[], object]] = []

    @property
    def remaining_s(self) -> float:
        """Seconds left; 0 when it has passed or was cancelled."""
        return 0.0 if self._cancelled else max(0.0, self._end - time.monotonic())

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """The caller went away: stop what runs, refuse what would come. A second call does nothing."""
        with self._lock:
            if self._cancelled:
                return
            self._cancelled = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    @contextmanager
    def on_cancel(self, callback: Callable[[], object]) -> Iterator[None]:
        """Run `callback` if the deadline is cancelled inside the block; at once where it already was."""
        with self._lock:
            late = self._cancelled
            if not late:
                self._callbacks.append(callback)
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

    def check(self) -> None:
        """Raises `ModelCancelled` or `ModelTimeout` when no time is left."""
        if self._cancelled:
            raise ModelCancelled("the caller went away, so the model's call was stopped")
        if self.remaining_s <= 0:
            raise ModelTimeout("the deadline has passed; raise LITWEAVE_MODEL_DEADLINE_S, or ask for less")


class Model(Protocol):
    """A language model. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """As the settings name it; part of the cache's key."""

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        """The whole reply. Raises `ModelError`; `BadCompletion` where there is no text in it."""

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        """Pieces as they come, then one `Finished`. Closing the iterator stops the call. Raises as `complete`."""


def estimated_tokens(text: str) -> int:
    """Tokens of a text, rather too many: a third of its UTF-8 bytes (English has some 4.5 a token, CJK 3)."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


def estimated_usage(messages: Sequence[Message], reply: str) -> Usage:
    """What a call must have used, where the provider does not say. Each message has some tokens of framing."""
    return Usage(sum(estimated_tokens(m.text) + 8 for m in messages), estimated_tokens(reply), estimated=True)
