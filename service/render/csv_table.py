"""A comparison table as CSV after RFC 4180, which no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io

from service.errors import UsageError
from service.records import Reference, Row
from service.render.plain import readable, visible
from service.render.reference import cell_text, publication_year
from service.render.written import Document, written
from service.text.formulas import quoted_formula


def as_csv(document: Document) -> str:
    """The document's table: label, key, title, year, then for each column its value and the quote it rests on.

    Lines end in CRLF and the first is the header. A cell that a spreadsheet would run begins with an apostrophe.
    Raises `UsageError` where the document holds no table.
    """
    view = written(document)
    matrix = next(view.matrices, None)
    if matrix is None:
        raise UsageError("there is no table to write as csv: ask a comparative question, or use another format")
    by_id = {reference.paper_id: reference for reference in view.references}
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    heads = [part for name in matrix.columns for part in (readable(name), f"{readable(name)} (quote)")]
    lines.writerow([quoted_formula(head) for head in ("label", "key", "title", "year", *heads)])
    for row in matrix.rows:
        cells = [part for name in matrix.columns for part in (cell_text(row, name) or "", _quotes(row, name))]
        lines.writerow([quoted_formula(part) for part in (*_paper(by_id.get(row.paper_id), row), *cells)])
    return text.getvalue()


def _paper(reference: Reference | None, row: Row) -> tuple[str, str, str, str]:
    """Label, key, title and year of publication, as far as they are known."""
    if reference is None:
        return "", "", readable(row.paper_id), ""
    year = publication_year(reference)
    return (
        visible(reference.label),
        visible(reference.key),
        readable(reference.title),
        "" if year is None else str(year),
    )


def _quotes(row: Row, column: str) -> str:
    cell = row.cells[column]
    return "" if cell is None else " … ".join(visible(c.quote) for c in cell.citations)
