"""How fast abstracts are embedded, by runtime, in one run; and how near the vectors are to the reference.

    python bench/embedding.py [--corpus ../shared/data/scifact] [--papers 300]

The reference is the shipped int8 graph under onnxruntime. sentence-transformers is measured too where it
is installed with local weights (`--reference DIR`), and left out otherwise. Runs are interleaved, three
of each, and the median is printed, because a shared machine drifts; processor time a text (all cores) drifts less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.index.chunking import Chunker
from service.index.embedding import load_embedder
from service.records import Paper
from service.settings import Settings

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


def runtimes(reference: Path | None) -> dict[str, Embed]:
    """What is compared, by name."""
    found: dict[str, Embed] = {
        name: load_embedder(Settings(embedding_runtime=name)).embed for name in ("onnxruntime", "openvino")
    }
    if reference is not None:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(reference), device="cpu")
        found["sentence-transformers"] = lambda texts: model.encode(
            list(texts), batch_size=32, normalize_embeddings=True, convert_to_numpy=True
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/data/scifact"))
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--reference", type=Path, help="directory of sentence-transformers' all-MiniLM-L6-v2")
    options = parser.parse_args()
    lines = (options.corpus / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[: options.papers]
    papers = [Paper(record["title"], record["abstract"]) for record in map(json.loads, lines)]
    chunker = Chunker()
    texts = [chunker.context(paper, paper.abstract) for paper in papers]
    embeds = runtimes(options.reference)
    vectors = {name: embed(texts[:8]) for name, embed in embeds.items()}  # loads the model
    rates: dict[str, list[float]] = {name: [] for name in embeds}
    costs: dict[str, list[float]] = {name: [] for name in embeds}
    for _ in range(3):
        for name, embed in embeds.items():
            started, spent = time.perf_counter(), time.process_time()
            vectors[name] = embed(texts)
            rates[name].append(len(texts) / (time.perf_counter() - started))
            costs[name].append(1000 * (time.process_time() - spent) / len(texts))
    base = statistics.median(rates["onnxruntime"])
    print(f"{len(texts)} abstracts, title and text, up to 256 tokens")
    for name, measured in rates.items():
        rate, cost = statistics.median(measured), statistics.median(costs[name])
        cosine = np.sum(vectors[name] * vectors["onnxruntime"], axis=1).min()
        query_ms = 1000 * statistics.median(_seconds(embeds[name], text[:80]) for text in texts[:50])
        print(
            f"{name:<22} {rate:6.1f}/s  {rate / base:4.1f}x  {cost:5.1f} ms processor time a text  "
            f"least cosine {cosine:.5f}  one query {query_ms:.1f} ms"
        )


def _seconds(embed: Embed, text: str) -> float:
    started = time.perf_counter()
    embed([text])
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
