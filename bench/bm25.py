"""Exact BM25 over a whole collection at once, in numpy: for trying what tantivy would need a new index for."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


class Bm25:
    """Robertson & Zaragoza (2009) with tantivy's k1 and b, over the term counts of each document."""

    def __init__(self, documents: Sequence[Mapping[str, int]], *, k1: float = 1.2, b: float = 0.75) -> None:
        self.documents = documents
        self.lengths = np.array([sum(counts.values()) for counts in documents], np.float32)
        self._most = k1 + 1
        norms = k1 * (1 - b + b * self.lengths / self.lengths.mean())
        postings: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number, counts in enumerate(documents):
            for term, count in counts.items():
                postings[term][0].append(number)
                postings[term][1].append(count)
        self._postings: dict[str, tuple[NDArray[np.int32], Scores]] = {}
        self.idf: dict[str, float] = {}
        for term, (numbers, counts_of) in postings.items():
            where, often = np.array(numbers, np.int32), np.array(counts_of, np.float32)
            self._postings[term] = where, often * self._most / (often + norms[where])
            self.idf[term] = math.log(1 + (len(documents) - len(where) + 0.5) / (len(where) + 0.5))

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """(documents,) for a query of weighted terms."""
        total = np.zeros(len(self.documents), np.float32)
        for term, weight in weights.items():
            if term in self._postings:
                where, share = self._postings[term]
                total[where] += weight * self.idf[term] * share
        return total

    def ceiling(self, weights: Mapping[str, float]) -> float:
        """The most that a document could score."""
        return self._most * sum(weight * self.idf.get(term, 0.0) for term, weight in weights.items()) or 1.0

    def relevance_model(self, scores: Scores, *, documents: int, kept: int) -> dict[str, float]:
        """RM3's expansion (Abdul-Jaleel et al. 2004): the terms of the first documents; their weights sum to 1."""
        model: dict[str, float] = defaultdict(float)
        for number in np.argsort(-scores)[:documents]:
            for term, count in self.documents[number].items():
                if self.idf[term] > 2:
                    model[term] += float(scores[number] * count / self.lengths[number])
        best = heapq.nlargest(kept, model.items(), key=itemgetter(1))
        total = sum(weight for _, weight in best) or 1.0
        return {term: weight / total for term, weight in best}
