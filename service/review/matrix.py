"""Papers -> a comparison matrix: one row a paper, one column an aspect, `None` where the abstract does not say.

Without a model a cell is the clause that says it, cut from one sentence. Sentences are told apart by the move they
make in their abstract and by what they tell of (`cell_cues`); a doubtful cell stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.records import Cell, Citation, Matrix, Row, Span
from service.review.aspects import PROPOSED, Aspect
from service.review.cells import find_cell
from service.review.coverage import Coverage
from service.review.old_evidence import Candidate
from service.review.reading import Reading
from service.text.normal import for_display


@dataclass(frozen=True, slots=True)
class Table:
    """A matrix, `None` where no cell is filled, and the columns left out of it with how many rows they filled."""

    matrix: Matrix | None
    left_out: Mapping[str, int]


def build_matrix(
    candidates: Sequence[Candidate], *, columns: Sequence[Aspect] = PROPOSED, coverage: Coverage | None = None
) -> Table:
    """The papers by aspects, from their sentences alone. `coverage` serves columns of the reader's own words."""
    rows = {c.paper.paper_id: rule_cells(c, columns, coverage) for c in candidates}
    return table(rows, columns)


def rule_cells(candidate: Candidate, columns: Sequence[Aspect], coverage: Coverage | None) -> dict[str, Cell]:
    """A paper's cells by column name, as far as rules find them."""
    reading = Reading.of(candidate, coverage)
    cells: dict[str, Cell] = {}
    for aspect in columns:
        found = find_cell(reading, aspect)
        if found is not None:
            cells[aspect.name] = cell_at(candidate, found.sentence, found.part)
    return cells


def table(rows: Mapping[str, Mapping[str, Cell]], columns: Sequence[Aspect]) -> Table:
    """Rows of cells by paper id as a matrix. A proposed column goes where most rows lack it, an asked one if all do."""
    filled = {a.name: sum(a.name in cells for cells in rows.values()) for a in columns}
    kept = [a.name for a in columns if filled[a.name] and (a.asked or 2 * filled[a.name] >= len(rows))]
    left_out = {name: n for name, n in filled.items() if name not in kept}
    if not kept:
        return Table(None, left_out)
    made = tuple(Row(paper_id, {name: cells.get(name) for name in kept}) for paper_id, cells in rows.items())
    return Table(Matrix(tuple(kept), made), left_out)


def cell_at(candidate: Candidate, i: int, part: Span) -> Cell:
    """The cell whose value is a part of sentence `i`, and whose quote is the sentence."""
    span = candidate.sentences.spans[i]
    quote = candidate.paper.abstract[span.start : span.end]
    value = for_display(quote[part.start : part.end]).strip()
    return Cell(value, (Citation("", candidate.paper.paper_id, quote, span.start, span.end),))
