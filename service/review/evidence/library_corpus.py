"""A library seen as the corpus that evidence is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.annotate import AnnotatedAbstract
from service.library import Library
from service.records import Filters, Paper, SearchResult
from service.review.evidence.corpus import NamedPapers, Vectors


class LibraryCorpus:
    """The `Corpus` of one open library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def count(self) -> int:
        return self._library.count()

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:
        return self._library.search(query, k=k, filters=filters, quoted=False)

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        return self._library.with_words(text, n=n, filters=filters)

    def annotated(self, papers: Sequence[Paper]) -> list[AnnotatedAbstract]:
        return self._library.annotated(papers)

    def vectors(self, papers: Sequence[Paper]) -> list[Vectors]:
        return [units.vectors for units in self._library.sentences(papers) if units.vectors is not None]

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._library.embed(texts)

    def document_frequency(self, term: str) -> int:
        return self._library.document_frequency(term)

    def name_frequency(self, name: str) -> int:
        return self._library.name_frequency(name)

    def named(self, name: str, *, n: int, filters: Filters | None) -> NamedPapers:
        found = self._library.named(name, n=n, filters=filters)
        return NamedPapers(found.coined, found.mentioned)

    def year_span(self) -> tuple[int, int] | None:
        return self._library.year_span()

    def without_year(self, filters: Filters) -> int:
        return self._library.without_year(filters)

    def by_identity(self, keys: Sequence[str]) -> dict[str, list[Paper]]:
        return self._library.by_identity(keys)

    def by_author(self, surname: str, year: int) -> list[Paper]:
        return self._library.by_author(surname, year)

    def papers(self) -> Iterator[Paper]:
        return self._library.papers()
