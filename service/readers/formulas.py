"""Formulas in a field that is not XML as a whole, such as an abstract from Crossref: MathML and TeX -> text."""

from __future__ import annotations

import html
import re
from typing import Final

from service.readers.xml_element import Element
from service.readers.xml_source import Piece, parsed

_OPENS: Final = re.compile(r"<(?P<tag>(?:[\w-]{1,20}:)?(?:inline-formula|disp-formula|math))(?:\s[^<>]{0,1000})?>")
_TEX: Final = re.compile(r"<((?:[\w-]{1,20}:)?tex-math)\b[^<>]{0,1000}>[^<]{0,20000}</\1>")
_LONGEST: Final = 50_000


def formulas_as_text(text: str) -> str:
    """`text` with each formula as it reads, once where it comes in MathML and in TeX; what is no XML stays.

    A formula's "<" is escaped, for the markup around it is still to be taken out. Linear.
    """
    parts: list[str] = []
    unclosed: set[str] = set()
    at = 0
    while (found := _OPENS.search(text, at)) is not None:
        closing = f"</{found['tag']}>"
        end = -1 if closing in unclosed else text.find(closing, found.end())
        if end < 0:
            unclosed.add(closing)
            end = found.end()
            parts.append(text[at:end])
        else:
            end += len(closing)
            parts += (text[at : found.start()], _read(text[found.start() : end]))
        at = end
    return "".join(parts) + text[at:] if parts else text


def _read(markup: str) -> str:
    if len(markup) > _LONGEST:
        return markup
    found = parsed(Piece(1, 1, "formula", markup), "")
    if isinstance(found, Element):
        return html.escape(found.text(), quote=False)
    return _TEX.sub("", markup) if "math>" in _TEX.sub("", markup) else markup
