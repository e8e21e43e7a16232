"""The content words of a text: all but the function words that English closes."""

from __future__ import annotations

from service.annotate.names import tokens
from service.text.terms import singular
from service.vocabulary import FUNCTION_WORDS


def content_words(text: str) -> tuple[str, ...]:
    """Words that carry content, as written but acronyms in the singular, once each, in order."""
    kept: dict[str, str] = {}
    for token in tokens(text):
        word = singular(token)
        folded = word.casefold()
        if folded not in FUNCTION_WORDS and (len(word) > 1 or word.isdigit()):
            kept.setdefault(folded, word)
    return tuple(kept.values())
