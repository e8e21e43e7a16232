"""Answerability: the probability that a sentence answers a question, and three outcomes for the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.annotate import AnnotatedSentence, Quantity
from service.review.evidence.calibration import ANSWERED, COEFFICIENTS, LISTED, UNCERTAIN
from service.review.evidence.corpus import Corpus, Vectors
from service.review.evidence.model import Answerability, Evidence, Found, PaperEvidence
from service.review.evidence.weights import Weighted, covered, held_terms, share, weighted_words
from service.review.question import ExpectedAnswer, Query, SubQuestion
from service.review.question.expected import asked_for, asked_kind
from service.text.terms import terms

DECIDING: Final = 5
"""Papers, best first, whose sentences decide whether the question is answered."""
_NEAR: Final = 3
"""Search terms within which two neighbours of the question stand together in a sentence."""
_TELLS: Final = 0.3
"""Weight from which on a word that is in no sentence of a paper counts as missing there."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is looked for: the question's weighted words, its vector, and the kind of thing it asks for.

    `counted`: stems of what is to be counted. `figures`: numbers that the question itself holds.
    """

    words: tuple[Weighted, ...]
    vector: Vectors
    number: bool
    polar: bool
    counted: frozenset[str]
    figures: frozenset[str]


def answerability(
    corpus: Corpus, query: Query, scored: Sequence[Sequence[PaperEvidence]], *, most_papers: int, unknown: Sequence[str]
) -> Found:
    """The papers of all parts, best first, each sentence with its probability of answering, and the outcome.

    `scored` holds the candidates of each part of the query. A part without an answer is `missing`.
    """
    judged = [_judged(corpus, part, papers) for part, papers in zip(query.parts, scored, strict=True)]
    best = [max((e.answers for paper in papers[:DECIDING] for e in paper.sentences), default=0.0) for papers in judged]
    p_answered = max(best, default=0.0)
    status = outcome(p_answered)
    if status == "not_in_corpus" and any(
        part.expects is ExpectedAnswer.LIST and _covers(corpus, part, papers)
        for part, papers in zip(query.parts, judged, strict=True)
    ):
        status = "uncertain"
    missing = [part.text for part, p in zip(query.parts, best, strict=True) if p < ANSWERED]
    return Found(status, _merged(judged)[:most_papers], tuple(missing), tuple(unknown), p_answered)


def outcome(p_answered: float) -> Answerability:
    """The outcome of a question whose best sentence answers it with this probability."""
    return "answered" if p_answered >= ANSWERED else "uncertain" if p_answered >= UNCERTAIN else "not_in_corpus"


def _covers(corpus: Corpus, part: SubQuestion, papers: Sequence[PaperEvidence]) -> bool:
    """Whether some paper covers enough of a list question's words for its passages to be shown as uncertain."""
    words = weighted_words(corpus, part.text)
    return any(share(words, covered(words, held_terms(p.abstract))) >= LISTED for p in papers[:DECIDING])


def asked(corpus: Corpus, part: SubQuestion) -> Asked:
    """What a part of a question looks for."""
    words = weighted_words(corpus, part.text)
    kind = asked_kind(part.text)
    return Asked(
        words=words,
        vector=corpus.embed([part.text])[0],
        number=kind in ("number", "time"),
        polar=kind == "yes_no",
        counted=frozenset(t for word in asked_for(part.text) for t in terms(word)) if kind == "number" else frozenset(),
        figures=frozenset(t for t in terms(part.text) if t[0].isdigit()),
    )


def features(wanted: Asked, paper: PaperEvidence) -> NDArray[np.float64]:
    """(sentences, features) of a paper, rows as `paper.sentences`, columns as `COEFFICIENTS` without the intercept."""
    by_paper = covered(wanted.words, held_terms(paper.abstract))
    lacking = sum(w.weight > _TELLS and not c for w, c in zip(wanted.words, by_paper, strict=True))
    rows = []
    for evidence in paper.sentences:
        sentence = paper.abstract.sentences[evidence.index]
        states = any(q.value not in wanted.figures for q in sentence.quantities)
        rows.append(
            (
                share(wanted.words, covered(wanted.words, frozenset(sentence.terms))),
                share(wanted.words, by_paper),
                float(lacking),
                _pairs(wanted.words, sentence),
                float(paper.vectors[evidence.index] @ wanted.vector),
                float(wanted.number),
                float(wanted.number and not states),
                float(any(_counts(q, wanted) for q in sentence.quantities)),
                float(wanted.polar),
            )
        )
    return np.array(rows, np.float64).reshape(len(rows), len(COEFFICIENTS) - 1)


def probabilities(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calibrated probability of each row of features."""
    coefficients = np.array(list(COEFFICIENTS.values()))
    logits = coefficients[0] + rows @ coefficients[1:]
    return np.array([1.0 / (1.0 + math.exp(-logit)) for logit in logits])


def _judged(corpus: Corpus, part: SubQuestion, papers: Sequence[PaperEvidence]) -> list[PaperEvidence]:
    """The papers with the probability that each sentence answers the part."""
    wanted = asked(corpus, part)
    judged = []
    for paper in papers:
        rows = features(wanted, paper)
        answers = probabilities(rows) if wanted.words else np.zeros(len(rows))
        sentences = (replace(e, answers=float(p)) for e, p in zip(paper.sentences, answers, strict=True))
        judged.append(replace(paper, sentences=tuple(sentences)))
    return judged


def _pairs(words: Sequence[Weighted], sentence: AnnotatedSentence) -> float:
    """The share of neighbours in the question that also stand together, in order, in the sentence."""
    places = [[i for i, term in enumerate(sentence.terms) if term in word.terms] for word in words]
    together = [any(0 < j - i <= _NEAR for i in left for j in right) for left, right in pairwise(places)]
    return sum(together) / max(len(together), 1)


def _counts(quantity: Quantity, wanted: Asked) -> bool:
    return quantity.counted in wanted.counted


def _merged(judged: Sequence[Sequence[PaperEvidence]]) -> tuple[PaperEvidence, ...]:
    """Each paper once, best first, its sentences with the better of their scores for two parts."""
    merged: dict[str, PaperEvidence] = {}
    for paper in (p for papers in judged for p in papers):
        known = merged.get(paper.paper.paper_id)
        merged[paper.paper.paper_id] = paper if known is None else _joined(known, paper)
    return tuple(sorted(merged.values(), key=lambda p: -p.score))


def _joined(one: PaperEvidence, other: PaperEvidence) -> PaperEvidence:
    by_index: dict[int, Evidence] = {e.index: e for e in one.sentences}
    for evidence in other.sentences:
        if evidence.relevance > by_index[evidence.index].relevance:
            by_index[evidence.index] = evidence
    sentences = tuple(sorted(by_index.values(), key=lambda e: (-e.relevance, e.index)))
    return replace(one, sentences=sentences, score=max(one.score, other.score))
