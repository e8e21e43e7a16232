"""What is read and amended of a library's papers straight in its catalog, without an index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from service.annotate import AnnotatedAbstract
from service.catalog import Catalog, PaperWrite
from service.catalog.shelves import Shelves
from service.library.annotations import Annotations
from service.records import Filters, Paper


@dataclass(frozen=True, slots=True)
class Amendment:
    """Fields of one paper to be changed, all but title and abstract, and keys under which it is found from now on."""

    paper_id: str
    change: Callable[[Paper], Paper]
    keys: tuple[str, ...] = ()


def amend(catalog: Catalog, amendments: Sequence[Amendment]) -> int:
    """Change the papers in one transaction; how many were changed. The caller holds the turn of imports.

    Each change is made of the paper as it is stored now. Papers that are gone are passed over, and a key that leads to
    a paper already stays with it. Raises `ValueError` for a change of id, title or abstract.
    """
    stored = catalog.papers_by_id(amendment.paper_id for amendment in amendments)
    taken = catalog.by_identity(key for amendment in amendments for key in amendment.keys)
    writes = []
    for amendment in amendments:
        paper = stored.get(amendment.paper_id)
        changed = None if paper is None else amendment.change(paper)
        if paper is None or changed is None or changed == paper:
            continue
        if (changed.paper_id, changed.title, changed.abstract) != (paper.paper_id, paper.title, paper.abstract):
            raise ValueError(f"an amendment of {paper.paper_id!r} changes its id or text")
        writes.append(PaperWrite(changed, tuple(key for key in amendment.keys if key not in taken), "fields"))
    catalog.write(writes)
    return len(writes)


class PaperReading:
    """The papers of a library, and the shelves they stand on."""

    _catalog: Catalog
    _annotations: Annotations
    _turn: threading.Lock

    @property
    def shelves(self) -> Shelves:
        """Collections, tags, notes and reading status."""
        return self._catalog.shelves

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]:
        """The papers that pass, in the order they were added."""
        return self._catalog.papers(filters)

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or `None`."""
        return self._catalog.paper(paper_id)

    def by_identity(self, keys: Iterable[str]) -> dict[str, list[Paper]]:
        """For each known key of `service.identity.identity_keys` (`doi:…`, `arxiv:…`, `title:…`) its papers."""
        return self._catalog.by_identity(keys)

    def by_author(self, surname: str, year: int) -> list[Paper]:
        """Papers of that year, or of one beside it, whose authors' names hold the surname."""
        return self._catalog.by_author(surname, year)

    def newest_change(self) -> int:
        """Grows with every change of a paper or its vectors, by whichever process; as it is while nothing changes."""
        return self._catalog.newest_change()

    def count(self, filters: Filters | None = None) -> int:
        """How many papers there are, or pass."""
        return self._catalog.count(filters)

    def without_year(self, filters: Filters) -> int:
        """How many papers have no year and pass all of the filters but those of the year."""
        others = replace(filters, year_from=None, year_to=None)
        return self.count(others) - self.count(replace(others, year_from=1))

    def year_span(self) -> tuple[int, int] | None:
        """The first and the last year of the papers; `None` where none has a year."""
        return self._catalog.year_span()

    def year_counts(self) -> dict[int, int]:
        """How many papers there are of each year."""
        return self._catalog.year_counts()

    def annotated(self, papers: Sequence[Paper]) -> list[AnnotatedAbstract]:
        """What is read off the papers' abstracts, in their order: as stored, else made now and kept."""
        return self._annotations.of(papers)

    def amend(self, amendments: Sequence[Amendment]) -> int:
        """Change fields of papers other than their text; how many papers were changed. See `amend`."""
        with self._turn:
            return amend(self._catalog, amendments)
