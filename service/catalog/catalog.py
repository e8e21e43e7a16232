"""`Catalog`: a library's papers and vectors in one SQLite file, and what the indexes have yet to take up."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from service.catalog import embedding, queries, writes
from service.catalog.annotated import AnnotationTable
from service.catalog.connections import Connections
from service.catalog.corrections import CorrectionTable
from service.catalog.identity import Identity
from service.catalog.rows import Fingerprint, OutboxRow, PaperWrite, Target, Units, VectorWrite, Waiting
from service.catalog.schema import migrate
from service.catalog.shelves import Shelves
from service.catalog.sources import SourceTable, add_records, row_number
from service.errors import LibraryError
from service.records import Filters, Paper
from service.records.sources import SourceRecord

_NONE: Final[Mapping[str, Sequence[SourceRecord]]] = {}
PAGE: Final = 500
"""Papers read at once when all are walked through: memory stays bounded at any size."""


class Catalog:
    """One library's catalog. Safe for many threads of one process; `Library` keeps other processes out."""

    def __init__(self, path: Path) -> None:
        """Open or create the catalog at `path`. Raises `LibraryError`: damaged, or from a newer version."""
        self._connections = Connections(path)
        self.annotations = AnnotationTable(self._connections)
        self.identity = Identity(self._connections)
        self.shelves = Shelves(self._connections)
        self.sources = SourceTable(self._connections)
        self.corrections = CorrectionTable(self._connections, self._counted)
        self._counting = threading.Lock()
        try:
            migrate(self._connections.writer)
            self._papers = queries.scalar(self._connections.writer, "SELECT count(*) FROM papers")
        except sqlite3.Error as error:
            self._connections.close()
            raise LibraryError(f"{str(path)!r} is not a litweave catalog: {error}") from error
        except LibraryError:
            self._connections.close()
            raise

    def close(self) -> None:
        """Close the file. Closing twice is harmless."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # papers ------------------------------------------------------------------------------------------

    def refuse_keeping(self, why: LibraryError) -> None:
        """From now on raise `why` where collections, tags, notes or reading status are to be changed."""
        self._connections.refuse_writing(why)

    def count(self, filters: Filters | None = None) -> int:
        """How many papers there are, or pass `filters`.

        All are counted at open: nobody else writes the file, and each search asks.
        """
        self._connections.refuse_closed()
        if not filters:
            return self._papers
        return self._connections.read(queries.count_matching, filters)

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or `None`."""
        return self.papers_by_id([paper_id]).get(paper_id)

    def papers_by_id(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The papers of those ids, in the order asked; ids that are not there are left out."""
        wanted = queries.storable(paper_ids)
        with self._connections.reading() as connection:
            found = queries.papers_by_id(connection, wanted)
        return {paper_id: found[paper_id] for paper_id in wanted if paper_id in found}

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]:
        """The papers that pass, in the order they were added, read page by page; writers are not held up."""
        after = 0
        while True:
            with self._connections.reading() as connection:
                page = queries.papers_after(connection, after, PAGE, filters)
            yield from (paper for _, paper in page)
            if len(page) < PAGE:
                return
            after = page[-1][0]

    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]:
        """Ids of the papers that pass `filters`, of all or `among` some. An unknown year passes no bound."""
        return self._connections.read(queries.matching, filters, None if among is None else queries.storable(among))

    def year_span(self) -> tuple[int, int] | None:
        """The first and the last year of the papers; `None` where none has a year."""
        return self._connections.read(queries.year_span)

    def year_counts(self) -> dict[int, int]:
        """How many papers there are of each year."""
        return self._connections.read(queries.year_counts)

    def by_identity(self, keys: Iterable[str]) -> dict[str, list[Paper]]:
        """For each identity key that is known: the papers that carry it, oldest first."""
        return self._connections.read(queries.by_identity, queries.storable(keys))

    def by_author(self, surname: str, year: int, *, limit: int = 50) -> list[Paper]:
        """Papers of about that year whose authors' names hold the surname."""
        return self._connections.read(queries.by_author, surname, year, limit)

    # chunks, sentences, vectors ----------------------------------------------------------------------

    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        """Chunks of each paper, in order; `vectors` is `None` where one still waits to be embedded."""
        return self._connections.read(queries.units, "chunks", queries.storable(paper_ids))

    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        """Sentences of each paper, in order; otherwise as `chunks`."""
        return self._connections.read(queries.units, "sentences", queries.storable(paper_ids))

    def vectors_of(self, filters: Filters) -> tuple[list[str], NDArray[np.float32]]:
        """The embedded chunks of all papers that pass, paper by paper: each row's paper id, and the rows."""
        return self._connections.read(queries.vectors_of, filters)

    def revision(self) -> int:
        """Grows with every write of this process: what was read at the same revision still holds."""
        return self._connections.commits

    def chunk_vectors(self, page: int = 5_000) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Every embedded chunk as `(chunk ids, (n, dimension) vectors)`, at most `page` rows at a time."""
        after = (0, -1)
        while True:
            with self._connections.reading() as connection:
                rows = queries.chunk_page(connection, after, page)
            if rows.ids:
                yield rows.ids, rows.vectors
            if len(rows.ids) < page:
                return
            after = rows.last

    def chunk_count(self) -> int:
        """How many chunks there are, embedded or not."""
        return self._connections.read(queries.scalar, "SELECT count(*) FROM chunks")

    def vector_count(self) -> int:
        """How many chunks are embedded: what the vector index must hold."""
        return self._connections.read(queries.scalar, "SELECT count(*) FROM chunks WHERE vector IS NOT NULL")

    def sample_chunks(self, n: int) -> tuple[list[str], NDArray[np.float32]]:
        """Up to `n` random chunks that the vector index must hold by now: ids and `(n, dimension)` vectors."""
        return self._connections.read(queries.sample_chunks, n)

    # what is embedded, and what waits -------------------------------------------------------------------

    def embedded_share(self) -> float:
        """In [0, 1]: the share of the chunks that have their vector; 1 where there are none. Cheap when it is 1."""
        with self._connections.reading() as connection:
            waiting = queries.scalar(connection, "SELECT count(*) FROM chunks WHERE vector IS NULL")
            chunks = queries.scalar(connection, "SELECT count(*) FROM chunks") if waiting else 0
        return 1.0 - waiting / chunks if chunks else 1.0

    def waiting_count(self) -> int:
        """How many chunks wait for their vector."""
        return self._connections.read(queries.scalar, "SELECT count(*) FROM chunks WHERE vector IS NULL")

    def waiting_among(self, paper_ids: Iterable[str]) -> frozenset[str]:
        """Those of the papers that have a chunk without a vector. Cheap when nothing waits at all."""
        return self._connections.read(embedding.waiting_among, queries.storable(paper_ids))

    def waiting_chunks(self, limit: int) -> list[Waiting]:
        """The next `limit` papers with chunks that wait for their vectors, and those chunks."""
        return self._connections.read(embedding.waiting_chunks, limit)

    def papers_without_sentences(self) -> int:
        """How many papers have no sentence vectors."""
        return self._connections.read(embedding.papers_without_sentences)

    def without_sentences(self, after: int, limit: int) -> list[tuple[int, Paper]]:
        """The next papers without sentence vectors, each with its row number: to go on `after` it."""
        return self._connections.read(embedding.without_sentences, after, limit)

    def known_vectors(self, hashes: Sequence[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors of those texts that were embedded before, by hash of model and text."""
        return self._connections.read(embedding.known_vectors, list(dict.fromkeys(hashes)))

    def store_chunks(self, batch: Sequence[VectorWrite]) -> int:
        """Vectors for chunks that wait, in one transaction with their outbox rows; returns how many were stored.

        A paper whose text has changed since is passed over: its new chunks wait.
        """
        with self._connections.writing() as connection:
            return sum(embedding.store_chunks(connection, write) for write in batch)

    def store_sentences(self, batch: Sequence[VectorWrite]) -> int:
        """Sentences with their vectors, in one transaction; otherwise as `store_chunks`."""
        with self._connections.writing() as connection:
            return sum(embedding.store_sentences(connection, write) for write in batch)

    def forget_spare_vectors(self) -> None:
        """Drop the vectors that were set aside when their texts were replaced."""
        with self._connections.writing() as connection:
            embedding.forget_spare(connection)

    # writing -----------------------------------------------------------------------------------------

    def write(self, batch: Sequence[PaperWrite], records: Mapping[str, Sequence[SourceRecord]] = _NONE) -> None:
        """Store a batch in one transaction: papers, keys, chunks, sentences, vectors and their outbox rows.

        `records`: what was said that those papers were made of, by paper id. All or nothing, also when the process
        is killed. Raises `LibraryError` (full disk, damaged file).
        """
        if not batch and not records:
            return
        with self._connections.writing() as connection:
            added = 0
            for item in batch:
                writes.write_paper(connection, item)
                added += item.change == "added"
            for paper_id, said in records.items():
                add_records(connection, row_number(connection, paper_id), said)
        self._counted(added)

    def _counted(self, more: int) -> None:
        with self._counting:
            self._papers += more

    # what the indexes have yet to take up --------------------------------------------------------------

    def pending(self, target: Target, limit: int) -> list[OutboxRow]:
        """The next changes that `target` has not taken up, oldest first."""
        return self._connections.read(queries.pending, target, limit)

    def newest_change(self) -> int:
        """Sequence number of the newest change ever made; 0 for none."""
        return self._connections.read(queries.newest_change)

    def advance(self, target: Target, seq: int) -> None:
        """Record that `target` holds every change up to `seq`, and forget those."""
        with self._connections.writing() as connection:
            writes.advance(connection, target, seq)

    def generation(self, target: Target) -> int:
        """Which generation of the index is in use; 0 before there is one."""
        return self._connections.read(queries.scalar, "SELECT generation FROM derived WHERE target = ?", target)

    def swap(self, target: Target, generation: int, seq: int) -> None:
        """Switch `target` to another generation that holds every change up to `seq`, in one step."""
        with self._connections.writing() as connection:
            writes.swap(connection, target, generation, seq)

    def fingerprint(self) -> Fingerprint | None:
        """What the stored vectors were made with; `None` in a new library."""
        return self._connections.read(queries.fingerprint)

    def set_fingerprint(self, fingerprint: Fingerprint) -> None:
        """Record what the stored vectors are made with."""
        with self._connections.writing() as connection:
            writes.set_fingerprint(connection, fingerprint)

    def problems(self) -> tuple[str, ...]:
        """What SQLite itself finds wrong with the file; empty when it is sound. Reads the whole file."""
        return self._connections.read(queries.problems)
