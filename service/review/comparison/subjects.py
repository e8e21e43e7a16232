"""How many subjects a work has, and who or what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from service.annotate import AnnotatedAbstract, Quantity, RhetoricalRole
from service.annotate.counted import is_plural
from service.records import Empty
from service.review.comparison.model import Value
from service.review.comparison.own_work import part, sentence, told
from service.text.terms import stem
from service.vocabulary.function_words import PREPOSITIONS

_SUBJECTS: Final = {
    stem(noun): kind
    for kind, listed in enumerate(
        (
            """patients participants subjects persons people individuals adults children infants newborns neonates
            adolescents women men boys girls mothers volunteers students pupils respondents interviewees households
            residents workers employees nurses physicians teachers users consumers""",
            "animals rats mice rabbits pigs dogs cats sheep goats cows calves cattle horses monkeys birds chickens",
            "samples specimens isolates cases plots",
            "schools universities hospitals firms companies farms villages countries websites",
        )
    )
    for noun in listed.split()
}
"""What studies count their size in, by kind: persons, animals, samples, bodies, then any other thing that is counted
before the results; the first kind present counts."""
_PERSONS, _ANIMALS, _SAMPLES, _BODIES, _THINGS = range(5)
_MEASURES: Final = frozenset(
    map(stem, "parameters tokens layers epochs iterations steps points times degrees dimensions".split())
)
"""What a model, a scale or a course of work is measured in: no subjects."""
_EACH: Final = re.compile(r"\b(?:each|per|every|respectively)\b", re.IGNORECASE)
_TAKEN_IN: Final = re.compile(r"\b(?:enrol|recruit|randomi[sz]|includ|assign|allocat|comprised?|sample)\w*", re.I)
_STOP: Final = re.compile(
    r"\s(?:was|were|is|are|had|has|have|received|completed|underwent|from|to (?:receive|either|one)|for|by|at|in|on|"
    r"during|over|between|using|into|than|or|and (?:was|were|\w+ed|\w+ly|\d+)|who|that|which)\s|[,;:]|\((?=[nN]\b|\d)"
)
_LED: Final = re.compile(r"(?P<noun>[\w-]+) \([nN]\s?=\s?$")
_WORD: Final = re.compile(r"[^\W\d_]+")
_OF: Final = re.compile(r"\s?(?:\([^)]*\) )?(?:out )?of\b")  # "464 of 627 patients"
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NEAR_EACH: Final = 30  # characters
_LEAST: Final = 10
"""Of what is neither person nor animal: "two use cases", "five countries" are the frame of a study, not its size."""
_MOST_WORDS: Final = 16


@dataclass(frozen=True, slots=True)
class _Count:
    """A number of subjects in sentence `index`: `text[start:end]` with its noun, from `noun` on."""

    index: int
    value: int
    kind: int
    start: int
    noun: int
    end: int


def subject_count(abstract: AnnotatedAbstract) -> Value:
    """How many subjects were taken in, else the most that are spoken of; unsure where the results count more."""
    found = _taken_in(abstract)
    return part(abstract, found.index, found.start, found.end) if isinstance(found, _Count) else found


def population(abstract: AnnotatedAbstract) -> Value:
    """Who the subjects are: the counted noun with what qualifies it."""
    found = _taken_in(abstract)
    if isinstance(found, _Count):
        text = sentence(abstract, found.index)
        end = _end(text, found.end)
        return part(abstract, found.index, found.noun, end) if " " in text[found.noun : end].strip() else "not_found"
    return "not_found" if isinstance(found, _Count) else found


def _taken_in(abstract: AnnotatedAbstract) -> _Count | Empty:
    counts = [count for i in told(abstract) for count in _counts(abstract, i)]
    same = [count for count in counts if count.kind == min(c.kind for c in counts)]
    entering = [count for count in same if _enters(abstract, count)]
    if not entering:
        return "not_found" if counts else "not_reported"
    taken_in = [count for count in entering if _TAKEN_IN.search(sentence(abstract, count.index))]
    best = max(taken_in or entering, key=lambda count: (count.value, -count.index))
    return best if taken_in or best.value == max(count.value for count in same) else "not_found"


def _enters(abstract: AnnotatedAbstract, count: _Count) -> bool:
    """Whether the sentence tells who was taken in, not how many of them had some result."""
    text = sentence(abstract, count.index)
    if _EACH.search(text[count.end : count.end + 30]):
        return False
    return abstract.sentences[count.index].role is not RhetoricalRole.RESULT or _TAKEN_IN.search(text) is not None


def _counts(abstract: AnnotatedAbstract, i: int) -> Iterator[_Count]:
    for quantity in abstract.sentences[i].quantities:
        if quantity.value.isdigit() and int(quantity.value) > 1 and not quantity.unit:
            count = _count(abstract, i, quantity)
            if count is not None:
                yield count


def _count(abstract: AnnotatedAbstract, i: int, quantity: Quantity) -> _Count | None:
    """The quantity with the noun of a subject that it counts or that stands before "(n = 940)"."""
    text, value = sentence(abstract, i), int(quantity.value)
    start, end = (at - abstract.sentences[i].start for at in (quantity.start, quantity.end))
    led = _LED.search(text[:start]) if quantity.symbol == "n" else None
    if led is not None:
        persons = is_plural(led["noun"].casefold()) and _SUBJECTS.get(stem(led["noun"].casefold())) == _PERSONS
        return _Count(i, value, _PERSONS, led.start(), led.start(), end) if persons else None
    kind = _SUBJECTS.get(quantity.counted, _THINGS)
    nouns = (end + m.end() for m in _WORD.finditer(text[end:]) if stem(m[0].casefold()) == quantity.counted)
    noun_end = next(nouns, None)
    results = abstract.sentences[i].role is RhetoricalRole.RESULT
    each = kind == _THINGS and _EACH.search(text[max(0, start - _NEAR_EACH) : start])
    no_count = each or _OF.match(text, end) or _YEAR.fullmatch(text[start:end].strip()) or quantity.counted in _MEASURES
    if no_count or noun_end is None or (kind == _THINGS and results):
        return None
    return None if kind > _ANIMALS and value < _LEAST else _Count(i, value, kind, start, end, noun_end)


def _end(text: str, at: int) -> int:
    """Where what qualifies the subjects ends: before the verb, the next phrase of place or time, or a stop."""
    stop = _STOP.search(text, at)
    while stop is not None and text[: stop.start()].endswith("ed") and stop[0].strip() in PREPOSITIONS:
        stop = _STOP.search(text, stop.end())  # "admitted to ...", "treated for ..."
    end = stop.start() if stop is not None else len(text)
    return end if len(text[at:end].split(" ")) <= _MOST_WORDS else at
