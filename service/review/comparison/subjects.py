"""How many subjects a work has, and who or what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.annotate import AnnotatedAbstract, Quantity, RhetoricalRole
from service.records import Empty
from service.review.comparison.model import Part, Value
from service.review.comparison.own_work import part, says_we, sentence, told
from service.vocabulary import FUNCTION_WORDS
from service.vocabulary.function_words import PREPOSITIONS
from service.vocabulary.words import words

PERSONS: Final = words(
    """patients participants subjects persons people individuals adults children infants newborns neonates adolescents
    women men boys girls mothers volunteers students pupils respondents interviewees households residents workers
    employees nurses physicians teachers users consumers"""
)
ANIMALS: Final = words(
    "animals rats mice rabbits pigs dogs cats sheep goats cows calves cattle horses monkeys birds chickens"
)
SAMPLES: Final = words("samples specimens isolates cases plots")
BODIES: Final = words("schools universities hospitals firms companies farms villages countries websites")
_KINDS: Final = (PERSONS, ANIMALS, SAMPLES, BODIES)
_TOKEN: Final = re.compile(r"\s*-?\(?[\w%'/.+-]+\)?(?P<cut>[,;:]|\.(?=\s|$))?")
_AGED: Final = re.compile(r"\d+-years?-olds?$")
_EACH: Final = re.compile(r"\b(?:each|per|every|respectively)\b", re.IGNORECASE)
_TAKEN_IN: Final = re.compile(r"\b(?:enrol|recruit|randomi[sz]|includ|assign|allocat|comprised?|sample)\w*", re.I)
_VERB: Final = re.compile(
    r"\s(?:was|were|is|are|had|has|have|received|completed|underwent|from|to (?:receive|either|one)|for|by|at|in|on|"
    r"during|over|between|using|"
    r"into|was|than|or|and (?:was|were|\w+ed|\w+ly|\d+)|who|that|which)\s|[,;:]|\((?=[nN]\b|\d)"
)
_QUALIFIED: Final = re.compile(
    r"\b(?P<noun>[\w-]+) (?:with|undergoing|suffering from|aged|admitted|hospitali[sz]ed|diagnosed)\s", re.IGNORECASE
)
_N: Final = re.compile(rf"\b(?P<noun>(?i:{'|'.join(sorted(PERSONS))})) \([nN]\s?=\s?(?P<n>\d[\d,]*)\)")
_SHARE: Final = re.compile(r"\d\s(?:\([^)]*\) )?of (?:the )?$")  # "464 of 627 patients"
_LEAST_SAMPLES: Final = 5
_MOST_WORDS: Final = 16


@dataclass(frozen=True, slots=True)
class _Count:
    """A number of subjects in sentence `index`: `text[start:end]` with its noun, from `noun` on; `kind`: 0 persons."""

    index: int
    value: int
    kind: int
    start: int
    noun: int
    end: int


def subject_count(abstract: AnnotatedAbstract) -> Value:
    """How many subjects were taken in, else the most that are spoken of; unsure where the results count more."""
    found = _taken_in(abstract)
    if isinstance(found, _Count):
        return part(abstract, found.index, found.start, found.end)
    return found


def population(abstract: AnnotatedAbstract) -> Value:
    """Who the subjects are: the counted noun with what qualifies it, else the persons of whom the work speaks."""
    found = _taken_in(abstract)
    if isinstance(found, _Count) and found.kind < _KINDS.index(SAMPLES):
        text = sentence(abstract, found.index)
        end = _end(text, found.end)
        return part(abstract, found.index, found.noun, end) if " " in text[found.noun : end].strip() else "not_found"
    qualified = _qualified(abstract)
    if qualified is not None:
        return qualified
    return "not_found" if isinstance(found, _Count) else found


def _taken_in(abstract: AnnotatedAbstract) -> _Count | Empty:
    counts = [count for i in told(abstract) for count in _counts(abstract, i)]
    if not counts:
        return "not_reported"
    kind = min(count.kind for count in counts)
    same = [count for count in counts if count.kind == kind]
    entering = [count for count in same if _enters(abstract, count)]
    if not entering:
        return "not_found"
    taken_in = [count for count in entering if _TAKEN_IN.search(sentence(abstract, count.index))]
    best = max(taken_in or entering, key=lambda count: (count.value, -count.index))
    if not taken_in and best.value < max(count.value for count in same):
        return "not_found"
    return best


def _enters(abstract: AnnotatedAbstract, count: _Count) -> bool:
    """Whether the sentence tells who was taken in, not how many of them had some result."""
    text = sentence(abstract, count.index)
    if _EACH.search(text[count.end : count.end + 30]):
        return False
    if abstract.sentences[count.index].role is RhetoricalRole.RESULT:
        return _TAKEN_IN.search(text) is not None
    return True


def _counts(abstract: AnnotatedAbstract, i: int) -> Iterator[_Count]:
    held = abstract.sentences[i]
    text = sentence(abstract, i)
    for found in _N.finditer(text):
        yield _Count(i, int(found["n"].replace(",", "")), 0, found.start(), found.start(), found.end())
    for quantity in held.quantities:
        count = _count(text, quantity, i, held.start)
        if count is not None:
            yield count


def _count(text: str, quantity: Quantity, i: int, offset: int) -> _Count | None:
    """The quantity with the noun of a subject that ends the noun phrase after it; `None` where there is none."""
    if (
        _SHARE.search(text[: quantity.start - offset])
        or quantity.unit
        or not quantity.value.isdigit()
        or int(quantity.value) < 2
    ):
        return None
    start, at = quantity.start - offset, quantity.end - offset
    first = at
    for _ in range(6):
        token = _TOKEN.match(text, at)
        if token is None:
            return None
        word = token[0].strip(" -(),;:.").casefold()
        if word in FUNCTION_WORDS:
            return None
        kind = 0 if _AGED.match(word) else next((k for k, nouns in enumerate(_KINDS) if word in nouns), None)
        closes = ")" in token[0] and "(" not in token[0]
        at = token.end() - len(token["cut"] or "") - closes
        if kind is not None and (kind != _KINDS.index(SAMPLES) or int(quantity.value) >= _LEAST_SAMPLES):
            return _Count(i, int(quantity.value), kind, start, first, at)
        if token["cut"] or closes:
            return None
    return None


def _end(text: str, at: int) -> int:
    """Where what qualifies the subjects ends: before the verb, the next phrase of place or time, or a stop."""
    stop = _VERB.search(text, at)
    while stop is not None and text[: stop.start()].endswith("ed") and stop[0].strip() in PREPOSITIONS:
        stop = _VERB.search(text, stop.end())  # "admitted to ...", "treated for ..."
    end = stop.start() if stop is not None else len(text)
    held = text[at:end].split(" ")
    return end if len(held) <= _MOST_WORDS else at


def _qualified(abstract: AnnotatedAbstract) -> Part | None:
    for i in told(abstract, RhetoricalRole.PROBLEM, RhetoricalRole.APPROACH, RhetoricalRole.DATA):
        text = sentence(abstract, i)
        if not says_we(abstract, i) or "exclu" in text:
            continue
        for found in _QUALIFIED.finditer(text):
            if found["noun"].casefold() in PERSONS:
                return part(abstract, i, found.start(), _end(text, found.end()))
    return None
