"""One hard fact in the same place: what a claim says otherwise than a sentence with which it would else be aligned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeAlias

from service.judge.antonyms import opposite
from service.judge.ordered import Alignment
from service.judge.tokens import Token
from service.vocabulary.function_words import BE
from service.vocabulary.negations import NEGATIONS
from service.vocabulary.words import words

Words: TypeAlias = tuple[Token, ...]
Patch: TypeAlias = "tuple[Words, Words, Contradiction]"
Align: TypeAlias = Callable[[Sequence[Token], Sequence[Token]], Alignment | None]

_MAX_PATCHES: Final = 24
_MOST_SHARED: Final = 2
_MAX_BLOCK: Final = 6
_SYMMETRIC: Final = words(
    "associ correl relat link similar differ equal equival compar combin interact between and or versus vs with as"
)
"""Keys of what says the same of two things in either order: their exchange contradicts nothing."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What the claim says, and what stands in its place."""

    said: str
    stands: str


def contradiction(claim: Sequence[Token], source: Sequence[Token], align: Align) -> Contradiction | None:
    """The one exchange after which the sentence would support the claim, if there is one."""
    if align(claim, source) is not None:
        return None  # it is there as it is said, under some condition
    for patched, against, found in islice(_patches(tuple(claim), tuple(source)), _MAX_PATCHES):
        alignment = align(patched, against)
        if alignment is not None and (len(against) == len(source) or _within(alignment, tuple(source), against)):
            return found
    return None


def _patches(claim: Words, source: Words) -> Iterator[Patch]:
    missing = _missing(claim, source)
    if len(missing) > 2:
        return
    yield from _substituted(claim, source, missing)
    if len(missing) <= 1:
        yield from _negated(claim, source)
    if not missing:
        yield from _exchanged(claim, source)


def _missing(claim: Words, source: Words) -> list[int]:
    """Places of the claim's words, numbers and limiters that the source has not, or not as often."""
    there = Counter(t.key for t in source)
    found = []
    for i, token in enumerate(claim):
        if token.kind in ("word", "number", "limiter"):
            there[token.key] -= 1
            if there[token.key] < 0:
                found.append(i)
    return found


def _substituted(claim: Words, source: Words, missing: Sequence[int]) -> Iterator[Patch]:
    """The claim with another number or an opposite of the source in the place of one of its own."""
    there = {t.key: t for t in source}
    for i, token in enumerate(claim):
        if missing and i not in missing:
            continue
        if token.kind == "number":
            rivals = [t for t in source if t.kind == "number" and t.key != token.key]
        else:
            rivals = [t for t in there.values() if t.key != token.key and opposite(token, t)]
        for rival in rivals:
            patched = replace(token, key=rival.key, kind=rival.kind, surface=rival.surface)
            found = Contradiction(token.surface, rival.surface)
            yield (*claim[:i], patched, *claim[i + 1 :]), source, found


def _negated(claim: Words, source: Words) -> Iterator[Patch]:
    """The claim without a negation of its own, or the source without one that the claim has not."""
    for i, token in enumerate(claim):
        if token.key in NEGATIONS:
            yield (*claim[:i], *claim[i + 1 :]), source, Contradiction(token.surface, "the same without it")
    said = Counter(t.key for t in claim)
    for j, token in enumerate(source):
        if token.key in NEGATIONS and not said[token.key]:
            yield claim, (*source[:j], *source[j + 1 :]), Contradiction(claim[-1].surface, token.surface)


def _exchanged(claim: Words, source: Words) -> Iterator[Patch]:
    """The claim with two of its parts exchanged, where the source has them in the other order."""
    ours, theirs = Counter(t.key for t in claim), Counter(t.key for t in source)
    places = {t.key: j for j, t in enumerate(source) if theirs[t.key] == 1 and ours[t.key] == 1 and t.kind != "self"}
    said = [i for i, t in enumerate(claim) if t.key in places and t.kind != "preposition"]
    stands = sorted(said, key=lambda i: places[claim[i].key])
    low = next((n for n, (a, b) in enumerate(zip(said, stands, strict=True)) if a != b), None)
    if low is None:
        return
    high = next(n for n in range(len(said) - 1, -1, -1) if said[n] != stands[n]) + 1
    middle, target = said[low:high], stands[low:high]
    for k in range(1, min(_MAX_BLOCK, len(middle) - 1) + 1):
        for n in range(1, min(_MAX_BLOCK, len(middle) - k) + 1):
            a, between, b = middle[:k], middle[k : len(middle) - n], middle[len(middle) - n :]
            there = [places[claim[i].key] for i in (*a, *b)]
            inner = claim[a[-1] + 1 : b[0]]
            if [*b, *between, *a] == target and not _same_either_way(
                inner, source[min(there) : max(there)], claim[a[0]]
            ):
                yield from _swapped(claim, (a[0], a[-1] + 1), (b[0], b[-1] + 1), source)


def _swapped(claim: Words, a: tuple[int, int], b: tuple[int, int], source: Words) -> Iterator[Patch]:
    """The claim with two parts exchanged, each alone or with up to two words after it that stand in both places."""
    for more in range(_MOST_SHARED + 1):
        for less in range(_MOST_SHARED + 1):
            end, last = a[1] + more, b[1] + less
            if end > b[0] or last > len(claim) or any(t.pause for t in (*claim[a[1] : end], *claim[b[1] : last])):
                continue
            first, second = claim[a[0] : end], claim[b[0] : last]
            if any(t.kind == "number" for t in first) != any(t.kind == "number" for t in second):
                continue
            patched = (*claim[: a[0]], *second, *claim[end : b[0]], *first, *claim[last:])
            yield patched, source, Contradiction(_text(first), _text(second))


def _within(alignment: Alignment, source: Words, without: Words) -> bool:
    """Whether the negation that was taken out of the source stood inside or directly before the aligned part."""
    at = next(j for j, token in enumerate(source) if j == len(without) or token is not without[j])
    return alignment.places[0] <= at <= alignment.places[-1]


def _same_either_way(inner: Words, apart: Words, first: Token) -> bool:
    """Whether what stands between two parts may say the same of them exchanged: "is associated with", or a passive."""
    keys, theirs = {t.key for t in inner}, {t.key for t in apart}
    if first.kind == "number":
        return not any(t.kind in ("word", "preposition", "limiter") for t in inner)
    if not any(t.needed for t in inner):
        return True
    return "than" not in keys and bool(keys & _SYMMETRIC or bool(keys & BE) != bool(theirs & BE))


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(t.surface for t in tokens)
