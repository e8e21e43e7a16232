"""CSV and TSV: one paper a row, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from service.text.formulas import quoted_formula
from service.writers.table import Cell, header, rows
from service.writers.writer import Selected, WriteOptions, Writer


@dataclass(frozen=True)
class SeparatedValues:
    """A table after RFC 4180 in UTF-8, with a header. Lines end in CRLF; lines within a cell in LF."""

    key: str
    name: str
    suffixes: tuple[str, ...]
    media_type: str
    delimiter: str
    kind: Final = "text"

    def write(self, papers: Iterable[Selected], options: WriteOptions, /) -> Iterator[str]:
        """The header, then a row a paper."""
        yield self._line(header(options))
        for row in rows(papers, options):
            yield self._line(row)

    def _line(self, cells: Iterable[Cell]) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow([quoted_formula(cell) if isinstance(cell, str) else cell for cell in cells])
        return text.getvalue()


CSV: Final = SeparatedValues("csv", "CSV for scripts and screening programs", (".csv",), "text/csv; charset=utf-8", ",")
TSV: Final = SeparatedValues("tsv", "TSV", (".tsv", ".tab"), "text/tab-separated-values; charset=utf-8", "\t")
WRITERS: Final[tuple[Writer, ...]] = (CSV, TSV)
