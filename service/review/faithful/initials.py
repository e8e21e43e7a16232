"""Initials that a quote spells out: "a WER of 14.2%" is "a word error rate of 14.2%" to whoever compares the two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_INITIALS: Final = re.compile(
    r"(?<![\w\-])[A-Z]{3,6}(?=s?(?![\w\-]))"
)  # of two letters the initials of any two words are made
_WORD: Final = re.compile(r"[^\W_]{2,}")


def spelt_out(text: str, quotes: Sequence[str]) -> str:
    """The text with each set of initials that no quote holds, and one spells out, put into that quote's words."""

    def words_of(match: re.Match[str]) -> str:
        if any(re.search(rf"\b{match[0]}s?\b", quote) for quote in quotes):
            return match[0]
        runs = (_run(match[0].casefold(), quote) for quote in quotes)
        return next((run for run in runs if run), match[0])

    return _INITIALS.sub(words_of, text)


def _run(initials: str, quote: str) -> str | None:
    """The first run of neighbouring words with these initials."""
    words = _WORD.findall(quote)
    first = "".join(word[0] for word in words).casefold()
    at = first.find(initials)
    return " ".join(words[at : at + len(initials)]) if at >= 0 else None
