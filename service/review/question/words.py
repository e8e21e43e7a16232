"""Query decomposition by rules: from the words of a question, where they are certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from service.records import Filters
from service.review.question.constraints import constraints
from service.review.question.content import content_words
from service.review.question.expected import expected_answer, parts_of
from service.review.question.language import language_of
from service.review.question.model import ExpectedAnswer, Query, SubQuestion
from service.review.question.named_systems import Names, named_systems
from service.review.question.referents import unresolved
from service.text.normal import for_search

_ASPECTS: Final = re.compile(
    r"\b(?:in terms of|with (?:respect|regard) to|regarding|as regards|differ in|compare (?:in(?! terms)|on|by))\s+"
    r"(?:their\s+|its\s+|the\s+)?(?P<list>[^?.;]{1,160})$",
    re.IGNORECASE,
)
_SIDES: Final = re.compile(
    r"\b(?:and|with|versus|vs\.?|from|than|compared (?:with|to)|over|against)\b|,", re.IGNORECASE
)
_BACK: Final = re.compile(r"\b(?:it|its|they|them|their|both|this|these|that)\b", re.IGNORECASE)


def query_from_words(
    question: str, corpus: Names, filters: Filters | None = None, *, today: date | None = None
) -> Query:
    """The question as a query: parts with what they expect, names, and what was said about years and exclusions.

    "The last three years" are those before `today`, without which it is the day of the call.
    """
    asked = for_search(question)
    said = constraints(asked, filters, today=today or date.today(), span=corpus.year_span)
    text = said.text
    names = named_systems(text, corpus)
    found = _ASPECTS.search(text)
    return Query(
        text=question,
        parts=tuple(_parts(text, names)),
        names=names,
        aspects=_listed(found["list"]) if found else (),
        without_years=None if said.years.subject == asked else said.years.subject,
        filters=said.years.filters,
        years_said=said.years.said,
        left_out=said.left_out,
        absent=said.absent,
        unresolved=unresolved(text),
        language=language_of(question),
    )


def _parts(text: str, names: Sequence[str]) -> list[SubQuestion]:
    """The parts of a question; "it" carries the names before over, in a comparison beside those of its own."""
    parts: list[SubQuestion] = []
    carried: list[str] = []
    for piece in parts_of(text):
        own = [n for n in names if n.casefold() in piece.casefold()]
        expects = expected_answer(piece)
        if len(own) > 1 and expects is ExpectedAnswer.EXPLANATION:
            expects = ExpectedAnswer.COMPARISON  # "How do KITE and Heron steer a model?"
        if parts and (not own or expects is ExpectedAnswer.COMPARISON) and _BACK.search(piece):
            own = list(dict.fromkeys((*carried, *own)))
        carried = list(dict.fromkeys((*carried, *own)))
        parts.append(SubQuestion(piece, _queries(piece, expects, own), expects, tuple(own)))
    return parts


def _queries(piece: str, expects: ExpectedAnswer, names: Sequence[str]) -> tuple[str, ...]:
    """What is searched for: the part itself, and each side of a comparison."""
    queries = [piece if all(n.casefold() in piece.casefold() for n in names) else f"{piece} {' '.join(names)}"]
    if expects is ExpectedAnswer.COMPARISON:
        sides = [" ".join(content_words(side)) for side in _SIDES.split(piece)]
        queries += [side for side in sides if " " in side]
    return tuple(dict.fromkeys(queries))[:5]


def _listed(phrase: str) -> tuple[str, ...]:
    """The members of a list in words."""
    pieces = re.split(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+", phrase.strip(" ?."))
    return tuple(dict.fromkeys(p for p in (" ".join(piece.split()) for piece in pieces) if p))
