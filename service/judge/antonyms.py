"""Opposites that English closes: comparatives, directions, order, presence, quantity, and prefixes that turn a word."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Final

from service.judge.tokens import keys_of

_OPPOSITES: Final = """
more greater higher larger increase rise grow growth gain raise enhance improve improvement
| less fewer lower smaller decrease reduce reduction decline fall drop diminish worsen deteriorate deterioration
bigger longer better stronger faster earlier older wider deeper above over
| smaller shorter worse weaker slower later younger narrower shallower below under less fewer
gain | loss
most | least fewest
greater | lesser
best superior | worst inferior
strong | weak
fast | slow
early | late
before | after
high large | low small
highest largest | lowest smallest
positive positively | negative negatively
with | without
all both always every | none neither never no
maximum maximize | minimum minimize
first | last
same similar | different
inside internal within | outside external
presence present | absence absent
include | exclude
succeed success | fail failure
accept | reject
support | oppose refute
agree | disagree
strengthen | weaken
"""
"""Each word of a line is the opposite of each behind its bar; the first line are the directions of a change."""
_PREFIXES: Final = (
    ("hyper", "hypo"), ("over", "under"), ("up", "down"), ("pre", "post"), ("un", ""), ("dis", ""), ("non", ""),
    ("in", ""), ("im", ""), ("ir", ""), ("in", "out"), ("inter", "intra"), ("mono", "multi"), ("macro", "micro"),
)  # fmt: skip
_LEAST_LETTERS: Final = 4

_LINES: Final = tuple(
    tuple(frozenset(keys_of(word)[0] for word in side.split()) for side in line.split("|"))
    for line in _OPPOSITES.replace("\n|", " |").strip().splitlines()
)
_BY_KEY: Final[defaultdict[str, set[str]]] = defaultdict(set)
for _one, _other in _LINES:
    for _a, _b in product(_one, _other):
        _BY_KEY[_a].add(_b)
        _BY_KEY[_b].add(_a)


def opposite(a: str, b: str) -> bool:
    """Whether two keys are opposites of a closed list, or one word under opposite prefixes ("hyper-", "hypo-")."""
    return b in _BY_KEY.get(a, ()) or _turned(a, b) or _turned(b, a)


def direction(key: str) -> int:
    """1 for the key of a word of more, -1 for one of less, 0 for any other."""
    more, less = _LINES[0]
    return (key in more) - (key in less)


def _turned(a: str, b: str) -> bool:
    roots = ((a.removeprefix(one), other) for one, other in _PREFIXES if a.startswith(one))
    return any(len(root) >= _LEAST_LETTERS and b == other + root for root, other in roots)
