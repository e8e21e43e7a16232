"""What every request to a library starts from: checked words, a model if one is configured, the corpus to search."""

from __future__ import annotations

from collections.abc import Callable

from service.errors import QueryError, UsageError
from service.library import Library
from service.llm import Deadline, DryRunModel, ModelRequest, Models
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.held import LibraryCorpus
from service.review.ranking import ModelCorpus
from service.settings import Settings
from service.text.terms import terms

NO_MODEL = (
    "no model is configured, so none would be called: set LITWEAVE_MODEL (docs/models.md), or leave the option out"
)


class Requests:
    """The library as a corpus, the settings' limits and the models."""

    def __init__(self, library: Library, settings: Settings, models: Models | None) -> None:
        self._library = library
        self._models = models
        self._settings = settings
        self._corpus = LibraryCorpus(library)
        self._coverage = Coverage(self._corpus)

    def _writer(self, use_cache: bool, started: Callable[[Deadline], object] | None) -> ModelRequest | None:
        request = None if self._models is None else self._models.request(use_cache=use_cache)
        if request is not None and started is not None:
            started(request.deadline)
        if request is None and not use_cache:
            raise UsageError(NO_MODEL)
        return request

    def _searched_by(self, writer: ModelRequest | None) -> Corpus:
        """The corpus of one request: its model helps to search where the settings say so."""
        rerank, decompose = self._settings.rerank == "model", self._settings.decompose == "model"
        if writer is None or not (rerank or decompose):
            return self._corpus
        return ModelCorpus(self._corpus, writer, rerank=rerank, decompose=decompose)

    def _dry_run(self) -> tuple[ModelRequest, DryRunModel]:
        planned = None if self._models is None else self._models.dry_run()
        if planned is None:
            raise UsageError(NO_MODEL)
        return planned

    def _check(self, text: str, what: str) -> None:
        if len(text) > self._settings.max_query_chars:
            raise QueryError(
                f"the {what} has {len(text):,} characters, the limit is {self._settings.max_query_chars:,}; shorten it "
                "or raise LITWEAVE_MAX_QUERY_CHARS"
            )
        if not terms(text):
            raise QueryError(f"the {what} {text!r} holds no word to look for; write at least one")


def in_range(name: str, value: int, most: int) -> None:
    """Raises `UsageError` for a value outside 1 to `most`."""
    if not 1 <= value <= most:
        raise UsageError(f"{name} is {value}; it must lie between 1 and {most:,}")
