"""What a library of each size costs: import, disk, memory, cold start, search by stage, recall; printed and plotted.

    python bench/scale.py [--data ../shared/data] [--sizes 1000,10000,100000] [--keep DIR] [--plot scale.png]
    python bench/scale.py --sizes 1000000 --short [--pool LIBRARY]   an hour: stretches of abstracts, a chunk each
    python bench/scale.py --library DIR        searches in a library that is there, without importing

Each size runs in a process of its own, because memory is never given back. Vectors are stand-ins
(bench/standin.py), so that the import shows everything but the model's time, which bench/embedding.py measures.
Searches are the litsearch development queries, one client, warm, with the model. Times in ms unless said.
From 500,000 papers on they are written 5,000 a transaction and with their vectors at once, which only saves time
here: the first three rates are then one.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin import StandIn, papers

from service.catalog import Units
from service.index.embedding import load_embedder
from service.index.retrieval import Retriever
from service.library import Library
from service.library.importing import Importer
from service.records import Filters, Paper, Span
from service.settings import Settings

ROUNDS = 2
LARGE = 500_000
AGAIN_PAPERS = 100_000
SAID_EVERY_S = 20
FILTERS = {
    "no filter": None,
    "2020 on": Filters(year_from=2020),
    "2022 only": Filters(year_from=2022, year_to=2022),
    "2016 only": Filters(year_from=2016, year_to=2016),
    "59 ids": Filters(paper_ids=tuple(f"2020.acl-main.{i}" for i in range(1, 60))),
}
"""Of 132,148 papers they let through 119,879, 8,132, 1,829 and 59."""


class Stages:
    """Seconds of processor time, over all threads, in each part of a search, by name: other work does not add to it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def over(self, part: Any, name: str) -> Any:
        """The part, its calls timed under `name.method`."""
        stages = self

        class Timed:
            def __getattr__(self, method: str) -> Callable[..., Any]:
                call = getattr(part, method)

                def timed(*args: Any, **kwargs: Any) -> Any:
                    started = time.process_time()
                    try:
                        return call(*args, **kwargs)
                    finally:
                        key = f"{name}.{method}"
                        stages.spent[key] = stages.spent.get(key, 0.0) + time.process_time() - started

                return timed

        return Timed()


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


@dataclass(frozen=True, slots=True)
class AtOnce(Importer):
    """Writes each chunk with its stand-in."""

    embedder: StandIn

    def _cut(self, paper: Paper) -> Units:
        chunks = self.chunker.chunks(paper)
        vectors = self.embedder.stand_ins([self.chunker.context(paper, chunk.text) for chunk in chunks])
        return Units(tuple(Span(chunk.start, chunk.end) for chunk in chunks), vectors)


