"""Other orders of a claim's words that say the same: what English moves without changing who does what to whom.

A move is only tried where it brings the words nearer to the order of the source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias

from service.judge.ordered import ASSERTING
from service.judge.tokens import JOINING, Token
from service.vocabulary.function_words import AUXILIARIES, BE, DETERMINERS, PREPOSITIONS
from service.vocabulary.words import words

Words: TypeAlias = tuple[Token, ...]

_MAX_MOVES: Final = 3
_LONGEST: Final = 100  # tokens of a claim that is moved at all: a hostile list has thousands of orders
_WIDTH: Final = 4
_MAX_ITEM: Final = 25
_MAX_AGENT: Final = 10
_NEARBY: Final = 4
_SEQUENCE: Final = words("then 1th 2th 3th next later subsequ final respect follow former latter")
_SUBJECT_OPENS: Final = DETERMINERS | words("there")
"""Words that open a noun phrase, before which an adjunct at the head may end without a comma."""
_MUTUAL: Final = words("associ correl link relat similar compar ident equival")
"""Keys of what says the same of two things in either order, with "with" or "to"."""
_PARTICIPLES: Final = tuple("ed en wn ne lt nt ld nd ft pt ught ade ut un et it".split())
"""Endings of English participles."""


def readings(claim: Sequence[Token], source: Sequence[Token]) -> Iterator[Words]:
    """The claim itself, then up to three moves of it, each nearer to the source's order than what it was made from."""
    places = places_in_both(claim, source)
    seen: set[tuple[str, ...]] = set()
    frontier: list[Words] = list(dict.fromkeys((tuple(claim), _unframed(claim))))
    for _ in range(_MAX_MOVES + 1 if len(claim) <= _LONGEST else 1):
        yield from frontier
        moved: list[tuple[int, int, Words]] = []
        for words_ in frontier:
            disorder = _disorder(words_, places)
            for candidate in _moves(words_, source):
                keys = tuple(t.key for t in candidate)
                order = _disorder(candidate, places)
                if keys not in seen and (order < disorder or (order == disorder and len(candidate) > len(words_) - 2)):
                    seen.add(keys)
                    moved.append((order, len(moved), candidate))
        frontier = [candidate for _, _, candidate in sorted(moved, key=lambda m: m[:2])[:_WIDTH]]


def places_in_both(claim: Sequence[Token], source: Sequence[Token]) -> dict[str, int]:
    """Where keys stand in the source, of those that stand once in both."""
    ours, theirs = Counter(t.key for t in claim), Counter(t.key for t in source)
    return {t.key: j for j, t in enumerate(source) if ours[t.key] == theirs[t.key] == 1}


def _disorder(tokens: Sequence[Token], places: Mapping[str, int]) -> int:
    """How many pairs of words stand in the other order than in the source."""
    at = [places[t.key] for t in tokens if t.key in places]
    return sum(a > b for i, a in enumerate(at) for b in at[i + 1 :])


