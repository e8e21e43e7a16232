"""A small corpus in memory: the real embedder, sentences and terms over hand-made papers; and what must always hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np

from service.index.chunking import Chunker
from service.index.embedding import load_embedder
from service.records import Answer, Citation, Draft, Filters, Hit, Paper, Passage, SearchResult
from service.review.corpus import PaperSentences, Vectors
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

_embedder = load_embedder(Settings())


@cache
def _embedded(text: str) -> Vectors:
    row: Vectors = _embedder.embed([text])[0]
    return row


class MemoryCorpus:
    """The `Corpus` of a few papers, searched exactly: best sentence's cosine and share of the query's terms."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.papers = tuple(papers)
        chunker = Chunker()
        self._held: dict[str, PaperSentences] = {}
        for paper in self.papers:
            spans = chunker.sentences(paper)
            rows = [_embedded(chunker.context(paper, paper.abstract[s.start : s.end])) for s in spans]
            if rows:
                self._held[paper.paper_id] = PaperSentences(paper, spans, np.stack(rows))

    def count(self) -> int:
        return len(self.papers)

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:
        vector = _embedded(query)
        hits = []
        for held in self._held.values():
            cosines = held.vectors @ vector
            best = int(np.argmax(cosines))
            score = min(1.0, 0.5 * max(0.0, float(cosines[best])) + 0.5 * self._shared(query, held.paper))
            span = held.spans[best]
            hits.append(Hit(held.paper, score, (Passage(held.paper, span.start, span.end, score),)))
        return SearchResult(query, tuple(sorted(hits, key=lambda h: (-h.score, h.paper.paper_id))[:k]))

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        shares = [(-self._shared(text, p), p.paper_id, p) for p in self.papers]
        return tuple(p for share, _, p in sorted(shares, key=lambda s: s[:2]) if share < 0)[:n]

    def sentences(self, papers: Sequence[Paper]) -> list[PaperSentences]:
        return [self._held[p.paper_id] for p in papers if p.paper_id in self._held]

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([_embedded(t) for t in texts])

    def document_frequency(self, term: str) -> int:
        return sum(term in set(terms(f"{p.title} {p.abstract}")) for p in self.papers)

    def _shared(self, text: str, paper: Paper) -> float:
        wanted = set(terms(text)) - STOP_TERMS
        return len(wanted & set(terms(f"{paper.title} {paper.abstract}"))) / max(len(wanted), 1)


def citations(result: Answer | Draft) -> list[Citation]:
    """Every citation of an answer or draft, of matrix cells too."""
    told = result.sentences if isinstance(result, Answer) else [s for p in result.paragraphs for s in p]
    cells = [cell for row in result.matrix.rows for cell in row.cells.values()] if result.matrix else []
    return [c for s in told for c in s.citations] + [c for cell in cells if cell for c in cell.citations]


def assert_sound(result: Answer | Draft, abstracts: dict[str, str], *, most: int | None = None) -> None:
    """What holds whatever the question and the papers: exact quotes, nothing dangling, no repetition, honest status."""
    told = result.sentences if isinstance(result, Answer) else tuple(s for p in result.paragraphs for s in p)
    claims = [s for s in told if s.kind == "claim"]
    for citation in citations(result):
        assert 0 <= citation.start < citation.end <= len(abstracts[citation.paper_id])
        assert citation.quote == abstracts[citation.paper_id][citation.start : citation.end]
    assert all(s.citations for s in claims)
    assert not [s for s in told if s.kind == "connective" and s.citations]
    labels = {r.label: r.paper_id for r in result.references}
    assert len(labels) == len(result.references) == len({r.key for r in result.references})
    assert {c.label: c.paper_id for c in citations(result)}.items() <= labels.items()
    rows = {row.paper_id for row in result.matrix.rows} if result.matrix else set()
    assert set(labels.values()) == {c.paper_id for c in citations(result)} | rows
    quoted = [(c.paper_id, c.start) for s in claims for c in s.citations]
    assert len(quoted) == len(set(quoted)), "a sentence is told twice"
    assert (result.status == "not_in_corpus") is (not claims)
    assert (result.status == "answered") is (bool(claims) and not result.missing)
    assert all(m.strip() for m in result.missing)
    if result.matrix:
        assert all(set(row.cells) == set(result.matrix.columns) for row in result.matrix.rows)
        assert all(any(row.cells[c] for row in result.matrix.rows) for c in result.matrix.columns)
    assert most is None or len(claims) <= most
