"""The meaning index as a search sees it where it lies in a server: it may be away, or come back with less."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from service.errors import IndexDamaged, IndexUnavailable
from service.index.outage import Outage
from service.index.vectors import Vectors

_TURN_S: Final = 0.5
"""How long a search waits for another thread that opens or fills the index."""


class Reopened(Protocol):
    """What is asked of the derived indexes."""

    def vectors_unless_busy(self, wait_s: float) -> Vectors | None: ...

    def forget(self, vectors: Vectors) -> None: ...


class ServerMeaning:
    """Asks the server, and has the index opened anew after every failure, for it may have lost what it held."""

    def __init__(self, indexes: Reopened, outage: Outage) -> None:
        self._indexes = indexes
        self._outage = outage

    def query(self, vector: NDArray[np.float32], n: int, /) -> list[tuple[str, float]]:
        """As `Vectors.query`. Raises `IndexUnavailable` while the server is away or being filled."""
        if (why := self._outage.lasting()) is not None:
            raise why
        vectors = self._open()
        try:
            found = vectors.query(vector, n)
        except (IndexUnavailable, IndexDamaged) as error:
            self._indexes.forget(vectors)
            raise self._outage.begin(error) from error
        self._outage.end()
        return found

    def load(self) -> None:
        """Open the index before it is asked, where that can be done now."""
        with suppress(IndexUnavailable):
            self._open()

    def _open(self) -> Vectors:
        try:
            vectors = self._indexes.vectors_unless_busy(_TURN_S)
        except (IndexUnavailable, IndexDamaged) as error:
            raise self._outage.begin(error) from error
        if vectors is None:
            raise IndexUnavailable("the Chroma server is being filled from the catalog: search again in a while")
        return vectors
