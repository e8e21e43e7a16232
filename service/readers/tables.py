"""Comma-, semicolon- and tab-separated tables, one paper a row, with named columns or ones that cannot be mistaken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from service.errors import SourceError
from service.readers.column_guess import FEWEST_ROWS, guessed_columns
from service.readers.columns import UNDERSTOOD, Columns, columns_of
from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.readers.table_rows import Dialect, TableRow, table_rows, widen_fields
from service.records import Rejection
from service.text.formulas import unquoted_formula
from service.vocabulary.columns import Column

_DELIMITERS: Final = "\t;,"
_MOST_PREAMBLE: Final = 20
_SNIFFED_ROWS: Final = 200
_MOST_JOINED: Final = 200
_LONGEST_NAME: Final = 60
_OTHER_NOTATION: Final = re.compile(
    r"\s*(?:[{\[<@%|#]|---|(?:PMID|TY) {0,2}- |FN |PT [A-Z]|VR \d|Provider: |[A-Z][A-Z0-9] {2}- )"
)
_RETURN: Final = "\U0010ffff"
"""In place of a carriage return while rows are told apart: no character, so that no text holds it."""
_SEPARATOR: Final = re.compile(r"sep=.?$")
"""Excel's own first line."""
_TYPED: Final[Mapping[Column, re.Pattern[str]]] = {
    "year": re.compile(r"\d{4}(?:\.0|/{1,3})?"),
    "doi": re.compile(r"\S{0,40}10\.\d{3,9}\S{1,300}"),
    "url": re.compile(r"https?://\S{1,2000}", re.IGNORECASE),
    "pmid": re.compile(r"\d{1,9}(?:\.0)?"),
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the records of a table begin and what its columns are; `header` is the row of names, if there is one."""

    dialect: Dialect
    columns: Columns
    first_line: int
    header: tuple[str, ...] = ()


class Tables:
    """Reads a table of separated values."""

    key = "table"
    name = "a CSV or TSV table"
    rank = 60

    def recognises(self, head: str) -> bool:
        """True for a row near the top that names a title column and another, or rows of one and the same length."""
        head = _lines_of(head)
        if _OTHER_NOTATION.match(head):
            return False
        return _layout(head) is not None or _is_grid(head)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for each row that is not blank. Raises `SourceError` where no column is a title."""
        text = _text(file)
        layout = _layout(_lines_of(file.head))
        if layout is None:
            raise SourceError(
                f"{file.source}: no column is named as a title, and the content does not tell for certain which it is: "
                f"name the columns in the first row. Understood are {UNDERSTOOD}"
            )
        for row in table_rows(text, layout.dialect, first_line=layout.first_line):
            if row.cells != layout.header:
                yield _record(row, layout, file)


def _record(row: TableRow, layout: _Layout, file: Opened) -> RawRecord | Rejection:
    if row.fault is not None:
        return Rejection(file.source, row.line, row.fault)
    if sum(map(len, row.cells)) > file.max_record_bytes:
        reason = f"the row is longer than {file.max_record_bytes:,} characters: shorten it, or raise "
        return Rejection(file.source, row.line, f"{reason}LITWEAVE_MAX_RECORD_BYTES")
    cells = _fitted([cell.replace(_RETURN, "\n") for cell in row.cells], layout)
    if cells is None:
        reason = f"the row has {len(row.cells)} cells where the table has {layout.dialect.width} columns: put "
        return Rejection(file.source, row.line, f"{reason}fields that hold {layout.dialect.delimiter!r} in quotes")
    if layout.columns.is_own:
        cells = [unquoted_formula(cell) for cell in cells]
    return layout.columns.record(cells, row.line)


def _fitted(cells: Sequence[str], layout: _Layout) -> Sequence[str] | None:
    """The cells of a row in the width of its table; `None` where that can be done in no way or in several.

    Too many come of a delimiter in a field without quotes: the parts are joined again where year, DOI, link and PMID
    are then in place; of several ways the one in which each part begins with a space and no other cell does.
    """
    width = layout.dialect.width
    if len(cells) == 1 and width > 2:
        return None
    extra = len(cells) - width
    if extra <= 0 or not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    if extra > _MOST_JOINED or width > _MOST_JOINED:
        return None
    ways = [at for at in range(width) if _in_place(_joined(cells, at, extra, layout), layout.columns)]
    if len(ways) > 1:
        spaced = {at for at, cell in enumerate(cells) if at and cell.startswith(" ")}
        ways = [at for at in ways if spaced == set(range(at + 1, at + extra + 1))]
    return _joined(cells, ways[0], extra, layout) if len(ways) == 1 else None


def _joined(cells: Sequence[str], at: int, extra: int, layout: _Layout) -> list[str]:
    return [*cells[:at], layout.dialect.delimiter.join(cells[at : at + extra + 1]), *cells[at + extra + 1 :]]


def _in_place(cells: Sequence[str], columns: Columns) -> bool:
    """Whether the cells of columns whose content has a form are of it."""
    for column, form in _TYPED.items():
        for place in columns.places.get(column, ()):
            if cells[place].strip() and not form.fullmatch(cells[place].strip()):
                return False
    return True


def _text(file: Opened) -> str:
    """All of the file with its line ends as "\n", and a carriage return inside a line as `_RETURN`."""
    encoding = file.text.encoding
    text = file.data().decode(encoding, errors="surrogateescape" if encoding == "utf-8" else "replace")
    return _lines_of(text)


def _lines_of(text: str) -> str:
    """pandas and the csv module write a bare carriage return in a field without quotes: in a file of lines that end in
    "\n" it ends none."""
    text = text.replace("\ufeff", "").replace("\r\n", "\n")
    return text.replace("\r", _RETURN if "\n" in text else "\n") if "\r" in text else text


def _layout(head: str) -> _Layout | None:
    """The layout that explains the beginning of a file best: most columns by name, else one that content shows."""
    named = [layout for delimiter in _DELIMITERS if (layout := _named(head, delimiter)) is not None]
    if named:
        return max(named, key=lambda layout: (len(layout.columns.places), layout.columns.width))
    return next((layout for delimiter in _DELIMITERS if (layout := _guessed(head, delimiter)) is not None), None)


def _named(head: str, delimiter: str) -> _Layout | None:
    """By the first row that names a title; below other rows it has to name three columns."""
    for number, (row, first_line) in enumerate(_sniffed(head, delimiter, _MOST_PREAMBLE)):
        columns = columns_of(row)
        if columns is None or len(row) < 2:
            continue
        known = len(columns.places)
        if known >= 3 or (number == 0 and (known == 2 or max(map(len, row)) <= _LONGEST_NAME)):
            line = head.split("\n", first_line)[first_line - 2]
            spaced = f"{delimiter} " in line and line.count(delimiter) == line.count(f"{delimiter} ")
            return _Layout(Dialect(delimiter, len(row), spaced), columns, first_line, tuple(row))
    return None


def _guessed(head: str, delimiter: str) -> _Layout | None:
    rows = [row for row, _ in _sniffed(head, delimiter, _SNIFFED_ROWS)]
    guess = guessed_columns(rows)
    if guess is None:
        return None
    columns, has_heading = guess
    return _Layout(Dialect(delimiter, columns.width), columns, 1, tuple(rows[0]) if has_heading else ())


def _is_grid(head: str) -> bool:
    """Whether three rows or more have one and the same number of cells, three or more: a table all the same."""
    for delimiter in _DELIMITERS:
        rows = [row for row, _ in _sniffed(head, delimiter, _SNIFFED_ROWS)]
        if len(rows) >= FEWEST_ROWS and len(rows[0]) >= 3 and len({len(row) for row in rows}) == 1:
            return True
    return False


def _sniffed(head: str, delimiter: str, most: int) -> list[tuple[list[str], int]]:
    """The first rows that are not blank, each with the 1-based line after it; the last, if it may be cut, left out."""
    widen_fields()
    found: list[tuple[list[str], int]] = []
    reader = csv.reader(head.split("\n"), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not (reader.line_num == 1 and _SEPARATOR.match(row[0])):
                found.append((row, reader.line_num + 1))
            if len(found) > most:
                break
    except csv.Error:
        pass
    is_cut = len(head) > 60_000 or len(found) > most
    return found[:-1] if is_cut and len(found) > 1 else found
