"""A served library under load: 50 searches and 20 streamed questions at once, and each alone; p50, p99, errors.

    python bench/load.py [--papers 2500] [--searches 50] [--asks 20] [--bursts 1] [--delay 0.3]
    python bench/load.py --papers 20000 --keep DIR [--pool LIBRARY]     the libraries stay in DIR and are used again
    python bench/load.py --states filling                               one of the two states

Two states: `filled` has the vectors of all sentences; in `filling` every chunk has its vector and no sentence, so that
the service embeds them in the background all the while. Each is served by a process of its own, without a model and
with one on loopback that answers after `--delay` seconds, quoting what it is shown. Vectors of the libraries are
stand-ins (bench/standin.py); what the service embeds while it is measured is embedded by the real model.

Questions and queries are made of titles, each used once, so that nothing is remembered. First each kind runs alone,
one at a time; `x` is the median under load by the median alone, in one run. The clock tells what a person waits for,
and depends on what else the machine does; the service's own processor time does not. What was asked under load is asked
again afterwards where all vectors were there, and must be answered with the same sentences.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import scripted_writer
from scale import percentile
from served import served  # it lives with the tests
from standin import StandIn, papers

from service.index.embedding import load_embedder
from service.library import Library
from service.settings import Settings

ALONE = 8
CHECKED = 3
WAIT_S = 600.0
EXTRACTIVE = "extractive"
STREAM = {"Accept": "text/event-stream"}
FIGURES = ("search", "first step", "first sentence", "whole ask")


@dataclass
class Heard:
    """Milliseconds of each figure, and what went wrong. `answers`: the sentences of each question's answer.

    `written`: answers that the model wrote.
    """

    times: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in FIGURES})
    errors: list[str] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    written: int = 0
    processor_s: float = 0.0


class Topics:
    """Titles spread over the corpus, each handed out once."""

    def __init__(self, data: Path, size: int) -> None:
        titles = [paper.title for paper in papers(data, size)]
        self._titles = iter([titles[i * 7919 % len(titles)] for i in range(len(titles))])

    def take(self, n: int) -> list[str]:
        return [" ".join(title.split()[:8]).strip(" :,.?") for title in islice(self._titles, n)]


def built(folder: Path, data: Path, size: int, pool: Path | None) -> dict[str, Path]:
    """The library in both states, unless it is there already."""
    places = {"filling": folder / "filling", "filled": folder / "filled"}
    if all((place / "complete").exists() for place in places.values()):
        return places
    for place in places.values():
        shutil.rmtree(place, ignore_errors=True)
    embedder = StandIn(load_embedder(Settings()), data, pool)
    with Library.open(Settings(library=places["filling"]), create=True, embedder=embedder) as library:
        library.import_papers(papers(data, size), embed=False, titles=False)
        library.embed_waiting(sentences=False)
    shutil.copytree(places["filling"], places["filled"])
    with Library.open(Settings(library=places["filled"]), create=False, embedder=embedder) as library:
        library.embed_waiting(sentences=True)
    for place in places.values():
        (place / "complete").touch()
    return places


async def search(client: httpx.AsyncClient, query: str, heard: Heard) -> None:
    began = time.perf_counter()
    try:
        reply = await client.post("/v1/search", json={"query": query, "k": 10})
    except httpx.HTTPError as error:
        heard.errors.append(f"search: {error!r}")
        return
    if reply.status_code == 200:
        heard.times["search"].append(1000 * (time.perf_counter() - began))
    else:
        heard.errors.append(f"search: {reply.status_code} {reply.text[:200]}")


async def ask(client: httpx.AsyncClient, question: str, heard: Heard) -> None:
    began = time.perf_counter()
    first: dict[str, float] = {}
    ended = False
    try:
        async with client.stream("POST", "/v1/ask", json={"question": question}, headers=STREAM) as reply:
            async for kind, told in events(reply):
                elapsed = 1000 * (time.perf_counter() - began)
                if kind in ("step", "sentence"):
                    first.setdefault(f"first {kind}", elapsed)
                elif kind == "document":
                    ended = True
                    heard.times["whole ask"].append(elapsed)
                    heard.answers[question] = [sentence["text"] for sentence in told.get("sentences", [])]
                    heard.written += told["composer"] != EXTRACTIVE
                elif kind == "error":
                    heard.errors.append(f"ask: {told['error']['message'][:200]}")
                    return
    except httpx.HTTPError as error:
        heard.errors.append(f"ask: {error!r}")
        return
    if not ended:
        heard.errors.append(f"ask: {reply.status_code}, no document")
    for name, elapsed in first.items():
        heard.times[name].append(elapsed)


async def events(reply: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """(kind, data) of each event of a stream."""
    kind = ""
    async for line in reply.aiter_lines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


def question(topic: str) -> str:
    return f"What is known about {topic}?"


async def alone(client: httpx.AsyncClient, topics: Topics) -> Heard:
    """One request at a time, after one of each kind that is not counted: the model is loaded by it."""
    heard = Heard()
    await search(client, "kites", Heard())
    await ask(client, question(topics.take(1)[0]), Heard())
    for topic in topics.take(ALONE):
        await search(client, topic, heard)
    for topic in topics.take(ALONE):
        await ask(client, question(topic), heard)
    return heard


async def together(client: httpx.AsyncClient, topics: Topics, options: argparse.Namespace) -> Heard:
    heard = Heard()
    for _ in range(options.bursts):
        searches = [search(client, topic, heard) for topic in topics.take(options.searches)]
        asks = [ask(client, question(topic), heard) for topic in topics.take(options.asks)]
        await asyncio.gather(*searches, *asks)
    return heard


async def changed(client: httpx.AsyncClient, heard: Heard) -> int:
    """How many of a few questions are answered otherwise when they are asked again, alone."""
    again = Heard()
    for asked in list(heard.answers)[:CHECKED]:
        await ask(client, asked, again)
    return sum(again.answers.get(asked) != heard.answers[asked] for asked in again.answers)


def processor_s(process_id: int) -> float:
    """Seconds of processor time of another process, where the system tells (Linux)."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


