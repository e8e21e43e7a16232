"""Both derived indexes of a library: opened on first use, fed from the outbox, repaired when damaged.

An index lives in a directory of its own version and generation (`words/v1-g3`). A rebuild fills the next
generation from the catalog and then switches to it in one transaction, so a kill in the middle leaves
the old one in use.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import get_args

from service.catalog import Catalog, Target
from service.errors import IndexDamaged, IndexUnavailable, LibraryError
from service.index import marker
from service.index.allowed import EXACT_PAPERS
from service.index.applier import apply_vectors, apply_words, fill_vectors, fill_words
from service.index.outage import Outage
from service.index.probe import SAMPLE, Sample, probe_in_child, probe_vectors
from service.index.recall import recall
from service.index.server_meaning import ServerMeaning
from service.index.vector_places import VectorPlace, remove_other_generations
from service.index.vectors import BULK_BATCH, SERVING_BATCH, SETTLE_AFTER, Vectors
from service.index.words import INDEX_VERSION, WordIndex
from service.records import OtherCollection

_LOG = logging.getLogger(__name__)


class DerivedIndexes:
    """The word and the vector index over one catalog. Safe for many threads of one process.

    Replaced indexes stay open until `close`, for the searches that still hold them.
    """

    def __init__(
        self,
        root: Path,
        catalog: Catalog,
        *,
        place: VectorPlace,
        terms: Callable[[str], Sequence[str]],
        stop_terms: frozenset[str],
        lock: int | None = None,
    ) -> None:
        """`place`: where the vectors lie. `lock`: the open descriptor by which this process owns the library."""
        self._root = root
        self._lock_descriptor = lock
        self._catalog = catalog
        self._place = place
        self._terms = terms
        self._stop_terms = stop_terms
        self._lock = threading.RLock()
        self._words: WordIndex | None = None
        self._vectors: Vectors | None = None
        self._retired: list[WordIndex | Vectors] = []
        self._tail = 0
        self._examined = False
        self.outage = Outage(place.look)
        self._on_server = ServerMeaning(self, self.outage) if place.remote else None

    def check(self) -> None:
        """At open: probe and rebuild what an unclean end may have damaged, then take up pending changes."""
        last = marker.read(self._root)
        self._tail = 0 if last is None else last.tail
        # What lies in a server is examined when it is opened: it may be away now.
        here: tuple[Target, ...] = ("words",) if self._place.remote else get_args(Target)
        for target in here:
            self._remove_other_generations(target)
            if last is None and (problem := self._probe_closed(target, settle=True)) is not None:
                self._rebuild_after(target, problem)
        self._examined = True
        self.apply(batch=BULK_BATCH)
        for target in here:
            if (miscount := self._miscount(target)) is not None:
                self._rebuild_after(target, miscount)

    @property
    def words(self) -> WordIndex:
        """The word index in use, opened on first use; rebuilt if it cannot be opened or has the wrong size."""
        if (words := self._words) is not None:  # without the lock: a search never waits for an import
            return words
        with self._lock:
            if self._words is None:
                self._open("words")
            assert self._words is not None
            return self._words

    @property
    def vectors(self) -> Vectors:
        """The vector index in use; otherwise as `words`."""
        if (vectors := self._vectors) is not None:
            return vectors
        with self._lock:
            if self._vectors is None:
                self._open("vectors")
            assert self._vectors is not None
            return self._vectors

    def apply(self, *, batch: int = SERVING_BATCH) -> None:
        """Take up all pending changes; `batch` vectors are added at once."""
        with self._lock:
            if self._catalog.pending("words", 1):
                self._touch()
                apply_words(self._catalog, self.words)
            if self._catalog.pending("vectors", 1):
                self._touch()
                self._take_up_vectors(batch)

    @property
    def meaning(self) -> Vectors | ServerMeaning | None:
        """What searches ask: `vectors`, or that which bears with a server.

        `None` where it is not open yet, and so few papers are compared sooner with the vectors of the catalog.
        """
        if self._on_server is not None:
            return self._on_server
        return None if self._vectors is None and self._catalog.count() <= EXACT_PAPERS else self.vectors

    def vectors_unless_busy(self, wait_s: float) -> Vectors | None:
        """`vectors` with all changes taken up; `None` while another thread opens or fills them for longer than that."""
        if (vectors := self._vectors) is not None:
            return vectors
        if not self._lock.acquire(timeout=wait_s):
            return None
        try:
            vectors = self.vectors
            self._take_up_vectors(SERVING_BATCH)
            return self._vectors or vectors
        finally:
            self._lock.release()

    def forget(self, vectors: Vectors) -> None:
        """Have the vector index opened anew, and examined, before it is used again, unless that was done already."""
        if self._vectors is vectors:
            self._vectors = None

    def rebuild(self, target: Target) -> None:
        """Fill a new generation from the catalog and switch to it. Nothing is embedded."""
        with self._lock:
            self._touch()
            generation, seq = self._catalog.generation(target) + 1, self._catalog.newest_change()
            if target == "words":
                directory = self._directory(generation)
                shutil.rmtree(directory, ignore_errors=True)
                words = WordIndex.create(directory, terms=self._terms, stop_terms=self._stop_terms)
                fill_words(self._catalog, words)
                self._catalog.swap(target, generation, seq)
                self._words, old = words, self._words
                self._retired += [] if old is None else [old]
            else:
                vectors = self._place.create(generation, expected=self._catalog.vector_count())
                self._tail = fill_vectors(self._catalog, vectors)
                self._catalog.swap(target, generation, seq)
                self._vectors, replaced = vectors, self._vectors
                self._retired += [] if replaced is None else [replaced]

    def others(self) -> tuple[OtherCollection, ...]:
        """See `VectorPlace.others`; none are known of while it is away."""
        return () if self.outage.now() is not None else self._place.others()

    def problems(self) -> list[str]:
        """What a full examination of both indexes finds; empty when they are sound. Repairs nothing."""
        found: list[str | None] = []
        with self._lock:
            for target in get_args(Target):
                if target == "vectors" and (away := self.outage.now()) is not None:
                    found.append(str(away))
                    continue
                if self._catalog.generation(target) == 0:
                    continue
                problem = self._probe_closed(target)
                if problem is None:
                    problem = self._probe_open(target)
                found.append(problem or self._miscount(target))
        return [problem for problem in found if problem is not None]

    def recall(self) -> float:
        """Recall@50 of the vector index against an exact search, in [0, 1]. Reads all vectors."""
        return recall(self._catalog, self.vectors)

    def indexed(self) -> int:
        """How many chunks the vector index holds; 0 where it is new, damaged or away."""
        vectors = self._vectors
        try:
            return 0 if vectors is None else vectors.count()
        except IndexUnavailable:
            return 0

    def close(self) -> None:
        """Persist, close both indexes and record the clean end. Closing twice is harmless."""
        with self._lock:
            clean = self._examined
            if self._vectors is not None and self._tail > SETTLE_AFTER:
                try:
                    self._vectors.settle()
                    self._tail = 0
                except LibraryError as error:
                    _LOG.warning("not a clean close, the next open will probe the indexes: %s", error)
                    clean = False
            for index in (self._words, self._vectors, *self._retired):
                if index is not None:
                    index.close()
            self._words, self._vectors, self._retired, self._examined = None, None, [], False
            if clean:
                for target in get_args(Target):
                    with suppress(IndexUnavailable, IndexDamaged):
                        self._remove_other_generations(target)
                with suppress(OSError):  # a full disk: the next open probes the indexes
                    marker.write(self._root, marker.CleanClose(self._tail))
            self._place.close()

    def _open(self, target: Target) -> None:
        if self._catalog.generation(target) == 0:
            self.rebuild(target)
            return
        try:
            if target == "words":
                self._words = WordIndex.open(self._directory(), terms=self._terms, stop_terms=self._stop_terms)
            else:
                self._vectors = self._place.open(self._catalog.generation(target))
            problem = self._miscount(target)
        except IndexDamaged as error:
            problem = str(error)
        if problem is not None:
            self._rebuild_after(target, problem)

    def _miscount(self, target: Target) -> str | None:
        """What an open index holds against what the catalog says it must; `None` when right or not open."""
        if target == "words":
            if self._words is None:
                return None
            held, expected, what = self._words.count(), self._catalog.count(), "papers"
        else:
            if self._vectors is None:
                return None
            held, expected, what = self._vectors.count(), self._catalog.vector_count(), "chunks"
        # Asked last: an import that commits in between leaves its changes pending, for we hold the lock.
        if held == expected or self._catalog.pending(target, 1):
            return None
        return f"{target} index holds {held} {what} of {expected}"

    def _probe_closed(self, target: Target, *, settle: bool = False) -> str | None:
        """The finding of a child process about an index that is not open here; `None` if sound or open."""
        is_open = self._words is not None if target == "words" else self._vectors is not None
        if is_open or self._catalog.generation(target) == 0:
            return None
        if target == "vectors":
            return self._place.probe(self._catalog.generation(target), settle=settle)
        return probe_in_child(self._catalog, target, self._directory(), "", settle=settle, lock=self._lock_descriptor)

    def _probe_open(self, target: Target) -> str | None:
        try:
            if target == "words":
                self.words.search(["the", "model"], 1)
                return None
            return probe_vectors(self.vectors, Sample(*self._catalog.sample_chunks(SAMPLE)))
        except (IndexDamaged, IndexUnavailable) as error:
            return str(error)

    def _take_up_vectors(self, batch: int) -> None:
        """What a server that is away misses stays pending; one that has lost what it held is filled anew."""
        if not self._place.remote:
            self._tail += apply_vectors(self._catalog, self.vectors, batch=batch)
            return
        try:
            try:
                apply_vectors(self._catalog, self.vectors, batch=batch)
                problem = self._miscount("vectors")
            except IndexDamaged as error:
                problem = str(error)
            if problem is not None:
                self._rebuild_after("vectors", problem)
            self.outage.end()
        except (IndexUnavailable, IndexDamaged) as error:
            self._vectors = None
            self.outage.begin(error)

    def _rebuild_after(self, target: Target, problem: str) -> None:
        _LOG.warning("rebuilding the %s index from the catalog: %s", target, problem)
        self.rebuild(target)

    def _touch(self) -> None:
        marker.remove(self._root)

    def _directory(self, generation: int | None = None) -> Path:
        number = self._catalog.generation("words") if generation is None else generation
        return self._root / "words" / f"v{INDEX_VERSION}-g{number}"

    def _remove_other_generations(self, target: Target) -> None:
        """Delete what a rebuild has replaced or a kill has left half built."""
        if target == "words":
            remove_other_generations(self._root / "words", self._directory())
        else:
            self._place.keep_only(self._catalog.generation(target))
