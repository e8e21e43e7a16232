"""Candidate papers -> a comparison matrix: one row a paper, one column an aspect, `None` where nothing is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.records import Cell, Citation, Matrix, Row
from service.review.choose import defining, introduces
from service.review.evidence import Candidate
from service.review.roles import COLUMNS, Role, role_scores
from service.text.normal import for_display

_LEAST_POINTS = {Role.PROBLEM: 2.0, Role.APPROACH: 2.0, Role.DATA: 2.5, Role.RESULT: 2.0, Role.LIMIT: 2.5}
_RELEVANCE_SHARE = 1.0  # relevance to the question, added to role points


def build_matrix(candidates: Sequence[Candidate], *, columns: Sequence[Role] = COLUMNS) -> Matrix | None:
    """The papers by role. Columns that no paper fills are left out; with no column left there is no matrix.

    A sentence fills at most one cell of its row, that of the role it scores highest for among those open.
    """
    filled = [_cells(c, columns) for c in candidates]
    kept = [role for role in columns if any(role in cells for cells in filled)]
    if not kept or not candidates:
        return None
    rows = tuple(
        Row(c.paper.paper_id, {str(role): cells.get(role) for role in kept})
        for c, cells in zip(candidates, filled, strict=True)
    )
    return Matrix(tuple(str(role) for role in kept), rows)


def cited_papers(matrix: Matrix) -> Iterable[str]:
    """Ids of the papers in the matrix's cells, in row order."""
    return dict.fromkeys(row.paper_id for row in matrix.rows)


def _cells(candidate: Candidate, columns: Sequence[Role]) -> dict[Role, Cell]:
    cells: dict[Role, Cell] = {}
    used: set[int] = set()
    introduced = defining(candidate)
    if Role.APPROACH in columns and introduces(candidate, introduced):
        cells[Role.APPROACH] = _cell(candidate, introduced)
        used.add(introduced)
    for _, role, i in sorted(_offers(candidate, columns, introduced), key=lambda offer: -offer[0]):
        if role not in cells and i not in used:
            cells[role] = _cell(candidate, i)
            used.add(i)
    return cells


def _offers(candidate: Candidate, columns: Sequence[Role], introduced: int) -> list[tuple[float, Role, int]]:
    """Which sentence could fill which cell, with its worth: role points and relevance to the question.

    What stands before the sentence that introduces the work is its problem or background, never its result.
    """
    n = len(candidate.sentences.spans)
    offers: list[tuple[float, Role, int]] = []
    for i in range(n):
        text = candidate.sentences.text(i)
        if candidate.roles[i] is Role.NOTE or text.rstrip().endswith("?"):
            continue
        points = role_scores(text, i / max(n - 1, 1))
        for role in columns:
            before = i < introduced and role in (Role.RESULT, Role.LIMIT)
            enough = points[role] >= _LEAST_POINTS.get(role, 2.0) and points[role] >= 0.6 * max(points.values())
            if enough and not before:
                offers.append((points[role] + _RELEVANCE_SHARE * float(candidate.relevance[i]), role, i))
    return offers


def _cell(candidate: Candidate, i: int) -> Cell:
    span = candidate.sentences.spans[i]
    quote = candidate.paper.abstract[span.start : span.end]
    return Cell(for_display(quote), (Citation("", candidate.paper.paper_id, quote, span.start, span.end),))
