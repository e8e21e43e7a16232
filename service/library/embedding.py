"""Papers -> units and their vectors. A text that was ever embedded, in whatever paper, is not embedded again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from service.catalog import Catalog, VectorWrite, Waiting
from service.records import Chunk, Paper, Span

if TYPE_CHECKING:
    from service.library.embedding_queue import EmbeddingQueue

_HASH_BYTES = 16
"""Of a sha256: two of a billion texts collide with a chance of 1e-21."""

Stop = Callable[[], bool]


class Stopped(Exception):
    """`stop` said so before everything was embedded; what was embedded in this call is lost."""


class UnitMaker(Protocol):
    """How an abstract is cut, and under which text a part of it is embedded. Changes with `fingerprint`."""

    @property
    def fingerprint(self) -> str: ...

    def chunks(self, paper: Paper) -> tuple[Chunk, ...]: ...

    def sentences(self, paper: Paper) -> tuple[Span, ...]: ...

    def context(self, paper: Paper, text: str) -> str: ...


def text_hash(model: str, text: str) -> bytes:
    """Names what is embedded: the same 16 bytes for the same model and text, and for no other."""
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "surrogatepass")).digest()[:_HASH_BYTES]


@dataclass(frozen=True, slots=True)
class Vectoriser:
    """Makes the vectors of spans of papers, embedding only texts that the catalog holds no vector for."""

    known: Catalog
    chunker: UnitMaker
    queue: EmbeddingQueue

    def vectors(
        self, units: Sequence[Waiting], stop: Stop = lambda: False, *, urgent: bool = False
    ) -> list[VectorWrite]:
        """A vector for every span, in order. Equal texts are embedded once. Raises `EmbeddingError`, `Stopped`.

        `urgent` as for `EmbeddingQueue.vectors`.
        """
        texts = {
            text_hash(self.queue.name, text): text
            for unit in units
            for text in (self._context(unit.paper, span) for span in unit.spans)
        }
        known = self.known.known_vectors(list(texts))
        new = {key: text for key, text in texts.items() if key not in known}
        known |= self.queue.vectors(new, urgent=urgent, stop=stop)
        return [self._write(unit, known) for unit in units]

    def _write(self, unit: Waiting, known: dict[bytes, NDArray[np.float32]]) -> VectorWrite:
        hashes = tuple(text_hash(self.queue.name, self._context(unit.paper, span)) for span in unit.spans)
        rows = [known[key] for key in hashes] or np.zeros((0, self.queue.dimension), np.float32)
        return VectorWrite(unit.paper, unit.spans, np.asarray(rows, np.float32), hashes)

    def _context(self, paper: Paper, span: Span) -> str:
        return self.chunker.context(paper, paper.abstract[span.start : span.end])
