"""Which sentence of a paper is quoted: the one nearest in meaning that also holds the query's rarer words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.catalog import Units
from service.records import Paper, Passage, Span
from service.text.sentences import split_sentences
from service.text.terms import STOP_TERMS, terms

MEANING_WEIGHT = 0.6
"""SciFact: the quote is annotated evidence in .580 of 564 cases; .507 by meaning alone, .546 by words alone."""
_MAX_TERMS = 64


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The query's terms, each with the share of the query's weight (its idf) that it carries; they sum to 1."""

    shares: Mapping[str, float]

    @classmethod
    def weighed(cls, query_terms: Iterable[str], doc_freq: Callable[[str], int], papers: int) -> QueryWords:
        """Stop terms and terms that no paper holds carry nothing: no sentence can be told apart by them."""
        counted = {t: doc_freq(t) for t in list(dict.fromkeys(query_terms))[:_MAX_TERMS] if t not in STOP_TERMS}
        idf = {t: math.log(1 + (papers - n + 0.5) / (n + 0.5)) for t, n in counted.items() if 0 < n <= papers}
        total = sum(idf.values())
        return cls({t: weight / total for t, weight in idf.items()} if total > 0 else {})

    def overlap(self, text: str) -> float:
        """In [0, 1]: the share of the query's weight that the text holds."""
        return math.fsum(self.shares.get(term, 0.0) for term in set(terms(text)))


def passages(
    paper: Paper, sentences: Units | None, vector: NDArray[np.float32], words: QueryWords
) -> tuple[Passage, ...]:
    """All sentences of a paper, best first; by words alone where their vectors are not there yet."""
    spans = sentences.spans if sentences is not None else split_sentences(paper.abstract)
    vectors = sentences.vectors if sentences is not None else None
    overlaps = [words.overlap(paper.abstract[span.start : span.end]) for span in spans]
    if vectors is None:
        scores = overlaps
    else:
        cosines = np.clip(vectors @ vector, 0.0, 1.0)
        share = MEANING_WEIGHT if words.shares else 1.0
        scores = [share * float(c) + (1 - share) * o for c, o in zip(cosines, overlaps, strict=True)]
    ordered = sorted(zip(spans, scores, strict=True), key=lambda pair: (-pair[1], pair[0].start))
    if not ordered:
        ordered = [(Span(0, len(paper.abstract)), 0.0)]  # of a paper without an abstract: nothing
    return tuple(Passage(paper, span.start, span.end, min(1.0, score)) for span, score in ordered)
