"""The form of a text as a model replies it, read into numbered sentences."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from service.llm import QuoteReply, ReplyForm, Text
from service.records import SentenceKind
from service.review.writing.model import WrittenSentence


class NumberedSentence(ReplyForm):
    """One sentence under the number that others rest on. A connective has neither quotes nor `rests_on`."""

    n: int
    kind: SentenceKind = "claim"
    text: Text
    quotes: Annotated[tuple[QuoteReply, ...], Field(max_length=12)] = ()
    rests_on: Annotated[tuple[int, ...], Field(max_length=20)] = ()


class NumberedText(ReplyForm):
    """Sentences in reading order."""

    sentences: Annotated[list[NumberedSentence], Field(max_length=100)]


class WrittenAnswer(NumberedText):
    """An answer, and what of the question no source answers. Without sentences: none of it."""

    missing: Annotated[tuple[Text, ...], Field(max_length=20)] = ()


def numbered(reply: NumberedText) -> tuple[WrittenSentence, ...]:
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
