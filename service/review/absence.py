"""What a question wants none of ("without human labels"), and whether a sentence says that there is none of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.annotate.names import tokens
from service.review.coverage import content_words
from service.text.terms import terms

_WITHOUT: Final = re.compile(
    r"\b(?:without|no|not (?:need|use|require|rely on|depend on)\w*|(?:do|does)n.t (?:need|use|require|rely on)|"
    r"free of|avoid\w*|instead of|rather than)\s+(?:using\s+|needing\s+|requiring\s+|training\s+on\s+)?"
    r"(?:a|an|any|the|extra|additional|further)?\s*(?P<what>[a-z][\w\-]*(?:[ -][a-z][\w\-]*)?)",
    re.IGNORECASE,
)
_FREE: Final = re.compile(r"\b(?P<what>[a-z]+)-free\b", re.IGNORECASE)
_NONE_BEFORE: Final = frozenset(
    "without no not never none neither nor eliminate eliminates eliminating eliminated remove removes removing removed "
    "avoid avoids avoiding avoided bypass bypasses bypassing obviate obviates obviating replace replaces replacing "
    "instead rather forgo forgoing dispense dispenses dispensing zero unlike".split()
)
_REACH: Final = 7
"""Words between the cue and what it speaks of: "without relying on costly human preference labels"."""
_GENERIC: Final = frozenset({"data", "model", "extra"})
"""Stems that say little of what is absent when another word stands beside them."""
_STOPS: Final = frozenset(".;:")
_PIECE: Final = re.compile(r"[A-Za-z][\w'’]*|[.;:](?=\s|$)|\d+")


def wanted_absent(question: str) -> tuple[frozenset[str], ...]:
    """For each thing that the question wants none of, the stems of its words; empty where it wants all."""
    phrases = [m["what"] for pattern in (_WITHOUT, _FREE) for m in pattern.finditer(question)]
    stems = [_stems(phrase) for phrase in phrases]
    return tuple(dict.fromkeys(s for s in stems if s))


def _stems(phrase: str) -> frozenset[str]:
    stems = frozenset(t for w in content_words(phrase) or tokens(phrase) for t in terms(w))
    return stems - _GENERIC or stems


def is_left_out(title: str, left_out: Sequence[str]) -> bool:
    """Whether a paper's title holds every word of a phrase that is left out."""
    found = set(terms(title))
    return any(stems and stems <= found for stems in map(_stems, left_out))


def says_absent(text: str, absent: frozenset[str]) -> bool | None:
    """Whether a sentence says that there is none of it; `None` where it does not speak of it at all."""
    words = [w.casefold() for w in _PIECE.findall(text.replace("-", " "))]
    spoken = False
    since = _REACH + 1
    for i, word in enumerate(words):
        if word in _STOPS:
            since = _REACH + 1
            continue
        if absent & set(terms(word)):
            spoken = True
            if since <= _REACH or words[i + 1 : i + 2] == ["free"]:
                return True
        if f"un{word[2:]}" == word and absent & set(terms(word[2:])):
            return True
        since = 0 if word in _NONE_BEFORE else since + 1
    return False if spoken else None
