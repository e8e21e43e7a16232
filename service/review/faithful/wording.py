"""A text as the checks read it: content words with their place and clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.review.plan import SCAFFOLD
from service.text.normal import for_search
from service.text.terms import STOP_TERMS, terms

_WORD = re.compile(r"[^\W_][\w^+.\-/]*[\w+]|[^\W_]")
_CUT = re.compile(
    r"[,;:()—]|(?<=\w)[.!?](?=\s)|\b(?:and|but|while|whereas|although|though|which|who|because)\b", re.IGNORECASE
)
_BREAK = re.compile(rf"{_CUT.pattern}|\bthat\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: its search terms, where it begins, and the number of its clause."""

    text: str
    terms: frozenset[str]
    start: int
    clause: int


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    """Content words of a text in search form, in order. Clauses end at commas, brackets and conjunctions."""
    return tuple(w for w in plain_words(text) if w.text.casefold() not in SCAFFOLD)


@lru_cache(maxsize=4096)
def plain_words(text: str) -> tuple[Word, ...]:
    """Every word but stop words, also those that carry little ("show", "need")."""
    breaks = [m.start() for m in _BREAK.finditer(text)]
    found: list[Word] = []
    clause = 0
    for match in _WORD.finditer(text):
        while clause < len(breaks) and breaks[clause] < match.start():
            clause += 1
        token = match[0].rstrip(".-/")
        stems = frozenset(t for t in terms(token) if t not in STOP_TERMS)
        if stems and (len(token) > 1 or token.isdigit()):
            found.append(Word(token, stems, match.start(), clause))
    return tuple(found)


def clauses_cut(text: str) -> list[int]:
    """Where clauses end that a negation does not reach over; it does reach over "that"."""
    return [m.start() for m in _CUT.finditer(text)]


def all_terms(among: Iterable[Word]) -> frozenset[str]:
    """Every term of the words."""
    return frozenset(t for w in among for t in w.terms)


def near(among: Sequence[Word], start: int, end: int, *, before: int, after: int) -> Iterator[Word]:
    """The nearest content words on both sides of `text[start:end]`, nearest first on each side."""
    left = [w for w in among if w.start < start]
    right = [w for w in among if w.start >= end]
    yield from reversed(left[len(left) - before :] if before else [])
    yield from right[:after]


def sentences_of(quotes: Iterable[str]) -> str:
    """The quotes in search form, as one text in which each ends its clause."""
    return " ; ".join(for_search(q) for q in quotes)
