"""Several papers on one outcome: who supports and who contradicts it, where outcome and direction are aligned facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.judge.antonyms import direction
from service.judge.tokens import Token, tokens_of
from service.records import Agreement, Position
from service.review.comparison.own_work import cell, told, whole
from service.vocabulary.function_words import NEAR_NEGATIONS, NEGATIONS
from service.vocabulary.limiters import HEDGES
from service.vocabulary.words import words

_CHANGE: Final = words("effect affect differ chang")
"""Stems of what tells a change without its direction: only a denied one says something."""
_SURENESS: Final = words("signific statist p < > = %")
"""How sure a change is, which is nothing that it is a change of."""
_LEAST_SHARED: Final = 3  # words of outcome and cause together
_LEAST_SHARE: Final = 0.6  # of the words of the clause with more
_MOST_POINTS: Final = 6


@dataclass(frozen=True, slots=True)
class _Fact:
    """A clause of a result: `direction` 1 more, -1 less, 0 no change; its words before and after the verb."""

    abstract: AnnotatedAbstract
    index: int
    direction: int
    before: frozenset[str]
    after: frozenset[str]

    @property
    def paper_id(self) -> str:
        return self.abstract.paper.paper_id


def agreements(abstracts: Sequence[AnnotatedAbstract]) -> tuple[Agreement, ...]:
    """At most six points, contradictions first; empty is usual.

    Two clauses speak to one point only where both sides of their verbs share words, most of them altogether, and both
    tell a direction, or one tells that there is no change.
    """
    facts = [fact for abstract in abstracts for fact in _facts(abstract)]
    pairs = [(a, b) for a, b in combinations(facts, 2) if _speak_to_one_point(a, b)]
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
        if not keys & spoken and len(points) < _MOST_POINTS:
            spoken |= keys
            points.append(_point(list(joined.values())))
    return tuple(points)


def _facts(abstract: AnnotatedAbstract) -> Iterator[_Fact]:
    """The clauses of the results that tell one direction; none that hedges or speaks of the paper's own system."""
    own = abstract.own.short
    for i in told(abstract, RhetoricalRole.RESULT):
        tokens = tokens_of(abstract.text(i)) if own is None or own not in abstract.text(i) else ()
        cuts = [n for n, t in enumerate(tokens) if t.kind == "coordinator" or set(t.pause) & set(",;:")]
        for start, end in pairwise([0, *cuts, len(tokens)]):
            fact = _fact(abstract, i, tokens[start:end])
            if fact is not None:
                yield fact


def _fact(abstract: AnnotatedAbstract, i: int, clause: Sequence[Token]) -> _Fact | None:
    turns = [n for n, t in enumerate(clause) if direction(t.key) or t.key in _CHANGE]
    denied = sum(t.key in NEGATIONS | NEAR_NEGATIONS for t in clause)
    if len(turns) != 1 or denied > 1 or any(t.key in HEDGES for t in clause):
        return None
    way = direction(clause[turns[0]].key)
    before, after = clause[: turns[0]], clause[turns[0] + 1 :]
    return _Fact(abstract, i, 0 if denied else way, _content(before), _content(after)) if denied or way else None


def _content(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset(t.key for t in tokens if t.kind == "word") - _SURENESS


def _speak_to_one_point(a: _Fact, b: _Fact) -> bool:
    if a.paper_id == b.paper_id or not (a.direction or b.direction) or not (a.before & b.before and a.after & b.after):
        return False  # "no difference was found" twice is no common finding
    ours, theirs = a.before | a.after, b.before | b.after
    return len(ours & theirs) >= max(_LEAST_SHARED, _LEAST_SHARE * max(len(ours), len(theirs)))


def _point(facts: list[_Fact]) -> Agreement:
    """The first that tells a change states the point."""
    facts.sort(key=lambda fact: fact.direction == 0)
    said = [cell(fact.abstract, whole(fact.abstract, fact.index)) for fact in facts]
    claims = tuple(
        Position("supports" if f.direction == facts[0].direction else "contradicts", c.value, c.citations)
        for f, c in zip(facts, said, strict=True)
    )
    return Agreement(claims[0].text, claims)
