"""Negated aspects: whether a sentence says that there is none of what a question wants none of ("without labels")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from service.annotate import AnnotatedAbstract, AnnotatedSentence
from service.review.question.content import content_words
from service.text.terms import terms
from service.vocabulary import NEGATIONS

_REACH: Final = 7
"""Words between a negation and what it speaks of: "without relying on costly human preference labels"."""
_PIECE: Final = re.compile(r"[^\W\d_][\w'’]*|[.;:]")


def says_absent(sentence: AnnotatedSentence, phrase: str) -> bool | None:
    """Whether the sentence says that there is none of it; `None` where it does not speak of it."""
    begins = _beginnings(phrase)
    spoken = None
    since = _REACH + 1
    words = [w.casefold() for w in _PIECE.findall(sentence.search.replace("-", " "))]
    for i, word in enumerate(words):
        found = word.startswith(begins)
        if (found and (since <= _REACH or words[i + 1 : i + 2] == ["free"])) or (
            word.startswith("un") and word[2:].startswith(begins)
        ):
            return True
        if found:
            spoken = False
        since = 0 if word in NEGATIONS else _REACH + 1 if word in (".", ";", ":") else since + 1
    return spoken


@lru_cache(maxsize=1000)
def _beginnings(phrase: str) -> tuple[str, ...]:
    """What forms of the phrase's last content word begin with: the word itself and its stem."""
    head = (content_words(phrase)[-1:] or (phrase,))[0]
    return (head.casefold(), *(t for t in terms(head) if len(t) > 2))


def absence(abstract: AnnotatedAbstract, phrases: Sequence[str]) -> float:
    """The mean over phrases: 1 where a sentence says that there is none of it, -1 where one speaks of it as there."""
    if not phrases:
        return 0.0
    said = [{says_absent(abstract.sentences[i], phrase) for i in abstract.evidence} for phrase in phrases]
    return sum(1.0 if True in s else -1.0 if False in s else 0.0 for s in said) / len(phrases)
