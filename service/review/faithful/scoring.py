"""How likely quotes support a sentence: a logistic model of four features, fitted by `bench/gate.py --fit`.

Fitted on the development halves of SciFact, WiCE and Citation-Integrity, sets and classes weighed alike. It orders
sentences; whether one is shown is decided by the rules and by how much of it is carried.
"""

from __future__ import annotations

import math
from collections.abc import Collection

from service.review.faithful.objection import Fault

_CARRIED = 2.43
_FIGURE = -0.77
_NAME = -0.36
_TURNED = -0.42
_INTERCEPT = -0.87
_TURNS: frozenset[Fault] = frozenset({"negation", "direction", "sides"})


def features(share: float, faults: Collection[Fault | None]) -> tuple[float, float, float, float]:
    """Share of words carried; whether a figure or a name is strange; whether something is turned round."""
    return share, float("figure" in faults), float("name" in faults), float(not _TURNS.isdisjoint(faults))


def probability(share: float, faults: Collection[Fault | None]) -> float:
    """In (0, 1), higher is likelier."""
    weights = (_CARRIED, _FIGURE, _NAME, _TURNED)
    logit = _INTERCEPT + sum(w * x for w, x in zip(weights, features(share, faults), strict=True))
    return 1 / (1 + math.exp(-logit))
