"""The content words of a text: all but the function words that English closes."""

from __future__ import annotations

import re
from typing import Final

from service.annotate.names import tokens
from service.text.terms import STOP_TERMS

FUNCTION_WORDS: Final = STOP_TERMS | frozenset(
    """many much several another else ever every neither none nobody nothing anything something anyone someone
    everything everyone one ones per than upon among amongst across along around behind beside besides beyond despite
    except inside near onto outside past since throughout till towards underneath unlike versus via vs whatever whoever
    whichever wherever whenever unless although though yet still even rather quite too also just already now
    please me us tell give list name exactly ie eg etc cf""".split()
)
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
