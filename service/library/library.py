"""`Library`: the one way to a library on disk. Opens it for one process, imports, searches, examines, repairs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Final, Self, get_args

import numpy as np
from numpy.typing import NDArray

from service.catalog import Catalog, Fingerprint, Target, Units
from service.errors import FingerprintMismatch
from service.index.chunking import Chunker
from service.index.derived import DerivedIndexes
from service.index.embedding import Embedder, Recent, at_once, load_embedder
from service.index.vectors import BULK_BATCH, SERVING_BATCH
from service.library.annotations import Annotations, NamedPapers
from service.library.corrections import Corrections
from service.library.embedding import Stop, UnitMaker, Vectoriser
from service.library.embedding_queue import EmbeddingQueue
from service.library.examining import counts, examined
from service.library.filling import Background, Filler, Progress
from service.library.importing import Importer
from service.library.lock import CATALOG, LibraryLock, prepare
from service.library.paper_reading import PaperReading
from service.library.searching import Searcher
from service.library.vector_place import vector_place
from service.llm.core.payer import current_payer
from service.records import Filters, Health, ImportReport, LibraryCounts, Paper, Record, SearchResult, Shelving
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

SMALL_LIBRARY: Final = 2_000
"""Papers up to which sentences are embedded with the import: some ten seconds more. Beyond, they come later."""


class Library(PaperReading):
    """A library on disk, owned by this process until `close`. Safe for many threads."""

    def __init__(
        self, settings: Settings, *, lock: LibraryLock, catalog: Catalog, embedder: Embedder, chunker: UnitMaker
    ) -> None:
        """For `open`, which checks what this takes for granted."""
        self._settings = settings
        self._lock = lock
        self._catalog = catalog
        self._embedder = Recent(embedder)
        self._fingerprint = Fingerprint(embedder.name, embedder.dimension, chunker.fingerprint)
        self._derived = DerivedIndexes(
            settings.library,
            catalog,
            place=vector_place(settings, catalog, self._fingerprint, lock=lock.descriptor),
            terms=terms,
            stop_terms=STOP_TERMS,
            lock=lock.descriptor,
        )
        self._annotations = Annotations(catalog)
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        self._importer = Importer(
            catalog,
            chunker,
            batch_papers=settings.import_batch_papers,
            turn=self._turn,
            taken_up=self._derived.apply,
            stop=self._stopping.is_set,
        )
        self.corrections = Corrections(catalog, self._importer, self._turn, self._derived.apply)
        self._filler = Filler(
            catalog,
            Vectoriser(catalog, chunker, EmbeddingQueue(embedder, at_once=at_once(settings))),
            batch_chunks=settings.embed_batch_chunks,
            taken_up=self._take_up_vectors,
            turn=threading.Lock(),
        )
        self._background: Background | None = None
        self._shared: Callable[[], bool] = lambda: False
        self._mismatch: FingerprintMismatch | None = None
        self._searcher = Searcher(catalog, self._derived, self._embedder)

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        create: bool,
        repair: bool = False,
        embedder: Embedder | None = None,
        chunker: UnitMaker | None = None,
    ) -> Self:
        """The library of `settings.library`; with `create` a new one where there is none.

        Pending changes are taken up and damaged indexes rebuilt. With `repair`, a library of another
        fingerprint opens as well, for `health(rebuild=True)` only. `embedder` and `chunker` replace those
        that the settings name. Raises `LibraryMissing`, `LibraryBusy`, `FingerprintMismatch`, `LibraryError`.
        """
        root = settings.library
        prepare(root, create=create)
        with ExitStack() as undo:
            lock = LibraryLock(root)
            undo.callback(lock.release)
            catalog = Catalog(root / CATALOG)
            undo.callback(catalog.close)
            library = cls(
                settings,
                lock=lock,
                catalog=catalog,
                embedder=embedder or load_embedder(settings),
                chunker=chunker or Chunker(),
            )
            library._check_fingerprint(repair=repair)
            if library._mismatch is None:
                library._derived.check()
            undo.pop_all()
        return library

    def import_papers(
        self,
        records: Iterable[Record],
        *,
        progress: Callable[[int], None] | None = None,
        embed: bool | None = True,
        titles: bool = True,
        shelving: Shelving | None = None,
    ) -> ImportReport:
        """Add papers, merge what a known one did not have yet, and report every record, by title with `titles`.

        What is counted is put where `shelving` says. Streams: a batch of `settings.import_batch_papers` is held at a
        time, committed, and searchable by its words when `progress` hears how many records are done. Vectors follow:
        with `embed` before this returns, without by `embed_waiting` or in the background; `None` waits for them only
        in a small library. What `records` raises comes through, and whole batches before it stay, to be embedded by
        the next call. Imports of several threads take turns, batch by batch.
        """
        self._refuse_mismatch()
        report = self._importer.run(records, progress, titles=titles, shelving=shelving)
        self.vectors_follow(embed)
        return report

    def vectors_follow(self, embed: bool | None = None) -> None:
        """After a change: embed what waits, or leave it to the background; `embed` as for `import_papers`."""
        paid_for = self._embedder.costs and current_payer() is not None  # the background's calls are booked to nobody
        if embed or paid_for or (embed is None and (self._background is None or self.is_small())):
            self.embed_waiting()
        if self._background is not None:
            self._background.wake()

    def embed_waiting(self, *, progress: Progress | None = None, sentences: bool | None = None) -> None:
        """Embed the chunks that wait; then the sentences: all, none, or (`None`) those of a small library.

        `progress` hears of the chunks, then of the papers. Killed, it goes on where it was when called again.
        Raises `EmbeddingError`.
        """
        self._refuse_mismatch()
        self._filler.chunks(progress, self._stopping.is_set)
        if sentences or (sentences is None and self.is_small()):
            self._filler.sentences(progress, self._stopping.is_set)

    def embed_in_background(self) -> None:
        """From now on a thread embeds whatever waits, chunks first, until the library is closed."""
        if self._background is None:
            self._background = Background(self._fill)

    def share_the_processor(self, wanted: Callable[[], bool]) -> None:
        """While `wanted` says so somebody waits for answers: vectors are then taken up in small batches."""
        self._shared = wanted

    def is_small(self) -> bool:
        """Whether sentences are embedded together with an import."""
        return self._catalog.count() <= SMALL_LIBRARY

    def search(self, query: str, *, k: int, filters: Filters | None = None, quoted: bool = True) -> SearchResult:
        """The `k` best papers, best first. Raises `QueryError`, `UsageError`, `IndexDamaged`.

        `quoted`: each with its passages.
        """
        self._refuse_mismatch()
        result = self._searcher.retriever().search(query, k=k, filters=filters, quoted=quoted)
        share = self._catalog.embedded_share()
        return result if share == 1.0 else replace(result, embedded=share)

    def with_words(self, text: str, *, n: int, filters: Filters | None = None) -> tuple[Paper, ...]:
        """Up to `n` papers that share a word with the text, by BM25 alone, best first."""
        self._refuse_mismatch()
        ranked = [paper_id for paper_id, _ in self._derived.words.search(terms(text), n * (4 if filters else 1))]
        allowed = self._catalog.matching(filters, ranked) if filters else frozenset(ranked)
        return tuple(self._catalog.papers_by_id([i for i in ranked if i in allowed][:n]).values())

    def document_frequency(self, term: str) -> int:
        """How many papers hold a search term, as `service.text.terms.terms` gives it."""
        return self._derived.words.doc_freq(term)

    def name_frequency(self, name: str) -> int:
        """How many papers coin or mention a name."""
        return self._annotations.frequency(name, self.document_frequency)

    def named(self, name: str, *, n: int, filters: Filters | None = None) -> NamedPapers:
        """Up to `n` papers that coin a name, and up to `n` that only mention it; best by words first."""
        return self._annotations.named(name, self.with_words(name, n=4 * n, filters=filters), n=n, filters=filters)

    def sentences(self, papers: Sequence[Paper]) -> list[Units]:
        """Each paper's sentences with their vectors; those that still wait for theirs are embedded now, and kept."""
        return self._filler.read_sentences(papers, self._stopping.is_set)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) unit rows, by the library's own model."""
        return self._embedder.embed(texts)

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        """Examine the catalog and both indexes in full; with `rebuild` make both indexes anew first.

        A rebuild takes the stored vectors. Only where the fingerprint has changed, every abstract is cut again,
        and what was not embedded before is. Text that waits for its vectors is no problem: `embed_waiting`.
        With `recall` the vector index is also measured against an exact search, which reads every vector.
        """
        if rebuild:
            self._rebuild()
        return examined(self._catalog, self._derived, mismatch=self._mismatch, recall=recall)

    def papers_without_sentences(self) -> int:
        """How many papers wait for the vectors of their sentences. Looks at every paper."""
        return self._catalog.papers_without_sentences()

    def counts(self) -> LibraryCounts:
        """How the library stands, without examining it."""
        return counts(self._catalog, self._derived)

    def stop(self) -> None:
        """Have running imports and fills leave off within a second or so. An import then raises `LibraryClosing`, and
        so does whoever waits for sentences to be embedded."""
        self._stopping.set()

    def close(self) -> None:
        """Let go of the library; running imports and fills leave off first. Closing twice is harmless."""
        self.stop()
        if self._background is not None:
            self._background.stop()
        with self._turn, self._filler.turn:
            if self._mismatch is None:
                self._derived.close()
            self._searcher.close()
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
        with self._turn, self._filler.turn:
            changed = self._mismatch is not None
            if changed:
                self._importer.cut_again()
                self._catalog.set_fingerprint(self._fingerprint)
            for target in get_args(Target):
                self._derived.rebuild(target)
            if changed:
                self._mismatch = None
                self._derived.check()
        if changed:
            self.embed_waiting()

    def _fill(self, stop: Stop) -> None:
        """What the background does when it is woken."""
        self._filler.chunks(stop=stop)
        self._filler.sentences(stop=stop)
        self._annotations.read_all(stop)

    def _take_up_vectors(self) -> None:
        """In bulk while nobody searches: a large `add` is faster, but it keeps the interpreter lock for seconds."""
        alone = self._background is None and not self._shared()
        self._derived.apply(batch=BULK_BATCH if alone else SERVING_BATCH)
