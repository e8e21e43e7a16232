"""Which papers a writer is shown, with which of their sentences, and what each is there for."""

from __future__ import annotations

from typing import Final

from service.annotate.names import name_key
from service.review.evidence.model import Found, PaperEvidence
from service.review.question.model import Query
from service.review.writing.model import Source
from service.text.terms import STOP_TERMS, terms

MOST_PAPERS: Final = 16
_CHARS: Final = 11_000  # of quotable text over all sources; with 8,000 decisive sentences of the best papers were cut
_LEAST_SCORE: Final = 0.1
_LEAST_SENTENCES: Final = 2
_MOST_SENTENCES: Final = 12


def sources_for(query: Query, found: Found, *, most_papers: int = MOST_PAPERS) -> tuple[Source, ...]:
    """The best papers in order, each with its best sentences for the question, within one limit on characters.

    A paper's share goes by the square of its score: what answers is shown nearly whole, what only bears on it by a few
    sentences. What one paper leaves of its share goes to those after it.
    """
    papers = [p for p in found.papers if p.sentences][:most_papers]
    weights = [max(p.score, _LEAST_SCORE) ** 2 for p in papers]
    made: list[Source] = []
    left = _CHARS
    for at, paper in enumerate(papers):
        sentences, used = _bearing(paper, int(left * weights[at] / sum(weights[at:])))
        left -= used
        made.append(Source(paper.abstract, sentences, _purpose(query, paper)))
    return tuple(made)


def _bearing(paper: PaperEvidence, share: int) -> tuple[tuple[int, ...], int]:
    """The paper's best sentences that fit its share, in the abstract's order, and how many characters they have."""
    chosen: list[int] = []
    used = 0
    for evidence in paper.sentences[:_MOST_SENTENCES]:
        length = len(evidence.text)
        if len(chosen) >= _LEAST_SENTENCES and used + length > share:
            break
        chosen.append(evidence.index)
        used += length
    return tuple(sorted(chosen)), used


def _purpose(query: Query, paper: PaperEvidence) -> str:
    """The named system that the paper is the source for, else the part of a question in parts that it bears on most."""
    for name in query.names:
        if name_key(name) in paper.abstract.own.keys:
            return name
    if len(query.parts) < 2:
        return ""
    said = {t for e in paper.sentences for t in e.abstract.sentences[e.index].terms} | set(paper.abstract.title_terms)
    shares = {part.text: _share(part.text, said) for part in query.parts}
    best = max(shares, key=lambda text: shares[text])
    return best if shares[best] > 0 else ""


def _share(text: str, said: set[str]) -> float:
    asked = set(terms(text)) - STOP_TERMS
    return len(asked & said) / max(len(asked), 1)
