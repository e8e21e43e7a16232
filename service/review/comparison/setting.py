"""Where and when a work was done."""

from __future__ import annotations

import re
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.review.comparison.model import Value
from service.review.comparison.own_work import part, says_we, sentence, told
from service.vocabulary.countries import COUNTRIES
from service.vocabulary.months import MONTHS

_COUNTRY: Final = "|".join(sorted(map(re.escape, COUNTRIES), key=len, reverse=True))
_PLACE: Final = re.compile(
    rf"(?:\b(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|[Cc]entral)(?:[- ]?(?:ern|[Ee]ast\w*|[Ww]est\w*|central))? )?"
    rf"\b(?:[A-Z][\w'.-]+,? ){{0,3}}?(?:{_COUNTRY})(?![\w$]|-\w|'s)"
)
"""A country or continent with what stands before it: "northern Kenya", "Lima, Peru"."""
_LED: Final = re.compile(
    r"\b(?:in|at|from|of|across|within|throughout|around|near|for|over)\s+(?:the\s+)?(?:\w+[- ]){0,2}$"
)
_APART: Final = 20  # characters between places that are named together
_MONTH: Final = rf"(?:(?:{'|'.join(name.capitalize() for name in MONTHS)})\s+)"
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_PERIOD: Final = re.compile(
    rf"(?:{_MONTH}?{_YEAR}|{_MONTH}(?:\d{{1,2}},? )?)\s?(?:-|to|and|through|until|till)\s?"
    rf"(?:{_MONTH}?{_YEAR}|(?<=-)\d\d(?=\D))(?!\w)"
)


def place(abstract: AnnotatedAbstract) -> Value:
    """Where the work was done: a named place in its own sentences that the title names too, or the only one of all."""
    every = [(i, m) for i in abstract.evidence for m in _PLACE.finditer(sentence(abstract, i))]
    own = {
        i for i in told(abstract) if says_we(abstract, i) or abstract.sentences[i].role is not RhetoricalRole.PROBLEM
    }
    led = [(i, m) for i, m in every if i in own and _LED.search(sentence(abstract, i)[: m.start()])]
    titled = [(i, m) for i, m in led if m[0].split()[-1] in abstract.paper.title]
    alone = len({m[0].split()[-1] for _, m in every}) == 1 or len({i for i, _ in every}) == 1
    found = titled or (led if alone else [])
    if not found:
        return "not_found" if every else "not_reported"
    index, first = found[0]
    end = first.end()
    for i, m in every:
        if i == index and 0 <= m.start() - end < _APART:
            end = m.end()
    return part(abstract, index, first.start(), end)


def period(abstract: AnnotatedAbstract) -> Value:
    """The years the work covers: the one span of years its own sentences tell, or the one that holds all others."""
    spans: list[tuple[int, re.Match[str], list[int]]] = []
    for i in told(abstract):
        for found in _PERIOD.finditer(sentence(abstract, i)):
            years = [int(y) for y in re.findall(_YEAR, found[0])]
            if years == sorted(years):
                spans.append((i, found, years))
    every = [year for _, _, years in spans for year in years]
    for i, found, years in spans:
        if years[0] == min(every) and years[-1] == max(every):
            return part(abstract, i, found.start(), found.end())
    dated = any(re.search(rf"\b{_YEAR}\b", sentence(abstract, i)) for i in abstract.evidence)
    return "not_found" if dated else "not_reported"
