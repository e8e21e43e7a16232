"""XLSX workbooks, one paper a row, read like the tables of `tables.py`: the first sheet whose columns are named."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date as calendar_date
from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from service.errors import SourceError
from service.readers.column_guess import guessed_columns
from service.readers.columns import UNDERSTOOD, Columns, columns_of
from service.readers.raw import RawRecord
from service.readers.unpacking import opened_zip
from service.readers.xlsx_bounds import check_bounds
from service.records import Rejection

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

KEY: Final = "xlsx"
NAME: Final = "an XLSX workbook"
_MAGIC: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook.xml"
_MOST_PREAMBLE: Final = 20
_SNIFFED_ROWS: Final = 200
_MOST_SHEETS: Final = 100


def is_xlsx(data: bytes) -> bool:
    """Whether the bytes of a file, all of them, are an XLSX workbook."""
    if not data.startswith(_MAGIC):
        return False
    try:
        with opened_zip(io.BytesIO(data), "") as archive:
            return _WORKBOOK in archive.namelist()
    except SourceError:
        return False


def records_of(data: bytes, source: str, *, max_record_bytes: int) -> Iterator[RawRecord | Rejection]:
    """One record or rejection for each row that is not blank, numbered as the sheet numbers its rows.

    Raises `SourceError` for a workbook that is damaged, locked or out of bounds, or names no title column.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    check_bounds(data, source)
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            for at in range(min(len(book.sheet_names), _MOST_SHEETS)):
                found = _table(book.get_sheet_by_index(at))
                if found is not None:
                    columns, rows = found
                    yield from _records(rows, columns, source, max_record_bytes)
                    return
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(f"{source} is a damaged or locked workbook ({error}): save it anew, or as CSV") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's, which is no Exception
            raise
        raise SourceError(f"{source} is a damaged workbook: save it anew, or as CSV") from error
    raise SourceError(
        f"{source}: no sheet has a column that is named as a title: name the columns in the first row. "
        f"Understood are {UNDERSTOOD}"
    )


def _records(
    rows: Iterator[tuple[int, list[object]]], columns: Columns, source: str, max_record_bytes: int
) -> Iterator[RawRecord | Rejection]:
    for number, cells in rows:
        if sum(len(cell) for cell in cells if isinstance(cell, str)) > max_record_bytes:
            reason = f"the row is longer than {max_record_bytes:,} characters: shorten it, or raise "
            yield Rejection(source, number, f"{reason}LITWEAVE_MAX_RECORD_BYTES")
        else:
            yield columns.record(cells, number)


def _table(sheet: CalamineSheet) -> tuple[Columns, Iterator[tuple[int, list[object]]]] | None:
    """The columns of a sheet and the rows below its header; `None` where no row names a title."""
    rows = _rows(sheet)
    first = list(islice(rows, _SNIFFED_ROWS))
    for at, (_, cells) in enumerate(first[:_MOST_PREAMBLE]):
        columns = columns_of(cells)
        if columns is not None and (len(columns.places) >= 3 or at == 0):
            return columns, chain(first[at + 1 :], rows)
    guess = guessed_columns([cells for _, cells in first])
    if guess is None:
        return None
    columns, has_heading = guess
    return columns, chain(first[has_heading:], rows)


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    """Rows that are not blank, with their numbers in the sheet."""
    start = sheet.start
    for number, row in enumerate(sheet.iter_rows(), start=start[0] + 1 if start else 1):
        if any(not isinstance(cell, str) or cell.strip() for cell in row):
            yield number, _cells(row)


def _cells(row: Sequence[object]) -> list[object]:
    """Dates as ISO text, and midnight left out of them; all else as it is."""
    found: list[object] = []
    for cell in row:
        if isinstance(cell, datetime):
            found.append(cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat())
        else:
            found.append(cell.isoformat() if isinstance(cell, calendar_date) else cell)
    return found
