"""Mended typing errors: a word that stands in no paper, one edit from a word that stands in some."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from string import ascii_lowercase
from typing import Final

from service.vocabulary import FUNCTION_WORDS

_WORD: Final = re.compile(r"(?<![\w\-])[A-Za-z][a-z]{5,23}(?![\w\-])")
_LEAST_PAPERS: Final = 2
_MOST_WORDS: Final = 8
"""Of one question: each costs some hundreds of look-ups in the word index."""


def mended(question: str, frequency: Callable[[str], int]) -> str:
    """The question with typing errors of its longer words mended; `frequency(word)`: how many papers hold it.

    Words of fewer than six letters, names and words that some paper holds stay. The first letter is kept: it is
    seldom mistyped, and "house" is no "mouse".
    """
    unknown = [m for m in _WORD.finditer(question) if m[0].casefold() not in FUNCTION_WORDS and frequency(m[0]) == 0]
    text = question
    for match in reversed(unknown[:_MOST_WORDS]):
        word = match[0].casefold()
        papers, best = max(((frequency(w), w) for w in dict.fromkeys(_edits(word))), default=(0, word))
        if papers >= _LEAST_PAPERS:
            text = text[: match.start()] + match[0][0] + best[1:] + text[match.end() :]
    return text


def _edits(word: str) -> Iterator[str]:
    """Every word one deletion, transposition, replacement or insertion away, behind the first letter."""
    for i in range(1, len(word) + 1):
        head, tail = word[:i], word[i:]
        yield from (head + c + tail for c in ascii_lowercase)
        if tail:
            yield head + tail[1:]
            yield from (head + c + tail[1:] for c in ascii_lowercase if c != tail[0])
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
