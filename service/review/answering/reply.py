"""The form of a written answer as a model replies it, read into numbered sentences."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.llm import QuoteReply, ReplyForm, Text
from service.records import SentenceKind
from service.review.writing.model import WrittenSentence


class NumberedSentence(ReplyForm):
    """One sentence under the number that others rest on. A connective has neither quotes nor `rests_on`."""

    n: int
    kind: SentenceKind
    text: Text
    quotes: Annotated[tuple[QuoteReply, ...], Field(max_length=12)] = ()
    rests_on: Annotated[tuple[int, ...], Field(max_length=20)] = ()


class WrittenAnswer(ReplyForm):
    """An answer in reading order, and what of the question no source answers. Without sentences: none of it."""

    sentences: Annotated[list[NumberedSentence], Field(max_length=100)]
    missing: Annotated[tuple[Text, ...], Field(max_length=20)] = ()


def numbered(reply: WrittenAnswer) -> tuple[WrittenSentence, ...]:
    """The sentences in order; `rests_on` as places from 0, numbers that no other sentence has left out."""
    places = {sentence.n: place for place, sentence in enumerate(reply.sentences)}
    return tuple(
        WrittenSentence(
            sentence.text,
            sentence.kind,
            tuple((q.source, q.quote) for q in sentence.quotes),
            tuple(dict.fromkeys(places[n] for n in sentence.rests_on if places.get(n, place) != place)),
        )
        for place, sentence in enumerate(reply.sentences)
    )
