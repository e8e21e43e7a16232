"""How far the words of a sentence are carried by its quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.review.faithful.wording import Word, words
from service.text.terms import terms

_ADDED = frozenset({"authors", "author", "paper"})


@dataclass(frozen=True, slots=True)
class Carried:
    """Shares in [0, 1], higher is better."""

    words: float
    pairs: float


def carried(text: str, source: str, own: str) -> Carried:
    """How much of the text (content words; neighbouring pairs of them) stands in the quotes. All in search form."""
    said = [w for w in words(text) if w.text.casefold() not in _ADDED and not w.text[0].isdigit()]
    if not said:
        return Carried(1.0, 1.0)
    held = {*terms(source), *terms(source.casefold()), *terms(own), *terms(own.casefold())}
    kept = [not held.isdisjoint(w.terms) for w in said]
    pairs = _pairs(said)
    there = _pairs(words(source))
    return Carried(sum(kept) / len(kept), len(pairs & there) / len(pairs) if pairs else 1.0)


def _pairs(among: Sequence[Word]) -> set[tuple[str, str]]:
    return {(a, b) for x, y in pairwise(among) for a in x.terms for b in y.terms}
