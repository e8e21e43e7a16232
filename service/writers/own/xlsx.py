"""XLSX for Excel, LibreOffice and Google Sheets: one paper a row, texts as texts and never as formulas or links."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.errors import UsageError
from service.writers.table import Cell, header, rows
from service.writers.writer import Selected, WriteOptions, Writer

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_MOST_UNITS: Final = 32_767
"""UTF-16 units of a cell; a character beyond the basic plane has two."""
_CUT: Final = " [cut here: a cell holds no more; the JSONL export has all of it]"
_MOST_ROWS: Final = 1_048_575
_WIDTHS: Final = {"title": 60, "authors": 30, "abstract": 80, "venue": 24, "quotes": 60, "url": 24, "doi": 24}
_PIECE_BYTES: Final = 1 << 20
_MADE: Final = datetime(2000, 1, 1)
"""The same for every workbook, so that equal papers make equal bytes."""


class Xlsx:
    """A workbook of one sheet. It is written to a temporary file first: its parts are only known at the end."""

    key = "xlsx"
    name = "XLSX for Excel, LibreOffice, Google Sheets"
    suffixes = (".xlsx",)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    kind: Final = "binary"

    def write(self, papers: Iterable[Selected], options: WriteOptions, /) -> Iterator[bytes]:
        """The header, then a row a paper. Raises `UsageError` for more papers than a sheet has rows."""
        from xlsxwriter import Workbook

        kept = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "papers.xlsx"
            book = Workbook(str(path), {"constant_memory": True, "tmpdir": folder, **kept})
            book.set_properties({"created": _MADE})
            sheet = book.add_worksheet("Papers")
            bold = book.add_format({"bold": True})
            names = header(options)
            for at, name in enumerate(names):
                sheet.set_column(at, at, _WIDTHS.get(name, 12))
                sheet.write_string(0, at, name, bold)
            sheet.freeze_panes(1, 0)
            count = _write_rows(sheet, rows(papers, options))
            sheet.autofilter(0, 0, count, len(names) - 1)
            book.close()
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE_BYTES):
                    yield piece


XLSX: Final = Xlsx()
WRITERS: Final[tuple[Writer, ...]] = (XLSX,)


def _write_rows(sheet: Worksheet, found: Iterator[tuple[Cell, ...]]) -> int:
    number = 0
    for number, cells in enumerate(islice(found, _MOST_ROWS), start=1):
        for at, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(number, at, cell)
            elif cell:
                sheet.write_string(number, at, fitted(cell))
    if next(found, None) is not None:
        raise UsageError(f"a sheet holds no more than {_MOST_ROWS:,} papers: export as csv, or fewer papers")
    return number


def fitted(text: str) -> str:
    """`text`; one that is longer than a cell is cut, and says so."""
    if len(text.encode("utf-16-le", "replace")) // 2 <= _MOST_UNITS:
        return text
    room = (_MOST_UNITS - len(_CUT)) * 2
    return text.encode("utf-16-le", "replace")[:room].decode("utf-16-le", "ignore") + _CUT
