"""Whether a claim is, in order, a part of one source sentence: the strict alignment under every reading.

Each word that a claim needs is found in the source in the claim's order. What lies between two aligned words may be
left out only where leaving it out cannot change what is said: nothing that limits or turns, no number, no head of a
noun phrase ("BCL2 inhibitors kill" is not "BCL2 kill"), no agent, no purpose ("to improve" is not "improves").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from service.judge.tokens import JOINING, Token
from service.vocabulary.function_words import COORDINATORS
from service.vocabulary.limiters import CONDITIONS, EXCLUSIVES, HEDGES
from service.vocabulary.negations import NEAR_NEGATIONS, NEGATIONS
from service.vocabulary.words import words

ASSERTING: Final = words("show find demonstr reveal report observ conclud prove confirm establish note see discov")
"""Stems of the verbs after which what a that-clause says is asserted ("suggest", "argue", "ask" do not assert)."""
_REACHING: Final = (CONDITIONS - words("when whenever where wherever given")) | words("except excepting excluding")
"""Words that limit a sentence from wherever they stand in it."""
_OUTSIDE: Final = (
    NEGATIONS
    | NEAR_NEGATIONS
    | EXCLUSIVES
    | HEDGES
    | words(
        """some most many several half part partly partially mostly mainly largely sometimes occasionally often usually
    generally typically almost nearly except excepting excluding unless without apart besides barring"""
    )
)
"""What limits or turns a clause from outside the aligned part."""
_IDLE: Final = words("both various further even very especially particularly entire whole")
"""Limiters that may be left out: what holds of both, or even of them, holds of them."""
_POINTING: Final = words("this these that those such it its they their them he she his her the one ones")
_AFTERTHOUGHT: Final = 3
"""Words after a pause or joining word that may still limit what stands before it: "…, but only in mice"."""
_APART: Final = words("and while whilst whereas or nor")
_ROLES: Final = words("by from to for into onto toward towards against above below over under than per")
"""Prepositions that a claim must share with its source even where all its words stand in the source's order."""
_ALLOWANCE: Final = 3
_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where each needed token of a claim stands in the source (`places`), and how many words were left out."""

    places: tuple[int, ...]
    left_out: int


def aligned(
    claim: Sequence[Token], source: Sequence[Token], *, moved: bool = False, loose: bool = False
) -> Alignment | None:
    """The alignment that leaves out least, or `None` where the claim is no safe part of the source.

    In a claim that was `moved` every preposition is needed: they show where a part was moved from. `loose` asks for
    the order of the words alone, and that nothing between them negates: enough to say what contradicts, not to support.
    """
    needed = [i for i, t in enumerate(claim) if t.needed and (moved or t.kind != "preposition" or t.key in _ROLES)]
    if not needed:
        return None
    where = [[j for j, t in enumerate(source) if _same(claim[i], t)] for i in needed]
    if not all(where):
        return None
    # best[j]: least left out with the last needed token so far at j, and the way there.
    led_in = {j: 0 if loose else _led_in(claim[: needed[0]], source, j) for j in where[0]}
    best: dict[int, tuple[int, tuple[int, ...]]] = {j: (cost, (j,)) for j, cost in led_in.items() if cost is not None}
    for before, at, places in zip(needed, needed[1:], where[1:], strict=False):
        best = _extended(best, claim[before : at + 1], source, places, _loose_gap if loose else _gap)
        if not best:
            return None
    ends = [
        (cost + tail, way)
        for j, (cost, way) in best.items()
        if (tail := 0 if loose else _led_out(claim[needed[-1] + 1 :], source, j)) is not None
    ]
    if not ends:
        return None
    cost, way = min(ends)
    if cost > max(_ALLOWANCE, _SHARE * len(needed)):
        return None
    return Alignment(way, cost) if loose or _asserted(claim, needed, source, way) else None


def _same(a: Token, b: Token) -> bool:
    return a.key == b.key and (a.kind == b.kind or "number" not in (a.kind, b.kind))


def _extended(
    best: dict[int, tuple[int, tuple[int, ...]]],
    stretch: Sequence[Token],
    source: Sequence[Token],
    places: Sequence[int],
    gap_of: Callable[[Sequence[Token], Sequence[Token]], int | None],
) -> dict[int, tuple[int, tuple[int, ...]]]:
    found: dict[int, tuple[int, tuple[int, ...]]] = {}
    for j in places:
        for before, (cost, way) in best.items():
            if before >= j or (j in found and found[j][0] <= cost):
                continue
            gap = gap_of(stretch, source[before : j + 1])
            if gap is not None and (j not in found or found[j][0] > cost + gap):
                found[j] = (cost + gap, (*way, j))
    return found


def _statistics(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens without the "P < 0.05" that only says how sure a result is."""
    at = 0
    while at < len(tokens):
        if tokens[at].key == "p" and [t.kind for t in tokens[at + 1 : at + 3]] in _P_VALUES:
            at += 3
        else:
            yield tokens[at]
            at += 1


_P_VALUES: Final = (["word", "number"], ["function", "number"])


def _gap(claim: Sequence[Token], source: Sequence[Token]) -> int | None:
    """How many words the source says more between two aligned words, or `None` where they may not be left out.

    Both stretches begin and end with the aligned tokens.
    """
    ours, theirs = claim[1:-1], list(_statistics(source[1:-1]))
    left_out = [t for t in theirs if t.depth <= max(source[0].depth, source[-1].depth)]
    in_brackets = [t for t in theirs if t.depth > max(source[0].depth, source[-1].depth)]
    if any(t.kind in ("limiter", "number") and t.key not in _IDLE for t in left_out) or any(
        t.key in _TURNING for t in in_brackets
    ):
        return None
    if not _joined_alike(ours, left_out, source) or _purpose(left_out, source) or any(t.key == "by" for t in left_out):
        return None
    content = [t for t in left_out if t.kind in ("word", "self")]
    if any(t.kind == "resolved" for t in ours) and (content or not any(t.key in _POINTING for t in left_out)):
        return None
    if content and "(" not in source[-1].pause and _cuts_a_head(source[0], left_out):
        return None
    return sum(t.kind == "word" for t in content)