async def measured(base_url: str, process_id: int, topics: Topics, options: argparse.Namespace) -> tuple[Heard, Heard]:
    limits = httpx.Limits(max_connections=options.searches + options.asks)
    async with httpx.AsyncClient(base_url=base_url, timeout=WAIT_S, trust_env=False, limits=limits) as client:
        before = await alone(client, topics)
        spent = processor_s(process_id)
        under = await together(client, topics, options)
        under.processor_s = processor_s(process_id) - spent
        if options.same:
            differ = await changed(client, under)
            under.errors += ["an answer differs from the one given under load"] * differ
    return before, under


def report(title: str, before: Heard, under: Heard) -> None:
    print(f"\n{title}")
    print(f"  {'ms':<15}{'alone p50':>10}{'p50':>10}{'p99':>10}{'x':>8}{'n':>6}")
    for name in FIGURES:
        single, times = before.times[name], under.times[name]
        if not single or not times:
            print(f"  {name:<15}{'none':>10}")
            continue
        base, middle = statistics.median(single), statistics.median(times)
        p99 = percentile(times, 0.99)
        print(f"  {name:<15}{base:>10,.0f}{middle:>10,.0f}{p99:>10,.0f}{middle / base:>8.1f}{len(times):>6}")
    wrong = [*before.errors, *under.errors]
    print(f"  errors {len(wrong)}{': ' + '; '.join(sorted(set(wrong))[:3]) if wrong else ''}")
    print(f"  written by the model {under.written} of {len(under.answers)}; processor {under.processor_s:.1f} s")


def environment(model: str | None) -> dict[str, str]:
    return {} if model is None else {
        "LITWEAVE_MODEL": scripted_writer.NAME,
        "LITWEAVE_API_BASE": model,
        "LITWEAVE_MODEL_REQUESTS": "loopback",
        "LITWEAVE_MODEL_CACHE": "false",
        "LITWEAVE_MAX_TOKENS_DAY": "1000000000",
    }  # fmt: skip


def run(places: dict[str, Path], options: argparse.Namespace) -> None:
    for state in options.states.split(","):
        for delay in (None, options.delay):
            with tempfile.TemporaryDirectory(prefix="litweave-load-") as folder:
                library = Path(folder) / "library"
                shutil.copytree(places[state], library)
                options.same = state == "filled"
                title = f"{state}, {'no model' if delay is None else f'a model that takes {delay} s a call'}"
                report(title, *one(library, delay, options))


def one(library: Path, delay: float | None, options: argparse.Namespace) -> tuple[Heard, Heard]:
    """Serve the library, and measure."""
    topics = Topics(options.data, options.papers)
    if delay is None:
        return _one(library, None, topics, options)
    with scripted_writer.serving(delay) as model:
        return _one(library, model.api_base, topics, options)


def _one(library: Path, model: str | None, topics: Topics, options: argparse.Namespace) -> tuple[Heard, Heard]:
    with served(library, "--no-log", environment=environment(model)) as service:
        return asyncio.run(measured(str(service.client.base_url), service.process.pid, topics, options))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--papers", type=int, default=2500)
    parser.add_argument("--searches", type=int, default=50)
    parser.add_argument("--asks", type=int, default=20)
    parser.add_argument("--bursts", type=int, default=1)
    parser.add_argument("--delay", type=float, default=0.3, help="seconds that the model takes over a call")
    parser.add_argument("--states", default="filled,filling")
    parser.add_argument("--keep", type=Path, help="directory in which the libraries stay")
    parser.add_argument("--pool", type=Path, help="library whose vectors are moved a little, instead of 2,000 papers")
    options = parser.parse_args()
    if not (options.data / "acl_anthology").exists():
        print(f"no papers in {options.data}: nothing is measured", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="litweave-load-") as folder:
        places = built(options.keep or Path(folder), options.data, options.papers, options.pool)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        print(f"{options.papers:,} papers, {os.cpu_count()} cores, load {load:.1f} before it")
        run(places, options)


if __name__ == "__main__":
    main()
