"""Whether a claim is, in order, a part of one source sentence.

Each word that a claim needs is found in the source in the claim's order. What lies between two aligned words may be
left out only where leaving it out cannot change what is said: nothing that limits or turns, no phrase that says where,
when or for whom it holds (set off by pauses, or behind the claim's last word), no number, no head of a noun phrase
("BCL2 inhibitors kill" is not "BCL2 kill"), no agent, no purpose ("to improve" is not "improves").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Final

from service.judge.tokens import JOINING, Token
from service.vocabulary import CONNECTIVES, SCAFFOLDING
from service.vocabulary.function_words import COORDINATORS, NEAR_NEGATIONS, NEGATIONS, PREPOSITIONS
from service.vocabulary.limiters import CONDITIONS, EXCLUSIVES, HEDGES
from service.vocabulary.words import words

ASSERTING: Final = words(
    "show find demonstr reveal report observ conclud prove confirm establish note see discov document"
)
"""Stems of the verbs after which what a that-clause says is asserted ("suggest", "argue", "ask" do not assert)."""
_EXCEPTING: Final = words("except excepting excluding unless")
_REACHING: Final = (CONDITIONS - words("when whenever where wherever given")) | _EXCEPTING
"""Words that limit a sentence from wherever they stand in it."""
_OUTSIDE: Final = NEGATIONS | NEAR_NEGATIONS | EXCLUSIVES | HEDGES | _EXCEPTING | words(
    """some most many several half part partly partially mostly mainly largely sometimes occasionally often usually
    generally typically almost nearly apart besides barring"""
)  # fmt: skip
"""What limits or turns a clause from outside the aligned part."""
_TURNING: Final = NEGATIONS | EXCLUSIVES | _EXCEPTING
_IDLE: Final = words("both various further even very especially particularly entire whole")
"""Limiters that may be left out: what holds of both, or even of them, holds of them."""
_AFTERTHOUGHT: Final = 3
"""Words after a pause or joining word that may still limit what stands before it: "…, but only in mice"."""
_SCOPING: Final = (PREPOSITIONS | words("when whenever where wherever conditional")) - words(
    """to as like unlike including despite notwithstanding besides beside along alongside regarding concerning
    considering"""
)
"""What opens a phrase that says where, when, for whom or under what a clause holds."""
_UNTELLING: Final = SCAFFOLDING | {word for phrase in CONNECTIVES for word in phrase.split()}
"""Words of phrases that limit nothing: "in this paper", "in addition"."""
_APART: Final = words("and while whilst whereas or nor")
_ROLES: Final = words("by from to for into onto toward towards against above below over under than per")
"""Prepositions that a claim must share with its source even where all its words stand in the source's order."""


def is_part(claim: Sequence[Token], source: Sequence[Token], *, moved: bool = False, loose: bool = False) -> bool:
    """Whether a claim is a safe part of a source sentence.

    In a claim that was `moved` every preposition is needed: they show where a part was moved from. `loose` asks for
    the order of the words alone, and that nothing between them negates: enough to say what contradicts, not to support.
    """
    needed = [i for i, t in enumerate(claim) if t.needed and (moved or t.kind != "preposition" or t.key in _ROLES)]
    where = [[j for j, t in enumerate(source) if t.key == claim[i].key] for i in needed]
    if not needed or not all(where):
        return False
    said = {claim[i].key for i in needed}
    reached = [j for j in where[0] if loose or (_may_begin(source, j) and _is_asserted(source, j, said))]
    may_skip = _may_skip_loosely if loose else _may_skip
    for before, at, places in zip(needed, needed[1:], where[1:], strict=False):
        between, near = claim[before + 1 : at], reached[::-1]
        reached = [j for j in places if any(i < j and may_skip(between, source[i : j + 1]) for i in near)]
    return any(loose or _may_end(source, j) for j in reached)


def _may_skip(said: Sequence[Token], stretch: Sequence[Token]) -> bool:
    """Whether what a stretch of the source says between its ends may be left out; the claim says `said` there."""
    first, last = stretch[0], stretch[-1]
    outer = max(first.depth, last.depth)
    left_out = [t for t in _without_bracket_end(stretch[1:-1], last.depth) if t.depth <= outer]
    if any(_binds(t) or t.key == "by" for t in left_out) or any(t.key in _TURNING for t in stretch[1:-1]):
        return False
    purpose = bool(left_out) and left_out[-1].key == "to" and left_out[-1].kind == "preposition" and not last.pause
    if any(t.pause and _is_scope(left_out[i:]) for i, t in enumerate(left_out)):
        return False
    if purpose or not (_joined_alike(said, left_out, last) and (_joins(said) or _leaves_a_conjunct(left_out))):
        return False
    content = any(t.kind in ("word", "self") for t in left_out) and "(" not in last.pause
    return not (content and first.kind == "word" and _may_head(left_out[0]))


