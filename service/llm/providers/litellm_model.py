"""Any model that litellm can call, behind `Model`: one policy of retries, one deadline around everything."""

from __future__ import annotations

import concurrent.futures
import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from typing import Any

from service.errors import BadCompletion, ModelCancelled, ModelError, ModelTimeout
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
from service.llm.core.network_policy import check_allowed, go_directly
from service.llm.core.reading import unusable
from service.llm.core.route import Route
from service.llm.providers.concurrency import Lanes
from service.llm.providers.faults import translated
from service.llm.providers.litellm_library import litellm
from service.llm.providers.loop import outcome, shared_loop
from service.llm.providers.prices import price_of
from service.llm.providers.retry import Backoff, retrying

_FINISHES: Mapping[str, Finish] = {"stop": "stop", "length": "length", "content_filter": "content_filter"}
_GRACE_S = 0.25
_OLLAMA = frozenset({"ollama", "ollama_chat"})
_LEAST_WINDOW = 4096
Emit = Callable[[Event], None]


@dataclass(slots=True)
class _Call:
    """One call on its way: what is asked, what was sent, what has been passed on."""

    messages: tuple[Message, ...]
    parameters: Parameters
    deadline: Deadline
    emit: Emit | None = None
    sent: int = 0
    emitted: bool = False


