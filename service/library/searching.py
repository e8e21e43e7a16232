"""The retriever over a library's indexes, made on the first search: model and index are loaded side by side."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.catalog import Catalog
from service.errors import DiskFull, LitweaveError
from service.index.derived import DerivedIndexes
from service.index.embedding import Recent

if TYPE_CHECKING:
    from service.index.retrieval import Retriever
    from service.index.server_meaning import ServerMeaning
    from service.index.vectors import Vectors
    from service.index.words import WordIndex

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Over:
    """A retriever with the indexes it was made for."""

    words: WordIndex
    vectors: Vectors | ServerMeaning | None
    retriever: Retriever


class Searcher:
    """Hands out one retriever for as long as the indexes are the same: a rebuild replaces them."""

    def __init__(self, catalog: Catalog, derived: DerivedIndexes, embedder: Recent) -> None:
        self._catalog = catalog
        self._derived = derived
        self._embedder = embedder
        self._over: _Over | None = None

    def retriever(self) -> Retriever:
        """The retriever over the indexes in use. The first call takes what opening them and the model takes."""
        current = self._over
        if current is None:
            self._load_model()
        words = self._derived.words
        try:
            vectors = self._derived.meaning
        except DiskFull as error:
            # Chroma writes when it opens. The catalog holds the vectors too, and the next search tries again.
            _LOG.warning("%s", error)
            vectors = None
        if current is None or current.words is not words or current.vectors is not vectors:
            current = self._over = _Over(words, vectors, self._made(words, vectors))
        return current.retriever

    def close(self) -> None:
        """Let go of the word index, whose files stay mapped for as long as anyone holds it."""
        self._over = None

    def _made(self, words: WordIndex, vectors: Vectors | ServerMeaning | None) -> Retriever:
        from service.index.retrieval import Retriever

        if vectors is not None:
            vectors.load()
        return Retriever(self._catalog, vectors, words, self._embedder, waiting=self._catalog.waiting_among)

    def _load_model(self) -> None:
        """In a thread of its own; the search that needs it waits for it, and hears what was wrong."""

        def load() -> None:
            try:
                self._embedder.load()
            except LitweaveError:
                return

        threading.Thread(target=load, name="litweave-model", daemon=True).start()
