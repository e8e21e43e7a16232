"""A sentence against one paper's abstract: the best quotes are found and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from service.records import Citation, Paper, Span
from service.review.checking.records import Verdict
from service.review.corpus import Corpus
from service.review.evidence import Candidate, score
from service.review.judgement import Judgement, judge

READ_QUOTES = 4  # a paper; an abstract has about nine sentences
_PAIRED = 3
# `judge` is a gate's: it objects at once. Here a paper is only said to contradict where one of its sentences shares so
# much of the claim's words; bench/check.py has the figures.
LEAST_SHARED = 0.5
_RANK = {"supported": 3, "partial": 2, "contradicted": 1, "unsupported": 0}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one paper says of a claim. `spans` are its quotes; `near` is the best one's relevance, about [0, 1]."""

    paper: Paper
    verdict: Verdict
    reason: str | None
    spans: tuple[Span, ...]
    score: float
    near: float

    def citations(self) -> tuple[Citation, ...]:
        """The quotes, without labels as yet."""
        abstract, paper_id = self.paper.abstract, self.paper.paper_id
        return tuple(Citation("", paper_id, abstract[s.start : s.end], s.start, s.end) for s in self.spans)


def findings(corpus: Corpus, text: str, papers: Sequence[Paper]) -> list[Finding]:
    """What each paper says, in their order; papers without a sentence that may be quoted are left out."""
    return [_finding(text, candidate) for candidate in score(corpus, papers, text, ())]


def _finding(text: str, candidate: Candidate) -> Finding:
    order = sorted(range(len(candidate.sentences.spans)), key=lambda i: -float(candidate.relevance[i]))[:READ_QUOTES]
    judged: list[tuple[tuple[int, ...], Judgement]] = [((i,), _judged(text, candidate, (i,))) for i in order]
    if not any(j.verdict == "supported" for _, j in judged):
        judged += [(pair, _judged(text, candidate, pair)) for pair in combinations(order[:_PAIRED], 2)]
        judged.append((tuple(order[:_PAIRED]), _judged(text, candidate, order[:_PAIRED])))
    chosen, judgement = max(judged, key=lambda found: _rank(*found))
    if _RANK[judgement.verdict] < 2:
        # What is nearest shows best what the abstract says instead.
        single = [(c, j) for c, j in judged if len(c) == 1]
        contrary = [(c, j) for c, j in single if j.verdict == "contradicted" and j.score >= LEAST_SHARED]
        chosen, judgement = contrary[0] if contrary else (judged[0][0], _mildest(judged))
    return Finding(
        paper=candidate.paper,
        verdict=_verdict(judgement),
        reason=judgement.reason,
        spans=tuple(candidate.sentences.spans[i] for i in sorted(chosen)),
        score=judgement.score,
        near=float(candidate.relevance[order[0]]),
    )


def _judged(text: str, candidate: Candidate, chosen: Sequence[int]) -> Judgement:
    return judge(text, [candidate.sentences.text(i) for i in sorted(chosen)], [candidate.paper])


def _rank(chosen: tuple[int, ...], judgement: Judgement) -> tuple[int, int, float]:
    return _RANK[judgement.verdict], -len(chosen), judgement.score


def _mildest(judged: Sequence[tuple[tuple[int, ...], Judgement]]) -> Judgement:
    nearest = judged[0][1]
    return Judgement("unsupported", nearest.reason, nearest.score)


def _verdict(judgement: Judgement) -> Verdict:
    if judgement.verdict == "supported":
        return "supported"
    if judgement.verdict == "partial":
        return "partly"
    return "contradicted" if judgement.verdict == "contradicted" else "not_in_corpus"
