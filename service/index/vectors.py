"""The meaning index: chunk ids and vectors in an embedded Chroma collection.

Derived from the catalog and disposable. The traps of chromadb 1.5.9 that this file works around are
listed, with the measurements, in docs/adr/0004-catalog-is-the-truth.md. `service.index.vector_server` is the same index
in a Chroma server; no other file imports chromadb.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray

from service.diskspace import unwritable
from service.errors import IndexDamaged, LibraryError

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

INDEX_VERSION: Final = 1
SERVING_BATCH: Final = 100
"""Vectors an `add` while searches run: 2,000 at once keep the interpreter lock for 1.7 s."""
BULK_BATCH: Final = 5_000
SETTLE_AFTER: Final = 2_000
"""Vectors that may stay unpersisted at close: opening re-inserts them, about 0.3 ms each."""

_DELETE_PAGE: Final = 1_000
_SYNC_THRESHOLD: Final = 50_000
_SETTLE_THRESHOLD: Final = 50
_LARGE: Final = 500_000
HNSW: Final[CreateHNSWConfiguration] = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 100,
    "sync_threshold": _SYNC_THRESHOLD,
}


def ef_search(vectors: int) -> int:
    """How many candidates a search keeps, for recall@50 of at least .98 at that size (docs/adr/0012)."""
    return 200 if vectors < _LARGE else 400


class Vectors:
    """One Chroma collection, wherever it lies. Safe for many threads of one process, never for two."""

    largest_batch: int = BULK_BATCH
    """Vectors that may be sent at once."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._held: int | None = None

    def count(self) -> int:
        """How many vectors Chroma says it holds. Proves little: a damaged index can still count right."""
        with self._failures():
            return int(self._collection.count())

    def query(self, vector: NDArray[np.float32], n: int) -> list[tuple[str, float]]:
        """The `n` nearest chunks as `(chunk_id, cosine)`, nearest first; `vector` is `(dimension,)`.

        Raises `IndexDamaged` when the index fails.
        """
        return self.query_each(vector.reshape(1, -1), n)[0]

    def query_each(self, vectors: NDArray[np.float32], n: int) -> list[list[tuple[str, float]]]:
        """As `query` for each row of `vectors`, `(m, dimension)`, in one call of Chroma."""
        if n <= 0 or not len(vectors):
            return [[] for _ in vectors]
        with self._failures():
            # It finds fewer where there are fewer, but reserves room for what it was asked.
            found = self._collection.query(
                query_embeddings=vectors, n_results=min(n, self._most()), include=["distances"]
            )
            return [
                [(str(i), 1.0 - float(d)) for i, d in zip(ids, row, strict=True)][:n]
                for _, ids, row in zip(vectors, found["ids"], found["distances"] or (), strict=True)
            ]

    def load(self) -> None:
        """Read the graph into memory now: Chroma does it at the first query."""
        with self._failures():
            some = self._collection.get(limit=1, include=["embeddings"])
            if some["ids"]:
                self._collection.query(query_embeddings=some["embeddings"], n_results=1, include=[])

    def add(self, ids: Sequence[str], vectors: NDArray[np.float32], *, batch: int = SERVING_BATCH) -> None:
        """Add chunks. An id that is there keeps its old vector (Chroma says nothing): `drop` it first."""
        size = min(batch, self.largest_batch)
        for i in range(0, len(ids), size):
            with self._failures():
                self._collection.add(ids=list(ids[i : i + size]), embeddings=vectors[i : i + size])
            if self._held is not None:
                self._held += len(ids[i : i + size])

    def drop(self, ids: Sequence[str]) -> None:
        """Remove chunks; ids that are not there are passed over."""
        size = min(_DELETE_PAGE, self.largest_batch)
        for i in range(0, len(ids), size):
            with self._failures():
                self._collection.delete(ids=list(ids[i : i + size]))

    def settle(self) -> None:
        """Persist every vector, where that is for this process to do. Nobody may be searching."""

    def close(self) -> None:
        """Let go of the collection. Closing twice is harmless."""

    def _most(self) -> int:
        """At least as many as there are, without asking Chroma, which counts rows."""
        if self._held is None:
            self._held = self.count()
        return max(1, self._held)

    def _failures(self) -> AbstractContextManager[None]:
        """Turns what Chroma raises into an error of the tree."""
        raise NotImplementedError


