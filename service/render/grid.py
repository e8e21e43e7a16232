"""A table in plain text whose cells wrap between words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from service.render.lines import columns, padded, wrapped

_NARROWEST = 14
_GAP = " | "


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
