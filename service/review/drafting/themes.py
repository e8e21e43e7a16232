"""Papers -> themes: groups of like papers, with a title where most of them hold a phrase that few others do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import log
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.annotate import AnnotatedAbstract
from service.review.evidence.model import PaperEvidence
from service.review.evidence.weights import held_terms
from service.text.normal import for_search
from service.text.terms import STOP_TERMS, terms
from service.vocabulary import FUNCTION_WORDS, LIMITERS, NUMBER_WORDS
from service.vocabulary.function_words import AUXILIARIES, COORDINATORS, PREPOSITIONS, RELATIVE, SUBORDINATORS
from service.vocabulary.words import words

MOST_IN_GROUP: Final = 7  # papers: a longer paragraph is no longer one
_PAPERS_A_GROUP: Final = 4  # on average
_MOST_WORDS: Final = 3
_LEAST_SHARE: Final = 0.5  # more than this share of a group's papers hold its title
_LEAST_HOLDERS: Final = 2  # of a title that only one of them uses as a noun phrase without an article
_LEAST_LIFT: Final = 3.0  # how much oftener they hold it than the library's papers do, by its rarest word
_ONE_WORD: Final = 0.6  # what a title of one word is worth beside one of several
_WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?")
_PARTS = re.compile(r"[.,;:?!()\[\]\"“”/=<>]|\s-+\s")
# What can stand before a noun phrase without an article, and what can follow one; "to" may open a verb.
_BEFORE = (PREPOSITIONS | words("and or as")) - words("to")
_AFTER = {""} | (_BEFORE | COORDINATORS | AUXILIARIES | RELATIVE | SUBORDINATORS) - words(
    "that what than do did does how why"
)
_CLOSED = FUNCTION_WORDS | NUMBER_WORDS | LIMITERS
_Key: TypeAlias = tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class _Phrases:
    """A paper's phrases by stems: all, those of its title, and how often each is a noun phrase, as worded."""

    held: frozenset[_Key]
    heading: frozenset[_Key]
    bare: Counter[tuple[_Key, str]]


def titles(
    groups: Sequence[Sequence[AnnotatedAbstract]], *, topic: str, frequency: Callable[[str], int], papers: int
) -> list[str]:
    """For each group the phrase that tells it apart best from the others; "" rather than a weak one.

    `frequency` counts those of the library's `papers` that hold a term. No two groups share a title.
    """
    phrases = [[_phrases(abstract) for abstract in group] for group in groups]
    known = set(terms(topic))
    found: dict[_Key, str] = {}
    named: list[str] = []
    for ours in phrases:
        theirs = [p for others in phrases if others is not ours for p in others]
        spelt = sum((p.bare for p in ours), Counter[tuple[_Key, str]]())
        keys = sorted({key for key, _ in spelt if key not in found and not known.issuperset(key)})
        worth = {key: _worth(key, ours, theirs, frequency, papers) for key in keys}
        best = max(worth, key=lambda key: worth[key], default=())
        if worth.get(best):
            found[best] = max((n, worded) for (key, worded), n in spelt.items() if key == best)[1]
        named.append(found[best] if worth.get(best) else "")
    return named


def _worth(
    key: _Key, ours: Sequence[_Phrases], theirs: Sequence[_Phrases], frequency: Callable[[str], int], papers: int
) -> float:
    """How well a phrase tells our papers apart; 0 where it is not fit, as a word that heads few of them."""
    holders = sum(key in p.held for p in ours)
    share, elsewhere = holders / len(ours), sum(key in p.held for p in theirs) / max(len(theirs), 1)
    if share <= _LEAST_SHARE or elsewhere > share / 2:
        return 0.0
    if len(key) == 1 and sum(key in p.heading for p in ours) <= len(ours) / 2:
        return 0.0
    if holders <= _LEAST_HOLDERS and sum(any(key == k for k, _ in p.bare) for p in ours) < _LEAST_HOLDERS:
        return 0.0
    others = max(papers - len(ours), 1)
    rates = [max(frequency(t) - sum(any(t in k for k in p.held) for p in ours), 0) / others for t in key]
    if share < _LEAST_LIFT * min(rates):
        return 0.0
    rarity = sum(-log((rate * others + 1) / (others + 1)) for rate in rates) / len(rates)
    return (share - elsewhere) * rarity * (_ONE_WORD if len(key) == 1 else 1.0)


def _phrases(abstract: AnnotatedAbstract) -> _Phrases:
    read = [phrase for i in abstract.evidence for phrase in _read(abstract.sentences[i].search)]
    heading = frozenset(key for key, _, _ in _read(for_search(abstract.paper.title)))
    bare = Counter((key, worded) for key, worded, alone in read if alone)
    return _Phrases(heading.union(key for key, _, _ in read), heading, bare)


def _read(text: str) -> Iterator[tuple[_Key, str, bool]]:
    """Every run of one to three content words: by stems, as written, and whether it stands as a noun phrase.

    It does where prepositions, conjunctions or punctuation enclose it and it does not end like a verb or an adverb.
    """
    for part in _PARTS.split(text):
        spelt = _WORD.findall(part)
        low = ["", *(w.casefold() for w in spelt), ""]
        for start, size in product(range(len(spelt)), range(1, _MOST_WORDS + 1)):
            phrase = spelt[start : start + size]
            if len(phrase) < size or any(w.casefold() in _CLOSED or w[0].isdigit() for w in phrase):
                continue
            enclosed = low[start] in _BEFORE and low[start + size + 1] in _AFTER
            noun = not phrase[-1].endswith(("ed", "ly")) and not phrase[0].endswith("ly") and len("".join(phrase)) > 3
            yield tuple(map(_stem, phrase)), " ".join(phrase), enclosed and noun


def _stem(word: str) -> str:
    return next(iter(terms(word)), word.casefold())