class VectorIndex(Vectors):
    """A collection in a directory of its own, of this process alone."""

    def __init__(self, directory: Path, client: Client, collection: Collection) -> None:
        super().__init__(collection)
        self._directory = directory
        self._client = client
        self._closing = threading.Lock()
        self._closed = False

    @classmethod
    def create(cls, directory: Path, model: str, *, expected: int = 0) -> VectorIndex:
        """A new, empty index for about `expected` vectors of `model`.

        Raises `IndexDamaged` when Chroma refuses the directory.
        """
        for folder in (directory.parent, directory):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _failures_named(directory):
            client = _client(directory)
            collection = client.create_collection(
                collection_name(model),
                configuration={"hnsw": {**HNSW, "ef_search": ef_search(expected)}},
                embedding_function=None,
            )
        return cls(directory, client, collection)

    @classmethod
    def open(cls, directory: Path, model: str) -> VectorIndex:
        """The index that is there. Raises `IndexDamaged` when it is missing, of another model or unreadable."""
        # Asked first: Chroma would make an empty store in its place.
        if not (directory / "chroma.sqlite3").is_file():
            raise _damaged(directory, FileNotFoundError("chroma.sqlite3 is missing"))
        with _failures_named(directory):
            client = _client(directory)
            try:
                # None here too: Chroma would otherwise build its default model, and try to download it.
                collection = client.get_collection(collection_name(model), embedding_function=None)
            except BaseException:
                client.close()
                raise
        return cls(directory, client, collection)

    def settle(self) -> None:
        """Persist every vector, so that the next open need not insert them again. Nobody may be searching.

        Chroma persists when `sync_threshold` is passed at a write, and reads the threshold when it opens a
        collection: so lower it, reopen, write one vector again, and put it back. Called before anything else is
        asked of an index, it inserts what is not persisted yet only once.
        """
        with self._failures():
            self._collection.modify(configuration={"hnsw": {"sync_threshold": _SETTLE_THRESHOLD}})
            self._client.close()
            self._client = _client(self._directory)
            self._collection = self._client.get_collection(self._collection.name, embedding_function=None)
            some = self._collection.get(limit=1, include=["embeddings"])
            if some["ids"]:
                # An upsert of the same vector: killed here, the index still holds what it held.
                self._collection.upsert(ids=some["ids"], embeddings=some["embeddings"])
            # `ef_search` acts from the next open on.
            width = ef_search(self.count())
            self._collection.modify(configuration={"hnsw": {"sync_threshold": _SYNC_THRESHOLD, "ef_search": width}})

    def close(self) -> None:
        """Stop Chroma's threads for this directory. Closing twice is harmless."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._client.close()

    def _failures(self) -> AbstractContextManager[None]:
        return _failures_named(self._directory)


def collection_name(model: str) -> str:
    """The collection's name: index version and model, in the characters Chroma allows."""
    return f"chunks-v{INDEX_VERSION}-{re.sub(r'[^A-Za-z0-9]+', '-', model).strip('-')[:400] or 'model'}"


def _client(directory: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    try:
        # The factory is typed as an interface without `close`; what it makes is a `Client`.
        return cast("Client", chromadb.PersistentClient(str(directory), Settings(anonymized_telemetry=False)))
    except BaseException:
        _forget_start(directory)
        raise


def _forget_start(directory: Path) -> None:
    """A start that failed, on a full disk, is kept by chromadb 1.5.9, and every later one would get that one."""
    from chromadb.api.shared_system_client import SharedSystemClient

    name = str(directory)
    if not SharedSystemClient._identifier_to_refcount.get(name):
        SharedSystemClient._identifier_to_system.pop(name, None)


@contextmanager
def _failures_named(directory: Path) -> Iterator[None]:
    """Turn what Chroma raises, from its Rust core or its own Python, into `IndexDamaged`."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, RuntimeError, OSError, KeyError) as error:
        raise _damaged(directory, error) from error


def _damaged(directory: Path, error: Exception) -> LibraryError:
    return unwritable(directory, error) or IndexDamaged(
        f"vector index {str(directory)!r} fails ({error}); litweave doctor --rebuild makes it anew from the "
        "catalog, without embedding again"
    )
