"""Points that several papers speak to, in one call to a model: each position judged against its own paper's quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from service.judge import Judge
from service.llm import ModelRequest, QuoteReply, ReplyForm, Text
from service.records import Agreement, Dropped, Position
from service.review.evidence.model import PaperEvidence
from service.review.writing.model import Source, Task, Verified, WrittenSentence
from service.review.writing.pipeline import generate


class PositionReply(ReplyForm):
    """What one paper says on a point."""

    stance: Literal["supports", "contradicts", "qualifies"]
    text: Text
    quotes: Annotated[list[QuoteReply], Field(max_length=12)]


class PointReply(ReplyForm):
    """A point that at least two papers speak to."""

    point: Text
    claims: Annotated[list[PositionReply], Field(max_length=20)]


class AgreementReply(ReplyForm):
    """The reply to prompts/agreement.md. An empty list is usual."""

    points: Annotated[list[PointReply], Field(max_length=20)]


def write_agreement(
    request: ModelRequest, judge: Judge, *, question: str, papers: Sequence[PaperEvidence]
) -> tuple[Verified[AgreementReply], tuple[Agreement, ...], tuple[Dropped, ...]]:
    """The reply, the points that two papers speak to once judged, and the points that fell. Raises `ModelError`."""
    task = Task("agreement", AgreementReply, {"question": question}, question, _read)
    made = generate(task, [Source(paper.abstract) for paper in papers], request, judge)
    sentences = iter(made.sentences)
    points: list[Agreement] = []
    fallen: list[Dropped] = []
    for point in made.value.points:
        claims: dict[str, Position] = {}
        for claim in point.claims:
            sentence = next(sentences)
            cited = {c.paper_id for c in sentence.citations} if sentence is not None else set()
            if sentence is not None and sentence.support in ("exact", "supported") and len(cited) == 1:
                claims.setdefault(cited.pop(), Position(claim.stance, sentence.text, sentence.citations))
        ordered = sorted(claims.values(), key=lambda claim: claim.stance != "supports")
        if len(ordered) > 1 and ordered[0].stance == "supports":
            points.append(Agreement(ordered[0].text, tuple(ordered)))
        else:
            fallen.append(Dropped("a point of agreement", "fewer than two papers speak to it once it was judged"))
    return made, tuple(points), tuple(fallen)


def _read(reply: AgreementReply) -> tuple[WrittenSentence, ...]:
    return tuple(
        WrittenSentence(claim.text, "claim", tuple((quote.source, quote.quote) for quote in claim.quotes))
        for point in reply.points
        for claim in point.claims
    )
