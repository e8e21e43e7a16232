"""Other orders of a claim's words that say the same: what English moves without changing who does what to whom.

A move is only tried where it brings the words nearer to the order of the source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeAlias

from service.judge.ordered import ASSERTING
from service.judge.tokens import JOINING, Token
from service.vocabulary.function_words import BE, PREPOSITIONS
from service.vocabulary.limiters import CONDITIONS, TIME_ORDER
from service.vocabulary.words import words

Words: TypeAlias = tuple[Token, ...]

_MAX_MOVES: Final = 3
_WIDTH: Final = 4
_MAX_ITEM: Final = 25
_MAX_AGENT: Final = 10
_OPENING: Final = PREPOSITIONS | CONDITIONS | TIME_ORDER | words("compar base train use")
_SEQUENCE: Final = words("then first second third next later subsequ final respect follow former latter")
_PARTICIPLES: Final = (
    "ed",
    "en",
    "wn",
    "ne",
    "lt",
    "nt",
    "ld",
    "nd",
    "ft",
    "pt",
    "ught",
    "ade",
    "ut",
    "un",
    "et",
    "it",
)


def readings(claim: Sequence[Token], source: Sequence[Token]) -> Iterator[Words]:
    """The claim itself, then up to three moves of it, each nearer to the source's order than what it was made from."""
    places = _places(claim, source)
    seen: set[tuple[str, ...]] = set()
    frontier: list[Words] = list(dict.fromkeys((tuple(claim), _unframed(tuple(claim)))))
    for _ in range(_MAX_MOVES + 1):
        moved: list[tuple[int, int, Words]] = []
        yield from frontier
        for words_ in frontier:
            disorder = _disorder(words_, places)
            for candidate in _moves(words_, source):
                keys = tuple(t.key for t in candidate)
                order = _disorder(candidate, places)
                if keys not in seen and (order < disorder or (order == disorder and len(candidate) > len(words_) - 2)):
                    seen.add(keys)
                    moved.append((order, len(moved), candidate))
        frontier = [candidate for _, _, candidate in sorted(moved, key=lambda m: m[:2])[:_WIDTH]]


def _places(claim: Sequence[Token], source: Sequence[Token]) -> dict[str, int]:
    """Where keys stand in the source, of those that stand once in both."""
    once = Counter(t.key for t in claim)
    there = Counter(t.key for t in source)
    return {t.key: j for j, t in enumerate(source) if once[t.key] == 1 and there[t.key] == 1}


def _disorder(tokens: Sequence[Token], places: dict[str, int]) -> int:
    """How many pairs of words stand in the other order than in the source."""
    at = [places[t.key] for t in tokens if t.key in places]
    return sum(a > b for i, a in enumerate(at) for b in at[i + 1 :])


