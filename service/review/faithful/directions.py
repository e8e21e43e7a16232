"""Directions: a sentence must not say "more" where its quotes say "less", nor either where they say neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.review.faithful.objection import Objection
from service.review.faithful.opposites import AXES, OPPOSITES, Axis
from service.review.faithful.wording import Word, all_terms, near, words

_WINDOW = 4  # content words on each side of a direction
_CLEARLY = 2  # words by which the opposite must fit better


def turned_direction(text: str, source: str) -> Objection | None:
    """A direction of the sentence that its quotes turn round, or do not have. In search form."""
    said, there = words(text), words(source)
    for axis in (*AXES, *OPPOSITES):
        for side in (0, 1):
            for match in axis.sides[side].finditer(text):
                if _opposed(axis, side, match, said, source, there):
                    return Objection("contradicted", f"the quote says the opposite of {match[0]!r}")
    for axis in AXES:
        for side in (0, 1):
            claiming = axis.claiming[side]
            found = claiming.search(text) if claiming else None
            if found and not axis.sides[side].search(source):
                turned = bool(axis.sides[1 - side].search(source))
                return Objection("contradicted" if turned else "unsupported", f"the quote does not say {found[0]!r}")
    return None


def _opposed(
    axis: Axis, side: int, match: re.Match[str], said: Sequence[Word], source: str, there: Sequence[Word]
) -> bool:
    """Whether the words around a direction stand, in the quotes, around its opposite rather than around it."""
    around = all_terms(near(said, match.start(), match.end(), before=_WINDOW, after=_WINDOW))
    other = [len(around & w) for w in _windows(axis.sides[1 - side], source, there)]
    if not other:
        return False
    same = [len(around & w) for w in _windows(axis.sides[side], source, there)]
    return max(other) >= (max(same) + _CLEARLY if same else 1)


def _windows(side: re.Pattern[str], source: str, there: Sequence[Word]) -> Iterator[frozenset[str]]:
    for match in side.finditer(source):
        yield all_terms(near(there, match.start(), match.end(), before=_WINDOW, after=_WINDOW))
