"""How much of a question's content a paper speaks of: by words, and by words that mean nearly the same.

A sentence embedding alone says "related"; it cannot tell a question about the yield of a chip from one about
instruction tuning that shares a word. So each content word is looked up in the paper's own words, and a word
that is not there counts only as far as the paper has one close in meaning.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from service.records import Paper
from service.review.corpus import Corpus, Vectors
from service.review.plan import SCAFFOLD
from service.text.names import tokens
from service.text.terms import terms

# Cosine of two single words under MiniLM: unrelated pairs lie below .45, near-synonyms above .75.
_UNRELATED = 0.45
_SYNONYM = 0.75
_CACHED_WORDS = 50_000


def content_words(text: str) -> tuple[str, ...]:
    """Words of a text that carry content, case-folded, once each, in order."""
    folded = (t.casefold() for t in tokens(text))
    return tuple(dict.fromkeys(w for w in folded if w not in SCAFFOLD and (len(w) > 1 or w.isdigit())))


class Coverage:
    """Looks up content words in papers. Keeps word vectors, so that the next question is quicker."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._vectors: dict[str, Vectors] = {}

    def weight(self, word: str) -> float:
        """Inverse document frequency scaled to (0, 1] and squared: rare words of a question matter more; 1 if absent."""
        n = max(self._corpus.count(), 1)
        frequency = min((self._corpus.document_frequency(t) for t in terms(word)), default=0)
        return max(math.log((n + 1) / (frequency + 0.5)) / math.log((n + 1) / 0.5), 0.05) ** 2

    def share(self, words: Sequence[str], paper: Paper) -> float:
        """Weighted share of the words that the paper's title and abstract cover, in [0, 1]; 1 for no words."""
        if not words:
            return 1.0
        weights = np.array([self.weight(w) for w in words])
        return float(weights @ self.covers(words, f"{paper.title}. {paper.abstract}") / weights.sum())

    def covers(self, words: Sequence[str], text: str) -> Vectors:
        """For each word how far the text covers it, in [0, 1]: 1 when it, or its stem, stands there."""
        found = set(terms(text))
        covered = np.array([1.0 if any(t in found for t in terms(w)) else 0.0 for w in words], np.float32)
        absent = [i for i, c in enumerate(covered) if c == 0.0]
        if absent:
            similar = self._similarity([words[i] for i in absent], content_words(text))
            covered[absent] = np.clip((similar - _UNRELATED) / (_SYNONYM - _UNRELATED), 0.0, 1.0)
        return covered

    def _similarity(self, words: Sequence[str], among: Sequence[str]) -> Vectors:
        """For each word the highest cosine to a word of `among`."""
        if not among:
            return np.zeros(len(words), np.float32)
        best: Vectors = (self._embedded(words) @ self._embedded(among).T).max(axis=1)
        return best

    def _embedded(self, words: Iterable[str]) -> Vectors:
        wanted = list(words)
        if len(self._vectors) > _CACHED_WORDS:
            self._vectors.clear()
        new = [w for w in dict.fromkeys(wanted) if w not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._corpus.embed(new), strict=True))
        return np.stack([self._vectors[w] for w in wanted])
