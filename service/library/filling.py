"""Vectors for what waits for them, a batch a transaction: after an import, in the background, or on demand.

Nothing is remembered but the catalog: what has no vector waits, so a fill that was killed goes on where it was.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from service.catalog import Catalog, Units, VectorWrite, Waiting
from service.errors import DiskFull, LibraryClosing, LitweaveError
from service.library.embedding import Stop, Stopped, Vectoriser
from service.records import Paper

_LOG = logging.getLogger(__name__)
_SENTENCES_A_PAPER = 9
SPACE_AGAIN_S: Final = 10.0
"""How often a full disk is looked at again."""
_FIRST_CHUNKS = 64
"""The first batch, each after it twice as many up to a full one: a second's work, so that a rate is soon known."""
_FIRST_PAPERS = 8

Progress = Callable[[int, int], None]
"""Hears how many chunks (or papers, for sentences) are embedded, of how many."""


@dataclass(frozen=True, slots=True)
class Filler:
    """Embeds chunks first, sentences after them. `taken_up` is called after each batch: it feeds the vector index.

    One fill at a time: a second waits for the batch of the first, and finds less to do. A fill leaves off while a
    request reads sentences that still wait for their vectors.
    """

    catalog: Catalog
    vectoriser: Vectoriser
    batch_chunks: int
    taken_up: Callable[[], None]
    turn: threading.Lock

    def chunks(self, progress: Progress | None = None, stop: Stop = lambda: False) -> None:
        """Embed every chunk that waits, unless `stop`, asked every half second or so, says to leave off.

        Raises `EmbeddingError`.
        """
        done, total = 0, self.catalog.waiting_count()
        _begin(progress, total)
        size = _FIRST_CHUNKS
        while not stop():
            with self.turn:
                batch = self._next_chunks(min(size, self.batch_chunks))
                if not batch:
                    return
                try:
                    done += self.catalog.store_chunks(self.vectoriser.vectors(batch, stop))
                except Stopped:
                    return
                self.taken_up()
            size *= 2
            if progress is not None:
                progress(done, max(done, total))

    def sentences(self, progress: Progress | None = None, stop: Stop = lambda: False) -> None:
        """Embed the sentences of every paper that has none stored; otherwise as `chunks`."""
        done, total, after = 0, self.catalog.papers_without_sentences(), 0
        _begin(progress, total)
        size = _FIRST_PAPERS
        while not stop():
            with self.turn:
                page = self.catalog.without_sentences(after, min(size, max(1, self.batch_chunks // _SENTENCES_A_PAPER)))
                if not page:
                    self.catalog.forget_spare_vectors()
                    return
                try:
                    self._embed_sentences([paper for _, paper in page], stop)
                except Stopped:
                    return
            after, done, size = page[-1][0], done + len(page), size * 2
            if progress is not None:
                progress(done, max(done, total))

    def read_sentences(self, papers: Sequence[Paper], stop: Stop = lambda: False) -> list[Units]:
        """Each paper's sentences with their vectors; those that still wait for theirs are embedded now, and kept.

        Raises `EmbeddingError`, `LibraryClosing` where `stop` says so before all are there.
        """
        stored = self.catalog.sentences([p.paper_id for p in papers])
        waiting = [p for p in papers if p.paper_id not in stored or stored[p.paper_id].vectors is None]
        if waiting:
            try:
                writes = self._embed_sentences(waiting, stop, urgent=True)
            except Stopped as stopped:
                raise LibraryClosing("the library is being closed; ask again when it is open") from stopped
            stored |= {write.paper.paper_id: Units(write.spans, write.vectors) for write in writes}
        return [stored[p.paper_id] for p in papers]

    def _embed_sentences(
        self, papers: Sequence[Paper], stop: Stop = lambda: False, *, urgent: bool = False
    ) -> list[VectorWrite]:
        cut = self.vectoriser.chunker.sentences
        writes = self.vectoriser.vectors([Waiting(paper, cut(paper)) for paper in papers], stop, urgent=urgent)
        self.catalog.store_sentences(writes)
        return writes

    def _next_chunks(self, most: int) -> list[Waiting]:
        """Whole papers: the vector index takes up a paper once all its chunks are there."""
        batch: list[Waiting] = []
        chunks = 0
        for waiting in self.catalog.waiting_chunks(most):
            batch.append(waiting)
            chunks += len(waiting.spans)
            if chunks >= most:
                break
        return batch


def _begin(progress: Progress | None, total: int) -> None:
    """Say how much there is before the first batch is done."""
    if progress is not None and total:
        progress(0, total)


class Background:
    """A thread that fills whatever waits, until it is stopped. `wake` it after each import."""

    def __init__(self, fill: Callable[[Stop], None]) -> None:
        self._fill = fill
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="litweave-vectors", daemon=True)
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    def stop(self) -> None:
        """Leave off within a second or so, and wait for that."""
        self._stopped.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        again_s: float | None = None
        while not self._stopped.is_set():
            self._woken.wait(again_s)
            self._woken.clear()
            try:
                self._fill(self._stopped.is_set)
                again_s = None
            except DiskFull as error:
                if again_s is None:
                    _LOG.warning("embedding goes on when there is space again: %s", error)
                again_s = SPACE_AGAIN_S
            except LitweaveError as error:
                again_s = None
                _LOG.warning("embedding stopped until the next import: %s", error)
