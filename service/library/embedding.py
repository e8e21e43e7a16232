"""A batch of papers -> its chunks and sentences with their vectors, embedded in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.catalog import Units
from service.index.embedding import Embedder
from service.records import Chunk, Paper, Span


class UnitMaker(Protocol):
    """How an abstract is cut, and under which text a part of it is embedded. Changes with `fingerprint`."""

    @property
    def fingerprint(self) -> str: ...

    def chunks(self, paper: Paper) -> tuple[Chunk, ...]: ...

    def sentences(self, paper: Paper) -> tuple[Span, ...]: ...

    def context(self, paper: Paper, text: str) -> str: ...


def embed_papers(papers: Sequence[Paper], *, chunker: UnitMaker, embedder: Embedder) -> list[tuple[Units, Units]]:
    """Chunks and sentences of each paper, in its order. Equal texts are embedded once. Raises `EmbeddingError`."""
    spans = [
        (tuple(Span(chunk.start, chunk.end) for chunk in chunker.chunks(paper)), chunker.sentences(paper))
        for paper in papers
    ]
    texts = [
        [chunker.context(paper, paper.abstract[span.start : span.end]) for span in (*chunks, *sentences)]
        for paper, (chunks, sentences) in zip(papers, spans, strict=True)
    ]
    distinct = {text: row for row, text in enumerate(dict.fromkeys(text for of_one in texts for text in of_one))}
    vectors = embedder.embed(list(distinct))
    made = []
    for (chunks, sentences), of_one in zip(spans, texts, strict=True):
        rows = _rows(vectors, [distinct[text] for text in of_one])
        made.append((Units(chunks, rows[: len(chunks)]), Units(sentences, rows[len(chunks) :])))
    return made


def _rows(vectors: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
    picked: NDArray[np.float32] = vectors[np.asarray(rows, dtype=np.intp)]
    return picked
