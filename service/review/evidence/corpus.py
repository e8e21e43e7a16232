"""What the review core needs of a library, as a protocol: tests hand in small corpora, the service a real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.annotate import AnnotatedAbstract
from service.records import Filters, Paper, SearchResult

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NamedPapers:
    """Papers that coin a name, and papers that only mention it; both best first."""

    coined: tuple[Paper, ...]
    mentioned: tuple[Paper, ...]


class Corpus(Protocol):
    """The searchable papers, as evidence is drawn from them."""

    def count(self) -> int: ...

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:
        """Up to k papers by words and meaning, best first; their passages are not needed."""

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        """Up to n papers by words alone (BM25), best first."""

    def annotated(self, papers: Sequence[Paper]) -> list[AnnotatedAbstract]:
        """The papers' annotations, in their order."""

    def vectors(self, papers: Sequence[Paper]) -> list[Vectors]:
        """For each paper (n sentences, dimension), unit rows: row `i` embeds the title and annotated sentence `i`."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), unit rows."""

    def year_span(self) -> tuple[int, int] | None:
        """The first and the last year of the papers; `None` where none has a year."""

    def document_frequency(self, term: str) -> int:
        """How many papers hold a search term (as `service.text.terms.terms` gives it)."""

    def name_frequency(self, name: str) -> int:
        """How many papers mention or coin a name."""

    def named(self, name: str, *, n: int, filters: Filters | None) -> NamedPapers:
        """Up to n papers of each kind for a system's name."""