def _moves(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    yield from _moved_adjunct(claim, source)
    yield from _activated(claim, source)
    yield from _passivised(claim, source)
    if not any(t.key in _SEQUENCE for t in (*claim, *source)):
        yield from _exchanged_items(claim, source)
    yield from _moved_adverb(claim)


def _unframed(claim: Words) -> Words:
    """A claim without what only reports it: "X was found to be Y" as "X Y", "In NAME, X" as "X", "NAME's X" as "X"."""
    kept: list[Token] = []
    at = 0
    while at < len(claim):
        run = claim[at : at + 4]
        if len(run) == 4 and run[0].key in BE and run[1].key in ASSERTING and run[2].key == "to":
            at += 3
        elif run[0].kind == "self" and (run[0].surface.endswith("'s") or (at == 1 and claim[0].key == "in")):
            kept = kept[:-1] if at == 1 and len(run) > 1 and "," in run[1].pause else kept
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
        opens = token.key in _OPENING or (token.pause and token.surface.endswith(("ed", "ing")))
        if not opens or token.depth or (i and claim[i - 1].kind in ("limiter", "coordinator")):
            continue
        for j in range(i + 2, len(claim) + 1):
            closed = j == len(claim) or bool(claim[j].pause)
            bounded = (i == 0 or j == len(claim) or bool(token.pause)) and closed
            if bounded or source[0].key == token.key:
                rest = (*claim[:i], *(_headed(claim[j:], "") if j < len(claim) else ()))
                yield from _inserted(claim[i:j], rest, source)


def _inserted(head: Words, rest: Words, source: Sequence[Token]) -> Iterator[Words]:
    """The rest with the adjunct where the source has it, unless it would there belong to one of two joined parts."""
    keys = [t.key for t in source]
    content = [t.key for t in head if t.needed]
    at = (
        next((i for i, k in enumerate(keys) if k == content[0] and _follows(keys[i:], content)), None)
        if content
        else None
    )
    if at is None:
        return
    before = set(keys[:at])
    split = next((i for i, t in enumerate(rest) if t.needed and t.key not in before), len(rest))
    while 0 < split < len(rest) and not rest[split - 1].needed and rest[split - 1].key not in JOINING:
        split -= 1
    if 0 < split < len(rest) and (rest[split].key in JOINING or rest[split - 1].key in JOINING):
        return
    if split and rest[split - 1].kind == "limiter":
        return
    yield (*rest[:split], *head, *rest[split:])


def _follows(keys: Sequence[str], content: Sequence[str]) -> bool:
    """Whether the content stands at the beginning of the keys, in order and close together."""
    at = iter(keys[: len(content) + 4])
    return all(key in at for key in content)


def _activated(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    """ "Y is used by X" as "X uses Y"; without an agent, as "we use Y" where the authors speak of themselves."""
    keys = {t.key for t in source}
    us = next((t for t in source if t.kind == "self"), None)
    for i in range(1, len(claim) - 1):
        if claim[i].key not in BE or claim[i].kind != "function":
            continue
        verb = _participle(claim, i, keys)
        if verb is None:
            continue
        for begin in _subject_starts(claim, i):
            lead, subject = claim[:begin], claim[begin:i]
            after = verb + 1
            while after < len(claim) and claim[after].surface.endswith("ly"):
                after += 1
            adverbs = (*claim[i + 1 : verb], *claim[verb + 1 : after])
            if after < len(claim) and claim[after].key == "by":
                for end in range(after + 2, min(after + 1 + _MAX_AGENT, len(claim)) + 1):
                    yield (*lead, *claim[after + 1 : end], *adverbs, claim[verb], *subject, *claim[end:])
            if (begin or adverbs) and _is_participle_there(claim[verb], source):
                yield (*lead, *adverbs, claim[verb], *subject, *claim[after:])
            if us is not None:
                yield (*lead, replace(us, pause=""), *adverbs, claim[verb], *subject, *claim[after:])


def _passivised(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    """ "X measured Y" as "Y was measured by X", where the source says it so."""
    for at in range(1, len(source) - 1):
        by = next((t for t in source[at + 1 : at + 3] if t.key == "by"), None)
        if by is None or not any(t.key in BE for t in source[max(0, at - 3) : at]):
            continue
        for verb in (i for i, t in enumerate(claim) if 0 < i < len(claim) - 1 and t.key == source[at].key):
            if not any(t.key in BE for t in claim[:verb]):
                for end in range(verb + 2, len(claim) + 1):
                    yield (*claim[verb + 1 : end], claim[verb], by, *claim[:verb], *claim[end:])


def _is_participle_there(verb: Token, source: Sequence[Token]) -> bool:
    """Whether the source has a verb as what somebody else's action brings with it: "while maintaining X"."""
    return any(
        t.key == verb.key
        and t.surface.endswith("ing")
        and before.key in ("while", "whilst", "and", "by", "thereby", "thus")
        for before, t in pairwise(source)
    )


def _participle(claim: Words, be: int, keys: set[str]) -> int | None:
    """The participle of a passive after a form of "be", adverbs between, where the source has its verb."""
    for j in range(be + 1, min(be + 4, len(claim))):
        if claim[j].kind == "word" and not claim[j].surface.endswith("ly"):
            return j if claim[j].key in keys and claim[j].surface.endswith(_PARTICIPLES) else None
    return None


def _subject_starts(claim: Words, end: int) -> Iterator[int]:
    """Where the subject before a verb may begin: the claim's head, or after its last pause or joining word."""
    yield 0
    starts = [i for i in range(1, end) if claim[i].pause or claim[i].key in JOINING]
    for last in starts[-1:-4:-1]:
        yield last + (claim[last].key in JOINING)


def _exchanged_items(claim: Words, source: Sequence[Token]) -> Iterator[Words]:
    """ "B and A" as "A and B", also in a list of several; never where another list stands in the same order."""
    keys = [t.key for t in source]
    first_at = {k: i for i, k in reversed(list(enumerate(keys)))}
    joints = [i for i, t in enumerate(claim) if t.key in JOINING or t.key == "or" or ("," in t.pause and i)]
    for joint in joints:
        joined = claim[joint].key in JOINING or claim[joint].key == "or"
        begin = joint + 1 if joined else joint
        for left in range(max(0, joint - _MAX_ITEM), joint):
            if claim[left].key not in first_at:
                continue
            for right in range(begin + 1, min(len(claim), begin + _MAX_ITEM) + 1):
                a, b = claim[left:joint], claim[begin:right]
                if first_at.get(b[0].key, len(keys)) >= first_at[a[0].key] or _numbers_apart(claim, a, b):
                    continue
                between = claim[joint:begin]
                yield (*claim[:left], *_headed(b, a[0].pause), *between, *_headed(a, b[0].pause), *claim[right:])


def _headed(item: Words, pause: str) -> Words:
    return (replace(item[0], pause=pause), *item[1:])


def _numbers_apart(claim: Words, a: Words, b: Words) -> bool:
    """Whether numbers of a list or pair stand elsewhere than in the items: they may belong to them in order."""
    inside = sum(t.kind == "number" for t in (*a, *b))
    return sum(t.kind == "number" for t in claim) - inside >= 2


def _moved_adverb(claim: Words) -> Iterator[Words]:
    """An adverb in -ly before or after the next words."""
    for i, token in enumerate(claim):
        if token.kind != "word" or not token.surface.endswith("ly"):
            continue
        rest = (*claim[:i], *claim[i + 1 :])
        for to in range(max(0, i - 4), min(len(rest), i + 4) + 1):
            if to != i and not any(t.pause or t.key in JOINING for t in rest[min(i, to) : max(i, to)]):
                yield (*rest[:to], token, *rest[to:])
