"""Retrieval for a query: candidate papers from every search, their best sentences, and whether they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import Final

from service.annotate import AnnotatedAbstract
from service.annotate.names import tokens
from service.records import Filters, Paper
from service.review.evidence.absence import absence
from service.review.evidence.answerability import answerability
from service.review.evidence.corpus import Corpus, Vectors
from service.review.evidence.model import Found, PaperEvidence
from service.review.evidence.sentences import score_sentences
from service.review.evidence.weights import covered, held_terms, share, weighted_words
from service.review.question import Query
from service.review.question.constraints import joined
from service.review.question.content import content_words
from service.review.question.named_systems import unknown_names
from service.text.normal import title_key
from service.text.terms import STOP_TERMS, terms

CANDIDATES: Final = 40
"""Papers whose sentences are scored by their words; a model is asked about no more."""
EMBEDDED: Final = 16
"""Papers whose sentences are compared by meaning too, at least. On LitSearch (2,258 papers, half that nothing was
chosen on) .815 of the papers wanted stand among the first 12 with 16 and with 40, .805 with 12."""
_LEAST_OF_A_PART: Final = 8
"""Of each part of a question, more than decide whether it is answered."""
_PER_SEARCH: Final = 40
_PER_NAME: Final = 8
_RANK_SMOOTHING: Final = 20
"""Reciprocal rank fusion: 1 / (20 + rank), so that the first of every search come before any search's tenth."""
_TITLE_RUN: Final = 2
"""Words of the question that stand side by side in a title: from so many on the title is what it names."""
_WHOLE: Final = 1.0
_FUSED: Final = 0.3
_FUSED_BY_MODEL: Final = 2.0
"""Of a paper's place in searches that a model wrote, which say more than the question's own words."""
_TITLE: Final = 0.3
_ABSENCE: Final = 0.15
"""For or against a paper that says that there is none, or some, of what the question wants none of."""


def find(
    corpus: Corpus, query: Query, *, most_papers: int, filters: Filters | None, embedded: int | None = None
) -> Found:
    """At most `most_papers` distinct papers with scored sentences, best first, and whether they answer the query.

    `embedded`: so many of them, all if `None`, have their sentences compared by meaning, but no fewer than 16; the
    rest, which a model is to choose from, by words.
    """
    scored = scored_candidates(
        corpus,
        query,
        most=max(CANDIDATES, most_papers),
        embedded=max(EMBEDDED, most_papers if embedded is None else embedded),
        filters=filters,
    )
    unknown = unknown_to(corpus, query, scored)
    return answerability(corpus, query, scored, most_papers=most_papers, unknown=unknown)


def unknown_to(corpus: Corpus, query: Query, scored: Sequence[Sequence[PaperEvidence]]) -> tuple[str, ...]:
    """What the query names and no paper speaks of, unless it is an author or a venue of what was found."""
    records = {word.casefold() for papers in scored[:1] for p in papers for word in _on_record(p.paper)}
    text = ". ".join(part.text for part in query.parts)
    return tuple(n for n in unknown_names(text, query.names, corpus) if n.casefold() not in records)


def _on_record(paper: Paper) -> list[str]:
    return tokens(" ".join((*paper.authors, paper.venue or "")))


def scored_candidates(
    corpus: Corpus, query: Query, *, most: int, embedded: int, filters: Filters | None
) -> list[list[PaperEvidence]]:
    """For each part of the query the same candidate papers, at most `most`, best for the part first.

    Scored twice: all of them by their words, then the best `embedded` by words and meaning. A sentence that no question
    came near before may have no vector yet, and to make one takes far longer than to count its words.
    """
    candidates = _candidates(corpus, query, joined(query.filters, filters))
    kept = [p for p in candidates if not query.left_out or not _is_left_out(p, query.left_out)]
    abstracts = corpus.annotated(kept[:most])
    standing = _standing(corpus, query, abstracts, candidates)
    by_words = _scored(corpus, query, abstracts, None, standing)
    best = _most_promising(by_words, embedded)
    read = [a for a in abstracts if a.paper.paper_id in best]
    by_meaning = _scored(corpus, query, read, corpus.vectors([a.paper for a in read]), standing)
    rest = ([p for p in papers if p.paper.paper_id not in best] for papers in by_words)
    return [[*first, *others] for first, others in zip(by_meaning, rest, strict=True)]


def _most_promising(by_words: Sequence[Sequence[PaperEvidence]], wanted: int) -> frozenset[str]:
    """Ids of the `wanted` papers that stand first for any part of the query, and of the first eight of each part."""
    found: dict[str, None] = {}
    for place, papers in enumerate(zip_longest(*by_words)):
        if place >= _LEAST_OF_A_PART and len(found) >= wanted:
            break
        for paper in papers:
            if paper is not None and (place < _LEAST_OF_A_PART or len(found) < wanted):
                found.setdefault(paper.paper.paper_id)
    return frozenset(found)


