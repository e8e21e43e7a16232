"""Models without a network: one that says what it was told to say, for tests, demos and offline evaluation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from service.errors import BadCompletion, ModelError
from service.llm.core.model import (
    Completion,
    Deadline,
    Delta,
    Event,
    Finish,
    Finished,
    Message,
    Parameters,
    Usage,
    estimated_usage,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted reply; without `usage` it is estimated, as for a provider that does not say."""

    text: str
    finish: Finish = "stop"
    usage: Usage | None = None
    cost_usd: float | None = 0.0


Step: TypeAlias = str | Reply | ModelError | Callable[[Sequence[Message]], "str | Reply"]


class ScriptedModel:
    """Gives its steps in order; a step is a text, a `Reply`, an error to raise, or a function of the messages.

    `calls` and `parameters` keep what it was sent. Past the last step it raises `BadCompletion`, so a script
    that is too short shows. With `forever` the last step repeats.
    """

    def __init__(self, steps: Iterable[Step], *, name: str = "scripted", forever: bool = False) -> None:
        self.name = name
        self.calls: list[tuple[Message, ...]] = []
        self.parameters: list[Parameters] = []
        self._steps = list(steps)
        self._forever = forever
        self._lock = threading.Lock()

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        deadline.check()
        self.parameters.append(parameters)
        reply = self._next(messages)
        usage = reply.usage or estimated_usage(messages, reply.text)
        return Completion(reply.text, reply.finish, usage, reply.cost_usd, self.name)

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        completion = self.complete(messages, parameters=parameters, deadline=deadline)
        for word in completion.text.splitlines(keepends=True):
            deadline.check()
            yield Delta(word)
        yield Finished(completion)

    def _next(self, messages: Sequence[Message]) -> Reply:
        with self._lock:
            at = len(self.calls)
            self.calls.append(tuple(messages))
        if at >= len(self._steps) and not (self._forever and self._steps):
            raise BadCompletion("empty", f"the script of {self.name!r} has {len(self._steps)} steps; give it more")
        step = self._steps[min(at, len(self._steps) - 1)]
        if isinstance(step, ModelError):
            raise step
        said = step(messages) if callable(step) else step
        return Reply(said) if isinstance(said, str) else said
