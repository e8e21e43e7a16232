"""Only the faulty sentences go back to their writer, once, each with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from pydantic import BaseModel, Field

from service.llm import (
    Message,
    ModelRequest,
    QuoteReply,
    Rendered,
    ReplyForm,
    SourceSheet,
    Text,
    load_prompt,
)
from service.llm.prompting.readable import readable
from service.review.writing.model import WrittenSentence

PROMPT: Final = "revise"


class RevisedSentence(ReplyForm):
    """One sentence under its number. What is left out stays as it was; `rests_on` are numbers too."""

    n: int
    text: Text | None = None
    quotes: Annotated[tuple[QuoteReply, ...], Field(max_length=12)] = ()
    rests_on: tuple[int, ...] | None = None
    drop: bool = False


class RevisionReply(ReplyForm):
    """The reply to prompts/revise.md."""

    sentences: Annotated[list[RevisedSentence], Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class Revision:
    """The sentences as they are now, and the places of those that their writer took back."""

    written: tuple[WrittenSentence, ...]
    withdrawn: frozenset[int]


def revised(
    request: ModelRequest,
    prompt: Rendered,
    reply: BaseModel,
    sheet: SourceSheet,
    written: Sequence[WrittenSentence],
    faults: Mapping[int, Sequence[str]],
) -> Revision:
    """The sentences with the faulty ones mended, merged by number; the others stay. Raises `ModelError`."""
    asked = load_prompt(PROMPT).render(faults="\n".join(_told(at, written[at], faults[at]) for at in sorted(faults)))
    messages = (*prompt.messages, Message("assistant", reply.model_dump_json(exclude_none=True)), *asked.messages)
    answer = request.reply(replace(asked, messages=messages), RevisionReply, {"source": tuple(sheet.by_id)})
    mended = {s.n - 1: s for s in answer.value.sentences if s.n - 1 in faults}
    now = [_merged(sentence, mended.get(at)) for at, sentence in enumerate(written)]
    return Revision(tuple(now), frozenset(at for at, s in mended.items() if s.drop))


def version() -> str:
    return str(load_prompt(PROMPT).version)


def _told(at: int, sentence: WrittenSentence, faults: Sequence[str]) -> str:
    lines = [readable(line).text for line in (sentence.statement or sentence.text, *faults)]
    return "\n".join([f'{at + 1}. "{lines[0]}"', *(f"   - {line}" for line in lines[1:])])


def _merged(sentence: WrittenSentence, mended: RevisedSentence | None) -> WrittenSentence:
    if mended is None or mended.drop:
        return sentence
    quotes = tuple((q.source, q.quote) for q in mended.quotes) or sentence.quotes
    rests_on = sentence.rests_on if mended.rests_on is None else tuple(n - 1 for n in mended.rests_on)
    sentence = replace(sentence, quotes=quotes, rests_on=rests_on)
    return sentence if mended.text is None else _reworded(sentence, mended.text)


def _reworded(sentence: WrittenSentence, text: str) -> WrittenSentence:
    """With the new text, and with it in the old one's place in the statement, which its writer may have given whole."""
    if sentence.statement is None:
        return replace(sentence, text=text)
    before, _, after = sentence.statement.rpartition(sentence.text)
    bare = text.removeprefix(before).removesuffix(after).strip() or text
    return replace(sentence, text=bare, statement=f"{before}{bare}{after}")
