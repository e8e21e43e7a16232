"""How much a word of a question tells, and how far a text covers a question's words: the one idf."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.annotate import AnnotatedAbstract
from service.review.evidence.corpus import Corpus
from service.review.question.content import content_words
from service.text.terms import terms
from service.vocabulary import SCAFFOLDING

_ASKING: Final = 0.3
"""What a word of asking or reporting ("studies", "report") weighs beside one of the subject."""
_LEAST_STEM: Final = 5
_SAME_FAMILY: Final = 0.6
"""Of a word that the other one begins with: "treat" and "treatment" are of one family."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A question's content word: `terms` any of which covers it, and its weight in (0, 1], 1 for a word in no paper."""

    word: str
    terms: frozenset[str]
    weight: float


def word_weight(papers: int, count: int) -> float:
    """The root of the inverse document frequency, scaled to (0, 1]: 1 for a word in none of `count` papers.

    The root, because what a near miss asks for is as often a common word of the field ("AUC", "dose") as a rare one:
    on bench/answerability.py's choosing half two coverages let .20 of near misses through with it, .22 without.
    """
    return math.sqrt(max(math.log((count + 1) / (papers + 0.5)) / math.log((count + 1) / 0.5), 0.02))


def weighted_words(corpus: Corpus, text: str) -> tuple[Weighted, ...]:
    """The content words of a text with their weights, in order."""
    count = max(corpus.count(), 1)
    found: list[Weighted] = []
    for word in content_words(text):
        alternatives = frozenset(terms(word))
        if not alternatives:
            continue
        papers = min(corpus.document_frequency(t) for t in alternatives)
        weight = word_weight(papers, count) * (_ASKING if word.casefold() in SCAFFOLDING else 1.0)
        found.append(Weighted(word, alternatives, weight))
    return tuple(found)


def covered(words: Sequence[Weighted], held: Collection[str]) -> NDArray[np.float32]:
    """For each word 1 where a text's terms hold it or a word of its family, else 0."""
    return np.array([float(_holds(word.terms, held)) for word in words], np.float32)


def held_terms(abstract: AnnotatedAbstract) -> frozenset[str]:
    """Every search term of a paper's title and abstract."""
    return frozenset(abstract.title_terms).union(*(s.terms for s in abstract.sentences))


def share(words: Sequence[Weighted], covers: NDArray[np.float32]) -> float:
    """The share of the words' weight that is covered, in [0, 1]; 1 for no words."""
    total = sum(w.weight for w in words)
    return float(sum(w.weight * c for w, c in zip(words, covers, strict=True))) / total if total else 1.0


def _holds(wanted: Iterable[str], held: Collection[str]) -> bool:
    return any(t in held or (len(t) >= _LEAST_STEM and any(_one_family(t, h) for h in held)) for t in wanted)


def _one_family(one: str, other: str) -> bool:
    """Whether one stem begins with the other: "treat" and "treatment", "diabet" and "diabetic"."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return len(short) >= _LEAST_STEM and long.startswith(short) and len(short) >= _SAME_FAMILY * len(long)
