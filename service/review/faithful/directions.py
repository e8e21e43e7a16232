"""Directions: a sentence must not say "more" where its quotes say "less", nor either where they say neither."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.review.faithful.negation import denied_terms
from service.review.faithful.objection import Gravity, Objection
from service.review.faithful.opposites import AXES, OPPOSITES, Axis, unprefixed
from service.review.faithful.wording import Word, all_terms, near, words
from service.text.terms import terms

_WINDOW = 4  # content words on each side of a direction
_VALUE = r"\d+(?:,\d{3})*(?:\.\d+)?"
_WHAT = r"(?: ?%| [a-z]{1,12}){0,3}"  # the unit, and what is measured
_FROM_TO = re.compile(rf"\bfrom (?P<old>{_VALUE}){_WHAT} to (?P<new>{_VALUE})\b", re.IGNORECASE)
_INSTEAD = re.compile(rf"(?P<new>{_VALUE}){_WHAT} instead of (?P<old>{_VALUE})\b", re.IGNORECASE)
_CLEARLY = 2  # words by which the opposite must fit better


def turned_direction(text: str, source: str) -> Objection | None:
    """A direction of the sentence that its quotes turn round, or do not have. In search form."""
    said, there = words(text), words(source)
    for axis in (*AXES, *OPPOSITES):
        for side in (0, 1):
            for match in axis.telling[side].finditer(text):
                if _opposed(axis, side, match, said, source, there):
                    return Objection("contradicted", f"the quote says the opposite of {match[0]!r}")
    prefixed = _turned_prefix(said, there, denied_terms(text) | denied_terms(source))
    if prefixed is not None:
        return Objection("contradicted", f"the quote says the opposite of {prefixed!r}")
    for axis in AXES:
        for side in (0, 1):
            for found in axis.telling[side].finditer(text):
                if not _allowed(axis.allowing[side], found, said, source, there) and not (
                    axis is AXES[0] and _reckoned(text, found.end(), side, source)
                ):
                    turned = bool(axis.telling[1 - side].search(source))
                    gravity: Gravity = "contradicted" if turned else "unsupported"
                    return Objection(gravity, f"the quote does not say {found[0]!r}")
    return None


def _reckoned(text: str, end: int, side: int, source: str) -> bool:
    """Whether "lowers … from 15.8 to 14.9" follows from the quote's "from 15.8 to 14.9" or "14.9 instead of 15.8"."""
    told = _FROM_TO.search(text, end)
    if told is None or _FROM_TO.search(text[:end]) or not _grows(told["old"], told["new"], side):
        return False
    pairs = ((m["old"], m["new"]) for pattern in (_FROM_TO, _INSTEAD) for m in pattern.finditer(source))
    return (told["old"], told["new"]) in pairs


def _grows(old: str, new: str, side: int) -> bool:
    before, after = float(old.replace(",", "")), float(new.replace(",", ""))
    return after > before if side == 0 else after < before


def _allowed(
    side: re.Pattern[str], found: re.Match[str], said: Sequence[Word], source: str, there: Sequence[Word]
) -> bool:
    """Whether the quotes say it too, of something that the sentence speaks of around it."""
    around = all_terms(near(said, found.start(), found.end(), before=_WINDOW + 1, after=_WINDOW + 1))
    windows = list(_windows(side, source, there))
    return any(w & around for w in windows) if around else bool(windows)


def _turned_prefix(said: Sequence[Word], there: Sequence[Word], denied: frozenset[str]) -> str | None:
    """A word that has a denying prefix on one side only, and no other way to be denied on the other."""
    for one, other in ((said, there), (there, said)):
        held = all_terms(other)
        prefixed = [(w, base) for w in one if (base := unprefixed(w.text)) and w.terms.isdisjoint(held)]
        for word, base in prefixed:
            stems = frozenset(terms(base))
            if stems & held and stems.isdisjoint(all_terms(one) | denied):
                return word.text if one is said else base
    return None


def _opposed(
    axis: Axis, side: int, match: re.Match[str], said: Sequence[Word], source: str, there: Sequence[Word]
) -> bool:
    """Whether the words around a direction stand, in the quotes, around its opposite rather than around it."""
    around = all_terms(near(said, match.start(), match.end(), before=_WINDOW, after=_WINDOW))
    other = [len(around & w) for w in _windows(axis.telling[1 - side], source, there)]
    if not other:
        return False
    head, heads, others = _heads(axis, side, match, said, source, there)
    if head & others and not head & heads:
        return True
    same = [len(around & w) for w in _windows(axis.allowing[side], source, there)]
    return max(other) >= (max(same) + _CLEARLY if same else 1)


def _heads(
    axis: Axis, side: int, match: re.Match[str], said: Sequence[Word], source: str, there: Sequence[Word]
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Terms of the word right behind a direction; of those right behind its side, and its opposite, in the quotes."""
    same, other = (
        all_terms(w for m in axis.telling[s].finditer(source) for w in _behind(source, m.end(), there))
        for s in (side, 1 - side)
    )
    return all_terms(_behind(match.string, match.end(), said)), same, other


def _behind(text: str, end: int, among: Sequence[Word]) -> Iterator[Word]:
    yield from (w for w in among if w.start > end and not text[end : w.start].strip())


def _windows(side: re.Pattern[str], source: str, there: Sequence[Word]) -> Iterator[frozenset[str]]:
    for match in side.finditer(source):
        yield all_terms(near(there, match.start(), match.end(), before=_WINDOW, after=_WINDOW))
