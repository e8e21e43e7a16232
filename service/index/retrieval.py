"""Question -> papers, best first, each with the sentences that match it.

Three steps: candidates by words (BM25) and by meaning (best chunk a paper), fused by score; the best of
them scored again with their sentence vectors; then the sentences of each hit, the best one its quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.catalog import Units
from service.errors import QueryError, UsageError
from service.index.embedding import Embedder
from service.index.fusion import Weighted, min_max, weighted_sum
from service.index.quoting import QueryWords, passages
from service.records import Filters, Hit, Paper, SearchResult
from service.text.terms import STOP_TERMS, terms

DEFAULT_MAX_QUERY_CHARS = 10_000
MAX_HITS = 10_000
CANDIDATES = 500
"""Chunks and papers fetched by each index before fusion and filters."""
RESCORED = 100
"""Candidates scored again with sentence vectors."""
EXACT_PAPERS = 20_000
"""An allow-list up to this long is scored exactly, from the catalog's vectors."""

# SciFact development queries favour words a little more than DESIGN decision 2 (.35/.30/.35) does.
CHUNK_WEIGHT, SENTENCE_WEIGHT, WORDS_WEIGHT = 0.30, 0.30, 0.40


class Papers(Protocol):
    """What retrieval needs of the catalog."""

    def count(self) -> int: ...
    def papers_by_id(self, paper_ids: Iterable[str]) -> dict[str, Paper]: ...
    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]: ...
    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]: ...
    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]: ...


class Meaning(Protocol):
    """What retrieval needs of the vector index."""

    def query(self, vector: NDArray[np.float32], n: int, /) -> list[tuple[str, float]]:
        """The n nearest chunks as (chunk id, cosine), nearest first."""


