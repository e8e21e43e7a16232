"""Text of separated values -> rows, in which one quotation mark that is never closed does not take the rest with it."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_FIELD: Final = 4_000_000
_MOST_READ_AGAIN: Final = 100_000_000
_STRAY_QUOTE: Final = "a quotation mark is not closed, or stands single inside a quoted field: close or double it"


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row by its 1-based first line, or what is wrong with it."""

    line: int
    cells: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written. `spaced`: a space follows each delimiter. `width`: cells in a row."""

    delimiter: str
    width: int
    spaced: bool = False


@dataclass(slots=True)
class _Lines:
    """The lines of a text, one at a time: none is held. `at` is where the next one begins, `number` its number."""

    text: str
    at: int
    number: int

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        start = self.at
        if start >= len(self.text):
            raise StopIteration
        self.at = self.text.find("\n", start) + 1 or len(self.text)
        self.number += 1
        return self.text[start : self.at]

    def again(self) -> _Lines:
        """The same lines from here on, by themselves."""
        return _Lines(self.text, self.at, self.number)

    def back_to(self, start: _Lines) -> int:
        """Goes back; returns where it was."""
        reached = self.at
        self.at, self.number = start.at, start.number
        return reached


def table_rows(text: str, dialect: Dialect, *, first_line: int = 1) -> Iterator[TableRow]:
    """Every row from `first_line` on that is not blank. Line ends are "\n".

    Where quotation marks do not add up, the row that began there is mended if its line is whole by itself; else it is
    one faulty row, and reading goes on at the next line that begins a row of `width` cells.
    """
    widen_fields()
    lines = _Lines(text, 0, 1)
    for _ in range(first_line - 1):
        next(lines, None)
    read_again = 0
    while True:
        reached = yield from _sound_rows(lines, dialect)
        if lines.at >= len(text):
            return
        read_again += reached - lines.at
        number = lines.number
        mended = _mended(next(lines), dialect)
        if mended is not None:
            yield TableRow(number, tuple(mended))
        else:
            read_again += _to_next_row(lines, dialect, _MOST_READ_AGAIN - read_again)
            last = lines.number - 1
            upto = f" (lines {number:,} to {last:,} are left out)" if last > number else ""
            yield TableRow(number, fault=f"{_STRAY_QUOTE}{upto}")
        if read_again > _MOST_READ_AGAIN:
            yield TableRow(lines.number, fault="the quotation marks of the file do not add up: not read on from here")
            return


def widen_fields() -> None:
    """The csv module takes fields of `LONGEST_FIELD` characters, rather than of 131,072."""
    if csv.field_size_limit() < LONGEST_FIELD:
        csv.field_size_limit(LONGEST_FIELD)


def _sound_rows(lines: _Lines, dialect: Dialect) -> Generator[TableRow, None, int]:
    """Rows up to the end or one whose quotation marks do not add up; then `lines` stands where that one begins, and
    what is returned is where its reading ended."""
    rows = _read(lines, dialect)
    while True:
        start = lines.again()
        try:
            cells = next(rows, None)
        except csv.Error:
            return lines.back_to(start)
        if cells is None:
            return lines.at
        if lines.number - start.number > 1 and _swallows(cells, start, lines.at, dialect):
            return lines.back_to(start)
        if any(cell.strip() for cell in cells):
            yield TableRow(start.number, tuple(cells))


def _read(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, strict=True)


def _swallows(cells: Sequence[str], start: _Lines, end: int, dialect: Dialect) -> bool:
    """Whether a row of several lines that has not the width of the table holds a line that has it by itself."""
    if len(cells) == dialect.width or dialect.width < 3:
        return False
    following = start.text[start.at : end].split("\n")[1:]
    return any(len(_alone(line, dialect)) == dialect.width for line in following)


def _alone(line: str, dialect: Dialect) -> list[str]:
    try:
        return next(_read(iter([line]), dialect), [])
    except csv.Error:
        return []


def _to_next_row(lines: _Lines, dialect: Dialect, most: int) -> int:
    """Moves on to a line that begins a row for certain; returns how many characters were read to find it."""
    read = 0
    while lines.at < len(lines.text) and read <= most:
        ahead = lines.again()
        try:
            cells = next(_read(ahead, dialect), [])
        except csv.Error:
            cells = []
        read += ahead.at - lines.at
        doubled = '""' in lines.text[lines.at : ahead.at]
        if len(cells) == dialect.width and (doubled or not any('"' in cell for cell in cells)):
            break
        next(lines)
    return read


def _mended(line: str, dialect: Dialect) -> list[str] | None:
    """The cells of a line with single quotation marks inside its fields, if it has as many as the table is wide."""
    cells: list[str] = []
    line = line.removesuffix("\n")
    at, can_close = 0, True
    while at <= len(line):
        at += len(line[at:]) - len(line[at:].lstrip(" ")) if dialect.spaced else 0
        quoted = line.startswith('"', at)
        end = _closing(line, at + 1, dialect.delimiter) if quoted and can_close else -1
        if end < 0:
            can_close = can_close and not quoted
            end = found if (found := line.find(dialect.delimiter, at)) >= 0 else len(line)
            if quoted and line.count('"', at, end) % 2:
                return None
            quoted = False
        cells.append(line[at + 1 : end].replace('""', '"') if quoted else line[at:end])
        at = end + 1 + quoted
        if len(cells) > dialect.width:
            return None
    return cells if len(cells) == dialect.width else None


def _closing(line: str, at: int, delimiter: str) -> int:
    """Where a quoted field ends: at a quotation mark before a delimiter or the end of the line; -1 if nowhere."""
    found = line.find('"', at)
    while found >= 0:
        if line.startswith('""', found):
            found += 1
        elif found + 1 == len(line) or line.startswith(delimiter, found + 1):
            return found
        found = line.find('"', found + 1)
    return -1
