"""Where, when and on what species a work was done."""

from __future__ import annotations

import re
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.review.comparison.countries import COUNTRIES
from service.review.comparison.model import Value
from service.review.comparison.own_work import part, says_we, sentence, told
from service.vocabulary import FUNCTION_WORDS
from service.vocabulary.months import MONTHS

_CAPITAL: Final = r"[A-Z][\w'.-]+"
_FEATURE: Final = (
    r"(?:Sea|Ocean|River|Lake|Mountains?|Valley|Basin|Peninsula|Islands?|Gulf|Bay|Province|County|Desert|Plateau|Strait|"
    r"Delta|Archipelago|Reef)"
)
"""Kinds of geographical features as they end a proper name."""
_COUNTRY: Final = "|".join(sorted(map(re.escape, COUNTRIES), key=len, reverse=True))
_PLACE: Final = re.compile(
    rf"(?:\b(?:[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|[Cc]entral)(?:[- ]?(?:ern|[Ee]ast\w*|[Ww]est\w*|central))? )?"
    rf"(?:\b(?:{_CAPITAL} ){{1,3}}{_FEATURE}\b(?:,? (?:of|in|,) (?:the )?(?:{_COUNTRY})\b)?|\b(?:{_CAPITAL},? ){{0,3}}?"
    rf"(?:{_COUNTRY})(?![\w$]|-\w|'s))"
)
_LED: Final = re.compile(
    r"\b(?:in|at|from|of|across|within|throughout|around|near|for|over)\s+(?:the\s+)?(?:\w+[- ]){0,2}$"
)
_MONTH: Final = rf"(?:(?:{'|'.join(name.capitalize() for name in MONTHS)})\s+)"
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_PERIOD: Final = re.compile(
    rf"(?:{_MONTH}?{_YEAR}|{_MONTH}(?:\d{{1,2}},? )?)\s?(?:-|to|and|through|until|till)\s?"
    rf"(?:{_MONTH}?{_YEAR}|(?<=-)\d\d(?=\D))(?!\w)"
)
_COVERS: Final = re.compile(
    r"(?:\b(?:between|from|during|in|over|of|for|period|years?)|[,(])\s*(?:the )?(?:years? |period )?$", re.I
)
_APART: Final = 20  # characters between places that are named together
_BINOMIAL: Final = re.compile(
    r"\b(?P<genus>[A-Z][a-z]+(?:a|us|um|is|es|ys|ix|ax)) "
    r"(?P<epithet>[a-z]{3,}(?:us|a|um|is|i|ae|oides|ens|ans|ex|or))\b"
)


def place(abstract: AnnotatedAbstract) -> Value:
    """Where the work was done: a named place in its own sentences that the title names too, or the only one of all."""
    every = [(i, m) for i in abstract.evidence for m in _PLACE.finditer(sentence(abstract, i))]
    own = {
        i for i in told(abstract) if says_we(abstract, i) or abstract.sentences[i].role is not RhetoricalRole.PROBLEM
    }
    led = [(i, m) for i, m in every if i in own and _LED.search(sentence(abstract, i)[: m.start()])]
    titled = [(i, m) for i, m in led if m[0].split()[-1] in abstract.paper.title]
    alone = led if len({m[0].split()[-1] for _, m in every}) == 1 or len({i for i, _ in every}) == 1 else []
    if not titled and not alone:
        return "not_found" if every else "not_reported"
    index = (titled or alone)[0][0]
    first = (titled or alone)[0][1]
    end = first.end()
    for i, m in every:
        if i == index and 0 <= m.start() - end < _APART:
            end = m.end()
    return part(abstract, index, first.start(), end)


def period(abstract: AnnotatedAbstract) -> Value:
    """The years the work covers: the one span of years its own sentences tell, or the one that holds all others."""
    spans: list[tuple[int, re.Match[str], list[int]]] = []
    for i in told(abstract):
        text = sentence(abstract, i)
        for found in _PERIOD.finditer(text):
            years = [int(y) for y in re.findall(_YEAR, found[0])]
            if years == sorted(years) and _COVERS.search(text[: found.start()]):
                spans.append((i, found, years))
    every = [year for _, _, years in spans for year in years]
    for i, found, years in spans:
        if years[0] == min(every) and years[-1] == max(every):
            return part(abstract, i, found.start(), found.end())
    dated = any(re.search(rf"\b{_YEAR}\b", sentence(abstract, i)) for i in abstract.evidence)
    return "not_found" if dated else "not_reported"


def species(abstract: AnnotatedAbstract) -> Value:
    """The species by its scientific name: two words with Latin endings that the paper names again.

    That of the title first, then the most frequent.
    """
    whole = f"{abstract.paper.title} {abstract.paper.abstract}"
    own = " ".join(sentence(abstract, i) for i in told(abstract))
    named = [(i, m) for i in abstract.evidence for m in _BINOMIAL.finditer(sentence(abstract, i))]
    latin = [(i, m) for i, m in named if _is_latin(m, abstract.paper.title, whole)]
    found = [(i, m) for i, m in latin if m[0] in abstract.paper.title or own.count(m["genus"]) > 1]
    if not found:
        return "not_found" if latin else "not_reported"
    index, name = max(found, key=lambda f: (f[1][0] in abstract.paper.title, whole.count(f[1]["genus"]), -f[0]))
    return part(abstract, index, name.start(), name.end())


def _is_latin(name: re.Match[str], title: str, whole: str) -> bool:
    """Whether the title has it, the abstract its short form ("B. tectorum"), or it ends as no English word does."""
    if name[0] in title or f"{name['genus'][0]}. {name['epithet']}" in whole:
        return True
    english = name["genus"].casefold() in FUNCTION_WORDS or name["epithet"].endswith(("a", "is", "or", "ex"))
    return whole.count(name["genus"]) > 1 and not english
