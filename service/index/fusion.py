"""Meaning and words -> one score, by value and not by rank: how much better the first is counts.

Both are on a scale of their own that no other paper changes: cosine, and BM25 as a share of what the query could
reach. Stretching each query's candidates to [0, 1] instead (min-max) makes the best of a bad lot look good, lets a
filter change the scores of what it leaves, and ranks no better on two of three collections (docs/adr/0008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog import Units

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tuning:
    """What counts for how much. The defaults are those that the ablation in docs/adr/0008 chose.

    `words` is the weight of BM25's share beside cosines of weight 1, of which `sentences` go to the best sentence
    and the rest to the best chunk; all to the chunk while sentences of a candidate wait. `feedback` turns the query
    this far towards the mean of the first `feedback_papers`; `rewrites` takes words of asking off it. `read`
    candidates are scored with all their vectors.
    """

    words: float = 0.6
    sentences: float = 0.5
    feedback: float = 0.15
    feedback_papers: int = 3
    rewrites: bool = True
    read: int = 100


DEFAULT_TUNING = Tuning()


class Stack:
    """The vectors of many papers as one matrix, so that one product gives every paper's best cosine.

    `waiting`: places of papers that have none.
    """

    def __init__(self, units: Sequence[Units | None]) -> None:
        self.waiting = frozenset(i for i, u in enumerate(units) if u is None or u.vectors is None)
        held = [(i, u.vectors) for i, u in enumerate(units) if u is not None and u.vectors is not None and u.spans]
        self._owners = np.array([i for i, _ in held], np.intp)
        self._matrix = np.concatenate([vectors for _, vectors in held]) if held else None
        self._starts = np.cumsum([0] + [len(vectors) for _, vectors in held[:-1]])

    def best(self, vector: Vector, otherwise: NDArray[np.float32]) -> NDArray[np.float32]:
        """(papers,) each one's highest cosine; `otherwise`, of the same shape, for those without vectors."""
        cosines = otherwise.copy()
        if self._matrix is not None:
            cosines[self._owners] = np.maximum.reduceat(self._matrix @ vector, self._starts)
        return cosines

    def mean(self, papers: Sequence[int]) -> Vector | None:
        """The mean of all vectors of those papers; `None` where they have none."""
        if self._matrix is None:
            return None
        ends = np.append(self._starts[1:], len(self._matrix))
        rows = [self._matrix[s:e] for o, s, e in zip(self._owners, self._starts, ends, strict=True) if o in papers]
        return np.concatenate(rows).mean(axis=0) if rows else None


class Candidates:
    """Some papers with all that is known of them, to be scored for a query.

    `shares` are BM25's, in [0, 1]; `guesses` are cosines for papers that are not embedded yet. Sentences count
    once all of these papers have theirs: a ranking does not depend on which were imported first.
    """

    def __init__(
        self,
        ids: Sequence[str],
        shares: NDArray[np.float32],
        guesses: NDArray[np.float32],
        *,
        chunks: Mapping[str, Units],
        sentences: Mapping[str, Units],
    ) -> None:
        self._ids = ids
        self._shares = shares
        self._guesses = guesses
        self._chunks = Stack([chunks.get(p) for p in ids])
        self._sentences = Stack([sentences.get(p) for p in ids])
        self._without_text = {i for i, p in enumerate(ids) if p not in chunks or not chunks[p].spans}

    def ranked(self, vector: Vector, tuning: Tuning) -> dict[str, float]:
        """Score by id, best first."""
        scores = self._scores(vector, tuning)
        if tuning.feedback > 0:
            first = np.argsort(-scores, kind="stable")[: tuning.feedback_papers]
            turned = _towards(vector, self._chunks.mean(first.tolist()), tuning.feedback)
            scores = self._scores(turned, tuning)
        return in_order(self._ids, scores)

    def _scores(self, vector: Vector, tuning: Tuning) -> NDArray[np.float32]:
        cosines = self._chunks.best(vector, self._guesses)
        # A best sentence is nearer than its chunk: beside papers whose sentences wait it would tell their age.
        if self._sentences.waiting <= self._without_text:
            cosines = (1 - tuning.sentences) * cosines + tuning.sentences * self._sentences.best(vector, cosines)
        return fused(cosines, self._shares, tuning)


def fused(cosines: NDArray[np.float32], shares: NDArray[np.float32], tuning: Tuning) -> NDArray[np.float32]:
    """Weighted mean of cosine and BM25 share, in [0, 1], higher is better."""
    return np.clip((cosines + tuning.words * shares) / (1 + tuning.words), 0.0, 1.0)


def in_order(ids: Sequence[str], scores: NDArray[np.float32]) -> dict[str, float]:
    """Score by id, best first; ties by id, so that equal input gives equal output."""
    pairs = zip(ids, scores.tolist(), strict=True)
    return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _towards(vector: Vector, mean: Vector | None, share: float) -> Vector:
    """Rocchio's step (1971): the query, turned by `share` towards the mean of what it found first."""
    if mean is None:
        return vector
    turned = (1 - share) * vector + share * mean
    unit: Vector = turned / np.linalg.norm(turned)
    return unit
