"""litweave beside what one would put together instead, over the same abstracts and the same embedding weights.

    python bench/peers.py [--only NAME]... [--data ../shared/data]

Every system runs in a process of its own over SciFact (5,183 abstracts, 809 development queries); those that embed
use litweave's embedder, so that what differs is what is embedded and how it is searched (for the speed of embedding
itself see bench/embedding.py). Peers come with `pip install litweave[bench]`; one that is missing is left out.
Query times are those of all queries, warm, one client, embedding included. Memory is the peak of the process. Because
other work on the machine slows what happens to run beside it, the ratios of imports and queries are of CPU time.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from corpora import DATA, Collection, read
from measures import Measure

from service.index.chunking import Chunker
from service.index.embedding import load_embedder
from service.settings import Settings

Search = Callable[[str], list[str]]
"""A query to paper ids, best first."""
_K = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured of one system."""

    name: str
    units: int
    import_s: float
    import_cpu_s: float
    query_cpu_ms: float
    disk_mb: float
    memory_mb: float
    p50_ms: float
    p99_ms: float
    ndcg: float
    recall: float


def distinct(paper_ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(paper_ids))[:_K]


def texts(collection: Collection) -> dict[str, str]:
    chunker = Chunker()
    return {p.paper_id: chunker.context(p, p.abstract) for p in collection.papers.values()}


def litweave(collection: Collection, folder: Path, *, sentences: bool) -> tuple[Search, int]:
    """The library as `litweave import` makes it, with sentence vectors or without."""
    from service.library import Library

    settings = Settings(library=folder)
    library = Library.open(settings, create=True)
    library.import_papers(collection.papers.values(), embed=False)
    library.embed_waiting(sentences=sentences)
    original = {p.abstract: i for i, p in collection.papers.items()}

    def search(query: str) -> list[str]:
        return [original[hit.paper.abstract] for hit in library.search(query, k=_K).hits]

    return search, library.health().vectors


