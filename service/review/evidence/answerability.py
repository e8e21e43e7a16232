"""Answerability: the probability that a sentence answers a question, and three outcomes for the question."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.annotate import AnnotatedAbstract, AnnotatedSentence, Quantity
from service.annotate.names import mentioned_names, name_key
from service.review.evidence.calibration import (
    ANSWERED,
    COEFFICIENTS,
    HELD,
    HELD_LIST,
    MOST_OF_TOPIC,
    OWN_WORDS,
    SUBJECT,
    UNSAID,
)
from service.review.evidence.corpus import Corpus, Vectors
from service.review.evidence.model import Answerability, Evidence, Found, PaperEvidence
from service.review.evidence.weights import Weighted, covered, held_terms, share, weighted_words
from service.review.question import ExpectedAnswer, Query, SubQuestion
from service.review.question.content import content_words
from service.review.question.expected import asked_for, asked_kind
from service.review.question.named_systems import asks_of_unknown
from service.text.terms import terms
from service.vocabulary import SCAFFOLDING

DECIDING: Final = 5
"""Papers, best first, whose sentences decide whether the question is answered."""
_NEAR: Final = 3
"""Search terms within which two neighbours of the question stand together in a sentence."""
_TELLS: Final = 0.3
"""Weight from which on a word that is in no sentence of a paper counts as missing there."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is looked for: the question's weighted words, its vector, and the kind of thing it asks for.

    `counted`: stems of what is to be counted. `figures`: numbers that the question itself holds. `named`: for the key
    of each word, and of each system that is named, the words that it is written in, in small letters.
    """

    words: tuple[Weighted, ...]
    named: Mapping[str, frozenset[str]]
    vector: Vectors
    number: bool
    polar: bool
    counted: frozenset[str]
    figures: frozenset[str]


def answerability(
    corpus: Corpus, query: Query, scored: Sequence[Sequence[PaperEvidence]], *, most_papers: int, unknown: Sequence[str]
) -> Found:
    """The papers of all parts, best first, each sentence with its probability of answering, and the outcome.

    `scored` holds the candidates of each part of the query. Where nothing answers, it is uncertain as long as the
    corpus speaks of the subject; else a part without an answer is `missing`. `unknown` names are in no paper:
    nothing answers a part that is about one.
    """
    strange = about_unknown(query, unknown)
    judged = [
        [_silenced(paper) for paper in papers] if about else _judged(corpus, part, papers)
        for part, papers, about in zip(query.parts, scored, strange, strict=True)
    ]
    best = [max((e.answers for paper in papers[:DECIDING] for e in paper.sentences), default=0.0) for papers in judged]
    p_answered = max(best, default=0.0)
    coined = [coined_keys(part, papers) for part, papers in zip(query.parts, judged, strict=True)]
    held = not all(strange) and (any(coined) or p_subject(subject_features(corpus, query, judged)) >= least_held(query))
    status = outcome(p_answered, held=held)
    unsaid = [
        status == "not_in_corpus"
        or about
        or (status == "answered" and p < ANSWERED and not _in_context(corpus, query, part, judged))
        for part, about, p in zip(query.parts, strange, best, strict=True)
    ]
    missing = [
        _in_full(part, keys) for part, keys, is_unsaid in zip(query.parts, coined, unsaid, strict=True) if is_unsaid
    ]
    return Found(status, _merged(judged)[:most_papers], tuple(missing), tuple(unknown), p_answered)


def _in_context(corpus: Corpus, query: Query, part: SubQuestion, judged: Sequence[Sequence[PaperEvidence]]) -> bool:
    """Whether papers that answer another part may answer this one, which rules cut off from its subject.

    They have to hold every name in it, for a number in the sentence that states one, and some of its own words, and to
    count what it asks the number of.
    """
    if query.by_model:
        return False
    alone = asked(corpus, part)
    within = replace(asked(corpus, replace(part, text=query.subject)), number=alone.number, polar=alone.polar)
    heads = {word.casefold() for word in asked_for(part.text)} if alone.number else set()
    own = [w for w in alone.words if w.word.casefold() not in SCAFFOLDING | heads]
    named = frozenset(t for name in mentioned_names(part.text) for t in terms(name))
    counts = bool(alone.counted) and "how many" in part.text.casefold()
    for paper in (p for papers in judged for p in papers[:DECIDING]):
        if not any(e.answers >= ANSWERED for e in paper.sentences) or not named <= held_terms(paper.abstract):
            continue
        counted = any(_counts(q, alone) for e in paper.sentences for q in paper.abstract.sentences[e.index].quantities)
        if share(own, covered(own, held_terms(paper.abstract))) < OWN_WORDS or (counts and not counted):
            continue
        pairs = zip(paper.sentences, probabilities(features(within, paper)), strict=True)
        if any(p >= UNSAID and _may_state(alone, named, e) for e, p in pairs):
            return True
    return False


def _may_state(wanted: Asked, named: frozenset[str], evidence: Evidence) -> bool:
    """Whether a sentence states a number of what is named, where a number is asked for."""
    sentence = evidence.abstract.sentences[evidence.index]
    return not wanted.number or (bool(sentence.quantities) and named <= frozenset(sentence.terms))


def several_speak(corpus: Corpus, query: Query, found: Found) -> Answerability:
    """The outcome for a text over several papers: as for an answer, but sure only where two hold most of the topic."""
    words = weighted_words(corpus, " ".join(part.text for part in query.parts))
    shares = [share(words, covered(words, held_terms(p.abstract))) for p in found.papers]
    most = sum(s >= MOST_OF_TOPIC for s in shares)
    return "uncertain" if found.status == "answered" and most < min(2, len(shares)) else found.status


def about_unknown(query: Query, unknown: Sequence[str]) -> list[bool]:
    """For each part whether it is about a name that no paper holds. Of a comparison one side that is held is enough.

    A part that rules have cut off and that names nothing is about what the part before is about.
    """
    found: list[bool] = []
    for part in query.parts:
        if found and found[-1] and not part.names and not query.by_model:
            found.append(True)
            continue
        one_held = part.expects is ExpectedAnswer.COMPARISON and not set(part.names) <= set(unknown)
        found.append(not one_held and asks_of_unknown(part.text, part.names, unknown))
    return found


def _silenced(paper: PaperEvidence) -> PaperEvidence:
    return replace(paper, sentences=tuple(replace(e, answers=0.0) for e in paper.sentences))


def outcome(p_answered: float, *, held: bool) -> Answerability:
    """The outcome of a question whose best sentence answers it so probably; `held`: its subject is spoken of."""
    return "not_in_corpus" if not held else "answered" if p_answered >= ANSWERED else "uncertain"


def subject_features(corpus: Corpus, query: Query, judged: Sequence[Sequence[PaperEvidence]]) -> tuple[float, float]:
    """How near the first papers come to what is asked about: the best sentence's cosine, the best paper's coverage."""
    deciding = [paper for papers in judged for paper in papers[:DECIDING]]
    vector, words = corpus.embed([query.subject])[0], weighted_words(corpus, query.subject)
    cosines = (float(p.vectors[e.index] @ vector) for p in deciding for e in p.sentences)
    shares = (share(words, covered(words, held_terms(p.abstract))) for p in deciding)
    return max(cosines, default=0.0), max(shares, default=0.0)


def least_held(query: Query) -> float:
    """The probability of `p_subject` below which the corpus does not hold what the query is about."""
    return HELD_LIST if query.expects is ExpectedAnswer.LIST else HELD


def p_subject(row: tuple[float, float]) -> float:
    """The calibrated probability that the corpus speaks of the subject."""
    intercept, *slopes = SUBJECT.values()
    return 1.0 / (1.0 + math.exp(-intercept - sum(s * v for s, v in zip(slopes, row, strict=True))))


def _in_full(part: SubQuestion, coined: Collection[str]) -> str:
    """A part's text, headed by the systems of the corpus that it says "it" for."""
    unsaid = [n for n in part.names if name_key(n) in coined and n.casefold() not in part.text.casefold()]
    return f"{', '.join(unsaid)}: {part.text}" if unsaid else part.text