class Clock:
    """Seconds and processor seconds since it was made; `said` prints them on stderr, for runs of an hour."""

    def __init__(self, what: str) -> None:
        self._what, self._wall, self._cpu, self._last = what, time.perf_counter(), time.process_time(), 0.0

    def __call__(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu

    def said(self, done: int, of: int) -> None:
        wall, cpu = self()
        if wall - self._last > SAID_EVERY_S or done == of:
            self._last = wall
            print(f"{self._what} {done:,} of {of:,}: {wall:.0f} s, processor {cpu:.0f} s", file=sys.stderr, flush=True)


def at_once(library: Library, embedder: StandIn) -> Importer:
    plain = library._importer
    return AtOnce(
        plain.catalog, plain.chunker, plain.batch_papers, plain.turn, library._take_up_vectors, plain.stop, embedder
    )


def built(root: Path, data: Path, size: int, *, short: bool, pool: Path | None) -> dict[str, float]:
    """A new library of `size` papers; rates of its import, by the clock and by processor time."""
    embedder = StandIn(load_embedder(Settings()), data, pool)
    settings = Settings(library=root, import_batch_papers=5_000 if size >= LARGE else 500)
    with Library.open(settings, create=True, embedder=embedder) as library:
        if size >= LARGE:
            library._importer = at_once(library, embedder)
        clock = Clock("text")
        library.import_papers(
            papers(data, size, short=short), embed=False, titles=False, progress=lambda n: clock.said(n, size)
        )
        text_s, text_cpu_s = clock()
        text_rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        clock = Clock("vectors")
        library.embed_waiting(sentences=False, progress=clock.said)
        index_s, index_cpu_s = (text_s, text_cpu_s) if size >= LARGE else clock()
        chunks = library._catalog.vector_count()
        clock, again = Clock("again"), min(size, AGAIN_PAPERS)
        library.import_papers(papers(data, again, short=short), embed=False, titles=False)
        again_s, again_cpu_s = clock()
        clock = Clock("close")
    close_s, close_cpu_s = clock()
    return {
        "papers": size,
        "chunks": chunks,
        "text_papers_s": size / text_s,
        "text_cpu_ms": 1000 * text_cpu_s / size,
        "index_chunks_s": chunks / index_s,
        "index_cpu_ms": 1000 * index_cpu_s / chunks,
        "again_papers_s": again / again_s,
        "again_cpu_ms": 1000 * again_cpu_s / again,
        "close_s": close_s,
        "close_cpu_s": close_cpu_s,
        "text_rss_mb": text_rss_mb,
        "import_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 1e6,
    }


def searched(root: Path, data: Path) -> dict[str, Any]:
    """Cold start, then every query warm: percentiles by filter, and where the time goes without one."""
    lines = (data / "litsearch" / "queries.jsonl").read_text("utf-8").splitlines()
    queries = [json.loads(line)["text"] for line in lines]
    opened = time.perf_counter()
    library = Library.open(Settings(library=root), create=False)
    opening = time.perf_counter() - opened
    library.search(queries[0], k=10)
    found: dict[str, Any] = {"open_s": opening, "first_answer_s": time.perf_counter() - opened}
    for name, filters in FILTERS.items():
        times = []
        spent = time.process_time()
        for query in queries * (ROUNDS if filters is None else 1):
            started = time.perf_counter()
            library.search(query, k=10, filters=filters)
            times.append(1000 * (time.perf_counter() - started))
        found[f"processor ms {name}"] = 1000 * (time.process_time() - spent) / len(times)
        found[f"p50 {name}"], found[f"p99 {name}"] = statistics.median(times), percentile(times, 0.99)
    stages = Stages()
    retriever = Retriever(
        stages.over(library._catalog, "catalog"),
        stages.over(library._derived.vectors, "vectors"),
        stages.over(library._derived.words, "words"),
        stages.over(library._embedder, "model"),
    )
    started = time.process_time()
    for query in queries:
        retriever.search(query, k=10)
    whole = time.process_time() - started
    stages.spent["the rest"] = whole - sum(stages.spent.values())
    found["stages"] = {k: 1000 * v / len(queries) for k, v in sorted(stages.spent.items(), key=lambda i: -i[1])}
    found["search_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["recall"] = library.health(recall=True).recall
    library.close()
    return found


def report(results: list[dict[str, Any]]) -> None:
    columns = [key for key in results[0] if key != "stages"]
    width = max(map(len, columns))
    for key in columns:
        print(
            f"{key:<{width}} "
            + " ".join(f"{result[key]:>12,.3g}" if result[key] < 10 else f"{result[key]:>12,.0f}" for result in results)
        )
    for result in results:
        whole = sum(result["stages"].values())
        print(f"\none search among {result.get('papers', 0):,} papers: {whole:.1f} ms of processor time")
        for name, ms in result["stages"].items():
            print(f"  {name:<24} {ms:7.2f} ms  {ms / whole:5.0%}")


def plot(results: list[dict[str, Any]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [result["papers"] for result in results]
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6), layout="constrained")
    for axis, title, keys in (
        (axes[0, 0], "search, ms", ("p50 no filter", "p99 no filter")),
        (axes[0, 1], "import, a second", ("text_papers_s", "index_chunks_s", "again_papers_s")),
        (axes[1, 0], "memory and disk, MB", ("search_rss_mb", "disk_mb")),
        (axes[1, 1], "recall@50 of the graph", ("recall",)),
    ):
        for key in keys:
            axis.plot(sizes, [result[key] for result in results], marker="o", label=key)
        axis.set(xscale="log", title=title, xlabel="papers")
        axis.set_ylim(bottom=0.9 if keys == ("recall",) else 0)
        axis.legend()
    figure.savefig(path, dpi=120)


def child(*arguments: str) -> dict[str, Any]:
    """This file in a process of its own; what it found."""
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measured(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Every size, built and searched; kept in `--results`, plotted with what was there before."""
    results = []
    shape = ["--short"] if options.short else []
    shape += ["--pool", str(options.pool)] if options.pool else []
    with tempfile.TemporaryDirectory(prefix="litweave-scale-") as folder:
        for size in map(int, filter(None, options.sizes.split(","))):
            place = ["--library", str((options.keep or Path(folder)) / str(size)), "--data", str(options.data)]
            results.append(child("--build", str(size), *shape, *place) | child("--search", *place))
            print(f"{size:,} papers done", file=sys.stderr, flush=True)
            if options.results:
                with options.results.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(results[-1]) + "\n")
    if options.results:
        results = [json.loads(line) for line in options.results.read_text("utf-8").splitlines()]
    if options.plot:
        plot(results, options.plot)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--keep", type=Path, help="directory in which the libraries stay")
    parser.add_argument("--library", type=Path, help="search in this library instead")
    parser.add_argument("--short", action="store_true", help="stretches of abstracts, one chunk each")
    parser.add_argument("--pool", type=Path, help="library whose vectors are moved a little, instead of 2,000 papers")
    parser.add_argument("--results", type=Path, help="a JSON line a size is added here; --plot shows all of them")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--search", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    data = str(options.data)
    if options.build is not None:
        print(json.dumps(built(options.library, options.data, options.build, short=options.short, pool=options.pool)))
    elif options.search:
        print(json.dumps(searched(options.library, options.data)))
    elif options.library is not None:
        report([child("--search", "--library", str(options.library), "--data", data)])
    else:
        report(measured(options))


if __name__ == "__main__":
    main()
