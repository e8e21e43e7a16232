"""Papers by aspects as a matrix: extractive cells, every column and every empty cell accounted for."""

from __future__ import annotations

from collections.abc import Sequence

from service.annotate import AnnotatedAbstract
from service.records import Matrix, Row
from service.review.comparison.columns import columns, proposed
from service.review.comparison.extraction import extracted, values
from service.review.comparison.model import Column
from service.review.evidence.model import PaperEvidence


def table_for(papers: Sequence[PaperEvidence], aspects: Sequence[str] = ()) -> Matrix | None:
    """The papers by these aspects, or by the columns that most of them fill; `None` below two papers or without a cell.

    Cells are verbatim parts of sentences; their citations have no labels as yet.
    """
    if len(papers) < 2:
        return None
    abstracts = [p.abstract for p in papers]
    asked = columns(aspects) if aspects else propose(abstracts)
    return matrix([extracted(a, asked) for a in abstracts], asked)


def propose(abstracts: Sequence[AnnotatedAbstract]) -> tuple[Column, ...]:
    """The columns that the papers at hand fill."""
    return proposed([values(abstract) for abstract in abstracts])


def matrix(rows: Sequence[Row], asked: Sequence[Column]) -> Matrix | None:
    """The rows with the columns that at least one of them fills; `None` where none is."""
    kept = tuple(c.name for c in asked if any(row.cells.get(c.name) is not None for row in rows))
    if not kept:
        return None
    made = (
        Row(
            row.paper_id,
            {name: row.cells.get(name) for name in kept},
            {name: row.empty.get(name, "not_found") for name in kept if row.cells.get(name) is None},
        )
        for row in rows
    )
    return Matrix(kept, tuple(made))


def unfilled(made: Matrix | None, asked: Sequence[Column]) -> tuple[str, ...]:
    """Names of the columns that were asked for and that no paper fills."""
    return tuple(c.name for c in asked if c.asked and (made is None or c.name not in made.columns))
