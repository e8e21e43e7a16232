"""Papers -> groups of like ones by average-link clustering of their mean sentence vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.review.evidence.model import PaperEvidence
from service.review.evidence.weights import held_terms
from service.text.terms import STOP_TERMS

MOST_IN_GROUP: Final = 7  # papers: a longer paragraph is no longer one
_PAPERS_A_GROUP: Final = 4  # on average


def grouped(papers: Sequence[PaperEvidence], *, most: int | None = None) -> list[list[PaperEvidence]]:
    """Groups of at most seven papers, the one that holds the best paper first; inside, neighbours are alike.

    `papers` come best first. At most `most` groups, which may then be larger. Papers like no other share a last group.
    """
    if not papers:
        return []
    likeness = _likeness(papers)
    wanted = max(1, min(most or len(papers), round(len(papers) / _PAPERS_A_GROUP)))
    size = max(MOST_IN_GROUP, -(-len(papers) // wanted)) if most else MOST_IN_GROUP
    clusters = _average_link(likeness, wanted, size)
    several = [c for c in clusters if len(c) > 1]
    rest = sorted(i for c in clusters if len(c) == 1 for i in c)
    if most is not None and rest and len(several) >= most:
        max(several, key=lambda c: float(likeness[np.ix_(rest, c)].mean())).extend(rest)
        rest = []
    alone = [rest[i : i + MOST_IN_GROUP] for i in range(0, len(rest), MOST_IN_GROUP)]
    ordered = [*sorted(several, key=min), *alone]
    return [[papers[i] for i in _chained(likeness, sorted(cluster))] for cluster in ordered]


def _likeness(papers: Sequence[PaperEvidence]) -> NDArray[np.float64]:
    """(n, n) likeness: cosine of mean sentence vectors, less what all papers share, and of terms by their rarity."""
    means = np.stack([p.vectors.mean(axis=0) for p in papers]).astype(np.float64)
    if len(papers) > 2:
        means = means - means.mean(axis=0)
    held = [held_terms(p.abstract) - STOP_TERMS for p in papers]
    counts = Counter(term for terms in held for term in terms)
    shared = sorted(term for term, n in counts.items() if n > 1)
    rarity = np.log(len(papers) / np.array([counts[t] for t in shared], np.float64))
    weighted = np.array([[t in terms for t in shared] for terms in held], np.float64) * rarity
    cosines: NDArray[np.float64] = (_unit(means) @ _unit(means).T + _unit(weighted) @ _unit(weighted).T) / 2
    return cosines


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _average_link(likeness: NDArray[np.float64], wanted: int, most: int) -> list[list[int]]:
    """Clusters of at most `most`: the two that are most alike on average are joined until `wanted` are left."""
    clusters = {i: [i] for i in range(len(likeness))}
    between = likeness.copy()
    np.fill_diagonal(between, -np.inf)
    while len(clusters) > wanted and np.isfinite(between).any():
        i, j = sorted(map(int, np.unravel_index(np.argmax(between), between.shape)))
        a, b = len(clusters[i]), len(clusters[j])
        if a + b <= most:
            between[i] = between[:, i] = (a * between[i] + b * between[j]) / (a + b)
            between[j] = between[:, j] = between[i, i] = -np.inf
            clusters[i] += clusters.pop(j)
        else:
            between[i, j] = between[j, i] = -np.inf
    return list(clusters.values())


def _chained(likeness: NDArray[np.float64], cluster: list[int]) -> list[int]:
    """The best paper first, then always the one that is most like the last."""
    chain, left = [cluster[0]], cluster[1:]
    while left:
        last = chain[-1]
        chain.append(max(left, key=lambda i: float(likeness[last, i])))
        left.remove(chain[-1])
    return chain
