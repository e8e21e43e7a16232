"""What was tried for search and not kept, beside what was (docs/adr/0008).

    python bench/alternatives.py [--collection scifact]... [--cache DIR] [--data ../shared/data]

Over whole collections at once, without an index: words (exact BM25) and chunks (exact cosine). Sentence vectors are
left out, so that LitSearch, which is run only when named, needs no more vectors than its chunks. `--cache` is that of
bench/retrieval.py.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from bm25 import Bm25
from corpora import DATA, Collection, read
from measures import MEASURES
from numpy.typing import NDArray
from retrieval import line
from shelf import CACHE, Remembering, VectorCache

from service.annotate.names import mentioned_names
from service.index.embedding import Embedder, load_embedder
from service.index.subject import subject
from service.settings import Settings
from service.text.sentences import split_sentences
from service.text.terms import STOP_TERMS, terms

Matrix = NDArray[np.float32]
"""(queries, papers): higher is better."""
_DEPTH = 60
_WORDS = 0.6


class Trial:
    """One collection's scores by words and by meaning, and how they may be put together."""

    def __init__(self, collection: Collection, chunks: VectorCache, embedder: Embedder) -> None:
        self.collection = collection
        self.embedder = embedder
        self.ids = list(collection.papers)
        self.asked = [subject(q) for q in collection.queries.values()]
        self.terms = {p: (content(x.title), content(x.abstract)) for p, x in collection.papers.items()}
        self._units = np.concatenate([chunks.held[p] for p in self.ids]).astype(np.float32)
        self._starts = np.cumsum([0] + [len(chunks.held[p]) for p in self.ids[:-1]])
        means = np.stack([chunks.held[p].astype(np.float32).mean(axis=0) for p in self.ids])
        self.means = means / np.linalg.norm(means, axis=1, keepdims=True)
        self.bm25 = self.index(titles=3)
        self.meaning = self.cosines(self.asked)
        self.words = self.shares(self.bm25)
        self.base = self.meaning + _WORDS * self.words

    def index(self, *, titles: int) -> Bm25:
        return Bm25([Counter(titles * title + abstract) for title, abstract in self.terms.values()])

    def cosines(self, texts: list[str]) -> Matrix:
        """Each paper's best chunk."""
        vectors = self.embedder.embed(texts)
        return np.stack([np.maximum.reduceat(self._units @ v, self._starts) for v in vectors])

    def shares(self, bm25: Bm25, *, repeats: bool = True) -> Matrix:
        rows = []
        for text in self.asked:
            counts = Counter(content(text))
            weights = {t: float(c) if repeats else 1.0 for t, c in counts.items()}
            rows.append(bm25.scores(weights) / bm25.ceiling(weights))
        return np.stack(rows)

    def show(self, name: str, scores: Matrix | list[list[int]]) -> None:
        rows = scores if isinstance(scores, list) else [best(row) for row in scores]
        rankings = [[self.ids[i] for i in row] for row in rows]
        wide = f"  S-recall@20 {self.breadth(rankings):.4f}" if self.collection.name == "deepscholar" else ""
        print(line(name, rankings, self.collection, MEASURES[self.collection.name]) + wide, flush=True)

    def breadth(self, rankings: list[list[str]]) -> float:
        """Subtopic recall (Zhai et al. 2003): of the themes among what answers a query, the share in the first 20.

        Themes are average-link clusters of the papers' mean vectors, as a draft's are (service/review/themes.py).
        """
        places = {paper: number for number, paper in enumerate(self.ids)}
        reached = []
        for query, ranked in zip(self.collection.queries, rankings, strict=True):
            gold = [p for p in self.collection.gold[query] if p in places]
            found = set(ranked[:20])
            themes = clusters(self.means[[places[p] for p in gold]])
            reached.append(np.mean([any(gold[i] in found for i in theme) for theme in themes]))
        return float(np.mean(reached))


def clusters(vectors: Matrix) -> list[list[int]]:
    """Joined until no two are alike: mean cosine under .45."""
    similarity = vectors @ vectors.T
    found = [[i] for i in range(len(vectors))]
    while len(found) > 1:
        pairs = [(i, j) for i in range(len(found)) for j in range(i)]
        means = [float(similarity[np.ix_(found[i], found[j])].mean()) for i, j in pairs]
        if max(means) < 0.45:
            break
        i, j = pairs[int(np.argmax(means))]
        found[j] += found.pop(i)
    return found


def content(text: str) -> list[str]:
    found = terms(text)
    return [t for t in found if t not in STOP_TERMS] or found


def best(scores: NDArray[np.float32], k: int = _DEPTH) -> list[int]:
    first = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
    return [int(i) for i in first[np.argsort(-scores[first], kind="stable")]]


def fusions(trial: Trial) -> Iterator[tuple[str, Matrix]]:
    """Other ways to put words and meaning on one scale."""

    def min_max(scores: Matrix, low: Matrix | float) -> Matrix:
        return np.clip((scores - low) / (scores.max(axis=1, keepdims=True) - low), 0, 1)

    def z_score(scores: Matrix) -> Matrix:
        return (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)

    meaning, words = trial.meaning, trial.words
    lowest = np.stack([row[best(row, 500)[-1:]] for row in meaning])
    for weight in (0.3, 0.4, 0.5):
        yield f"min-max, words {weight}", (1 - weight) * min_max(meaning, lowest) + weight * min_max(words, 0.0)
    for weight in (0.2, 0.3, 0.4):
        yield f"z-score, words {weight}", (1 - weight) * z_score(meaning) + weight * z_score(words)
    ranks = [np.argsort(np.argsort(-scores, axis=1), axis=1) for scores in (meaning, words)]
    yield "reciprocal ranks, k 20", np.sum([1 / (20.0 + rank) for rank in ranks], axis=0, dtype=np.float32)
    names = np.array([[min(2, len(mentioned_names(text)))] for text in trial.asked], np.float32)
    yield "more words where named", meaning + (_WORDS - 0.1 + 0.15 * names) * words


