"""Several models as one: the next is asked when one gives nothing usable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.errors import ModelCancelled, ModelError, ModelNotCalled
from service.llm.core.model import Completion, Deadline, Delta, Event, Message, Model, Parameters


class FallbackModel:
    """Models in order. Going on is pointless when the caller is gone or no time is left, so it stops there.

    After the first piece of a stream has been passed on there is no going back to another model.
    """

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = tuple(models)
        self.name = ", else ".join(model.name for model in self._models)

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        for model in self._models[:-1]:
            try:
                return model.complete(messages, parameters=parameters, deadline=deadline)
            except ModelError as error:
                _go_on(error, deadline)
        return self._models[-1].complete(messages, parameters=parameters, deadline=deadline)

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        for model in self._models[:-1]:
            begun = False
            try:
                for event in model.stream(messages, parameters=parameters, deadline=deadline):
                    begun = begun or isinstance(event, Delta)
                    yield event
                return
            except ModelError as error:
                if begun:
                    raise
                _go_on(error, deadline)
        yield from self._models[-1].stream(messages, parameters=parameters, deadline=deadline)


def _go_on(error: ModelError, deadline: Deadline) -> None:
    """Raises the error again where another model could not help."""
    if isinstance(error, ModelCancelled | ModelNotCalled) or deadline.remaining_s <= 0:
        raise error
