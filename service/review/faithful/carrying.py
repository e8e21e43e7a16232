"""How far the words of a sentence are carried by its quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from service.review.faithful.objection import Objection
from service.review.faithful.wording import Word, words
from service.text.terms import terms

_ADDED = frozenset(
    """authors author paper attain attains attained yield yields yielded employ employs employed perform performs
    demonstrate demonstrates put puts forward enable enables allow allows serve serves""".split()
)
_LEAST_OF_CLAUSE = 0.34


@dataclass(frozen=True, slots=True)
class Carried:
    """Shares in [0, 1], higher is better: of the content words, and of neighbouring pairs of them."""

    words: float
    pairs: float


def carried(text: str, source: str, own: str) -> Carried:
    """How much of the text stands in the quotes or in the papers' `own` names. All in search form."""
    said = _content(text)
    if not said:
        return Carried(1.0, 1.0)
    held = _held(source, own)
    kept = [not held.isdisjoint(w.terms) for w in said]
    pairs = _pairs(said)
    return Carried(sum(kept) / len(kept), len(pairs & _pairs(words(source))) / len(pairs) if pairs else 1.0)


def uncarried_clause(text: str, source: str, own: str) -> Objection | None:
    """A clause of two or more content words none, or hardly any, of which the quotes have."""
    held = _held(source, own)
    for _, clause in groupby(_content(text), key=lambda w: w.clause):
        part = list(clause)
        kept = sum(not held.isdisjoint(w.terms) for w in part)
        if len(part) > 1 and (kept == 0 or kept / len(part) < _LEAST_OF_CLAUSE):
            return Objection("unsupported", f"the quote says nothing of {' '.join(w.text for w in part[:4])!r}")
    return None


def _content(text: str) -> list[Word]:
    return [w for w in words(text) if w.text.casefold() not in _ADDED and not w.text[0].isdigit()]


def _held(source: str, own: str) -> set[str]:
    """Terms of both; content words are compared folded, as "MWEs" and "mwes" stem apart."""
    return {t for part in (source, own) for form in (part, part.casefold()) for t in terms(form)}


def _pairs(among: Sequence[Word]) -> set[tuple[str, str]]:
    return {(a, b) for x, y in pairwise(among) for a in x.terms for b in y.terms}