def _moves(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    yield from _moved_adjunct(claim, source)
    yield from _activated(claim, source)
    if sum(t.kind == "number" for t in claim) < 2 and not any(t.key in _SEQUENCE for t in (*claim, *source)):
        yield from _exchanged_items(claim, source)  # two numbers may belong to two items in order
    yield from _moved_adverb(claim)
    yield from _turned_relation(claim)


def _unframed(claim: Sequence[Token]) -> Words:
    """A claim without what only reports it: "X was found to be Y" as "X Y", "In NAME, X" as "X", "NAME's X" as "X"."""
    kept: list[Token] = []
    at = 0
    while at < len(claim):
        run = claim[at : at + 4]
        if len(run) == 4 and run[0].key in BE and run[1].key in ASSERTING and run[2].key == "to":
            at += 3
        elif run[0].kind == "self" and (run[0].surface.endswith("'s") or (at == 1 and claim[0].key == "in")):
            kept = [] if at == 1 and len(run) > 1 and "," in run[1].pause else kept
            at += 1
        else:
            kept.append(run[0])
            at += 1
    return tuple(kept)


def _moved_adjunct(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    """ "At week 4, X fell" as "X fell at week 4", and the other way round: one adjunct of the whole sentence.

    It stands at an edge or between pauses in the claim, or at the head of the source.
    """
    for i, token in enumerate(claim):
        opens = token.key in PREPOSITIONS or token.key == "than"
        opens = opens or bool(token.pause and token.surface.endswith(("ed", "ing")))
        if not opens or token.depth or (i and claim[i - 1].kind in ("limiter", "coordinator")):
            continue
        for j in range(i + 2, len(claim) + 1):
            closed = j == len(claim) or bool(claim[j].pause) or (i == 0 and claim[j].key in _SUBJECT_OPENS)
            bounded = (i == 0 or j == len(claim) or bool(token.pause)) and closed
            if bounded or source[0].key == token.key:
                rest = (*claim[:i], *(_headed(claim[j:], "") if j < len(claim) else ()))
                yield from _inserted(claim[i:j], rest, source)


def _inserted(adjunct: Words, rest: Words, source: Sequence[Token]) -> Iterator[Words]:
    """The rest with the adjunct where the source has it, unless it would there belong to one of two joined parts."""
    keys = [t.key for t in source]
    content = [t.key for t in adjunct if t.needed]
    at = next((i for i in range(len(keys)) if content and _follows(keys[i:], content)), None)
    if at is None:
        return
    before = set(keys[:at])
    split = next((i for i, t in enumerate(rest) if t.needed and t.key not in before), len(rest))
    while 0 < split < len(rest) and not rest[split - 1].needed and rest[split - 1].key not in JOINING:
        split -= 1
    beside = {t.key for t in rest[split - 1 : split + 1]} if 0 < split < len(rest) else set()
    if not beside & JOINING and not (split and rest[split - 1].kind == "limiter"):
        yield (*rest[:split], *adjunct, *rest[split:])


def _follows(keys: Sequence[str], content: Sequence[str]) -> bool:
    """Whether the content stands at the beginning of the keys, in order and close together."""
    at = iter(keys[: len(content) + _NEARBY])
    return keys[0] == content[0] and all(key in at for key in content)


def _activated(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    """ "Y is used by X" as "X uses Y"; without an agent, as "we use Y" where the authors speak of themselves."""
    us = next((replace(t, pause="") for t in source if t.kind == "self"), None)
    for be, verb in _passives(claim, {t.key for t in source}):
        after = next((i for i in range(verb + 1, len(claim)) if not claim[i].surface.endswith("ly")), len(claim))
        adverbs = (*claim[be + 1 : verb], *claim[verb + 1 : after])
        for begin in _subject_starts(claim, be):
            lead, subject, rest = claim[:begin], claim[begin:be], claim[after:]
            acted = (*adverbs, claim[verb], *subject)
            if rest and rest[0].key == "by":
                for end in range(2, min(1 + _MAX_AGENT, len(rest)) + 1):
                    yield (*lead, *rest[1:end], *acted, *rest[end:])
            if (begin or adverbs) and _brought_with(claim[verb], source):
                yield (*lead, *acted, *rest)
            if us is not None:
                yield (*lead, us, *acted, *rest)


def _passives(claim: Words, keys: set[str]) -> Iterator[tuple[int, int]]:
    """Each form of "be" with the participle after it, adverbs between, where the source has its verb."""
    for be in range(1, len(claim) - 1):
        if claim[be].key in BE and claim[be].kind == "function":
            follows = range(be + 1, min(be + _NEARBY, len(claim)))
            verb = next((i for i in follows if claim[i].kind == "word" and not claim[i].surface.endswith("ly")), None)
            if verb is not None and claim[verb].key in keys and claim[verb].surface.endswith(_PARTICIPLES):
                yield be, verb


def _subject_starts(claim: Words, end: int) -> Iterator[int]:
    """Where the subject before a verb may begin: the claim's head, or after one of the last pauses or joining words."""
    yield 0
    starts = [i + (claim[i].key in JOINING) for i in range(1, end) if claim[i].pause or claim[i].key in JOINING]
    yield from starts[:-4:-1]


def _brought_with(verb: Token, source: Sequence[Token]) -> bool:
    """Whether the source has a verb as what somebody else's action brings with it: "while maintaining X"."""
    leading = words("while whilst and by thereby thus")
    return any(t.key == verb.key and t.surface.endswith("ing") and a.key in leading for a, t in pairwise(source))


def _exchanged_items(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    """ "B and A" as "A and B", also in a list of several; never where another list stands in the same order."""
    first_at = {t.key: j for j, t in reversed(list(enumerate(source)))}
    joints = [i for i, t in enumerate(claim) if i and (t.key in JOINING or t.key == "or" or "," in t.pause)]
    for joint in joints:
        begin = joint + (claim[joint].key in JOINING or claim[joint].key == "or")
        for left in range(max(0, joint - _MAX_ITEM), joint):
            a, between = claim[left:joint], claim[joint:begin]
            for right in range(begin + 1, min(len(claim), begin + _MAX_ITEM) + 1):
                b = claim[begin:right]
                if first_at.get(b[0].key, len(source)) < first_at.get(a[0].key, 0):
                    yield (*claim[:left], *_headed(b, a[0].pause), *between, *_headed(a, b[0].pause), *claim[right:])


def _headed(item: Words, pause: str) -> Words:
    return (replace(item[0], pause=pause), *item[1:])


def _moved_adverb(claim: Words) -> Iterator[Words]:
    """An adverb in -ly before or after the next words."""
    for i, token in enumerate(claim):
        if token.kind != "word" or not token.surface.endswith("ly"):
            continue
        rest = (*claim[:i], *claim[i + 1 :])
        for to in range(max(0, i - _NEARBY), min(len(rest), i + _NEARBY) + 1):
            if to != i and not any(t.pause or t.key in JOINING for t in rest[min(i, to) : max(i, to)]):
                yield (*rest[:to], token, *rest[to:])


def _turned_relation(claim: Words) -> Iterator[Words]:
    """ "A is associated with B" as "B is associated with A", and so for what else says the same of two in any order."""
    for i, token in enumerate(claim):
        prep = i + 1 + (i + 1 < len(claim) and claim[i + 1].surface.endswith("ly"))
        if token.key not in _MUTUAL or prep + 1 >= len(claim) or claim[prep].key not in ("with", "to"):
            continue
        start = i
        while start and (claim[start - 1].key in AUXILIARIES or claim[start - 1].surface.endswith("ly")):
            start -= 1
        if start:
            end = next((j for j in range(prep + 1, len(claim)) if claim[j].pause), len(claim))
            yield (*claim[prep + 1 : end], *claim[start : prep + 1], *claim[:start], *claim[end:])
