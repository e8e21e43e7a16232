"""Changes of stored papers that are no import: fields other than title and abstract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.catalog import Catalog, PaperWrite
from service.records import Paper


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