def _candidates(corpus: Corpus, query: Query, filters: Filters | None) -> dict[Paper, float]:
    """Papers with their fused rank in (0, 1], best first: those that coin a name, then the union of all searches."""
    lists: list[Sequence[Paper]] = []
    named = [corpus.named(name, n=_PER_NAME, filters=filters) for name in query.names]
    for text in _searches(query):
        lists.append([hit.paper for hit in corpus.search(text, k=_PER_SEARCH, filters=filters).hits])
    lists += [found.mentioned for found in named]
    fused: dict[str, float] = {}
    by_id: dict[str, Paper] = {}
    for ranked in lists:
        for rank, paper in enumerate(ranked):
            by_id.setdefault(paper.paper_id, paper)
            fused[paper.paper_id] = fused.get(paper.paper_id, 0.0) + 1.0 / (_RANK_SMOOTHING + rank)
    most = max(fused.values(), default=1.0)
    for paper in (p for found in named for p in found.coined):
        by_id.setdefault(paper.paper_id, paper)
        fused[paper.paper_id] = fused.get(paper.paper_id, 0.0) + most
    top = max(fused.values(), default=1.0)
    order = sorted(fused, key=lambda i: (-fused[i], i))
    return _distinct((by_id[i], fused[i] / top) for i in order)


def _searches(query: Query) -> tuple[str, ...]:
    queries = [q for part in query.parts for q in part.queries]
    return tuple(dict.fromkeys(q for q in (*(p.text for p in query.parts), *queries) if terms(q)))


def _distinct(ranked: Iterable[tuple[Paper, float]]) -> dict[Paper, float]:
    """One paper a title: of a preprint and its published version the better ranked."""
    kept: dict[Paper, float] = {}
    titles: set[str] = set()
    for paper, score in ranked:
        key = title_key(paper.title)
        if not key or key not in titles:
            titles.add(key)
            kept[paper] = score
    return kept


def _is_left_out(paper: Paper, left_out: Sequence[str]) -> bool:
    """Whether a paper's title holds every content word of a phrase that is left out."""
    held = set(terms(paper.title))
    phrases = ({t for w in content_words(phrase) for t in terms(w)[:1]} for phrase in left_out)
    return any(wanted and wanted <= held for wanted in phrases)


def _standing(
    corpus: Corpus, query: Query, abstracts: Sequence[AnnotatedAbstract], fused: Mapping[Paper, float]
) -> dict[str, float]:
    """What each paper, by its id, brings to every part of a question, which are mostly about one paper: its share of
    the whole question's words, its place in the searches, and what it says of what the question wants none of.
    """
    whole = weighted_words(corpus, query.subject)
    weight = _FUSED_BY_MODEL if query.by_model else _FUSED
    return {
        a.paper.paper_id: _WHOLE * share(whole, covered(whole, held_terms(a)))
        + weight * fused[a.paper]
        + _ABSENCE * absence(a, query.absent)
        for a in abstracts
    }


def _scored(
    corpus: Corpus,
    query: Query,
    abstracts: Sequence[AnnotatedAbstract],
    vectors: Sequence[Vectors] | None,
    standing: Mapping[str, float],
) -> list[list[PaperEvidence]]:
    """For each part the papers with their sentences scored for it, best paper first."""
    found: list[list[PaperEvidence]] = []
    for part in query.parts:
        scored = score_sentences(corpus, abstracts, vectors, part.text, part.expects)
        pairs = frozenset(pairwise(terms(part.text)))
        ranked = (replace(p, score=_paper_score(pairs, p, standing[p.paper.paper_id])) for p in scored)
        found.append(sorted(ranked, key=lambda p: -p.score))
    return found


def _paper_score(pairs: frozenset[tuple[str, str]], paper: PaperEvidence, standing: float) -> float:
    """How well a paper fits: its best sentence for the part, its `standing`, and whether the question says its title:
    `pairs` are the neighbouring terms of the part.
    """
    return paper.best.relevance + standing + _TITLE * _title_run(pairs, paper)


def _title_run(pairs: frozenset[tuple[str, str]], found: PaperEvidence) -> float:
    """How much of the title stands in the question word by word, in [0, 1]; 0 below two content words in a row."""
    title = found.abstract.title_terms
    best = run = 0
    for left, right in pairwise(title):
        run = run + (left not in STOP_TERMS or right not in STOP_TERMS) if (left, right) in pairs else 0
        best = max(best, run)
    return min((best + 1) / 3.0, 1.0) if best + 1 >= _TITLE_RUN and best else 0.0
