"""Sentence selection for an extractive answer: which sentence answers, and which support it, by kind of question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.annotate import AnnotatedSentence, RhetoricalRole
from service.annotate.names import name_key
from service.review.evidence.calibration import ANSWERED, NEAR_PAPER
from service.review.evidence.model import Evidence, Found, PaperEvidence
from service.review.question.model import ExpectedAnswer, Query
from service.text.terms import STOP_TERMS, terms
from service.vocabulary.function_words import ANAPHORIC

_NEAR: Final = 0.7
"""Of the best sentence's relevance, for a sentence to support it. Over 90 answerable development questions (claims/, n
even, 2026-11): .5 shows the right sentence for .91 with 2.7 sentences, .7 for .90 with 2.1, .8 for .89 with 1.8; with
the sentence after the best where it refers back, .7 shows it for .91."""
_NEAR_NUMBER: Final = 0.9
"""The same for a sentence with a quantity to go before the best one: .767 best ones right, at .7 .756, at .5 .744."""
_SUPPORT: Final = 2  # further sentences of a paper
_MOST_PAPERS: Final = 8
_SIDE: Final = 3  # sentences of each side of a comparison
_HEAD: Final = 4  # words in which a sentence refers back to the one before it


def sentences_for(query: Query, found: Found, *, most: int) -> list[Evidence]:
    """At most `most` sentences in reading order: those that answer best, then support by paper.

    Where it is not sure that they answer, or no single fact is asked for, they are of all papers about as near as the
    best, a sentence of each but the best.
    """
    papers = _speaking(query, found)
    compared = sides(query, found) if query.expects is ExpectedAnswer.COMPARISON else []
    if len(compared) > 1:
        each = max(1, min(_SIDE, most // len(compared)))
        return [e for side in compared for e in _side(query, side, each)][:most]
    if not papers:
        return []
    chosen = _with_support(query, papers[0], _SUPPORT)
    broad = query.expects in (ExpectedAnswer.EXPLANATION, ExpectedAnswer.COMPARISON)
    further = 1 if broad and found.status == "answered" else 0
    for paper in papers[1:_MOST_PAPERS]:
        near = paper.score >= NEAR_PAPER * papers[0].score
        if near and (broad or found.status != "answered" or paper.best.answers >= ANSWERED):
            chosen += _with_support(query, paper, further)
    return chosen[:most]


def _speaking(query: Query, found: Found) -> list[PaperEvidence]:
    """The papers with sentences; of a question that names systems those that coin one or mention the most of them."""
    papers = [p for p in found.papers if p.sentences]
    wanted = {name_key(name) for name in query.names}
    counts = [len(wanted & _mentioned(p)) for p in papers]
    most = max(counts, default=0)
    if not most:
        return papers
    return [p for p, n in zip(papers, counts, strict=True) if n == most or wanted & p.abstract.own.keys]


def _mentioned(paper: PaperEvidence) -> set[str]:
    return {name_key(name) for s in paper.abstract.sentences for name in s.names} | paper.abstract.own.keys


def leading(query: Query, paper: PaperEvidence) -> Evidence:
    """The sentence that answers best; for a number one with a quantity of what was asked, if one is about as near."""
    if query.expects is not ExpectedAnswer.NUMBER:
        return paper.best
    asked = frozenset(terms(query.text)) - STOP_TERMS
    near = [e for e in paper.sentences if e.relevance >= _NEAR_NUMBER * paper.best.relevance]
    return max(near, key=lambda e: _counts(e, asked))  # of equals the first, which is the best


def sides(query: Query, found: Found) -> list[PaperEvidence]:
    """The papers that a comparison sets side by side: those of the systems it names, else all that answer."""
    named = named_sides(query.names, found)
    return named if len(named) > 1 else [p for p in _speaking(query, found) if p.best.answers >= ANSWERED]


def named_sides(names: Sequence[str], found: Found) -> list[PaperEvidence]:
    """The papers of the systems of these names, in their order: that coins it, else that says it in most sentences."""
    papers = [p for p in found.papers if p.sentences]
    named: list[PaperEvidence] = []
    for key in map(name_key, names):
        coining = next((p for p in papers if key in p.abstract.own.keys), None)
        others = {name_key(n) for n in names} - {key}
        free = [p for p in papers if not others & p.abstract.own.keys and key in _mentioned(p)]
        paper = coining or max(free, key=lambda p: _says(p, key), default=None)
        if paper is not None and paper not in named:
            named.append(paper)
    return named


def _says(paper: PaperEvidence, key: str) -> int:
    return sum(key in map(name_key, s.names) for s in paper.abstract.sentences)


def _side(query: Query, paper: PaperEvidence, most: int) -> list[Evidence]:
    """Sentences of one side: the nearest to each aspect asked for, then the nearest of each rhetorical role."""
    chosen: list[Evidence] = []
    for aspect in query.aspects:
        wanted = frozenset(terms(aspect)) - STOP_TERMS
        chosen += [e for e in paper.sentences if wanted & set(sentence_of(e).terms) and e not in chosen][:1]
    told = [e for e in paper.sentences if sentence_of(e).role is not RhetoricalRole.PROBLEM]
    for evidence in told or paper.sentences:
        if sentence_of(evidence).role not in {sentence_of(e).role for e in chosen}:
            chosen.append(evidence)
    return sorted(chosen[:most], key=lambda e: e.index)


def _with_support(query: Query, paper: PaperEvidence, most: int) -> list[Evidence]:
    """The best sentence of a paper, then at most `most` that are about as near, and those it hangs together with.

    Where a number is asked, a sentence with one is there even if it is not near. Results come before methods where
    results are asked, otherwise the abstract's order holds. (Background is not left out: .922 to .889 right shown.)
    """
    lead = leading(query, paper)
    by_index = {e.index: e for e in paper.sentences}
    before, after = by_index.get(lead.index - 1), by_index.get(lead.index + 1)
    opening = [before] if before is not None and _refers_back(lead, 1) else []
    others = [e for e in paper.sentences if e not in (lead, *opening)]
    support = [e for e in others if e.relevance >= _NEAR * paper.best.relevance][:most]
    if after is not None and after not in support and _refers_back(after, _HEAD):
        support.append(after)
    if most and query.expects is ExpectedAnswer.NUMBER and not any(sentence_of(e).quantities for e in (lead, *support)):
        support += [e for e in others if sentence_of(e).quantities][:1]
    if most and len(query.parts) > 1:  # each part has its answer
        answers = [e for e in others if e.answers >= ANSWERED and e not in support]
        support += answers[: len(query.parts) - 1]
    results_first = query.expects in (ExpectedAnswer.NUMBER, ExpectedAnswer.YES_NO)
    support.sort(key=lambda e: (results_first and sentence_of(e).role is not RhetoricalRole.RESULT, e.index))
    return [*opening, lead, *support]


def _refers_back(evidence: Evidence, head: int) -> bool:
    """Whether one of the first `head` words points back at the sentence before."""
    return any(word.strip(",;:").casefold() in ANAPHORIC for word in evidence.text.split()[:head])


def _counts(evidence: Evidence, asked: frozenset[str]) -> int:
    """2 for a quantity of what was asked, 1 for any other quantity, 0 for none."""
    return max((2 if {q.counted, q.unit} & asked else 1 for q in sentence_of(evidence).quantities), default=0)


def sentence_of(evidence: Evidence) -> AnnotatedSentence:
    """The annotated sentence behind a piece of evidence."""
    return evidence.abstract.sentences[evidence.index]
