"""The years of publication that a question restricts its papers to: years that attach to words for papers.

A year says the time of what it attaches to. It restricts papers where that is a noun for papers ("studies from 2021",
"2021 papers") or a verb of publishing whose subject is such a noun or left open ("published in 2024", "what was
written since 2020"). A year that attaches to anything else is content: "data from 1990", "patients born before 1950".
Behind a topic ("papers on adapters before 2023") it may be either; then it is `likely` only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from service.review.question.time_expressions import Joined, TimeExpression, time_expressions
from service.vocabulary.function_words import (
    ADVERBS,
    AUXILIARIES,
    COORDINATORS,
    DETERMINERS,
    FUNCTION_WORDS,
    HAVE,
    PREPOSITIONS,
)
from service.vocabulary.words import words

_STOPS: Final = frozenset(",;:()")
_WORD: Final = re.compile(r"[^\W_][\w'’\-]*|[,;:()]")
_ONE_PAPER: Final = words("paper study article publication preprint")
_MANY_PAPERS: Final = words("papers studies articles publications preprints works literature research")
_WORK: Final = words("work works")
"""Verbs as well: nouns behind a determiner or one of `_OF_WORK`."""
_OF_WORK: Final = HAVE | words(
    """prior previous recent related earlier early later new newer older newest latest oldest earliest existing
    published which what"""
)
_PLACES: Final = words("library corpus collection database")
"""Where papers are; what one of these says of them is not their subject."""
_PUBLISH: Final = words("published publish publishes appeared appear appears written write wrote posted out")
_OPEN_SUBJECT: Final = words("what who anything something nothing everything much little anyone")
_RELATIVE: Final = words("that which who")
_TOPIC: Final = words("on about regarding concerning around")
_BETWEEN: Final = frozenset(("first", "online", "recently", ",", "("))
"""May stand between a time and what it belongs to."""
_COUNTING: Final = words("of over than about around nearly approximately some total least most exactly")
_IRREGULAR: Final = words(
    "born built made sold held seen taken found grown drawn begun run sent kept met lost won paid done given known"
)
_DETERMINED: Final = 4
"""Words within which a noun in the singular has its determiner."""
_FRONT: Final = 4
"""Words behind a time at the front, or at the front of a question, within which its noun for papers stands."""


@dataclass(frozen=True, slots=True)
class YearsSaid:
    """Bounds, inclusive, said of papers in `text[start:end]`. `likely`: the years may be content all the same."""

    low: int | None
    high: int | None
    start: int
    end: int
    likely: bool = False

    def splits(self, span: tuple[int, int] | None) -> bool:
        """Whether of papers from the first to the last year of `span` some pass and some do not."""
        if span is None:
            return False
        low, high = self.low or span[0], self.high or span[1]
        return low <= span[1] and high >= span[0] and (low > span[0] or high < span[1])


@dataclass(frozen=True, slots=True)
class _Published:
    """Where the words about publication begin; `likely`: what is published is said to be no paper."""

    start: int
    likely: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int

    @property
    def folded(self) -> str:
        return self.text.casefold()


def publication_years(text: str, today: date) -> YearsSaid | None:
    """The first restriction of a question to years of publication, or `None`."""
    for time in time_expressions(text, today):
        if min(year for year in (time.low, time.high) if year is not None) > today.year:
            continue
        before = [_Word(m[0], m.start()) for m in _WORD.finditer(text[: time.start])]
        after = [_Word(m[0], m.start()) for m in _WORD.finditer(text[time.end :])]
        said = _attached(time, before, after)
        if said is not None:
            return said
    return None


def _attached(time: TimeExpression, before: Sequence[_Word], after: Sequence[_Word]) -> YearsSaid | None:
    plain = YearsSaid(time.low, time.high, time.start, time.end)
    if time.joined is Joined.BARE and _heads(after, before):
        return plain
    before = _without_adverbs(before)
    if len(before) > 1 and before[-1].folded in COORDINATORS and before[-2].folded in PREPOSITIONS:
        return None  # "before and after 2016"
    verb = next((i for i in _backwards(before) if _publishes(before, i)), None)
    if verb is not None and _reaches(before[verb + 1 :]):
        said = _published_by(before, verb, after)
        if said is None or (time.joined is Joined.BARE and verb < len(before) - 1):
            return None
        start = before[said.start].start if verb == len(before) - 1 else time.start
        return replace(plain, start=start, likely=said.likely)
    if time.joined is Joined.BARE:
        return None
    nouns = after[:_FRONT] if not before else _without_place(before)
    noun = next((i for i in _backwards(nouns) if _is_papers(nouns, i)), None)
    if noun is None:
        return None
    if time.joined is Joined.RANGE and nouns[noun].folded in _ONE_PAPER:
        return None  # One paper appears in one year: what lasts is its subject.
    if not before:
        return plain
    if noun == len(nouns) - 1:
        return None if _qualifies(time, nouns[noun], after) else plain
    return replace(plain, likely=True) if _behind_topic(time, nouns, noun) else None


def _is_papers(words: Sequence[_Word], i: int) -> bool:
    """Whether a word is a noun for papers."""
    word, previous = words[i].folded, [w.folded for w in words[max(i - _DETERMINED, 0) : i]]
    if not previous:
        return word in _ONE_PAPER | _MANY_PAPERS | _WORK
    if word in _WORK:
        return previous[-1] in _OF_WORK | DETERMINERS
    if word in _ONE_PAPER:  # "publication rates", "do they study …": alone it heads nothing, or is a verb.
        return any(w in DETERMINERS or w in ("which", "what") for w in previous)
    return word in _MANY_PAPERS


def _heads(after: Sequence[_Word], before: Sequence[_Word]) -> bool:
    """Whether a year stands before a noun for papers, neither part of a name ("ImageNet 2012") nor a count."""
    if not after or after[0].folded not in _ONE_PAPER | _MANY_PAPERS | _WORK:
        return False
    if not before:
        return True
    last, second = before[-1], before[-2].folded if len(before) > 1 else ""
    named = len(before) > 1 and last.folded not in FUNCTION_WORDS and last.text != last.folded
    counted = last.folded in _COUNTING or (last.folded in ("the", "these", "those") and second in _COUNTING | {"all"})
    return not named and not counted


def _qualifies(time: TimeExpression, noun: _Word, after: Sequence[_Word]) -> bool:
    """Whether the time belongs to the noun behind it: "studies of the 1990s recession", "studies in 2020 adults".

    The verb of several papers has no -s, and behind that of one no further verb follows.
    """
    if time.joined is Joined.OF:
        return bool(after) and after[0].text not in _STOPS and after[0].folded not in FUNCTION_WORDS
    if (
        time.joined is not Joined.IN
        or not after
        or not re.search(r"(?:[^s]s|children|women|men|people)$", after[0].folded)
    ):
        return False
    if after[0].folded in FUNCTION_WORDS:
        return False
    one = noun.folded not in _MANY_PAPERS
    return not one or (len(after) > 1 and (_is_participle(after[1]) or after[1].folded in AUXILIARIES))


def _without_adverbs(before: Sequence[_Word]) -> Sequence[_Word]:
    while before and (before[-1].folded in ADVERBS or before[-1].folded in _BETWEEN):
        before = before[:-1]
    return before


def _without_place(before: Sequence[_Word]) -> Sequence[_Word]:
    """Without "in this library" at the end."""
    if before and before[-1].folded in _PLACES:
        at = next((i for i in _backwards(before) if before[i].folded in ("in", "of", "from")), 0)
        return before[:at] if len(before) - at <= _DETERMINED else before
    return before


def _backwards(words: Sequence[_Word]) -> range:
    return range(len(words) - 1, -1, -1)


def _publishes(words: Sequence[_Word], i: int) -> bool:
    word = words[i].folded
    return word in _PUBLISH and (word != "out" or (i > 0 and words[i - 1].folded in ("come", "came", "comes")))


def _reaches(tail: Sequence[_Word]) -> bool:
    """Whether what stands between a verb and a time leaves the time to the verb: its object, place or topic."""
    if not tail:
        return True
    rest = tail[1:] if _is_papers(tail, 0) else tail
    if rest and rest[0].folded not in PREPOSITIONS:
        return False
    clause = any(w.folded in _RELATIVE or w.folded in AUXILIARIES or w.text in _STOPS for w in tail)
    return not clause and not _is_participle(tail[-1])


def _published_by(before: Sequence[_Word], verb: int, after: Sequence[_Word]) -> _Published | None:
    """The words about publication, if what was published are papers or is left open; else `None`."""
    i = verb - 1 - (before[verb].folded == "out")
    start, finite = i + 1, False
    while i >= 0 and (
        before[i].folded in AUXILIARIES or before[i].folded in ADVERBS or before[i].text in (",", "been")
    ):
        finite = finite or before[i].folded in AUXILIARIES
        i -= 1
    relative = i > 0 and before[i].folded in _RELATIVE
    if relative:
        start, i = i, i - 1
    if i < 0:
        papers = any(_is_papers(after, j) for j in range(min(_FRONT + 1, len(after))))
        return _Published(start) if finite or papers else None
    if before[i].folded in _OPEN_SUBJECT or _is_papers(before, i):
        return _Published(start)
    noun = next((j for j in _backwards(before[:i]) if _is_papers(before, j)), None)
    if noun is not None:
        return _Published(start) if _is_phrase(before[noun + 1 : i + 1]) else None
    # "Which methods were published in 2024?", "findings published in 2024": what is published stands in a paper.
    open_ = before[verb].folded.startswith("publish") and not relative
    return _Published(start, likely=True) if open_ else None


def _behind_topic(time: TimeExpression, before: Sequence[_Word], noun: int) -> bool:
    """Whether a time behind a noun for papers and what they are about may be theirs."""
    tail = before[noun + 1 :]
    if _is_participle(tail[-1]):  # "What have studies found since 2020?"
        return len(tail) == 1 and noun > 0 and before[noun - 1].folded in HAVE and time.joined is Joined.BOUND
    if _is_phrase(tail):
        topic = tail[0].folded in _TOPIC
        return time.joined is Joined.BOUND or (topic and time.joined in (Joined.FROM, Joined.RANGE))
    return noun < _FRONT and time.joined is Joined.BOUND and not any(w.folded in _RELATIVE for w in tail)


def _is_phrase(words: Sequence[_Word]) -> bool:
    """Whether words are prepositional phrases without a clause of their own."""
    if not words or words[0].folded not in PREPOSITIONS:
        return False
    return not any(w.folded in _RELATIVE or w.folded in AUXILIARIES or w.text in _STOPS for w in words)


def _is_participle(word: _Word) -> bool:
    folded = word.folded
    return folded.endswith("ed") or folded in _IRREGULAR or folded in _PUBLISH
