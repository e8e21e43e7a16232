"""Papers -> themes: average-link clusters of their vectors, each labelled by a phrase its papers share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from service.records import Paper
from service.review.corpus import Corpus, Vectors
from service.review.plan import SCAFFOLD
from service.text.names import looks_like_name
from service.text.normal import for_search
from service.text.terms import terms

_LEAST_SIMILARITY = 0.45  # clusters further apart than this are not joined unless there are too many
_MOST_THEMES = 5
_PHRASE = re.compile(r"[A-Za-z][A-Za-z\-]*[A-Za-z]")
_WEAK = frozenset(
    """achieve achieving also approaches available based benchmark benchmarks better code demonstrate demonstrates
    effective effectively effectiveness efficient existing experiments extensive first framework frameworks
    further generate however improve improves improving including introduce large leading learn method methods
    model models multiple novel outperforms performance previous problem problems propose provide recent remain
    results show shows significant significantly simple specifically state-of-the-art strong such task tasks
    technique towards training various while work works yet furthermore moreover addition additionally paper
    present presents study studies language data high thus due without within rather often many most new used
    using uses across different well several common current often end enable enables enabling enhance enhancing
    limited leads lead important key main order set challenge challenges address addressing capabilities ability
    impressive process quality""".split()
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Papers that belong together, best first as they came in, and a phrase for what they share ("" for none)."""

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
    counts = Counter(stem for p in inside for stem in _phrases(p))
    elsewhere = Counter(stem for p in outside for stem in _phrases(p))
    titled = Counter(stem for p in inside for stem in _phrases(p, title_only=True))
    surfaces = Counter(surface for p in inside for surface in _phrases(p).values())
    known = set(terms(topic))

    def merit(stem: str) -> float:
        words = stem.split()
        share = (counts[stem] + titled[stem]) / len(inside)
        other = elsewhere[stem] / max(len(outside), 1)
        stale = sum(w in used or w in known for w in words) / len(words)
        return share * (1.0 + 0.5 * math.log(len(words))) - other - 0.5 * stale

    least = 1 if len(inside) == 1 else 2
    candidates = [stem for stem, n in counts.items() if n >= least and (" " in stem or titled[stem] > len(inside) / 2)]
    if not candidates:
        return ""
    best = max(sorted(candidates), key=merit)
    used.update(best.split())
    forms = {s for p in inside for stem, s in _phrases(p).items() if stem == best}
    return max(sorted(forms), key=lambda form: (form.endswith("s") and not form.endswith("ss"), surfaces[form]))


def _is_weak(phrase: str) -> bool:
    """A phrase that starts or ends in a word any paper uses, or that ends in no noun."""
    words = phrase.split()
    if len(words) == 1 and len(phrase) < 7:
        return True
    return (
        words[0] in _WEAK
        or words[-1] in _WEAK - {"training", "learning"}
        or words[-1].endswith(("ly", "ed", "ive", "al", "ous", "ful"))
    )


@lru_cache(maxsize=4096)
def _phrases(paper: Paper, *, title_only: bool = False) -> dict[str, str]:
    """Runs of one to three content words of a paper: stemmed -> as written, case-folded. Weak ones are left out."""
    text = paper.title if title_only else f"{paper.title} . {paper.abstract}"
    phrases: dict[str, str] = {}
    for piece in re.split(r"[.,;:()?!\"]", for_search(text)):
        run: list[str] = []
        for word in [*_PHRASE.findall(piece), "the"]:
            folded = word.casefold()
            if folded not in SCAFFOLD and not looks_like_name(word):
                run.append(folded)
                continue
            for n in (1, 2, 3):
                for start in range(len(run) - n + 1):
                    phrase = " ".join(run[start : start + n])
                    if not _is_weak(phrase):
                        phrases[" ".join(map(_stem, phrase.split()))] = phrase
            run = []
    return phrases


def _stem(word: str) -> str:
    return terms(word)[0] if terms(word) else word
