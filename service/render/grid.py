"""A table in plain text whose cells wrap."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

_NARROWEST = 14
_GAP = " | "


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> str:
    """The table at most `width` characters wide; where columns would get too narrow, a list a row.

    Every row has as many cells as `header`; cells are single lines.
    """
    widths = _widths([header, *rows], width - len(_GAP) * (len(header) - 1))
    if widths is None:
        return "\n".join(_stacked(header, row, width) for row in rows)
    rule = "-+-".join("-" * size for size in widths)
    return "\n".join([_line(header, widths), rule, *(_line(row, widths) for row in rows)])


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Columns that are short take what they need; the others share the rest. `None`: too little room."""
    natural = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    if sum(natural) <= room:
        return natural
    widths = dict.fromkeys(range(len(natural)), 0)
    open_columns = set(widths)
    while True:
        share = (room - sum(widths[c] for c in widths if c not in open_columns)) // max(len(open_columns), 1)
        fitting = {c for c in open_columns if natural[c] <= share}
        if not fitting:
            break
        widths |= {c: natural[c] for c in fitting}
        open_columns -= fitting
    if share < _NARROWEST:
        return None
    widths |= dict.fromkeys(open_columns, share)
    return [widths[c] for c in range(len(natural))]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    wrapped = [textwrap.wrap(cell, size) or [""] for cell, size in zip(cells, widths, strict=True)]
    lines = zip_longest(*wrapped, fillvalue="")
    return "\n".join(
        _GAP.join(part.ljust(size) for part, size in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _stacked(header: Sequence[str], row: Sequence[str], width: int) -> str:
    lines = [row[0]]
    for name, cell in zip(header[1:], row[1:], strict=True):
        indent = "    "
        lines.append(textwrap.fill(f"{name}: {cell}", max(width, 30), initial_indent="  ", subsequent_indent=indent))
    return "\n".join(lines)