def chroma(collection: Collection, folder: Path) -> tuple[Search, int]:
    """One vector an abstract, one `collection.query`."""
    import chromadb

    embedder = load_embedder(Settings())
    made = chromadb.PersistentClient(str(folder)).create_collection(
        "papers", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    items = list(texts(collection).items())
    for first in range(0, len(items), 1000):
        some = items[first : first + 1000]
        vectors = embedder.embed([t for _, t in some])
        made.add([i for i, _ in some], embeddings=vectors, documents=[t for _, t in some])

    def search(query: str) -> list[str]:
        return made.query(query_embeddings=embedder.embed([query]), n_results=_K)["ids"][0]

    return search, made.count()


def langchain(collection: Collection, folder: Path) -> tuple[Search, int]:
    """Its recursive splitter (1,000 characters, 200 shared) before its Chroma wrapper, best chunk a paper."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embedder = load_embedder(Settings())

    class Ours(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embedder.embed(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return embedder.embed([text])[0].tolist()

    store = Chroma(
        "papers", Ours(), persist_directory=str(folder), collection_configuration={"hnsw": {"space": "cosine"}}
    )
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    documents = [Document(page_content=text, metadata={"id": i}) for i, text in texts(collection).items()]
    pieces = splitter.split_documents(documents)
    for first in range(0, len(pieces), 1000):
        store.add_documents(pieces[first : first + 1000])

    def search(query: str) -> list[str]:
        return distinct(d.metadata["id"] for d in store.similarity_search(query, k=3 * _K))

    return search, len(pieces)


def llamaindex(collection: Collection, folder: Path) -> tuple[Search, int]:
    """`VectorStoreIndex` as it comes: its sentence splitter, its in-memory store."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    embedder = load_embedder(Settings())

    class Ours(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return embedder.embed([text])[0].tolist()

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return embedder.embed(texts).tolist()

        _get_query_embedding = _get_text_embedding

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    documents = [
        Document(text=text, metadata={"id": i}, excluded_embed_metadata_keys=["id"])
        for i, text in texts(collection).items()
    ]
    index = VectorStoreIndex.from_documents(documents, embed_model=Ours(embed_batch_size=512))
    index.storage_context.persist(str(folder))
    retriever = index.as_retriever(similarity_top_k=2 * _K)

    def search(query: str) -> list[str]:
        return distinct(found.node.metadata["id"] for found in retriever.retrieve(query))

    return search, len(index.docstore.docs)


def bm25s_alone(collection: Collection, folder: Path) -> tuple[Search, int]:
    """Words only: its tokeniser with its stop words and a Snowball stemmer."""
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")
    ids, documents = zip(*texts(collection).items(), strict=True)
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(documents), stopwords="en", stemmer=stemmer, show_progress=False))
    index.save(str(folder), corpus=list(documents))

    def search(query: str) -> list[str]:
        tokens = bm25s.tokenize([query], stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = index.retrieve(tokens, k=_K, show_progress=False)
        return [ids[i] for i in found[0]]

    return search, len(ids)


SYSTEMS: dict[str, Callable[[Collection, Path], tuple[Search, int]]] = {
    "litweave": lambda collection, folder: litweave(collection, folder, sentences=True),
    "litweave, chunks only": lambda collection, folder: litweave(collection, folder, sentences=False),
    "Chroma, whole abstracts": chroma,
    "LangChain, Chroma": langchain,
    "LlamaIndex": llamaindex,
    "bm25s": bm25s_alone,
}


def measure(name: str, collection: Collection) -> Outcome:
    """Import, the loading of the model included, then every query."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "store"
        started, cpu_started = time.perf_counter(), time.process_time()
        search, units = SYSTEMS[name](collection, folder)
        import_s, import_cpu_s = time.perf_counter() - started, time.process_time() - cpu_started
        times, rankings = [], []
        for query in list(collection.queries.values())[:20]:
            search(query)
        cpu_started = time.process_time()
        for query in collection.queries.values():
            started = time.perf_counter()
            rankings.append(search(query))
            times.append(1000 * (time.perf_counter() - started))
        query_cpu_ms = 1000 * (time.process_time() - cpu_started) / len(times)
        disk = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    gold = list(collection.gold.values())
    ndcg = float(np.mean(list(map(Measure("nDCG", 10), rankings, gold))))
    recall = float(np.mean(list(map(Measure("R", _K), rankings, gold))))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    p50, p99 = (float(p) for p in np.percentile(times, [50, 99]))
    return Outcome(name, units, import_s, import_cpu_s, query_cpu_ms, disk / 1e6, memory, p50, p99, ndcg, recall)


def table(outcomes: list[Outcome], papers: int) -> str:
    """Figures, and in brackets how many times the first system's they are."""
    base = outcomes[0]
    lines = [
        "| system | units | papers/s | import CPU s | disk MB | memory MB | query CPU ms "
        "| p50 ms | p99 ms | nDCG@10 | R@20 |",
        "|---" * 11 + "|",
    ]
    shown = {"import_cpu_s": 0, "disk_mb": 0, "memory_mb": 0, "query_cpu_ms": 1}
    for o in outcomes:
        cells = [o.name, f"{o.units:,}", f"{papers / o.import_s:.0f}"]
        for field, places in shown.items():
            value, of_base = getattr(o, field), getattr(base, field)
            cells.append(f"{value:.{places}f} ({value / of_base:.2f}x)")
        cells += [f"{o.p50_ms:.1f}", f"{o.p99_ms:.1f}", f"{o.ndcg:.4f}", f"{o.recall:.4f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(SYSTEMS))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--alone", choices=list(SYSTEMS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.data.exists():
        print(f"skipped: no collections at {options.data}")
        return
    collection = read("scifact", options.data)
    if options.alone:
        print(json.dumps(asdict(measure(options.alone, collection))))
        return
    outcomes = []
    for name in options.only or SYSTEMS:
        command = [sys.executable, __file__, "--alone", name, "--data", str(options.data)]
        child = subprocess.run(command, capture_output=True, text=True, check=False)
        if child.returncode:
            print(f"left out: {name}: {child.stderr.strip().splitlines()[-1]}", file=sys.stderr, flush=True)
            continue
        outcomes.append(Outcome(**json.loads(child.stdout.splitlines()[-1])))
        print(outcomes[-1], file=sys.stderr, flush=True)
    if outcomes:
        print(table(outcomes, len(collection.papers)))


if __name__ == "__main__":
    main()
