"""What the review core needs of a library, as a protocol: tests hand in small corpora, the service a real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.records import Filters, Paper, SearchResult, Span

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PaperSentences:
    """A paper cut into sentences: `vectors[i]` (unit length) embeds the title and `abstract[spans[i]]`."""

    paper: Paper
    spans: tuple[Span, ...]
    vectors: Vectors

    def text(self, i: int) -> str:
        """Sentence `i`, verbatim."""
        span = self.spans[i]
        return self.paper.abstract[span.start : span.end]


class Corpus(Protocol):
    """The searchable papers, as evidence is drawn from them."""

    def count(self) -> int: ...

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult: ...

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        """Up to n papers by words alone (BM25), best first."""

    def sentences(self, papers: Sequence[Paper]) -> list[PaperSentences]:
        """The papers' sentences with vectors, in the papers' order."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), unit rows."""

    def document_frequency(self, term: str) -> int:
        """How many papers hold a search term (as `service.text.terms.terms` gives it)."""