def asked(corpus: Corpus, part: SubQuestion) -> Asked:
    """What a part of a question looks for."""
    words = weighted_words(corpus, part.text)
    kind = asked_kind(part.text)
    return Asked(
        words=words,
        named={
            name_key(name): frozenset(w.casefold() for w in content_words(name))
            for name in (*(w.word for w in words), *part.names)
        },
        vector=corpus.embed([part.text])[0],
        number=kind in ("number", "time"),
        polar=kind == "yes_no",
        counted=frozenset(t for word in asked_for(part.text) for t in terms(word)) if kind == "number" else frozenset(),
        figures=frozenset(t for t in terms(part.text) if t[0].isdigit()),
    )


def features(wanted: Asked, paper: PaperEvidence) -> NDArray[np.float64]:
    """(sentences, features) of a paper, rows as `paper.sentences`, columns as `COEFFICIENTS` without the intercept.

    The names that the paper coins count as said in each of its sentences: an abstract says "we" and "the method".
    """
    own = _own(wanted, paper.abstract)
    by_paper = np.maximum(covered(wanted.words, held_terms(paper.abstract)), own)
    lacking = sum(w.weight > _TELLS and not c for w, c in zip(wanted.words, by_paper, strict=True))
    rows = []
    for evidence in paper.sentences:
        sentence = paper.abstract.sentences[evidence.index]
        states = any(q.value not in wanted.figures for q in sentence.quantities)
        rows.append(
            (
                share(wanted.words, np.maximum(covered(wanted.words, frozenset(sentence.terms)), own)),
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


def _own(wanted: Asked, abstract: AnnotatedAbstract) -> NDArray[np.float32]:
    """For each word that is looked for 1 where it belongs to a name that the paper coins, else 0."""
    said = {word for key in wanted.named.keys() & abstract.own.keys for word in wanted.named[key]}
    return np.array([float(w.word.casefold() in said) for w in wanted.words], np.float32)


def probabilities(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calibrated probability of each row of features."""
    coefficients = np.array(list(COEFFICIENTS.values()))
    logits = coefficients[0] + rows @ coefficients[1:]
    return np.array([1.0 / (1.0 + math.exp(-logit)) for logit in logits])


def _judged(corpus: Corpus, part: SubQuestion, papers: Sequence[PaperEvidence]) -> list[PaperEvidence]:
    """The papers with the probability that each sentence answers the part."""
    wanted = asked(corpus, part)
    coined = coined_keys(part, papers)
    judged = []
    for paper in papers:
        rows = features(wanted, paper)
        answers = probabilities(rows) * speaks(paper, coined) if wanted.words else np.zeros(len(rows))
        sentences = (replace(e, answers=float(p)) for e, p in zip(paper.sentences, answers, strict=True))
        judged.append(replace(paper, sentences=tuple(sentences)))
    return judged


def coined_keys(part: SubQuestion, papers: Sequence[PaperEvidence]) -> frozenset[str]:
    """The keys of those systems a part names, or carries over by "it", that one of the papers coins."""
    keys = {name_key(name) for name in part.names}
    return frozenset(keys & {key for paper in papers for key in paper.abstract.own.keys})


def speaks(paper: PaperEvidence, coined: frozenset[str]) -> NDArray[np.bool_]:
    """Whether each sentence speaks of a system that is asked about: every one of a paper that coins it, and of
    another paper those that mention it; what others say of themselves answers nothing about it."""
    if not coined or coined & paper.abstract.own.keys:
        return np.ones(len(paper.sentences), np.bool_)
    names = (paper.abstract.sentences[e.index].names for e in paper.sentences)
    return np.array([any(name_key(n) in coined for n in said) for said in names], np.bool_)


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
    for new in other.sentences:
        old = by_index[new.index]
        better = max(new.relevance, old.relevance), max(new.answers, old.answers)
        by_index[new.index] = replace(old, relevance=better[0], answers=better[1])
    sentences = tuple(sorted(by_index.values(), key=lambda e: (-e.relevance, e.index)))
    return replace(one, sentences=sentences, score=max(one.score, other.score))
