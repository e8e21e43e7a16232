"""Text and tables in lines of a terminal's width: broken between words only, measured in the columns they take."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

_NARROWEST = 14
_GAP = " | "


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes: wide East Asian characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `width` columns, `first` before the first and `rest` before the others; one or more.

    A word wider than that has a line of its own, whole: a name or an address that is cut in two cannot be copied.
    """
    lines: list[str] = []
    line, used, empty = first, columns(first), True
    for word in text.split():
        size = columns(word)
        if not empty and used + 1 + size > width:
            lines.append(line)
            line, used, empty = rest, columns(rest), True
        line, used, empty = (line + word, used + size, False) if empty else (f"{line} {word}", used + 1 + size, False)
    return [*lines, line]


def padded(text: str, width: int) -> str:
    """The text with spaces behind it up to `width` columns."""
    return text + " " * max(0, width - columns(text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> str:
    """The table at most `width` columns of the terminal wide; where it does not fit, a record a row.

    It fits where every word stands in its cell whole and no column of running text is narrower than 14. Every row has
    as many cells as `header`; cells are single lines.
    """
    widths = _widths([header, *rows], width - len(_GAP) * (len(header) - 1))
    if widths is None:
        return "\n\n".join(_record(header, row, width) for row in rows)
    rule = "-+-".join("-" * size for size in widths)
    return "\n".join([_line(header, widths), rule, *(_line(row, widths) for row in rows)])


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Columns that are short take what they need; the others share the rest. `None`: too little room."""
    cells = list(zip(*rows, strict=True))
    natural = [max(map(columns, column)) for column in cells]
    least = [
        max(longest, min(_NARROWEST, whole))
        for longest, whole in zip((max(map(_longest, column)) for column in cells), natural, strict=True)
    ]
    for level in range(room, -1, -1):
        widths = [max(few, min(level, many)) for few, many in zip(least, natural, strict=True)]
        if sum(widths) <= room:
            return widths
    return None


def _longest(cell: str) -> int:
    return max(map(columns, cell.split()), default=0)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    lines = zip_longest(*(wrapped(cell, size) for cell, size in zip(cells, widths, strict=True)), fillvalue="")
    return "\n".join(
        _GAP.join(padded(part, size) for part, size in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _record(header: Sequence[str], row: Sequence[str], width: int) -> str:
    lines = wrapped(row[0], width)
    for name, cell in zip(header[1:], row[1:], strict=True):
        lines += wrapped(f"{name}: {cell}", width, first="  ", rest="    ")
    return "\n".join(lines)
