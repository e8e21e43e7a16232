"""Papers -> themes: groups of like papers, each in paragraphs of neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.review.evidence.model import PaperEvidence
from service.review.evidence.weights import held_terms
from service.text.terms import STOP_TERMS

MOST_IN_PARAGRAPH: Final = 7  # papers
_PAPERS_A_THEME: Final = 5  # on average
_THEMES: Final = (3, 6)  # at least, where each can have three papers, and at most
_Floats: TypeAlias = NDArray[np.float64]


def grouped(papers: Sequence[PaperEvidence], *, most: int | None = None) -> list[list[PaperEvidence]]:
    """Themes of like papers, the one that holds the best paper first; inside, neighbours are alike.

    `papers` come best first. Three to six themes where there are papers enough, or at most `most`. Over mixes of three
    to six ORKG problems (bench/themes.py) the themes agree with the problems as well as any clustering of the same
    likeness that was tried: average linkage, k-means and spectral clustering lie within .02 of the adjusted Rand index.
    """
    if not papers:
        return []
    least, usual = _THEMES
    wanted = min(most or usual, max(min(least, len(papers) // 3), round(len(papers) / _PAPERS_A_THEME)))
    features = _features(papers)
    likeness = features @ features.T
    clusters = _with_strays(_ward(features, max(1, wanted)), likeness)
    return [[papers[i] for i in _chained(likeness, sorted(cluster))] for cluster in sorted(clusters, key=min)]


def paragraphs(theme: Sequence[PaperEvidence]) -> list[Sequence[PaperEvidence]]:
    """A theme's papers in the fewest runs of at most seven, of about one length."""
    count = -(-len(theme) // MOST_IN_PARAGRAPH)
    edges = [round(i * len(theme) / count) for i in range(count + 1)]
    return [theme[a:b] for a, b in pairwise(edges)]


def _features(papers: Sequence[PaperEvidence]) -> _Floats:
    """(n, m), unit rows: mean sentence vectors, less what all papers share, beside shared terms by their rarity."""
    means = np.stack([p.vectors.mean(axis=0) for p in papers]).astype(np.float64)
    if len(papers) > 2:
        means = means - means.mean(axis=0)
    held = [held_terms(p.abstract) - STOP_TERMS for p in papers]
    counts = Counter(term for terms in held for term in terms)
    shared = sorted(term for term, n in counts.items() if n > 1)
    rarity = np.log(len(papers) / np.array([counts[t] for t in shared], np.float64))
    weighted = np.array([[t in terms for t in shared] for terms in held], np.float64) * rarity
    features: _Floats = np.hstack([unit(means), unit(weighted)]) / np.sqrt(2)
    return features


def unit(rows: NDArray[np.floating]) -> _Floats:
    """The rows at length 1."""
    made: _Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return made


def _ward(rows: _Floats, wanted: int) -> list[list[int]]:
    """Ward's clusters: the two whose union adds least to the spread inside are joined until `wanted` are left.

    Distances are kept up by the formula of Lance and Williams (1967).
    """
    clusters = {i: [i] for i in range(len(rows))}
    between = np.square(rows[:, None] - rows[None]).sum(axis=2)
    np.fill_diagonal(between, np.inf)
    while len(clusters) > wanted:
        i, j = sorted(map(int, np.unravel_index(np.argmin(between), between.shape)))
        a, b = len(clusters[i]), len(clusters[j])
        sizes = np.array([len(clusters.get(k, ())) for k in range(len(rows))], np.float64)
        joined = ((a + sizes) * between[i] + (b + sizes) * between[j] - sizes * between[i, j]) / (a + b + sizes)
        clusters[i] += clusters.pop(j)
        gone = [k for k in range(len(rows)) if k not in clusters or k == i]
        joined[gone] = np.inf
        between[i] = between[:, i] = joined
        between[j] = between[:, j] = np.inf
    return list(clusters.values())


def _with_strays(clusters: Sequence[list[int]], likeness: _Floats) -> list[list[int]]:
    """The clusters in which a paper like no other stands with those that it is most like on average."""
    several = [c for c in clusters if len(c) > 1]
    if not several:
        return [sorted(i for c in clusters for i in c)]
    homes = [list(c) for c in several]
    for (stray,) in (c for c in clusters if len(c) == 1):
        homes[int(np.argmax([likeness[stray, c].mean() for c in several]))].append(stray)
    return homes


def _chained(likeness: _Floats, cluster: list[int]) -> list[int]:
    """The best paper first, then always the one that is most like the last."""
    chain, left = [cluster[0]], cluster[1:]
    while left:
        last = chain[-1]
        chain.append(max(left, key=lambda i: float(likeness[last, i])))
        left.remove(chain[-1])
    return chain
