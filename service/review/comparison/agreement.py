"""Several papers on one outcome: who supports and who contradicts it, where outcome and direction are aligned facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.records import Agreement, Citation, Position
from service.review.comparison.own_work import sentence, told, whole
from service.text.normal import for_display
from service.text.terms import STOP_TERMS, terms
from service.vocabulary import FUNCTION_WORDS
from service.vocabulary.limiters import HEDGES
from service.vocabulary.negations import NEAR_NEGATIONS, NEGATIONS
from service.vocabulary.words import words

_UP: Final = words(
    """increase increases increased increasing rise rises rose risen rising raise raises raised grow grows grew grown
    growing higher greater larger more gain gains gained improve improves improved improving"""
)
_DOWN: Final = words(
    """decrease decreases decreased decreasing fall falls fell fallen falling reduce reduces reduced reducing decline
    declines declined declining drop drops dropped lower smaller less fewer worsen worsens worsened"""
)
"""English verbs and comparatives of more and of less."""
_NOT: Final = NEGATIONS | NEAR_NEGATIONS
_WORD: Final = re.compile(r"[A-Za-z][\w'-]*")
_CLAUSE: Final = re.compile(r"[,;:]\s|\s(?:and|but|while|whereas|although|however)\s")
_CHANGE: Final = words(
    "effect effects affect affects affected difference differences differ differed change changes changed"
)
_LEAST_SHARED: Final = 2  # content terms of outcome and cause together, beside what is in both titles or questions
_LEAST_SHARE: Final = 0.6  # of the weight of the clause with fewer
_MOST_POINTS: Final = 6


@dataclass(frozen=True, slots=True)
class _Fact:
    """A clause of a result: `direction` 1 more, -1 less, 0 no change; `about`: its terms on both sides of the verb."""

    abstract: AnnotatedAbstract
    index: int
    direction: int
    before: frozenset[str]
    after: frozenset[str]

    @property
    def paper_id(self) -> str:
        return self.abstract.paper.paper_id

    @property
    def about(self) -> frozenset[str]:
        return self.before | self.after


def agreements(abstracts: Sequence[AnnotatedAbstract], weight: Callable[[str], float]) -> tuple[Agreement, ...]:
    """At most six points, contradictions first; empty is usual. `weight` tells how rare a term is.

    Two clauses speak to one point only where both sides of their verbs share most of their terms, and both tell a
    direction, or one tells that there is no change.
    """
    facts = [fact for abstract in abstracts for fact in _facts(abstract)]
    pairs = [(a, b) for a, b in combinations(facts, 2) if a.paper_id != b.paper_id and _aligned(a, b, weight)]
    pairs.sort(key=lambda pair: pair[0].direction == pair[1].direction)
    points: list[Agreement] = []
    spoken: set[tuple[str, int]] = set()
    for first, _ in pairs:
        joined = {first.paper_id: first}
        for a, b in pairs:
            if first in (a, b):
                other = b if a == first else a
                joined.setdefault(other.paper_id, other)
        keys = {(fact.paper_id, fact.index) for fact in joined.values()}
        if len(joined) > 1 and not keys & spoken and len(points) < _MOST_POINTS:
            spoken |= keys
            points.append(_point(list(joined.values())))
    return tuple(points)


def _facts(abstract: AnnotatedAbstract) -> Iterator[_Fact]:
    """The clauses of the results that tell one direction; none that hedges or speaks of the paper's own system."""
    own = abstract.own.short
    for i in told(abstract, RhetoricalRole.RESULT):
        text = sentence(abstract, i)
        if own is not None and own in text:
            continue
        for clause in _CLAUSE.split(text):
            fact = _fact(abstract, i, clause)
            if fact is not None:
                yield fact


def _fact(abstract: AnnotatedAbstract, i: int, clause: str) -> _Fact | None:
    tokens = [(m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(clause)]
    turns = [t for t in tokens if t[0] in _UP or t[0] in _DOWN or t[0] in _CHANGE]
    if len(turns) != 1 or any(t[0] in HEDGES for t in tokens):
        return None
    word, start, end = turns[0]
    denied = sum(t[0] in _NOT for t in tokens)
    if denied > 1 or (word in _CHANGE and not denied):
        return None
    direction = 0 if denied else (1 if word in _UP else -1)
    before, after = _content(clause[:start]), _content(clause[end:])
    if not before and not after:
        return None
    return _Fact(abstract, i, direction, before, after)


def _content(text: str) -> frozenset[str]:
    kept = " ".join(m[0] for m in _WORD.finditer(text) if m[0].casefold() not in FUNCTION_WORDS)
    return frozenset(t for t in terms(kept) if t not in STOP_TERMS and not t.isdigit())


def _aligned(a: _Fact, b: _Fact, weight: Callable[[str], float]) -> bool:
    """Whether both clauses have the same outcome and the same cause: most terms in common, on each side of the verb."""
    shared = a.about & b.about
    if len(shared) <= _LEAST_SHARED or not (a.direction or b.direction):
        return False  # "no difference was found" twice is no common finding
    sides = (a.before & b.before, a.after & b.after)
    if not all(sides):
        return False
    most = max(sum(map(weight, a.about)), sum(map(weight, b.about)))
    return sum(map(weight, shared)) >= _LEAST_SHARE * most


def _point(facts: list[_Fact]) -> Agreement:
    """The first that tells a change states the point."""
    facts.sort(key=lambda fact: fact.direction == 0)
    first = facts[0]
    claims = tuple(
        Position("supports" if fact.direction == first.direction else "contradicts", _text(fact), (_citation(fact),))
        for fact in facts
    )
    return Agreement(claims[0].text, claims)


def _text(fact: _Fact) -> str:
    part = whole(fact.abstract, fact.index)
    return for_display(fact.abstract.paper.abstract[part.start : part.end])


def _citation(fact: _Fact) -> Citation:
    held = fact.abstract.sentences[fact.index]
    return Citation("", fact.paper_id, fact.abstract.text(fact.index), held.start, held.end)
