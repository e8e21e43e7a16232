"""Question -> papers, best first, each with the sentences that match it.

Three steps: candidates by words (BM25) and by meaning (best chunk a paper), fused by score; the best of
them scored again with all their vectors; then the sentences of each hit, the best one its quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.catalog import Units
from service.errors import IndexUnavailable, QueryError, UsageError
from service.index.allowed import EXACT_PAPERS, AllowLists, FilteredPapers
from service.index.embedding import Embedder
from service.index.fusion import DEFAULT_TUNING, Candidates, Tuning, fused
from service.index.quoting import QueryWords, passages
from service.index.subject import subject
from service.records import Filters, Hit, Paper, SearchResult
from service.text.terms import STOP_TERMS, terms

MAX_HITS = 10_000
CANDIDATES = 500
"""Chunks and papers fetched by each index before fusion and filters."""

_AWAY = (
    "the vectors cannot be asked now (the log says why): papers were found by their words alone, and ranked by their "
    "meaning"
)


class Papers(FilteredPapers, Protocol):
    """What retrieval needs of the catalog."""

    def papers_by_id(self, paper_ids: Iterable[str]) -> dict[str, Paper]: ...
    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]: ...
    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]: ...


class Meaning(Protocol):
    """What retrieval needs of the vector index."""

    def query(self, vector: NDArray[np.float32], n: int, /) -> list[tuple[str, float]]:
        """The n nearest chunks as (chunk id, cosine), nearest first. Raises `IndexUnavailable` where it is away."""


class Words(Protocol):
    """What retrieval needs of the word index."""

    def search(
        self, query_terms: Sequence[str], n: int, /, *, among: frozenset[str] | None = None
    ) -> list[tuple[str, float]]:
        """The n best papers, of all or `among` some, as (paper id, BM25 in [0, 1]); a repeated term counts more."""

    def doc_freq(self, term: str, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Found:
    """Papers found by each index: best chunk's cosine, and BM25's share. `others` are neither, but wanted too."""

    by_meaning: dict[str, float]
    by_words: dict[str, float]
    others: frozenset[str] = frozenset()
    away: bool = False
    """The vectors could not be asked, so that papers were found by words alone."""

    def ids(self) -> set[str]:
        return self.by_meaning.keys() | self.by_words.keys() | self.others

    def only(self, allowed: frozenset[str]) -> Found:
        return Found(
            {p: s for p, s in self.by_meaning.items() if p in allowed},
            {p: s for p, s in self.by_words.items() if p in allowed},
            away=self.away,
        )

    def shares(self, ids: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.by_words.get(p, 0.0) for p in ids], np.float32)

    def guesses(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Cosines for papers not read yet, which is no fault: they may mean as much as their words say."""
        low, high = min(self.by_meaning.values(), default=0.0), max(self.by_meaning.values(), default=0.0)
        most = max(self.by_words.values(), default=0.0) or 1.0
        return low + (high - low) * self.shares(ids) / np.float32(most)


