"""What a request tells of itself while it is worked on, in terms of what was found and written."""

from __future__ import annotations

from collections.abc import Iterable

from service.records import Answer, Comparison, Draft
from service.records.steps import EvidenceKept, Observer, SentenceShown, Step, judged
from service.records.surveys import Survey
from service.review.evidence.model import PaperEvidence
from service.review.question import Query

_PASSAGES = 12


def tell_found(observe: Observer, query: Query, searched: int, papers: Iterable[PaperEvidence]) -> None:
    """What the question was taken to ask, where a model took it apart; how many papers were searched, how many are
    kept, and the best sentence of each."""
    parts, kept = len(query.parts), list(papers)
    if query.by_model:
        observe(Step("decomposed", f"read the question as {parts} part{'' if parts == 1 else 's'}", {"parts": parts}))
    observe(Step("searched", f"searched {searched:,} paper{'' if searched == 1 else 's'}", {"papers": searched}))
    observe(Step("kept", f"kept {len(kept)} of them", {"papers": len(kept)}))
    observe(EvidenceKept(tuple(paper.lead() for paper in kept[:_PASSAGES] if paper.sentences)))


def tell_answer(observe: Observer, answer: Answer) -> None:
    """The judged sentences of an answer."""
    observe(judged(len(answer.sentences), len(answer.dropped)))
    for sentence in answer.sentences:
        observe(SentenceShown(None, 0, sentence))


def tell_comparison(observe: Observer, comparison: Comparison) -> None:
    """How many cells of a comparison stand."""
    rows = comparison.matrix.rows if comparison.matrix else ()
    filled = sum(cell is not None for row in rows for cell in row.cells.values())
    observe(judged(filled, len(comparison.dropped)))


def tell_draft(observe: Observer, draft: Draft) -> None:
    """How many sentences of a draft stand; they are told paragraph by paragraph before."""
    observe(judged(sum(map(len, draft.paragraphs)), len(draft.dropped)))


def tell_survey(observe: Observer, survey: Survey) -> None:
    """How many sentences of a survey stand; they are told section by section before."""
    shown = sum(len(paragraph) for section in survey.sections for paragraph in section.paragraphs)
    observe(judged(shown, len(survey.dropped)))