def _without_bracket_end(tokens: Sequence[Token], outside: int) -> Sequence[Token]:
    """Without what a bracket goes on with behind a pause: "(79 vs 70, *p < .001*)" and the words after it."""
    inside = next((i for i, t in enumerate(tokens) if t.depth <= outside), len(tokens))
    return tokens[inside:] if inside and tokens[0].pause else tokens


def _may_skip_loosely(said: Sequence[Token], stretch: Sequence[Token]) -> bool:
    left_out = stretch[1:-1]
    return not any(t.key in _TURNING for t in left_out) and _joined_alike(said, left_out, stretch[-1])


def _binds(token: Token) -> bool:
    """Whether a limiter or number may not be left out."""
    return token.kind in ("limiter", "number") and token.key not in _IDLE


def _joined_alike(said: Sequence[Token], left_out: Sequence[Token], last: Token) -> bool:
    """Whether what joins two words in the claim ("and", "or") has its like in the source."""
    ours, theirs = _joins(said), _joins(left_out)
    if "or" in ours | theirs:
        return "or" in ours & theirs
    return not ours or bool(theirs) or any(t.pause for t in (*left_out, last))


def _joins(tokens: Sequence[Token]) -> set[str]:
    return {t.key for t in tokens if t.kind == "coordinator"}


def _leaves_a_conjunct(left_out: Sequence[Token]) -> bool:
    """Whether of "A and B" just "A and" or "and B" is left out, if there is an "and": no verb with what it acts on."""
    parts = [t for t in left_out if t.kind not in ("function", "preposition")]
    joins = [i for i, t in enumerate(parts) if t.kind == "coordinator"]
    return not joins or joins[-1] == len(parts) - 1 or joins == [0]


def _may_head(following: Token) -> bool:
    """Whether a word may be the head of the noun phrase that the word right before it stands in."""
    return following.kind == "word" and not following.pause and not following.surface.endswith("ly")


def _may_begin(source: Sequence[Token], j: int) -> bool:
    """Whether nothing before the aligned part limits or turns it."""
    front = source[_clause_start(source, j) : j]
    if any(t.key in _OUTSIDE for t in front) or _reaches(source[:j]):
        return False
    if any((t.pause or not i or front[i - 1].key == "that") and _is_scope(front[i:]) for i, t in enumerate(front)):
        return False
    return not j or bool(source[j].pause) or not (source[j - 1].key == "to" or _binds(source[j - 1]))


def _may_end(source: Sequence[Token], j: int) -> bool:
    """Whether nothing after the aligned part limits or turns it, nor is the head of its last noun phrase."""
    rest = source[j + 1 :]
    end = _clause_end(rest)
    if any(t.key in _OUTSIDE and t.depth <= source[j].depth for t in rest[:end]) or _reaches(rest):
        return False
    if _is_scope(rest[end:]) or (rest and not rest[0].pause and _is_scope(rest, PREPOSITIONS)):
        return False
    after = rest[end : end + _AFTERTHOUGHT]
    if after and after[0].key not in _APART and any(t.key in _OUTSIDE for t in after):
        return False
    return not rest or not _may_head(rest[0])


def _is_scope(tokens: Sequence[Token], openings: Collection[str] = _SCOPING) -> bool:
    """Whether tokens open with a phrase that limits the clause beside it, up to the next pause."""
    if not tokens or tokens[0].key not in openings:
        return False
    phrase = takewhile(lambda t: not t.pause, tokens[1:])
    return any(t.kind in ("word", "number") and t.surface.casefold() not in _UNTELLING for t in phrase)


def _reaches(tokens: Sequence[Token]) -> bool:
    return any(t.key in _REACHING for t in tokens)


def _clause_start(source: Sequence[Token], j: int) -> int:
    for i in range(j, 0, -1):
        pause = source[i].pause
        if ";" in pause or ":" in pause or ("," in pause and source[i].key in COORDINATORS | JOINING):
            return i
    return 0


def _clause_end(rest: Sequence[Token]) -> int:
    stops = (i for i, t in enumerate(rest) if any(c in ",;:" for c in t.pause) or t.key in JOINING)
    return next(stops, len(rest))


def _is_asserted(source: Sequence[Token], first: int, said: set[str]) -> bool:
    """Whether each that-clause around the aligned part hangs on a verb that asserts or that the claim says too."""
    opening = range(max(1, _clause_start(source, first)), first)
    governing = [source[i - 1].key for i in opening if source[i].key == "that" and not source[i].pause]
    return all(key in ASSERTING or key in said for key in governing)
