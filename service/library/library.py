"""`Library`: the one way to a library on disk. Opens it for one process, imports, searches, examines, repairs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, get_args

import numpy as np
from numpy.typing import NDArray

from service.catalog import Catalog, Fingerprint, Target, Units
from service.errors import FingerprintMismatch, LibraryError, LibraryMissing
from service.index.derived import DerivedIndexes
from service.index.embedding import Embedder, load_embedder
from service.library.embedding import UnitMaker, embed_papers
from service.library.importing import Importer
from service.library.lock import LibraryLock
from service.records import Filters, Health, ImportReport, Paper, Rejection, SearchResult
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

if TYPE_CHECKING:
    from service.index.retrieval import Retriever
    from service.index.vectors import VectorIndex
    from service.index.words import WordIndex

_CATALOG: Final = "catalog.sqlite3"


@dataclass(frozen=True, slots=True)
class _Over:
    """A retriever with the indexes it was made for."""

    words: WordIndex
    vectors: VectorIndex
    retriever: Retriever


class Library:
    """A library on disk, owned by this process until `close`. Safe for many threads."""

    def __init__(
        self, settings: Settings, *, lock: LibraryLock, catalog: Catalog, embedder: Embedder, chunker: UnitMaker
    ) -> None:
        """For `open`, which checks what this takes for granted."""
        self._settings = settings
        self._lock = lock
        self._catalog = catalog
        self._embedder = embedder
        self._chunker = chunker
        self._fingerprint = Fingerprint(embedder.name, embedder.dimension, chunker.fingerprint)
        self._derived = DerivedIndexes(
            settings.library, catalog, model=embedder.name, terms=terms, stop_terms=STOP_TERMS
        )
        self._turn = threading.Lock()
        self._importer = Importer(
            catalog,
            chunker,
            embedder,
            batch_papers=settings.import_batch_papers,
            turn=self._turn,
            taken_up=self._derived.apply,
        )
        self._mismatch: FingerprintMismatch | None = None
        self._retriever: _Over | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        create: bool,
        repair: bool = False,
        embedder: Embedder | None = None,
        chunker: UnitMaker | None = None,
    ) -> Library:
        """The library of `settings.library`; with `create` a new one where there is none.

        Pending changes are taken up and damaged indexes rebuilt. With `repair`, a library of another
        fingerprint opens as well, for `health(rebuild=True)` only. `embedder` and `chunker` replace those
        that the settings name. Raises `LibraryMissing`, `LibraryBusy`, `FingerprintMismatch`, `LibraryError`.
        """
        root = settings.library
        _prepare(root, create=create)
        with ExitStack() as undo:
            lock = LibraryLock(root)
            undo.callback(lock.release)
            catalog = Catalog(root / _CATALOG)
            undo.callback(catalog.close)
            library = cls(
                settings,
                lock=lock,
                catalog=catalog,
                embedder=embedder or load_embedder(settings),
                chunker=chunker or _chunker(),
            )
            library._check_fingerprint(repair=repair)
            if library._mismatch is None:
                library._derived.check()
            undo.pop_all()
        return library

    def import_papers(
        self, records: Iterable[Paper | Rejection], *, progress: Callable[[int], None] | None = None
    ) -> ImportReport:
        """Add papers, merge what a known one did not have yet, and report every record.

        Streams: a batch of `settings.import_batch_papers` is held at a time, committed, and searchable when
        `progress` hears how many records are done. What `records` raises comes through, and whole batches
        before it stay. Imports of several threads take turns, batch by batch.
        """
        self._refuse_mismatch()
        return self._importer.run(records, progress)

    def search(self, query: str, *, k: int, filters: Filters | None = None) -> SearchResult:
        """The `k` best papers, best first. Raises `QueryError`, `UsageError`, `IndexDamaged`."""
        self._refuse_mismatch()
        return self._searcher().search(query, k=k, filters=filters)

    def with_words(self, text: str, *, n: int, filters: Filters | None = None) -> tuple[Paper, ...]:
        """Up to `n` papers that share a word with the text, by BM25 alone, best first."""
        self._refuse_mismatch()
        ranked = [paper_id for paper_id, _ in self._derived.words.search(terms(text), n * (4 if filters else 1))]
        allowed = self._catalog.matching(filters, ranked) if filters else frozenset(ranked)
        kept = [paper_id for paper_id in ranked if paper_id in allowed][:n]
        return tuple(self._catalog.papers_by_id(kept).values())

    def document_frequency(self, term: str) -> int:
        """How many papers hold a search term, as `service.text.terms.terms` gives it."""
        return self._derived.words.doc_freq(term)

    def sentences(self, papers: Sequence[Paper]) -> list[Units]:
        """Each paper's sentences with their vectors; those that still wait for theirs are embedded now."""
        stored = self._catalog.sentences([p.paper_id for p in papers])
        waiting = [p for p in papers if p.paper_id not in stored or stored[p.paper_id].vectors is None]
        if waiting:
            made = embed_papers(waiting, chunker=self._chunker, embedder=self._embedder)
            stored |= {p.paper_id: sentences for p, (_, sentences) in zip(waiting, made, strict=True)}
        return [stored[p.paper_id] for p in papers]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) unit rows, by the library's own model."""
        return self._embedder.embed(texts)

    def papers(self) -> Iterator[Paper]:
        """All papers, in the order they were added."""
        return self._catalog.papers()

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or `None`."""
        return self._catalog.paper(paper_id)

    def count(self) -> int:
        """How many papers there are."""
        return self._catalog.count()

    def health(self, *, rebuild: bool = False) -> Health:
        """Examine the catalog and both indexes in full; with `rebuild` make both indexes anew first.

        A rebuild takes the stored vectors. Only where the fingerprint has changed, every abstract is cut and
        embedded again.
        """
        if rebuild:
            self._rebuild()
        problems = list(self._catalog.problems())
        if self._mismatch is not None:
            problems.append(str(self._mismatch))
        else:
            problems += self._derived.problems()
        papers, chunks, vectors = self._catalog.count(), self._catalog.chunk_count(), self._catalog.vector_count()
        if vectors < chunks:
            problems.append(f"{chunks - vectors} of {chunks} chunks are not embedded")
        return Health(papers, chunks, vectors, self._derived.indexed(), tuple(problems))

    def close(self) -> None:
        """Let go of the library; running imports end their batch first. Closing twice is harmless."""
        with self._turn:
            if self._mismatch is None:
                self._derived.close()
            # It holds the word index, whose files stay mapped for as long as anyone does.
            self._retriever = None
            self._catalog.close()
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_fingerprint(self, *, repair: bool) -> None:
        stored = self._catalog.fingerprint()
        if stored is None:
            self._catalog.set_fingerprint(self._fingerprint)
        elif stored != self._fingerprint:
            self._mismatch = FingerprintMismatch(
                f"the library {str(self._settings.library)!r} was made with {stored}; this litweave uses "
                f"{self._fingerprint}. Embed its papers again with `litweave doctor --rebuild`, or set what it "
                "was made with"
            )
            if not repair:
                raise self._mismatch

    def _refuse_mismatch(self) -> None:
        if self._mismatch is not None:
            raise self._mismatch

    def _rebuild(self) -> None:
        with self._turn:
            if self._mismatch is not None:
                self._importer.embed_again()
                self._catalog.set_fingerprint(self._fingerprint)
            for target in get_args(Target):
                self._derived.rebuild(target)
            if self._mismatch is not None:
                self._mismatch = None
                self._derived.check()

    def _searcher(self) -> Retriever:
        """One for as long as the indexes are the same: a rebuild replaces them."""
        from service.index.retrieval import Retriever

        words, vectors = self._derived.words, self._derived.vectors
        current = self._retriever
        if current is None or current.words is not words or current.vectors is not vectors:
            limit = self._settings.max_query_chars
            retriever = Retriever(self._catalog, vectors, words, self._embedder, max_query_chars=limit)
            self._retriever = current = _Over(words, vectors, retriever)
        return current.retriever


def _chunker() -> UnitMaker:
    # Here and not above: langchain's import costs most of a second, which `--help` must not pay.
    from service.index.chunking import Chunker

    return Chunker()


def _prepare(root: Path, *, create: bool) -> None:
    if root.exists() and not root.is_dir():
        raise LibraryError(f"{str(root)!r} is not a directory; choose another library with --library")
    if (root / _CATALOG).is_file():
        return
    if not create:
        raise LibraryMissing(
            f"there is no library at {str(root)!r}; make one with `litweave import PATH`, "
            "or choose another with --library"
        )
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"cannot make the library {str(root)!r}: {error.strerror}") from error
