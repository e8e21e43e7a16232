"""Matrix cells: whether a cell says what its abstract says, and is empty where the abstract says nothing.

Cases name, for a paper and a question an aspect asks ("result", "limit"), what the cell must hold in any of its
wordings, or null where the abstract doesn't say. A cell of a paper that has no row, or of a column that isn't
there, is empty. Cells count wherever the matrix puts them only under their own column: a result under "limit" is
a wrong cell.
"""

from __future__ import annotations

from eval.datasets.cases import ExpectedCell
from eval.documents.folding import fold, occurs, title_identity
from eval.documents.reading import CellDocument
from eval.scorers.score import UNSCORED, Score, Scorer, Submission, clip, share


def _found(expected: ExpectedCell, submission: Submission) -> CellDocument | None:
    matrix = submission.answer.matrix
    for row in matrix.rows if matrix else ():
        paper = submission.papers.get(row.paper_id or "")
        if paper is None or title_identity(paper.title) != title_identity(expected.title):
            continue
        for column, cell in row.cells.items():
            if fold(column) == fold(expected.column):
                return cell
    return None


def _accuracy(submission: Submission) -> Score:
    wanted = [e for e in submission.case.cells if e.alternatives is not None]
    wrong = [(e, _found(e, submission)) for e in wanted]
    reasons = tuple(_told(e, cell) for e, cell in wrong if not _right(e, cell))
    return share(len(wanted) - len(reasons), len(wanted), reasons)


def _right(expected: ExpectedCell, cell: CellDocument | None) -> bool:
    return cell is not None and any(occurs(a, cell.value) for a in expected.alternatives or ())


def _told(expected: ExpectedCell, cell: CellDocument | None) -> str:
    held = "nothing" if cell is None else repr(clip(cell.value))
    return f"{clip(expected.title, 30)} / {expected.column}: {held}, not {(expected.alternatives or ('',))[0]!r}"


def _null(submission: Submission) -> Score:
    if submission.answer.matrix is None:
        return UNSCORED  # an empty cell of a table that wasn't made isn't a decision
    wanted = [e for e in submission.case.cells if e.alternatives is None]
    filled = [(e, cell) for e in wanted if (cell := _found(e, submission)) is not None]
    reasons = tuple(f"{clip(e.title, 30)} / {e.column}: said {clip(c.value)!r}" for e, c in filled)
    return share(len(wanted) - len(filled), len(wanted), reasons)


matrix_accuracy = Scorer("matrix_accuracy", "higher", _accuracy)
matrix_nulls = Scorer("matrix_nulls", "higher", _null)
