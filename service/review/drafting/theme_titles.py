"""What the papers of a theme are about and others are not, in their own words: the titles of themes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import log
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.annotate import RhetoricalRole
from service.review.drafting.themes import unit
from service.review.evidence.corpus import Corpus
from service.review.evidence.model import PaperEvidence
from service.text.normal import for_search
from service.text.terms import terms
from service.vocabulary import FUNCTION_WORDS, LIMITERS, NUMBER_WORDS, SCAFFOLDING
from service.vocabulary.function_words import AUXILIARIES, COORDINATORS, PREPOSITIONS, RELATIVE, SUBORDINATORS
from service.vocabulary.words import words

_MOST_WORDS: Final = 3
_IN_TITLE, _IN_CENTRE, _ELSEWHERE = 1.0, 0.7, 0.3  # what a phrase counts in a paper, by where it stands
_ENOUGH: Final = 0.6
"""Share of a theme's papers that are about its title's first phrase: below it a second is added."""
_SECOND: Final = 0.6  # of the first phrase's worth
_ONE_WORD: Final = 0.85  # what a phrase of one word is worth beside one of several
_HOLDERS: Final = 2  # papers of a theme in which a phrase of its title stands
_WORD = re.compile(r"[^\W_](?:[\w'-]*[^\W_])?-?")  # what ends in a hyphen, as "long- and short-run", is no word
_PARTS = re.compile(r"[.,;:?!()\[\]\"“”/=<>]|\s-+\s")
# What can stand before a noun phrase without an article, and what can follow one; "to" may open a verb.
_BEFORE = (PREPOSITIONS | words("and or as")) - words("to")
_AFTER = {""} | (_BEFORE | COORDINATORS | AUXILIARIES | RELATIVE | SUBORDINATORS) - words(
    "that what than do did does how why"
)
_CLOSED = FUNCTION_WORDS | NUMBER_WORDS | LIMITERS
_Key: TypeAlias = tuple[str, ...]
_Floats: TypeAlias = NDArray[np.float64]


def titles(groups: Sequence[Sequence[PaperEvidence]], *, topic: str, corpus: Corpus) -> list[str]:
    """For each theme what its papers are about and others are not, in a phrase of theirs, or two joined by "and".

    A phrase counts by where it stands: in a paper's title, in its sentences on what it does and its last on what came
    of it, or elsewhere, where it may be mentioned by the way; and by how much nearer it is in meaning to the theme's
    papers than to the others. "" where no phrase stands in two of the papers. No phrase is used twice.
    """
    papers = [p for group in groups for p in group]
    phrases = _phrases(papers, topic, corpus)
    homes = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    named: list[str] = []
    taken: set[str] = set()
    for number in range(len(groups)):
        found = _title(phrases, homes == number, taken)
        taken.update(found)
        named.append(" and ".join(found))
    return named


@dataclass(frozen=True, slots=True, eq=False)
class _Phrases:
    """Phrases of some papers: as worded, `keys` of their stems, and what each is worth by itself, in (0, 1].

    `use` (papers, phrases) says where each stands, `near` (papers, phrases) how near it is in meaning.
    """

    worded: Sequence[str]
    keys: Sequence[frozenset[str]]
    weight: _Floats
    use: _Floats
    near: _Floats

    @property
    def single(self) -> NDArray[np.bool_]:
        """Which are of one word."""
        return np.array([len(key) == 1 for key in self.keys], bool)


def _title(phrases: _Phrases, ours: NDArray[np.bool_], taken: Collection[str]) -> list[str]:
    """The best phrase for our papers; a second where few are about the first and it speaks of another of them."""
    use = phrases.use[ours]
    fit = ((use > 0).sum(axis=0) >= _HOLDERS) & np.array([w not in taken for w in phrases.worded], bool)
    central = np.where(phrases.single, _IN_TITLE, _IN_CENTRE)
    worth = np.where(fit & (use >= central).any(axis=0), _worth(phrases, ours, ours), 0.0)
    if not worth.any() or worth.max() <= 0:
        return []
    first = int(worth.argmax())
    left = ours.copy()
    left[ours] = use[:, first] < _IN_CENTRE
    if left.sum() < 2 or left.sum() <= (1 - _ENOUGH) * ours.sum():
        return [phrases.worded[first]]
    apart = np.array([key.isdisjoint(phrases.keys[first]) for key in phrases.keys], bool)
    about = (phrases.use[left] >= central).any(axis=0) & ((use >= _IN_CENTRE).sum(axis=0) >= _HOLDERS)
    second = np.where(fit & apart & about, _worth(phrases, ours, left), 0.0)
    best = int(second.argmax())
    return [phrases.worded[i] for i in (first, *([best] if second[best] > _SECOND * worth[first] else []))]


def _worth(phrases: _Phrases, ours: NDArray[np.bool_], some: NDArray[np.bool_]) -> _Floats:
    """How well each phrase tells `some` of our papers from those that are not ours; 0 where others use it as much."""
    others = ~ours
    use = phrases.use[some].mean(axis=0) - (phrases.use[others].mean(axis=0) if others.any() else 0.0)
    near = phrases.near[some].mean(axis=0) - (phrases.near[others].mean(axis=0) if others.any() else 0.0)
    worth: _Floats = np.where(use > 0, use * phrases.weight + near / 2, 0.0)
    scaled: _Floats = worth * np.where(phrases.single, _ONE_WORD, 1.0)
    return scaled


def _phrases(papers: Sequence[PaperEvidence], topic: str, corpus: Corpus) -> _Phrases:
    """The noun phrases that stand in the titles and abstracts of two papers, but for those that only name the topic."""
    zones = [_Zones.of(paper) for paper in papers]
    spelt: dict[_Key, Counter[str]] = {}
    for abstract in (p.abstract for p in papers):
        heading = list(_read(for_search(abstract.paper.title), before=_BEFORE | {""}))
        body = [found for i in abstract.evidence for found in _read(abstract.sentences[i].search)]
        for key, form in heading + body * len(papers):  # the forms of headings are often capitalised
            spelt.setdefault(key, Counter())[form] += 1
    known = set(terms(topic))
    worded = {key: max((n, w) for w, n in counts.items())[1] for key, counts in sorted(spelt.items())}
    telling = [key for key, text in worded.items() if not _is_empty(key, text, known)]
    all_uses = {key: [zone.use(frozenset(key)) for zone in zones] for key in telling}
    uses = {k: use for k, use in all_uses.items() if max(use) >= _IN_CENTRE and sum(map(bool, use)) >= _HOLDERS}
    held = [worded[key] for key in uses]
    shape = (len(papers), len(uses))
    return _Phrases(
        held,
        [frozenset(key) for key in uses],
        np.array([_rarity(key, corpus) for key in uses], np.float64),
        np.array(list(uses.values()), np.float64).T.reshape(shape),
        _nearness(papers, corpus.embed(held)) if held else np.zeros(shape),
    )


def _is_empty(key: _Key, text: str, known: Collection[str]) -> bool:
    """Whether a phrase only names the topic, or only words in which papers report."""
    return set(key) <= set(known) or SCAFFOLDING.issuperset(text.casefold().split())


def _nearness(papers: Sequence[PaperEvidence], vectors: NDArray[np.float32]) -> _Floats:
    """(papers, phrases) cosines, less what all papers share."""
    means = unit(np.stack([p.vectors.mean(axis=0) for p in papers]))
    near: _Floats = unit(means - means.mean(axis=0)) @ unit(vectors).T
    return near


def _rarity(key: _Key, corpus: Corpus) -> float:
    """How rare a phrase's terms are in the library on average, in [0, 1]; 1 for one that no paper holds."""
    count = corpus.count() + 1
    return sum(log(count / (corpus.document_frequency(term) + 1)) for term in key) / (len(key) * log(count))


