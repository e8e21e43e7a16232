"""The evidence `Corpus` of a few hand-made papers, in memory: real annotations, the bundled embedder unless told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count

import numpy as np

from service.annotate import AnnotatedAbstract, annotate
from service.annotate.names import mentioned_names, name_key
from service.index.chunking import Chunker
from service.index.embedding import Embedder, load_embedder
from service.records import Filters, Hit, Paper, Passage, SearchResult
from service.review.evidence.corpus import NamedPapers, Vectors
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

_numbers = count(1)


@cache
def _bundled() -> Embedder:
    return load_embedder(Settings())


def paper(title: str, abstract: str, *, paper_id: str = "", year: int | None = None) -> Paper:
    """A paper with an id of its own."""
    return Paper(title, abstract, paper_id or f"paper-{next(_numbers)}", year=year)


class MemoryCorpus:
    """Searched exactly: half the best sentence's cosine, half the share of the query's terms that a paper holds."""

    def __init__(self, papers: Iterable[Paper], *, embedder: Embedder | None = None) -> None:
        self._embedder = embedder or _bundled()
        self._chunker = Chunker()
        self._embedded: dict[str, Vectors] = {}
        self._annotated = {p.paper_id: annotate(p) for p in papers}
        self._terms = {i: frozenset(terms(f"{a.paper.title} {a.paper.abstract}")) for i, a in self._annotated.items()}

    def count(self) -> int:
        return len(self._annotated)

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:
        vector = self.embed([query])[0]
        hits = []
        for found in self._allowed(filters):
            rows = self.vectors([found.paper])[0]
            if not len(rows):
                continue
            cosines = rows @ vector
            best = int(np.argmax(cosines))
            score = min(1.0, 0.5 * max(0.0, float(cosines[best])) + 0.5 * self._shared(query, found.paper))
            sentence = found.sentences[best]
            hits.append(Hit(found.paper, score, (Passage(found.paper, sentence.start, sentence.end, score),)))
        return SearchResult(query, tuple(sorted(hits, key=lambda h: (-h.score, h.paper.paper_id))[:k]))

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        shares = [(-self._shared(text, a.paper), a.paper.paper_id, a.paper) for a in self._allowed(filters)]
        return tuple(p for share, _, p in sorted(shares, key=lambda s: s[:2]) if share < 0)[:n]

    def annotated(self, papers: Sequence[Paper]) -> list[AnnotatedAbstract]:
        return [self._annotated[p.paper_id] for p in papers]

    def vectors(self, papers: Sequence[Paper]) -> list[Vectors]:
        return [
            self.embed([self._chunker.context(a.paper, a.text(i)) for i in range(len(a.sentences))])
            for a in self.annotated(papers)
        ]

    def embed(self, texts: Sequence[str]) -> Vectors:
        new = [t for t in dict.fromkeys(texts) if t not in self._embedded]
        if new:
            self._embedded.update(zip(new, self._embedder.embed(new), strict=True))
        dimension = self._embedder.dimension
        return np.array([self._embedded[t] for t in texts], np.float32).reshape(len(texts), dimension)

    def year_span(self) -> tuple[int, int] | None:
        years = [a.paper.year for a in self._annotated.values() if a.paper.year is not None]
        return (min(years), max(years)) if years else None

    def document_frequency(self, term: str) -> int:
        return sum(term in held for held in self._terms.values())

    def name_frequency(self, name: str) -> int:
        key = name_key(name)
        return sum(key in a.own.keys or key in _mentioned(a) for a in self._annotated.values())

    def named(self, name: str, *, n: int, filters: Filters | None) -> NamedPapers:
        key = name_key(name)
        allowed = self._allowed(filters)
        coined = [a.paper for a in allowed if key in a.own.keys]
        mentioned = [a.paper for a in allowed if key not in a.own.keys and key in _mentioned(a)]
        return NamedPapers(tuple(coined[:n]), tuple(mentioned[:n]))

    def _allowed(self, filters: Filters | None) -> list[AnnotatedAbstract]:
        return [a for a in self._annotated.values() if filters is None or passes(a.paper, filters)]

    def _shared(self, text: str, paper: Paper) -> float:
        wanted = set(terms(text)) - STOP_TERMS
        return len(wanted & self._terms[paper.paper_id]) / max(len(wanted), 1)


def _mentioned(abstract: AnnotatedAbstract) -> set[str]:
    names = {n for sentence in abstract.sentences for n in sentence.names} | set(mentioned_names(abstract.paper.title))
    return {name_key(n) for n in names}


def passes(paper: Paper, filters: Filters) -> bool:
    """By id, year and upvotes; what is kept in a catalog only, no paper of a test has."""
    if filters.paper_ids and paper.paper_id not in filters.paper_ids:
        return False
    if filters.year_from is not None and (paper.year is None or paper.year < filters.year_from):
        return False
    if filters.year_to is not None and (paper.year is None or paper.year > filters.year_to):
        return False
    return filters.min_upvotes is None or (paper.upvotes is not None and paper.upvotes >= filters.min_upvotes)
