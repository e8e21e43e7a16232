"""`Review`: what the command line, the HTTP API and other front ends call. One object over one open library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from service.errors import QueryError, UsageError
from service.library import Library
from service.llm import ModelRequest, Models
from service.readers import read
from service.records import Answer, Draft, Filters, Health, ImportReport, Paper, Rejection, SearchResult
from service.review.ask import ask
from service.review.coverage import Coverage
from service.review.draft import draft
from service.review.held import LibraryCorpus
from service.settings import Settings
from service.text.terms import terms

_MOST_SENTENCES = 200
_MOST_WORDS = 20_000


class Review:
    """Import, search, ask and draft over one library, which this object owns and closes."""

    def __init__(self, library: Library, settings: Settings, *, models: Models | None = None) -> None:
        """`models` write the texts, where one is configured; without, texts are extractive."""
        self._library = library
        self._models = models
        self._settings = settings
        self._corpus = LibraryCorpus(library)
        self._coverage = Coverage(self._corpus)

    def import_paths(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[int], None] | None = None,
        position: Callable[[int], None] | None = None,
        embed: bool | None = True,
        titles: bool = True,
    ) -> ImportReport:
        """Import files in order. Raises `SourceError` for one that cannot be read; what came before it stays.

        `progress` hears how many records are done, `position` how many bytes of the file at hand are read.
        Text is searchable at once; `embed` says whether to wait for its vectors (`None`: in a small library).
        """
        records = self._records(paths, position)
        return self._library.import_papers(records, progress=progress, embed=embed, titles=titles)

    def embed(self, *, progress: Callable[[int, int], None] | None = None, sentences: bool | None = None) -> None:
        """Embed what waits; with `sentences` those too (`None`: in a small library). Raises `EmbeddingError`."""
        self._library.embed_waiting(progress=progress, sentences=sentences)

    def embed_in_background(self) -> None:
        """Embed whatever waits, now and later, in a thread that ends with `close`."""
        self._library.embed_in_background()

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> SearchResult:
        """Up to k papers, best first. Raises `QueryError`, `UsageError`."""
        return self._library.search(query, k=k, filters=filters)

    def ask(self, question: str, *, max_sentences: int = 12, filters: Filters | None = None) -> Answer:
        """An answer of at most `max_sentences` sentences. Raises `QueryError`, `UsageError`."""
        self._check(question, "question")
        _in_range("max_sentences", max_sentences, _MOST_SENTENCES)
        return ask(
            self._corpus, self._coverage, question, max_sentences=max_sentences, filters=filters, writer=self._writer()
        )

    def draft(self, topic: str, *, words: int = 300, filters: Filters | None = None) -> Draft:
        """A related-work text of about `words` words. Raises `QueryError`, `UsageError`."""
        self._check(topic, "topic")
        _in_range("words", words, _MOST_WORDS)
        return draft(self._corpus, self._coverage, topic, words=words, filters=filters, writer=self._writer())

    def paper(self, paper_id: str) -> Paper | None:
        """The stored paper, or `None`."""
        return self._library.paper(paper_id)

    def papers(self) -> Iterator[Paper]:
        """Every stored paper, in the order they were added."""
        return self._library.papers()

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        """Counts and faults of the library; `rebuild` makes both indexes anew first, `recall` measures one."""
        return self._library.health(rebuild=rebuild, recall=recall)

    def close(self) -> None:
        """Let go of the library and the models."""
        if self._models is not None:
            self._models.close()
        self._library.close()

    def _writer(self) -> ModelRequest | None:
        return None if self._models is None else self._models.request()

    def _records(self, paths: Sequence[Path], position: Callable[[int], None] | None) -> Iterator[Paper | Rejection]:
        for path in paths:
            yield from read(path, max_record_bytes=self._settings.max_record_bytes, position=position)

    def _check(self, text: str, what: str) -> None:
        if len(text) > self._settings.max_query_chars:
            raise QueryError(
                f"the {what} has {len(text):,} characters, the limit is {self._settings.max_query_chars:,}; shorten it"
            )
        if not terms(text):
            raise QueryError(f"the {what} {text!r} holds no word to look for; write at least one")


def _in_range(name: str, value: int, most: int) -> None:
    if not 1 <= value <= most:
        raise UsageError(f"{name} is {value}; it must lie between 1 and {most:,}")
