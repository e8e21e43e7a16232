"""A sentence against one paper's abstract: the best quotes are found and judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from service.records import Citation, Paper, Span
from service.review.checking.records import Verdict
from service.review.corpus import Corpus
from service.review.faithful.carrying import carried
from service.review.faithful.figures import figures, strange_figure
from service.review.faithful.wording import sentences_of
from service.review.judgement import Judgement, judge, names_of, without_names
from service.review.old_evidence import Candidate, score
from service.text.normal import for_search
from service.text.terms import terms

READ_QUOTES = 4  # a paper; an abstract has about nine sentences
_PAIRED = 3
# `judge` is a gate's: it objects at once, and in doubt. A writer is told that a paper contradicts only where one of its
# sentences has so much of the claim's words, and that it does not say it only where none comes near in meaning or
# words, the paper's own name aside; what lies between is partly supported. Figures: bench/check.py, docs/adr/0014.
LEAST_SHARED = 0.75
LEAST_NEAR = 0.6
LEAST_NEAR_SHARED = 0.2
CLOSE = "the abstract says something close; compare the two"
_OPPOSITE = re.compile(r"the opposite of '([^']{1,40})'")
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
    return [_finding(text, candidate) for candidate in score(corpus, papers, _nameless(text, papers), ())]


def supporting(corpus: Corpus, text: str, papers: Sequence[Paper]) -> list[Finding]:
    """Of papers that are not cited those of which one of the two nearest sentences supports the whole text."""
    found = []
    for candidate in score(corpus, papers, text, ()):
        for i in sorted(range(len(candidate.sentences.spans)), key=lambda i: -float(candidate.relevance[i]))[:2]:
            share = shared(text, candidate.sentences.text(i))
            if share >= LEAST_SHARED and _judged(text, candidate, (i,)).verdict == "supported":
                span = candidate.sentences.spans[i]
                found.append(Finding(candidate.paper, "supported", None, (span,), share, float(candidate.relevance[i])))
                break
    return found


def _finding(text: str, candidate: Candidate) -> Finding:
    order = sorted(range(len(candidate.sentences.spans)), key=lambda i: -float(candidate.relevance[i]))[:READ_QUOTES]
    judged: list[tuple[tuple[int, ...], Judgement]] = [((i,), _judged(text, candidate, (i,))) for i in order]
    if not any(j.verdict == "supported" for _, j in judged):
        judged += [(pair, _judged(text, candidate, pair)) for pair in combinations(order[:_PAIRED], 2)]
        judged.append((tuple(order[:_PAIRED]), _judged(text, candidate, order[:_PAIRED])))
    chosen, judgement = max(judged, key=lambda found: _rank(*found))
    verdict: Verdict = "supported" if judgement.verdict == "supported" else "partly"
    reason = judgement.reason
    if _RANK[judgement.verdict] < 2:
        chosen, verdict, reason = _against(text, candidate, order, judged)
    return Finding(
        paper=candidate.paper,
        verdict=verdict,
        reason=reason,
        spans=tuple(candidate.sentences.spans[i] for i in sorted(chosen)),
        score=judgement.score,
        near=float(candidate.relevance[order[0]]),
    )


def _against(
    text: str, candidate: Candidate, order: Sequence[int], judged: Sequence[tuple[tuple[int, ...], Judgement]]
) -> tuple[tuple[int, ...], Verdict, str | None]:
    """For what no quotes support: contradicted, near, or not there, with the quote that shows it best."""
    bare = _nameless(text, [candidate.paper])
    for (i, *others), judgement in judged:
        quote = candidate.sentences.text(i)
        if others or shared(bare, quote) < LEAST_SHARED or _says_both(judgement.reason, quote):
            continue
        if judgement.verdict == "contradicted" or other_figure(text, quote, candidate.paper):
            return (i,), "contradicted", judgement.reason
    nearest = judged[0][1]
    quotes = " ".join(candidate.sentences.text(i) for i in sorted(order[:_PAIRED]))
    near = candidate.best >= LEAST_NEAR and shared(bare, quotes) >= LEAST_NEAR_SHARED
    if near and not strange_figure(for_search(text), for_search(quotes), names_of([candidate.paper])):
        return judged[0][0], "partly", f"{CLOSE}: {nearest.reason}"
    return judged[0][0], "not_in_corpus", nearest.reason


def _says_both(reason: str | None, quote: str) -> bool:
    """Whether a word whose opposite the quote is said to have stands in the quote as well ("from first to last")."""
    turned = _OPPOSITE.search(reason or "")
    return turned is not None and re.search(rf"\b{re.escape(turned[1])}\b", quote, re.IGNORECASE) is not None


def shared(text: str, quote: str) -> float:
    """The share of the text's content words that a quote has, in [0, 1]."""
    return carried(for_search(text), sentences_of([quote]), "").words


def other_figure(text: str, quote: str, paper: Paper) -> bool:
    """Whether text and quote each have a figure that the other lacks: with the same words around it, it was changed."""
    own = {f.value for f in figures(names_of([paper]))}
    said, there = ({f.value for f in figures(for_search(t))} - own for t in (text, quote))
    return bool(said - there) and bool(there - said)


def _nameless(text: str, papers: Sequence[Paper]) -> str:
    """The text without its papers' names, which alone would bring it near to every sentence of theirs."""
    bare = without_names(text, papers)
    return bare if terms(bare) else text


def _judged(text: str, candidate: Candidate, chosen: Sequence[int]) -> Judgement:
    return judge(text, [candidate.sentences.text(i) for i in sorted(chosen)], [candidate.paper])


def _rank(chosen: tuple[int, ...], judgement: Judgement) -> tuple[int, int, float]:
    return _RANK[judgement.verdict], -len(chosen), judgement.score