class Words(Protocol):
    """What retrieval needs of the word index."""

    def search(self, query_terms: Sequence[str], n: int, /) -> list[tuple[str, float]]:
        """The n best papers as (paper id, BM25), best first."""

    def doc_freq(self, term: str, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Candidates:
    """Papers found by each index: best chunk's cosine, and BM25."""

    by_meaning: dict[str, float]
    by_words: dict[str, float]

    def ids(self) -> set[str]:
        return self.by_meaning.keys() | self.by_words.keys()

    def only(self, allowed: frozenset[str]) -> Candidates:
        return Candidates(
            {p: s for p, s in self.by_meaning.items() if p in allowed},
            {p: s for p, s in self.by_words.items() if p in allowed},
        )


class Retriever:
    """Hybrid search over one library. Safe for many threads, as far as its parts are."""

    def __init__(
        self,
        catalog: Papers,
        vectors: Meaning,
        words: Words,
        embedder: Embedder,
        *,
        max_query_chars: int = DEFAULT_MAX_QUERY_CHARS,
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._words = words
        self._embedder = embedder
        self._max_query_chars = max_query_chars

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> SearchResult:
        """Up to `k` papers, best first. Their scores, in [0, 1], compare papers of one search, not searches.

        Raises `QueryError` for a query without a word or over the limit, `UsageError` for `k` below 1.
        """
        query_terms = self._validated(query, k)
        papers = self._catalog.count()
        if papers == 0:
            return SearchResult(query, (), "the library is empty; `litweave import PATH` adds papers")
        wanted = min(k, papers, MAX_HITS)
        vector = self._embedder.embed([query])[0]
        candidates = self._candidates(vector, query_terms, wanted, filters or Filters(), papers)
        if not candidates.ids():
            return SearchResult(query, (), _why_empty(filters))
        ranked = self._rescored(candidates, vector, max(wanted, RESCORED))
        words = QueryWords.weighed(query_terms, self._words.doc_freq, papers)
        hits = self._hits(dict(list(ranked.items())[:wanted]), vector, words)
        return SearchResult(query, hits, _note(query_terms, k, wanted, papers))

    def _validated(self, query: str, k: int) -> list[str]:
        if k < 1:
            raise UsageError(f"k is {k}: ask for at least 1 paper")
        if len(query) > self._max_query_chars:
            raise QueryError(
                f"the query has {len(query):,} characters, the limit is {self._max_query_chars:,}; shorten it "
                "or raise LITWEAVE_MAX_QUERY_CHARS"
            )
        query_terms = terms(query)
        if not query_terms:
            raise QueryError(f"the query {query!r} holds no word to search for; ask with at least one word")
        return query_terms

    def _candidates(
        self, vector: NDArray[np.float32], query_terms: list[str], wanted: int, filters: Filters, papers: int
    ) -> Candidates:
        """From the indexes, filtered afterwards; exactly where a filter leaves too few, or all are wanted."""
        if wanted < papers and not filters.paper_ids:
            found = self._nearest(vector, query_terms, max(CANDIDATES, 2 * wanted))
            if filters:
                found = found.only(self._catalog.matching(filters, found.ids()))
            if not filters or len(found.ids()) >= max(wanted, RESCORED):
                return found
        allowed = self._catalog.matching(filters)
        if len(allowed) <= EXACT_PAPERS:
            return self._exact(vector, query_terms, allowed, papers)
        return self._nearest(vector, query_terms, EXACT_PAPERS).only(allowed)

    def _nearest(self, vector: NDArray[np.float32], query_terms: list[str], n: int) -> Candidates:
        by_meaning: dict[str, float] = {}
        for chunk_id, cosine in self._vectors.query(vector, n):
            paper_id = chunk_id.rpartition(":")[0]
            by_meaning[paper_id] = max(cosine, by_meaning.get(paper_id, -1.0))
        return Candidates(by_meaning, dict(self._words.search(query_terms, n)))

    def _exact(
        self, vector: NDArray[np.float32], query_terms: list[str], allowed: frozenset[str], papers: int
    ) -> Candidates:
        by_meaning = _best_cosines(self._catalog.chunks(allowed), vector)
        by_words = self._words.search(query_terms, min(papers, EXACT_PAPERS)) if allowed else []
        # A paper that still waits for its vectors and shares no word with the query is in the library too.
        waiting = dict.fromkeys(allowed - by_meaning.keys(), -1.0)
        return Candidates(by_meaning | waiting, {p: score for p, score in by_words if p in allowed})

    def _rescored(self, found: Candidates, vector: NDArray[np.float32], n: int) -> dict[str, float]:
        """The first `n` of the fused candidates, scored again with the vectors the catalog holds of them."""
        by_words = min_max(found.by_words, floor=0.0)
        by_meaning = min_max(found.by_meaning)
        first = weighted_sum([Weighted(by_meaning, CHUNK_WEIGHT + SENTENCE_WEIGHT), Weighted(by_words, WORDS_WEIGHT)])
        best = list(first)[:n]
        chunks = _best_cosines(self._catalog.chunks(best), vector)
        sentences = _best_cosines(self._catalog.sentences(best), vector)
        low = min(found.by_meaning.values(), default=0.0)
        # Where sentence vectors are still missing the chunk stands for them: waiting is no fault.
        return weighted_sum(
            [
                Weighted(min_max({p: chunks.get(p, low) for p in best}, floor=low), CHUNK_WEIGHT),
                Weighted(min_max({p: sentences.get(p, chunks.get(p, low)) for p in best}, floor=low), SENTENCE_WEIGHT),
                Weighted({p: by_words.get(p, 0.0) for p in best}, WORDS_WEIGHT),
            ]
        )

    def _hits(self, ranked: dict[str, float], vector: NDArray[np.float32], words: QueryWords) -> tuple[Hit, ...]:
        papers = self._catalog.papers_by_id(ranked)
        sentences = self._catalog.sentences(ranked)
        return tuple(
            Hit(paper, min(1.0, ranked[p]), passages(paper, sentences.get(p), vector, words))
            for p, paper in papers.items()
        )


def _best_cosines(units: dict[str, Units], vector: NDArray[np.float32]) -> dict[str, float]:
    """The cosine of each paper's best unit; papers without vectors are left out."""
    held = [(p, u.vectors) for p, u in units.items() if u.vectors is not None and len(u.vectors)]
    if not held:
        return {}
    cosines = np.concatenate([vectors for _, vectors in held]) @ vector
    starts = np.cumsum([0] + [len(vectors) for _, vectors in held[:-1]])
    best = np.maximum.reduceat(cosines, starts)
    return {p: float(cosine) for (p, _), cosine in zip(held, best, strict=True)}


def _why_empty(filters: Filters | None) -> str:
    if filters:
        return "no paper in the library passes the filter; widen or drop it"
    return "nothing in the library shares a word with the query, and no paper is embedded yet"


def _note(query_terms: list[str], k: int, wanted: int, papers: int) -> str | None:
    if k > MAX_HITS and papers > MAX_HITS:
        return f"only the first {wanted:,} of {papers:,} papers are ranked"
    if STOP_TERMS.issuperset(query_terms):
        return "the query holds only common words: papers are ranked by its meaning as a whole"
    return None
