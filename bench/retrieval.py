"""What each part of search is worth, on the development queries of three collections (docs/adr/0008).

    python bench/retrieval.py [--collection scifact]... [--cache DIR] [--data ../shared/data]

The product's own retriever and word index run over vectors held in memory and searched exactly. The first run embeds
the papers, and `--cache` keeps the vectors: minutes for scifact, half an hour on two cores for litsearch, which is run
only when named, although only the sentences of the candidates that a query reads are embedded. For every figure the
lowest and highest of five folds of the queries follow: differences smaller than what folds differ by are noise unless
they show on several collections.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from corpora import DATA, Collection, read
from measures import MEASURES, Measure, folds
from shelf import CACHE, NoWords, Remembering, Shelf, Unread, VectorCache

from service.index.embedding import load_embedder
from service.index.fusion import DEFAULT_TUNING, Tuning
from service.index.retrieval import Meaning, Papers, Retriever, Words
from service.index.words import WordIndex
from service.records import Filters
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms


@dataclass(frozen=True, slots=True)
class Parts:
    """What the retrievers of one collection are put together from."""

    collection: Collection
    full: Shelf
    chunks_only: Shelf
    unread: Shelf
    words: WordIndex
    embedder: Remembering

    def retriever(self, papers: Papers, vectors: Meaning, words: Words, tuning: Tuning) -> Retriever:
        return Retriever(papers, vectors, words, self.embedder, tuning=tuning)

    def variants(self) -> dict[str, Retriever]:
        """By name: each part alone, then all of them with one thing changed."""
        best, no_words = DEFAULT_TUNING, NoWords()
        raw = replace(best, rewrites=False, feedback=0.0)
        plain = replace(best, feedback=0.0)
        full, chunks, unread = self.full, self.chunks_only, self.unread
        return {
            "words, as asked": self.retriever(unread, unread, self.words, raw),
            "words": self.retriever(unread, unread, self.words, plain),
            "chunks, as asked": self.retriever(chunks, chunks, no_words, raw),
            "chunks": self.retriever(chunks, chunks, no_words, plain),
            "chunks, sentences": self.retriever(full, full, no_words, plain),
            "words, chunks": self.retriever(chunks, chunks, self.words, plain),
            "words, chunks, feedback": self.retriever(chunks, chunks, self.words, best),
            "words, chunks, sentences": self.retriever(full, full, self.words, plain),
            "ALL (as shipped)": self.retriever(full, full, self.words, best),
            "all, as asked": self.retriever(full, full, self.words, replace(best, rewrites=False)),
            "all, words .4": self.retriever(full, full, self.words, replace(best, words=0.4)),
            "all, words .8": self.retriever(full, full, self.words, replace(best, words=0.8)),
            "all, sentences .3": self.retriever(full, full, self.words, replace(best, sentences=0.3)),
            "all, sentences .7": self.retriever(full, full, self.words, replace(best, sentences=0.7)),
            "all, feedback .3": self.retriever(full, full, self.words, replace(best, feedback=0.3)),
        }


def assemble(collection: Collection, cache: Path, words: WordIndex, embedder: Remembering) -> Parts:
    """Embed what the cache lacks. LitSearch's sentences are embedded for its candidates only."""
    words.replace(collection.papers.values())
    chunks = VectorCache(cache, collection.name, "chunks")
    chunks.fill(collection.papers.values())
    chunks_only = Shelf(collection, chunks, None)
    wanted = dict.fromkeys(collection.papers)
    if collection.name == "litsearch":
        first = Retriever(chunks_only, chunks_only, words, embedder)
        found = (first.search(q, k=DEFAULT_TUNING.read).hits for q in collection.queries.values())
        wanted = dict.fromkeys(hit.paper.paper_id for hits in found for hit in hits)
    sentences = VectorCache(cache, collection.name, "sentences")
    sentences.fill(collection.papers[p] for p in wanted)
    full, unread = Shelf(collection, chunks, sentences), Unread(collection, chunks, None)
    return Parts(collection, full, chunks_only, unread, words, embedder)


def ranked(retriever: Retriever, collection: Collection, k: int) -> list[list[str]]:
    return [[h.paper.paper_id for h in retriever.search(q, k=k).hits] for q in collection.queries.values()]


def line(name: str, rankings: Sequence[Sequence[str]], collection: Collection, measures: Sequence[Measure]) -> str:
    """One row of the table: each measure's mean, and the lowest and highest fold."""
    cells = []
    for measure in measures:
        values = np.array([measure(r, collection.gold[q]) for q, r in zip(collection.queries, rankings, strict=True)])
        low, high = folds(values)
        cells.append(f"{measure.name} {values.mean():.4f} [{low:.3f}, {high:.3f}]")
    return f"{name:<26} " + "  ".join(cells)


def quotes(retriever: Retriever, folder: Path) -> str:
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
    return f"the quote is annotated evidence in {right} of {total} ({right / total:.3f})"


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
        with tempfile.TemporaryDirectory() as folder:
            words = WordIndex.create(Path(folder) / "words", terms=terms, stop_terms=STOP_TERMS)
            collection = read(name, options.data)
            parts = assemble(collection, options.cache, words, embedder)
            print(f"\n{name}: {len(collection.papers):,} papers, {len(collection.queries)} queries", flush=True)
            for variant, retriever in parts.variants().items():
                started = time.perf_counter()
                rankings = ranked(retriever, collection, 50 if name == "deepscholar" else 20)
                took_ms = 1000 * (time.perf_counter() - started) / len(rankings)
                print(f"{line(variant, rankings, collection, MEASURES[name])}  {took_ms:.0f} ms", flush=True)
            if name == "scifact":
                print(quotes(parts.variants()["ALL (as shipped)"], options.data / name))
            words.close()


if __name__ == "__main__":
    main()
