"""How much of a question's content a paper speaks of: by words, and by words that mean nearly the same.

A sentence embedding alone says "related"; it cannot tell a question about the yield of a chip from one about
instruction tuning that shares a word. So each content word is looked up in the paper's own words, and a word
that is not there counts only as far as the paper has one close in meaning.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np

from service.annotate.names import is_acronym, spells_out, tokens
from service.records import Paper
from service.review.corpus import Corpus, Vectors
from service.review.plan import SCAFFOLD
from service.text.terms import terms

# Cosine of two single words under MiniLM: unrelated pairs lie below .45, near-synonyms above .75.
_UNRELATED = 0.45
_SYNONYM = 0.75
_ABSENT = 0.20  # a word covered less than this is not there
_ESSENTIAL = 0.10  # cosine distance by which leaving out a word must turn a text; measured on eval/cases
_PLURAL_ACRONYM = re.compile(r"[A-Z][A-Z\d]+s")  # folded, "GPUs" would not meet the term "gpu"
_CACHED_WORDS = 50_000


def content_words(text: str) -> tuple[str, ...]:
    """Words of a text that carry content, case-folded, acronyms in the singular, once each, in order."""
    folded = ((t[:-1] if _PLURAL_ACRONYM.fullmatch(t) else t).casefold() for t in tokens(text))
    return tuple(dict.fromkeys(w for w in folded if w not in SCAFFOLD and (len(w) > 1 or w.isdigit())))


class Coverage:
    """Looks up content words in papers. Keeps word vectors, so that the next question is quicker."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._vectors: dict[str, Vectors] = {}

    def weight(self, word: str) -> float:
        """Inverse document frequency scaled to (0, 1] and squared: rare words matter more; 1 if absent."""
        n = max(self._corpus.count(), 1)
        frequency = min((self._corpus.document_frequency(t) for t in terms(word)), default=0)
        return max(math.log((n + 1) / (frequency + 0.5)) / math.log((n + 1) / 0.5), 0.05) ** 2

    def share(self, words: Sequence[str], paper: Paper) -> float:
        """Weighted share of the words that the paper's title and abstract cover, in [0, 1]; 1 for no words."""
        if not words:
            return 1.0
        weights = np.array([self.weight(w) for w in words])
        return float(weights @ self.covers(words, f"{paper.title}. {paper.abstract}") / weights.sum())

    def essential_absent(self, text: str, words: Sequence[str], papers: Sequence[Paper]) -> tuple[str, ...]:
        """Words that carry much of the text's meaning and that none of the papers covers.

        How much a word carries is how far the text's vector turns when the word is left out: "watermark" in
        "which papers detect a watermark" turns it far, "manage" in "which methods manage without labels" hardly.
        """
        if not words or not papers:
            return ()
        covered = np.max([self.covers(words, f"{p.title}. {p.abstract}") for p in papers], axis=0)
        absent = [w for w, c in zip(words, covered, strict=True) if c < _ABSENT]
        if not absent:
            return ()
        without = [re.sub(rf"(?<!\w){re.escape(w)}(?!\w)", " ", text, flags=re.IGNORECASE) for w in absent]
        vectors = self._corpus.embed([text, *without])
        turned = 1.0 - vectors[1:] @ vectors[0]
        return tuple(w for w, t in zip(absent, turned, strict=True) if t >= _ESSENTIAL)

    def covers(self, words: Sequence[str], text: str) -> Vectors:
        """For each word how far the text covers it, in [0, 1]: 1 when it, or its stem, stands there."""
        found = set(terms(text))
        covered = np.array([float(_stands(w, found, text)) for w in words], np.float32)
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


def _stands(word: str, found: set[str], text: str) -> bool:
    """Whether a word, a stem of it, or what a generic acronym abbreviates stands in the text."""
    return any(t in found for t in terms(word)) or (is_acronym(word) and spells_out(text, word))
