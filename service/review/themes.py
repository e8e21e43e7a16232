"""Papers -> themes: average-link clusters of their vectors, each labelled by a phrase its papers share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.records import Paper
from service.review.corpus import Corpus, Vectors
from service.review.plan import SCAFFOLD
from service.text.normal import for_search

_LEAST_SIMILARITY = 0.45  # clusters further apart than this are not joined unless there are too many
_MOST_THEMES = 5
_PHRASE = re.compile(r"[A-Za-z][A-Za-z\-]*[A-Za-z]")
_WEAK = frozenset(
    """achieve achieving also approaches available based benchmark benchmarks better code demonstrate demonstrates effective
    effectively effectiveness efficient existing experiments extensive first framework frameworks further generate
    however improve improves improving including introduce large leading learn method methods model models multiple
    novel outperforms performance previous problem problems propose provide recent remain results show shows significant
    significantly simple specifically state-of-the-art strong such task tasks technique towards training various while
    work works yet furthermore moreover addition additionally paper present presents study studies language data high
    thus due without within rather often many most new used using uses across different well several common current
    often end enable enables enabling enhance enhancing limited leads lead important key main order set challenge
    challenges address addressing capabilities ability impressive process quality""".split()
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Papers that belong together, best first as they came in, and a phrase for what they share."""

    label: str
    papers: tuple[Paper, ...]


def themes(corpus: Corpus, papers: Sequence[Paper], topic: str) -> list[Theme]:
    """At most five themes, largest first; the first paper's theme wins ties. `papers` come best first."""
    groups = _clusters(_paper_vectors(corpus, papers), most=_theme_limit(len(papers)))
    groups.sort(key=lambda g: (-len(g), g[0]))
    used: set[str] = set()
    found: list[Theme] = []
    for group in groups:
        inside = [papers[i] for i in group]
        label = _label(inside, [p for i, p in enumerate(papers) if i not in group], topic, used)
        used.update(label.split())
        found.append(Theme(label, tuple(inside)))
    return found


def _theme_limit(papers: int) -> int:
    return max(1, min(_MOST_THEMES, round(papers / 3)))


def _paper_vectors(corpus: Corpus, papers: Sequence[Paper]) -> Vectors:
    rows = [s.vectors.mean(axis=0) for s in corpus.sentences(papers)]
    stacked = np.stack(rows)
    unit: Vectors = stacked / np.linalg.norm(stacked, axis=1, keepdims=True)
    return unit


def _clusters(vectors: Vectors, *, most: int) -> list[list[int]]:
    """Average-link agglomeration down to at most `most` clusters, and further while two are alike."""
    similarity = vectors @ vectors.T
    clusters = [[i] for i in range(len(vectors))]
    while len(clusters) > 1:
        pairs = [(i, j) for i in range(len(clusters)) for j in range(i + 1, len(clusters))]
        i, j = max(pairs, key=lambda pair: float(similarity[np.ix_(clusters[pair[0]], clusters[pair[1]])].mean()))
        alike = float(similarity[np.ix_(clusters[i], clusters[j])].mean())
        if len(clusters) <= most and alike < _LEAST_SIMILARITY + 0.2:
            break
        clusters[i] = sorted(clusters[i] + clusters.pop(j))
    return clusters


def _label(inside: Sequence[Paper], outside: Sequence[Paper], topic: str, used: set[str]) -> str:
    """The one- to three-word phrase most of the theme's papers use and few others do."""
    counts: Counter[str] = Counter()
    for paper in inside:
        counts.update(_phrases(paper))
    elsewhere: Counter[str] = Counter()
    for paper in outside:
        elsewhere.update(_phrases(paper))
    in_titles = [set(_phrases(p, title_only=True)) for p in inside]

    def merit(phrase: str) -> float:
        share = counts[phrase] / len(inside)
        other = elsewhere[phrase] / max(len(outside), 1)
        length = len(phrase.split())
        titled = sum(phrase in t for t in in_titles) / len(inside)
        seen = sum(w in used for w in phrase.split()) / length
        return share * (1.0 + titled) * (1.0 + 0.5 * math.log(length + 1)) - other - 0.3 * seen

    least = 1 if len(inside) == 1 else 2
    candidates = [p for p, n in counts.items() if n >= least and not _is_weak(p)]
    return max(sorted(candidates), key=merit) if candidates else topic


def _is_weak(phrase: str) -> bool:
    words = phrase.split()
    return words[0] in _WEAK | {"large"} or words[-1] in _WEAK - {"training", "learning"} or len(phrase) < 5


def _phrases(paper: Paper, *, title_only: bool = False) -> set[str]:
    """Runs of one to three content words of a paper, case-folded."""
    text = paper.title if title_only else f"{paper.title} . {paper.abstract}"
    phrases: set[str] = set()
    for piece in re.split(r"[.,;:()?!\"]", for_search(text)):
        run: list[str] = []
        for word in [*_PHRASE.findall(piece), "the"]:
            folded = word.casefold()
            if folded in SCAFFOLD:
                phrases |= {" ".join(run[i : i + n]) for n in (1, 2, 3) for i in range(len(run) - n + 1)}
                run = []
            else:
                run.append(folded)
    return phrases
