"""Points that several papers speak to, in one call to a model: each position judged against its own paper's quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from service.errors import ModelCancelled, ModelError
from service.judge import Judge
from service.llm import ModelRequest, QuoteReply, ReplyForm, Text
from service.records import Agreement, Dropped, JudgeName, Position
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


@dataclass(frozen=True, slots=True)
class WrittenAgreement:
    """Points that two papers still speak to once judged, what is not shown, and who judged with which prompts."""

    points: tuple[Agreement, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    judge: JudgeName | None = None
    prompt_versions: Mapping[str, str] = field(default_factory=dict)


def write_agreement(
    request: ModelRequest, judge: Judge, *, question: str, papers: Sequence[PaperEvidence]
) -> WrittenAgreement:
    """The model's map; none of fewer than two papers, or where the call fails. Raises `ModelCancelled`."""
    if len(papers) < 2:
        return WrittenAgreement()
    task = Task("agreement", AgreementReply, {"question": question}, question, _read)
    try:
        made = generate(task, [Source(paper.abstract) for paper in papers], request, judge)
    except ModelCancelled:
        raise
    except ModelError as error:
        return WrittenAgreement(dropped=(Dropped("the model's map of agreement", str(error)),))
    points, fallen = _points(made)
    return WrittenAgreement(points, (*made.dropped, *fallen), made.judge, made.accounting.prompt_versions)


def _points(made: Verified[AgreementReply]) -> tuple[tuple[Agreement, ...], tuple[Dropped, ...]]:
    """The points with the positions that are borne out, one a paper; the others as dropped."""
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
    return tuple(points), tuple(fallen)


def _read(reply: AgreementReply) -> tuple[WrittenSentence, ...]:
    return tuple(
        WrittenSentence(claim.text, "claim", tuple((quote.source, quote.quote) for quote in claim.quotes))
        for point in reply.points
        for claim in point.claims
    )
