"""Query decomposition by a model: the parts of a question and the searches for each, in one call."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.errors import ModelCancelled, ModelError
from service.llm import ModelRequest, load_prompt
from service.review.question.model import ExpectedAnswer, Query, SubQuestion
from service.text.terms import terms

_LOG: Final = logging.getLogger(__name__)
_MOST_PARTS: Final = 4
_MOST_QUERIES: Final = 4
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
_Texts = Annotated[list[_Text], Field(max_length=20)]


class _PartReply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    question: _Text
    queries: _Texts
    expects: ExpectedAnswer


class DecompositionReply(BaseModel):
    """The reply to prompts/decompose.md."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    parts: Annotated[list[_PartReply], Field(min_length=1, max_length=10)]
    names: _Texts = []
    aspects: _Texts = []
    left_out: _Texts = []
    absent: _Texts = []
    unresolved: _Text | None = None


@dataclass(frozen=True, slots=True)
class Decomposition:
    """What a model read in a question. `prompt_version`: of the prompt it was asked with."""

    parts: tuple[SubQuestion, ...]
    names: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unresolved: str | None = None
    prompt_version: str = ""


def decompose(request: ModelRequest, question: str, before: Sequence[str] = ()) -> Decomposition | None:
    """The question taken apart by the model; `None` where it fails, and the question stays as rules read it.

    `before`: questions that it may go on from, oldest first; its parts are complete without them.
    """
    if before:
        question = f"{question}\n(It may go on from the questions before it: {' | '.join(before)})"
    prompt = load_prompt("decompose").render(question=question)
    try:
        reply = request.reply(prompt, DecompositionReply).value
    except ModelCancelled:
        raise  # nobody waits for what would be found
    except ModelError as error:
        _LOG.warning("decompose: searching goes on without the model: %s", error)
        return None
    return decomposition_of(reply, question, str(prompt.version))


def with_decomposition(query: Query, decomposition: Decomposition) -> Query:
    """The query with the model's parts and searches. Rules keep what they are certain of: filters, names the corpus
    coins, exclusions, a missing referent and the language."""
    return replace(
        query,
        parts=decomposition.parts,
        names=_once(*query.names, *decomposition.names),
        aspects=decomposition.aspects or query.aspects,
        left_out=_once(*query.left_out, *decomposition.left_out),
        absent=_once(*query.absent, *decomposition.absent),
        unresolved=query.unresolved,
        by_model=True,
    )


def decomposition_of(reply: DecompositionReply, question: str, version: str) -> Decomposition:
    """Only names and exclusions that the question holds: a model adds searches, no facts."""
    said = question.casefold()

    def held(phrases: list[str]) -> tuple[str, ...]:
        return _once(*(p for p in phrases if p and p.casefold() in said))

    names = held(reply.names)
    parts = tuple(
        SubQuestion(
            text=part.question or question,
            queries=_once(*(q for q in part.queries if terms(q)))[:_MOST_QUERIES],
            expects=part.expects,
            names=tuple(n for n in names if n.casefold() in part.question.casefold()),
        )
        for part in reply.parts[:_MOST_PARTS]
    )
    return Decomposition(
        parts, names, _once(*reply.aspects), held(reply.left_out), held(reply.absent), reply.unresolved, version
    )


def _once(*phrases: str) -> tuple[str, ...]:
    """Each phrase once, in order, whatever its case."""
    return tuple({p.casefold(): p for p in reversed(phrases) if p}.values())[::-1]
