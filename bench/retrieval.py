"""nDCG@10 of words, meaning and both on SciFact's development queries, and how often the quote is evidence.

    python bench/retrieval.py [--corpus ../shared/data/scifact] [--cache FILE.npz]

The real retriever and word index run over vectors held in memory and searched exactly. The first run embeds
5,183 abstracts and their sentences (minutes); `--cache` keeps the vectors for the next.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.catalog import Units
from service.index.chunking import Chunker
from service.index.embedding import load_embedder
from service.index.retrieval import Retriever
from service.index.words import WordIndex
from service.records import Filters, Paper, Span
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

Vectors = NDArray[np.float32]


@dataclass
class Shelf:
    """A catalog and a vector index in memory."""

    papers: dict[str, Paper]
    chunk_units: dict[str, Units]
    sentence_units: dict[str, Units]

    def __post_init__(self) -> None:
        held = [
            (p, i, v) for p, u in self.chunk_units.items() if u.vectors is not None for i, v in enumerate(u.vectors)
        ]
        self.chunk_ids = [f"{p}:{i}" for p, i, _ in held]
        self.matrix = np.stack([v for _, _, v in held])

    def count(self) -> int:
        return len(self.papers)

    def papers_by_id(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        return {p: self.papers[p] for p in paper_ids}

    def matching(self, filters: Filters, among: Iterable[str] | None = None) -> frozenset[str]:
        return frozenset(filters.paper_ids or (self.papers if among is None else among))

    def chunks(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return {p: self.chunk_units[p] for p in paper_ids}

    def sentences(self, paper_ids: Iterable[str]) -> dict[str, Units]:
        return {p: self.sentence_units[p] for p in paper_ids}

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        cosines = self.matrix @ vector
        return [(self.chunk_ids[i], float(cosines[i])) for i in np.argsort(-cosines)[:n]]


class Nothing:
    """An index that finds nothing: switches one half of the hybrid off."""

    def query(self, _vector: Vectors, _n: int) -> list[tuple[str, float]]:
        return []

    def search(self, _query_terms: Sequence[str], _n: int) -> list[tuple[str, float]]:
        return []

    def doc_freq(self, _term: str) -> int:
        return 0


def shelve(papers: list[Paper], cache: Path | None) -> Shelf:
    """Chunk and embed, or take the vectors from the cache when it fits."""
    chunker, embedder = Chunker(), load_embedder(Settings())
    spans = {
        kind: [[Span(u.start, u.end) for u in cut(paper)] for paper in papers]
        for kind, cut in (("chunks", chunker.chunks), ("sentences", chunker.sentences))
    }
    vectors: dict[str, Vectors] = {}
    if cache is not None and cache.exists():
        vectors = dict(np.load(cache))
    for kind, lists in spans.items():
        count = sum(map(len, lists))
        if kind not in vectors or len(vectors[kind]) != count:
            texts = [
                chunker.context(p, p.abstract[s.start : s.end]) for p, of in zip(papers, lists, strict=True) for s in of
            ]
            started = time.perf_counter()
            vectors[kind] = embedder.embed(texts)
            print(f"{kind}: {count:,} embedded, {count / (time.perf_counter() - started):.0f}/s", flush=True)
    if cache is not None:
        np.savez(cache, **vectors)
    return Shelf(
        {p.paper_id: p for p in papers}, *(_units(papers, spans[k], vectors[k]) for k in ("chunks", "sentences"))
    )


def _units(papers: list[Paper], lists: list[list[Span]], vectors: Vectors) -> dict[str, Units]:
    units, at = {}, 0
    for paper, spans in zip(papers, lists, strict=True):
        units[paper.paper_id] = Units(tuple(spans), vectors[at : at + len(spans)].astype(np.float16).astype(np.float32))
        at += len(spans)
    return units


def ndcg(ranked: list[str], grades: dict[str, int], k: int = 10) -> float:
    """Normalised discounted cumulative gain at k: 1 is a perfect order."""
    gain = sum(grades.get(p, 0) / math.log2(i + 2) for i, p in enumerate(ranked[:k]))
    ideal = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(grades.values(), reverse=True)[:k]))
    return gain / ideal


def evaluate(name: str, retriever: Retriever, queries: dict[str, str], grades: dict[str, dict[str, int]]) -> None:
    started = time.perf_counter()
    results = {q: [h.paper.paper_id for h in retriever.search(queries[q], k=20).hits] for q in grades}
    took_ms = 1000 * (time.perf_counter() - started) / len(grades)
    score = sum(ndcg(results[q], g) for q, g in grades.items()) / len(grades)
    recall = sum(len(g.keys() & set(results[q])) / len(g) for q, g in grades.items()) / len(grades)
    print(f"{name:<28} nDCG@10 {score:.4f}  R@20 {recall:.4f}  {took_ms:.0f} ms a query", flush=True)


def quotes(name: str, retriever: Retriever, folder: Path) -> None:
    """How often the quote from a gold abstract is (part of) one of its annotated rationale sentences."""
    records = map(json.loads, (folder / "corpus.jsonl").read_text().splitlines())
    sentences = {record["id"]: record["sentences"] for record in records}
    right = total = 0
    for claim in map(json.loads, (folder / "claims_train.jsonl").read_text().splitlines()):
        for paper_id, rationales in claim["evidence"].items():
            gold = " ".join(sentences[paper_id][i] for rationale in rationales for i in rationale["sentences"])
            (hit,) = retriever.search(claim["claim"], k=1, filters=Filters(paper_ids=(paper_id,))).hits
            quote = hit.best.quote.rstrip(".")
            right += quote in gold or any(sentences[paper_id][i] in quote for r in rationales for i in r["sentences"])
            total += 1
    print(f"{name:<28} quote is evidence in {right} of {total} ({right / total:.3f})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/data/scifact"))
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    lines = (options.corpus / "corpus.jsonl").read_text().splitlines()
    papers = [Paper(r["title"], r["abstract"], r["id"]) for r in map(json.loads, lines)]
    shelf = shelve(papers, options.cache)
    lines = (options.corpus / "queries.jsonl").read_text().splitlines()
    queries = {q["id"]: q["text"] for q in map(json.loads, lines)}
    grades: dict[str, dict[str, int]] = {}
    for line in (options.corpus / "qrels.tsv").read_text().splitlines()[1:]:
        query_id, paper_id, grade = line.split("\t")
        grades.setdefault(query_id, {})[paper_id] = int(grade)
    embedder = load_embedder(Settings())
    with tempfile.TemporaryDirectory() as folder:
        words = WordIndex.create(Path(folder), terms=terms, stop_terms=STOP_TERMS)
        words.replace(papers)
        bare = Shelf(
            shelf.papers, shelf.chunk_units, {p: Units(u.spans, None) for p, u in shelf.sentence_units.items()}
        )
        evaluate("words (BM25)", Retriever(_without_vectors(shelf), Nothing(), words, embedder), queries, grades)
        evaluate("meaning (chunks)", Retriever(bare, bare, Nothing(), embedder), queries, grades)
        evaluate("meaning (and sentences)", Retriever(shelf, shelf, Nothing(), embedder), queries, grades)
        evaluate("both, chunks only", Retriever(bare, bare, words, embedder), queries, grades)
        both = Retriever(shelf, shelf, words, embedder)
        evaluate("both, and sentences", both, queries, grades)
        quotes("quote", both, options.corpus)
        words.close()


def _without_vectors(shelf: Shelf) -> Shelf:
    stripped = Shelf(shelf.papers, shelf.chunk_units, shelf.sentence_units)
    stripped.chunk_units = {p: Units(u.spans, None) for p, u in shelf.chunk_units.items()}
    stripped.sentence_units = {p: Units(u.spans, None) for p, u in shelf.sentence_units.items()}
    return stripped


if __name__ == "__main__":
    main()
