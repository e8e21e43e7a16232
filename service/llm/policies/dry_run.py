"""A model that sends nothing: it lists the calls that would be made and what they would cost at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from service.errors import ModelNotCalled
from service.llm.core.model import (
    Completion,
    Deadline,
    Event,
    Message,
    Parameters,
    Usage,
    estimated_usage,
)
from service.llm.providers.prices import Price


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call. Tokens in are estimated, tokens out are the limit; `cost_usd` is `None` without a known price."""

    model: str
    tokens_in: int
    tokens_out: int
    cost_usd: float | None


class DryRunModel:
    """Notes each call in `calls` and raises `ModelNotCalled`, so that the caller goes on without a model.

    A repair, which would be a second call of about the same size, is not foreseen.
    """

    def __init__(self, name: str, price: Callable[[], Price | None]) -> None:
        self.name = name
        self.calls: list[PlannedCall] = []
        self._price = price

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        deadline.check()
        usage = Usage(estimated_usage(messages, "").tokens_in, parameters.max_tokens, estimated=True)
        price = self._price()
        cost = None if price is None else price.cost_usd(usage)
        self.calls.append(PlannedCall(self.name, usage.tokens_in, usage.tokens_out, cost))
        raise ModelNotCalled(f"dry run: {self.name!r} was not called")

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        self.complete(messages, parameters=parameters, deadline=deadline)
        yield from ()