def wordings(trial: Trial) -> Iterator[tuple[str, Matrix]]:
    """Other searches by words; each fused as shipped."""

    def with_words(words: Matrix) -> Matrix:
        return trial.meaning + _WORDS * words

    for titles in (1, 2, 4):
        yield f"titles x{titles}", with_words(trial.shares(trial.index(titles=titles)))
    yield "repeats count once", with_words(trial.shares(trial.bm25, repeats=False))
    for documents, kept, share in ((5, 20, 0.3), (10, 10, 0.2)):
        rows = []
        for text, scores in zip(trial.asked, trial.words, strict=True):
            counts = Counter(content(text))
            weights = {t: (1 - share) * c / counts.total() for t, c in counts.items()}
            for term, weight in trial.bm25.relevance_model(scores, documents=documents, kept=kept).items():
                weights[term] = weights.get(term, 0.0) + share * weight
            rows.append(trial.bm25.scores(weights) / trial.bm25.ceiling(weights))
        yield f"RM3, {kept} terms of {documents}", with_words(np.stack(rows))
    pairs = Bm25([Counter(_pairs(title) * 3 + _pairs(abstract)) for title, abstract in trial.terms.values()])
    rows = [pairs.scores(Counter(_pairs(content(t)))) / pairs.ceiling(Counter(_pairs(content(t)))) for t in trial.asked]
    for weight in (0.1, 0.25):
        yield f"and pairs of words, {weight}", trial.base + np.float32(weight) * np.stack(rows)


def meanings(trial: Trial) -> Iterator[tuple[str, Matrix]]:
    """Other searches by meaning; each fused as shipped."""
    originals = list(trial.collection.queries.values())
    yield "embedded as asked", trial.cosines(originals) + _WORDS * trial.words
    titles = trial.embedder.embed([trial.collection.papers[p].title for p in trial.ids]) if _few(trial) else None
    if titles is not None:
        cosines = trial.embedder.embed(trial.asked) @ titles.T
        yield "and titles alone, .2", 0.8 * trial.meaning + 0.2 * cosines + _WORDS * trial.words
        sentences = [[t[s.start : s.end] for s in split_sentences(t)] or [t] for t in trial.asked]
        means = np.stack([trial.cosines(of).mean(axis=0) for of in sentences])
        yield "query by its sentences", means + _WORDS * trial.words
        yield "query whole, and sentences", 0.5 * (means + trial.meaning) + _WORDS * trial.words


def orders(trial: Trial) -> Iterator[tuple[str, list[list[int]]]]:
    """Other orders of what was found."""
    for least in (0.97, 0.93):
        yield f"one of near-equals, {least}", [_collapsed(trial.means, best(row), least) for row in trial.base]
    for relevance in (0.95, 0.9, 0.8, 0.7):
        yield f"MMR, lambda {relevance}", [_mmr(trial.means, row, relevance) for row in trial.base]


def _few(trial: Trial) -> bool:
    return len(trial.ids) < 10_000


def _pairs(of: list[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(of)]


def _collapsed(vectors: Matrix, ranked: list[int], least: float) -> list[int]:
    kept: list[int] = []
    for number in ranked:
        if not kept or (vectors[kept] @ vectors[number]).max() < least:
            kept.append(number)
    return kept


def _mmr(vectors: Matrix, scores: NDArray[np.float32], relevance: float) -> list[int]:
    """Carbonell & Goldstein (1998), over the first candidates."""
    left = best(scores)
    kept: list[int] = []
    nearest = np.zeros(len(left), np.float32)
    while left:
        place = int(np.argmax(relevance * scores[left] - (1 - relevance) * nearest))
        chosen = left.pop(place)
        kept.append(chosen)
        nearest = np.maximum(np.delete(nearest, place), vectors[left] @ vectors[chosen])
    return kept


GROUPS: tuple[Callable[[Trial], Iterator[tuple[str, Matrix | list[list[int]]]]], ...] = (
    fusions,
    wordings,
    meanings,
    orders,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collection", action="append", choices=list(MEASURES))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=CACHE)
    options = parser.parse_args()
    if not options.data.exists():
        print(f"skipped: no collections at {options.data}")
        return
    embedder = Remembering(load_embedder(Settings()))
    for name in options.collection or ("scifact", "deepscholar"):
        collection = read(name, options.data)
        chunks = VectorCache(options.cache, name, "chunks")
        chunks.fill(collection.papers.values())
        trial = Trial(collection, chunks, embedder)
        print(f"\n{name}: {len(collection.papers):,} papers, {len(collection.queries)} queries")
        trial.show("WORDS, CHUNKS (as shipped)", trial.base)
        for group in GROUPS:
            for variant, scores in group(trial):
                trial.show(variant, scores)


if __name__ == "__main__":
    main()
