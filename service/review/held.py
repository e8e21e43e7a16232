"""A library seen as the corpus that evidence is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.library import Library
from service.records import Filters, Paper, SearchResult
from service.review.corpus import PaperSentences, Vectors


class LibraryCorpus:
    """The `Corpus` of one open library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def count(self) -> int:
        return self._library.count()

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:
        return self._library.search(query, k=k, filters=filters)

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        return self._library.with_words(text, n=n, filters=filters)

    def sentences(self, papers: Sequence[Paper]) -> list[PaperSentences]:
        held: list[PaperSentences] = []
        for paper, units in zip(papers, self._library.sentences(papers), strict=True):
            if units.vectors is not None:
                held.append(PaperSentences(paper, units.spans, units.vectors))
        return held

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._library.embed(texts)

    def document_frequency(self, term: str) -> int:
        return self._library.document_frequency(term)

    def by_identity(self, keys: Sequence[str]) -> dict[str, list[Paper]]:
        return self._library.by_identity(keys)

    def by_author(self, surname: str, year: int) -> list[Paper]:
        return self._library.by_author(surname, year)

    def papers(self) -> Iterator[Paper]:
        return self._library.papers()
