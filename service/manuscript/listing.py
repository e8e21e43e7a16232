"""A list of references in plain text or markdown -> its entries."""

from __future__ import annotations

import re
from typing import Final

from service.manuscript.markdown import REFERENCES, MarkdownText
from service.manuscript.records import Entry

_HEADING: Final = re.compile(r"^\s{0,3}(?:#{1,6}\s+([^\n]{1,200}?)\s*#*|([^\n]{1,200})\n(?:=+|-+))\s*$", re.MULTILINE)


def read_plain_list(source: str) -> tuple[Entry, ...]:
    """The entries under its heading of references; without one every item and paragraph is an entry."""
    headings = (found[1] or found[2] for found in _HEADING.finditer(source))
    if any(REFERENCES.fullmatch(heading.strip()) for heading in headings):
        return tuple(MarkdownText(source).entries)
    unheaded = _HEADING.sub(lambda found: "\n" * found[0].count("\n"), source)
    return tuple(MarkdownText(unheaded, section="References").entries)
