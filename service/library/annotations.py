"""What was read off the abstracts of a library, kept in its catalog, and the papers behind a name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from service.annotate import VERSION, AnnotatedAbstract, annotate
from service.annotate.names import name_key
from service.annotate.stored import from_bytes, name_keys, to_bytes
from service.catalog import AnnotationWrite, Catalog
from service.errors import LibraryError
from service.library.embedding import Stop
from service.records import Filters, Paper
from service.text.terms import singular, terms

_LOG = logging.getLogger(__name__)
_MOST_COINERS: Final = 3
"""A name that more papers than this coin belongs to the field: all of them only mention it."""
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class NamedPapers:
    """Papers that coin a name, and papers that only mention it."""

    coined: tuple[Paper, ...]
    mentioned: tuple[Paper, ...]


def annotation_of(paper: Paper) -> AnnotationWrite:
    """The annotation of a paper as it is stored."""
    return _write(annotate(paper))


class Annotations:
    """Annotations by way of a catalog. An annotation that cannot be stored is made whenever it is asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._table = catalog.annotations
        self._complete = False

    def of(self, papers: Sequence[Paper]) -> list[AnnotatedAbstract]:
        """Those of the papers, in their order."""
        stored = self._table.stored((p.paper_id for p in papers), VERSION)
        read = [from_bytes(p, stored[p.paper_id]) if p.paper_id in stored else None for p in papers]
        made: dict[str, AnnotationWrite] = {}
        result: list[AnnotatedAbstract] = []
        for paper, annotated in zip(papers, read, strict=True):
            if annotated is None:
                annotated = annotate(paper)
                made[paper.paper_id] = _write(annotated)
            result.append(annotated)
        self._store(made)
        return result

    def frequency(self, name: str, document_frequency: Callable[[str], int]) -> int:
        """How many papers coin or mention a name; at most, by its words, until all of an older library are read."""
        if self._all_read():
            return self._table.name_frequency(_key(name))
        return min(map(document_frequency, terms(name)), default=0)

    def named(self, name: str, ranked: Sequence[Paper], *, n: int, filters: Filters | None) -> NamedPapers:
        """Up to `n` papers of each kind, those of `ranked` first and in its order."""
        if not self._all_read():
            self.of(ranked)
        key = _key(name)
        coined = self._table.named(key, coined=True, limit=_MOST_COINERS + 1, filters=filters)
        mentioned = self._table.named(key, coined=False, limit=_PAGE, filters=filters)
        if len(coined) > _MOST_COINERS:
            mentioned = self._table.named(key, coined=True, limit=_PAGE, filters=filters) + mentioned
            coined = []
        place = {paper.paper_id: i for i, paper in enumerate(ranked)}
        by_words = sorted(mentioned, key=lambda paper: place.get(paper.paper_id, len(place)))  # stable
        return NamedPapers(tuple(coined[:n]), tuple(by_words[:n]))

    def read_all(self, stop: Stop | None = None) -> None:
        """Read the papers that an older litweave imported, page by page, until `stop` says so."""
        while not (stop is not None and stop()):
            papers = self._table.unread(VERSION, _PAGE)
            if self._store({paper.paper_id: annotation_of(paper) for paper in papers}) < _PAGE:
                return

    def _all_read(self) -> bool:
        """Whether names are counted over all papers; a few that are not yet read are read now."""
        if not self._complete:
            waiting = self._table.unread_count(VERSION)
            if 0 < waiting <= _PAGE:
                self.read_all()
            self._complete = waiting <= _PAGE
        return self._complete

    def _store(self, made: dict[str, AnnotationWrite]) -> int:
        if not made:
            return 0
        try:
            return self._table.store(made)
        except LibraryError as error:
            _LOG.warning("%d annotations could not be kept: %s", len(made), error)
            return 0


def _write(annotated: AnnotatedAbstract) -> AnnotationWrite:
    paper = annotated.paper
    return AnnotationWrite(paper.title, paper.abstract, VERSION, to_bytes(annotated), name_keys(annotated))


def _key(name: str) -> str:
    return name_key(singular(name))