def _loose_gap(claim: Sequence[Token], source: Sequence[Token]) -> int | None:
    """How many words the source says more between two aligned words, or `None` where one of them negates."""
    left_out = source[1:-1]
    if any(t.key in _TURNING for t in left_out) or not _joined_alike(claim[1:-1], left_out, source):
        return None
    return sum(t.kind == "word" and t.depth <= source[0].depth for t in left_out)


_TURNING: Final = NEGATIONS | EXCLUSIVES | words("except excepting excluding unless but")


def _joined_alike(ours: Sequence[Token], left_out: Sequence[Token], source: Sequence[Token]) -> bool:
    """Whether what joins two words in the claim ("and", "or") has its like in the source."""
    said = {t.key for t in ours if t.kind == "coordinator"}
    stands = {t.key for t in left_out if t.kind == "coordinator"}
    if "or" in said or "or" in stands:
        return ("or" in said) == ("or" in stands)
    paused = any(t.pause for t in (*left_out, source[-1]))
    return not said or bool(stands) or paused


def _purpose(left_out: Sequence[Token], source: Sequence[Token]) -> bool:
    """Whether the aligned word after the gap stands in an infinitive of which the claim says no "to"."""
    return bool(left_out) and left_out[-1].key == "to" and not source[-1].pause


def _cuts_a_head(before: Token, left_out: Sequence[Token]) -> bool:
    """Whether the first word left out directly follows the aligned one, without a pause or function word between."""
    first = left_out[0]
    return first.kind == "word" and not first.pause and before.kind == "word" and not first.surface.endswith("ly")


def _led_in(claim: Sequence[Token], source: Sequence[Token], j: int) -> int | None:
    """What the source says before the aligned part in the same clause: `None` where it limits or turns it."""
    clause = source[_clause_start(source, j) : j]
    if any(t.key in _OUTSIDE for t in clause) or any(t.key in _REACHING for t in source[:j]):
        return None
    before = source[j - 1] if j and not source[j].pause else None
    if before is not None and (
        before.key == "to" or (before.kind in ("limiter", "number") and before.key not in _IDLE)
    ):
        return None
    if any(t.kind == "resolved" for t in claim) and (before is None or before.key not in _POINTING):
        return None
    return 1 if before is not None and before.kind == "word" else 0


def _led_out(claim: Sequence[Token], source: Sequence[Token], j: int) -> int | None:
    """What the source says after the aligned part in the same clause: `None` where it limits or turns it."""
    rest = list(_statistics(source[j + 1 :]))
    if any(t.kind == "resolved" for t in claim):
        return None
    end = _clause_end(rest)
    if any(t.key in _OUTSIDE and t.depth <= source[j].depth for t in rest[:end]):
        return None
    after = rest[end : end + _AFTERTHOUGHT]
    if any(t.key in _REACHING for t in rest):
        return None
    if after and after[0].key not in _APART and any(t.key in _OUTSIDE for t in after):
        return None
    return None if rest and _goes_on(source[j], rest) else 0


def _goes_on(last: Token, rest: Sequence[Token]) -> bool:
    """Whether the noun phrase that the aligned part ends in goes on: its head would be cut off."""
    follows = rest[0]
    if follows.kind != "word" or follows.pause or follows.surface.endswith("ly"):
        return False
    governs = len(rest) > 1 and rest[1].kind in ("preposition", "function")
    after_plural = last.surface.endswith("s") and follows.surface.endswith("ing")
    return not (governs and (follows.surface.endswith("ed") or after_plural))


def _clause_start(source: Sequence[Token], j: int) -> int:
    for i in range(j, 0, -1):
        if any(c in ";:" for c in source[i].pause) or (
            "," in source[i].pause and source[i].key in COORDINATORS | JOINING
        ):
            return i
    return 0


def _clause_end(rest: Sequence[Token]) -> int:
    for i, token in enumerate(rest):
        if any(c in ",;:" for c in token.pause) or token.key in JOINING:
            return i
    return len(rest)


def _asserted(claim: Sequence[Token], needed: Sequence[int], source: Sequence[Token], way: Sequence[int]) -> bool:
    """Whether a that-clause that the claim is taken from is asserted by the words that govern it."""
    first = way[0]
    governing = [i for i in range(first) if source[i].key == "that" and not source[i].pause]
    said = {claim[i].key for i in needed}
    for i in governing:
        if (
            i
            and source[i - 1].key not in ASSERTING
            and source[i - 1].key not in said
            and _opens_clause(source, i, first)
        ):
            return False
    return True


def _opens_clause(source: Sequence[Token], that: int, first: int) -> bool:
    """Whether "that" governs the aligned part: no clause ends between them."""
    return _clause_start(source, first) <= that


def whole_clause(source: Sequence[Token], first: int) -> bool:
    """Whether nothing of its clause stands before an aligned part but what reports it ("we found that")."""
    for i in range(first - 1, -1, -1):
        if source[i].key == "that" or source[i + 1].pause or source[i + 1].key in JOINING:
            return True
        if source[i].kind in ("word", "self", "number"):
            return False
    return True
