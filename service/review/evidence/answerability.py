"""Whether what was found answers: one calibrated probability a sentence, three outcomes a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.review.evidence.corpus import Corpus
from service.review.evidence.model import Answerability, Evidence, Found, PaperEvidence
from service.review.evidence.weights import covered, share, weighted_words
from service.review.question import Query


def answerability(
    corpus: Corpus, query: Query, scored: Sequence[Sequence[PaperEvidence]], *, most_papers: int, unknown: Sequence[str]
) -> Found:
    """The papers of all parts, best first, each sentence with its probability of answering; and the status."""
    merged: dict[str, PaperEvidence] = {}
    best: list[float] = []
    missing: list[str] = []
    for part, papers in zip(query.parts, scored, strict=True):
        words = weighted_words(corpus, part.text)
        judged = [_judged(words, found) for found in papers]
        best.append(max((e.answers for p in judged for e in p.sentences), default=0.0))
        if best[-1] < 0.5:
            missing.append(part.text)
        for found in judged:
            known = merged.get(found.paper.paper_id)
            merged[found.paper.paper_id] = found if known is None else _joined(known, found)
    papers_kept = tuple(sorted(merged.values(), key=lambda p: -p.score)[:most_papers])
    p_answered = max(best, default=0.0)
    status: Answerability = "answered" if p_answered >= 0.7 else "uncertain" if p_answered >= 0.35 else "not_in_corpus"
    return Found(status, papers_kept, tuple(missing), tuple(unknown), p_answered)


def _judged(words: Sequence, found: PaperEvidence) -> PaperEvidence:  # type: ignore[type-arg]
    held = frozenset(found.abstract.title_terms).union(*(s.terms for s in found.abstract.sentences))
    by_paper = share(words, covered(words, held))

    def answers(evidence: Evidence) -> float:
        sentence = found.abstract.sentences[evidence.index]
        return 0.5 * by_paper + 0.5 * share(words, covered(words, frozenset(sentence.terms)))

    return replace(found, sentences=tuple(replace(e, answers=answers(e)) for e in found.sentences))


def _joined(one: PaperEvidence, other: PaperEvidence) -> PaperEvidence:
    """One paper's evidence for two parts: each sentence with the better of its scores."""
    by_index: dict[int, Evidence] = {}
    for evidence in (*one.sentences, *other.sentences):
        known = by_index.get(evidence.index)
        if known is None or evidence.relevance > known.relevance:
            by_index[evidence.index] = evidence
    sentences = tuple(sorted(by_index.values(), key=lambda e: (-e.relevance, e.index)))
    return replace(one, sentences=sentences, score=max(one.score, other.score))