class Retriever:
    """Hybrid search over one library. Safe for many threads, as far as its parts are."""

    def __init__(
        self,
        catalog: Papers,
        vectors: Meaning | None,
        words: Words,
        embedder: Embedder,
        *,
        waiting: Callable[[Iterable[str]], frozenset[str]] = lambda _ids: frozenset(),
        tuning: Tuning = DEFAULT_TUNING,
    ) -> None:
        """`vectors`: `None` where no index is open. `waiting` picks from paper ids those that are not embedded yet."""
        self._catalog = catalog
        self._vectors = vectors
        self._words = words
        self._embedder = embedder
        self._waiting = waiting
        self._tuning = tuning
        self._allow_lists = AllowLists(catalog)

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None, quoted: bool = True) -> SearchResult:
        """Up to `k` papers, best first. Their scores, in [0, 1], compare papers of one search, not searches.

        `quoted`: with their passages, for which every sentence of each paper is compared with the query.
        Raises `QueryError` for a query without a word, `UsageError` for `k` below 1.
        """
        self._validate(query, k)
        papers = self._catalog.count()
        if papers == 0:
            return SearchResult(query, (), "the library is empty; `litweave import PATH` adds papers")
        wanted = min(k, papers, MAX_HITS)
        asked = subject(query) if self._tuning.rewrites else query
        query_terms = terms(asked)
        vector = self._embedder.embed([asked])[0]
        found = self._find(vector, query_terms, wanted, filters or Filters(), papers)
        if not found.ids():
            return SearchResult(query, (), _AWAY if found.away else _why_empty(filters))
        ids = self._first(found, max(wanted, self._tuning.read))
        sentences = self._catalog.sentences(ids)
        candidates = Candidates(
            ids, found.shares(ids), found.guesses(ids), chunks=self._catalog.chunks(ids), sentences=sentences
        )
        ranked = dict(islice(candidates.ranked(vector, self._tuning).items(), wanted))
        words = QueryWords.weighed(query_terms, self._words.doc_freq, papers)
        hits = [
            Hit(paper, ranked[p], passages(paper, sentences.get(p), vector, words) if quoted else ())
            for p, paper in self._catalog.papers_by_id(ranked).items()
        ]
        note = _note(query_terms, k, wanted, papers, by_words=bool(found.by_words))
        return SearchResult(query, tuple(hits), _AWAY if found.away else note)

    def _validate(self, query: str, k: int) -> None:
        if k < 1:
            raise UsageError(f"k is {k}: ask for at least 1 paper")
        if not terms(query):
            raise QueryError(f"the query {query!r} holds no word to search for; ask with at least one word")

    def _find(
        self, vector: NDArray[np.float32], query_terms: list[str], wanted: int, filters: Filters, papers: int
    ) -> Found:
        """Exactly where a filter leaves few, all are wanted, or few cannot be asked for; else from the indexes."""
        fetched = max(CANDIDATES, 2 * wanted)
        passing = self._allow_lists.count(filters) if filters else papers
        few = passing <= EXACT_PAPERS
        if few and (filters or wanted >= papers):
            # A paper that still waits for its vectors and shares no word with the query passes too.
            others = self._allow_lists.allowed(filters).ids if passing <= fetched else frozenset[str]()
            return replace(self._exact(vector, query_terms, fetched, filters, papers), others=others)
        # So many that about as many of those that pass are among them as there are without a filter.
        n = fetched * papers // passing
        by_meaning = self._nearest(vector, n)
        if by_meaning is None and few:
            return self._exact(vector, query_terms, fetched, filters, papers)
        found = Found(by_meaning or {}, dict(self._words.search(query_terms, n)), away=by_meaning is None)
        return found.only(self._catalog.matching(filters, found.ids())) if filters else found

    def _nearest(self, vector: NDArray[np.float32], n: int) -> dict[str, float] | None:
        """The papers of the `n` nearest chunks; `None` where no index can be asked."""
        if self._vectors is None:
            return None
        by_meaning: dict[str, float] = {}
        with suppress(IndexUnavailable):
            for chunk_id, cosine in self._vectors.query(vector, n):
                paper_id = chunk_id.rpartition(":")[0]
                by_meaning[paper_id] = max(cosine, by_meaning.get(paper_id, -1.0))
            return by_meaning
        return None

    def _exact(
        self, vector: NDArray[np.float32], query_terms: list[str], fetched: int, filters: Filters, papers: int
    ) -> Found:
        allowed = self._allow_lists.allowed(filters)
        among = allowed.ids if len(allowed.ids) < papers else None
        by_words = self._words.search(query_terms, fetched, among=among) if allowed.ids else []
        return Found(allowed.nearest(vector, fetched), dict(by_words))

    def _first(self, found: Found, n: int) -> list[str]:
        """The `n` best of what was found, by what the indexes say of them."""
        ids = sorted(found.ids())
        low = min(found.by_meaning.values(), default=0.0)
        cosines = np.array([found.by_meaning.get(p, low) for p in ids], np.float32)
        waiting = self._waiting(ids)
        unread = np.array([p in waiting for p in ids], bool)
        scores = fused(np.where(unread, found.guesses(ids), cosines), found.shares(ids), self._tuning)
        # The ids are sorted, so a stable order breaks ties by id.
        return [ids[i] for i in np.argsort(-scores, kind="stable")[:n].tolist()]


def _why_empty(filters: Filters | None) -> str:
    if filters:
        return "no paper in the library passes the filter; widen or drop it"
    return "nothing in the library shares a word with the query, and no paper is embedded yet"


def _note(query_terms: list[str], k: int, wanted: int, papers: int, *, by_words: bool) -> str | None:
    if k > MAX_HITS and papers > MAX_HITS:
        return f"only the first {wanted:,} of {papers:,} papers are ranked"
    if STOP_TERMS.issuperset(query_terms):
        return "the query holds only common words: papers are ranked by its meaning as a whole"
    if not by_words:
        return "no paper found holds a word of the query: these are only the nearest in meaning, and may be far from it"
    return None
