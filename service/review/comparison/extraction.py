"""Cells of a comparison without a model: extractive, each a verbatim part of one sentence, or empty with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from service.annotate import AnnotatedAbstract
from service.records import Cell, Citation, Empty, Row
from service.review.comparison.columns import KINDS
from service.review.comparison.model import Column, Part, Value
from service.review.comparison.rhetorical_cells import by_words
from service.text.normal import for_display


def values(abstract: AnnotatedAbstract) -> dict[str, Value]:
    """The value of every kind of column."""
    return {kind.name: kind.read(abstract) for kind in KINDS}


def value(abstract: AnnotatedAbstract, column: Column) -> Value:
    """What fills the cell of one column."""
    return by_words(abstract, column.name) if column.kind is None else column.kind.read(abstract)


def extracted(abstract: AnnotatedAbstract, columns: Sequence[Column]) -> Row:
    """One paper's row."""
    cells: dict[str, Cell | None] = {}
    empty: dict[str, Empty] = {}
    for column in columns:
        read = value(abstract, column)
        cells[column.name] = cell(abstract, read) if isinstance(read, Part) else None
        if not isinstance(read, Part):
            empty[column.name] = read
    return Row(abstract.paper.paper_id, cells, empty)


def cell(abstract: AnnotatedAbstract, part: Part) -> Cell:
    """The cell whose value is a part of a sentence and whose quote is that sentence."""
    held, paper = abstract.sentences[part.index], abstract.paper
    citation = Citation("", paper.paper_id, abstract.text(part.index), held.start, held.end)
    return Cell(" ".join(for_display(paper.abstract[part.start : part.end]).split()), (citation,))
