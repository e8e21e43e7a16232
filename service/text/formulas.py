"""Cells of separated values that a spreadsheet would run, with an apostrophe before them (OWASP, "CSV Injection")."""

from __future__ import annotations

import re
from typing import Final

# What Excel, LibreOffice and Google Sheets begin a formula with, in full width too.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def quoted_formula(cell: str) -> str:
    """`cell`, or `'` before it where it begins as a formula does, or as one that has the apostrophe already."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unquoted_formula(cell: str) -> str:
    """What `quoted_formula` was given."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell
