"""A prompt and a schema -> a checked value: read, validate, one repair, then a typed error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from service.errors import BadCompletion, BadOutcome
from service.llm.core.model import Completion, Deadline, Message, Model, Parameters, Usage
from service.llm.core.reading import read_object
from service.llm.policies.cache import KeptReply, ReplyCache
from service.llm.prompting.prompts import Rendered, load_prompt
from service.llm.providers.replay import request_key

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_KEPT: Final = frozenset(("type", "enum", "const", "required"))
T = TypeVar("T", bound=BaseModel)
_SHOWN_REPLY: Final = 6000  # characters of a bad reply that a repair shows again
_NOT_REPAIRED: Final[frozenset[BadOutcome]] = frozenset({"refusal", "html", "no_choices"})


class ReplyForm(BaseModel):
    """Base of what is read from a model's reply: keys that were not asked for are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class QuoteReply(ReplyForm):
    """Words said to stand in a source."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    quote: Text


def json_schema(form: type[BaseModel], allowed: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The schema without references, titles and limits; a field named in `allowed` is held to those strings."""
    whole = form.model_json_schema()
    return _node(whole, whole.get("$defs", {}), allowed or {})


def _node(node: Mapping[str, Any], defs: Mapping[str, Any], allowed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if "$ref" in node:
        return _node(defs[node["$ref"].rpartition("/")[2]], defs, allowed)
    made: dict[str, Any] = {key: value for key, value in node.items() if key in _KEPT}
    if "items" in node:
        made["items"] = _node(node["items"], defs, allowed)
    if "anyOf" in node:
        made["anyOf"] = [_node(part, defs, allowed) for part in node["anyOf"]]
    if "properties" in node:
        made["properties"] = {
            name: _held(_node(part, defs, allowed), allowed.get(name)) for name, part in node["properties"].items()
        }
    return made


def _held(node: dict[str, Any], values: Sequence[str] | None) -> dict[str, Any]:
    """A string, or a list or choice with strings in it, held to the values."""
    if not values:
        return node
    if node.get("type") == "string":
        return node | {"enum": list(values)}
    if "items" in node:
        return node | {"items": _held(node["items"], values)}
    return node | {"anyOf": [_held(part, values) for part in node["anyOf"]]} if "anyOf" in node else node


@dataclass(frozen=True, slots=True)
class Structured(Generic[T]):
    """A reply that was read. `usage` and `cost_usd` cover all calls made for it, and are nothing for a kept reply."""

    value: T
    model: str
    usage: Usage = field(default_factory=lambda: Usage(0, 0))
    cost_usd: float | None = 0.0
    calls: int = 0

    @property
    def repaired(self) -> bool:
        return self.calls > 1


def structured(
    model: Model,
    prompt: Rendered,
    schema: type[T],
    *,
    deadline: Deadline,
    parameters: Parameters | None = None,
    cache: ReplyCache | None = None,
) -> Structured[T]:
    """Ask, read and validate; on a reply that cannot be used ask once more, with what was wrong.

    Raises `ModelError`: `BadCompletion` where the second reply cannot be read either.
    """
    parameters = parameters or Parameters()
    if parameters.schema is None:
        parameters = replace(parameters, schema=json_schema(schema))
    key = request_key(model.name, prompt.messages, parameters, prompt.prompt_version)
    kept = _kept(cache, key, schema)
    if kept is not None:
        return kept
    first = _ask(model, prompt.messages, parameters, deadline)
    result = _read(first, schema)
    if isinstance(result, Structured):
        return _keep(cache, key, first, prompt, result)
    if result.outcome in _NOT_REPAIRED:
        raise result
    again = _repair_messages(prompt, result, _text(first))
    second = _ask(model, again, parameters, deadline)
    repaired = _read(second, schema)
    if isinstance(repaired, BadCompletion):
        raise repaired
    return _keep(cache, key, second, prompt, _added(repaired, first))


def _ask(
    model: Model, messages: tuple[Message, ...], parameters: Parameters, deadline: Deadline
) -> Completion | BadCompletion:
    """A reply, or why there is nothing to read in it."""
    try:
        return model.complete(messages, parameters=parameters, deadline=deadline)
    except BadCompletion as error:
        return error


def _text(reply: Completion | BadCompletion) -> str:
    return reply.text if isinstance(reply, Completion) else reply.reply


def _read(completion: Completion | BadCompletion, schema: type[T]) -> Structured[T] | BadCompletion:
    if isinstance(completion, BadCompletion):
        return completion
    try:
        value = schema.model_validate(read_object(completion))
    except BadCompletion as error:
        return error
    except ValidationError as error:
        return BadCompletion(
            "wrong_schema",
            f"the reply of {completion.model!r} has another form: {_in_words(error)}",
            reply=completion.text,
        )
    return Structured(value, completion.model, completion.usage, completion.cost_usd, calls=1)


def _in_words(error: ValidationError) -> str:
    """The first faults with their places; without the values, which may be long or hostile."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    listed = [f"{'.'.join(map(str, fault['loc'])) or 'the reply'}: {fault['msg']}" for fault in faults[:5]]
    more = len(faults) - len(listed)
    return "; ".join(listed) + (f"; and {more} more" if more > 0 else "")


def _repair_messages(prompt: Rendered, fault: BadCompletion, bad_text: str) -> tuple[Message, ...]:
    shown = (Message("assistant", bad_text[:_SHOWN_REPLY]),) if bad_text.strip() else ()
    return (*prompt.messages, *shown, *load_prompt("repair").render(fault=str(fault)).messages)


def _added(result: Structured[T], other: Completion | BadCompletion) -> Structured[T]:
    """With what the other call used. A reply without anything to read is counted by the budget's book alone."""
    if isinstance(other, BadCompletion):
        return replace(result, calls=result.calls + 1)
    cost = None if result.cost_usd is None or other.cost_usd is None else result.cost_usd + other.cost_usd
    return replace(result, usage=result.usage + other.usage, cost_usd=cost, calls=result.calls + 1)


def _kept(cache: ReplyCache | None, key: str, schema: type[T]) -> Structured[T] | None:
    reply = cache.get(key) if cache is not None else None
    if reply is None:
        return None
    result = _read(Completion(reply.text, "stop", Usage(0, 0), 0.0, reply.model), schema)
    return None if isinstance(result, BadCompletion) else replace(result, calls=0)


def _keep(
    cache: ReplyCache | None, key: str, good: Completion | BadCompletion, prompt: Rendered, result: Structured[T]
) -> Structured[T]:
    if cache is not None and isinstance(good, Completion) and good.finish != "length":
        cache.put(key, KeptReply(good.text, good.model), prompt=prompt.prompt_version)
    return result
