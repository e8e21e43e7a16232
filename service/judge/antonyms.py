"""Opposites that English closes: comparatives, directions, order, presence, quantity, and prefixes that turn a word."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from service.judge.tokens import Token, keys_of

_OPPOSITES: Final = """
more greater higher larger bigger longer better stronger faster earlier older wider deeper above over
| less fewer lower smaller shorter worse weaker slower later younger narrower shallower below under
increase rise grow growth gain raise enhance improve improvement | decrease reduce reduction decline fall drop diminish
gain | loss
improve improvement | worsen deteriorate deterioration
more | less fewer
most | least fewest
greater larger bigger | smaller lesser
higher | lower
longer | shorter
better best superior | worse worst inferior
stronger strong | weaker weak
faster fast | slower slow
earlier early | later late
before | after
high large | low small
highest largest | lowest smallest
positive positively | negative negatively
with | without
all both always every | none neither never no
maximum maximize | minimum minimize
first | last
same similar | different
above over | below under
inside internal within | outside external
presence present | absence absent
include | exclude
succeed success | fail failure
accept | reject
support | oppose refute
agree | disagree
strengthen | weaken
"""
_PREFIXES: Final = (
    ("hyper", "hypo"), ("over", "under"), ("up", "down"), ("pre", "post"), ("un", ""), ("dis", ""), ("non", ""),
    ("in", ""), ("im", ""), ("ir", ""), ("in", "out"), ("inter", "intra"), ("mono", "multi"), ("macro", "micro"),
)  # fmt: skip
_LEAST_LETTERS: Final = 4


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _OPPOSITES.replace("\n|", " |").strip().splitlines():
        left, right = ({keys_of(word)[0] for word in side.split()} for side in line.split("|"))
        for a in left:
            found[a] |= right
        for b in right:
            found[b] |= left
    return {key: frozenset(others) for key, others in found.items()}


_BY_KEY: Final = _opposites()


def opposite(a: Token, b: Token) -> bool:
    """Whether two tokens are opposites of a closed list, or one word under opposite prefixes ("hyper-", "hypo-")."""
    return b.key in _BY_KEY.get(a.key, ()) or _turned(a.key, b.key) or _turned(b.key, a.key)


def _turned(a: str, b: str) -> bool:
    for one, other in _PREFIXES:
        root = a.removeprefix(one)
        if root != a and len(root) >= _LEAST_LETTERS and b == other + root:
            return True
    return False
