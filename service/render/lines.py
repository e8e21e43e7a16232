"""Text in lines of a terminal's width: broken between words only, and measured in the columns that it takes."""

from __future__ import annotations

import unicodedata


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
