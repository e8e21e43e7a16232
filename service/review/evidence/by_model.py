"""Reranking by a model: candidates scored 0 to 10 for the question in one call, the best papers kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.errors import ModelCancelled, ModelError
from service.llm import ModelRequest, load_prompt, render_sources
from service.records import Paper, SearchResult
from service.review.evidence.model import Answerability, Found, PaperEvidence
from service.review.evidence.sentences import bearing
from service.review.question import Query

PROMPT: Final = "rerank"
SCORED: Final = 40
"""Candidates a model is shown: some 6,000 tokens, of each its title and a few sentences."""
RERANKED: Final = 20
"""Hits of a search that a model orders, by their whole abstracts."""
_SHOWN_SENTENCES: Final = 3
_LEAST_KEPT: Final = 8
_BEARS: Final = 5
"""From this score on a paper bears on the question; fewer than `_LEAST_KEPT` are filled up with the next best."""
_SHARES_WORDS: Final = 2
_ANSWERS: Final = 6
_LOG: Final = logging.getLogger(__name__)


class _Scored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
    score: Annotated[float, Field(ge=0, le=10)]


class ScoresReply(BaseModel):
    """The reply to prompts/rerank.md."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    scores: Annotated[list[_Scored], Field(max_length=200)]


def scored_by_model(request: ModelRequest, query: Query, found: Found, *, keep: int) -> Found:
    """The 8 to `keep` papers that the model scores highest, and a status by its best score.

    Where it fails, `found` as it is, with a note that says why.
    """
    candidates = found.papers[:SCORED]
    if len(candidates) < 2:
        return found
    scores = _scores(request, query.text, [_extract(paper) for paper in candidates])
    return replace(found, note=scores) if isinstance(scores, str) else _ranked(found, candidates, scores, keep)


def reranked(request: ModelRequest, found: SearchResult) -> SearchResult:
    """The first hits of a search in the order of the model's scores; where it fails, as they were, with a note.

    The hits' own scores go by place, so they still fall.
    """
    first = found.hits[:RERANKED]
    if len(first) < 2:
        return found
    scores = _scores(request, found.query, [hit.paper for hit in first])
    if isinstance(scores, str):
        return replace(found, note=scores if found.note is None else f"{found.note}; {scores}")
    order = sorted(range(len(first)), key=lambda i: -scores.get(i, 0.0))
    falling = sorted((hit.score for hit in first), reverse=True)
    moved = tuple(replace(first[i], score=score) for i, score in zip(order, falling, strict=True))
    return replace(found, hits=(*moved, *found.hits[RERANKED:]))


def _scores(request: ModelRequest, question: str, papers: Sequence[Paper]) -> Mapping[int, float] | str:
    """Scores in [0, 10] by place, for those papers that the model scored; why not, where it failed."""
    sheet = render_sources(papers, question=question, secret=request.secret)
    prompt = load_prompt(PROMPT).render(query=question, sources=sheet.text, mark=sheet.mark)
    try:
        reply = request.reply(prompt, ScoresReply, {"id": tuple(sheet.by_id)}).value
    except ModelCancelled:
        raise  # nobody waits for what would be found
    except ModelError as error:
        _LOG.warning("rerank: the papers stay in the order in which they were found: %s", error)
        return f"not ranked by the model: {error}"
    places = {source_id: place for place, source_id in enumerate(sheet.by_id)}
    return {places[s.id]: s.score for s in reply.scores if s.id in places} or _NOTHING_SCORED


_NOTHING_SCORED: Final = "not ranked by the model: it scored none of the papers"


def _extract(paper: PaperEvidence) -> Paper:
    """The paper with only the sentences that bear on the question, for the model to read."""
    sentences = [paper.abstract.text(i) for i in bearing(paper, most=_SHOWN_SENTENCES)]
    return replace(paper.paper, abstract=" ".join(sentences))


def _ranked(found: Found, candidates: Sequence[PaperEvidence], scores: Mapping[int, float], keep: int) -> Found:
    """Best first; equals, and papers without a score, in the order in which they were found."""
    order = sorted(range(len(candidates)), key=lambda i: -scores.get(i, 0.0))
    bears = [i for i in order if scores.get(i, 0.0) >= _BEARS]
    related = [i for i in order if _SHARES_WORDS < scores.get(i, 0.0) < _BEARS]
    kept = (bears + related[: max(_LEAST_KEPT - len(bears), 0)] or order[:1])[:keep]
    best = max(scores.values())
    status: Answerability = "answered" if best >= _ANSWERS else "uncertain" if best > _SHARES_WORDS else "not_in_corpus"
    papers = tuple(replace(candidates[i], score=scores.get(i, 0.0) / 10) for i in kept)
    missing = () if status == "answered" else found.missing
    return replace(found, status=status, papers=papers, missing=missing, p_answered=best / 10, note=None)
