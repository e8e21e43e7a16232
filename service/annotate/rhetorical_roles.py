"""The rhetorical role of each sentence of an abstract: a log-linear model over its words and place, and the best path.

The weights were learnt by `bench/rhetorical_roles.py` from structured abstracts, whose authors say what each part is,
and from plain ones of other fields by self-training. A section label, where there is one, limits the roles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.annotate.labels import Section

Floats = NDArray[np.float64]


class RhetoricalRole(StrEnum):
    """What a sentence does in its abstract. `NOTE` is never evidence (labels, notices, links to code)."""

    PROBLEM = "problem"
    APPROACH = "approach"
    DATA = "data"
    RESULT = "result"
    LIMIT = "limit"
    NOTE = "note"


ROLES: Final = (
    RhetoricalRole.PROBLEM, RhetoricalRole.APPROACH, RhetoricalRole.DATA, RhetoricalRole.RESULT, RhetoricalRole.LIMIT,
)  # fmt: skip
"""Those the model tells apart, in the order of its weights."""
_ALLOWED: Final[dict[Section, tuple[RhetoricalRole, ...]]] = {
    "problem": (RhetoricalRole.PROBLEM,),
    "approach": (RhetoricalRole.APPROACH, RhetoricalRole.DATA),
    "data": (RhetoricalRole.APPROACH, RhetoricalRole.DATA),
    "result": (RhetoricalRole.RESULT, RhetoricalRole.LIMIT),
    "limit": (RhetoricalRole.LIMIT,),
}
_FORBIDDEN: Final = -8.0
"""Added to the log probability of a role that the section label speaks against."""
_TRANSITION: Final = 0.5
"""How much the order of roles weighs beside the words; chosen on PubMedQA's development half."""
_PLACES: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class RoleModel:
    """`weights[index[feature]]` are a feature's points for each of `ROLES`; `first` and `step` log probabilities."""

    index: dict[str, int]
    weights: Floats
    first: Floats
    step: Floats

    def roles(
        self, features: Sequence[Sequence[str]], sections: Sequence[Section | None]
    ) -> tuple[RhetoricalRole, ...]:
        """The best path through an abstract's sentences (Viterbi)."""
        if not features:
            return ()
        points = self.log_probabilities(features) + np.array([_bias(section) for section in sections])
        score, back = points[0] + _TRANSITION * self.first, []
        for row in points[1:]:
            steps = score[:, None] + _TRANSITION * self.step
            back.append(steps.argmax(axis=0))
            score = steps.max(axis=0) + row
        path = [int(score.argmax())]
        for best in reversed(back):
            path.append(int(best[path[-1]]))
        return tuple(ROLES[role] for role in reversed(path))

    def log_probabilities(self, features: Sequence[Sequence[str]]) -> Floats:
        """(sentences, roles) log probabilities of each sentence by itself."""
        points = np.zeros((len(features), len(ROLES)))
        for i, names in enumerate(features):
            points[i] = self.weights[[self.index[name] for name in names if name in self.index]].sum(axis=0)
        points -= points.max(axis=1, keepdims=True)
        total: Floats = np.log(np.exp(points).sum(axis=1, keepdims=True))
        return points - total


def rhetorical_roles(
    searched: Sequence[str], terms: Sequence[Sequence[str]], sections: Sequence[Section | None]
) -> tuple[RhetoricalRole, ...]:
    """One role for each sentence, from its search form, its search terms and its section."""
    n = len(searched)
    return role_model().roles([sentence_features(searched[i], terms[i], i, n) for i in range(n)], sections)


def sentence_features(searched: str, terms: Sequence[str], place: int, of: int) -> list[str]:
    """The features of the sentence at a place of an abstract of so many: words, pairs of words, signs, place."""
    words = ["#" if term[0].isdigit() or term[0] == "." else term for term in terms]
    return [*dict.fromkeys((*words, *map(" ".join, pairwise(words)), *_signs(searched, words))),
            *_place(place, of)]  # fmt: skip


def _signs(searched: str, words: Sequence[str]) -> Iterator[str]:
    if words:
        yield f"^{words[0]}"
    yield from (f"sign {sign}" for sign in "%=<>?±" if sign in searched)


def _place(place: int, of: int) -> Iterator[str]:
    yield f"@{min(place * _PLACES // max(of - 1, 1), _PLACES - 1)}"
    if place == 0:
        yield "@first"
    if place == of - 1:
        yield "@last"


def _bias(section: Section | None) -> list[float]:
    allowed = _ALLOWED.get(section, ROLES) if section else ROLES
    return [0.0 if role in allowed else _FORBIDDEN for role in ROLES]


@cache
def role_model() -> RoleModel:
    """The model that is shipped, read on first use."""
    with np.load(Path(__file__).with_name("rhetorical_roles.npz"), allow_pickle=False) as stored:
        names = bytes(stored["features"]).decode().split("\n")
        return RoleModel(
            index={name: i for i, name in enumerate(names)},
            weights=stored["weights"].astype(np.float64),
            first=stored["first"].astype(np.float64),
            step=stored["step"].astype(np.float64),
        )
