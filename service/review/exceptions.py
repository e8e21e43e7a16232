"""What a question leaves out: "apart from surveys, …", "…, except those on code", "… (not the chat bot)"."""

from __future__ import annotations

import re
from typing import Final

_EXCEPT: Final = re.compile(
    r"^(?:apart from|aside from|except(?: for)?|excluding|leaving out|besides)\s+(?P<first>[^,?.;()]{1,80}),|"
    r",\s*(?:apart from|aside from|except(?: for)?|excluding|leaving out)\s+(?P<last>[^,?.;()]{1,80})$|"
    r"\(\s*(?:so )?not\s+(?P<aside>[^()]{1,80})\)",
    re.IGNORECASE,
)
_POINTERS: Final = re.compile(r"\b(?:the|those|ones?|that|which|on|about|papers?)\b", re.IGNORECASE)


def without_exceptions(question: str) -> tuple[str, tuple[str, ...]]:
    """The question without what it leaves out, and that: the phrases without "those on", "the one about"."""
    text = question.rstrip(" ?.")
    said = [m["first"] or m["last"] or m["aside"] for m in _EXCEPT.finditer(text)]
    phrases = (" ".join(_POINTERS.sub(" ", phrase).split()) for phrase in said)
    return " ".join(_EXCEPT.sub(" ", text).split()), tuple(p for p in phrases if p)