class LitellmModel:
    """One route. `lanes` is shared by all models of a process, so that a provider's limit holds for all."""

    def __init__(self, route: Route, *, lanes: Lanes, backoff: Backoff | None = None) -> None:
        self.name = route.model
        self._route = route
        self._lanes = lanes
        self._backoff = backoff or Backoff()

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        call = self._call(messages, parameters, deadline)
        return shared_loop().run(self._run(call), deadline)

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        call = self._call(messages, parameters, deadline)
        call.emit = events.put
        future = shared_loop().submit(self._run(call))
        future.add_done_callback(lambda _: events.put(None))
        try:
            with deadline.on_cancel(future.cancel):
                yield from _until_end(events, deadline)
                yield Finished(future.result())
        except concurrent.futures.CancelledError:
            raise ModelCancelled("the caller went away, so the model's call was stopped") from None
        finally:
            future.cancel()

    def _call(self, messages: Sequence[Message], parameters: Parameters, deadline: Deadline) -> _Call:
        check_allowed(self.name, self._route.api_base)
        go_directly(self._route.api_base)
        litellm()  # imported here, because an import on the loop would hold up every other call
        deadline.check()
        return _Call(tuple(messages), parameters, deadline)

    async def _run(self, call: _Call) -> Completion:
        try:
            completion: Completion = await retrying(call.deadline, self._backoff)(self._once, call)
        except ModelError as error:
            error.requests = call.sent
            raise
        return completion

    async def _once(self, call: _Call) -> Completion:
        async with self._lanes.lane(self._route.lane):
            call.deadline.check()
            seconds = min(self._route.timeout_s, call.deadline.remaining_s)
            call.sent += 1
            result = await outcome(self._request(call), seconds)
        if result.value is not None:
            return result.value
        error = result.error or TimeoutError()
        fault = (
            error
            if isinstance(error, ModelError)
            else translated(error, model=self.name, secrets=self._route.secrets())
        )
        if call.emitted and fault.retryable and not isinstance(fault, ModelTimeout):
            fault = BadCompletion("cut", f"the stream of {self.name!r} broke off; ask again")
        if call.emitted and isinstance(fault, ModelTimeout):
            call.deadline.check()
            fault = BadCompletion("cut", f"the stream of {self.name!r} was too slow; raise LITWEAVE_MODEL_TIMEOUT_S")
        raise fault

    async def _request(self, call: _Call) -> Completion:
        response = await litellm().acompletion(**self._arguments(call))
        if call.emit is None:
            completion = self._whole(response, call)
        else:
            completion = await self._streamed(response, call, call.emit)
        fault = unusable(completion)
        if fault is not None:
            raise fault
        return completion

    def _arguments(self, call: _Call) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": self._route.model,
            "messages": [{"role": m.role, "content": m.text} for m in call.messages],
            "max_tokens": call.parameters.max_tokens,
            "temperature": call.parameters.temperature,
            "timeout": self._route.timeout_s,
            "max_retries": 0,
            "num_retries": 0,
            "drop_params": True,
            "no-log": True,
        }
        if self._route.api_base is not None:
            arguments["api_base"] = self._route.api_base
        key = self._route.key_to_send()
        if key is not None:
            arguments["api_key"] = key
        if call.parameters.schema is not None and self._takes_schema():
            schema = {"name": "reply", "schema": dict(call.parameters.schema), "strict": False}
            arguments["response_format"] = {"type": "json_schema", "json_schema": schema}
        if self._route.provider in _OLLAMA:
            arguments["num_ctx"] = context_window(call.messages, call.parameters.max_tokens)
        if call.emit is not None:
            arguments |= {"stream": True, "stream_options": {"include_usage": True}}
        return arguments

    def _takes_schema(self) -> bool:
        if self._route.json == "auto":
            return bool(litellm().supports_response_schema(model=self._route.model))
        return self._route.json == "schema"

    def _whole(self, response: Any, call: _Call) -> Completion:
        if not response.choices:
            raise BadCompletion("no_choices", f"{self.name!r} replied without any choice; change the model")
        choice = response.choices[0]
        refusal = getattr(choice.message, "refusal", None)
        if refusal:
            raise BadCompletion("refusal", f"{self.name!r} declined to answer", reply=str(refusal))
        usage = _usage(getattr(response, "usage", None))
        return self._completion(call, str(choice.message.content or ""), choice.finish_reason, usage)

    async def _streamed(self, response: Any, call: _Call, emit: Emit) -> Completion:
        texts: list[str] = []
        finish: str | None = None
        reported: Any = None
        closing: AbstractContextManager[None] | aclosing[Any] = (
            aclosing(response) if hasattr(response, "aclose") else nullcontext()
        )
        async with closing:  # type: ignore[union-attr]
            async for chunk in response:
                reported = getattr(chunk, "usage", None) or reported
                for choice in chunk.choices[:1]:
                    finish = choice.finish_reason or finish
                    piece = choice.delta.content
                    if piece:
                        texts.append(piece)
                        call.emitted = True
                        emit(Delta(piece))
        # litellm makes up a usage where the server sends none, and does not say so.
        sent = any(getattr(chunk, "usage", None) for chunk in getattr(response, "chunks", ()))
        return self._completion(call, "".join(texts), finish, _usage(reported) if sent else None)

    def _completion(self, call: _Call, text: str, finish: str | None, usage: Usage | None) -> Completion:
        used = usage or estimated_usage(call.messages, text)
        price = price_of(self._route)
        cost = None if price is None else price.cost_usd(used)
        return Completion(text, _FINISHES.get(finish or "", "other"), used, cost, self.name, call.sent)


def context_window(messages: Sequence[Message], reply_tokens: int) -> int:
    """Tokens of context for what is sent and its reply, as a power of two: each other size has Ollama load anew.

    Ollama gives a model 4,096 tokens, whatever the model could take, and cuts what does not fit from the front: the
    system prompt first. Asked for more than the model can take, it gives what the model can.
    """
    needed = estimated_usage(messages, "").tokens_in + reply_tokens
    return max(_LEAST_WINDOW, 1 << (needed - 1).bit_length())


def _usage(reported: Any) -> Usage | None:
    tokens_in = int(getattr(reported, "prompt_tokens", 0) or 0)
    tokens_out = int(getattr(reported, "completion_tokens", 0) or 0)
    return Usage(tokens_in, tokens_out) if tokens_in > 0 else None


def _until_end(events: queue.SimpleQueue[Event | None], deadline: Deadline) -> Iterator[Event]:
    while True:
        try:
            event = events.get(timeout=deadline.remaining_s + _GRACE_S)
        except queue.Empty:
            deadline.check()
            raise ModelTimeout("the model's stream did not end in time") from None
        if event is None:
            return
        yield event
