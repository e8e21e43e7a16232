"""What a number counts: the head of the noun phrase after it."""

from __future__ import annotations

import re
from typing import Final

from service.text.terms import stem
from service.vocabulary import FUNCTION_WORDS, NUMBER_WORDS
from service.vocabulary.function_words import DETERMINERS

_ASIDE = r"(?:\s?\([^()]{0,40}\))?"
_OF = re.compile(
    rf"{_ASIDE}\s(?P<of>(?:out\s)?of)(?:\s(?:the|these|those|all|our|its|their|them))*(?=\s)|{_ASIDE}", re.IGNORECASE
)
_WORD = re.compile(r"[ -]([^\W\d_]+(?:'s)?)(?![\w^])")
_BOUND = re.compile(r"-(?!olds?\b)([a-z]{3,})(?![\w^])")
_BOUNDARIES: Final = (FUNCTION_WORDS - DETERMINERS) | NUMBER_WORDS | {"a", "an", "the"}
_MOST_WORDS: Final = 6
_PLURALS: Final = frozenset(
    "children people men women mice feet teeth data corpora media species series criteria".split()
)
"""Plurals without an s, of the words that English has them for."""


def counted_after(text: str, end: int, *, only_of: bool = False) -> str:
    """The stem of the noun that a number ending at `end` counts, "" where none follows.

    English marks it: after a number above one it is the plural, and behind a hyphen the next word. So "43 young male
    rats fed fat" counts rats, "a 15-item test" items. With `only_of`,
    only what stands after "of" is taken ("45% of patients", "one of the rats").
    """
    bound = _BOUND.match(text, end)
    if bound:
        return stem(bound[1])
    of = _OF.match(text, end)
    if only_of and (of is None or not of["of"]):
        return ""
    at = of.end() if of else end
    plural = ""
    for _ in range(_MOST_WORDS):
        word = _WORD.match(text, at)
        folded = word[1].casefold() if word else ""
        if word is None or (folded in _BOUNDARIES and text[word.end() : word.end() + 1] != "-"):
            break
        if is_plural(folded):
            plural = folded
        elif plural:
            break
        at = word.end()
    return stem(plural) if plural else ""


def is_plural(word: str) -> bool:
    """Whether a case-folded word is written like a plural noun."""
    return word in _PLURALS or (len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s")))
