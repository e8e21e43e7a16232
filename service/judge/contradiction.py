"""One hard fact in the same place: what a claim says otherwise than a sentence with which it would else be aligned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final, TypeAlias

from service.judge.antonyms import opposite
from service.judge.readings import Words, places_in_both
from service.judge.tokens import Token
from service.vocabulary.function_words import BE, NEGATIONS
from service.vocabulary.words import words

Patch: TypeAlias = "tuple[Words, Words, Contradiction]"

_MAX_PATCHES: Final = 24
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


def contradiction(
    claim: Sequence[Token], source: Sequence[Token], is_part: Callable[[Words, Words], bool]
) -> Contradiction | None:
    """The one exchange after which the sentence would support the claim, if there is one."""
    ours, theirs = tuple(claim), tuple(source)
    if is_part(ours, theirs):
        return None  # it is there as it is said, under some condition
    tried = islice(_patches(ours, theirs), _MAX_PATCHES)
    return next((found for patched, against, found in tried if is_part(patched, against)), None)


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
        there[token.key] -= token.weighty
        if token.weighty and there[token.key] < 0:
            found.append(i)
    return found


def _substituted(claim: Words, source: Words, missing: Sequence[int]) -> Iterator[Patch]:
    """The claim with another number or an opposite of the source in the place of one of its own."""
    for i in missing or range(len(claim)):
        token = claim[i]
        for rival in source:
            both = token.kind == rival.kind == "number"
            if token.key != rival.key and (both or (token.kind != "number" and opposite(token.key, rival.key))):
                patched = replace(token, key=rival.key, kind=rival.kind, surface=rival.surface)
                yield (*claim[:i], patched, *claim[i + 1 :]), source, Contradiction(token.surface, rival.surface)


def _negated(claim: Words, source: Words) -> Iterator[Patch]:
    """The claim without a negation of its own, or the source without one that the claim has not."""
    for i, token in enumerate(claim):
        if token.key in NEGATIONS:
            yield (*claim[:i], *claim[i + 1 :]), source, Contradiction(token.surface, "the same without it")
    said = {t.key for t in claim}
    for j, token in enumerate(source):
        if token.key in NEGATIONS and token.key not in said:
            yield claim, (*source[:j], *source[j + 1 :]), Contradiction(claim[-1].surface, token.surface)


def _exchanged(claim: Words, source: Words) -> Iterator[Patch]:
    """The claim with two of its parts exchanged, where the source has them in the other order."""
    places = places_in_both(claim, source)
    said = [i for i, t in enumerate(claim) if t.key in places and t.kind not in ("self", "preposition")]
    stands = sorted(said, key=lambda i: places[claim[i].key])
    apart = [n for n, (a, b) in enumerate(zip(said, stands, strict=True)) if a != b]
    if not apart:
        return
    middle, target = said[apart[0] : apart[-1] + 1], stands[apart[0] : apart[-1] + 1]
    for k, n in product(range(1, min(_MAX_BLOCK, len(middle) - 1) + 1), range(1, _MAX_BLOCK + 1)):
        if k + n > len(middle):
            continue
        a, between, b = middle[:k], middle[k : len(middle) - n], middle[len(middle) - n :]
        there = [places[claim[i].key] for i in (*a, *b)]
        inner, outer = claim[a[-1] + 1 : b[0]], source[min(there) : max(there)]
        if [*b, *between, *a] == target and not _same_either_way(claim[a[0]], inner, outer):
            yield from _swapped(claim, (a[0], a[-1] + 1), (b[0], b[-1] + 1), source)


def _swapped(claim: Words, a: tuple[int, int], b: tuple[int, int], source: Words) -> Iterator[Patch]:
    """The claim with two parts exchanged, each alone or with the word after it that stands in both places."""
    for more, less in product((0, 1), repeat=2):
        end, last = a[1] + more, b[1] + less
        if end > b[0] or last > len(claim) or any(t.pause for t in (*claim[a[1] : end], *claim[b[1] : last])):
            continue
        first, second = claim[a[0] : end], claim[b[0] : last]
        if any(t.kind == "number" for t in first) == any(t.kind == "number" for t in second):
            patched = (*claim[: a[0]], *second, *claim[end : b[0]], *first, *claim[last:])
            yield patched, source, Contradiction(_text(first), _text(second))


def _same_either_way(first: Token, inner: Words, outer: Words) -> bool:
    """Whether what stands between two parts may say the same of them exchanged: "is associated with", or a passive.

    `inner` stands between them in the claim, `outer` in the source.
    """
    keys, theirs = {t.key for t in inner}, {t.key for t in outer}
    if first.kind == "number":
        return not any(t.kind in ("word", "preposition", "limiter") for t in inner)
    if not any(t.needed for t in inner):
        return True
    return "than" not in keys and bool(keys & _SYMMETRIC or bool(keys & BE) != bool(theirs & BE))


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(t.surface for t in tokens)
