"""A model's word on whether quotes entail a sentence: one request for several pairs, anything but a clear yes is no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import BadCompletion, ModelCancelled, ModelError
from service.llm.build import ModelRequest
from service.llm.core.model import Completion, Parameters, Usage
from service.llm.core.reading import read_object
from service.llm.policies.cache import KeptReply
from service.llm.prompting.pairs import PairSheet, render_pairs
from service.llm.prompting.prompts import Rendered, load_prompt
from service.llm.providers.replay import request_key

Pair = tuple[str, tuple[str, ...]]
"""A sentence and its quotes."""

_MOST_PAIRS: Final = 12  # of one request; those beyond are left as they are
_TOKENS: Final = 400


class VerdictReply(BaseModel):
    """One pair's verdict."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(max_length=40)
    entailed: Literal["yes", "no"]


class EntailmentReply(BaseModel):
    """The reply to prompts/entailment.md."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    verdicts: list[VerdictReply] = Field(max_length=100)


@dataclass(slots=True)
class Entailment:
    """Asks the request's model, each pair once, in at most `most_calls` requests under its budget and deadline."""

    request: ModelRequest
    most_calls: int = 2
    calls: int = 0
    _known: dict[Pair, bool] = field(default_factory=dict)

    def of(self, pairs: Sequence[Pair]) -> dict[Pair, bool]:
        """Whether each pair is entailed, for those that could be asked. Raises `ModelCancelled` and no other error.

        A reply that cannot be read, and a pair that it leaves out, are a no; where the call itself fails, or the
        budget is used up, nothing is said of the pair.
        """
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known][:_MOST_PAIRS]
        if new and self.calls < self.most_calls:
            self._ask(new)
        return {pair: self._known[pair] for pair in pairs if pair in self._known}

    def _ask(self, pairs: Sequence[Pair]) -> None:
        sheet = render_pairs(pairs, secret=self.request.secret)
        rendered = load_prompt("entailment").render(pairs=sheet.text, mark=sheet.mark)
        self.calls += 1
        try:
            entailed = self._entailed(rendered, sheet)
        except BadCompletion:
            entailed = frozenset()
        except ModelCancelled:
            raise
        except ModelError:
            return
        self._known.update((pair, i in entailed) for pair, i in zip(pairs, sheet.ids, strict=True))

    def _entailed(self, rendered: Rendered, sheet: PairSheet) -> frozenset[str]:
        """The ids with a yes and no no. Raises `ModelError`."""
        parameters = Parameters(max_tokens=_TOKENS, temperature=0.0, schema=rendered.output)
        key = request_key(self.request.model.name, rendered.messages, parameters, rendered.prompt_version)
        cache = self.request.cache
        kept = cache.get(key) if cache is not None else None
        if kept is not None:
            completion = Completion(kept.text, "stop", Usage(0, 0), 0.0, kept.model)
        else:
            completion = self.request.model.complete(
                rendered.messages, parameters=parameters, deadline=self.request.deadline
            )
        try:
            reply = EntailmentReply.model_validate(read_object(completion))
        except ValidationError as error:
            raise BadCompletion("wrong_schema", f"the reply of {completion.model!r} has another form") from error
        if cache is not None and kept is None:
            cache.put(key, KeptReply(completion.text, completion.model), prompt=rendered.prompt_version)
        said_no = {v.id for v in reply.verdicts if v.entailed == "no"}
        return frozenset(v.id for v in reply.verdicts if v.entailed == "yes" and v.id in sheet.ids) - said_no
