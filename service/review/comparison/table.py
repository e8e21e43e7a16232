"""Papers by aspects as a matrix: extractive cells, every column and every empty cell accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.annotate import AnnotatedAbstract
from service.records import Cell, Empty, Matrix, Row
from service.review.comparison.columns import KINDS, columns
from service.review.comparison.model import Column, Part
from service.review.comparison.own_work import cell
from service.review.comparison.rhetorical_cells import by_words
from service.review.evidence.model import PaperEvidence

_MOST_PROPOSED: Final = 7
_LEAST_SHARE: Final = 0.5  # of the rows that a proposed column fills


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
    """The columns that at least half of the papers fill, at most seven, those that most fill first in the choice."""
    filled = {kind.name: sum(isinstance(kind.read(a), Part) for a in abstracts) for kind in KINDS}
    enough = [name for name, n in filled.items() if n and n >= _LEAST_SHARE * len(abstracts)]
    kept = sorted(enough, key=lambda name: -filled[name])[:_MOST_PROPOSED]
    return tuple(Column(kind.name, kind) for kind in KINDS if kind.name in kept)


def extracted(abstract: AnnotatedAbstract, columns: Sequence[Column]) -> Row:
    """One paper's row without a model: each cell a verbatim part of one sentence, or empty with the reason."""
    read = {c.name: by_words(abstract, c.name) if c.kind is None else c.kind.read(abstract) for c in columns}
    return row(abstract.paper.paper_id, {n: cell(abstract, v) if isinstance(v, Part) else v for n, v in read.items()})


def row(paper_id: str, values: dict[str, Cell | Empty]) -> Row:
    """The row of a paper with these cells or reasons by column."""
    cells = {name: value if isinstance(value, Cell) else None for name, value in values.items()}
    return Row(paper_id, cells, {name: value for name, value in values.items() if not isinstance(value, Cell)})


def matrix(rows: Sequence[Row], asked: Sequence[Column]) -> Matrix | None:
    """The rows with the columns that at least one of them fills; `None` where none is."""
    kept = tuple(c.name for c in asked if any(r.cells.get(c.name) is not None for r in rows))
    if not kept:
        return None
    return Matrix(kept, tuple(row(r.paper_id, {n: r.cells[n] or r.empty[n] for n in kept}) for r in rows))


def unfilled(made: Matrix | None, asked: Sequence[Column]) -> tuple[str, ...]:
    """Names of the columns that were asked for and that no paper fills."""
    return tuple(c.name for c in asked if c.asked and (made is None or c.name not in made.columns))
