"""The content words of a text: all but the function words that English closes."""

from __future__ import annotations

import re
from typing import Final

from service.annotate.names import tokens
from service.vocabulary import FUNCTION_WORDS

_PLURAL_ACRONYM: Final = re.compile(r"[A-Z][A-Z\d]+s")


def content_words(text: str) -> tuple[str, ...]:
    """Words that carry content, as written but acronyms in the singular, once each, in order."""
    kept: dict[str, str] = {}
    for token in tokens(text):
        word = token[:-1] if _PLURAL_ACRONYM.fullmatch(token) else token
        folded = word.casefold()
        if folded not in FUNCTION_WORDS and (len(word) > 1 or word.isdigit()):
            kept.setdefault(folded, word)
    return tuple(kept.values())