@dataclass(frozen=True, slots=True)
class _Zones:
    """A paper's terms by where they stand: in its title, in a sentence that says what it is about, in any other."""

    title: frozenset[str]
    centre: tuple[frozenset[str], ...]
    rest: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, paper: PaperEvidence) -> _Zones:
        abstract = paper.abstract
        role = {i: abstract.sentences[i].role for i in abstract.evidence}
        results = [i for i in role if role[i] == RhetoricalRole.RESULT]
        central = {*results[-1:], *(i for i in role if role[i] == RhetoricalRole.APPROACH)}
        held = {i: frozenset(abstract.sentences[i].terms) for i in role}
        return cls(
            frozenset(abstract.title_terms),
            tuple(held[i] for i in held if i in central),
            tuple(held[i] for i in held if i not in central),
        )

    def use(self, key: frozenset[str]) -> float:
        """What a phrase counts in this paper, in [0, 1]; its words may stand apart."""
        if key <= self.title:
            return _IN_TITLE
        if any(key <= held for held in self.centre):
            return _IN_CENTRE
        return _ELSEWHERE if any(key <= held for held in self.rest) else 0.0


def _read(text: str, *, before: Collection[str] = _BEFORE) -> Iterator[tuple[_Key, str]]:
    """Every run of one to three content words that stands as a noun phrase: by stems, and as written.

    It stands behind one of `before` and before a preposition, a conjunction or punctuation, and does not end like a
    verb or an adverb. A single word before a conjunction may be an adjective.
    """
    for part in _PARTS.split(text):
        spelt = _WORD.findall(part)
        low = ["", *(w.casefold() for w in spelt), ""]
        for start, size in product(range(len(spelt)), range(1, _MOST_WORDS + 1)):
            phrase = spelt[start : start + size]
            after = low[min(start + size + 1, len(low) - 1)]
            if len(phrase) < size or low[start] not in before or after not in _AFTER:
                continue
            if any(w.casefold() in _CLOSED or w[0].isdigit() or w[-1] == "-" for w in phrase):
                continue
            may_be_adjective = size == 1 and after in COORDINATORS
            noun = not phrase[-1].endswith(("ed", "ly")) and not phrase[0].endswith("ly") and len("".join(phrase)) > 3
            if noun and not may_be_adjective:
                yield tuple(map(_stem, phrase)), " ".join(phrase)


def _stem(word: str) -> str:
    return next(iter(terms(word)), word.casefold())
